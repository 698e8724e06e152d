"""Facts about the convolutions' sums beyond the table of cases: adjoints over many channels, layout, threads, absent links."""

import itertools

import numpy as np
import pytest

from abacus import kernels, ops
from abacus.kernels.conv import correlation
from abacus.kernels.conv.geometry import Geometry
from abacus.tensor import Parameter, backward

EPS = np.finfo(float).eps
GEOMETRIES = [  # inputs, outputs, kernel, stride, padding, dilation, groups: each form of the sums, each width of a tile
    (1, 6, (5, 5), (1, 1), (0, 0), (1, 1), 1),
    (6, 16, (5, 5), (1, 1), (2, 0), (1, 1), 1),
    (3, 40, (3, 3), (2, 2), (1, 1), (1, 1), 1),
    (16, 16, (3, 3), (1, 1), (1, 1), (1, 1), 1),
    (33, 17, (3, 3), (1, 1), (0, 2), (1, 1), 1),
    (20, 50, (3, 3), (1, 1), (1, 1), (2, 1), 1),
    (24, 36, (2, 3), (1, 2), (0, 1), (1, 1), 4),
    (8, 8, (3, 3), (1, 1), (1, 1), (1, 1), 8),
    (9, 20, (11, 13), (1, 1), (0, 0), (1, 1), 1),
    (3, 5, (3, 5), (2, 3), (1, 0), (2, 1), 1),
    (4, 18, (2, 5), (1, 1), (2, 0), (1, 1), 1),
]


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_gradients_are_adjoints(geometry):
    """A convolution is linear in x and in w: ⟨dy, conv(v, w)⟩ = ⟨dx, v⟩ and ⟨dy, conv(x, v)⟩ = ⟨dw, v⟩ for every v."""
    inputs, outputs, kernel, stride, padding, dilation, groups = geometry
    rng = np.random.default_rng(0)
    x, other_x = rng.standard_normal((2, 3, inputs, 11, 13))
    w, other_w = rng.standard_normal((2, outputs, inputs // groups, *kernel))
    rest = None, stride, padding, dilation, groups

    def y_of(x, w):
        return ops.conv2d(x, w, *rest).value

    px, pw = Parameter(x), Parameter(w)
    y = ops.conv2d(px, pw, *rest)
    dy = rng.standard_normal(y.shape)
    gradients = backward(ops.sum(y * dy))
    size = np.abs(dy).sum() * np.abs(y.value).max()
    assert abs((dy * y_of(other_x, w)).sum() - (gradients[px] * other_x).sum()) <= EPS * size
    assert abs((dy * y_of(x, other_w)).sum() - (gradients[pw] * other_w).sum()) <= EPS * size


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_two_forms_agree(dtype, monkeypatch):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((3, 19, 9, 6)).astype(dtype)
    w, b = rng.standard_normal((35, 19, 3, 3)).astype(dtype), rng.standard_normal(35).astype(dtype)

    def run():
        px, pw, pb = Parameter(x), Parameter(w), Parameter(b)
        y = ops.conv2d(px, pw, pb, padding=1, activation="tanh")
        gradients = backward(ops.sum(y * y))
        return y.value, gradients[px], gradients[pw], gradients[pb]

    winograd = run()
    monkeypatch.setattr(kernels.conv.winograd, "suits", lambda _: False)
    for a, b in zip(winograd, run(), strict=True):
        assert np.abs(a - b).max() <= 100 * np.finfo(dtype).eps * np.abs(b).max()


@pytest.mark.parametrize("stride", [(1, 1), (2, 3), (4, 7)])
@pytest.mark.parametrize("channels", [1, 6, 9])
def test_windows_that_overlap_give_the_adjoint_that_tiles_of_pixels_give(channels, stride, monkeypatch):
    rng = np.random.default_rng(0)
    w, size = rng.standard_normal((20, channels, 3, 5)).astype(np.float32), (13, 27)
    result = (size[0] + 2 - 4 - 1) // stride[0] + 1, (size[1] - 5) // stride[1] + 1
    geometry = Geometry(size, result, (3, 5), stride, (1, 0), (2, 1), 1, channels, 20)
    dz = rng.standard_normal((3, *result, 20)).astype(np.float32)
    assert kernels.conv.overlap.vectors(dz.dtype, 5 * channels) == (2 if channels < 9 else 3)
    windows = correlation.transposed(dz, w, None, geometry)
    monkeypatch.setattr(kernels.conv.overlap, "suits", lambda *_: False)
    tiles = correlation.transposed(dz, w, None, geometry)
    assert np.abs(windows - tiles).max() <= 60 * np.finfo(np.float32).eps * np.abs(tiles).max()  # 3 · 20 products a sum


def test_the_layout_is_carried_by_strides():
    """Channels last in memory under PyTorch's shape, and elementwise operations leave it so: no copy between layers."""
    rng = np.random.default_rng(0)
    y = ops.conv2d(rng.standard_normal((2, 3, 6, 6)), rng.standard_normal((4, 3, 3, 3)))
    for z in (y, ops.tanh(y), ops.max_pool2d(y, 2), ops.batch_norm(y, None, None, training=True)):
        assert z.value.transpose(0, 2, 3, 1).flags.c_contiguous


@pytest.mark.parametrize("kernel", [(3, 3), (5, 5)])
def test_two_threads_give_the_same_bytes(kernel, monkeypatch):
    rng = np.random.default_rng(0)
    x, w = (
        rng.standard_normal((5, 16, 8, 8)).astype(np.float32),
        rng.standard_normal((16, 16, *kernel)).astype(np.float32),
    )
    runs = []
    for threads in (1, 2):
        monkeypatch.setattr(kernels.threads, "THREADS", threads)
        px, pw = Parameter(x), Parameter(w)
        y = ops.batch_norm(ops.conv2d(px, pw, padding=1), None, None, training=True, activation="relu")
        gradients = backward(ops.sum(y * y))
        runs.append([y.value.tobytes(), gradients[px].tobytes(), gradients[pw].tobytes()])
    assert runs[0] == runs[1]


def test_absent_links_get_no_gradient_and_the_gradient_of_the_images_is_not_computed(monkeypatch):
    rng = np.random.default_rng(0)
    mask = (rng.random((16, 6, 1, 1)) < 0.6).astype(np.float32)
    w = Parameter(rng.standard_normal((16, 6, 5, 5)).astype(np.float32))
    monkeypatch.setattr(correlation, "transposed", None)
    y = ops.conv2d(rng.standard_normal((2, 6, 14, 14)).astype(np.float32), w * mask)
    dw = backward(ops.sum(y * y))[w]
    assert (dw[np.broadcast_to(mask == 0, dw.shape)] == 0).all()
    assert (dw[np.broadcast_to(mask == 1, dw.shape)] != 0).all()


def test_a_window_past_every_pixel():
    """Dilation may carry a window past the whole image: its maximum is -inf, and nothing flows back."""
    x = Parameter(np.arange(22.0).reshape(1, 2, 1, 11))
    y = ops.max_pool2d(x, (2, 3), (1, 2), (1, 1), (2, 1))
    assert np.isneginf(y.value).all()
    assert not backward(ops.sum(ops.where(np.isneginf(y.value), 0.0, y))).get(x, np.zeros(1)).any()


def test_nan_and_the_largest_window():
    x = np.zeros((1, 1, 4, 4))
    x[0, 0, 1, 2] = np.nan
    y = ops.max_pool2d(x, 2).value
    assert np.isnan(y[0, 0]).tolist() == [[False, True], [False, False]]


def test_running_moments():
    """They move by the momentum towards the batch's mean and its variance with 1/(m - 1)."""
    x = np.random.default_rng(0).standard_normal((4, 3, 2, 5))
    mean, var = np.arange(3.0), np.ones(3)
    ops.batch_norm(x, mean, var, training=True, momentum=0.25)
    flat = x.transpose(1, 0, 2, 3).reshape(3, -1)
    np.testing.assert_allclose(mean, 0.75 * np.arange(3.0) + 0.25 * flat.mean(axis=1), rtol=4 * EPS, atol=4 * EPS)
    np.testing.assert_allclose(var, 0.75 + 0.25 * flat.var(axis=1, ddof=1), rtol=8 * EPS)


def test_a_variance_far_from_zero_keeps_its_digits():
    """Channels of mean 10 000 and variance 1 in float32: the sums are about a value of the channel, not about zero."""
    x = (10_000 + np.random.default_rng(0).standard_normal((64, 2, 8, 8))).astype(np.float32)
    mean, var = np.zeros(2, np.float32), np.zeros(2, np.float32)
    ops.batch_norm(x, mean, var, training=True, momentum=1.0)
    exact = x.astype(float).transpose(1, 0, 2, 3).reshape(2, -1)
    assert np.abs(var - exact.var(axis=1, ddof=1)).max() <= np.sqrt(np.finfo(np.float32).eps) * var.max()


def test_average_pooling_is_linear():
    """Σ y = ⟨dx, x⟩ for dx the gradient of Σ y."""
    x = np.random.default_rng(0).standard_normal((1, 2, 7, 6))
    for k, s in itertools.product((1, 2, 3), (1, 2)):
        p = Parameter(x)
        y = ops.avg_pool2d(p, k, s)
        dx = backward(ops.sum(y))[p]
        assert abs((dx * x).sum() - y.value.sum()) <= 100 * EPS * np.abs(x).sum()
