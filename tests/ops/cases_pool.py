"""Cases of pooling and subsampling, over windows, strides, padding, dilation and ceil mode."""

import numpy as np

from abacus import ops


def _starts(n, k, stride, padding, dilation, ceil_mode):
    """Where the windows begin along one axis: each inside the image or the padding before it, and whole unless ceil_mode."""
    reach = dilation * (k - 1)
    last = n - 1 if ceil_mode else n + padding - reach - 1
    starts = list(range(-padding, last + 1, stride))
    if ceil_mode:  # no more windows than reach the end
        starts = [s for s in starts if s == -padding or s - stride + reach < n + padding - 1]
    return starts


def _plain(x, size, stride, padding, dilation, ceil_mode, value):
    """value(the pixels of a window, its start) for each window, one at a time."""
    axes = list(zip(x.shape[2:], size, stride, padding, dilation))
    starts = [_starts(*axis, ceil_mode) for axis in axes]
    y = np.zeros((*x.shape[:2], *(len(s) for s in starts)))
    for place in np.ndindex(y.shape[2:]):
        here = [s[i] for s, i in zip(starts, place)]
        inside = [[p for p in range(a, a + d * k, d) if 0 <= p < n] for a, (n, k, _, _, d) in zip(here, axes)]
        window = x[:, :, inside[0]][:, :, :, inside[1]]
        y[:, :, *place] = value(window.reshape(*x.shape[:2], len(inside[0]) * len(inside[1])), here)
    return y


def _drawn(some, dilation=(1, 1)):
    size = some.size(1, 3), some.size(1, 3)
    stride, padding = (some.size(1, 3), some.size(1, 3)), tuple(some.size(0, k // 2) for k in size)
    sides = [d * k + some.size(0, 4) for k, d in zip(size, dilation)]
    return size, stride, padding, some.one_of(False, True), some.array(some.size(1, 2), some.size(1, 2), *sides)


def max_pool2d(some):
    dilation = some.size(1, 2), some.size(1, 2)
    size, stride, padding, ceil_mode, x = _drawn(some, dilation)
    rest = size, stride, padding, dilation, ceil_mode
    return {
        "call": lambda x: ops.max_pool2d(x, *rest),
        "arrays": (x,),
        "plain": lambda x: _plain(x, *rest, lambda window, _: window.max(axis=2)),
        "torch": lambda t, x: t.nn.functional.max_pool2d(x, *rest),
    }


def max_pool2d__ties(some):
    """Of several equal entries the first takes the gradient."""
    x = some.integers(2, 2, 5, 6, below=2).astype(float)
    return {
        "call": lambda x: ops.max_pool2d(x, 2),
        "arrays": (x,),
        "torch": lambda t, x: t.nn.functional.max_pool2d(x, 2),
        "constant": True,
    }


def avg_pool2d(some):
    size, stride, padding, ceil_mode, x = _drawn(some)
    count = some.one_of(False, True)

    def mean(window, start):
        sides = [min(a + k, n + p) - a for a, k, n, p in zip(start, size, x.shape[2:], padding)]
        return window.sum(axis=2) / (np.prod(sides) if count else window.shape[2])

    return {
        "call": lambda x: ops.avg_pool2d(x, size, stride, padding, ceil_mode, count),
        "arrays": (x,),
        "plain": lambda x: _plain(x, size, stride, padding, (1, 1), ceil_mode, mean),
        "torch": lambda t, x: t.nn.functional.avg_pool2d(x, size, stride, padding, ceil_mode, count),
    }


def avg_pool2d__no_images(some):
    return {
        "call": lambda x: ops.avg_pool2d(x, 2),
        "arrays": (some.array(0, 2, 4, 4),),
        "plain": lambda x: x[:, :, ::2, ::2],
    }


def max_pool1d(some):
    size, stride, padding, ceil_mode, x = _drawn(some)
    rest = size[0], stride[0], padding[0], 1, ceil_mode
    return {
        "call": lambda x: ops.max_pool1d(x, *rest),
        "arrays": (x[:, :, :, 0],),
        "torch": lambda t, x: t.nn.functional.max_pool1d(x, *rest),
    }


def avg_pool1d(some):
    size, stride, padding, ceil_mode, x = _drawn(some)
    rest = size[0], stride[0], padding[0], ceil_mode
    return {
        "call": lambda x: ops.avg_pool1d(x, *rest),
        "arrays": (x[:, :, :, 0],),
        "torch": lambda t, x: t.nn.functional.avg_pool1d(x, *rest),
    }


def global_average(some):
    return {
        "call": ops.global_average,
        "arrays": (some.array(some.size(0), some.size(), some.size(), some.size()),),
        "plain": lambda x: x.mean(axis=(2, 3)),
        "torch": lambda t, x: t.nn.functional.adaptive_avg_pool2d(x, 1).flatten(1) if len(x) else x.mean((2, 3)),
    }


def subsample(some):
    k, channels = some.size(1, 3), some.size()
    x = some.array(some.size(0), channels, *(k * some.size(1, 3) + some.size(0, k - 1) for _ in range(2)))

    def plain(x, coefficient, bias):
        total = _plain(x, (k, k), (k, k), (0, 0), (1, 1), False, lambda window, _: window.sum(axis=2))
        return total * coefficient[:, None, None] + bias[:, None, None]

    def torch(t, x, coefficient, bias):
        total = t.nn.functional.avg_pool2d(x, k) * k * k if len(x) else x[:, :, : x.shape[2] // k, : x.shape[3] // k]
        return total * coefficient[:, None, None] + bias[:, None, None]

    return {
        "call": lambda *a, **more: ops.subsample(*a, k, **more),
        "arrays": (x, some.array(channels), some.array(channels)),
        "plain": plain,
        "torch": torch,
    }


def subsample__tanh(some):
    case = subsample(some)
    return case | {
        "call": lambda *a: case["call"](*a, activation="tanh"),
        "plain": lambda *a: np.tanh(case["plain"](*a)),
        "torch": lambda t, *a: t.tanh(case["torch"](t, *a)),
    }


X = np.ones((2, 3, 4, 4))
WRONG = {
    "max_pool2d: x has shape (3, 4, 4), wanted (n, channels, height, width)": lambda: ops.max_pool2d(X[0], 2),
    "max_pool2d: padding is (2, 2), wanted at most half the size (3, 3)": lambda: ops.max_pool2d(X, 3, padding=2),
    "max_pool2d: x has shape (2, 3, 0, 4), wanted (n, channels, height, width) of at least one pixel": lambda: (
        ops.max_pool2d(X[:, :, :0], 2, padding=1)
    ),
    "max_pool2d: size is 0": lambda: ops.max_pool2d(X, 0),
    "avg_pool2d: x (2, 3, 4, 4) with padding (0, 0) is smaller than the window (5, 5)": lambda: ops.avg_pool2d(X, 5),
    "avg_pool1d: x has shape (2, 3, 4, 4), wanted (n, channels, length)": lambda: ops.avg_pool1d(X, 2),
    "global_average: x has shape (2, 3)": lambda: ops.global_average(X[:, :, 0, 0]),
    "subsample: activation is 'gelu'": lambda: ops.subsample(X, np.ones(3), np.ones(3), activation="gelu"),
    "subsample: bias has shape (2,), wanted (3,)": lambda: ops.subsample(X, np.ones(3), np.ones(2)),
}
