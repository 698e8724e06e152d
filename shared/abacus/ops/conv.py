"""Convolutions and their transposes: the operations, their conventions and gradients (the sums: kernels/conv).

Arrays have PyTorch's shapes, (n, channels, height, width), but results lie in memory with the channels last, seen through
a transpose: strides carry the layout, every elementwise op keeps it, and the next convolution finds it without a copy.
"""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.expect import expect_word
from abacus.kernels.conv import correlation
from abacus.kernels.conv.geometry import Geometry
from abacus.ops.affine import ACTIVATIONS
from abacus.ops.columns import column_sums, folded
from abacus.tensor import op


@op
def conv2d(x, w, bias=None, stride=1, padding=0, dilation=1, groups=1, activation=None):
    """activation(y), y[n, o, i, j] = bias[o] + Σ_cuv x[n, c, i·stride + u·dilation - padding, …] w[o, c, u, v].

    x (n, c, h, w), w (o, c / groups, kh, kw), bias (o,); y has ⌊(h + 2 padding - dilation (kh - 1) - 1) / stride⌋ + 1 rows.
    stride, padding, dilation: a number or one per axis, padding="same" as many zeros as keep the size; group g of the
    outputs sees group g of the channels. activation as in `affine`. Links that a table leaves out: give w·mask, whose
    gradient is zero at them. With dz = dy·activation': dx is the transposed convolution of dz, dw[o, c, u, v] correlates x
    with dz.
    """
    if type(padding) is str:
        return _same(x, w, bias, stride, padding, dilation, groups, activation)
    stride, padding, dilation = _pairs("conv2d", stride, padding, dilation)
    _check("conv2d", x, w, bias, groups, w.shape[:1] if w.ndim else (), 1)
    number = activation_number("conv2d", activation)
    size = [(x.shape[2 + a] + 2 * padding[a] - dilation[a] * (w.shape[2 + a] - 1) - 1) // stride[a] + 1 for a in (0, 1)]
    if min(size) < 1:
        raise BadInput(
            f"conv2d: x {x.shape} with padding {padding} is smaller than the kernel {w.shape[2:]} x {dilation}"
        )
    geometry = _geometry(x.shape[2:], size, w, stride, padding, dilation, groups)
    rows = channels_last(x)
    y = correlation.forward(rows, w, bias, geometry, number)

    def pullback(dy):
        dz, dbias = through(activation, channels_last(dy), y)
        return (
            lambda: nchw(correlation.transposed(dz, w, None, geometry)),
            lambda: correlation.weight_gradient(rows, dz, geometry),
            dbias,
        )

    return nchw(y), pullback


@op
def conv_transpose2d(x, w, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """The adjoint of conv2d in x, plus bias: y[n, o, i·stride + u·dilation - padding, …] += x[n, c, i, j] w[c, o, u, v].

    x (n, c, h, w), w (c, o / groups, kh, kw), bias (o,); y has (h - 1) stride - 2 padding + dilation (kh - 1) +
    output_padding + 1 rows: output_padding says which of the sizes that conv2d would map to h is meant. dx is conv2d of dy.
    """
    name = "conv_transpose2d"
    stride, padding, dilation = _pairs(name, stride, padding, dilation)
    extra = pair(name, "output_padding", output_padding, 0)
    _check(name, x, w, bias, groups, (w.shape[1] * groups,) if w.ndim > 1 else (), 0)
    if 0 in x.shape[2:]:
        raise BadInput(f"{name}: x has shape {x.shape}, wanted at least one pixel")
    if any(extra[a] >= max(stride[a], dilation[a]) for a in (0, 1)):
        raise BadInput(
            f"{name}: output_padding is {extra}, wanted less than the stride {stride} or dilation {dilation}"
        )
    size = [
        (x.shape[2 + a] - 1) * stride[a] - 2 * padding[a] + dilation[a] * (w.shape[2 + a] - 1) + extra[a] + 1
        for a in (0, 1)
    ]
    if min(size) < 1:
        raise BadInput(
            f"{name}: padding is {padding}, which leaves nothing of x {x.shape} under a kernel {w.shape[2:]}"
        )
    geometry = _geometry(size, x.shape[2:], w, stride, padding, dilation, groups)
    rows = channels_last(x)
    y = correlation.transposed(rows, w, bias, geometry)

    def pullback(dy):
        dz = channels_last(dy)
        return (
            lambda: nchw(correlation.forward(dz, w, None, geometry, 0)),
            lambda: correlation.weight_gradient(dz, rows, geometry),
            lambda: column_sums(dz),
        )

    return nchw(y), pullback


@op
def conv1d(x, w, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """conv2d along one axis: x (n, c, length), w (o, c / groups, k), bias (o,)."""
    for argument, value in (("x", x), ("w", w)):
        if value.ndim != 3:
            wanted = "(n, channels, length)" if argument == "x" else "(outputs, channels / groups, k)"
            raise BadInput(f"conv1d: {argument} has shape {value.shape}, wanted {wanted}")
    same = type(padding) is str
    for argument, value, least in (
        ("stride", stride, 1),
        ("padding", 0 if same else padding, 0),
        ("dilation", dilation, 1),
    ):
        along("conv1d", argument, value, least)
    if same and (padding != "same" or stride != 1):
        raise BadInput(
            f"conv1d: padding is {padding!r} and stride {stride}, wanted a number, or 'same' and a stride of 1"
        )
    padding = padding if same else (0, padding)
    y, pull = conv2d.__wrapped__(x[:, :, None], w[:, :, None], bias, (1, stride), padding, (1, dilation), groups)

    def pullback(dy):
        dx, dw, dbias = pull(dy[:, :, None])
        return lambda: dx()[:, :, 0], lambda: dw()[:, :, 0], dbias

    return y[:, :, 0], pullback


def _same(x, w, bias, stride, padding, dilation, groups, activation):
    """conv2d whose result is as large as x: of an odd number of zeros the last comes after x, as in PyTorch."""
    stride, _, dilation = _pairs("conv2d", stride, 0, dilation)
    _check("conv2d", x, w, bias, groups, w.shape[:1] if w.ndim else (), 1)
    if padding != "same" or stride != (1, 1):
        raise BadInput(
            f"conv2d: padding is {padding!r} and stride {stride}, wanted numbers, or 'same' and a stride of 1"
        )
    zeros = [d * (k - 1) for d, k in zip(dilation, w.shape[2:])]
    wide = np.pad(x, ((0, 0), (0, 0), *((0, n % 2) for n in zeros))) if any(n % 2 for n in zeros) else x
    half = tuple(n // 2 for n in zeros)
    y, pull = conv2d.__wrapped__(wide, w, bias, 1, half, dilation, groups, activation)

    def pullback(dy):
        dx, *others = pull(dy)
        return lambda: dx()[:, :, : x.shape[2], : x.shape[3]], *others

    return y, pullback


def channels_last(x):
    """x (n, c, h, w) as a contiguous (n, h, w, c): a view where it already lies so."""
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1))


def nchw(rows):
    """The other way: always a view."""
    return rows.transpose(0, 3, 1, 2)


def activation_number(name, activation):
    """By which the kernels know it."""
    expect_word(name, "activation", activation, ACTIVATIONS)
    return kernels.activation.NUMBER[activation]


def through(activation, dy, y):
    """dz = dy·activation' from y = activation(…), both contiguous with the channels last, and dbias = Σ dz."""
    if activation is None:
        return dy, lambda: column_sums(dy)
    wide, several = folded(y)
    dz, dbias = np.empty_like(wide), np.empty(wide.shape[1], y.dtype)
    getattr(kernels.affine, f"{activation}_pullback")(dy.reshape(wide.shape), wide, dz, dbias)
    return dz.reshape(y.shape), dbias.reshape(several, -1).sum(axis=0)


def pair(name, argument, value, least):
    """`value`, a number or one per axis, as a tuple of two."""
    both = (value, value) if np.ndim(value) == 0 else tuple(value)
    if len(both) != 2 or not all(whole(v) and v >= least for v in both):
        raise BadInput(f"{name}: {argument} is {value}, wanted a whole number of at least {least}, or one per axis")
    return tuple(int(v) for v in both)


def along(name, argument, value, least):
    """BadInput unless `value` is a number for the one axis that there is."""
    if not whole(value) or value < least:
        raise BadInput(f"{name}: {argument} is {value}, wanted a whole number of at least {least}")


def whole(value):
    """Whether it is a whole number, of whatever type."""
    return isinstance(value, int | float | np.number) and value == value // 1


def _pairs(name, stride, padding, dilation):
    return pair(name, "stride", stride, 1), pair(name, "padding", padding, 0), pair(name, "dilation", dilation, 1)


def _geometry(image, result, w, stride, padding, dilation, groups):
    """That of the convolution from image to result, w (outputs, channels / groups, kh, kw)."""
    groups, (outputs, channels, *kernel) = int(groups), w.shape
    sizes = tuple(image), tuple(result), tuple(kernel)
    return Geometry(*sizes, stride, padding, dilation, groups, channels, outputs // groups)


def _check(name, x, w, bias, groups, outputs, channels):
    """Shapes that go together; `channels` is the axis of w that x's channels meet (whole, or one group of them)."""
    if x.ndim != 4:
        raise BadInput(f"{name}: x has shape {x.shape}, wanted (n, channels, height, width)")
    if w.ndim != 4:
        order = "(outputs, channels / groups, kh, kw)" if channels else "(channels, outputs / groups, kh, kw)"
        raise BadInput(f"{name}: w has shape {w.shape}, wanted {order}")
    if 0 in w.shape[2:]:
        raise BadInput(f"{name}: w has shape {w.shape}, wanted a kernel of at least one row and one column")
    if not whole(groups) or groups < 1 or w.shape[0] % groups:
        raise BadInput(f"{name}: groups is {groups}, wanted a divisor of the {w.shape[0]} of w {w.shape}")
    wanted = w.shape[1] * groups if channels else w.shape[0]
    if x.shape[1] != wanted:
        raise BadInput(
            f"{name}: x has {x.shape[1]} channels, wanted {wanted} to go with w {w.shape} and groups {groups}"
        )
    if bias is not None and bias.shape != outputs:
        raise BadInput(f"{name}: bias has shape {bias.shape}, wanted {outputs}")
