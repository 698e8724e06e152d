"""Cases of the convolutions, over kernels, strides, padding, dilation and groups."""

import numpy as np

from abacus import ops


def _pad(x, padding):
    return np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))


def _taps(size, kernel, stride, dilation):
    """((u, v), the slices of the padded image that meet tap u, v of the kernel)."""
    for tap in np.ndindex(*kernel):
        yield tap, tuple(slice(t * d, t * d + (n - 1) * s + 1, s) for t, d, n, s in zip(tap, dilation, size, stride))


def _plain_conv2d(x, w, b=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """The sum over the taps, one at a time."""
    x = _pad(x, padding)
    size = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(x.shape[2:], w.shape[2:], stride, dilation)]
    x = x.reshape(len(x), groups, w.shape[1], *x.shape[2:])
    w = w.reshape(groups, -1, *w.shape[1:])
    y = np.zeros((len(x), groups, w.shape[1], *size))
    for tap, places in _taps(size, w.shape[3:], stride, dilation):
        y += np.einsum("ngchw,goc->ngohw", x[:, :, :, *places], w[:, :, :, *tap])
    y = y.reshape(len(x), groups * w.shape[1], *size)
    return y if b is None else y + b[:, None, None]


def _plain_conv_transpose2d(x, w, b, stride, padding, extra, dilation, groups):
    """Every pixel of x adds its multiple of the kernel to the result, whose border is then cut off."""
    size = x.shape[2:]
    whole = [(n - 1) * s + d * (k - 1) + 1 + e for n, s, d, k, e in zip(size, stride, dilation, w.shape[2:], extra)]
    x = x.reshape(len(x), groups, w.shape[0] // groups, *size)
    w = w.reshape(groups, -1, *w.shape[1:])
    y = np.zeros((len(x), groups, w.shape[2], *whole))
    for tap, places in _taps(size, w.shape[3:], stride, dilation):
        y[:, :, :, *places] += np.einsum("ngchw,gco->ngohw", x, w[:, :, :, *tap])
    y = y.reshape(len(x), groups * w.shape[2], *whole)
    return y[:, :, padding[0] : whole[0] - padding[0], padding[1] : whole[1] - padding[1]] + b[:, None, None]


def _geometry(some):
    kernel, stride, dilation = ([some.size(1, 3), some.size(1, 3)] for _ in range(3))
    return kernel, tuple(stride), (some.size(0, 3), some.size(0, 3)), tuple(dilation), some.size(1, 2)


def _image(some, kernel, padding, dilation):
    """Sides of an image that is not smaller than the kernel."""
    return [max(1, d * (k - 1) + 1 - 2 * p) + some.size(0, 3) for k, p, d in zip(kernel, padding, dilation)]


def conv2d(some):
    kernel, stride, padding, dilation, groups = _geometry(some)
    inputs, outputs = some.size(1, 2), some.size(1, 3)
    x = some.array(some.size(0, 2), groups * inputs, *_image(some, kernel, padding, dilation))
    arrays = x, some.array(groups * outputs, inputs, *kernel), some.array(groups * outputs)
    rest = stride, padding, dilation, groups
    return {
        "call": lambda *a: ops.conv2d(*a, *rest),
        "arrays": arrays,
        "plain": lambda *a: _plain_conv2d(*a, *rest),
        "torch": lambda t, *a: t.nn.functional.conv2d(*a, *rest),
    }


def conv2d__single(some):
    """One channel, 5 x 5 taps: its own kernels; wide enough for two tiles of pixels and of outputs."""
    x, outputs = some.array(some.size(0, 3), 1, some.size(5, 7), some.size(6, 20)), some.size(1, 17)
    return {
        "call": ops.conv2d,
        "arrays": (x, some.array(outputs, 1, 5, 5), some.array(outputs)),
        "plain": _plain_conv2d,
        "torch": lambda t, *a: t.nn.functional.conv2d(*a),
    }


def _activated(some, activation, plain):
    arrays = some.array(2, 2, 4, 5), some.array(3, 2, 3, 2), some.array(3)
    return {
        "call": lambda *a: ops.conv2d(*a, padding=1, activation=activation),
        "arrays": arrays,
        "plain": lambda *a: plain(_plain_conv2d(*a, padding=(1, 1))),
        "torch": lambda t, *a: getattr(t, activation)(t.nn.functional.conv2d(*a, padding=1)),
    }


def conv2d__relu(some):
    return _activated(some, "relu", lambda z: np.maximum(z, 0))


def conv2d__tanh(some):
    return _activated(some, "tanh", np.tanh)


def conv2d__sigmoid(some):
    return _activated(some, "sigmoid", lambda z: 1 / (1 + np.exp(-z)))


def conv2d__whole_image(some):
    """A kernel as large as the image."""
    sides, inputs, outputs = (some.size(), some.size()), some.size(), some.size()
    return {
        "call": lambda *a: ops.conv2d(*a, activation="tanh"),
        "arrays": (some.array(some.size(0), inputs, *sides), some.array(outputs, inputs, *sides), some.array(outputs)),
        "plain": lambda *a: np.tanh(_plain_conv2d(*a)),
        "torch": lambda t, *a: t.tanh(t.nn.functional.conv2d(*a)),
    }


def conv2d__many_channels(some):
    """Beyond one, and two, vectors of channels; its gradient is held against the adjoint in test_conv.py."""
    inputs, outputs = some.size(1, 9), some.one_of(8, 9, 16, 17, 33)
    return {
        "call": lambda *a: ops.conv2d(*a, stride=2, padding=1),
        "arrays": (some.array(2, inputs, 5, 7), some.array(outputs, inputs, 2, 3), some.array(outputs)),
        "plain": lambda *a: _plain_conv2d(*a, stride=(2, 2), padding=(1, 1)),
        "torch": lambda t, *a: t.nn.functional.conv2d(*a, stride=2, padding=1),
        "constant": True,
    }


def conv2d__winograd(some):
    """3 x 3, stride 1, from 16 channels on; its gradient is held against the adjoint in test_conv.py."""
    inputs, outputs, padding = some.size(16, 18), some.one_of(16, 17, 33), (some.size(0, 2), some.size(0, 2))
    sides = [max(1, 3 - 2 * p) + some.size(0, 7) for p in padding]
    activation = some.one_of(None, "tanh")
    return {
        "call": lambda *a: ops.conv2d(*a, padding=padding, activation=activation),
        "arrays": (some.array(some.size(0, 2), inputs, *sides), some.array(outputs, inputs, 3, 3), some.array(outputs)),
        "plain": lambda *a: (np.tanh if activation else np.asarray)(_plain_conv2d(*a, padding=padding)),
        "torch": lambda t, *a: (t.tanh if activation else t.clone)(t.nn.functional.conv2d(*a, padding=padding)),
        "constant": True,
    }


def conv2d__table(some):
    """Absent links, as in Table I of LeCun et al. 1998: a mask on the weights, whose gradient is zero there."""
    mask = some.integers(3, 4, below=2)[:, :, None, None].astype(np.float32)
    return {
        "call": lambda x, w, b: ops.conv2d(x, w * mask, b),
        "arrays": (some.array(2, 4, 3, 4), some.array(3, 4, 2, 2), some.array(3)),
        "plain": lambda x, w, b: _plain_conv2d(x, w * mask, b),
        "torch": lambda t, x, w, b: t.nn.functional.conv2d(x, w * t.tensor(mask), b),
    }


def conv_transpose2d(some):
    kernel, stride, padding, dilation, groups = _geometry(some)
    inputs, outputs = some.size(1, 2), some.size(1, 3)
    extra = tuple(some.size(0, max(s, d) - 1) for s, d in zip(stride, dilation))
    short = zip(kernel, stride, padding, dilation)
    sides = [some.size(1, 3) + max(0, -(-(2 * p - d * (k - 1)) // s)) for k, s, p, d in short]
    x = some.array(some.size(1, 2), groups * inputs, *sides)
    arrays = x, some.array(groups * inputs, outputs, *kernel), some.array(groups * outputs)
    return {
        "call": lambda *a: ops.conv_transpose2d(*a, stride, padding, extra, groups, dilation),
        "arrays": arrays,
        "plain": lambda *a: _plain_conv_transpose2d(*a, stride, padding, extra, dilation, groups),
        "torch": lambda t, *a: t.nn.functional.conv_transpose2d(*a, stride, padding, extra, groups, dilation),
    }


def conv1d(some):
    kernel, stride, padding, dilation, groups = (
        some.size(),
        some.size(1, 3),
        some.size(0, 2),
        some.size(1, 2),
        some.size(1, 2),
    )
    inputs, outputs = some.size(1, 2), some.size(1, 3)
    length = max(1, dilation * (kernel - 1) + 1 - 2 * padding) + some.size(0, 4)
    rest = stride, padding, dilation, groups

    def plain(x, w, b):
        flat = _plain_conv2d(x[:, :, None], w[:, :, None], b, (1, stride), (0, padding), (1, dilation), groups)
        return flat[:, :, 0]

    return {
        "call": lambda *a: ops.conv1d(*a, *rest),
        "arrays": (
            some.array(some.size(0, 2), groups * inputs, length),
            some.array(groups * outputs, inputs, kernel),
            some.array(groups * outputs),
        ),
        "plain": plain,
        "torch": lambda t, *a: t.nn.functional.conv1d(*a, *rest),
    }


X, W = np.ones((2, 3, 4, 4)), np.ones((5, 3, 2, 2))
WRONG = {
    "conv2d: x has shape (3, 4, 4), wanted (n, channels, height, width)": lambda: ops.conv2d(X[0], W),
    "conv2d: w has shape (3, 2, 2), wanted (outputs, channels / groups, kh, kw)": lambda: ops.conv2d(X, W[0]),
    "conv2d: w has shape (5, 3, 0, 2), wanted a kernel of at least one row and one column": lambda: ops.conv2d(
        X, W[:, :, :0]
    ),
    "conv_transpose2d: x has shape (2, 3, 0, 4), wanted at least one pixel": lambda: ops.conv_transpose2d(
        X[:, :, :0], W[:3]
    ),
    "conv2d: x has 3 channels, wanted 6 to go with w (5, 6, 2, 2)": lambda: ops.conv2d(X, np.ones((5, 6, 2, 2))),
    "conv2d: bias has shape (3,), wanted (5,)": lambda: ops.conv2d(X, W, np.ones(3)),
    "conv2d: groups is 2, wanted a divisor of the 5": lambda: ops.conv2d(X, W, groups=2),
    "conv2d: stride is 0, wanted a whole number of at least 1": lambda: ops.conv2d(X, W, stride=0),
    "conv2d: padding is (1, -1)": lambda: ops.conv2d(X, W, padding=(1, -1)),
    "conv2d: dilation is 0.5": lambda: ops.conv2d(X, W, dilation=0.5),
    "conv2d: x (2, 3, 4, 4) with padding (0, 0) is smaller than the kernel": lambda: ops.conv2d(X, W, dilation=4),
    "conv2d: activation is 'gelu'": lambda: ops.conv2d(X, W, activation="gelu"),
    "conv_transpose2d: x has 3 channels, wanted 5 to go with w": lambda: ops.conv_transpose2d(X, W),
    "conv_transpose2d: output_padding is (1, 1)": lambda: ops.conv_transpose2d(X, W[:3], output_padding=1),
    "conv_transpose2d: padding is (3, 3), which leaves nothing": lambda: ops.conv_transpose2d(X, W[:3], padding=3),
    "conv1d: x has shape (2, 3, 4, 4), wanted (n, channels, length)": lambda: ops.conv1d(X, W),
}
