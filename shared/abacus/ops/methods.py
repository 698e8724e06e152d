"""What a Tensor answers to: operators and methods, each an op by another name, and comparisons.

`tensor` lies below `ops`, so they are given to Tensor here. An op is a function whose first argument is the tensor, so
it is a method as it stands: t.sum(axis=0) is ops.sum(t, axis=0), the same function.
"""

import operator

from abacus.ops import arithmetic, elementwise, reductions, shapes
from abacus.tensor import Tensor

METHODS = (
    *(reductions.sum, reductions.mean, reductions.max, reductions.min, reductions.var, reductions.cumsum),
    *(reductions.logsumexp, reductions.softmax, reductions.log_softmax),
    *(elementwise.exp, elementwise.log, elementwise.sqrt, elementwise.square, elementwise.sin, elementwise.cos),
    *(elementwise.tanh, elementwise.sigmoid, elementwise.relu, elementwise.clip),
    *(shapes.reshape, shapes.transpose, shapes.swapaxes, shapes.broadcast_to, shapes.flip),
)
OPERATORS = {
    "add": ("+", arithmetic.add),
    "sub": ("-", arithmetic.subtract),
    "mul": ("*", arithmetic.multiply),
    "truediv": ("/", arithmetic.divide),
    "matmul": ("@", arithmetic.matmul),
    "pow": ("**", arithmetic.power),
}
COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def _swapped(function):
    return lambda a, b: function(b, a)


def _refused(sign):
    def refuse(t, x):
        raise TypeError(f"t {sign}= x would write a tensor that the tape may still need: write t = t {sign} x")

    return refuse


def _comparison(sign, compare):
    """Entry by entry, as a NumPy array: no gradient flows through it."""
    return lambda a, b: compare(*arithmetic.pair(sign, a.value, b.value if isinstance(b, Tensor) else b))


def _set_item(t, index, x):
    raise TypeError(
        "t[i] = x would write a tensor that the tape may still need: see ops.where, ops.concat and ops.stack"
    )


for _function in METHODS:
    setattr(Tensor, _function.__name__, _function)
for _name, (_sign, _op) in OPERATORS.items():
    setattr(Tensor, f"__{_name}__", _op)
    setattr(Tensor, f"__r{_name}__", _swapped(_op))
    setattr(Tensor, f"__i{_name}__", _refused(_sign))
for _name, _sign in COMPARISONS.items():
    setattr(Tensor, f"__{_name}__", _comparison(_sign, getattr(operator, _name)))
Tensor.__neg__, Tensor.__abs__ = arithmetic.negative, elementwise.absolute
Tensor.__getitem__, Tensor.__setitem__ = shapes.getitem, _set_item
Tensor.T = property(shapes.transpose, doc="The tensor with its axes in reverse order: a matrix transposed.")
