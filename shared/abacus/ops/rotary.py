"""Rotary position embedding (Su et al. 2021, "RoFormer", eq. 34): pairs of entries are turned by an angle that grows with
the place."""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_broadcast, expect_shape
from abacus.ops.arithmetic import sum_to
from abacus.ops.conv import whole
from abacus.ops.floats import floats
from abacus.tensor import op


@op
def rotary(x, cos, sin, interleaved=False):
    """Each pair (a, b) of x (…, time, width) becomes (a cos - b sin, a sin + b cos); cos and sin (time, pairs), or any shape
    that broadcasts to (…, time, pairs), of `rotary_angles`.

    A pair are entries i and i + pairs of the last axis, or with `interleaved` entries 2i and 2i + 1. Only the first 2·pairs
    entries are turned; those beyond them stay. The gradient is turned back.
    """
    x, cos, sin = (floats("rotary", argument, a) for argument, a in (("x", x), ("cos", cos), ("sin", sin)))
    expect_shape("rotary", "x", x.shape, (..., "time", "width"))
    expect_shape("rotary", "sin", sin.shape, cos.shape)
    pairs = cos.shape[-1] if cos.ndim else 0
    if 2 * pairs > x.shape[-1]:
        raise BadInput(f"rotary: cos has shape {cos.shape}, wanted at most half the width of x {x.shape} as pairs")
    expect_broadcast("rotary", "cos", cos.shape, (*x.shape[:-1], pairs))
    ends = slice(0, 2 * pairs, 2), slice(1, 2 * pairs, 2)
    first, second = ends if interleaved else (slice(0, pairs), slice(pairs, 2 * pairs))
    a, b = x[..., first], x[..., second]
    dtype = np.result_type(x, cos, sin)

    def turned(x, a, b, sin):
        y = x.astype(dtype)
        y[..., first], y[..., second] = a * cos - b * sin, a * sin + b * cos
        return y

    def pullback(dy):
        da, db = dy[..., first], dy[..., second]
        return (
            lambda: turned(dy, da, db, -sin),
            lambda: sum_to(da * a + db * b, cos.shape),
            lambda: sum_to(db * a - da * b, sin.shape),
        )

    return turned(x, a, b, sin), pullback


def rotary_angles(time, width, base=10000.0):
    """(cos, sin) of the angles t·base^(-2i / width), float32 (time, width / 2) each: NumPy arrays. time: how many places, or an
    array of places of any shape."""
    if not whole(width) or width < 0 or width % 2:
        raise BadInput(f"rotary_angles: width is {width}, wanted an even number")
    places = np.arange(time) if np.ndim(time) == 0 else np.asarray(time)
    angles = places[..., None] * base ** (-np.arange(0, width, 2) / max(width, 1))
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
