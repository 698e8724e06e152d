"""Cholesky's factor of positive definite matrices, and the systems of its triangles. Leading axes are a batch of matrices.

The gradients are those of Murray, "Differentiation of the Cholesky decomposition", 2016, and Giles, "Collected matrix
derivative results for forward and reverse mode algorithmic differentiation", 2008.
"""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.ops.arithmetic import sum_to
from abacus.ops.floats import floats
from abacus.tensor import op


@op
def cholesky(a, upper=False):
    """The lower triangle l with l lᵀ = a, a (…, n, n) symmetric and positive definite (or with `upper` lᵀ). Only a's lower
    triangle is read, and the gradient is symmetric: l⁻ᵀ (S + Sᵀ) / 2 l⁻¹ with S the lower triangle of lᵀ dl, its diagonal
    halved (Murray 2016, eq. 10). BadInput where a is not positive definite, which also NaN is."""
    a = matrices("cholesky", a)
    if upper:
        l, pull = cholesky.__wrapped__(a)
        return l.swapaxes(-1, -2), lambda dy: pull(dy.swapaxes(-1, -2))
    try:
        with np.errstate(invalid="ignore"):
            l = np.linalg.cholesky(a)
    except np.linalg.LinAlgError:
        raise BadInput(
            "cholesky: a is not positive definite: a multiple of the identity added to it would help"
        ) from None
    if np.isnan(l).any():
        raise BadInput("cholesky: a holds NaN, wanted a positive definite matrix")

    def pullback(dl):
        s = np.tril(l.swapaxes(-1, -2) @ np.tril(dl))
        s = (s + s.swapaxes(-1, -2)) / 2
        s[..., *np.diag_indices(l.shape[-1])] /= 2  # the sum has it twice, once is halved
        half = solved(l, s, True, True)
        return (solved(l, half.swapaxes(-1, -2), True, True).swapaxes(-1, -2),)

    return l, pullback


@op
def solve_triangular(a, b, upper=False, transposed=False, unit=False):
    """x with a x = b, a (…, n, n) triangular and b (…, n, columns), leading axes broadcasting; with `transposed` aᵀ x = b.

    Of a only its lower triangle is read, or the upper one; `unit` takes its diagonal as ones. With g = a⁻ᵀ dx: db = g and
    da = -g xᵀ on that triangle (Giles 2008, 2.3.1). BadInput where the diagonal holds a zero.
    """
    a, b = matrices("solve_triangular", a), floats("solve_triangular", "b", b)
    expect_shape("solve_triangular", "b", b.shape, (..., a.shape[-1], "columns"))
    lead = _lead("solve_triangular", a, b)
    if not unit and (a.diagonal(0, -2, -1) == 0).any():
        raise BadInput("solve_triangular: a has a zero on its diagonal, wanted a triangle with an inverse")
    x = solved(a, b, not upper, transposed, unit)

    def pullback(dx):
        g = solved(a, dx, not upper, not transposed, unit)

        def da():
            full = -(x @ g.swapaxes(-1, -2) if transposed else g @ x.swapaxes(-1, -2))
            kept = np.triu(full, int(unit)) if upper else np.tril(full, -int(unit))
            return sum_to(np.broadcast_to(kept, (*lead, *a.shape[-2:])), a.shape)

        return da, lambda: sum_to(g, b.shape)

    return x, pullback


@op
def cholesky_solve(b, l):
    """x with l lᵀ x = b: b (…, n, columns), l (…, n, n) a lower triangle, leading axes broadcasting. With g = (l lᵀ)⁻¹ dx:
    db = g and dl = -(g xᵀ + x gᵀ) l on the triangle."""
    l, b = matrices("cholesky_solve", l, "l"), floats("cholesky_solve", "b", b)
    expect_shape("cholesky_solve", "b", b.shape, (..., l.shape[-1], "columns"))
    lead = _lead("cholesky_solve", l, b)
    if (l.diagonal(0, -2, -1) == 0).any():
        raise BadInput("cholesky_solve: l has a zero on its diagonal, wanted a triangle with an inverse")

    def both(right):
        return solved(l, solved(l, right, True, False), True, True)

    x = both(b)

    def pullback(dx):
        g = both(dx)

        def dl():
            product = g @ x.swapaxes(-1, -2)
            full = -np.tril((product + product.swapaxes(-1, -2)) @ np.tril(l))
            return sum_to(np.broadcast_to(full, (*lead, *l.shape[-2:])), l.shape)

        return lambda: sum_to(g, b.shape), dl

    return x, pullback


def matrices(name, a, argument="a"):
    """`a` as floats (…, n, n); BadInput where it is not square."""
    a = floats(name, argument, a)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise BadInput(f"{name}: {argument} has shape {a.shape}, wanted square matrices (…, n, n)")
    return a


def solved(a, b, lower, transposed, unit=False):
    """The triangular systems of a batch; leading axes broadcast."""
    from scipy.linalg import solve_triangular

    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    shape, dtype = (*lead, *b.shape[-2:]), np.result_type(a, b)
    if not np.prod(shape, dtype=int):
        return np.zeros(shape, dtype)
    how = {"lower": lower, "trans": int(transposed), "unit_diagonal": unit, "check_finite": False}
    if a.ndim == 2 and b.ndim == 2:
        return np.ascontiguousarray(solve_triangular(a, b, **how), dtype)
    x, left = np.empty(shape, dtype), np.broadcast_to(a, (*lead, *a.shape[-2:]))
    right = np.broadcast_to(b, shape)
    for place in np.ndindex(lead):
        x[place] = solve_triangular(left[place], right[place], **how)
    return x


def _lead(name, a, b):
    try:
        return np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        raise BadInput(f"{name}: leading axes of {a.shape} and {b.shape} do not broadcast together") from None
