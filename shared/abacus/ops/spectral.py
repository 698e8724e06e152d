"""Symmetric eigenvalue and singular value decompositions. Leading axes are a batch of matrices.

Where values are equal, their vectors are known only up to a rotation among themselves. What a loss makes of the values
alone (log determinants, norms), and of vectors of other values, has a gradient all the same, and it is given. One that
comes in by the vectors of equal values is not determined by what arrives here: BadInput says so. (PyTorch gives NaN or
infinity.) Two values are equal where they differ by no more than rounding makes of them: n·ε·max |λ|.
"""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.ops.cholesky import matrices
from abacus.ops.floats import floats
from abacus.tensor import op


@op
def eigh(a):
    """(λ, v) with a = v diag(λ) vᵀ: a (…, n, n) symmetric, λ (…, n) ascending, v (…, n, n) with a vector in each column.

    Only a's lower triangle is read, and the gradient is symmetric: the symmetric part of v (diag(dλ) + f ∘ (vᵀ dv)) vᵀ with
    f[i, j] = 1 / (λ[j] - λ[i]) (Giles 2008, 3.1). The sign of a vector is LAPACK's choice. BadInput where a is not finite,
    and in backward where a gradient comes by the vectors of equal values.
    """
    a = matrices("eigh", a)
    _finite("eigh", a)
    values, v = np.linalg.eigh(a)

    def pullback(d):
        dvalues, dv = d
        vt = v.swapaxes(-1, -2)
        inner = np.zeros_like(a) if dv is None else _over_gaps("eigh", vt @ dv, values)
        if dvalues is not None:
            inner = inner + dvalues[..., None] * np.eye(a.shape[-1], dtype=a.dtype)
        full = v @ inner @ vt
        return ((full + full.swapaxes(-1, -2)) / 2,)

    return (values, v), pullback


@op
def svd(a):
    """(u, s, vᵀ) with a = u diag(s) vᵀ: a (…, m, n), k = min(m, n), u (…, m, k), s (…, k) descending, vᵀ (…, k, n).

    With E = uᵀ du - duᵀ u and H = vᵀ dv - dvᵀ v: da = u (diag(ds) + G) vᵀ + (1 - u uᵀ) du s⁻¹ vᵀ + u s⁻¹ dvᵀ (1 - v vᵀ),
    G[i, j] = (E + H) / 2(s[j] - s[i]) + (E - H) / 2(s[j] + s[i]) (Townsend 2016, its fractions taken apart: so u vᵀ has its
    gradient also where values are equal). The signs of a pair of vectors are LAPACK's choice. BadInput where a is not
    finite, and in backward where a gradient comes by the vectors of equal values, or of zeros.
    """
    a = floats("svd", "a", a)
    expect_shape("svd", "a", a.shape, (..., "m", "n"))
    _finite("svd", a)
    u, s, vt = np.linalg.svd(a, full_matrices=False)

    def pullback(d):
        du = np.zeros_like(u) if d[0] is None else d[0]
        dvt = np.zeros_like(vt) if d[2] is None else d[2]
        k, of_u, of_v = s.shape[-1], u.swapaxes(-1, -2) @ du, vt @ dvt.swapaxes(-1, -2)
        e, h = of_u - of_u.swapaxes(-1, -2), of_v - of_v.swapaxes(-1, -2)
        inner = _over_gaps("svd", (e + h) / 2, s, np.abs(e).max(initial=0) + np.abs(h).max(initial=0))
        inner = inner + _over("svd", (e - h) / 2, s[..., None, :] + s[..., :, None], _rounding(s))
        if d[1] is not None:
            inner = inner + d[1][..., None] * np.eye(k, dtype=a.dtype)
        beyond_u = _over("svd", du - u @ of_u, s[..., None, :], _rounding(s))
        beyond_v = _over("svd", dvt - of_v.swapaxes(-1, -2) @ vt, s[..., :, None], _rounding(s))
        return (u @ inner @ vt + beyond_u @ vt + u @ beyond_v,)

    return (u, s, vt), pullback


def _over_gaps(name, d, values, size=None):
    """d[i, j] / (values[j] - values[i]); on the diagonal, where a vector keeps its length, 0."""
    d = np.where(np.eye(values.shape[-1], dtype=bool), 0, d).astype(d.dtype)
    return _over(name, d, values[..., None, :] - values[..., :, None], _rounding(values), size)


def _over(name, d, gap, rounding, size=None):
    """d / gap, 0 where both are; BadInput where only the gap is."""
    none = np.abs(gap) <= rounding[..., None, None]
    size = np.abs(d).max(initial=0) if size is None else size
    if (none & (np.abs(d) > d.shape[-1] * np.finfo(d.dtype).eps * size)).any():
        raise BadInput(
            f"{name}: values are equal or zero, and a gradient comes by their vectors, which it does not determine: "
            "use the values alone, or other vectors"
        )
    return np.where(none, 0, d / np.where(none, 1, gap)).astype(d.dtype)


def _rounding(values):
    n = values.shape[-1]
    return n * np.finfo(values.dtype).eps * np.abs(values).max(axis=-1, initial=0)


def _finite(name, a):
    if not np.isfinite(a).all():
        raise BadInput(f"{name}: a holds NaN or infinity, wanted finite numbers")
