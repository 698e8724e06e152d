"""The minimum of a smooth function of a few numbers, and its curvature there: estimates and their standard errors."""

import numpy as np

EPS = np.finfo(float).eps
POLISH = 3  # Newton steps after the search, at most


def steps(x, power, noise):
    """The steps of central differences (k,): ε^(1/3) for slopes, ε^(1/4) for curvatures, where f is known to ε = noise × 2⁻⁵²."""
    return (noise * EPS) ** power * np.maximum(1.0, np.abs(x))


def minimum(f, start, noise=1.0):
    """The x (k,) near `start` at which f, a function of (k,), is smallest: BFGS on central differences, then Newton's steps.

    `noise` says how much coarser f is than a float: its rounding error in units of 2⁻⁵².
    """
    from scipy import optimize

    x = np.asarray(start, np.float64)
    if not len(x):
        return x
    enough = (noise * EPS) ** (1 / 3)
    x = optimize.minimize(f, x, jac=lambda x: slope(f, x, noise), method="BFGS", options={"gtol": enough}).x
    for _ in range(POLISH):
        H, g = curvature(f, x, noise), slope(f, x, noise)
        if not np.isfinite(H).all() or np.linalg.eigvalsh(H)[0] <= 0:
            break
        move = np.linalg.solve(H, g)
        if not f(x - move) < f(x):
            break
        x = x - move
        if g @ move < noise * EPS:  # twice what is still to be gained
            break
    return x


def slope(f, x, noise=1.0):
    """The gradient (k,) of f at x by central differences."""
    moves = np.diag(steps(x, 1 / 3, noise))
    return np.array([(f(x + move) - f(x - move)) / (2 * move[i]) for i, move in enumerate(moves)])


def curvature(f, x, noise=1.0):
    """The matrix of second derivatives (k, k) of f at x by central differences."""
    k, h = len(x), steps(x, 1 / 4, noise)
    moves, found, middle = np.diag(h), np.empty((len(x), len(x))), f(x)
    for i in range(k):
        found[i, i] = (f(x + moves[i]) - 2 * middle + f(x - moves[i])) / h[i] ** 2
        for j in range(i):
            corners = [f(x + a * moves[i] + b * moves[j]) for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            found[i, j] = found[j, i] = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * h[i] * h[j])
    return found


def standard_errors(information):
    """√ of the diagonal of the inverse of an information matrix (k, k); NaN where it is not positive definite."""
    if len(information) == 0:
        return np.empty(0)
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information)[0] <= 0:
        return np.full(len(information), np.nan)
    return np.sqrt(np.diag(np.linalg.inv(information)))
