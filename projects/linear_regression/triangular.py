"""Triangular systems, in float64 and in double-double alike; what is said where there is none."""

from abacus.errors import BadInput


class Dependent(BadInput, ArithmeticError):
    """A column is a combination of those before it, to rounding: the least squares have no single answer."""


def back(r, z):
    """x with R x = z, R (p, p) upper triangular; z (p,) or (p, m), each column a right-hand side."""
    x = z.copy()
    for k in reversed(range(len(r))):
        x[k] = x[k] / r[k, k]
        x[:k] = x[:k] - _times(r[:k, k], x[k])
    return x


def forward(l, z):
    """x with L x = z, L (p, p) lower triangular; z as above."""
    x = z.copy()
    for k in range(len(l)):
        x[k] = x[k] / l[k, k]
        x[k + 1 :] = x[k + 1 :] - _times(l[k + 1 :, k], x[k])
    return x


def _times(column, entry):
    return column * entry if len(entry.shape) == 0 else column[:, None] * entry[None, :]
