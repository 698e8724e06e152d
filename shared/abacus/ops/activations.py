"""Further activations, with PyTorch's conventions: each has an array x of any shape, and NaN passes through all of them."""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_broadcast
from abacus.ops.arithmetic import sum_to
from abacus.ops.elementwise import softplus
from abacus.ops.floats import entrywise, floats
from abacus.tensor import op

SELU_SCALE, SELU_ALPHA = 1.0507009873554804934, 1.6732632423543772848  # Klambauer et al. 2017, eq. 14


@entrywise
def selu(x):
    """1.0507·x where x > 0, 1.0507·1.6733·(e^x - 1) elsewhere: normal entries keep mean 0 and variance 1 (Klambauer et al.
    2017, eq. 2)."""
    below = SELU_ALPHA * np.expm1(np.minimum(x, 0))
    return SELU_SCALE * np.where(x > 0, x, below), lambda dy: (
        dy * SELU_SCALE * np.where(x > 0, 1, below + SELU_ALPHA).astype(x.dtype),
    )


@entrywise
def celu(x, alpha=1.0):
    """x where x > 0, alpha·(e^(x / alpha) - 1) elsewhere, whose slope at 0 is 1 for every alpha (Barron 2017)."""
    if alpha == 0:
        raise BadInput("celu: alpha is 0, wanted another number")
    below = np.expm1(np.where(x > 0, 0, x) / alpha)
    return np.where(x > 0, x, alpha * below), lambda dy: (dy * np.where(x > 0, 1, below + 1).astype(x.dtype),)


@op
def prelu(x, slope):
    """x where x > 0, slope·x elsewhere (He et al. 2015). A slope (channels,) stands along axis 1 of x, or is one number
    (1,); of any other number of axes it broadcasts to x. The slope's gradient is Σ dy·x over x <= 0."""
    x, slope = floats("prelu", "x", x), floats("prelu", "slope", slope)
    along = slope
    if slope.ndim == 1 and (x.ndim > 1 or slope.size == 1):
        along = slope.reshape(-1, *[1] * (x.ndim - 2)) if x.ndim > 1 else slope.reshape(())
    expect_broadcast("prelu", "slope", along.shape, x.shape)
    y = np.where(x > 0, x, along * x)

    def pullback(dy):
        return lambda: dy * np.where(x > 0, 1, along).astype(y.dtype), lambda: sum_to(
            dy * np.where(x > 0, 0, x), along.shape
        ).reshape(slope.shape)

    return y, pullback


@entrywise
def hardsigmoid(x, slope=1 / 6, shift=0.5):
    """slope·x + shift kept within [0, 1]; its own slope is 0 on the ends and outside."""
    line = x * slope + shift
    return np.clip(line, 0, 1), lambda dy: (dy * slope * ((line > 0) & (line < 1)),)


@entrywise
def hardswish(x):
    """x·clip(x + 3, 0, 6) / 6 (Howard et al. 2019, section 5.2)."""
    gate = np.clip(x + 3, 0, 6) / 6
    return x * gate, lambda dy: (dy * (gate + x / 6 * (np.abs(x) < 3)),)


@entrywise
def hardtanh(x, low=-1.0, high=1.0):
    """x kept within [low, high]; the slope is 1 inside, 0 on the ends and outside. hardtanh(x, 0, 6) is ReLU6."""
    if not low <= high:
        raise BadInput(f"hardtanh: low is {low} and high {high}, wanted low <= high")
    return np.clip(x, low, high), lambda dy: (dy * ((x > low) & (x < high)),)


@entrywise
def mish(x):
    """x·tanh(log(1 + e^x)) (Misra 2019)."""
    t = np.tanh(softplus.__wrapped__(x)[0])
    return x * t, lambda dy: (dy * (t + x * (1 - t * t) * (np.tanh(x * 0.5) * 0.5 + 0.5)),)


@entrywise
def softsign(x):
    """x / (1 + |x|)."""
    room = 1 + np.abs(x)
    return x / room, lambda dy: (dy / (room * room),)


@entrywise
def log_sigmoid(x):
    """log σ(x) = -log(1 + e^-x), finite for every finite x; its slope is σ(-x)."""
    return -softplus.__wrapped__(-x)[0], lambda dy: (dy * (0.5 - np.tanh(x * 0.5) * 0.5),)


@entrywise
def softshrink(x, bound=0.5):
    """x moved towards 0 by bound, and 0 where |x| <= bound: the proximal step of bound·|x|."""
    if not bound >= 0:
        raise BadInput(f"softshrink: bound is {bound}, wanted at least 0")
    off = x - np.clip(x, -bound, bound)
    return off, lambda dy: (dy * (np.abs(x) > bound),)


@entrywise
def hardshrink(x, bound=0.5):
    """x, but 0 where |x| <= bound."""
    near = np.abs(x) <= bound
    return np.where(near, 0, x), lambda dy: (dy * ~near,)


@entrywise
def tanhshrink(x):
    """x - tanh x, with slope tanh² x."""
    t = np.tanh(x)
    return x - t, lambda dy: (dy * (t * t),)


@entrywise
def threshold(x, bound, value=0.0):
    """x where x > bound, `value` elsewhere."""
    below = x <= bound
    return np.where(below, value, x).astype(x.dtype), lambda dy: (dy * ~below,)


@entrywise
def glu(x, axis=-1):
    """a·σ(b), a and b the first and the second half of x along axis (Dauphin et al. 2017)."""
    if not -x.ndim <= axis < x.ndim or x.shape[axis] % 2:
        raise BadInput(f"glu: x has shape {x.shape}, wanted an even number of entries along axis {axis}")
    a, b = np.split(x, 2, axis=axis)
    gate = np.tanh(b * 0.5) * 0.5 + 0.5
    return a * gate, lambda dy: (np.concatenate([dy * gate, dy * a * gate * (1 - gate)], axis=axis),)
