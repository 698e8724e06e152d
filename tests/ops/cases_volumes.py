"""Cases of convolutions of volumes, transposed ones along one and three axes, and columns of windows."""

import itertools
import warnings

import numpy as np

from abacus import ops


def _geometry(some, axes, padding=1):
    """(stride, padding, dilation) of so many numbers each."""
    return [tuple(some.one_of(*choices) for _ in range(axes)) for choices in ((1, 2), range(padding + 1), (1, 2))]


def _transposed(x, w, bias, stride, padding, dilation, extra, groups):
    """y[i·stride + u·dilation - padding] += x[i] w[u], entry by entry."""
    channels, outputs, kernel = len(w) // groups, w.shape[1], w.shape[2:]
    full = [
        (n - 1) * s + d * (k - 1) + 1 + 2 * 9 for n, s, d, k in zip(x.shape[2:], stride, dilation, kernel)
    ]  # with a margin that is cut again
    y = np.zeros((len(x), outputs * groups, *full))
    for g, *tap in itertools.product(range(groups), *map(range, kernel)):
        cut = (slice(u * d, u * d + (n - 1) * s + 1, s) for u, d, n, s in zip(tap, dilation, x.shape[2:], stride))
        own = x[:, g * channels : (g + 1) * channels]
        part = np.einsum("nc...,co->no...", own, w[(slice(g * channels, (g + 1) * channels), slice(None), *tap)])
        y[(slice(None), slice(g * outputs, (g + 1) * outputs), *cut)] += part
    sizes = [
        (n - 1) * s - 2 * p + d * (k - 1) + e + 1
        for n, s, p, d, k, e in zip(x.shape[2:], stride, padding, dilation, kernel, extra)
    ]
    return y[(..., *(slice(p, p + m) for p, m in zip(padding, sizes)))] + bias.reshape(-1, *[1] * len(kernel))


def _convolved(x, w, bias, stride, padding, dilation, groups):
    framed = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    outputs, channels = len(w) // groups, w.shape[1]
    sizes = [(n - d * (k - 1) - 1) // s + 1 for n, s, d, k in zip(framed.shape[2:], stride, dilation, w.shape[2:])]
    y = np.zeros((len(x), len(w), *sizes))
    for g, *tap in itertools.product(range(groups), *map(range, w.shape[2:])):
        cut = (slice(u * d, u * d + (m - 1) * s + 1, s) for u, d, m, s in zip(tap, dilation, sizes, stride))
        met = framed[(slice(None), slice(g * channels, (g + 1) * channels), *cut)]
        own = slice(g * outputs, (g + 1) * outputs)
        y[:, own] += np.einsum("nc...,oc->no...", met, w[(own, slice(None), *tap)])
    return y + bias.reshape(-1, *[1] * len(sizes))


def conv3d(some):
    groups, outputs = some.size(1, 2), some.size(1, 2)
    stride, padding, dilation = _geometry(some, 3)
    options = stride, padding, dilation, groups
    return {
        "call": lambda *arrays: ops.conv3d(*arrays, *options),
        "arrays": (
            some.array(some.size(1, 2), groups * 2, *(some.size(3, 4) for _ in range(3))),
            some.array(groups * outputs, 2, *(some.size(1, 2) for _ in range(3))),
            some.array(groups * outputs),
        ),
        "plain": lambda *arrays: _convolved(*arrays, *options),
        "torch": lambda t, *arrays: t.nn.functional.conv3d(*arrays, *options),
    }


def conv3d__same(some):
    kernel, dilation = [some.size(1, 4) for _ in range(3)], tuple(some.size(1, 2) for _ in range(3))

    def plain(x, w):
        zeros = [d * (k - 1) for d, k in zip(dilation, kernel)]
        framed = np.pad(x, ((0, 0), (0, 0), *((n // 2, n - n // 2) for n in zeros)))
        return _convolved(framed, w, np.zeros(len(w)), (1, 1, 1), (0, 0, 0), dilation, 1)

    return {
        "call": lambda x, w: ops.conv3d(x, w, padding="same", dilation=dilation),
        "arrays": (some.array(1, 2, *(some.size(1, 3) for _ in range(3))), some.array(2, 2, *kernel)),
        "plain": plain,
        "torch": _quiet(lambda t, x, w: t.nn.functional.conv3d(x, w, padding="same", dilation=dilation)),
    }


def _quiet(torch):
    """PyTorch warns that it pads where the number of zeros is odd."""

    def call(*arguments):
        with warnings.catch_warnings(action="ignore"):
            return torch(*arguments)

    return call


def conv2d__same(some):
    kernel, dilation = [some.size(1, 4) for _ in range(2)], tuple(some.size(1, 2) for _ in range(2))
    groups = some.size(1, 2)

    def plain(x, w, b):
        zeros = [d * (k - 1) for d, k in zip(dilation, kernel)]
        framed = np.pad(x, ((0, 0), (0, 0), *((n // 2, n - n // 2) for n in zeros)))
        return _convolved(framed, w, b, (1, 1), (0, 0), dilation, groups)

    options = {"padding": "same", "dilation": dilation, "groups": groups}
    return {
        "call": lambda *arrays: ops.conv2d(*arrays, **options),
        "arrays": (
            some.array(2, 2 * groups, some.size(), some.size()),
            some.array(2 * groups, 2, *kernel),
            some.array(2 * groups),
        ),
        "plain": plain,
        "torch": _quiet(lambda t, *arrays: t.nn.functional.conv2d(*arrays, **options)),
    }


def conv1d__same(some):
    k = some.size(1, 4)
    return {
        "call": lambda x, w: ops.conv1d(x, w, padding="same"),
        "arrays": (some.array(2, 2, some.size()), some.array(2, 2, k)),
        "torch": _quiet(lambda t, x, w: t.nn.functional.conv1d(x, w, padding="same")),
    }


def _transpose_case(name, axes):
    def case(some):
        groups, outputs, kernel = some.size(1, 2), some.size(1, 2), [some.size(1, 3) for _ in range(axes)]
        stride, padding, dilation = _geometry(some, axes, 0 if 1 in kernel else 1)
        extra = tuple(some.one_of(*range(max(s, d))) for s, d in zip(stride, dilation))
        one = [values[0] if axes == 1 else values for values in (stride, padding, extra, dilation)]
        options = *one[:3], groups, one[3]
        return {
            "call": lambda *arrays: getattr(ops, name)(*arrays, *options),
            "arrays": (
                some.array(some.size(1, 2), groups * 2, *(some.size(2, 3) for _ in range(axes))),
                some.array(groups * 2, outputs, *kernel),
                some.array(groups * outputs),
            ),
            "plain": lambda *arrays: _transposed(*arrays, stride, padding, dilation, extra, groups),
            "torch": lambda t, *arrays: getattr(t.nn.functional, name)(*arrays, *options),
        }

    return case


conv_transpose1d = _transpose_case("conv_transpose1d", 1)
conv_transpose3d = _transpose_case("conv_transpose3d", 3)


def _windows(some):
    size = some.size(1, 3), some.size(1, 2)
    stride, padding, dilation = _geometry(some, 2)
    image = some.size(5, 6), some.size(3, 5)
    return image, (size, dilation, padding, stride)


def _plain_unfold(x, size, dilation, padding, stride):
    framed = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    many = [(n - d * (k - 1) - 1) // s + 1 for n, d, k, s in zip(framed.shape[2:], dilation, size, stride)]
    columns = []
    for i, j in itertools.product(*map(range, many)):
        rows, across = ([a * s + u * d for u in range(k)] for a, s, d, k in zip((i, j), stride, dilation, size))
        columns.append(framed[:, :, rows][:, :, :, across].reshape(len(x), -1))
    return np.stack(columns, axis=-1)


def unfold(some):
    image, options = _windows(some)
    return {
        "call": lambda x: ops.unfold(x, *options),
        "arrays": (some.array(2, some.size(1, 2), *image),),
        "plain": lambda x: _plain_unfold(x, *options),
        "torch": lambda t, x: t.nn.functional.unfold(x, *options),
    }


def fold(some):
    image, options = _windows(some)
    channels = some.size(1, 2)
    pixels = channels * image[0] * image[1]
    # the columns of each image that is 1 at a single pixel are the rows of fold's matrix
    units = _plain_unfold(np.eye(pixels).reshape(pixels, channels, *image), *options)
    return {
        "call": lambda x: ops.fold(x, image, *options),
        "arrays": (some.array(2, *units.shape[1:]),),
        "plain": lambda x: np.einsum("nkl,pkl->np", x, units).reshape(len(x), channels, *image),
        "torch": lambda t, x: t.nn.functional.fold(x, image, *options),
    }


I = np.ones((1, 2, 3, 3))
X, W = np.ones((1, 2, 3, 3, 3)), np.ones((2, 2, 2, 2, 2))
WRONG = {
    "conv2d: padding is 'valid' and stride (1, 1), wanted numbers, or 'same'": lambda: ops.conv2d(
        I, I, padding="valid"
    ),
    "conv2d: padding is 'same' and stride (2, 2), wanted numbers": lambda: ops.conv2d(I, I, padding="same", stride=2),
    "conv3d: padding is 'same' and stride (1, 1, 2), wanted": lambda: ops.conv3d(X, W, None, (1, 1, 2), "same"),
    "conv3d: x has shape (2, 3, 3, 3), wanted (n, channels, depth": lambda: ops.conv3d(X[0], W),
    "conv3d: w has shape (2, 2, 2, 2), wanted (outputs, channels / groups, kd": lambda: ops.conv3d(X, W[0]),
    "conv3d: bias has shape (3,), wanted (2,)": lambda: ops.conv3d(X, W, np.ones(3)),
    "conv3d: stride is (1, 2), wanted a whole number of at least 1, or three": lambda: ops.conv3d(X, W, stride=(1, 2)),
    "conv3d: x (1, 2, 3, 3, 3) with padding (0, 0, 0) is smaller": lambda: ops.conv3d(X, W, dilation=3),
    "conv_transpose3d: output_padding is (1, 1, 1), wanted less": lambda: ops.conv_transpose3d(X, W, output_padding=1),
    "conv_transpose3d: padding is (3, 3, 3), which leaves nothing": lambda: ops.conv_transpose3d(X, W, padding=3),
    "conv_transpose1d: x (1, 2), w (2, 2, 2): wanted (n, channels, length)": lambda: ops.conv_transpose1d(
        X[0, :1, :2, 0, 0], W[0, 0]
    ),
    "unfold: x has shape (2, 3, 3, 3, 3)": lambda: ops.unfold(np.ones((2, 3, 3, 3, 3)), 2),
    "unfold: an image (3, 3) with padding (0, 0) is smaller than the window (4, 4)": lambda: ops.unfold(X[0], 4),
    "fold: x has shape (1, 2, 3), wanted (n, channels·4, 4)": lambda: ops.fold(np.ones((1, 2, 3)), 3, 2),
}
