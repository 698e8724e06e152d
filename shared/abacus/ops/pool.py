"""Pooling over windows of images (n, channels, height, width), with PyTorch's conventions; results lie channels last."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.ops.conv import along, channels_last, nchw, pair
from abacus.tensor import op


@op
def max_pool2d(x, size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """The largest entry of each window; its gradient goes to that entry, the first where several are equal.

    x (n, c, h, w); size, stride (size if None), padding, dilation: a number or one per axis. Padding counts as -inf, at most
    half the size. With ceil_mode a last window that begins inside the image or its padding counts though it ends outside.
    """
    size, stride, padding = windows("max_pool2d", x, size, stride, padding)
    dilation = pair("max_pool2d", "dilation", dilation, 1)
    rows = channels_last(x)
    out = outputs("max_pool2d", x, size, stride, padding, dilation, ceil_mode)
    y = np.empty((len(x), *out, x.shape[1]), x.dtype)
    winner = np.empty(y.shape, np.int32)
    kernels.pooling.largest(rows, y, winner, size, stride, padding, dilation)

    def pullback(dy):
        dx = np.zeros((len(x), x.shape[2] * x.shape[3], x.shape[1]), dy.dtype)
        kernels.pooling.largest_pullback(channels_last(dy), winner, dx)
        return (nchw(dx.reshape(rows.shape)),)

    return nchw(y), pullback


@op
def avg_pool2d(x, size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window of x (n, c, h, w); arguments as in max_pool2d. Padding counts as zeros, and as entries unless
    count_include_pad is False; what ceil_mode adds beyond the padding never counts."""
    name = "avg_pool2d"
    size, stride, padding = windows(name, x, size, stride, padding)
    out = outputs(name, x, size, stride, padding, (1, 1), ceil_mode)
    counts = []
    for n, k, step, pad, many in zip(x.shape[2:], size, stride, padding, out):
        low = np.arange(many) * step - pad
        high = np.minimum(low + k, n + pad)
        counts.append(high - low if count_include_pad else np.minimum(high, n) - np.maximum(low, 0))
    weights = (1 / np.multiply.outer(*counts)).astype(x.dtype)
    y = sums(x, weights, out, size, stride, padding)
    return nchw(y), lambda dy: (lambda: spread(dy, weights, x, size, stride, padding),)


@op
def global_average(x):
    """The mean of each channel's map: (n, c, h, w) to (n, c)."""
    if x.ndim != 4 or 0 in x.shape[2:]:
        raise BadInput(f"global_average: x has shape {x.shape}, wanted (n, channels, height, width)")
    count = x.dtype.type(x.shape[2] * x.shape[3])
    return x.mean(axis=(2, 3)), lambda dy: (lambda: np.broadcast_to((dy / count)[:, :, None, None], x.shape),)


@op
def max_pool1d(x, size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """max_pool2d along one axis: x (n, c, length)."""
    stride = size if stride is None else stride
    _axis("max_pool1d", x, size=(size, 1), stride=(stride, 1), padding=(padding, 0), dilation=(dilation, 1))
    y, pull = max_pool2d.__wrapped__(x[:, :, None], (1, size), (1, stride), (0, padding), (1, dilation), ceil_mode)
    return y[:, :, 0], lambda dy: (pull(dy[:, :, None])[0][:, :, 0],)


@op
def avg_pool1d(x, size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """avg_pool2d along one axis: x (n, c, length)."""
    stride = size if stride is None else stride
    _axis("avg_pool1d", x, size=(size, 1), stride=(stride, 1), padding=(padding, 0))
    y, pull = avg_pool2d.__wrapped__(x[:, :, None], (1, size), (1, stride), (0, padding), ceil_mode, count_include_pad)
    return y[:, :, 0], lambda dy: (lambda: pull(dy[:, :, None])[0]()[:, :, 0],)


def sums(x, weights, out, size, stride, padding):
    """The windows' sums of x (n, c, h, w) by their weights (rows, columns), as (n, rows, columns, c)."""
    y = np.empty((len(x), *out, x.shape[1]), x.dtype)
    rows = channels_last(x)
    kernels.pooling.sums(
        rows.reshape(-1), weights.reshape(-1), y.reshape(-1), (*rows.shape, *out), size, stride, padding
    )
    return y


def spread(dy, weights, x, size, stride, padding):
    """The adjoint of `sums`, with the shape of x."""
    dx, dy = np.zeros((len(x), *x.shape[2:], x.shape[1]), dy.dtype), channels_last(dy)
    shapes = (*dx.shape, *weights.shape)
    kernels.pooling.sums_pullback(dy.reshape(-1), weights.reshape(-1), dx.reshape(-1), shapes, size, stride, padding)
    return nchw(dx)


def _axis(name, x, **numbers):
    if x.ndim != 3:
        raise BadInput(f"{name}: x has shape {x.shape}, wanted (n, channels, length)")
    for argument, (value, least) in numbers.items():
        along(name, argument, value, least)


def windows(name, x, size, stride, padding):
    if x.ndim != 4 or 0 in x.shape[2:]:
        raise BadInput(f"{name}: x has shape {x.shape}, wanted (n, channels, height, width) of at least one pixel")
    size = pair(name, "size", size, 1)
    stride = size if stride is None else pair(name, "stride", stride, 1)
    padding = pair(name, "padding", padding, 0)
    if any(2 * p > k for p, k in zip(padding, size)):
        raise BadInput(f"{name}: padding is {padding}, wanted at most half the size {size}")
    return size, stride, padding


def outputs(name, x, size, stride, padding, dilation, ceil_mode):
    """How many windows fit along each axis."""
    out = []
    for n, k, step, pad, gap in zip(x.shape[2:], size, stride, padding, dilation):
        room = n + 2 * pad - gap * (k - 1) - 1
        many = (-(-room // step) if ceil_mode else room // step) + 1
        if ceil_mode and (many - 1) * step >= n + pad:
            many -= 1
        out.append(many)
    if min(out) < 1:
        raise BadInput(f"{name}: x {x.shape} with padding {padding} is smaller than the window {size}")
    return tuple(out)
