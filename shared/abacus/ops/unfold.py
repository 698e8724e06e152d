"""Windows of images as columns (im2col), and their adjoint, which adds columns back into an image (col2im)."""

import math

import numpy as np

from abacus.errors import BadInput
from abacus.ops.conv import pair
from abacus.ops.floats import floats
from abacus.tensor import op


@op
def unfold(x, size, dilation=1, padding=0, stride=1):
    """The windows of x (n, channels, height, width) as columns: (n, channels·kh·kw, windows), windows row by row. size,
    dilation, padding, stride: a number or one per axis; padding counts as zeros. Its adjoint is `fold`."""
    x = floats("unfold", "x", x)
    if x.ndim != 4:
        raise BadInput(f"unfold: x has shape {x.shape}, wanted (n, channels, height, width)")
    geometry = _geometry("unfold", x.shape[2:], size, dilation, padding, stride)
    return _columns(x, *geometry), lambda dy: (_image(dy, x.shape, *geometry),)


@op
def fold(x, image, size, dilation=1, padding=0, stride=1):
    """The sum of the columns x (n, channels·kh·kw, windows) at the places from which `unfold` of an image (height, width) takes
    them: (n, channels, height, width)."""
    x, image = floats("fold", "x", x), pair("fold", "image", image, 1)
    size, dilation, padding, stride, many = geometry = _geometry("fold", image, size, dilation, padding, stride)
    taps, windows = math.prod(size), math.prod(many)
    if x.ndim != 3 or x.shape[1] % taps or x.shape[2] != windows:
        raise BadInput(f"fold: x has shape {x.shape}, wanted (n, channels·{taps}, {windows}) for an image {image}")
    shape = (len(x), x.shape[1] // taps, *image)
    return _image(x, shape, *geometry), lambda dy: (_columns(dy, *geometry),)


def _geometry(name, image, size, dilation, padding, stride):
    size, dilation = pair(name, "size", size, 1), pair(name, "dilation", dilation, 1)
    padding, stride = pair(name, "padding", padding, 0), pair(name, "stride", stride, 1)
    many = tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, d, p, s in zip(image, size, dilation, padding, stride)
    )
    if min(many) < 1:
        raise BadInput(
            f"{name}: an image {tuple(image)} with padding {padding} is smaller than the window {size} x {dilation}"
        )
    return size, dilation, padding, stride, many


def _taps(framed, size, dilation, stride, many):
    """(u, v, view of the framed image's entries that tap u, v of all windows meets)."""
    for u in range(size[0]):
        for v in range(size[1]):
            starts = u * dilation[0], v * dilation[1]
            cut = (slice(a, a + (m - 1) * s + 1, s) for a, m, s in zip(starts, many, stride))
            yield u, v, framed[:, :, *cut]


def _columns(x, size, dilation, padding, stride, many):
    framed = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    y = np.empty((*x.shape[:2], *size, *many), x.dtype)
    for u, v, seen in _taps(framed, size, dilation, stride, many):
        y[:, :, u, v] = seen
    return y.reshape(len(x), x.shape[1] * math.prod(size), math.prod(many))


def _image(columns, shape, size, dilation, padding, stride, many):
    framed = np.zeros((*shape[:2], *(n + 2 * p for n, p in zip(shape[2:], padding))), columns.dtype)
    parts = columns.reshape(*shape[:2], *size, *many)
    for u, v, seen in _taps(framed, size, dilation, stride, many):
        seen += parts[:, :, u, v]
    return framed[:, :, *(slice(p, p + n) for n, p in zip(shape[2:], padding))]
