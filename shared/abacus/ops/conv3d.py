"""Convolutions of volumes and their transposes, as sums of those of their frames, and the transpose along one axis."""

import numpy as np

from abacus.errors import BadInput
from abacus.ops.conv import along, conv2d, conv_transpose2d, whole
from abacus.ops.floats import floats
from abacus.tensor import op


@op
def conv3d(x, w, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """conv2d along three axes: x (n, c, depth, h, w), w (o, c / groups, kd, kh, kw), bias (o,); stride, padding and
    dilation are a number or three, or padding="same" as in conv2d."""
    x, w = _volumes("conv3d", x, w, "(outputs, channels / groups, kd, kh, kw)")
    if type(padding) is str:
        return _same(x, w, bias, stride, padding, dilation, groups)
    stride, padding, dilation = _threes("conv3d", stride=(stride, 1), padding=(padding, 0), dilation=(dilation, 1))
    size = [
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(x.shape[2:], w.shape[2:], stride, padding, dilation)
    ]
    if min(size) < 1:
        raise BadInput(
            f"conv3d: x {x.shape} with padding {padding} is smaller than the kernel {w.shape[2:]} x {dilation}"
        )
    _bias("conv3d", bias, len(w))
    return _summed(conv2d, x, w, bias, (len(x), len(w), *size), stride, padding, dilation, {"groups": groups})


@op
def conv_transpose3d(x, w, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """conv_transpose2d along three axes: x (n, c, depth, h, w), w (c, o / groups, kd, kh, kw), bias (o,); stride, padding,
    output_padding and dilation are a number or three."""
    name = "conv_transpose3d"
    x, w = _volumes(name, x, w, "(channels, outputs / groups, kd, kh, kw)")
    stride, padding, dilation, extra = _threes(
        name, stride=(stride, 1), padding=(padding, 0), dilation=(dilation, 1), output_padding=(output_padding, 0)
    )
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation)):
        raise BadInput(
            f"{name}: output_padding is {extra}, wanted less than the stride {stride} or dilation {dilation}"
        )
    size = [
        (n - 1) * s - 2 * p + d * (k - 1) + e + 1
        for n, k, s, p, d, e in zip(x.shape[2:], w.shape[2:], stride, padding, dilation, extra)
    ]
    if min(size) < 1:
        raise BadInput(
            f"{name}: padding is {padding}, which leaves nothing of x {x.shape} under a kernel {w.shape[2:]}"
        )
    _bias(name, bias, w.shape[1] * groups)
    options = {"groups": groups, "output_padding": extra[1:]}
    return _summed(
        conv_transpose2d, x, w, bias, (len(x), w.shape[1] * groups, *size), stride, padding, dilation, options
    )


@op
def conv_transpose1d(x, w, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """conv_transpose2d along one axis: x (n, c, length), w (c, o / groups, k), bias (o,)."""
    name = "conv_transpose1d"
    x, w = floats(name, "x", x), floats(name, "w", w)
    if x.ndim != 3 or w.ndim != 3:
        raise BadInput(
            f"{name}: x {x.shape}, w {w.shape}: wanted (n, channels, length), (channels, outputs / groups, k)"
        )
    given = (
        ("stride", stride, 1),
        ("padding", padding, 0),
        ("output_padding", output_padding, 0),
        ("dilation", dilation, 1),
    )
    for argument, value, least in given:
        along(name, argument, value, least)
    y, pull = conv_transpose2d.__wrapped__(
        x[:, :, None], w[:, :, None], bias, (1, stride), (0, padding), (0, output_padding), groups, (1, dilation)
    )

    def pullback(dy):
        dx, dw, dbias = pull(dy[:, :, None])
        return lambda: dx()[:, :, 0], lambda: dw()[:, :, 0], dbias

    return y[:, :, 0], pullback


def _same(x, w, bias, stride, padding, dilation, groups):
    """conv3d whose result is as large as x: of an odd number of zeros the last comes after x."""
    stride, dilation = _threes("conv3d", stride=(stride, 1), dilation=(dilation, 1))
    if padding != "same" or stride != (1, 1, 1):
        raise BadInput(
            f"conv3d: padding is {padding!r} and stride {stride}, wanted numbers, or 'same' and a stride of 1"
        )
    zeros = [d * (k - 1) for d, k in zip(dilation, w.shape[2:])]
    wide = np.pad(x, ((0, 0), (0, 0), *((0, n % 2) for n in zeros)))
    y, pull = conv3d.__wrapped__(wide, w, bias, 1, tuple(n // 2 for n in zeros), dilation, groups)

    def pullback(dy):
        dx, *others = pull(dy)
        return lambda: dx()[:, :, *map(slice, x.shape[2:])], *others

    return y, pullback


def _summed(plane, x, w, bias, shape, stride, padding, dilation, options):
    """(y, pullback): y[:, :, o] += plane(x[:, :, i], w[:, :, u]) for all frames i, o and taps u that belong together."""
    options = {"stride": stride[1:], "padding": padding[1:], "dilation": dilation[1:], **options}
    y, taps = np.zeros(shape, np.result_type(x, w)), []
    for u in range(w.shape[2]):
        shift, many = u * dilation[0] - padding[0], (x.shape[2], shape[2])
        frames = _frames(many, shift, stride[0]) if plane is conv2d else _frames(many[::-1], shift, stride[0])[::-1]
        part = _flat(x[:, :, frames[0]])
        if part.size:
            z, pull = plane.__wrapped__(part, w[:, :, u], **options)
            y[:, :, frames[1]] += _deep(z, len(x))
            taps.append((u, frames, pull))
    if bias is not None:
        y += bias[:, None, None, None]

    def pullback(dy):
        def dx():
            total = np.zeros(x.shape, dy.dtype)
            for _, (i, o), pull in taps:
                total[:, :, i] += _deep(pull(_flat(dy[:, :, o]))[0](), len(x))
            return total

        def dw():
            total = np.zeros(w.shape, dy.dtype)
            for u, (_, o), pull in taps:
                total[:, :, u] = pull(_flat(dy[:, :, o]))[1]()
            return total

        return dx, dw, lambda: dy.sum(axis=(0, 2, 3, 4))

    return y, pullback


def _frames(many, shift, stride):
    """(slice of the images' frames o·stride + shift, slice of the results' frames o) that lie inside; many: of both."""
    first = max(0, -(shift // stride))
    last = min(many[1] - 1, (many[0] - 1 - shift) // stride)
    if last < first:
        return slice(0, 0), slice(0, 0)
    return slice(first * stride + shift, last * stride + shift + 1, stride), slice(first, last + 1)


def _flat(x):
    """(n, c, frames, h, w) as (n·frames, c, h, w)."""
    n, c, frames, h, w = x.shape
    return np.moveaxis(x, 2, 1).reshape(n * frames, c, h, w)


def _deep(x, n):
    """The other way."""
    return np.moveaxis(x.reshape(n, len(x) // n, *x.shape[1:]), 1, 2)


def _volumes(name, x, w, order):
    x, w = floats(name, "x", x), floats(name, "w", w)
    if x.ndim != 5:
        raise BadInput(f"{name}: x has shape {x.shape}, wanted (n, channels, depth, height, width)")
    if w.ndim != 5 or 0 in w.shape[2:]:
        raise BadInput(f"{name}: w has shape {w.shape}, wanted {order} of at least one tap")
    return x, w


def _bias(name, bias, outputs):
    if bias is not None and np.shape(bias) != (outputs,):
        raise BadInput(f"{name}: bias has shape {np.shape(bias)}, wanted ({outputs},)")


def _threes(name, **values):
    """Each `argument=(value, least)`, a number or three, as a tuple of three."""
    threes = []
    for argument, (value, least) in values.items():
        three = (value,) * 3 if np.ndim(value) == 0 else tuple(value)
        if len(three) != 3 or not all(whole(v) and v >= least for v in three):
            raise BadInput(f"{name}: {argument} is {value}, wanted a whole number of at least {least}, or three")
        threes.append(tuple(int(v) for v in three))
    return threes
