"""The lowest point of a smooth function in a box: BFGS, with the coordinates that press against a wall left out."""

import numpy as np

ENOUGH = 1e-4  # of the decrease that the slope promises (Armijo)


def lowest(function, start, low, high, tol=1e-5, steps=200):
    """(x, f) at the end of quasi-Newton steps (Bertsekas 1982); function(x) gives f and its gradient, f may be inf.

    Ends where no coordinate that may move has a slope above `tol`, where f falls by less than 1e-10 of itself, or after `steps`.
    """
    x = np.clip(np.asarray(start, float), low, high)
    f, g = function(x)
    if not np.isfinite(f) or not len(x):
        return x, f
    inverse, first = np.eye(len(x)), True
    for _ in range(steps):
        free = ~(((x <= low) & (g > 0)) | ((x >= high) & (g < 0)))
        if not free.any() or np.abs(g[free]).max() <= tol:
            break
        d = np.zeros_like(x)
        d[free] = -inverse[np.ix_(free, free)] @ g[free]
        if d @ g >= 0:
            inverse, first = np.eye(len(x)), True
            d = np.where(free, -g, 0.0)
        d *= min(1.0, 2.0 / np.abs(d).max())  # no number changes by more than e² at once
        length = min(1.0, 1.0 / np.abs(d).sum()) if first else 1.0
        found = _shorter(function, x, f, g, d, length, low, high)
        if found is None:
            if first:
                break
            inverse, first = np.eye(len(x)), True
            continue
        new, f_new, g_new = found
        s, y = new - x, g_new - g
        if s @ y > 1e-12 * np.sqrt((s @ s) * (y @ y)):
            if first:
                inverse *= (s @ y) / (y @ y)
            inverse, first = updated(inverse, s, y), False
        done = f - f_new <= 1e-10 * max(abs(f), abs(f_new), 1.0)
        x, f, g = new, f_new, g_new
        if done:
            break
    return x, f


def updated(inverse, s, y):
    """H + the change that makes H y = s: BFGS's update of an inverse Hessian (n, n); a step s moved the slope by y."""
    rho, hy = 1 / (s @ y), inverse @ y
    return inverse + rho * ((1 + rho * (y @ hy)) * np.outer(s, s) - np.outer(s, hy) - np.outer(hy, s))


def _shorter(function, x, f, g, d, length, low, high):
    """The first of ever shorter steps (cut at the walls) that falls enough: (x, f, gradient); None if none does."""
    for _ in range(30):
        new = np.clip(x + length * d, low, high)
        value, slope = function(new)
        promised = g @ (new - x)
        if np.isfinite(value) and value <= f + ENOUGH * min(promised, 0.0) and not np.array_equal(new, x):
            return new, value, slope
        ratio = 0.1
        if np.isfinite(value) and value - f - promised > 0:
            ratio = np.clip(-0.5 * promised / (value - f - promised), 0.1, 0.5)  # the parabola's lowest point
        length *= ratio
    return None
