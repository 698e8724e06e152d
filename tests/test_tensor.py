"""Facts about the tape."""

import gc
import threading
import weakref

import numpy as np
import pytest

from abacus import ops
from abacus.errors import BadInput
from abacus.tensor import Parameter, Tensor, backward, no_grad, op


def parameter(*values):
    return Parameter(np.array(values if len(values) > 1 else values[0], dtype=float))


def test_a_node_used_many_times_gets_the_sum():
    w = parameter(3.0)
    square = w * w
    gradients = backward(square * square + square + w)  # w^4 + w^2 + w
    assert gradients[w] == 4 * 27 + 2 * 3 + 1


def test_a_diamond_of_diamonds_is_walked_once_per_node():
    calls = []

    @op
    def counted(x):
        def pullback(d):
            calls.append(1)
            return (d,)

        return x.copy(), pullback

    w = parameter(1.0)
    x = w
    for _ in range(20):
        x = counted(x)
        x = x + x
    assert backward(x)[w] == 2**20
    assert len(calls) == 20


def test_a_graph_of_100_000_nodes_meets_no_recursion_limit():
    w = parameter(1.0)
    x = w
    for _ in range(100_000):
        x = -x
    assert backward(x)[w] == 1
    for _ in range(100_000):
        x = x + w  # dropped without a backward: freeing it must not recurse either
    del x


def test_gradients_are_of_parameters_only_and_constants_cost_nothing():
    def dear():
        raise AssertionError("nobody wants this")

    @op
    def product(a, b):
        return a * b, lambda d: (dear, d * a)

    w = parameter(2.0)
    gradients = backward(product(np.array(5.0), w))
    assert list(gradients) == [w] and gradients[w] == 5


def test_an_entry_may_be_none():
    @op
    def stop(x):
        return x, lambda d: (None,)

    w = parameter(2.0)
    assert backward(stop(w) * w)[w] == 2


def test_a_shared_gradient_is_never_written():
    a, b = parameter(1.0, 2.0), parameter(3.0, 4.0)
    total = a + b  # both get the same array, and a gets more
    gradients = backward(ops.sum(total + a + a + a))
    assert gradients[a].tolist() == [4, 4] and gradients[b].tolist() == [1, 1]


def test_several_outputs():
    @op
    def split(x):
        def pullback(d):
            return (sum(k * part for k, part in zip((1, 10, 100), d) if part is not None),)

        return (x, 10 * x, 100 * x), pullback

    w = parameter(1.0)
    a, _, c = split(w)
    assert backward(a + c)[w] == 101
    _, b, _ = split(w)
    assert backward(b)[w] == 10


def test_keyword_arguments_carry_gradients():
    w, b = parameter(2.0).value.reshape(1, 1), parameter(1.0, 2.0)
    x = Tensor(np.ones((2, 1)))
    gradients = backward(ops.sum(ops.affine(x, w=np.repeat(w, 2, 1), bias=b)))
    assert gradients[b].tolist() == [2, 2]


def test_memory_is_freed_on_the_way_and_backward_is_once():
    seen = []

    @op
    def keeps(x):
        class Residual:
            pass

        residual = Residual()
        seen.append(weakref.ref(residual))
        return x.copy(), lambda d: (d if residual else None,)

    w = parameter(1.0)
    middle = keeps(w)
    loss = keeps(middle)
    backward(loss)
    gc.collect()
    assert [reference() for reference in seen] == [None, None]
    with pytest.raises(RuntimeError, match="backward has been through keeps before"):
        backward(loss)
    with pytest.raises(RuntimeError, match="before"):
        backward(middle * 2)


def test_an_activation_that_no_pullback_keeps_is_freed_at_once():
    w = parameter(1.0, 2.0)
    total = w + 1
    reference = weakref.ref(total)
    total = ops.sum(total + 1)
    assert reference() is None


def test_a_parameter_written_between_forward_and_backward_is_an_error():
    w = parameter(2.0)
    w.name = "layers.0.w"
    loss = w * w
    w.value += 1
    w.version += 1
    with pytest.raises(RuntimeError, match=r"layers\.0\.w was written"):
        backward(loss)


def test_float32_by_default_and_numbers_never_upcast():
    w = Parameter([1.0, 2.0])
    assert w.dtype == np.float32 and Tensor(3.0).dtype == np.float32 and Tensor(3).dtype.kind == "i"
    for y in (w * 2.5, 1 / w, w ** np.float64(0.5), np.float64(3) * w, w + np.sqrt(2), ops.maximum(w, 0.5)):
        assert y.dtype == np.float32
        assert backward(ops.sum(y))[w].dtype == np.float32
    assert Tensor(np.array(1.0)).dtype == np.float64
    assert (Parameter(np.ones(2)) * 2.5).dtype == np.float64


def test_an_array_on_the_left_asks_the_tensor():
    w = parameter(1.0, 2.0)
    for y in (np.ones(2) + w, np.ones(2) * w, np.ones((3, 2)) @ w, np.ones(2) - w, np.ones(2) / w):
        assert isinstance(y, Tensor) and y.node is not None


def test_no_grad_keeps_nothing_and_only_in_its_own_thread():
    w, inside, others = parameter(1.0), threading.Event(), []
    thread = threading.Thread(target=lambda: (inside.wait(), others.append((w * w).node)))
    thread.start()
    with no_grad():
        inside.set()
        thread.join()
        assert (w * w).node is None
        with no_grad():
            pass
        assert (w * w).node is None
    assert (w * w).node is not None and others[0] is not None


def test_a_detached_tensor_is_a_constant():
    w = parameter(3.0)
    assert backward((w * w).detach() * w)[w] == 9


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_loss_that_is_not_finite_names_its_op(value):
    w = parameter(value)
    with pytest.raises(FloatingPointError, match=f"multiply.* is {value}"):
        backward(w * 2)


@pytest.mark.parametrize("make", [lambda w: w * np.ones(2), lambda w: Tensor(1.0)])
def test_backward_says_what_it_wants(make):
    with pytest.raises(BadInput, match="backward: the loss"):
        backward(make(parameter(1.0)))


def test_a_parameter_owns_its_memory():
    values = np.ones((3, 2)).T
    w = Parameter(values)
    w.value += 1
    assert values.sum() == 6 and w.value.flags.c_contiguous


@pytest.mark.parametrize(
    "call",
    [
        lambda x: ops.softmax(x),
        lambda x: ops.layer_norm(x),
        lambda x: ops.gelu(x),
        lambda x: ops.relu(x),
        lambda x: ops.affine(x, np.eye(4, dtype=np.float32), activation="relu"),
        lambda x: ops.affine(x, np.eye(4, dtype=np.float32), activation="tanh"),
        lambda x: ops.softmax_cross_entropy(x, np.zeros(3, int)),
        lambda x: ops.attention(x, x, x),
    ],
)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_stays_so_through_the_kernels(call, value):
    x = np.zeros((3, 4), np.float32)
    x[1, 2] = value
    with np.errstate(invalid="ignore"):
        y = call(x).value
    assert not np.isfinite(y).all() or (value == np.inf and np.all(np.abs(y[1]) <= 1))
