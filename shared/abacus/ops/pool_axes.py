"""Pooling over windows along one, two or three axes, also with the places of the largest, and its undoing; sizes that adapt.

x is (n, channels, …) with one to three axes in place of …. size, stride, padding, dilation: a number, or one per axis;
ceil_mode as in max_pool2d. max_pool1d, max_pool2d, avg_pool1d and avg_pool2d are compiled and faster where they will do.
"""

import functools
import itertools
import math

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.ops.conv import whole
from abacus.ops.floats import floats
from abacus.ops.pool import outputs
from abacus.ops.resize import along, area
from abacus.tensor import Tensor, op


def max_pool3d(x, size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """max_pool2d along three axes: x (n, c, depth, h, w)."""
    _axes("max_pool3d", x if isinstance(x, Tensor) else Tensor(x), 3)
    return max_pool_places(x, size, stride, padding, dilation, ceil_mode)[0]


def max_pool_places(x, size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """(largest, places): the largest entry of each window, the first of several, NaN where there is one; and where it
    stands, as a NumPy array of numbers into the flattened axes of the image: i·width + j. A window of padding alone gives
    -inf and -1."""
    name = "max_pool_places"
    values = floats(name, "x", x.value if isinstance(x, Tensor) else x)
    _axes(name, values, 1, 2, 3)
    places = _largest(values, *_geometry(name, values, size, stride, padding, dilation, ceil_mode))
    return _picked(x, places), places


@op(keeps=("places",))
def max_unpool(x, places, size, stride=None, padding=0, image=None):
    """An image of zeros with the entries of x (n, c, …) at their places: what max_pool_places left, put back. image: its sizes;
    None: (m - 1) stride - 2 padding + size of the m windows. Where places repeat, the last entry stands."""
    name = "max_unpool"
    x, places = floats(name, "x", x), np.asarray(places)
    _axes(name, x, 1, 2, 3)
    expect_shape(name, "places", places.shape, x.shape)
    size = _each(name, "size", size, x.ndim - 2, 1)
    stride = size if stride is None else _each(name, "stride", stride, x.ndim - 2, 1)
    padding = _each(name, "padding", padding, x.ndim - 2, 0)
    if image is None:
        image = tuple((m - 1) * s - 2 * p + k for m, s, p, k in zip(x.shape[2:], stride, padding, size))
    image = _each(name, "image", tuple(image)[-(x.ndim - 2) :], x.ndim - 2, 0)
    flat, pixels = _flat(places), math.prod(image)
    if flat.dtype.kind not in "iu" or (flat.size and not 0 <= flat.min() <= flat.max() < pixels):
        raise BadInput(f"{name}: places must be integers from 0 to {pixels - 1}, the pixels of an image {image}")
    y = np.zeros((*x.shape[:2], pixels), x.dtype)
    np.put_along_axis(y, flat, x.reshape(flat.shape), axis=-1)

    def pullback(dy):
        last = np.zeros(y.shape, np.intp)
        numbers = np.broadcast_to(np.arange(flat.shape[-1]), flat.shape)
        np.put_along_axis(last, flat, numbers, axis=-1)
        own = np.take_along_axis(last, flat, axis=-1) == numbers
        return (np.take_along_axis(dy.reshape(y.shape), flat, axis=-1) * own).reshape(x.shape), None

    return y.reshape(*x.shape[:2], *image), pullback


def avg_pool3d(x, size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """avg_pool2d along three axes: x (n, c, depth, h, w)."""
    _axes("avg_pool3d", x if isinstance(x, Tensor) else Tensor(x), 3)
    return avg_pool(x, size, stride, padding, 1, ceil_mode, count_include_pad)


@op
def avg_pool(x, size, stride=None, padding=0, dilation=1, ceil_mode=False, count_include_pad=True):
    """The mean of each window along one to three axes, also of every dilation-th entry. Padding counts as zeros, and as entries
    unless count_include_pad is False; what ceil_mode adds beyond the padding never counts."""
    x = floats("avg_pool", "x", x)
    _axes("avg_pool", x, 1, 2, 3)
    geometry = _geometry("avg_pool", x, size, stride, padding, dilation, ceil_mode)
    counts = []
    for n, k, step, pad, gap, many in zip(x.shape[2:], *geometry):
        places = np.arange(many)[:, None] * step - pad + np.arange(k) * gap
        inside = (-pad, n + pad) if count_include_pad else (0, n)
        counts.append(((places >= inside[0]) & (places < inside[1])).sum(axis=1))
    with np.errstate(divide="ignore"):  # a window of padding alone has no mean: NaN
        weights = (1 / functools.reduce(np.multiply.outer, counts)).astype(x.dtype)
    return _sums(x, *geometry) * weights, lambda dy: (_spread(dy * weights, x, *geometry),)


@op
def lp_pool(x, p, size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """(Σ |x|^p)^(1/p) of each window, p > 0; padding counts as zeros. Its slope is 0 where a window is all zeros."""
    x = floats("lp_pool", "x", x)
    _axes("lp_pool", x, 1, 2, 3)
    if not p > 0:
        raise BadInput(f"lp_pool: p is {p}, wanted more than 0")
    geometry = _geometry("lp_pool", x, size, stride, padding, dilation, ceil_mode)
    y = _sums(np.abs(x) ** p, *geometry) ** (1 / p)

    def pullback(dy):
        share = dy * np.where(y > 0, np.where(y > 0, y, 1) ** (1 - p), 0).astype(y.dtype)
        with np.errstate(divide="ignore"):
            slope = np.where(x == 0, 0, np.sign(x) * np.abs(x) ** (p - 1)).astype(x.dtype)
        return (slope * _spread(share, x, *geometry),)

    return y, pullback


@op
def adaptive_avg_pool(x, size):
    """Means over so many windows along each axis that `size` says: window i of m reaches from ⌊i n / m⌋ to ⌈(i + 1) n / m⌉. An
    entry of size that is None keeps its axis."""
    x = floats("adaptive_avg_pool", "x", x)
    size = _adaptive("adaptive_avg_pool", x, size)
    means = {axis: area(n, m) for axis, (n, m) in enumerate(zip(x.shape[2:], size), 2)}
    return along(x, means), lambda dy: (along(dy, {axis: matrix.T for axis, matrix in means.items()}),)


def adaptive_max_pool(x, size):
    """(largest, places) over the windows of adaptive_avg_pool; places as in max_pool_places."""
    name = "adaptive_max_pool"
    values = floats(name, "x", x.value if isinstance(x, Tensor) else x)
    size = _adaptive(name, values, size)
    places = np.zeros((*values.shape[:2], *size), np.intp)
    numbers = np.arange(math.prod(values.shape[2:])).reshape(values.shape[2:])
    for cell in itertools.product(*(enumerate(_cells(n, m)) for n, m in zip(values.shape[2:], size))):
        cut = tuple(slice(*ends) for _, ends in cell)
        best = _flat(values[:, :, *cut]).argmax(axis=-1)
        places[:, :, *(i for i, _ in cell)] = numbers[cut].reshape(-1)[best]
    return _picked(x, places), places


@op(keeps=("places",))
def _picked(x, places):
    """The entries of x (n, c, …) at their places; -inf for the place -1."""
    x = floats("max_pool", "x", x)
    flat, chosen = _flat(x), _flat(places)
    none = chosen < 0
    y = np.where(none, -np.inf, np.take_along_axis(flat, np.where(none, 0, chosen), axis=-1)).astype(x.dtype)

    def pullback(dy):
        dx = np.zeros(flat.shape, dy.dtype)
        rows = np.indices(chosen.shape, sparse=True)[:-1]
        np.add.at(dx, (*rows, np.where(none, 0, chosen)), np.where(none, 0, dy.reshape(chosen.shape)))
        return dx.reshape(x.shape), None

    return y.reshape(places.shape), pullback


def _flat(x):
    """(n, c, …) as (n, c, everything else)."""
    return x.reshape(*x.shape[:2], math.prod(x.shape[2:]))


def _largest(x, size, stride, padding, dilation, out):
    best, places = None, None
    numbers = np.arange(math.prod(x.shape[2:])).reshape(1, 1, *x.shape[2:])
    framed = _framed(x, -np.inf, size, stride, padding, dilation, out)
    names = _framed(numbers, -1, size, stride, padding, dilation, out)
    for seen, named in zip(_taps(framed, size, stride, dilation, out), _taps(names, size, stride, dilation, out)):
        if best is None:
            best, places = seen.copy(), np.broadcast_to(named, seen.shape).copy()
            continue
        better = ((seen > best) | (np.isnan(seen) & ~np.isnan(best)) | (places < 0)) & (named >= 0)
        best, places = np.where(better, seen, best), np.where(better, named, places)
    return places


def _sums(x, size, stride, padding, dilation, out):
    return sum(_taps(_framed(x, 0, size, stride, padding, dilation, out), size, stride, dilation, out))


def _spread(dy, x, size, stride, padding, dilation, out):
    """The adjoint of `_sums`."""
    framed = _framed(np.zeros(x.shape, dy.dtype), 0, size, stride, padding, dilation, out)
    for seen in _taps(framed, size, stride, dilation, out):
        seen += dy
    return framed[:, :, *(slice(p, p + n) for n, p in zip(x.shape[2:], padding))]


def _framed(x, value, size, stride, padding, dilation, out):
    """x with `value` before and behind it, as far as the last window reaches."""
    ends = ((m - 1) * s + d * (k - 1) + 1 for m, s, d, k in zip(out, stride, dilation, size))
    width = [(p, max(0, end - n - p)) for n, p, end in zip(x.shape[2:], padding, ends)]
    return np.pad(x, [(0, 0), (0, 0), *width], constant_values=value)


def _taps(framed, size, stride, dilation, out):
    """Of each place in the windows, in order, the view of all windows' entries there."""
    for tap in itertools.product(*map(range, size)):
        cut = (slice(t * d, t * d + (m - 1) * s + 1, s) for t, d, m, s in zip(tap, dilation, out, stride))
        yield framed[:, :, *cut]


def _cells(n, m):
    return [(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]


def _axes(name, x, *wanted):
    if x.ndim - 2 not in wanted or 0 in x.shape[2:]:
        many = " or ".join(map(str, wanted))
        raise BadInput(f"{name}: x has shape {x.shape}, wanted (n, channels, …) with {many} axes of at least one entry")


def _geometry(name, x, size, stride, padding, dilation, ceil_mode):
    axes = x.ndim - 2
    size = _each(name, "size", size, axes, 1)
    stride = size if stride is None else _each(name, "stride", stride, axes, 1)
    padding, dilation = _each(name, "padding", padding, axes, 0), _each(name, "dilation", dilation, axes, 1)
    if any(2 * p > d * (k - 1) + 1 for p, k, d in zip(padding, size, dilation)):
        raise BadInput(f"{name}: padding is {padding}, wanted at most half the window {size} x {dilation}")
    return size, stride, padding, dilation, outputs(name, x, size, stride, padding, dilation, ceil_mode)


def _adaptive(name, x, size):
    _axes(name, x, 1, 2, 3)
    axes = x.ndim - 2
    each = (size,) * axes if size is None or np.ndim(size) == 0 else tuple(size)
    if len(each) == axes:
        each = tuple(n if m is None else m for n, m in zip(x.shape[2:], each))
    return _each(name, "size", each, axes, 1)


def _each(name, argument, value, axes, least):
    """`value`, a number or one per axis, as a tuple."""
    each = (value,) * axes if np.ndim(value) == 0 else tuple(value)
    if len(each) != axes or not all(whole(v) and v >= least for v in each):
        raise BadInput(f"{name}: {argument} is {value}, wanted a whole number of at least {least}, or one per axis")
    return tuple(int(v) for v in each)
