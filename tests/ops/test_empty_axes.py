"""Convolutions, pooling and subsampling where axes have no entry, or one: the sums that the formulas say, or BadInput.

All entries are small whole numbers, so that every sum is exact and the comparison too. Each op runs twice: the second time
its arrays stand between fences of NaN, and new ones are full of NaN, so that a number read there shows in the result.
"""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abacus import ops
from abacus.errors import BadInput
from abacus.tensor import Parameter, backward

SIDE, TAPS = st.sampled_from([0, 1, 1, 2, 2, 5, 5]), st.sampled_from([0, 1, 1, 2, 2, 3, 3, 5])
FEW, PADDING = st.sampled_from([0, 1, 2]), st.sampled_from([0, 0, 0, 1, 2])
COUNT = st.sampled_from([0, 1, 2, 17])  # of channels: none, one, two, more than a vector
STEP, DTYPE, SEED = st.integers(1, 2), st.sampled_from([np.float32, np.float64]), st.integers(0, 2**32 - 1)
ACTIVATION = st.sampled_from([None, "relu"])
FENCE = 512  # numbers: more than a tile of pixels and vectors reaches past an end
quiet = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def pair(numbers):
    return st.tuples(numbers, numbers)


def whole(seed, dtype, *shapes):
    """Arrays of 1, 2, 3, -1, -2 and -3."""
    rng = np.random.default_rng(seed)
    return [(rng.integers(1, 4, shape) * rng.choice([-1, 1], shape)).astype(dtype) for shape in shapes]


class Fences:
    """NumPy's makers of arrays, each array now between two fences: numbers that no result may use, and no kernel write."""

    def __init__(self, patch):
        self.runs, self.plain = [], np.empty
        patch.setattr(np, "ascontiguousarray", self.copy)
        patch.setattr(np, "empty", lambda shape, dtype=float, order="C": self.array(shape, dtype, order))
        patch.setattr(np, "zeros", lambda shape, dtype=float: self.array(shape, dtype, fill=0))
        patch.setattr(np, "empty_like", lambda like: self.array(like.shape, like.dtype))
        patch.setattr(np, "zeros_like", lambda like: self.array(like.shape, like.dtype, fill=0))

    def array(self, shape, dtype, order="C", fill=None):
        """An array between two fences; without `fill` it is full of what they are made of."""
        dtype = np.dtype(dtype)
        whole = self.plain(2 * FENCE + int(np.prod(shape, dtype=int)), dtype)
        whole.fill(np.nan if dtype.kind == "f" else -7)
        inside = whole[FENCE : len(whole) - FENCE]
        self.runs += [(run, run.tobytes()) for run in (whole[:FENCE], whole[len(whole) - FENCE :])]
        if fill is not None:
            inside.fill(fill)
        return inside.reshape(shape, order=order)

    def copy(self, array, dtype=None):
        """`array` between two fences."""
        copied = self.array(array.shape, dtype or array.dtype)
        copied[...] = array
        return copied

    def stand(self):
        """Whether nothing was written into a fence."""
        return all(run.tobytes() == before for run, before in self.runs)


def check(call, arrays, refused, wanted):
    """BadInput where the call is `refused`; else its value and its gradients are those that wanted(dy) gives."""
    if refused:
        with pytest.raises(BadInput):
            call(*arrays)
        return
    value = call(*arrays).value
    (dy,) = whole(0, value.dtype, value.shape)

    def found():
        parameters = [Parameter(a) for a in arrays]
        y = call(*parameters)
        gradients = backward(ops.sum(y * dy))
        return [y.value, *(gradients[p] for p in parameters)]

    for a, b in zip(found(), wanted(dy), strict=True):
        np.testing.assert_array_equal(a, b, strict=True)
    with pytest.MonkeyPatch.context() as patch:
        fences = Fences(patch)
        again = found()
    assert fences.runs and fences.stand()
    for a, b in zip(again, wanted(dy), strict=True):
        np.testing.assert_array_equal(a, b, strict=True)


def sums(x, w, y, stride, padding, dilation, groups):
    """The convolution of x by w, its adjoint of y, and the gradient of w from both, a tap and a group at a time."""
    framed = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    of_x, of_y, of_w = np.zeros_like(framed), np.zeros_like(y), np.zeros_like(w)
    outputs, channels = len(w) // groups, w.shape[1]
    for g, u, v in itertools.product(range(groups), *map(range, w.shape[2:])):
        down, across = (
            slice(t * d, t * d + (n - 1) * s + 1, s) for t, d, n, s in zip((u, v), dilation, y.shape[2:], stride)
        )
        met = slice(None), slice(g * channels, (g + 1) * channels), down, across
        own = slice(g * outputs, (g + 1) * outputs)
        of_y[:, own] += np.einsum("ncij,oc->noij", framed[met], w[own, :, u, v])
        of_x[met] += np.einsum("noij,oc->ncij", y[:, own], w[own, :, u, v])
        of_w[own, :, u, v] = np.einsum("noij,ncij->oc", y[:, own], framed[met])
    inside = (slice(p, p + n) for p, n in zip(padding, x.shape[2:]))
    return of_y, of_x[:, :, *inside], of_w


def through(activation, z, dy):
    """The value, and the gradient of the weighted sums z."""
    return (z, dy) if activation is None else (np.maximum(z, 0), dy * (z > 0))


def sides(x, kernel, stride, padding, dilation):
    """Rows and columns of a convolution's result."""
    return [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in zip(x, kernel, stride, padding, dilation)]


@quiet
@given(
    FEW,
    COUNT,
    COUNT,
    pair(SIDE),
    pair(TAPS),
    *map(pair, (STEP, PADDING, STEP)),
    STEP,
    ACTIVATION,
    DTYPE,
    SEED,
)
def test_conv2d(n, channels, outputs, image, kernel, stride, padding, dilation, groups, activation, dtype, seed):
    shapes = (n, groups * channels, *image), (groups * outputs, channels, *kernel), (groups * outputs,)
    rest, result = (stride, padding, dilation, groups), sides(image, kernel, stride, padding, dilation)
    x, w, b = arrays = whole(seed, dtype, *shapes)

    def wanted(dy):
        y, dz = through(activation, sums(x, w, np.zeros_like(dy), *rest)[0] + b[:, None, None], dy)
        return y, *sums(x, w, dz, *rest)[1:], dz.sum(axis=(0, 2, 3))

    check(lambda *a: ops.conv2d(*a, *rest, activation), arrays, 0 in kernel or min(result) < 1, wanted)


@quiet
@given(FEW, COUNT, COUNT, SIDE, TAPS, STEP, PADDING, STEP, STEP, DTYPE, SEED)
def test_conv1d(n, channels, outputs, length, kernel, stride, padding, dilation, groups, dtype, seed):
    x, w, b = arrays = whole(
        seed, dtype, (n, groups * channels, length), (groups * outputs, channels, kernel), (groups * outputs,)
    )
    rest = (1, stride), (0, padding), (1, dilation), groups
    result = sides((length,), (kernel,), (stride,), (padding,), (dilation,))

    def wanted(dy):
        y, dx, dw = sums(x[:, :, None], w[:, :, None], dy[:, :, None], *rest)
        return y[:, :, 0] + b[:, None], dx[:, :, 0], dw[:, :, 0], dy.sum(axis=(0, 2))

    check(lambda *a: ops.conv1d(*a, stride, padding, dilation, groups), arrays, kernel == 0 or result[0] < 1, wanted)


@quiet
@given(
    FEW,
    COUNT,
    COUNT,
    pair(SIDE),
    pair(TAPS),
    *map(pair, (STEP, PADDING, STEP)),
    STEP,
    DTYPE,
    SEED,
)
def test_conv_transpose2d(n, channels, outputs, image, kernel, stride, padding, dilation, groups, dtype, seed):
    shapes = (n, groups * channels, *image), (groups * channels, outputs, *kernel), (groups * outputs,)
    rest = stride, padding, dilation, groups
    result = [(h - 1) * s - 2 * p + d * (k - 1) + 1 for h, s, p, d, k in zip(image, stride, padding, dilation, kernel)]
    x, w, b = arrays = whole(seed, dtype, *shapes)

    def wanted(dy):
        dx, y, dw = sums(dy, w, x, *rest)
        return y + b[:, None, None], dx, dw, dy.sum(axis=(0, 2, 3))

    refused = 0 in (*image, *kernel) or min(result) < 1
    check(lambda *a: ops.conv_transpose2d(*a, stride, padding, 0, groups, dilation), arrays, refused, wanted)


def windows(x, size, stride, padding):
    """(place in the result, the pixels of the image) of each window."""
    starts = [range(-p, n + p - k + 1, s) for n, k, s, p in zip(x.shape[2:], size, stride, padding)]
    for place in itertools.product(*(range(len(s)) for s in starts)):
        yield (
            place,
            tuple(slice(max(s[i], 0), min(s[i] + k, n)) for s, i, k, n in zip(starts, place, size, x.shape[2:])),
        )


def refuses(x, size, stride, padding):
    """Whether no window of that size fits, or the size is none."""
    least = 0 in (*x.shape[2:], *size, *stride) or any(2 * p > k for p, k in zip(padding, size))
    return least or any(n + 2 * p < k for n, p, k in zip(x.shape[2:], padding, size))


POOL = (
    FEW,
    COUNT,
    pair(st.sampled_from([0, 1, 2, 2, 3])),
    *[pair(st.sampled_from([0, 1, 1, 2, 2]))] * 2,
    pair(st.integers(0, 1)),
    DTYPE,
    SEED,
)


@quiet
@given(*POOL)
def test_max_pool2d(n, channels, image, size, stride, padding, dtype, seed):
    (x,) = whole(seed, dtype, (n, channels, *image))

    def wanted(dy):
        y, dx = np.zeros_like(dy), np.zeros_like(x)
        for place, (down, across) in windows(x, size, stride, padding):
            y[:, :, *place] = x[:, :, down, across].max(axis=(2, 3))
            for i, c in np.ndindex(n, channels):
                window = x[i, c, down, across]
                dx[i, c, down, across][np.unravel_index(window.argmax(), window.shape)] += dy[i, c, *place]
        return y, dx

    check(lambda x: ops.max_pool2d(x, size, stride, padding), [x], refuses(x, size, stride, padding), wanted)


@quiet
@given(*POOL, st.booleans())
def test_avg_pool2d(n, channels, image, size, stride, padding, dtype, seed, include):
    (x,) = whole(seed, dtype, (n, channels, *image))

    def wanted(dy):
        y, dx = np.zeros_like(dy), np.zeros_like(x)
        for place, (down, across) in windows(x, size, stride, padding):
            window = x[:, :, down, across]
            share = dtype(1 / (size[0] * size[1] if include else window.shape[2] * window.shape[3]))  # a power of two
            y[:, :, *place] = window.sum(axis=(2, 3)) * share
            dx[:, :, down, across] += dy[:, :, *place][:, :, None, None] * share
        return y, dx

    refused = refuses(x, size, stride, padding)
    check(lambda x: ops.avg_pool2d(x, size, stride, padding, False, include), [x], refused, wanted)


@quiet
@given(FEW, COUNT, FEW, FEW, FEW, DTYPE, SEED)
def test_pooling_along_one_axis_is_pooling_over_rows_of_height_one(n, channels, length, size, stride, dtype, seed):
    (x,) = whole(seed, dtype, (n, channels, length))
    for along, over in ((ops.max_pool1d, ops.max_pool2d), (ops.avg_pool1d, ops.avg_pool2d)):

        def wanted(dy, over=over):
            p = Parameter(x[:, :, None])
            y = over(p, (1, size), (1, stride))
            return y.value[:, :, 0], backward(ops.sum(y * dy[:, :, None]))[p][:, :, 0]

        check(lambda x, along=along: along(x, size, stride), [x], 0 in (length, size, stride) or size > length, wanted)


@quiet
@given(FEW, COUNT, pair(SIDE), pair(FEW), ACTIVATION, DTYPE, SEED)
def test_subsample(n, channels, image, size, activation, dtype, seed):
    x, coefficient, bias = arrays = whole(seed, dtype, (n, channels, *image), (channels,), (channels,))

    def wanted(dy):
        total, dx = np.zeros_like(dy), np.zeros_like(x)
        for place, (down, across) in windows(x, size, size, (0, 0)):
            total[:, :, *place] = x[:, :, down, across].sum(axis=(2, 3))
        y, dz = through(activation, total * coefficient[:, None, None] + bias[:, None, None], dy)
        for place, (down, across) in windows(x, size, size, (0, 0)):
            dx[:, :, down, across] = (dz[:, :, *place] * coefficient)[:, :, None, None]
        return y, dx, (dz * total).sum(axis=(0, 2, 3)), dz.sum(axis=(0, 2, 3))

    check(lambda *a: ops.subsample(*a, size, activation), arrays, refuses(x, size, size, (0, 0)), wanted)


@quiet
@given(FEW, COUNT, pair(FEW), DTYPE, SEED)
def test_global_average(n, channels, image, dtype, seed):
    (x,) = whole(seed, dtype, (n, channels, *image))

    def wanted(dy):
        share = dtype(1 / (image[0] * image[1]))  # a power of two
        return x.sum(axis=(2, 3)) * share, np.broadcast_to((dy * share)[:, :, None, None], x.shape)

    check(ops.global_average, [x], 0 in image, wanted)


def none_or_one(axes):
    """All choices of 0 and 1 for so many axes, each with a few seeds: a single number may be of either sign."""
    return itertools.product(*[(0, 1)] * axes, range(4))


@pytest.mark.parametrize("padding", [(0, 0), (1, 0), (0, 1), (2, 2)])
def test_convolutions_of_none_or_one_on_every_axis(padding):
    rest = (1, 1), padding, (1, 1), 1
    for n, channels, outputs, *sides, seed in none_or_one(7):
        sizes = n, channels, outputs, tuple(sides[:2]), tuple(sides[2:])
        test_conv2d.hypothesis.inner_test(*sizes, *rest, None, np.float32, seed)
        test_conv_transpose2d.hypothesis.inner_test(*sizes, *rest, np.float32, seed)


def test_convolutions_along_one_axis_of_none_or_one_on_every_axis():
    for padding in (0, 1):
        for *sizes, seed in none_or_one(5):
            test_conv1d.hypothesis.inner_test(*sizes, 1, padding, 1, 1, np.float32, seed)


def test_pooling_of_none_or_one_on_every_axis():
    for n, channels, *sides, seed in none_or_one(8):
        sizes = n, channels, *zip(sides[::2], sides[1::2])
        test_max_pool2d.hypothesis.inner_test(*sizes, (0, 0), np.float32, seed)
        test_avg_pool2d.hypothesis.inner_test(*sizes, (0, 0), np.float32, seed, True)
        test_subsample.hypothesis.inner_test(*sizes[:4], None, np.float32, seed)


@pytest.mark.parametrize(
    ("left", "right"), [((5, 5, 0), (0, 5)), ((0, 5, 3), (3, 5)), ((0, 3), (3,)), ((2, 0, 3), (2, 3, 4)), ((0,), (0,))]
)
def test_products_with_an_axis_of_no_entry_are_defined_and_their_gradients_are_nought(left, right):
    a, b = Parameter(np.ones(left)), Parameter(np.ones(right))
    wanted = np.matmul(np.ones(left), np.ones(right))
    assert np.array_equal(ops.matmul(np.ones(left), np.ones(right)), wanted)
    gradients = backward(ops.matmul(a, b).sum())
    assert gradients[a].shape == left and gradients[b].shape == right
    assert not gradients[a].any() and not gradients[b].any()
