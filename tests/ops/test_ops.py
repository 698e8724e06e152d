"""Every op against its plain formula, central differences in float64, PyTorch where installed, and float32.

The cases stand in cases_<subject>.py beside this file: each function there is one case, named after its op (and
`__variant`). It takes `some`, which draws sizes and arrays, and returns a dict: `call` (the op on Tensors), `arrays`
(float64, each of which wants a gradient), `plain` (the formula in NumPy) and `torch` (the same in PyTorch). WRONG maps
what a message must say to a call that must raise BadInput.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from abacus import ops
from abacus.errors import BadInput
from abacus.tensor import Parameter, Tensor, backward, no_grad, op

EPS = np.finfo(float).eps
# The files of cases whose ops are given arrays of every other shape; the plain forms of the first take no size from elsewhere.
STRICT = "cases_affine", "cases_layers", "cases_losses", "cases_recurrent", "cases_sparse"
STRICT += "cases_cumulative", "cases_einsum"
SIZED = "cases_activations", "cases_indices", "cases_matrices", "cases_norms", "cases_pairs", "cases_rearrange"
SIZED += "cases_resize", "cases_sequences", "cases_volumes", "cases_arithmetic", "cases_batch_norm", "cases_conv"
SIZED += "cases_elementwise", "cases_functions", "cases_pool", "cases_pool_axes", "cases_reductions", "cases_shapes"
CASES, WRONG = {}, {}
for _path in sorted(Path(__file__).parent.glob("cases_*.py")):
    _spec = importlib.util.spec_from_file_location(_path.stem, _path)
    _module = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(_module)
    _own = {k: v for k, v in vars(_module).items() if getattr(v, "__module__", None) == _path.stem}
    CASES |= {name: function for name, function in _own.items() if not name.startswith("_")}
    WRONG |= getattr(_module, "WRONG", {})


class Some:
    """Draws of sizes, shapes and arrays for a case."""

    def __init__(self, draw):
        self.draw = draw
        self.rng = np.random.default_rng(draw(st.integers(0, 2**32)))

    def size(self, low=1, high=4):
        return self.draw(st.integers(low, high))

    def shape(self, fewest=0, most=3, least=1):
        return tuple(self.draw(st.lists(st.integers(least, 4), min_size=fewest, max_size=most)))

    def broadcastable(self, n):
        shapes = mutually_broadcastable_shapes(num_shapes=n, min_dims=0, max_dims=3, min_side=0, max_side=3)
        return self.draw(shapes).input_shapes

    def one_of(self, *choices):
        return choices[self.draw(st.integers(0, len(choices) - 1))]

    def integers(self, *shape, below):
        return self.rng.integers(0, below, shape)

    def array(self, *shape, low=None, high=None, plain=False):
        """Float64, standard normal or uniform; not `plain`, it may be a transpose or a strided view."""
        values = self.rng.standard_normal(shape) if low is None else self.rng.uniform(low, high, shape)
        return np.asarray(values) if plain else _laid_out(np.asarray(values), self.draw(st.integers(0, 2)))


def _laid_out(values, layout):
    if layout == 1 and values.ndim:
        return np.asfortranarray(values)
    if layout == 2 and values.ndim:
        spread = np.zeros((*values.shape[:-1], 2 * values.shape[-1]))
        spread[..., ::2] = values
        return spread[..., ::2]
    return values


@op
def _as(x, *, like):
    """x in the memory layout of `like` (a Parameter's own is always contiguous)."""
    out = np.empty_like(like, dtype=x.dtype) if like.flags.forc else _laid_out(x, 2).astype(x.dtype, copy=False)
    out[...] = x
    return out, lambda d: (d,)


def cases(test):
    """The test for every case, on drawn shapes."""
    quiet = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    return pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())(quiet(given(data=st.data())(test)))


def _drawn(case, data):
    made = case(Some(data.draw))
    return made["call"], list(made["arrays"]), made


def _outputs(call, tensors):
    y = call(*tensors)
    return y if isinstance(y, tuple) else (y,)


def _probe(outputs):
    """Fixed weights for every output: the loss is Σ weight·output."""
    rng = np.random.default_rng(0)
    return [rng.standard_normal(y.shape) for y in outputs]


def _gradients(call, arrays, dtype=float):
    """(values, gradients) of Σ weight·output for arrays in their layout."""
    parameters = [Parameter(np.asarray(a, dtype)) for a in arrays]
    outputs = _outputs(call, [_as(p, like=a) for p, a in zip(parameters, arrays)])
    weights = [w.astype(dtype) for w in _probe(outputs)]
    loss = Tensor(np.zeros((), dtype))
    for y, w in zip(outputs, weights):
        loss = loss + ops.sum(y * w)
    found = {} if loss.node is None else backward(loss)
    return [y.value for y in outputs], [found.get(p, np.zeros(p.shape, dtype)) for p in parameters]


def _close(a, b, tolerance):
    a, b = np.asarray(a), np.asarray(b)
    assert a.shape == b.shape
    scale = 1 + max(np.abs(b).max(initial=0), np.abs(a).max(initial=0))
    assert np.abs(a - b).max(initial=0) <= tolerance * scale


def test_every_op_has_a_case():
    assert set(ops.__all__) <= {name.split("__")[0] for name in CASES}


@cases
def test_value_is_the_plain_formula(case, data):
    call, arrays, made = _drawn(case, data)
    if made.get("plain") is None:
        return
    values, _ = _gradients(call, arrays)
    expected = made["plain"](*arrays)
    for value, wanted in zip(values, expected if isinstance(expected, tuple) else (expected,), strict=True):
        _close(value, wanted, EPS ** (3 / 4))


@cases
def test_gradient_is_the_central_difference(case, data):
    call, arrays, made = _drawn(case, data)
    if made.get("constant"):
        return
    _, gradients = _gradients(call, arrays)

    def loss(k, place, step):
        moved = [a.copy() for a in arrays]
        moved[k][place] += step
        with no_grad():
            outputs = _outputs(call, [Tensor(a) for a in moved])
            return sum(np.sum(w * y.value) for w, y in zip(_probe(outputs), outputs))

    def difference(k, place, h):
        return (loss(k, place, h) - loss(k, place, -h)) / (2 * h)

    h = EPS ** (1 / 3)
    for k, gradient in enumerate(gradients):
        for place in np.ndindex(gradient.shape):
            near, far = difference(k, place, h), difference(k, place, 2 * h)
            size = abs(loss(k, place, 0)) + abs(near) + 1
            tolerance = abs(far - near) + 100 * EPS * size / h  # what truncation leaves, and rounding
            assert abs(gradient[place] - near) <= tolerance, (k, place, gradient[place], near)


@cases
def test_value_and_gradient_are_pytorchs(case, data):
    torch = pytest.importorskip("torch")
    call, arrays, made = _drawn(case, data)
    if made.get("torch") is None:
        return
    values, gradients = _gradients(call, arrays)
    tensors = [torch.tensor(np.array(a), requires_grad=True) for a in arrays]
    outputs = made["torch"](torch, *tensors)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    sum((y * torch.tensor(w)).sum() for y, w in zip(outputs, _probe(outputs))).backward()
    for value, y in zip(values, outputs, strict=True):
        _close(value, y.detach().numpy(), EPS ** (2 / 3))
    for gradient, x in zip(gradients, tensors, strict=True):
        _close(gradient, np.zeros(x.shape) if x.grad is None else x.grad.numpy(), EPS ** (2 / 3))


@cases
def test_float32_stays_and_is_near_float64(case, data):
    call, arrays, _ = _drawn(case, data)
    values, gradients = _gradients(call, arrays)
    values32, gradients32 = _gradients(call, arrays, np.float32)
    tolerance = np.sqrt(np.finfo(np.float32).eps)
    for full, half in zip(values + gradients, values32 + gradients32, strict=True):
        assert half.dtype == np.float32
        _close(half, full, tolerance)


@cases
def test_pullback_twice_gives_the_same_bytes_and_writes_nothing(case, data):
    call, arrays, _ = _drawn(case, data)
    parameters = [Parameter(a) for a in arrays]
    outputs = _outputs(call, parameters)
    node = next((y.node for y in outputs if y.node is not None), None)
    if node is None or isinstance(node, Parameter):
        return
    incoming = [None] * node.outputs
    for y, weights in zip(outputs, _probe(outputs)):
        incoming[y.index] = weights
    watched = [*(p.value for p in parameters), *(y.value for y in outputs), *(d for d in incoming if d is not None)]
    before = [a.tobytes() for a in watched]

    def pulled():
        entries = node.pullback(tuple(incoming) if node.outputs > 1 else incoming[0])
        entries = [entries[position] for position, _, _ in node.sources]
        return [np.asarray(e() if callable(e) else e).tobytes() for e in entries]

    assert pulled() == pulled()
    assert [a.tobytes() for a in watched] == before


def _of_other_shapes(a):
    """`a` one entry shorter, one longer and of length 1 along each axis, with an axis more and one less, and one entry."""
    for axis, n in enumerate(a.shape):
        for places in (range(n - 1), [*range(n), 0] if n else [], [0] if n else []):
            yield np.take(a, places, axis)
    yield from (a[None], a[0] if len(a) else a) if a.ndim else (a[None],)
    yield a.reshape(-1)[:1] if a.size else np.ones(1)  # a number that the op is defined for


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.__module__ in STRICT + SIZED])
def test_an_array_of_another_shape_is_refused_or_broadcast_as_by_numpy(name):
    quiet = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    quiet(given(data=st.data())(_check_other_shapes))(CASES[name])


def _check_other_shapes(case, data):
    call, arrays, made = _drawn(case, data)
    for k, own in enumerate(arrays):
        for other in _of_other_shapes(own):
            changed = [*arrays[:k], other, *arrays[k + 1 :]]
            try:
                with np.errstate(invalid="ignore"):  # of a sum over infinities, in the loss
                    values, gradients = _gradients(call, changed)
            except BadInput:
                continue
            except (
                FloatingPointError
            ) as nothing:  # the mean over nothing, the variance of one, a window past every pixel
                assert not other.size or case.__name__.startswith(("var", "max_pool", "avg_pool"))
                assert str(nothing).endswith(("is nan", "is inf", "is -inf"))
                continue
            strict = case.__module__ in STRICT and made.get("plain") is not None
            if other.size and strict:  # SciPy's forms refuse empty arrays
                expected = made["plain"](*changed)
                for value, wanted in zip(values, expected if isinstance(expected, tuple) else (expected,), strict=True):
                    _close(value, wanted, EPS ** (3 / 4))
            assert [g.shape for g in gradients] == [a.shape for a in changed]


def test_every_op_is_given_arrays_of_other_shapes():
    assert {case.__module__ for case in CASES.values()} == {*STRICT, *SIZED}


@cases
def test_arrays_that_cannot_be_written_do_as_well(case, data):
    call, arrays, _ = _drawn(case, data)
    with no_grad():
        written = [y.value for y in _outputs(call, [Tensor(a) for a in arrays])]
        for a in arrays:
            a.flags.writeable = False
        for y, wanted in zip(_outputs(call, [Tensor(a) for a in arrays]), written, strict=True):
            np.testing.assert_array_equal(y.value, wanted)


@pytest.mark.parametrize("says", WRONG)
def test_a_wrong_argument_is_named(says):
    with pytest.raises(BadInput) as raised:
        WRONG[says]()
    assert says in str(raised.value)
