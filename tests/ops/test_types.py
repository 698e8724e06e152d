"""Every op on numbers of other types: whole numbers, truth values, float16, long doubles and another byte order give what
the same numbers give as float32 (or float64), to the bit; complex numbers are refused in one line, argument by argument."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abacus import nn, ops, optim
from abacus.errors import BadInput
from abacus.tensor import Parameter, Tensor, backward, op

_spec = importlib.util.spec_from_file_location("cases_of_all_ops", Path(__file__).with_name("test_ops.py"))
drawn = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(drawn)
LONG = np.longdouble if np.longdouble is not np.float64 else np.dtype(">f8")
TYPES = {  # the type, and the one that it stands for
    "whole": (np.int64, np.float32),
    "small": (np.int8, np.float32),
    "unsigned": (np.uint64, np.float32),
    "truth": (np.bool_, np.float32),
    "half": (np.float16, np.float32),
    "big-endian half": (np.dtype(">f2"), np.float32),
    "big-endian": (np.dtype(">f4"), np.float32),
    "big-endian whole": (np.dtype(">i4"), np.float32),
    "long": (LONG, np.float64),
    "big-endian double": (np.dtype(">f8"), np.float64),
}
# Cases that are written with operators: of plain arrays, NumPy would answer.
OF_TENSORS = {f"{name}{end}" for name in ("add", "subtract", "multiply", "divide", "power") for end in ("", "__number")}
OF_TENSORS |= {"negative", "matmul", "getitem", "conv2d__table"}
# A mask of truth values says which keys take part: another meaning.
MASKED = ("attention__additive_mask", "grouped_attention__all_options")
quiet = settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def values(call, arrays):
    """The value of each output; None where the op refuses what it is given."""
    try:
        with np.errstate(all="ignore"):
            y = call(*arrays)
    except BadInput:
        return None
    return [t.value for t in (y if isinstance(y, tuple) else (y,))]


def same(found, wanted):
    """Equal to the bit; where a float64 of the case's own has made one of them float64, as near as float32 is."""
    assert (found is None) == (wanted is None)
    for a, b in zip(found or [], wanted or [], strict=True):
        assert a.dtype.isnative and a.shape == b.shape
        near = np.sqrt(np.finfo(np.float32).eps) if a.dtype.kind == "f" and a.dtype != b.dtype else 0
        np.testing.assert_allclose(a, b, rtol=near, atol=near)


def moved(kind, array):
    """Numbers of that kind near those of `array`: their values are exact in all the types that stand for one another."""
    whole = np.maximum(np.rint(np.abs(2 * array)), 1)
    if kind == "truth":
        return (array > 0) if (array < 0).any() else np.ones(array.shape, bool)
    return whole if kind == "unsigned" or (array > 0).all() else whole * np.where(array < 0, -1, 1)


@pytest.mark.parametrize("case", drawn.CASES.values(), ids=drawn.CASES.keys())
def test_numbers_of_another_type_are_the_numbers_that_they_stand_for(case):
    @quiet
    @given(data=st.data())
    def check(data):
        made = case(drawn.Some(data.draw))
        for kind in TYPES:
            if kind != "truth" or case.__name__ not in MASKED:
                check_kind(made, kind)

    def check_kind(made, kind):
        arrays = [moved(kind, a) for a in made["arrays"]]
        given_, meant = ([np.asarray(a).astype(t) for a in arrays] for t in TYPES[kind])
        for wrap in (Tensor, np.asarray)[: 1 + (case.__name__ not in OF_TENSORS)]:
            for k in (None, *range(len(arrays))):  # all are of this type, and one of them
                one, other = (
                    [wrap(a) for a in (b if k is None else (*meant[:k], b[k], *meant[k + 1 :]))]
                    for b in (given_, meant)
                )
                same(values(made["call"], one), values(made["call"], other))

    check()


@pytest.mark.parametrize("case", drawn.CASES.values(), ids=drawn.CASES.keys())
def test_complex_numbers_texts_and_objects_are_refused_in_one_line(case):
    @quiet
    @given(data=st.data())
    def check(data):
        made = case(drawn.Some(data.draw))
        for k, array in enumerate(made["arrays"]):
            for wrong in (array.astype(complex), array.astype(np.complex64), array.astype(str), array.astype(object)):
                with pytest.raises(BadInput) as raised:
                    if case.__name__ in OF_TENSORS:
                        Tensor(wrong)
                    made["call"](*made["arrays"][:k], wrong, *made["arrays"][k + 1 :])
                assert "\n" not in str(raised.value) and "wanted real numbers" in str(raised.value)

    check()


Z, X = np.array([[1.0, -2.0, 0.0], [3.0, 1.0, -1.0]], np.float32), np.ones((2, 3, 4, 4), np.float32)
LABELS, PER_CLASS, MASK = np.array([2, 0]), np.array([1, 2, 3]), np.array([[0, -3], [1, 0]])
OTHERS = {  # arguments that no case varies: a function of the one array, and the array
    "weights of softmax_cross_entropy": (lambda a: ops.softmax_cross_entropy(Z, LABELS, a), PER_CLASS),
    "weights of nll": (lambda a: ops.nll(Z, LABELS, a), PER_CLASS),
    "weights of bce_with_logits": (lambda a: ops.bce_with_logits(Z, Z > 0, a), PER_CLASS),
    "pos_weight of bce_with_logits": (lambda a: ops.bce_with_logits(Z, Z > 0, None, a), PER_CLASS),
    "target of bce": (lambda a: ops.bce(np.full(3, 0.25, np.float32), a), np.array([1, 0, 1])),
    "target of hinge": (lambda a: ops.hinge(Z[0], a), np.array([1, -1, 1])),
    "mask of attention": (lambda a: ops.attention(Z, Z, Z, a), MASK),
    "mask of self_attention": (lambda a: ops.self_attention(Z[None], 1, a), MASK),
    "running_mean of batch_norm": (lambda a: ops.batch_norm(X, a, np.ones(3)), PER_CLASS),
    "running_var of batch_norm": (lambda a: ops.batch_norm(X, np.ones(3), a), PER_CLASS),
    "bias of affine": (lambda a: ops.affine(Z, np.ones((3, 3), np.float32), a), PER_CLASS),
    "bias of affine with an activation": (
        lambda a: ops.affine(Z, np.ones((3, 3), np.float32), bias=a, activation="tanh"),
        PER_CLASS,
    ),
    "bias of conv2d": (lambda a: ops.conv2d(X, X[:, :, :2, :2], bias=a), PER_CLASS[:2]),
    "bias of conv1d": (lambda a: ops.conv1d(X[..., 0], X[:2, :, :2, 0], a), PER_CLASS[:2]),
    "table of embedding": (lambda a: ops.embedding(LABELS, a), PER_CLASS[:, None]),
    "a of where": (lambda a: ops.where(Z > 0, a, Z), PER_CLASS),
    "the input of a layer": (nn.Affine(3, 2, np.random.default_rng(0)), PER_CLASS),
}


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", OTHERS)
def test_every_other_argument_too(name, kind):
    call, array = OTHERS[name]
    given_type, stands_for = TYPES[kind]
    array = array > 0 if kind == "truth" else np.abs(array) if kind == "unsigned" else array
    if kind == "truth" and name.startswith("mask"):
        return  # which keys take part: another meaning
    same([call(array.astype(given_type)).value], [call(array.astype(stands_for)).value])
    with pytest.raises(BadInput, match="wanted real numbers"):
        call(array.astype(complex))


EXACT = {
    "add": (lambda a, b: ops.add(a, b), lambda a, b: a + b),
    "subtract": (lambda a, b: ops.subtract(a, b), lambda a, b: a - b),
    "multiply": (lambda a, b: ops.multiply(a, b), lambda a, b: a * b),
    "matmul": (lambda a, b: ops.matmul(a, b), lambda a, b: a @ b),
    "negative": (lambda a, b: ops.negative(a), lambda a, b: -a),
    "absolute": (lambda a, b: ops.absolute(a), lambda a, b: abs(a)),
    "square": (lambda a, b: ops.square(a), lambda a, b: a * a),
    "sum": (lambda a, b: ops.sum(a), lambda a, b: a.sum()),
    "cumsum": (lambda a, b: ops.cumsum(a), lambda a, b: a.cumsum(axis=0)),
    "maximum": (lambda a, b: ops.maximum(a, b), np.maximum),
}


@pytest.mark.parametrize("name", EXACT)
@given(data=st.data(), kind=st.sampled_from([np.bool_, np.int8, np.uint8, np.int16, np.uint32, np.int64]))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_sums_and_products_of_whole_numbers_are_whole_and_overflow_no_byte(name, data, kind):
    ends = (0, 1) if kind is np.bool_ else (max(np.iinfo(kind).min, -(2**30)), min(np.iinfo(kind).max, 2**30))
    numbers = st.lists(st.sampled_from(ends), min_size=3, max_size=3)
    a, b = (np.array(data.draw(numbers), kind) for _ in range(2))
    call, plain = EXACT[name]
    found = call(a, b).value
    assert found.dtype == np.int64
    np.testing.assert_array_equal(found.astype(object), plain(a.astype(object), b.astype(object)))


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.bool_])
def test_what_only_moves_entries_keeps_their_type_and_joins_with_floats_as_floats(kind):
    a = np.ones((2, 3), kind)
    for y in (
        ops.reshape(a, 6),
        ops.transpose(a),
        ops.take(a, [1, 0]),
        ops.concat([a, a]),
        ops.pad(a, ((0, 1), (0, 0))),
    ):
        assert y.dtype == kind
    assert ops.concat([a, Z]).dtype == np.float32 and ops.stack([Z.astype(float), a]).dtype == np.float64
    padded = ops.pad(np.ones((1, 1), kind), ((0, 1), (0, 0)), 0.5)
    assert padded.dtype == np.float32 and padded.value.tolist() == [[1], [0.5]]


def test_a_number_of_pythons_never_changes_a_type():
    whole, single = np.array([1, 2]), np.array([1, 2], np.float32)
    for y in (
        single + Tensor(1),
        Tensor(whole) * 0.5,
        Tensor(whole) / 2,
        ops.power(whole, -1),
        ops.where(whole > 1, whole, 0.5),
    ):
        assert Tensor(y).dtype == np.float32
    assert (Tensor(single) + [0.5, 1]).dtype == np.float32 and (Tensor(whole) + 1).dtype == np.int64
    assert ops.add(single, np.float64(2)).dtype == np.float32


def test_labels_and_places_stay_whole():
    for kind in (np.int8, np.uint8, np.int64, np.uint64, np.dtype(">i4")):
        labels = np.array([2, 0]).astype(kind)
        assert ops.softmax_cross_entropy(Z, labels).value == ops.softmax_cross_entropy(Z, LABELS).value
        assert ops.nll(Z, Tensor(labels)).value == ops.nll(Z, LABELS).value
        np.testing.assert_array_equal(
            ops.embedding(labels, Z[:, :1].repeat(3, 1)[[0, 1, 0]]).value, Z[[0, 0], :1] + 0 * Z
        )
        np.testing.assert_array_equal(ops.take(Z.T, Tensor(labels)).value, Z.T[[2, 0]])
    with pytest.raises(BadInput, match="labels are float32"):
        ops.softmax_cross_entropy(Z, LABELS.astype(np.float32))


@pytest.mark.parametrize("value", [[1, 2], np.array([1, 2]), np.array([True, False]), np.array([1, 2], ">i8"), 3])
def test_parameters_are_floats_and_move(value):
    p = Parameter(value)
    assert p.dtype == np.float32
    optim.SGD({"p": p}, lr=0.25).step(backward(ops.sum(p * 1)))
    np.testing.assert_array_equal(p.value, np.asarray(value) - np.float32(0.25))


@pytest.mark.parametrize(
    "value", [1j, [1j], np.ones(2, complex), "abc", ["a"], None, np.array([None]), [[1], [1, 2]], {}]
)
@pytest.mark.parametrize("make", [Tensor, Parameter])
def test_what_is_no_real_number_makes_no_tensor(make, value):
    with pytest.raises(BadInput) as raised:
        make(value)
    assert "\n" not in str(raised.value) and "wanted" in str(raised.value)


def test_a_long_double_beyond_float64_is_refused():
    if np.finfo(np.longdouble).max == np.finfo(float).max:
        pytest.skip("long doubles are doubles here")
    with pytest.raises(BadInput, match="beyond float64"):
        Tensor(np.array([np.finfo(np.longdouble).max]))
    assert Tensor(np.array([np.longdouble("inf")])).value.tolist() == [np.inf]


def test_moments_that_are_written_are_floats():
    for kind in (int, np.float16, np.dtype(">f4")):
        with pytest.raises(BadInput, match=r"batch_norm: running_mean has type .*, wanted float32 or float64"):
            ops.batch_norm(X, np.zeros(3, kind), np.ones(3, np.float32), training=True)


def test_an_op_of_a_project_sees_floats_only():
    seen = []

    @op
    def look(x, y=1.0):
        seen.append(x.dtype)
        return x, lambda d: (d,)

    for value in ([1, 2], np.array([1]), np.array([True]), np.ones(1, np.float16), np.ones(1, ">f4")):
        look(value)
    assert set(seen) == {np.dtype(np.float32)} and all(dtype.isnative for dtype in seen)
    with warnings.catch_warnings(action="error"), pytest.raises(BadInput, match=r"look: y is 1j"):
        look(np.ones(1), y=1j)
