"""Cases of pooling along one to three axes, with places, and of adaptive pooling."""

import itertools

import numpy as np

from abacus import ops


def _drawn(some, axes):
    """(x whose entries are well apart, size, stride, padding, dilation, ceil_mode)."""
    size = tuple(some.size(1, 3) for _ in range(axes))
    stride, dilation = (tuple(some.size(1, 2) for _ in range(axes)) for _ in range(2))
    padding = tuple(some.size(0, k // 2) for k in size)
    shape = some.size(1, 2), some.size(1, 2), *(some.size(5, 6 if axes < 3 else 5) for _ in range(axes))
    x = some.rng.permutation(int(np.prod(shape))).reshape(shape) / np.prod(shape) * 4 - 2
    return x, (size, stride, padding, dilation, some.one_of(False, True))


def _windows(shape, size, stride, padding, dilation, ceil_mode):
    """The number of windows along each axis, and (place, the window's indices of each axis)."""
    many = []
    for n, k, s, p, d in zip(shape, size, stride, padding, dilation):
        room = n + 2 * p - d * (k - 1) - 1
        m = (-(-room // s) if ceil_mode else room // s) + 1
        many.append(m - (ceil_mode and (m - 1) * s >= n + p))
    places = []
    for place in itertools.product(*map(range, many)):
        inside = [
            [j for u in range(k) if 0 <= (j := i * s - p + u * d) < n]
            for i, n, k, s, p, d in zip(place, shape, size, stride, padding, dilation)
        ]
        places.append((place, inside))
    return many, places


def _pooled(x, geometry, what):
    many, places = _windows(x.shape[2:], *geometry)
    y = np.zeros((*x.shape[:2], *many))
    for place, inside in places:
        window = x[(slice(None), slice(None), *np.ix_(*inside))].reshape(*x.shape[:2], -1)
        y[(slice(None), slice(None), *place)] = what(window)
    return y


def _largest(window):
    return window.max(axis=-1, initial=-np.inf) if window.shape[-1] else np.full(window.shape[:2], -np.inf)


def max_pool3d(some):
    x, geometry = _drawn(some, 3)
    return {
        "call": lambda x: ops.max_pool3d(x, *geometry),
        "arrays": (x,),
        "plain": lambda x: _pooled(x, geometry, _largest),
        "torch": lambda t, x: t.nn.functional.max_pool3d(x, *geometry),
    }


def max_pool_places(some):
    axes = some.size(1, 3)
    x, geometry = _drawn(some, axes)
    return {
        "call": lambda x: ops.max_pool_places(x, *geometry)[0],
        "arrays": (x,),
        "plain": lambda x: _pooled(x, geometry, _largest),
        "torch": lambda t, x: getattr(t.nn.functional, f"max_pool{axes}d")(x, *geometry),
    }


def max_unpool(some):
    axes = some.size(1, 3)
    image, size = tuple(some.size(4, 5) for _ in range(axes)), some.size(1, 2)
    x = some.array(1, 2, *image)
    y, places = ops.max_pool_places(x, size)

    def plain(v):
        out = np.zeros((1, 2, int(np.prod(image))))
        for c in range(2):
            out[0, c, places[0, c].reshape(-1)] = v[0, c].reshape(-1)
        return out.reshape(1, 2, *image)

    def torch(t, v):
        return getattr(t.nn.functional, f"max_unpool{axes}d")(v, t.tensor(places), size, output_size=list(image))

    return {
        "call": lambda v: ops.max_unpool(v, places, size, image=image),
        "arrays": (y.value,),
        "plain": plain,
        "torch": torch,
    }


def _means(x, geometry, include):
    """The mean of each window; the framed image says what counts."""
    size, stride, padding, dilation, _ = geometry
    frame = ((0, 0), (0, 0), *((p, p) for p in padding))
    framed, counted = np.pad(x, frame), np.pad(np.ones(x.shape), frame, constant_values=float(include))
    many, _ = _windows(x.shape[2:], *geometry)
    y = np.zeros((*x.shape[:2], *many))
    for place in np.ndindex(*many):
        cut = (..., *(slice(i * s, i * s + d * (k - 1) + 1, d) for i, s, k, d in zip(place, stride, size, dilation)))
        axes = tuple(range(2, x.ndim))
        y[(slice(None), slice(None), *place)] = framed[cut].sum(axes) / counted[cut].sum(axes)
    return y


def avg_pool3d(some):
    x, (size, stride, padding, _, ceil_mode) = _drawn(some, 3)
    include, geometry = some.one_of(False, True), (size, stride, padding, (1, 1, 1), ceil_mode)
    return {
        "call": lambda x: ops.avg_pool3d(x, size, stride, padding, ceil_mode, include),
        "arrays": (x,),
        "plain": lambda x: _means(x, geometry, include),
        "torch": lambda t, x: t.nn.functional.avg_pool3d(x, size, stride, padding, ceil_mode, include),
    }


def avg_pool(some):
    """Dilated windows, of which every one has an entry that counts."""
    axes, include = some.size(1, 3), some.one_of(False, True)
    x, (size, stride, _, dilation, _) = _drawn(some, axes)
    geometry = size, stride, tuple(k // 2 for k in size), dilation, False
    return {
        "call": lambda x: ops.avg_pool(x, *geometry, include),
        "arrays": (x,),
        "plain": lambda x: _means(x, geometry, include),
    }


def lp_pool(some):
    p, (x, geometry) = some.one_of(1, 2, 3.5), _drawn(some, some.size(1, 3))
    return {
        "call": lambda x: ops.lp_pool(x, p, *geometry),
        "arrays": (x + 0.01,),  # a whole window of zeros has no slope
        "plain": lambda x: _pooled(x, geometry, lambda window: (np.abs(window) ** p).sum(-1) ** (1 / p)),
    }


def lp_pool__pytorchs(some):
    """Without padding and of positive entries, which PyTorch's powers want."""
    return {
        "call": lambda x: ops.lp_pool(x, 3, 2, 1),
        "arrays": (some.array(1, 2, 4, 5, low=0.1, high=2),),
        "torch": lambda t, x: t.nn.functional.lp_pool2d(x, 3.0, 2, 1),
    }


def _adaptive(some):
    axes = some.size(1, 3)
    x, _ = _drawn(some, axes)
    return axes, x, tuple(some.one_of(None, 1, 2, 7) for _ in range(axes))


def _cells(x, size, what):
    size = [n if m is None else m for n, m in zip(x.shape[2:], size)]
    y = np.zeros((*x.shape[:2], *size))
    for place in np.ndindex(*size):
        cut = (slice(i * n // m, -(-(i + 1) * n // m)) for i, n, m in zip(place, x.shape[2:], size))
        y[(slice(None), slice(None), *place)] = what(x[(slice(None), slice(None), *cut)].reshape(*x.shape[:2], -1))
    return y


def adaptive_avg_pool(some):
    axes, x, size = _adaptive(some)
    wanted = size if axes > 1 else size[0] or x.shape[2]
    return {
        "call": lambda x: ops.adaptive_avg_pool(x, size),
        "arrays": (x,),
        "plain": lambda x: _cells(x, size, lambda cell: cell.mean(-1)),
        "torch": lambda t, x: getattr(t.nn.functional, f"adaptive_avg_pool{axes}d")(x, wanted),
    }


def adaptive_max_pool(some):
    axes, x, size = _adaptive(some)
    wanted = size if axes > 1 else size[0] or x.shape[2]
    return {
        "call": lambda x: ops.adaptive_max_pool(x, size)[0],
        "arrays": (x,),
        "plain": lambda x: _cells(x, size, lambda cell: cell.max(-1)),
        "torch": lambda t, x: getattr(t.nn.functional, f"adaptive_max_pool{axes}d")(x, wanted),
    }


X = np.ones((1, 1, 4, 4))
WRONG = {
    "max_pool3d: x has shape (1, 1, 4, 4), wanted (n, channels, …) with 3 axes": lambda: ops.max_pool3d(X, 2),
    "max_pool_places: x has shape (4, 4), wanted (n, channels, …) with 1 or 2 or 3 axes": lambda: ops.max_pool_places(
        X[0, 0], 2
    ),
    "max_pool_places: padding is (2, 2), wanted at most half the window (2, 2)": lambda: ops.max_pool_places(
        X, 2, 1, 2
    ),
    "max_pool_places: size is (2, 2, 2), wanted a whole number of at least 1, or one": lambda: ops.max_pool_places(
        X, (2, 2, 2)
    ),
    "max_pool_places: x (1, 1, 4, 4) with padding (0, 0) is smaller than the window (5, 5)": lambda: (
        ops.max_pool_places(X, 5)
    ),
    "max_unpool: places has shape (1, 1, 2, 2), wanted (1, 1, 4, 4)": lambda: ops.max_unpool(
        X, np.zeros((1, 1, 2, 2), int), 2
    ),
    "max_unpool: places must be integers from 0 to 63, the pixels of an image (8, 8)": lambda: ops.max_unpool(
        X, np.full(X.shape, 64), 2
    ),
    "lp_pool: p is 0, wanted more than 0": lambda: ops.lp_pool(X, 0, 2),
    "adaptive_avg_pool: size is (2,), wanted": lambda: ops.adaptive_avg_pool(X, (2,)),
    "adaptive_max_pool: x has shape (1, 1, 0, 4), wanted (n, channels, …)": lambda: ops.adaptive_max_pool(
        X[:, :, :0], 2
    ),
}
