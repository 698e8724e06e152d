"""The tape: `op` lifts a function on arrays that returns (value, pullback); `backward` walks the pullbacks in reverse.

A pullback takes ∂loss/∂value and returns one entry for each array argument: an array, None where no gradient flows, or
a thunk (a callable without arguments) that is evaluated only where the gradient is wanted. It never writes its inputs,
its residuals or the incoming gradient; what it returns may be shared, so nobody else writes that either. Where the
value is a tuple, so is the incoming gradient, with None for the outputs that nobody used.

Nodes are numbered as they are made, and creation order is a topological order: no recursion. A Tensor knows its node
and a node its sources, never the reverse: an activation that no pullback keeps is freed at once.
Operators, indexing and methods such as sum come from abacus.ops.methods, since imports only go down; tensor.pyi tells
editors about them.
"""

import contextlib
import functools
import heapq
import inspect
import itertools
import threading

import numpy as np

from abacus import dtypes
from abacus.dtypes import DOUBLE, SINGLE
from abacus.errors import BadInput
from abacus.expect import expect_word

_numbers = itertools.count()
_recording = threading.local()
_SETTINGS = frozenset({int, float, bool, type(None), tuple})  # what is no array of numbers, whatever the op
_WORDY = frozenset({"activation", "padding", "mode"})  # arguments that may be a word though their default is none


def as_array(value):
    """`value` as an array of float32, float64, whole numbers or truth values. What has no type of its own (Python numbers,
    lists) becomes float32; whole numbers stay so; what becomes of other types: abacus.dtypes."""
    if type(value) is np.ndarray:
        return value if value.dtype is SINGLE or value.dtype is DOUBLE else dtypes.plain(value, "the array")
    return dtypes.listed(value, "the value")


class Tensor:
    """An array that remembers where it came from: `node`, and which of its outputs. A constant has no node.

    `value` is the NumPy array. Operators, indexing and the methods named after ops record a gradient; comparisons, argmax
    and all that leaves the tape (value, item, float) do not.
    """

    __array_ufunc__ = None  # array + tensor asks the tensor
    __hash__ = object.__hash__  # one tensor is one key, though == compares entries

    def __init__(self, value, node=None, index=0):
        self.value, self.node, self.index = as_array(value), node, index

    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    dtype = property(lambda self: self.value.dtype)
    size = property(lambda self: self.value.size)

    def numpy(self):
        """The value as a NumPy array, the tensor's own memory: what is computed from it has no gradient."""
        return self.value

    def item(self):
        """The value of a tensor of one entry as a Python number. BadInput where it has more, or none."""
        if self.value.size != 1:
            raise BadInput(f"a tensor of shape {self.shape} is not one number: wanted a tensor of one entry")
        return self.value.item()

    def detach(self):
        """The same value as a constant: no gradient flows through it."""
        return Tensor(self.value)

    def argmax(self, axis=None):
        """Where the largest entries stand along axis, as a NumPy array: numbers of places have no gradient."""
        return self.value.argmax(axis)

    def argmin(self, axis=None):
        """Where the smallest entries stand along axis, as a NumPy array."""
        return self.value.argmin(axis)

    def __float__(self):
        return float(self.item())

    def __int__(self):
        return int(self.item())

    def __bool__(self):
        return bool(self.item())

    def __format__(self, spec):
        return format(self.item() if spec else str(self), spec)

    def __len__(self):
        if self.ndim == 0:
            raise TypeError("a tensor of shape () has no length: it is one number")
        return len(self.value)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __array__(self, dtype=None, copy=None):
        if self.node is not None:
            raise BadInput(
                f"NumPy was given a tensor that has a gradient ({self!r}), and would lose it: pass its .value"
            )
        return np.array(self.value, dtype=dtype, copy=copy)

    def __repr__(self):
        return f"<{'constant' if self.node is None else self.node.name} {self.value.shape} {self.value.dtype}>"


class Parameter(Tensor):
    """A leaf whose gradient `backward` returns. Who writes `value` in place adds one to `version` (optimisers do), so
    that a backward through the old value is an error and never a silently wrong gradient. Whole numbers become float32."""

    node = property(lambda self: self)
    index = property(lambda self: self.version)

    def __init__(self, value, name="parameter"):
        self.value = np.array(
            dtypes.floats(as_array(value), SINGLE), order="C"
        )  # its own memory, for the optimiser to write
        self.name, self.version = name, 0


class _Node:
    """One run of an op: its number, its pullback, and (position, node, index) of the arguments that want a gradient."""

    def __init__(self, name, sources, pullback, outputs):
        self.name, self.sources, self.pullback, self.outputs = name, sources, pullback, outputs
        self.number = next(_numbers)


def op(function=None, *, whole="floats", keeps=()):
    """Lift a function on arrays that returns (value, pullback) to one on Tensors (or arrays) that returns Tensors.

    The function sees float32 and float64 only: whole numbers and truth values become floats (abacus.dtypes). With
    whole="exact", for sums and products, they stay whole as int64 where all are; with whole="same", for what only moves
    entries, they keep their type there. The arguments named in `keeps` (labels, places, conditions) are left as given.
    A word is refused wherever the function takes none.
    """
    expect_word("op", "whole", whole, ("floats", "exact", "same"))
    if function is None:
        return functools.partial(op, whole=whole, keeps=keeps)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    name = function.__name__.lstrip("_")
    wordy = _WORDY | {k for k, p in inspect.signature(function).parameters.items() if isinstance(p.default, str)}

    def unwrap(argument, position, sources):
        if argument.node is not None:
            sources.append((position, argument.node, argument.index))
        return argument.value

    @functools.wraps(function)
    def lifted(*arguments, **options):
        sources = []
        arrays = [unwrap(a, i, sources) if isinstance(a, Tensor) else a for i, a in enumerate(arguments)]
        for key, a in options.items():
            options[key] = unwrap(a, names.index(key), sources) if isinstance(a, Tensor) else a
        if not (all(map(_ordinary, arrays)) and all(_ordinary(a) or word(a, k) for k, a in options.items())):
            arrays, options = settled(arrays, options)
        value, pullback = function(*arrays, **options)
        outputs = len(value) if type(value) is tuple else 1
        keep = sources and getattr(_recording, "on", True)
        node = _Node(name, sources, pullback, outputs) if keep else None
        return tuple(Tensor(v, node, i) for i, v in enumerate(value)) if type(value) is tuple else Tensor(value, node)

    def word(a, argument):
        return type(a) is str and argument in wordy

    def settled(arrays, options):
        own = [names[i] if i < len(names) else "" for i in range(len(arrays))] + list(options)
        for argument, a in zip(own, (*arrays, *options.values())):
            if isinstance(a, str) and not word(a, argument):
                raise BadInput(f"{name}: {argument or 'an array'} is {a!r}, wanted no word")
        found = dtypes.settled(
            [*arrays, *options.values()],
            [f"{name}: {argument or 'an array'}" for argument in own],
            [argument in keeps for argument in own],
            whole,
        )
        return found[: len(arrays)], dict(zip(options, found[len(arrays) :]))

    lifted.is_op = True
    return lifted


def _ordinary(a):
    """Whether an op can take the argument as it is: by far the most are."""
    kind = type(a)
    return kind in _SETTINGS if kind is not np.ndarray else a.dtype is SINGLE or a.dtype is DOUBLE


@contextlib.contextmanager
def no_grad():
    """Inside, ops keep nothing for backward (evaluation). It holds for this thread."""
    before = getattr(_recording, "on", True)
    _recording.on = False
    try:
        yield
    finally:
        _recording.on = before


def backward(loss):
    """{parameter: ∂loss/∂parameter} for every Parameter that the number `loss` depends on; never to be written.

    The graph is freed on the way: one graph serves one backward. FloatingPointError where the loss is not finite.
    """
    if loss.value.size != 1:
        raise BadInput(f"backward: the loss has shape {loss.shape}, wanted a single number")
    if loss.node is None:
        raise BadInput("backward: the loss depends on no Parameter, or was computed under no_grad")
    if not np.isfinite(loss.value).all():
        raise FloatingPointError(f"the loss (from {loss.node.name}) is {loss.value.item()}")
    sums, own = {}, set()  # by (node, index): the gradient so far; which of them are arrays of our own making
    queue, queued = [], set()

    def send(source, index, gradient):
        if isinstance(source, Parameter):
            if source.version != index:
                raise RuntimeError(f"{source.name} was written after its use and before backward")
        elif source not in queued:
            queued.add(source)
            heapq.heappush(queue, (-source.number, source))
        key = source, index
        if key not in sums:
            sums[key] = gradient
        elif key in own:
            sums[key] += gradient
        else:
            sums[key] = sums[key] + gradient
            own.add(key)

    send(loss.node, loss.index, np.ones_like(loss.value))
    while queue:
        node = heapq.heappop(queue)[1]  # its gradient is complete: all its users have larger numbers
        incoming = [sums.pop((node, i), None) for i in range(node.outputs)]
        for source, index, gradient in _pull(node, incoming):
            send(source, index, gradient)
    return {parameter: np.asarray(gradient) for (parameter, _), gradient in sums.items()}


def _pull(node, incoming):
    """Run a node's pullback, once, and free it: yields (source, index, gradient) where a gradient flows."""
    if node.pullback is None:
        raise RuntimeError(f"backward has been through {node.name} before: one graph serves one backward")
    entries, sources = node.pullback(incoming[0] if node.outputs == 1 else tuple(incoming)), node.sources
    node.pullback, node.sources = None, ()
    for position, source, index in sources:
        gradient = entries[position]() if callable(entries[position]) else entries[position]
        if gradient is not None:
            yield source, index, gradient
