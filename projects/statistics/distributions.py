"""How likely a statistic is to be this large by chance alone: the tails of the normal, t, chi-square and F distributions.

Each `*_tail(x, ...)` is P(X > x). All of them but the normal's are an incomplete gamma or beta function, and those are
continued fractions. What limits them is the rounding of the logarithms in their first factor, which grow with the degrees of
freedom: 12 digits up to a thousand of them, 9 at a million.
"""

import math
from itertools import count, islice

TINY = 1e-300  # stands for a denominator that is 0 (Thompson and Barnett 1986)
STEPS = 100_000  # of a fraction; it needs some √(degrees of freedom) of them


def normal_tail(z):
    """P(Z > z) = erfc(z/√2) / 2  (eq. 16)."""
    return math.erfc(z / math.sqrt(2)) / 2  # eq. 16


def t_tail(t, df):
    """P(T > t) with `df` degrees of freedom: half the beta function I(df/2, 1/2) at df/(df + t²)  (eq. 17)."""
    if math.isinf(df):
        return normal_tail(t)
    if t < 0:
        return 1 - t_tail(-t, df)
    if t == 0:
        return 0.5
    return beta(df / 2, 0.5, 1 / (1 + t * t / df), 1 / (1 + df / t / t)) / 2  # eq. 17


def chi_square_tail(x, df):
    """P(χ² > x) with `df` degrees of freedom  (eq. 18)."""
    return gamma_tail(df / 2, x / 2) if x > 0 else 1.0  # eq. 18


def f_tail(f, df1, df2):
    """P(F > f) with df1 and df2 degrees of freedom: I(df2/2, df1/2) at df2/(df2 + df1 f)  (eq. 19)."""
    if f <= 0:
        return 1.0
    return beta(df2 / 2, df1 / 2, 1 / (1 + df1 * f / df2), 1 / (1 + df2 / f / df1))  # eq. 19


def gamma_tail(a, x):
    """Q(a, x) = ∫ₓ^∞ uᵃ⁻¹ e⁻ᵘ du / Γ(a), a > 0, x > 0: a series where x is small (eq. 20), else a fraction (eq. 21)."""
    log_factor = a * math.log(x) - x - math.lgamma(a)
    if x < a + 1:
        term = total = 1 / a
        for n in count(1):
            term *= x / (a + n)
            total += term
            if term <= total * 2**-54:
                return 1 - math.exp(log_factor) * total  # eq. 20
    steps = ((-n * (n - a), x + 2 * n + 1 - a) for n in count(1))
    return math.exp(log_factor) / continued_fraction(x + 1 - a, steps)  # eq. 21


def beta(a, b, x, y):
    """The regularised incomplete beta function Iₓ(a, b)  (eq. 22), a > 0, b > 0, 0 ≤ x ≤ 1.

    y = 1 − x is given beside x, so that neither loses digits where the other is close to 1.
    """
    if x > (a + 1) / (a + b + 2):  # there the fraction is slow, and that of the other tail is fast
        return 1 - beta(b, a, y, x)
    if x == 0:
        return 0.0
    log_factor = a * math.log(x) + b * math.log(y) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(log_factor) / (a * continued_fraction(1, _beta_steps(a, b, x)))  # eq. 22


def _beta_steps(a, b, x):
    for m in count():
        yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1
        yield (m + 1) * (b - m - 1) * x / ((a + 2 * m + 1) * (a + 2 * m + 2)), 1


def continued_fraction(first, steps):
    """first + p₁/(q₁ + p₂/(q₂ + ...)), `steps` gives the (p, q); from the front, by Lentz's two ratios  (eq. 23)."""
    value = upper = first or TINY
    lower = 0.0
    for p, q in islice(steps, STEPS):
        upper = q + p / upper or TINY
        lower = 1 / (q + p * lower or TINY)
        value *= upper * lower  # eq. 23
        if abs(upper * lower - 1) <= 2**-52:
            return value
    raise ArithmeticError(f"a continued fraction has not settled after {STEPS} steps")


def point(tail, q):
    """The x with tail(x) = q, 0 < q < 1: a bracket that doubles, then halved until no float lies between its ends."""
    low, high = -1.0, 1.0
    while tail(low) < q:
        low *= 2
    while tail(high) > q:
        high *= 2
    while low < (middle := (low + high) / 2) < high:
        if tail(middle) > q:
            low = middle
        else:
            high = middle
    return high
