"""Cases of resizing and of sampling on a grid."""

import itertools

import numpy as np

from abacus import ops

TORCH = {1: "linear", 2: "bilinear", 3: "trilinear"}


def _image(some, axes):
    return some.array(1, 2, *(some.size(2, 5) for _ in range(axes)))


def _lengths(some, axes):
    """A size, or a scale that keeps no axis as it is (PyTorch copies those, whatever the scale)."""
    return some.one_of({"size": tuple(some.size(1, 7) for _ in range(axes))}, {"scale": some.one_of(1.7, 2.4, 0.6)})


def _torch(how):
    return {"scale_factor" if name == "scale" else name: value for name, value in how.items()}


def _places(n, how, axis):
    """(old places of the new ones under half_pixel, i / scale)."""
    m = how["size"][axis] if "size" in how else int(np.floor(n * how["scale"]))
    scale = how.get("scale", m / n)
    return (np.arange(m) + 0.5) / scale - 0.5, np.arange(m) / scale, m


def _along(x, axis, weight, how):
    """Σ over old places j of x[j] weight(new place, j), those beyond the ends counting as the ends."""
    n = x.shape[axis]
    centre, _, m = _places(n, how, axis - 2)
    matrix = np.zeros((m, n))
    for i in range(m):
        for j in range(-9, n + 9):
            matrix[i, min(max(j, 0), n - 1)] += weight(abs(centre[i] - j))
    return np.moveaxis(np.tensordot(matrix, x, (1, axis)), 0, axis)


def _keys(t, a=-0.75):
    if t < 1:
        return (a + 2) * t**3 - (a + 3) * t**2 + 1
    return a * (t**3 - 5 * t**2 + 8 * t - 4) if t < 2 else 0.0


def resize(some):
    axes = some.size(1, 3)
    x, how = _image(some, axes), _lengths(some, axes)

    def plain(x):
        for axis in range(2, 2 + axes):
            x = _along(x, axis, lambda t: max(0.0, 1 - t), how)
        return x

    return {
        "call": lambda x: ops.resize(x, **how, mode="linear"),
        "arrays": (x,),
        "plain": plain,
        "torch": lambda t, x: t.nn.functional.interpolate(x, **_torch(how), mode=TORCH[axes]),
    }


def resize__nearest(some):
    axes = some.size(1, 3)
    x, how = _image(some, axes), {"size": tuple(some.size(1, 7) for _ in range(axes))}

    def plain(x):
        for axis in range(2, 2 + axes):
            x = np.take(x, np.floor(_places(x.shape[axis], how, axis - 2)[1] + 1e-9).astype(int), axis)
        return x

    return {
        "call": lambda x: ops.resize(x, **how),
        "arrays": (x,),
        "plain": plain,
        "torch": lambda t, x: t.nn.functional.interpolate(x, **how),
    }


def resize__nearest_exact(some):
    size = some.size(1, 7), some.size(1, 7)
    return {
        "call": lambda x: ops.resize(x, size, coordinates="half_pixel", rounding="half_up"),
        "arrays": (_image(some, 2),),
        "torch": lambda t, x: t.nn.functional.interpolate(x, size, mode="nearest-exact"),
    }


def resize__cubic(some):
    x, how = _image(some, 2), _lengths(some, 2)

    def plain(x):
        return _along(_along(x, 2, _keys, how), 3, _keys, how)

    return {
        "call": lambda x: ops.resize(x, **how, mode="cubic"),
        "arrays": (x,),
        "plain": plain,
        "torch": lambda t, x: t.nn.functional.interpolate(x, **_torch(how), mode="bicubic"),
    }


def resize__corners(some):
    mode, name = some.one_of(("linear", "bilinear"), ("cubic", "bicubic"))
    size = some.size(1, 7), some.size(1, 7)
    return {
        "call": lambda x: ops.resize(x, size, mode=mode, coordinates="align_corners"),
        "arrays": (_image(some, 2),),
        "torch": lambda t, x: t.nn.functional.interpolate(x, size, mode=name, align_corners=True),
    }


def resize__antialias(some):
    mode, name, a = some.one_of(("linear", "bilinear", 0.0), ("cubic", "bicubic", -0.5))
    size = some.size(1, 7), some.size(2, 7)  # PyTorch is wrong where the width is 1
    return {
        "call": lambda x: ops.resize(x, size, mode=mode, cubic=a, antialias=True),
        "arrays": (_image(some, 2),),
        "torch": lambda t, x: t.nn.functional.interpolate(x, size, mode=name, antialias=True),
    }


def resize__area(some):
    axes = some.size(1, 3)
    size = tuple(some.size(1, 7) for _ in range(axes))
    return {
        "call": lambda x: ops.resize(x, size, mode="area"),
        "arrays": (_image(some, axes),),
        "torch": lambda t, x: t.nn.functional.interpolate(x, size, mode="area"),
    }


def _grid(some, axes):
    """Places inside and outside, well apart from the lines where a slope jumps."""
    x = some.array(2, 2, *(some.size(2, 4) for _ in range(axes)))
    return x, some.array(2, *(some.size(1, 3) for _ in range(axes)), axes, low=-1.7, high=1.7)


def grid_sample(some):
    x, grid = _grid(some, 2)
    padding, corners = some.one_of("zeros", "border", "reflection"), some.one_of(False, True)
    mode, name = some.one_of(("linear", "bilinear"), ("cubic", "bicubic"))

    def plain(x, grid):
        """Each place on its own: Σ over all pixels near it of value·weight, the image continued as `padding` says."""
        reach, weight = (1, lambda t: max(0.0, 1 - t)) if mode == "linear" else (2, _keys)
        y = np.zeros((*x.shape[:2], *grid.shape[1:3]))
        for n, i, j in np.ndindex(*grid.shape[:3]):
            place = []
            for g, size in zip(grid[n, i, j][::-1], x.shape[2:]):
                p = (g + 1) / 2 * (size - 1) if corners else ((g + 1) * size - 1) / 2
                place.append(_back(p, size) if mode == "linear" else p)
            near = [range(int(np.floor(p)) - reach + 1, int(np.floor(p)) + reach + 1) for p in place]
            for a, b in itertools.product(*near):
                value = _at(x[n], a, b)
                y[n, :, i, j] += value * weight(abs(place[0] - a)) * weight(abs(place[1] - b))
        return y

    def _back(p, n):
        """p held within the image."""
        if padding == "reflection" and n > 1:
            low, high = (0, n - 1) if corners else (-0.5, n - 0.5)
            while not low <= p <= high:
                p = 2 * low - p if p < low else 2 * high - p
        return p if padding == "zeros" else min(max(p, 0), n - 1)

    def _at(image, a, b):
        rows, columns = image.shape[1:]
        a, b = round(_back(a, rows)), round(_back(b, columns))
        return image[:, a, b] if 0 <= a < rows and 0 <= b < columns else 0

    return {
        "call": lambda x, grid: ops.grid_sample(x, grid, mode, padding, corners),
        "arrays": (x, grid),
        "plain": plain,
        "torch": lambda t, x, grid: t.nn.functional.grid_sample(x, grid, name, padding, corners),
    }


def grid_sample__volumes(some):
    x, grid = _grid(some, 3)
    padding, corners = some.one_of("zeros", "border", "reflection"), some.one_of(False, True)
    mode, name = some.one_of(("linear", "bilinear"), ("nearest", "nearest"))
    return {
        "call": lambda x, grid: ops.grid_sample(x, grid, mode, padding, corners),
        "arrays": (x, grid),
        "torch": lambda t, x, grid: t.nn.functional.grid_sample(x, grid, name, padding, corners),
    }


def affine_grid(some):
    axes, corners = some.size(2, 3), some.one_of(False, True)
    size = tuple(some.size(1 + corners) for _ in range(axes))  # of one place with corners PyTorch warns

    def plain(theta):
        grid = np.zeros((len(theta), *size, axes))
        for place in np.ndindex(*size):
            p = [
                (0 if m == 1 else 2 * i / (m - 1) - 1) if corners else (2 * i + 1) / m - 1 for i, m in zip(place, size)
            ]
            grid[(slice(None), *place)] = theta @ np.array([*p[::-1], 1])
        return grid

    return {
        "call": lambda theta: ops.affine_grid(theta, size, corners),
        "arrays": (some.array(2, axes, axes + 1),),
        "plain": plain,
        "torch": lambda t, theta: t.nn.functional.affine_grid(theta, (2, 1, *size), corners),
    }


X = np.ones((1, 1, 4, 4))
WRONG = {
    "resize: mode is 'bilinear', wanted nearest, linear, cubic or area": lambda: ops.resize(X, 2, mode="bilinear"),
    "resize: coordinates is 'corners', wanted usual, half_pixel, asymmetric": lambda: ops.resize(
        X, 2, coordinates="corners"
    ),
    "resize: rounding is 'up'": lambda: ops.resize(X, 2, rounding="up"),
    "resize: size is None and scale None, wanted one of them": lambda: ops.resize(X),
    "resize: size is (2, 2, 2) and scale None, wanted one of them, a number or 2": lambda: ops.resize(X, (2, 2, 2)),
    "resize: scale is -1, wanted more than 0": lambda: ops.resize(X, scale=-1),
    "would get an axis of 0, wanted at least one entry": lambda: ops.resize(X, scale=0.1),
    "resize: x has shape (4,), wanted (n, channels, …)": lambda: ops.resize(X[0, 0, 0], 2),
    "grid_sample: x has shape (4, 4), wanted (n, channels, height, width)": lambda: ops.grid_sample(X[0, 0], X),
    "grid_sample: grid has shape (1, 1, 4, 4), wanted (1, height, width, 2)": lambda: ops.grid_sample(X, X),
    "grid_sample: mode is 'bilinear'": lambda: ops.grid_sample(X, X[..., :2], "bilinear"),
    "grid_sample: padding is 'edge', wanted zeros, border or reflection": lambda: ops.grid_sample(
        X, X[..., :2], padding="edge"
    ),
    "affine_grid: theta has shape (2, 2), wanted (n, 2, 3)": lambda: ops.affine_grid(np.eye(2), (2, 2)),
    "affine_grid: size is (2,), wanted (height, width)": lambda: ops.affine_grid(np.ones((1, 2, 3)), (2,)),
}
