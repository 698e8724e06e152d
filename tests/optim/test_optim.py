"""Optimisers against PyTorch's, step by step in float64; schedules and clipping against their formulas."""

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abacus import optim
from abacus.errors import BadInput
from abacus.running import state
from abacus.tensor import Parameter

CLOSE = np.finfo(float).eps ** (2 / 3)

OPTIMISERS = {
    "SGD": ("SGD", {"lr": 0.1}),
    "SGD decay": ("SGD", {"lr": 0.1, "weight_decay": 0.01}),
    "momentum": ("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}),
    "Nesterov": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    "Adagrad": ("Adagrad", {"lr": 0.1, "weight_decay": 0.01}),
    "RMSprop": ("RMSprop", {"lr": 0.01, "weight_decay": 0.01}),
    "RMSprop momentum": ("RMSprop", {"lr": 0.01, "alpha": 0.9, "momentum": 0.5, "centered": True}),
    "Adadelta": ("Adadelta", {"lr": 1.0, "weight_decay": 0.01}),
    "Adam": ("Adam", {"lr": 0.01, "weight_decay": 0.01}),
    "AMSGrad": ("Adam", {"lr": 0.01, "amsgrad": True, "betas": (0.5, 0.6)}),
    "AdamW": ("AdamW", {"lr": 0.01, "weight_decay": 0.1}),
    "AdamW AMSGrad": ("AdamW", {"lr": 0.01, "weight_decay": 0.1, "amsgrad": True}),
}


def start(dtype=float):
    rng = np.random.default_rng(0)
    return {"w": Parameter(rng.standard_normal((3, 4)).astype(dtype)), "b": Parameter(np.ones(4, dtype))}


def gradients_at(step, parameters):
    rng = np.random.default_rng(step + 1)
    return {p: (p.value * 0.3 + rng.standard_normal(p.shape)).astype(p.dtype) for p in parameters.values()}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_an_optimiser_walks_as_pytorchs(name):
    torch = pytest.importorskip("torch")
    kind, options = OPTIMISERS[name]
    parameters = start()
    theirs = {p: torch.nn.Parameter(torch.tensor(p.value)) for p in parameters.values()}
    ours, reference = (
        getattr(optim, kind)(parameters, **options),
        getattr(torch.optim, kind)(theirs.values(), **options),
    )
    for step in range(200):
        gradients = gradients_at(step, parameters)
        for p, q in theirs.items():
            q.grad = torch.tensor(gradients[p])
        ours.step(gradients)
        reference.step()
        for p, q in theirs.items():
            np.testing.assert_allclose(p.value, q.detach().numpy(), rtol=CLOSE, atol=CLOSE, err_msg=f"step {step}")


@pytest.mark.parametrize("name", OPTIMISERS)
def test_float32_stays_values_are_written_in_place_and_a_missing_gradient_is_skipped(name):
    kind, options = OPTIMISERS[name]
    parameters = start(np.float32)
    memory = {k: p.value for k, p in parameters.items()}
    optimiser = getattr(optim, kind)(parameters, **options)
    optimiser.step({parameters["w"]: np.ones((3, 4), np.float32)})
    assert parameters["w"].value is memory["w"] and parameters["w"].dtype == np.float32
    assert parameters["w"].version == 1 and parameters["b"].version == 0
    assert parameters["b"].value.tolist() == [1, 1, 1, 1] and not np.array_equal(memory["w"], start()["w"].value)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_state_that_is_saved_and_restored_goes_on_to_the_same_bits(name):
    kind, options = OPTIMISERS[name]

    def run(optimiser, parameters, steps):
        for step in steps:
            optimiser.step(gradients_at(step, parameters))

    parameters = start(np.float32)
    optimiser = getattr(optim, kind)(parameters, **options)
    run(optimiser, parameters, range(5))
    saved = _copied(state.collect({"parameters": parameters, "optimiser": optimiser}))
    run(optimiser, parameters, range(5, 9))
    fresh = start(np.float32)
    other = getattr(optim, kind)(fresh, **options)
    state.restore({"parameters": fresh, "optimiser": other}, saved)
    run(other, fresh, range(5, 9))
    assert all(np.array_equal(p.value, q.value) for p, q in zip(parameters.values(), fresh.values()))


def _copied(saved):
    if isinstance(saved, dict):
        return {k: _copied(v) for k, v in saved.items()}
    return saved.copy() if isinstance(saved, np.ndarray) else saved


@pytest.mark.parametrize("shape", [(2,), (4,), (1,), (), (3, 1), (1, 4), (4, 3), (3, 5), (2, 4), (3, 4, 1), (40, 40)])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_gradient_of_another_shape_is_refused_before_anything_is_written(name, shape):
    kind, options = OPTIMISERS[name]
    parameters = {"b": Parameter(np.ones(4), "b"), "w": Parameter(np.ones((3, 4)), "w")}
    optimiser = getattr(optim, kind)(parameters, **options)
    before = _copied(state.collect(optimiser))
    with pytest.raises(BadInput) as raised:
        optimiser.step({parameters["b"]: np.ones(4), parameters["w"]: np.ones(shape)})
    assert str(raised.value) == f"{kind}: the gradient of w has shape {shape}, wanted (3, 4)"
    after = state.collect(optimiser)
    assert _leaves(before) == _leaves(after) and parameters["b"].version == 0


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_gradient_may_lie_in_memory_as_it_likes(name):
    kind, options = OPTIMISERS[name]
    found = []
    for gradient in (np.arange(12.0).reshape(3, 4), np.asfortranarray(np.arange(12.0).reshape(3, 4))):
        gradient.flags.writeable = False
        w = Parameter(np.ones((3, 4)))
        getattr(optim, kind)({"w": w}, **options).step({w: gradient})
        found.append(w.value)
    assert np.array_equal(*found)


@pytest.mark.parametrize("name", ["momentum", "Adam", "AMSGrad", "Adagrad", "RMSprop", "Adadelta"])
def test_a_parameter_that_has_changed_its_shape_is_refused(name):
    kind, options = OPTIMISERS[name]
    parameters = start()
    optimiser = getattr(optim, kind)(parameters, **options)
    parameters["b"].value = np.ones(400)
    with pytest.raises(BadInput, match=r"the state beside .* has shape \(4,\), wanted \(400,\)"):
        optimiser.step({parameters["b"]: np.ones(400)})


@pytest.mark.parametrize("kind", ["SGD", "Adam", "RMSprop"])
def test_a_parameter_that_cannot_be_written_is_refused(kind):
    parameters = start()
    optimiser = getattr(optim, kind)(parameters)
    for value in (np.broadcast_to(1.0, (3, 4)), np.ones((3, 8))[:, ::2]):
        parameters["w"].value = value
        with pytest.raises(BadInput, match=f"{kind}: the value of parameter is read-only or not contiguous"):
            optimiser.step({parameters["w"]: np.ones((3, 4))})


ADAPTIVE = ["SGD", "momentum", "Adam", "AMSGrad", "Adagrad", "RMSprop", "Adadelta"]


@pytest.mark.parametrize("name", ADAPTIVE)
def test_whole_numbers_do_not_move_and_are_refused(name):
    kind, options = OPTIMISERS[name]
    parameters = start()
    optimiser = getattr(optim, kind)(parameters, **options)
    parameters["b"].value = np.ones(4, int)
    with pytest.raises(BadInput, match=f"{kind}: the value of parameter has type int64, wanted float32 or float64"):
        optimiser.step({parameters["b"]: np.ones(4)})
    with pytest.raises(BadInput, match=f"{kind}: none of its 2 parameters has a gradient: nothing would move"):
        optimiser.step({"w": np.ones((3, 4)), Parameter(np.ones(4)): np.ones(4)})


@pytest.mark.parametrize("dtype", [int, bool, np.float16, np.longdouble, ">f4", ">f8", ">i2", np.float32])
@pytest.mark.parametrize("name", ADAPTIVE)
def test_a_gradient_of_another_type_is_that_gradient(name, dtype):
    kind, options = OPTIMISERS[name]
    found = []
    for gradient in (np.array([1, 0, 1, 1], dtype), np.array([1.0, 0, 1, 1])):
        b = Parameter(np.array([1.0, 2, 3, 4]), "b")
        optimiser = getattr(optim, kind)({"b": b}, **options)
        optimiser.step({b: gradient})
        optimiser.step(optim.clip({b: gradient}, 0.5))
        found.append(b.value)
    np.testing.assert_allclose(*found, rtol=10 * np.finfo(np.float32).eps)  # a gradient of float32 is squared as such
    for wrong in (np.ones(4, complex), np.array(["1"] * 4), np.array([None] * 4)):
        with pytest.raises(BadInput, match=f"{kind}: the gradient of b has type .*, wanted real numbers"):
            optimiser.step({b: wrong})


@given(
    spread=st.sampled_from([1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-7, 0.0]),
    size=st.sampled_from([1e-3, 1.0, 1e3]),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_centred_rmsprop_walks_in_float32_as_by_the_definition_in_float64(spread, size, seed):
    """s - m², Graves 2013, with m and s the running means of g and g²: in float64, from gradients of any small spread."""
    rng, eps = np.random.default_rng(seed), size * 0.01
    base = rng.uniform(0.1, 1, 50) * size
    w = Parameter(np.zeros(50, np.float32))
    optimiser = optim.RMSprop({"w": w}, lr=1e-3, centered=True, eps=eps)
    m, s, wanted = np.zeros(50), np.zeros(50), np.zeros(50)
    for _ in range(1500):
        g = (base * (1 + spread * rng.standard_normal(50))).astype(np.float32)
        optimiser.step({w: g})
        g = g.astype(float)
        m, s = 0.99 * m + 0.01 * g, 0.99 * s + 0.01 * g * g
        wanted -= 1e-3 * g / (np.sqrt(np.maximum(s - m * m, 0)) + eps)
    assert np.isfinite(w.value).all()
    np.testing.assert_allclose(w.value, wanted, rtol=1500 * np.finfo(np.float32).eps)


@given(
    exponent=st.sampled_from([-44, -38, -25, -20, 0, 15, 20, 30, 38]),
    dtype=st.sampled_from([np.float32, np.float64]),
    numbers=st.lists(st.floats(0.5, 3), min_size=1, max_size=6),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_norm_is_right_where_squares_overflow_or_vanish(exponent, dtype, numbers):
    """Against exact whole numbers: the same gradients as multiples of the smallest float32."""
    g = (np.array(numbers) * 10.0**exponent).astype(dtype)
    parts = {Parameter(np.zeros(len(part))): part for part in (g[:2], g[2:])}
    exact = math.sqrt(sum(Fraction(float(x)) ** 2 for x in g) / Fraction(10) ** (2 * exponent))
    with warnings.catch_warnings(action="error"):
        found = optim.norm(parts)
        assert math.isclose(found, exact * 10.0**exponent, rel_tol=len(g) * np.finfo(dtype).eps)
        clipped = optim.clip(parts, 1.0)
        assert math.isclose(clipped.scale, min(1.0, 1 / (found + 1e-6)))
        assert optim.norm(clipped) <= 1 + 1e-6


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_is_seen_in_every_parameter(wrong):
    for torn in (np.array([wrong, 0]), np.array([1e300, wrong])):
        a, b = Parameter(np.zeros(2)), Parameter(np.zeros(1))
        for gradients in ({a: torn, b: np.array([1000.0])}, {b: np.array([1000.0]), a: torn}):
            assert not np.isfinite(optim.norm(gradients))
            optim.SGD({"a": a, "b": b}, lr=1.0).step(optim.clip(gradients, 1.0))
            assert np.isnan(a.value).all() and np.isnan(b.value).all()


@pytest.mark.parametrize("limit", [np.nan, -1.0])
def test_a_limit_that_is_no_length_is_refused(limit):
    with pytest.raises(BadInput, match=rf"clip: limit is {limit}, wanted a length of at least 0"):
        optim.clip({Parameter(np.zeros(2)): np.ones(2)}, limit)


def test_no_gradient_has_the_norm_0():
    assert optim.norm({}) == 0 and optim.norm({Parameter(np.ones(0)): np.ones(0)}) == 0


def _leaves(saved):
    """(name, bytes or value) of all that a state holds."""
    if isinstance(saved, dict):
        return [(key, *leaf) for key, child in saved.items() for leaf in _leaves(child)]
    return [(saved.tobytes() if isinstance(saved, np.ndarray) else saved,)]


def test_decay_of_chosen_parameters():
    parameters = start()
    before = {k: p.value.copy() for k, p in parameters.items()}
    optimiser = optim.AdamW(parameters, lr=0.5, weight_decay={"w": 0.1})
    optimiser.step({p: np.zeros(p.shape) for p in parameters.values()})
    np.testing.assert_array_equal(parameters["w"].value, before["w"] * (1 - 0.5 * 0.1))
    np.testing.assert_array_equal(parameters["b"].value, before["b"])
    with pytest.raises(KeyError, match="bias"):
        optim.AdamW(parameters, weight_decay={"bias": 0.1})


@pytest.mark.parametrize("limit", [0.5, 1e6])
@pytest.mark.parametrize("name", ["SGD", "momentum", "Adam", "AMSGrad", "RMSprop"])
def test_clipping_scales_all_gradients_together(name, limit):
    kind, options = OPTIMISERS[name]
    clipped, scaled = start(), start()
    gradients = gradients_at(0, clipped)
    norm = math.sqrt(sum((g**2).sum() for g in gradients.values()))
    assert math.isclose(optim.norm(gradients), norm)
    assert optim.norm(optim.clip(gradients, limit)) <= min(norm, limit)
    getattr(optim, kind)(clipped, **options).step(optim.clip(gradients, limit))
    factor = min(1, limit / (norm + 1e-6))
    plain = {scaled[k]: gradients[p] * factor for k, p in clipped.items()}
    getattr(optim, kind)(scaled, **options).step(plain)
    for k in clipped:
        np.testing.assert_allclose(clipped[k].value, scaled[k].value, rtol=CLOSE)


def test_schedules():
    assert [optim.step_decay(s, 1.0, every=2, factor=0.5) for s in range(5)] == [1, 1, 0.5, 0.5, 0.25]
    assert [optim.warm_up(s, 1.0, steps=4) for s in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert optim.cosine(0, 1.0, 10) == 1 and optim.cosine(10, 1.0, 10, lowest=0.1) == 0.1
    assert math.isclose(optim.cosine(5, 1.0, 10, lowest=0.1), 0.55) and optim.cosine(99, 1.0, 10, lowest=0.1) == 0.1
    assert optim.cosine(0, 1.0, 10, warm=4) == 0.2 and optim.cosine(4, 1.0, 10, warm=4) == 1
    rates = [optim.inverse_root(s, 64, warm=10) for s in range(30)]
    assert max(rates) == rates[9] and math.isclose(rates[9], 64**-0.5 * 10**-0.5)
