"""Eigenvalues to sixty digits by Python's integers: the characteristic polynomial, then all its roots at once."""

from fractions import Fraction
from math import lcm

import numpy as np

GUARD = 20  # digits carried beyond those that are asked for
ROUNDS = 2000  # a bound that is never met: a double root wants 3.3 rounds a digit, a simple one doubles its digits


def characteristic(a):
    """The coefficients of det(xI − A), highest first, of a matrix of integers (Faddeev & LeVerrier, eq. 26)."""
    unit = np.eye(len(a), dtype=int).astype(object)
    m, coefficients = unit, [1]
    for k in range(1, len(a) + 1):
        product = a @ m
        coefficients.append(-np.trace(product) // k)  # eq. 26: no remainder is left
        m = product + coefficients[-1] * unit
    return coefficients


def roots(coefficients, start, digits):
    """All roots of a polynomial with integer coefficients, highest first, to `digits` decimals (Weierstrass, eq. 27).

    `start`: approximations, float or complex. Returns pairs of Fractions (real, imaginary part) in the order of `start`.
    """
    one = 10 ** (digits + GUARD)  # z stands for the Gaussian integers (x, y), rounded: z ≈ (x + iy) / one
    apart = 2.0**-30 * (max(map(abs, start)) or 1.0)  # equal approximations would never part
    z = [_scaled(w + k * apart * (1 + 1j), one) for k, w in enumerate(start)]
    for _ in range(ROUNDS):
        steps = [_divided(_value(coefficients, w, one), _slope(coefficients[0], w, k, z)) for k, w in enumerate(z)]
        z = [(x - dx, y - dy) for (x, y), (dx, dy) in zip(z, steps)]  # eq. 27
        if max(abs(part) for step in steps for part in step) < 10**GUARD:
            return [(Fraction(x, one), Fraction(y, one)) for x, y in z]
    raise ArithmeticError(f"the roots are not at rest after {ROUNDS} rounds")


def eigenvalues(a, start, digits):
    """The real eigenvalues, as Fractions, of a symmetric matrix of Fractions, to `digits` decimals; `start` as in `roots`."""
    shared = lcm(*(Fraction(entry).denominator for entry in a.flat))
    whole = np.array([[int(entry * shared) for entry in row] for row in a], dtype=object)
    found = roots(characteristic(whole), [float(w) * shared for w in start], digits + len(str(shared)))
    return [real / shared for real, _ in found]


def _scaled(w, one):
    return tuple(int(Fraction(part) * one) for part in (complex(w).real, complex(w).imag))


def _times(a, b):
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def _divided(a, b):
    x, y = _times(a, (b[0], -b[1]))
    size = b[0] * b[0] + b[1] * b[1]
    return x // size, y // size


def _value(coefficients, z, one):
    """p(z) one^n, by Horner's rule; exact."""
    value, power = (coefficients[0], 0), 1
    for c in coefficients[1:]:
        power *= one
        x, y = _times(value, z)
        value = x + c * power, y
    return value


def _slope(leading, z, k, roots):
    """The product of z − z_j over the others, times the leading coefficient and one^(n−1); exact."""
    product = (leading, 0)
    for j, other in enumerate(roots):
        if j != k:
            product = _times(product, (z[0] - other[0], z[1] - other[1]))
    return product
