"""The sums of a convolution and of its adjoints, each by the form that suits it: images channels last, weights
(groups·outputs, channels, rows, columns).

Direct sums over register tiles (direct.py, outer.py) serve every geometry. Winograd's form (winograd.py), 16 products
where the direct one needs 36, serves 3 x 3 kernels of stride 1 over at least 16 channels; windows that overlap (overlap.py)
the adjoint over few channels; single.py one channel and 5 x 5 taps; a kernel as large as the image is a product of matrices.
"""

import numpy as np

from abacus import kernels
from abacus.kernels import conv
from abacus.kernels.conv.phases import phases


def forward(x, w, bias, geometry, activation):
    """The result (n, *result, groups·outputs) of images x, plus bias, through the activation of that number."""
    g, dtype = geometry, np.result_type(x, w)
    if not w.size:  # no channels or no outputs: sums of nothing
        return _finished(np.zeros((len(x), *g.result, len(w)), dtype), bias, activation)
    if _covers(g):
        return _finished(_image_rows(x) @ w.reshape(len(w), -1).T, bias, activation)[:, None, None]
    out = np.empty((len(x), *g.result, len(w)), dtype)
    if conv.winograd.suits(g):
        conv.winograd.convolve(x, w.transpose(2, 3, 1, 0), bias, out, g, activation)
    elif conv.single.suits(g):
        conv.single.convolve(x, w, bias, out, g, activation)
    else:
        taps = w.reshape(g.groups, g.outputs, g.channels, *g.kernel).transpose(0, 3, 4, 2, 1)
        conv.direct.convolve(x, taps, bias, out, g, activation)
    return out


def transposed(z, w, bias, geometry):
    """The adjoint of `forward`, plus bias: z (n, *result, groups·outputs) to (n, *image, groups·channels)."""
    g, dtype = geometry, np.result_type(z, w)
    if not w.size:
        return _finished(np.zeros((len(z), *g.image, g.groups * g.channels), dtype), bias, 0)
    if bias is None and _covers(g):
        return (z.reshape(len(z), len(w)) @ w.reshape(len(w), -1)).reshape(len(z), *w.shape[1:]).transpose(0, 2, 3, 1)
    out = np.empty((len(z), *g.image, g.groups * g.channels), dtype)
    if conv.winograd.suits(g):
        turned = g._replace(image=g.result, result=g.image, channels=g.outputs, outputs=g.channels)
        turned = turned._replace(padding=(2 - g.padding[0], 2 - g.padding[1]))
        conv.winograd.convolve(z, w[:, :, ::-1, ::-1].transpose(2, 3, 0, 1), bias, out, turned, 0)
    elif bias is None and conv.overlap.suits(g, dtype):
        conv.overlap.adjoint(z, w, out, g)
    else:
        _by_phases(z, w, bias, out, g)
    return out


def weight_gradient(x, dz, geometry):
    """The gradient of `forward` in w: images x, dz (n, *result, groups·outputs)."""
    g, dtype = geometry, np.result_type(x, dz)
    if 0 in g.weights:
        return np.zeros(g.weights, dtype)
    if _covers(g):
        return (dz.reshape(len(x), g.outputs).T @ _image_rows(x)).reshape(g.weights)
    x, dz = x.astype(dtype, copy=False), dz.astype(dtype, copy=False)
    if conv.winograd.suits(g):
        return conv.winograd.weight_gradient(x, dz, g)
    if conv.single.suits(g):
        return conv.single.weight_gradient(x, dz, g)
    return conv.outer.weight_gradient(x, dz, g)


def _by_phases(z, w, bias, out, g):
    taps = w.reshape(g.groups, g.outputs, g.channels, *g.kernel).transpose(0, 3, 4, 1, 2)
    for (y, x), (rows, columns), of in phases(g):
        if rows and columns:
            conv.direct.convolve(z, taps[:, rows][:, :, columns], bias, out, of, 0, (y, x), g.stride)
        else:
            out[:, y :: g.stride[0], x :: g.stride[1]] = 0 if bias is None else bias


def _finished(out, bias, activation):
    if bias is not None:
        out += bias
    if activation:
        kernels.activation.activate(out.reshape(-1), activation)
    return out


def _covers(g):
    """Whether the kernel is as large as the image, as C5 of LeNet-5: one product of matrices."""
    return g.image == g.kernel and g.result == (1, 1) and g.padding == (0, 0) and g.groups == 1


def _image_rows(x):
    """x (n, h, w, c) as (n, c h w), in the order of the weights."""
    n, h, w, c = x.shape
    return x.transpose(0, 3, 1, 2).reshape(n, c * h * w)
