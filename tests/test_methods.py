"""What people type of a Tensor: each method is its op, with the op's gradient; comparisons are arrays; nothing is written."""

import ast
import inspect
import operator
from pathlib import Path

import numpy as np
import pytest
from scipy import special

import abacus
from abacus import ops
from abacus.errors import BadInput
from abacus.ops.methods import METHODS
from abacus.tensor import Parameter, Tensor, backward

EPS = np.finfo(float).eps
RNG = np.random.default_rng
X = RNG(0).uniform(0.5, 2, (2, 3, 4))

# What people write of a Tensor; an array has most of it too, and where it has not, its form follows.
AS_OF_AN_ARRAY = {
    "t.sum()": lambda t: t.sum(),
    "t.sum(1)": lambda t: t.sum(1),
    "t.mean(axis=(0, 2))": lambda t: t.mean(axis=(0, 2)),
    "t.max(axis=-1, keepdims=True)": lambda t: t.max(axis=-1, keepdims=True),
    "t.min()": lambda t: t.min(),
    "t.cumsum(1)": lambda t: t.cumsum(1),
    "t.clip(0.7, 1.5)": lambda t: t.clip(0.7, 1.5),
    "t.reshape(6, -1)": lambda t: t.reshape(6, -1),
    "t.reshape((4, 6))": lambda t: t.reshape((4, 6)),
    "t.transpose()": lambda t: t.transpose(),
    "t.transpose(2, 0, 1)": lambda t: t.transpose(2, 0, 1),
    "t.swapaxes(0, 2)": lambda t: t.swapaxes(0, 2),
    "t.T": lambda t: t.T,
    "abs(1 - t)": lambda t: abs(1 - t),
    "-t": lambda t: -t,
    "t[:, 1]": lambda t: t[:, 1],
    "t[mask]": lambda t: t[X > 1],
    "t + t": lambda t: t + t,
    "2 - t": lambda t: 2 - t,
    "t - 2": lambda t: t - 2,
    "t * X": lambda t: t * X,
    "X / t": lambda t: X / t,
    "t / t.sum()": lambda t: t / t.sum(),
    "t**2": lambda t: t**2,
    "2**t": lambda t: 2**t,
    "t @ t.swapaxes(1, 2)": lambda t: t @ t.swapaxes(1, 2),
    "X[0] @ t[0].T": lambda t: X[0] @ t[0].T,
    "sum of the rows": lambda t: sum(i * row for i, row in enumerate(t)),
}
OTHERWISE = {
    "t.var(axis=0)": (lambda t: t.var(axis=0), lambda x: x.var(axis=0, ddof=1)),
    "t.var(correction=0)": (lambda t: t.var(correction=0), np.var),
    "t.logsumexp(axis=1)": (lambda t: t.logsumexp(axis=1), lambda x: special.logsumexp(x, axis=1)),
    "t.softmax()": (lambda t: t.softmax(), lambda x: special.softmax(x, axis=-1)),
    "t.log_softmax(axis=0)": (lambda t: t.log_softmax(axis=0), lambda x: special.log_softmax(x, axis=0)),
    "t.exp()": (lambda t: t.exp(), np.exp),
    "t.log()": (lambda t: t.log(), np.log),
    "t.sqrt()": (lambda t: t.sqrt(), np.sqrt),
    "t.square()": (lambda t: t.square(), np.square),
    "t.sin()": (lambda t: t.sin(), np.sin),
    "t.cos()": (lambda t: t.cos(), np.cos),
    "t.tanh()": (lambda t: t.tanh(), np.tanh),
    "t.sigmoid()": (lambda t: t.sigmoid(), special.expit),
    "(t - 1).relu()": (lambda t: (t - 1).relu(), lambda x: np.maximum(x - 1, 0)),
    "t.broadcast_to((5, 2, 3, 4))": (
        lambda t: t.broadcast_to((5, 2, 3, 4)),
        lambda x: np.broadcast_to(x, (5, 2, 3, 4)),
    ),
    "t.flip(1)": (lambda t: t.flip(1), lambda x: np.flip(x, 1)),
}
CALLS = {written: (call, call) for written, call in AS_OF_AN_ARRAY.items()} | OTHERWISE


@pytest.mark.parametrize("written", CALLS)
def test_a_method_has_the_value_that_numpy_gives_and_the_central_difference_as_gradient(written):
    call, plain = CALLS[written]
    w, expected = Parameter(X), plain(X)
    y = call(w)
    assert isinstance(y, Tensor) and y.dtype == float
    np.testing.assert_allclose(y.value, expected, rtol=EPS ** (3 / 4))
    weights, way = RNG(1).standard_normal(y.shape), RNG(2).standard_normal(X.shape)
    h = EPS ** (1 / 3)
    near, far = (np.sum(weights * (plain(X + k * way) - plain(X - k * way))) / (2 * k) for k in (h, 2 * h))
    left = abs(far - near) + 100 * EPS * np.sum(np.abs(weights * expected)) / h  # what truncation leaves, and rounding
    assert abs(np.sum(backward(ops.sum(y * weights))[w] * way) - near) <= left


def test_every_method_is_its_op_itself_and_stands_above():
    for function in METHODS:
        name = function.__name__
        assert getattr(Tensor, name) is getattr(ops, name) is function
        assert any(f".{name}(" in written for written in CALLS), name


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_a_comparison_is_an_array_of_booleans_without_a_gradient(name):
    compare = getattr(operator, name)
    a, b = np.array([[1.0, 2.0], [3.0, 2.0]]), np.array([1.0, 2.0])
    for left, right in ((Tensor(a), Tensor(b)), (Tensor(a), b), (a, Tensor(b)), (Parameter(a), Parameter(b))):
        found = compare(left, right)
        assert type(found) is np.ndarray and found.dtype == bool
        assert np.array_equal(found, compare(a, b))
    assert np.array_equal(compare(Tensor(a), 2), compare(a, 2)) and np.array_equal(compare(2, Tensor(a)), compare(2, a))
    with pytest.raises(BadInput, match=r"the shapes \(2, 2\) and \(3,\) do not broadcast together"):
        compare(Tensor(a), np.ones(3))


def test_a_number_is_compared_in_the_tensors_own_precision():
    assert (Tensor(np.float32(0.1)) == np.float64(0.1)).all() and (Tensor([0.1]) == 0.1).all()
    assert (Tensor([1.0, 2.0]) == None).tolist() == [False, False]  # noqa: E711  what NumPy says
    assert (Tensor([1.0, 2.0]) != "two").all()


def test_a_tensor_is_a_key_by_identity():
    a, b = Parameter([1.0, 2.0]), Parameter([1.0, 2.0])
    found = {a: "a", b: "b", (a, 0): "pair"}
    assert found[a] == "a" and found[b] == "b" and found[a, 0] == "pair" and len({a, b, a}) == 2
    assert hash(a) != hash(b) and {a: 1}.get(b) is None
    gradients = backward(ops.sum(a * b + a))
    assert set(gradients) == {a, b} and gradients[a].tolist() == [2, 3] and gradients[b].tolist() == [1, 2]


def test_one_entry_is_a_number_and_several_are_not():
    for t in (Tensor(2.5), Tensor([2.5]), Parameter([[2.5]])):
        assert t.item() == float(t) == 2.5 and int(t) == 2 and bool(t) and f"{t:.2f}" == "2.50"
        assert type(t.item()) is float
    assert not Tensor(0.0) and Tensor([1, 2, 3]).sum().item() == 6
    for ask in (Tensor.item, float, int, bool, "{:.2f}".format):
        with pytest.raises(BadInput, match=r"a tensor of shape \(3,\) is not one number"):
            ask(Tensor([1.0, 2.0, 3.0]))
    with pytest.raises(BadInput, match=r"shape \(0,\) is not one number"):
        bool(Tensor([]))
    assert f"{Tensor([1.0, 2.0])}" == "<constant (2,) float32>"


def test_a_tensor_has_the_length_and_the_rows_of_its_array():
    t = Parameter(X)
    assert len(t) == 2 and t.size == 24 and t.ndim == 3 and t.numpy() is t.value
    assert all(np.array_equal(row.value, x) for row, x in zip(t, X, strict=True))
    assert t.argmax(axis=1).tolist() == X.argmax(axis=1).tolist() and t.argmin() == X.argmin()
    for ask in (len, list):
        with pytest.raises(TypeError, match=r"a tensor of shape \(\) has no length"):
            ask(t.sum())


SIGNS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "matmul": "@", "pow": "**"}


@pytest.mark.parametrize("name", SIGNS)
def test_nothing_is_written_in_place(name):
    sign = SIGNS[name]
    for t in (Parameter(np.eye(2)), Tensor(np.eye(2))):
        with pytest.raises(TypeError) as raised:
            getattr(operator, f"i{name}")(t, np.eye(2))
        assert str(raised.value).endswith(f": write t = t {sign} x")
        with pytest.raises(TypeError, match=r"t\[i\] = x would write a tensor"):
            t[0] = 1
        assert np.array_equal(t.value, np.eye(2))


def test_numpy_never_loses_a_gradient_in_silence():
    w = Parameter([1.0, 2.0])
    for give in (np.asarray, np.array, lambda t: np.asarray([t, t]), lambda t: Tensor([t, t]), np.linalg.norm):
        for t in (w, w * 2):
            with pytest.raises(BadInput, match=r"NumPy was given a tensor that has a gradient .* pass its \.value"):
                give(t)
    with pytest.raises(TypeError):
        np.exp(w)
    constant = (w * 2).detach()
    assert np.asarray(constant) is constant.value and np.array(constant, int).tolist() == [2, 4]
    assert isinstance(np.ones(2) + constant, Tensor)


def test_the_stub_tells_editors_what_a_tensor_has():
    tree = ast.parse(Path(abacus.__file__).with_name("tensor.pyi").read_text(encoding="utf-8"))
    stub = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Tensor")
    told = {node.name: node.args for node in stub.body if isinstance(node, ast.FunctionDef)}
    assert {name for name in told if name[0] != "_"} == {name for name in dir(Tensor) if name[0] != "_"}
    assert {f"__{r}{name}__" for name in SIGNS for r in ("", "r")} <= set(told)
    for name, arguments in told.items():
        thing = getattr(Tensor, name)
        if name[0] != "_" and not isinstance(thing, property):
            has = list(inspect.signature(thing).parameters.values())[1:]
            says = [a.arg for a in (*arguments.args[1:], arguments.vararg) if a]
            assert says == [p.name for p in has], name
            defaults = [p.default for p in has if p.default is not p.empty]
            assert [ast.literal_eval(d) for d in arguments.defaults] == defaults, name
