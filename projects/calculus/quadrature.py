"""Integrals by fixed rules: Newton and Cotes's equal steps, Romberg's extrapolation, Gauss and Legendre's best places."""

import math
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np

import differences
from abacus.errors import BadInput
from abacus.settings import any_number, between
from expressions import Formula

MOST_STEPS = 100  # of Newton's method, which needs four or five


@dataclass
class Cotes:
    points: int = between(2, 21)  # equally spaced, both ends included


@dataclass
class Gauss:
    points: int = between(1, 200)  # n of the rule that is exact to degree 2n − 1
    digits: int = between(16, 100)  # decimals that are computed with


@dataclass
class Triangle:
    function: str  # a formula of x
    low: float = any_number()  # where the integral begins
    high: float = any_number()  # where it ends
    levels: int = between(1, 20)  # rows of the triangle; row k takes 2ᵏ⁻¹ steps


def newton_cotes(points):
    """The weights of the rule with equal steps h = 1 through `points` values, as fractions (eq. 14)."""
    weights = []
    for i in range(points):
        polynomial = [Fraction(1)]  # Π (t − j)/(i − j), lowest power first
        for j in (j for j in range(points) if j != i):
            shifted = zip([Fraction(0), *polynomial], [*polynomial, Fraction(0)])
            polynomial = [(low - j * high) / (i - j) for low, high in shifted]
        weights.append(sum(c * Fraction(points - 1) ** (k + 1) / (k + 1) for k, c in enumerate(polynomial)))  # eq. 14
    return weights


@np.errstate(all="ignore")  # where f is infinite or undefined, at an end perhaps, the sum says so: ±∞ or NaN
def composite(f, a, b, weights, panels):
    """∫ f from a to b by a rule with equal steps on each of `panels` equal parts; f takes arrays."""
    weights = np.array(weights, dtype=np.float64)
    steps = len(weights) - 1
    x = np.linspace(a, b, panels * steps + 1)
    y = f(x) + 0 * x  # a constant is a number
    return (b - a) / (panels * steps) * sum(w * y[k : k + panels * steps : steps].sum() for k, w in enumerate(weights))


@np.errstate(all="ignore")
def trapezoids(f, a, b, rows):
    """[T(h), T(h/2), T(h/4), …], `rows` of them with h = b − a, each from the one before and the values between (eq. 15)."""
    found, h = [(b - a) / 2 * (f(a) + f(b))], b - a
    for k in range(rows - 1):
        x = a + h * (np.arange(2**k) + 0.5)
        found.append(found[-1] / 2 + h / 2 * (f(x) + 0 * x).sum())  # eq. 15
        h /= 2
    return found


@np.errstate(all="ignore")
def romberg(f, a, b, rows):
    """Romberg's triangle: trapezoids, extrapolated with the powers 2, 4, 6, … of h (eqs. 4, 15)."""
    return differences.extrapolate(trapezoids(f, a, b, rows), 2, range(2, 2 * rows + 2, 2))


def legendre(n, x):
    """(Pₙ(x), Pₙ′(x)), n ≥ 1, of a number of any kind, x² ≠ 1 (eq. 16)."""
    before, p = 1, x
    for k in range(2, n + 1):
        before, p = p, ((2 * k - 1) * x * p - (k - 1) * before) / k  # eq. 16
    return p, n * (x * p - before) / (x * x - 1)


def gauss_legendre(n, digits=30):
    """Nodes and weights of the n-point rule on [−1, 1], ascending, as Decimals of so many digits: Newton's method (eq. 17)."""
    with localcontext() as context:
        context.prec = digits + 8  # for the recurrence, which loses few
        least = Decimal(10) ** -(digits + 2)
        right = [_newton(n, Decimal(math.cos(math.pi * (k - 0.25) / (n + 0.5))), least) for k in range(1, n // 2 + 1)]
        middle = [(Decimal(0), 2 / legendre(n, Decimal(0))[1] ** 2)] if n % 2 else []
        pairs = [(-x, w) for x, w in right] + middle + right[::-1]
    return [x for x, _ in pairs], [w for _, w in pairs]


def _newton(n, x, least):
    for _ in range(MOST_STEPS):
        p, slope = legendre(n, x)
        x -= p / slope  # eq. 17
        if abs(p / slope) < least:
            break
    slope = legendre(n, x)[1]
    return x, 2 / ((1 - x * x) * slope**2)  # eq. 17


@np.errstate(all="ignore")
def gauss(f, a, b, n):
    """∫ f from a to b by n points; f takes arrays. Exact for polynomials up to degree 2n − 1."""
    x, w = (np.array(values, dtype=np.float64) for values in gauss_legendre(n, 18))
    return (b - a) / 2 * (w * f((a + b) / 2 + (b - a) / 2 * x)).sum()


def cotes(cfg: Cotes, job):
    """The weights of one rule, as whole numbers w with a common factor: ∫ ≈ h · numerator/denominator · Σ wₖf(xₖ)."""
    weights = newton_cotes(cfg.points)
    denominator = math.lcm(*(w.denominator for w in weights))
    whole = [int(w * denominator) for w in weights]
    numerator = math.gcd(*whole)
    half = whole[: (cfg.points + 1) // 2]  # the other half mirrors it
    return {"numerator": numerator, "denominator": denominator} | {f"w{k}": w // numerator for k, w in enumerate(half)}


def nodes(cfg: Gauss, job):
    """The nodes that are not negative, ascending, with their weights."""
    x, w = gauss_legendre(cfg.points, cfg.digits)
    kept = [pair for pair in zip(x, w) if pair[0] >= 0]
    return {f"n = {cfg.points}, node {k}": {"x": float(a), "w": float(b)} for k, (a, b) in enumerate(kept, 1)}


def triangle(cfg: Triangle, job):
    """Romberg's triangle, row by row."""
    rows = romberg(Formula(cfg.function, ("x",)), cfg.low, cfg.high, cfg.levels)
    if not np.isfinite(rows[-1]).all():
        raise BadInput(
            f"{cfg.function} is infinite or undefined somewhere from {cfg.low:g} to {cfg.high:g}, or its sum is"
        )
    return {str(2**k): {f"column {j}": entry for j, entry in enumerate(row)} for k, row in enumerate(rows)}
