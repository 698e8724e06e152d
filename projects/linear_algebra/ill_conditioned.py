"""Two problems that double precision cannot answer, and integers can: Wilkinson's polynomial, Hilbert's matrix."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

import elimination
import exact
import schur
import svd
import symmetric
from abacus.settings import between


@dataclass
class Polynomial:
    degree: int = between(2, 40)  # n of (x − 1)(x − 2) … (x − n)
    change: float = between(-1, 1)  # what is added to the coefficient of the power n − 1
    digits: int = between(16, 200)  # decimals of the exact roots


@dataclass
class Hilbert:
    n: int = between(2, 16)  # rows and columns
    digits: int = between(16, 200)  # decimals of the exact eigenvalues


def roots(cfg: Polynomial, job):
    """The roots of Wilkinson's polynomial after a change of one coefficient, and how far float64 is from them."""
    coefficients = wilkinson(cfg.degree, Fraction(cfg.change))
    floats = schur.eigenvalues(companion([float(c) for c in coefficients]))
    shared = Fraction(cfg.change).denominator
    found = exact.roots([int(c * shared) for c in coefficients], floats, cfg.digits)
    least = Fraction(1, 10 ** (cfg.digits - 1))
    real = sorted(x for x, y in found if abs(y) < least)
    pairs = sorted((x, y) for x, y in found if y >= least)
    rows = {f"real {k}": {"real part": float(x)} | _missed(x, 0, floats) for k, x in enumerate(real, 1)}
    for k, (x, y) in enumerate(pairs, 1):
        rows[f"pair {k}"] = {"real part": float(x), "imaginary part": float(y)} | _missed(x, y, floats)
    return rows


def _missed(x, y, floats):
    return {"float64 is off by": min(abs(complex(float(x), float(y)) - w) for w in floats)}


def wilkinson(degree, change):
    """The coefficients of (x − 1)(x − 2) … (x − n), highest first, integers; `change` is added to the second (eq. 28)."""
    coefficients = [1]
    for k in range(1, degree + 1):
        coefficients = [a - k * b for a, b in zip([*coefficients, 0], [0, *coefficients])]
    return [coefficients[0], coefficients[1] + change, *coefficients[2:]]  # eq. 28


def companion(coefficients):
    """The matrix (n, n) whose eigenvalues are the roots of a polynomial, highest coefficient first (eq. 29)."""
    c = np.array(coefficients, dtype=np.float64)
    a = np.eye(len(c) - 1, k=-1)
    a[0] = -c[1:] / c[0]  # eq. 29
    return a


def conditions(cfg: Hilbert, job):
    """Condition numbers and determinant of Hilbert's matrix, of fractions, and the relative errors of float64."""
    h = hilbert(cfg.n)
    rounded = h.astype(np.float64)
    stored = np.array([[Fraction(entry) for entry in row] for row in rounded.tolist()])
    k2, k_infinity, determinant = exact_condition(h, cfg.digits), elimination.condition(h), elimination.determinant(h)
    return {
        "k2": float(k2),
        "k infinity": float(k_infinity),
        "determinant": float(determinant),
        "float64 in k2": _relative(svd.condition(rounded), k2),
        "float64 in k infinity": _relative(elimination.condition(rounded), k_infinity),
        "float64 in determinant": _relative(elimination.determinant(rounded), determinant),
        "storing alone in k2": _relative(exact_condition(stored, cfg.digits), k2),
    }


def _relative(found, truth):
    return float(Fraction(found) / truth - 1)


def hilbert(n):
    """Hᵢⱼ = 1/(i + j − 1), i, j from 1, as fractions (eq. 30)."""
    return np.array([[Fraction(1, i + j - 1) for j in range(1, n + 1)] for i in range(1, n + 1)])  # eq. 30


def exact_condition(a, digits):
    """κ₂ of a symmetric matrix of Fractions: its largest eigenvalue over its smallest, by size; a Fraction."""
    found = [abs(w) for w in exact.eigenvalues(a, symmetric.eigenvalues(a), digits)]
    return max(found) / min(found)
