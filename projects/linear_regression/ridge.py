"""Ridge regression (Hoerl and Kennard 1970) through the singular value decomposition."""

from svd import jacobi

HALVINGS = 200  # bisection ends at neighbouring float64 long before


def ridge(x, y, penalty):
    """b = V diag(d / (d² + λ)) Uᵀy, the minimum of ‖y − Xb‖² + λ‖b‖²  (eqs. 20, 21). x (n, p), y (n,)."""
    u, d, v = jacobi(x)
    return v @ (d / (d**2 + penalty) * (u.T @ y))


def degrees_of_freedom(d, penalty):
    """df(λ) = Σ d²/(d² + λ), d the singular values  (eq. 22; ESL 3.50)."""
    return (d**2 / (d**2 + penalty)).sum()


def penalty_of(x, df):
    """λ with df(λ) = df, 0 < df ≤ p, by bisection: df falls as λ grows."""
    _, d, _ = jacobi(x)
    low, high = 0.0, d[0] ** 2 * len(d) / df  # at the upper end df(λ) < Σ d²/λ ≤ df
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if degrees_of_freedom(d, middle) > df else (low, middle)
    return high if df < len(d) else 0.0
