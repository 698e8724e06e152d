"""Determinants, inverses and solutions of square systems. Leading axes are a batch of matrices.

Gradients: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008, 2.2.
"""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.ops.arithmetic import sum_to
from abacus.ops.cholesky import matrices
from abacus.ops.floats import floats
from abacus.tensor import op


@op
def solve(a, b):
    """x with a x = b: a (…, n, n), b (…, n, columns), leading axes broadcasting. With g = a⁻ᵀ dx: db = g, da = -g xᵀ.
    BadInput where a has no inverse."""
    a, b = matrices("solve", a), floats("solve", "b", b)
    expect_shape("solve", "b", b.shape, (..., a.shape[-1], "columns"))
    try:
        lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        raise BadInput(f"solve: leading axes of a {a.shape} and b {b.shape} do not broadcast together") from None
    x = _solved("solve", a, b)

    def pullback(dx):
        g = np.linalg.solve(a.swapaxes(-1, -2), dx)
        return lambda: sum_to(
            np.broadcast_to(-g @ x.swapaxes(-1, -2), (*lead, *a.shape[-2:])), a.shape
        ), lambda: sum_to(g, b.shape)

    return x, pullback


@op
def inverse(a):
    """a⁻¹ of matrices (…, n, n); its gradient is -a⁻ᵀ dy a⁻ᵀ. BadInput where there is none."""
    a = matrices("inverse", a)
    y = _solved("inverse", a, np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape))
    back = y.swapaxes(-1, -2)
    return y, lambda dy: (-back @ dy @ back,)


@op
def det(a):
    """The determinant of matrices (…, n, n): (…). Its gradient is dy·det a·a⁻ᵀ, for a singular matrix the limit of that
    (its cofactors)."""
    a = matrices("det", a)
    with np.errstate(invalid="ignore"):  # NaN passes, and NumPy would warn of it
        y = np.linalg.det(a).astype(a.dtype)

    def pullback(dy):
        return (dy[..., None, None] * _cofactors(a),)

    return y, pullback


@op
def slogdet(a):
    """(sign, log |det a|) of matrices (…, n, n), each (…). The gradient of the logarithm is a⁻ᵀ, that of the sign 0. A
    matrix without an inverse has (0, -inf), and its gradient is infinite or NaN."""
    a = matrices("slogdet", a)
    with np.errstate(invalid="ignore"):
        sign, log = np.linalg.slogdet(a)

    def pullback(d):
        if d[1] is None:
            return (np.zeros_like(a),)
        if (sign == 0).any():
            return (np.full_like(a, np.nan),)
        return (d[1][..., None, None] * np.linalg.inv(a).swapaxes(-1, -2),)

    return (sign.astype(a.dtype), log.astype(a.dtype)), pullback


def logdet(a):
    """log det a of matrices (…, n, n): (…); NaN where the determinant is negative, -inf where it is 0. Its gradient is a⁻ᵀ.
    Of a covariance with Cholesky's factor l it is 2 Σ log l[i, i], which costs a third."""
    sign, log = slogdet(a)
    return log if (sign.value >= 0).all() else log + np.where(sign.value < 0, np.nan, 0).astype(log.dtype)


def _solved(name, a, b):
    try:
        return np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        raise BadInput(f"{name}: a matrix of a {a.shape} is singular and has no inverse") from None


def _cofactors(a):
    """det a·a⁻ᵀ = det(u vᵀ)·u diag(Π of the other singular values) vᵀ, which needs no inverse."""
    u, s, vh = np.linalg.svd(a)
    n = s.shape[-1]
    others = np.where(np.eye(n, dtype=bool), 1, s[..., None, :]).prod(axis=-1)
    sign = np.linalg.det(u) * np.linalg.det(vh)
    return (sign[..., None, None] * ((u * others[..., None, :]) @ vh)).astype(a.dtype)
