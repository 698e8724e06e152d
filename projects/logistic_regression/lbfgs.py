"""Minimising a smooth function by L-BFGS with a line search of our own."""

import numpy as np

import convergence

MEMORY = 10
ENOUGH, FLAT = 1e-4, 0.9  # Wolfe's conditions: decrease, and slope


def minimise(function, start, tol=1e-6, steps=1000, inverse=None):
    """(argmin, minimum, steps) of `function`, which returns value and gradient at a vector.

    inverse(g) is H g for a first guess at the inverse Hessian H, where there is a better one than a multiple of the
    identity. Ends when the largest entry of the gradient is at most `tol`; warns where no step helps before.
    """
    x = np.array(start, dtype=np.float64)
    value, gradient = function(x)
    pairs, done = [], 0
    while done < steps and np.abs(gradient).max() > tol:
        direction = -_inverse_hessian(gradient, pairs, inverse or np.array)
        if direction @ gradient >= 0:
            pairs, inverse, direction = [], None, -gradient
        first = 1.0 if pairs or inverse else min(1.0, 1.0 / np.abs(gradient).sum())
        found = _line_search(function, x, value, gradient, direction, first)
        if found is None:
            break
        moved, value, new_gradient = found
        step, change = moved - x, new_gradient - gradient
        if step @ change > 1e-10 * (change @ change):
            pairs = [*pairs[-(MEMORY - 1) :], (step, change, 1 / (step @ change))]
        x, gradient = moved, new_gradient
        done += 1
    if not np.abs(gradient).max() <= tol:
        convergence.warn("L-BFGS", done, np.abs(gradient).max(), tol)
    return x, value, done


def _inverse_hessian(gradient, pairs, inverse):
    """H g by the two loops over the remembered (step, change of gradient), eq. (14) (Nocedal 1980)."""
    q, alphas = gradient.copy(), []
    for step, change, rho in reversed(pairs):
        alphas.append(rho * (step @ q))
        q -= alphas[-1] * change
    q = inverse(q)
    if pairs:
        step, change, _ = pairs[-1]
        q *= (step @ change) / (change @ inverse(change))
    for (step, change, rho), alpha in zip(pairs, reversed(alphas)):
        q += (alpha - rho * (change @ q)) * step  # eq. 14
    return q


def _line_search(function, x, value, gradient, direction, t):
    """A point along the direction that meets Wolfe's conditions, by bracketing and cubic steps; None if there is none."""
    slope = gradient @ direction
    low, high = (0.0, value, slope), None
    for _ in range(40):
        point = x + t * direction
        now, new_gradient = function(point)
        new_slope = new_gradient @ direction
        if not now <= value + ENOUGH * t * slope or (low[0] > 0 and now >= low[1]):
            high = (t, now, new_slope)
        elif abs(new_slope) <= -FLAT * slope:
            return point, now, new_gradient
        elif new_slope >= 0:
            high = (t, now, new_slope)
        else:
            low = (t, now, new_slope)
        t = 2.0 * t if high is None else _cubic(low, high)
        if high is not None and abs(high[0] - low[0]) < 1e-12 * max(abs(high[0]), 1e-300):
            break
    if low[0] == 0:
        return None
    point = x + low[0] * direction
    return point, *function(point)


def _cubic(low, high):
    """The minimum of the cubic through two points and slopes, kept in the middle eighty per cent of the bracket."""
    (a, fa, da), (b, fb, db) = low, high
    d1 = da + db - 3 * (fa - fb) / (a - b)
    root = d1**2 - da * db
    middle = 0.5 * (a + b)
    if not np.isfinite(root) or root < 0:
        return middle
    d2 = np.sign(b - a) * np.sqrt(root)
    denominator = db - da + 2 * d2
    t = b - (b - a) * (db + d2 - d1) / denominator if denominator else middle
    left, right = min(a, b), max(a, b)
    return min(max(t, left + 0.1 * (right - left)), right - 0.1 * (right - left)) if np.isfinite(t) else middle
