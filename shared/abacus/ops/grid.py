"""Images sampled at given places (spatial transformers, Jaderberg et al. 2015), and the grid of an affine map."""

import itertools

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape, expect_word
from abacus.ops.conv import whole
from abacus.ops.floats import floats
from abacus.tensor import op

PADDING = ("zeros", "border", "reflection")
MODES = ("linear", "nearest", "cubic")


@op
def grid_sample(x, grid, mode="linear", padding="zeros", align_corners=False):
    """y[n, c, i, j] = x[n, c] at the place grid[n, i, j] = (column, row): x (n, c, h, w), grid (n, H, W, 2), or volumes x
    (n, c, d, h, w) and grid (n, D, H, W, 3), places as (column, row, frame).

    -1 and 1 are the centres of the outermost pixels with align_corners, else their outer edges. mode: "linear", "nearest"
    (halves to even) or "cubic" (Keys, a = -3/4). Beyond the image are zeros, its border, or its reflection. The gradient goes
    to x and to the places, to these 0 for nearest and where the border holds them. Conventions of PyTorch's grid_sample.
    """
    name = "grid_sample"
    x, grid = floats(name, "x", x), floats(name, "grid", grid)
    if x.ndim not in (4, 5) or 0 in x.shape[2:]:
        raise BadInput(
            f"{name}: x has shape {x.shape}, wanted (n, channels, height, width) or (…, depth, height, width)"
        )
    axes = x.ndim - 2
    expect_shape(name, "grid", grid.shape, (len(x), *("depth", "height", "width")[-axes:], axes))
    expect_word(name, "mode", mode, MODES)
    expect_word(name, "padding", padding, PADDING)
    taps = [_taps(grid[..., axes - 1 - axis], n, mode, padding, align_corners) for axis, n in enumerate(x.shape[2:])]
    lead = np.arange(len(x)).reshape(-1, *[1] * axes)
    corners = list(itertools.product(*taps))
    last = np.moveaxis(x, 1, -1)  # channels last: a place picks all channels of a pixel
    y = np.zeros((*grid.shape[:-1], x.shape[1]), np.result_type(x, grid))
    for corner in corners:
        weight = _product(part[1] for part in corner)
        seen = (
            weight != 0
        )  # what is outside, and NaN beside a place that is exactly on another pixel, counts for nothing
        y += np.where(seen[..., None], last[(lead, *(part[0] for part in corner))] * weight[..., None], 0)

    def dx(dy):
        total = np.zeros(last.shape, y.dtype)
        for corner in corners:
            weight = _product(part[1] for part in corner)
            np.add.at(total, (lead, *(part[0] for part in corner)), dy * weight[..., None])
        return np.moveaxis(total, -1, 1).astype(x.dtype)

    def dgrid(dy):
        total = np.zeros(grid.shape, y.dtype)
        for corner in corners:
            inner = (dy * last[(lead, *(part[0] for part in corner))]).sum(axis=-1)
            for axis in range(axes):
                slope = _product(part[2 if k == axis else 1] for k, part in enumerate(corner))
                total[..., axes - 1 - axis] += inner * slope
        return total.astype(grid.dtype)

    def pullback(dy):
        dy = np.moveaxis(dy, 1, -1)
        return lambda: dx(dy), lambda: dgrid(dy)

    return np.moveaxis(y, -1, 1), pullback


@op
def affine_grid(theta, size, align_corners=False):
    """The places theta (n, 2, 3) · (column, row, 1) of an image (height, width), or theta (n, 3, 4) of a volume: a grid
    (n, *size, 2 or 3) for grid_sample."""
    theta = floats("affine_grid", "theta", theta)
    size = tuple(size)
    if len(size) not in (2, 3) or not all(whole(m) and m >= 1 for m in size):
        raise BadInput(f"affine_grid: size is {size}, wanted (height, width) or (depth, height, width)")
    axes = len(size)
    expect_shape("affine_grid", "theta", theta.shape, ("n", axes, axes + 1))
    ends = [np.linspace(-1, 1, m) if m > 1 else np.zeros(1) for m in size]
    if not align_corners:
        ends = [e * (m - 1) / m for e, m in zip(ends, size)]
    mesh = np.meshgrid(*ends, indexing="ij")
    base = np.stack([*reversed(mesh), np.ones(size)], axis=-1).astype(theta.dtype).reshape(-1, axes + 1)

    def pullback(dy):
        return (np.swapaxes(dy.reshape(len(theta), len(base), axes), 1, 2) @ base,)

    return (base @ theta.swapaxes(1, 2)).reshape(len(theta), *size, axes), pullback


def _taps(g, n, mode, padding, align_corners):
    """[(indices, weights, slopes of the weights by g)] along one axis of n pixels."""
    one = g.dtype.type(1)
    slope = (n - 1) / 2 if align_corners else n / 2
    p = (g + 1) * g.dtype.type(slope) - (0 if align_corners else g.dtype.type(0.5))
    if mode != "cubic":
        p, way = _held(p, n, padding, align_corners)
        slope = slope * way
    p = np.clip(np.nan_to_num(p, nan=-1.0), -(2.0**30), 2.0**30)  # so that a place is a whole number
    if mode == "nearest":
        return [_inside(np.rint(p), np.ones_like(p), np.zeros_like(p), n, "zeros", align_corners)]
    low = np.floor(p)
    t = p - low
    if mode == "linear":
        parts = [(low, 1 - t, -one), (low + 1, t, one)]
        return [_inside(i, w, slope * s, n, "zeros", align_corners) for i, w, s in parts]
    distance = (1 + t, t, 1 - t, 2 - t)
    return [
        _inside(low - 1 + k, *(_keys(d)[0], slope * sign * _keys(d)[1]), n, padding, align_corners)
        for k, (d, sign) in enumerate(zip(distance, (1, 1, -1, -1)))
    ]


def _inside(i, weight, slope, n, padding, align_corners):
    """The tap with an index that x has; outside, weight and slope are 0."""
    if padding != "zeros":
        i, _ = _held(i, n, padding, align_corners)
        i = np.rint(i)
    there = (i >= 0) & (i < n)
    zero = weight.dtype.type(0)
    return np.where(there, i, 0).astype(np.intp), np.where(there, weight, zero), np.where(there, slope, 0)


def _held(p, n, padding, align_corners):
    """(place, slope): p held within the image by its border or reflected into it."""
    if padding == "zeros":
        return p, 1
    way = np.ones_like(p)
    if padding == "reflection":
        low, span = (0, n - 1) if align_corners else (-0.5, n)
        if span == 0:
            return np.zeros_like(p), np.zeros_like(p)
        off = p - low
        with np.errstate(invalid="ignore"):  # of a place at infinity no rest is left: NaN
            even = np.floor(np.abs(off) / span) % 2 == 0
            rest = np.fmod(np.abs(off), span)
        p = np.where(even, rest + low, span - rest + low)
        way = np.where(off < 0, -1, 1) * np.where(even, 1, -1)
    way = np.where((p > 0) & (p < n - 1), way, 0)
    return np.clip(p, 0, n - 1).astype(way.dtype if p.dtype.kind != "f" else p.dtype), way


def _keys(t, a=-0.75):
    """(value, slope) of Keys' cubic kernel at the distance t from 0 to 2."""
    near = ((a + 2) * t - (a + 3)) * t * t + 1, (3 * (a + 2) * t - 2 * (a + 3)) * t
    far = ((a * t - 5 * a) * t + 8 * a) * t - 4 * a, (3 * a * t - 10 * a) * t + 8 * a
    return tuple(np.where(t <= 1, v, w) for v, w in zip(near, far))


def _product(parts):
    total = 1
    for part in parts:
        total = total * part
    return total
