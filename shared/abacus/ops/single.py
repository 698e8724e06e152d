"""A convolution of one channel by 5 x 5 kernels (kernels/single.py), images channels last."""

import numpy as np

from abacus import kernels


def suits(w, stride, padding, dilation, groups):
    """Whether it applies: one channel, 5 x 5 taps, no padding and no step."""
    return w.shape[1:] == (1, 5, 5) and (stride, padding, dilation, groups) == ((1, 1), (0, 0), (1, 1), 1)


def convolve(x, w, bias, out, activation):
    """out (n, h - 4, w - 4, o) = activation(bias + x * w): x (n, h, w, 1), w (o, 1, 5, 5)."""
    dtype, O = out.dtype, out.shape[3]
    lanes = kernels.single.BYTES // 2 // dtype.itemsize
    padded = -(-O // lanes) * lanes
    taps, start = np.zeros((padded, 25), dtype), np.zeros(padded, dtype)
    taps[:O] = w.reshape(O, 25)
    if bias is not None:
        start[:O] = bias
    panels = taps.reshape(padded // lanes, lanes, 25).transpose(0, 2, 1).reshape(-1)
    shape, flat, to = (*x.shape[1:3], O), x.astype(dtype, copy=False).reshape(-1), out.reshape(-1)
    image = np.zeros((2, x.shape[1] * x.shape[2] + kernels.single.PIXELS), dtype)

    def half(i, begin, end):
        kernels.single.forward(flat, panels, start, to, image[i], begin, end, shape, activation)

    kernels.threads.halves(half, len(x))


def weight_gradient(x, dz):
    """The weight gradient (o, 1, 5, 5)."""
    O, flat, dflat = dz.shape[3], x.reshape(-1), dz.reshape(-1)
    parts, shape = np.zeros((2, 25 * O), x.dtype), (*x.shape[1:3], O)

    def half(i, begin, end):
        kernels.single.weight_gradient(flat, dflat, parts[i], begin, end, shape)

    kernels.threads.halves(half, len(x))
    return (parts[0] + parts[1]).reshape(5, 5, 1, O).transpose(3, 2, 0, 1)
