"""Numbers at their ends: NaN passes, infinite logarithms of weight 0 count for nothing, a mean over nothing is NaN, equal
entries are normalised to the bias, and squares that overflow or vanish leave the right value."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abacus import ops
from abacus.ops.sparse import Pattern
from abacus.tensor import Parameter, Tensor, backward

_spec = importlib.util.spec_from_file_location("cases_of_all_ops", Path(__file__).with_name("test_ops.py"))
drawn = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(drawn)
FLOATS = [np.float32, np.float64]
NONE, INF = np.array([-100, -100]), np.inf
quiet = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
# Whose plain form meets a NaN with a 0 that the op leaves out (padding, absent entries, labels that are ignored), or clears it.
OTHERWISE = (
    "attention",
    "dropout",
    "self_attention",
    "softmax_cross_entropy__all_options",
    "sparse_matmul",
    "threshold",
)
SUBJECTS = "activations", "affine", "arithmetic", "batch_norm", "elementwise", "functions", "layers", "losses", "pool"
SUBJECTS += "recurrent", "reductions", "shapes", "sparse"
PLAIN = [name for name, case in drawn.CASES.items() if case.__module__.removeprefix("cases_") in SUBJECTS]


@pytest.mark.parametrize("name", [name for name in PLAIN if not name.startswith(OTHERWISE)])
def test_a_nan_goes_where_the_plain_formula_takes_it(name):
    @quiet
    @given(data=st.data(), dtype=st.sampled_from(FLOATS), sign=st.sampled_from([1, -1]))
    def check(data, dtype, sign):
        made = drawn.CASES[name](drawn.Some(data.draw))
        for k, array in enumerate(made["arrays"] if made.get("plain") else ()):
            if array.size:
                torn = np.array(array)
                torn[np.unravel_index(data.draw(st.integers(0, array.size - 1)), array.shape)] = sign * np.nan
                arrays = [*made["arrays"][:k], torn, *made["arrays"][k + 1 :]]
                found = drawn._outputs(
                    made["call"], [Tensor(np.asarray(a, dtype)) for a in arrays]
                )  # a warning is an error
                with np.errstate(all="ignore"):
                    wanted = made["plain"](*arrays)
                for y, plain in zip(found, wanted if isinstance(wanted, tuple) else (wanted,), strict=True):
                    np.testing.assert_array_equal(np.isnan(y.value), np.isnan(plain))

    check()


@pytest.mark.parametrize("wrong", [np.nan, -np.nan, INF])
@given(n=st.integers(1, 70), at=st.integers(0, 69), dtype=st.sampled_from(FLOATS))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_row_of_logits_with_nan_or_infinity_is_unknown_and_the_others_are_not(wrong, n, at, dtype):
    """e^(z - max) is e^NaN there, so that the sum, and every quotient, is NaN: as in PyTorch."""
    z = np.zeros((3, n), dtype)
    z[1, at % n] = wrong
    labels = np.zeros(3, int)
    with np.errstate(invalid="ignore"):
        p = ops.softmax(z).value
        loss = ops.softmax_cross_entropy(z, labels, reduction="none").value
        seen = ops.attention(np.ones((3, 1), dtype), np.ones((n, 1), dtype), np.ones((n, 1), dtype), z).value
        sparse = ops.sparse_softmax(z.reshape(-1), Pattern(np.repeat(range(3), n), np.tile(range(n), 3), (3, n))).value
    assert np.isnan(p[1]).all() and np.isnan(loss[1]) and np.isnan(seen[1]).all() and np.isnan(sparse[n : 2 * n]).all()
    assert (p[[0, 2]] == dtype(1 / n)).all() and np.isfinite(loss[[0, 2]]).all() and np.isfinite(seen[[0, 2]]).all()


@pytest.mark.parametrize("dtype", FLOATS)
def test_nothing_but_minus_infinity(dtype):
    z = np.full((2, 3), -INF, dtype)
    assert ops.softmax(z).value.tolist() == [[0, 0, 0]] * 2 and ops.logsumexp(z, axis=1).value.tolist() == [-INF] * 2
    pattern = Pattern([0, 0, 1], [0, 1, 0], (2, 2))
    assert ops.sparse_softmax(np.array([-INF, -INF, 2], dtype), pattern).value.tolist() == [0, 0, 1]


Z = np.zeros((0, 3), np.float32)
OVER_NOTHING = {
    "softmax_cross_entropy": lambda r: ops.softmax_cross_entropy(Z, NONE[:0], reduction=r),
    "softmax_cross_entropy of ignored labels": lambda r: ops.softmax_cross_entropy(np.ones((2, 3)), NONE, reduction=r),
    "softmax_cross_entropy of weight 0": lambda r: ops.softmax_cross_entropy(
        np.ones((2, 3)), NONE + 100, np.array([0, 1, 1]), reduction=r
    ),
    "nll": lambda r: ops.nll(Z, NONE[:0], reduction=r),
    "nll of ignored labels": lambda r: ops.nll(np.ones((2, 3)), NONE, reduction=r),
    "nll of weight 0": lambda r: ops.nll(np.ones((2, 3)), NONE + 100, np.array([0, 1, 1]), reduction=r),
    "multi_margin": lambda r: ops.multi_margin(Z, NONE[:0], reduction=r),
    "gaussian_nll": lambda r: ops.gaussian_nll(Z, Z, Z, reduction=r),
    **{
        name: lambda r, name=name: getattr(ops, name)(Z, Z, reduction=r)
        for name in ("mse", "l1", "huber", "bce", "bce_with_logits", "hinge", "kl", "soft_cross_entropy")
    },
}


@pytest.mark.parametrize("name", OVER_NOTHING)
def test_a_mean_over_nothing_is_nan_and_a_sum_is_0(name):
    loss = OVER_NOTHING[name]
    assert math.isnan(loss("mean").item()) and loss("sum").item() == 0
    assert (loss("none").value == 0).all()
    if name == "kl":
        assert math.isnan(loss("batchmean").item())


@pytest.mark.parametrize("dtype", FLOATS)
def test_an_infinite_logarithm_of_weight_0_counts_for_nothing(dtype):
    """0·log 0 = 0, as in every entropy; each with its gradient."""
    p, log_q = np.array([[0.5, 0.5, 0]], dtype), Parameter(np.array([[np.log(0.25), np.log(0.75), -INF]], dtype))
    wanted = 0.5 * np.log(0.5 / 0.25) + 0.5 * np.log(0.5 / 0.75)
    loss = ops.kl(log_q, p, reduction="sum")
    assert math.isclose(loss.item(), wanted, rel_tol=10 * np.finfo(dtype).eps)
    assert backward(loss)[log_q].tolist() == [[-0.5, -0.5, 0]]
    assert ops.kl(np.array([-INF]), np.array([0.5]), reduction="sum").item() == INF  # where p is not 0
    assert math.isnan(ops.kl(np.array([np.nan]), np.array([0.0]), reduction="sum").item())
    z = Parameter(np.array([[0, 0, -INF]], dtype))
    loss = ops.soft_cross_entropy(z, p)
    assert math.isclose(loss.item(), math.log(2), rel_tol=10 * np.finfo(dtype).eps)
    np.testing.assert_allclose(backward(loss)[z], 0, atol=np.finfo(dtype).eps)
    for sure, target in ((INF, 1), (-INF, 0)):
        z = Parameter(np.array([sure, 0], dtype))
        loss = ops.bce_with_logits(z, np.array([target, 1], dtype), reduction="sum")
        assert math.isclose(loss.item(), math.log(2), rel_tol=10 * np.finfo(dtype).eps)
        assert backward(loss)[z].tolist() == [0, -0.5]
    assert ops.bce_with_logits(np.array([INF]), np.array([0.0])).item() == INF


def _normalised(x, axis, gain, bias, eps):
    """In long doubles, and in units of the largest entry: no square overflows."""
    large = max(np.longdouble(np.abs(x).max()), np.longdouble(1e-300))
    small = x.astype(np.longdouble) / large
    off = small - small.mean(axis=axis, keepdims=True)
    return off / np.sqrt(np.square(off).mean(axis=axis, keepdims=True) + eps / large**2) * gain + bias


FAR_DATA = {
    "far": st.sampled_from([0, 1, 1e2, 1e4, 1e5, -1e6, 1e8]),
    "sd": st.sampled_from([0, 1e-3, 1, 30]),
    "rows": st.integers(2, 40),
    "seed": st.integers(0, 2**32 - 1),
    "dtype": st.sampled_from(FLOATS),
}


def _close(found, x, axis, wanted, gain, bias):
    """Within what the rounding of x's mean, to one unit of x, moves: that over σ, and a few roundings of the result."""
    eps = np.finfo(x.dtype).eps
    sigma = np.sqrt(x.astype(np.longdouble).var(axis=axis, keepdims=True) + 1e-5)
    moved = 2 * np.abs(x).max(axis=axis, keepdims=True) / sigma + 40 * np.sqrt(x.shape[axis])
    assert (np.abs(found - wanted) <= eps * (moved * np.abs(gain) + np.abs(bias))).all()


@given(**FAR_DATA)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_batch_norm_of_channels_far_from_0_constant_ones_and_a_first_pixel_far_from_all(far, sd, rows, seed, dtype):
    rng = np.random.default_rng(seed)
    x = (rng.standard_normal((rows, 3)) * sd + [far, -far, 0]).astype(dtype)
    x[0, 2] += far  # all others are near 0
    gain, bias = rng.standard_normal((2, 3)).astype(dtype)
    y = ops.batch_norm(x, None, None, gain, bias, training=True).value
    if sd == 0:
        np.testing.assert_array_equal(y[:, :2], np.broadcast_to(bias[:2], (rows, 2)))
    _close(y, x, 0, _normalised(x, 0, gain, bias, 1e-5), gain, bias)
    mean, var = x.mean(axis=0, dtype=float), x.var(axis=0, dtype=float)
    still = ops.batch_norm(x, mean, var, gain, bias).value
    _close(still, x, 0, _normalised(x, 0, gain, bias, 1e-5), gain, bias)


@given(**FAR_DATA)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_layer_norm_of_rows_far_from_0_and_of_equal_entries(far, sd, rows, seed, dtype):
    rng = np.random.default_rng(seed)
    x = (rng.standard_normal((3, rows)) * sd + np.array([[far], [-far], [0.1]])).astype(dtype)
    gain, bias = rng.standard_normal((2, rows)).astype(dtype)
    y = ops.layer_norm(x, gain, bias).value
    if sd == 0:
        np.testing.assert_array_equal(y, np.broadcast_to(bias, y.shape))
    _close(y, x, 1, _normalised(x, 1, gain, bias, 1e-5), gain, bias)


@pytest.mark.parametrize(
    ("dtype", "size"), [(np.float32, 1e20), (np.float32, 1e37), (np.float64, 1e160), (np.float64, 1e300)]
)
def test_squares_beyond_the_largest_number(dtype, size):
    """x / √mean(x²) and (x - mean) / σ do not change with the unit; their gradients go with its inverse."""
    x = np.array([[1.0, 2.0, -3.0, 0.5], [2.0, 0.0, 1.0, -1.0]])
    weights = np.random.default_rng(0).standard_normal(x.shape).astype(dtype)
    near = 20 * np.finfo(dtype).eps
    for norm in (ops.layer_norm, ops.rms_norm):
        found = []
        for unit, eps in ((1, 0.0), (size, 1e-5)):
            p = Parameter(np.array(x * unit, dtype))
            y = norm(p, eps=eps)
            found.append((y.value, backward(ops.sum(y * weights))[p] * dtype(unit)))
        np.testing.assert_allclose(*found[::-1], rtol=near, atol=near)
    if dtype == np.float32:  # the moments are summed in float64
        big = np.array(x.T * size, dtype)
        y = ops.batch_norm(big, None, None, training=True).value
        np.testing.assert_allclose(y, _normalised(big, 0, 1, 0, 0).astype(float), rtol=near)


@pytest.mark.parametrize("norm", [ops.layer_norm, ops.rms_norm])
@pytest.mark.parametrize("wrong", [np.nan, INF, -INF])
def test_a_row_that_is_not_finite_stays_alone(norm, wrong):
    x = np.array([[1, 2, 3], [1, wrong, 3], [1, 2, 3]], np.float32)
    with np.errstate(invalid="ignore"):
        y = norm(x).value
    assert np.isnan(y[1]).any() and np.isfinite(y[[0, 2]]).all()
