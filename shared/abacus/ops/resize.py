"""Resizing along axes: nearest, linear and cubic interpolation, and means over areas. Each axis is a sparse matrix of its own.

Axes are resized one after the other, and the gradient goes through the transposed matrices.
"""

import math

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape, expect_word
from abacus.ops.conv import whole
from abacus.ops.floats import floats
from abacus.tensor import op

COORDINATES = {  # where in n old places the new place i lies, of m new places, `width` being scale·n
    "half_pixel": lambda i, n, m, scale, width: (i + 0.5) / scale - 0.5,
    "asymmetric": lambda i, n, m, scale, width: i / scale,
    "align_corners": lambda i, n, m, scale, width: i * 0.0 if m == 1 else i * ((n - 1) / (width - 1)),
    "pytorch_half_pixel": lambda i, n, m, scale, width: i * 0.0 if m == 1 else (i + 0.5) / scale - 0.5,
    "half_pixel_symmetric": lambda i, n, m, scale, width: n / 2 * (1 - m / width) + (i + 0.5) / scale - 0.5,
}
ROUNDING = {
    "floor": np.floor,
    "ceil": np.ceil,
    "half_up": lambda p: np.floor(p + 0.5),
    "half_down": lambda p: np.ceil(p - 0.5),
}
MODES = ("nearest", "linear", "cubic", "area")


@op
def resize(
    x,
    size=None,
    scale=None,
    mode="nearest",
    coordinates="usual",
    rounding="floor",
    cubic=-0.75,
    antialias=False,
    exclude_outside=None,
):
    """x (n, channels, …) with other lengths of the axes …: `size`, or ⌊scale·length⌋; a number or one per axis.

    mode: "nearest", "linear" (bilinear for images), "cubic" (Keys 1981, a = `cubic`), or "area", means as in
    adaptive_avg_pool. coordinates says which old place p the new place i is: "half_pixel" (i + 1/2) / scale - 1/2,
    "asymmetric" i / scale, "align_corners" i (n - 1) / (m - 1), or ONNX's "pytorch_half_pixel" and
    "half_pixel_symmetric"; "usual" is "asymmetric" for nearest and "half_pixel" else, as in PyTorch. rounding of p for
    nearest: "floor", "ceil", "half_up" or "half_down". Places beyond the ends count as the end's, or with
    exclude_outside for nothing. antialias widens the window where x shrinks, and excludes what is outside unless told
    otherwise. With size and scale both, scale says the places (ONNX).
    """
    x = floats("resize", "x", x)
    expect_shape("resize", "x", x.shape, ("n", "channels", ...))
    for argument, word, words in (
        ("mode", mode, MODES),
        ("coordinates", coordinates, ("usual", *COORDINATES)),
        ("rounding", rounding, tuple(ROUNDING)),
    ):
        expect_word("resize", argument, word, words)
    if coordinates == "usual":
        coordinates = "asymmetric" if mode == "nearest" else "half_pixel"
    exclude = antialias if exclude_outside is None else exclude_outside
    maps = {}
    for axis, (n, m, factor, width) in enumerate(_lengths(x, size, scale), 2):
        if mode == "area":
            maps[axis] = area(n, m)
            continue
        p = COORDINATES[coordinates](np.arange(m), n, m, factor, width)
        if mode == "nearest":
            maps[axis] = _matrix(ROUNDING[rounding](p)[:, None], np.ones((m, 1)), n)
        else:
            narrow = min(1.0, factor) if antialias else 1.0
            maps[axis] = _matrix(*_taps(p, n, mode, cubic, narrow, exclude), n)
    return along(x, maps), lambda dy: (along(dy, {axis: matrix.T for axis, matrix in maps.items()}),)


def along(x, maps):
    """x with its axes mapped, each by the sparse matrix (new length, old length) that `maps` has for it."""
    for axis, matrix in maps.items():
        rows = np.moveaxis(x, axis, 0)
        flat = rows.reshape(len(rows), math.prod(rows.shape[1:]))
        x = np.moveaxis((matrix.astype(x.dtype) @ flat).reshape(matrix.shape[0], *rows.shape[1:]), 0, axis)
    return x


def area(n, m):
    """The sparse matrix (m, n) of means: window i reaches from ⌊i n / m⌋ to ⌈(i + 1) n / m⌉."""
    from scipy.sparse import csr_array

    low, high = np.arange(m) * n // m, -(-(np.arange(m) + 1) * n // m)
    columns = np.concatenate([np.arange(a, b) for a, b in zip(low, high)]) if m else np.zeros(0, int)
    weights = np.repeat(1 / (high - low), high - low)
    return csr_array((weights, columns, np.concatenate([[0], np.cumsum(high - low)])), shape=(m, n))


def _lengths(x, size, scale):
    """(old length, new length, factor, factor·old length) of each axis."""
    axes = x.shape[2:]
    sizes, scales = ([v] * len(axes) if v is None or np.ndim(v) == 0 else list(v) for v in (size, scale))
    if (size is None and scale is None) or len(sizes) != len(axes) or len(scales) != len(axes):
        raise BadInput(
            f"resize: size is {size} and scale {scale}, wanted one of them, a number or {len(axes)} for x {x.shape}"
        )
    for n, m, factor in zip(axes, sizes, scales):
        if factor is not None and not (0 < factor < np.inf):
            raise BadInput(f"resize: scale is {scale}, wanted more than 0")
        if m is None:
            m = math.floor(n * factor)
            width = m
        else:
            width = m if factor is None else n * factor
        if not whole(m) or m < 1 or n < 1:
            raise BadInput(
                f"resize: x has shape {x.shape} and would get an axis of {m}, wanted at least one entry of each"
            )
        yield n, int(m), m / n if factor is None else factor, width


def _taps(p, n, mode, a, narrow, exclude):
    """(places, weights), (m, taps) each: the filter of width 1 / narrow about p; what lies outside is cut off where
    `exclude`."""
    reach = (1 if mode == "linear" else 2) / narrow
    places = np.floor(p - reach)[:, None] + 1 + np.arange(math.ceil(2 * reach))
    distance = np.abs(places - p[:, None]) * narrow
    weights = np.maximum(1 - distance, 0) if mode == "linear" else _keys(distance, a)
    if exclude:
        weights = np.where((places >= 0) & (places < n), weights, 0)
    return places, weights / weights.sum(axis=1, keepdims=True)


def _keys(t, a):
    """Keys' cubic kernel at the distance t (Keys 1981, eq. 4 with a in place of -1/2)."""
    near = ((a + 2) * t - (a + 3)) * t * t + 1
    far = ((a * t - 5 * a) * t + 8 * a) * t - 4 * a
    return np.where(t <= 1, near, np.where(t < 2, far, 0))


def _matrix(places, weights, n):
    """The sparse matrix (m, n) of so many taps per row; places beyond the ends are the ends."""
    from scipy.sparse import csr_array

    m, taps = places.shape
    columns = np.clip(places, 0, n - 1).astype(int)
    matrix = csr_array((weights.reshape(-1), columns.reshape(-1), np.arange(m + 1) * taps), shape=(m, n))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix
