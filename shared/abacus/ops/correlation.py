"""The sums of a convolution and of its adjoints, images channels last and weights (o, c / groups, kh, kw).

Direct sums over register tiles (kernels/convolution.py) serve every geometry. Winograd's form (kernels/winograd.py), 16 products
where the direct one needs 36, serves 3 x 3 kernels of stride 1 over at least 16 channels; a kernel as large as the image is a
product of matrices. Images are split in two halves, one for each thread; sums over images are kept by half, so that the
number of threads changes no bit.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from abacus import kernels
from abacus.ops import single, winograd


def forward(x, w, bias, size, stride, padding, dilation, groups, activation):
    """conv2d of x (n, h, w, c) with w (o, c / groups, kh, kw), to (n, *size, o)."""
    O, C, kh, kw = w.shape
    if _covers(w, x.shape[1:3], size, padding, groups):
        out = _image_rows(x) @ w.reshape(O, -1).T
        if bias is not None:
            out += bias
        if activation:
            kernels.activation.activate(out.reshape(-1), activation)
        return out[:, None, None]
    out = np.empty((len(x), *size, O), np.result_type(x, w))
    if winograd.suits(w, stride, padding, dilation, groups):
        winograd.convolve(x, w.transpose(2, 3, 1, 0), bias, out, padding, activation)
        return out
    if single.suits(w, stride, padding, dilation, groups):
        single.convolve(x, w, bias, out, activation)
        return out
    ys, runs, xs = _axes(kh, kw, stride, padding, dilation)
    grid = (0, 1, size[0], 0, 1, size[1], *stride)
    taps = w.reshape(groups, O // groups, C, kh, kw).transpose(0, 3, 4, 2, 1)
    _gather(x, taps, bias, out, ys, runs, xs, grid, activation)
    return out


def transposed(x, w, bias, size, stride, padding, dilation, groups):
    """The adjoint of `forward`: x (n, h, w, o) to (n, *size, c). Outputs whose index leaves the same remainder by the stride
    meet the same taps: one gather for each such phase."""
    O, C, kh, kw = w.shape
    if bias is None and _covers(w, size, x.shape[1:3], padding, groups):
        return (x.reshape(len(x), O) @ w.reshape(O, -1)).reshape(len(x), C, kh, kw).transpose(0, 2, 3, 1)
    out = np.empty((len(x), *size, C * groups), np.result_type(x, w))
    if winograd.suits(w, stride, padding, dilation, groups):
        winograd.convolve(x, w[:, :, ::-1, ::-1].transpose(2, 3, 0, 1), bias, out, (2 - padding[0], 2 - padding[1]), 0)
        return out
    if bias is None and padding[1] == 0 and dilation[1] == groups == 1:
        wide = kernels.overlap.vectors(out.dtype, kw * C)
        if wide:
            _overlap(x, w, out, wide, stride, padding[0], dilation[0])
            return out
    taps = w.reshape(groups, O // groups, C, kh, kw).transpose(0, 3, 4, 1, 2)
    for first_y, u in _phases(size[0], kh, stride[0], padding[0], dilation[0]):
        for first_x, v in _phases(size[1], kw, stride[1], padding[1], dilation[1]):
            ys = np.array([(first_y + padding[0] - k * dilation[0]) // stride[0] for k in u], np.int64)
            xs = np.array([(first_x + padding[1] - k * dilation[1]) // stride[1] for k in v], np.int64)
            count = [-(-(size[0] - first_y) // stride[0]), -(-(size[1] - first_x) // stride[1])]
            grid = (first_y, stride[0], count[0], first_x, stride[1], count[1], 1, 1)
            phase = taps[:, u][:, :, v]
            _gather(x, phase, bias, out, ys, _runs(xs), xs, grid, 0)
    return out


def weight_gradient(x, dz, w, stride, padding, dilation, groups):
    """dw (o, c / groups, kh, kw) of `forward`: the images' halves are summed apart, whatever the number of threads."""
    O, C, kh, kw = w.shape
    if _covers(w, x.shape[1:3], dz.shape[1:3], padding, groups):
        return (dz.reshape(len(x), O).T @ _image_rows(x)).reshape(w.shape)
    dtype = np.result_type(x, dz)
    if winograd.suits(w, stride, padding, dilation, groups):
        return winograd.weight_gradient(x.astype(dtype, copy=False), dz.astype(dtype, copy=False), padding)
    if single.suits(w, stride, padding, dilation, groups):
        return single.weight_gradient(x.astype(dtype, copy=False), dz.astype(dtype, copy=False))
    ys, runs, xs = _axes(kh, kw, stride, padding, dilation)
    count = groups * kh * kw * C * (O // groups)
    parts = np.zeros((2, count + 16 * O), dtype)
    shapes, scratch = _frame(x, xs, dz.shape[2], stride[1], groups, dz.shape[1:3], O // groups, dtype)
    block = max(1, _NEAR // (dtype.itemsize * (dz.shape[2] * O + x.shape[2] * x.shape[3])))
    lanes = kernels.convolution.lanes(dtype, O // groups)
    flat, dflat = x.astype(dtype, copy=False).reshape(-1), dz.astype(dtype, copy=False).reshape(-1)

    def half(i, begin, end):
        kernels.convolution.weight_gradient(
            flat,
            dflat,
            parts[i],
            scratch[i],
            begin,
            end,
            shapes,
            ys,
            runs,
            kw,
            *stride,
            block,
            lanes,
        )

    kernels.threads.halves(half, len(x))
    dw = (parts[0] + parts[1])[:count].reshape(groups, kh, kw, C, O // groups)
    return dw.transpose(0, 4, 3, 1, 2).reshape(w.shape)


_NEAR = 24000  # bytes of rows that stay in the first cache


def _gather(x, taps, bias, out, ys, runs, xs, grid, activation):
    groups, ny, nx, C, O = taps.shape
    lanes = kernels.convolution.lanes(out.dtype, O)
    padded = -(-O // lanes) * lanes
    panels = np.empty(groups * ny * nx * C * padded, out.dtype)
    kernels.convolution.pack(taps, panels, lanes)
    start = np.zeros((groups, padded), out.dtype)
    if bias is not None:
        start[:, :O] = bias.reshape(groups, O)
    shapes, scratch = _frame(x, xs, grid[5], grid[7], groups, out.shape[1:3], O, out.dtype)
    flat, to = x.astype(out.dtype, copy=False).reshape(-1), out.reshape(-1)

    def half(i, begin, end):
        kernels.convolution.gather(
            flat, panels, start.reshape(-1), to, scratch[i], begin, end, shapes, ys, runs, nx, grid, lanes, activation
        )

    kernels.threads.halves(half, len(x))


def _overlap(x, w, out, vectors, stride, above, apart):
    """The adjoint by windows of kw columns that overlap: for few channels (kernels/overlap.py)."""
    overlap, (O, C, kh, kw), (n, H, W, _), (h, wide) = kernels.overlap, w.shape, out.shape, x.shape[1:3]
    out[:] = 0
    numbers, height = vectors * overlap.BYTES // out.dtype.itemsize, overlap.HEIGHT[vectors]
    panels = np.empty(kh * O * numbers, out.dtype)
    overlap.pack(w, panels, numbers)
    one, nothing = np.ones(1, out.dtype), np.zeros(numbers, out.dtype)
    image = np.empty((2, (h * wide + height) * O), out.dtype)
    windows = np.empty((2, overlap.ROWS * wide * numbers), out.dtype)
    shapes = h, wide, O, H, W, C, kh, kw, *stride, above, apart
    flat, to = x.astype(out.dtype, copy=False).reshape(-1), out.reshape(-1)

    def half(i, begin, end):
        overlap.adjoint(flat, panels, one, nothing, to, image[i], windows[i], begin, end, shapes, numbers, height)

    kernels.threads.halves(half, n)


def _frame(x, xs, columns, step, groups, size, O, dtype):
    """The kernel's tuple of shapes, and a scratch image for each half."""
    _, H, W, C = x.shape
    left = max(0, -int(xs.min())) if len(xs) else 0
    wide = max(left + 1, left + (int(xs.max()) if len(xs) else 0) + (columns - 1) * step + 1)
    C //= groups
    scratch = np.zeros((2, H * wide * C + kernels.convolution.SLACK * (step * C + 1)), dtype)
    return (H, W, C, groups, *size, O, left, wide), scratch


@lru_cache(1024)
def _axes(kh, kw, stride, padding, dilation):
    """Of a convolution: the source row of each tap for output row 0, the runs of taps in x, the source columns."""
    ys = np.arange(kh, dtype=np.int64) * dilation[0] - padding[0]
    xs = np.arange(kw, dtype=np.int64) * dilation[1] - padding[1]
    return ys, _runs(xs), xs


def _runs(xs):
    """Taps that read adjacent columns, merged: rows of (first column, first tap, taps)."""
    cuts = [0, *(i for i in range(1, len(xs)) if xs[i] != xs[i - 1] + 1), len(xs)]
    return np.array([(xs[a], a, b - a) for a, b in pairwise(cuts) if b > a], np.int64).reshape(-1, 3)


@lru_cache(1024)
def _phases(size, k, stride, padding, dilation):
    """(first output index, its taps by ascending source) for each phase of a transposed convolution along one axis."""
    return [
        (first, [u for u in reversed(range(k)) if (first + padding - u * dilation) % stride == 0])
        for first in range(min(stride, size))
    ]


def _covers(w, image, result, padding, groups):
    """Whether the kernel is as large as the image, as C5 of LeNet-5: one product of matrices."""
    return tuple(image) == w.shape[2:] and tuple(result) == (1, 1) and padding == (0, 0) and groups == 1


def _image_rows(x):
    """x (n, h, w, c) as (n, c h w), in the order of the weights."""
    n, h, w, c = x.shape
    return x.transpose(0, 3, 1, 2).reshape(n, c * h * w)
