"""The affine map with its activation: one node of the tape."""

import math

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.expect import expect_word
from abacus.tensor import op

ACTIVATIONS = "relu", "tanh", "sigmoid", None


@op
def affine(x, w, bias=None, activation=None):
    """activation(x @ w + bias): x (..., inputs), w (inputs, outputs), bias (outputs,).

    activation is "relu", "tanh", "sigmoid" or None: it and the bias are applied while the product is in cache.
    With dz = dy·activation': dx = dz wᵀ, dw = xᵀ dz, dbias = Σ dz.
    """
    x = np.asarray(x)
    if w.ndim != 2:
        raise BadInput(f"affine: w has shape {w.shape}, wanted (inputs, outputs)")
    if x.ndim < 1 or x.shape[-1] != w.shape[0]:
        raise BadInput(f"affine: x has shape {x.shape}, wanted (..., {w.shape[0]}) to go with w {w.shape}")
    if bias is not None and bias.shape != w.shape[1:]:
        raise BadInput(f"affine: bias has shape {bias.shape}, wanted {w.shape[1:]}")
    expect_word("affine", "activation", activation, ACTIVATIONS)
    rows = x.reshape(math.prod(x.shape[:-1]), w.shape[0])
    y = rows @ w
    if activation is not None:
        shift = np.zeros(w.shape[1], y.dtype) if bias is None else bias
        getattr(kernels.affine, activation)(y, shift)
    elif bias is not None:
        y += bias

    def pullback(dy):
        dz = dy.reshape(y.shape)
        dbias = None
        if activation is not None:
            dbias, dy = np.empty(y.shape[1], y.dtype), np.ascontiguousarray(dz)
            dz = np.empty_like(y)
            getattr(kernels.affine, f"{activation}_pullback")(dy, y, dz, dbias)
        return (
            lambda: (dz @ w.T).reshape(x.shape),
            lambda: rows.T @ dz,
            lambda: _column_sums(dz) if dbias is None else dbias,
        )

    return y.reshape(*x.shape[:-1], w.shape[1]), pullback


def _column_sums(dz):
    total = np.empty(dz.shape[1], dz.dtype)
    kernels.affine.column_sums(np.ascontiguousarray(dz), total)
    return total
