"""Winograd's form of a convolution by 3 x 3 kernels of stride 1 (kernels/winograd.py), images channels last."""

import numpy as np

from abacus import kernels


def suits(w, stride, padding, dilation, groups):
    """Whether Winograd's form applies, and pays."""
    plain = stride == dilation == (1, 1) and groups == 1 and max(padding) <= 2
    return plain and w.shape[2:] == (3, 3) and min(w.shape[:2]) >= 16


def convolve(x, w, bias, out, corner, activation):
    """out (n, h, w, o) = activation(bias + x * w): x (n, h, w, c), w (3, 3, c, o), corner the zero rows and columns before it."""
    _, _, C, O = w.shape
    dtype, lanes = out.dtype, kernels.convolution.lanes(out.dtype, O)
    padded = -(-O // lanes) * lanes
    transformed, panels = np.empty((16, 1, 1, C, O), dtype), np.empty(16 * C * padded, dtype)
    kernels.winograd.weights(np.ascontiguousarray(w, dtype).reshape(-1), transformed.reshape(-1), C * O)
    kernels.convolution.pack(transformed, panels, lanes)
    start = np.zeros((2, padded), dtype)
    if bias is not None:
        start[1, :O] = bias
    shapes, scratch = _framed(x, out.shape[1:], C, dtype)
    source, product = (kernels.winograd.workspace(kernels.winograd.TILES, k, lanes, dtype) for k in (C, O))
    flat, to = x.astype(dtype, copy=False).reshape(-1), out.reshape(-1)

    def half(i, begin, end):
        kernels.winograd.convolve(
            flat, panels, start.reshape(-1), to, scratch[i], source[i], product[i], begin, end, shapes, *corner, lanes
        )
        if activation:
            kernels.activation.activate(out[begin:end].reshape(-1), activation)

    kernels.threads.halves(half, len(x))


def weight_gradient(x, dz, corner):
    """The weight gradient: dw (o, c, 3, 3)."""
    C, O, dtype = x.shape[3], dz.shape[3], x.dtype
    lanes = kernels.convolution.lanes(dtype, O)
    shapes, scratch = _framed(x, dz.shape[1:], C, dtype)
    source, outer = (kernels.winograd.workspace(kernels.winograd.OUTER, k, lanes, dtype) for k in (C, O))
    even = np.zeros((2, (shapes[3] + 1) // 2 * 2 * ((shapes[4] + 1) // 2 * 2) * O), dtype)
    parts, dw = np.zeros((2, 16 * C * O + 16 * O), dtype), np.empty((3, 3, C, O), dtype)
    flat, dflat = x.reshape(-1), dz.reshape(-1)

    def half(i, begin, end):
        kernels.winograd.weight_gradient(
            flat, dflat, parts[i], scratch[i], even[i], source[i], outer[i], begin, end, shapes, *corner, lanes
        )

    kernels.threads.halves(half, len(x))
    kernels.winograd.weights_back((parts[0] + parts[1])[: 16 * C * O], dw.reshape(-1), C * O)
    return dw.transpose(3, 2, 0, 1)


def _framed(x, result, C, dtype):
    """The kernels' tuple of shapes, and a framed image for each half."""
    down, across = (result[0] + 1) // 2, (result[1] + 1) // 2
    return (x.shape[1], x.shape[2], C, *result), np.zeros((2, (2 * down + 2) * (2 * across + 2) * C), dtype)
