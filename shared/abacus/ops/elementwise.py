"""Functions of one number, applied to every entry, and the few of two or three."""

import math

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.ops.arithmetic import pair, sum_to
from abacus.tensor import op


@op
def exp(x):
    """e^x."""
    y = np.exp(x)
    return y, lambda dy: (dy * y,)


@op
def log(x):
    """The natural logarithm."""
    return np.log(x), lambda dy: (dy / x,)


@op
def sqrt(x):
    """√x."""
    y = np.sqrt(x)
    return y, lambda dy: (dy * 0.5 / y,)


@op
def sin(x):
    """sin x."""
    return np.sin(x), lambda dy: (dy * np.cos(x),)


@op
def cos(x):
    """cos x."""
    return np.cos(x), lambda dy: (-dy * np.sin(x),)


@op
def tanh(x):
    """tanh x, with slope 1 - tanh² x."""
    y = np.tanh(x)
    return y, lambda dy: (dy * (1 - y * y),)


@op
def sigmoid(x):
    """σ(x) = 1 / (1 + e^-x), by way of tanh, which does not overflow; slope σ(1 - σ)."""
    y = np.tanh(x * 0.5) * 0.5 + 0.5
    return y, lambda dy: (dy * y * (1 - y),)


@op
def relu(x):
    """max(x, 0); its slope at 0 is 0."""
    y = np.maximum(x, 0)
    return y, lambda dy: (dy * (y > 0),)


@op
def leaky_relu(x, slope=0.01):
    """x where x > 0, slope·x elsewhere."""
    factor = np.where(x > 0, 1, slope).astype(x.dtype)
    return x * factor, lambda dy: (dy * factor,)


@op
def elu(x, alpha=1.0):
    """x where x > 0, alpha·(e^x - 1) elsewhere."""
    below = alpha * np.expm1(np.minimum(x, 0))
    return np.where(x > 0, x, below), lambda dy: (dy * np.where(x > 0, 1, below + alpha).astype(x.dtype),)


@op
def softplus(x):
    """log(1 + e^x) = max(x, 0) + log(1 + e^-|x|); its slope is σ(x)."""
    with np.errstate(invalid="ignore"):  # NaN passes, and NumPy would warn of it
        y = np.logaddexp(x, 0, dtype=x.dtype)
    return y, lambda dy: (dy * (np.tanh(x * 0.5) * 0.5 + 0.5),)


@op
def silu(x):
    """x·σ(x)."""
    s = np.tanh(x * 0.5) * 0.5 + 0.5
    return x * s, lambda dy: (dy * s * (1 + x * (1 - s)),)


@op
def gelu(x):
    """x·Φ(x), Φ the distribution function of the standard normal."""
    flat = np.ascontiguousarray(x).reshape(-1)
    y = np.empty_like(flat)
    kernels.affine.gelu(flat, y)

    def pullback(dy):
        dx = np.empty_like(flat)
        kernels.affine.gelu_pullback(np.ascontiguousarray(dy).reshape(-1), flat, dx)
        return (dx.reshape(x.shape),)

    return y.reshape(x.shape), pullback


@op
def gelu_tanh(x):
    """0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))): the approximation that GPT-2 used."""
    c = math.sqrt(2 / math.pi)
    squares = x * x
    t = np.tanh(c * x * (1 + 0.044715 * squares))

    def pullback(dy):
        return (dy * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * c * (1 + 3 * 0.044715 * squares)),)

    return 0.5 * x * (1 + t), pullback


@op(whole="exact")
def absolute(x):
    """|x|; its slope at 0 is 0."""
    return np.abs(x), lambda dy: (dy * np.sign(x),)


@op(whole="exact")
def square(x):
    """x²."""
    return x * x, lambda dy: (dy * 2 * x,)


@op(whole="exact")
def clip(x, low, high):
    """x kept within [low, high]; the slope is 1 inside and on the ends, 0 outside."""
    return np.clip(x, low, high), lambda dy: (dy * ((x >= low) & (x <= high)),)


@op(whole="exact")
def maximum(a, b):
    """The larger of a and b, entry by entry, broadcasting; where they are equal each gets half the gradient."""
    a, b = pair("maximum", a, b)
    return np.maximum(a, b), lambda d: _shared(d, a, b, np.greater)


@op(whole="exact")
def minimum(a, b):
    """The smaller of a and b, entry by entry, broadcasting; where they are equal each gets half the gradient."""
    a, b = pair("minimum", a, b)
    return np.minimum(a, b), lambda d: _shared(d, a, b, np.less)


def _shared(d, a, b, wins):
    half = np.equal(a, b) * d.dtype.type(0.5)
    return lambda: sum_to(d * (wins(a, b) + half), np.shape(a)), lambda: sum_to(d * (wins(b, a) + half), np.shape(b))


@op(whole="exact", keeps=("condition",))
def where(condition, a, b):
    """a where condition holds, b elsewhere, broadcasting."""
    a, b = pair("where", a, b)
    shape = np.broadcast_shapes(np.shape(a), np.shape(b))
    try:
        np.broadcast_shapes(np.shape(condition), shape)
    except ValueError:
        raise BadInput(
            f"where: condition has shape {np.shape(condition)}, which does not broadcast to {shape}"
        ) from None
    y = np.where(condition, a, b)

    def pullback(d):
        return (
            None,
            lambda: sum_to(d * (condition != 0), np.shape(a)),
            lambda: sum_to(d * (condition == 0), np.shape(b)),
        )

    return y, pullback
