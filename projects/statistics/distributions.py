"""How likely a statistic is to be this large by chance alone: the tails of the normal, t, chi-square and F distributions.

Each `*_tail(x, ...)` is P(X > x). All of them but the normal's are an incomplete gamma or beta function, and those are
continued fractions. Their first factor is a quotient of huge numbers; by Stirling's formula they cancel before anything is
rounded, so that 13 digits are right up to a million degrees of freedom and beyond.
"""

import math
from itertools import count, islice

TINY = 1e-300  # stands for a denominator that is 0 (Thompson and Barnett 1986)
STEPS = 100_000  # of a fraction; it needs some √(degrees of freedom) of them
HALF_LOG = math.log(2 * math.pi) / 2


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
    return gamma_parts(df / 2, x / 2)[1] if x > 0 else 1.0  # eq. 18


def chi_square_below(x, df):
    """P(χ² < x), which keeps its digits where it is small."""
    return gamma_parts(df / 2, x / 2)[0] if x > 0 else 0.0


def f_tail(f, df1, df2):
    """P(F > f) with df1 and df2 degrees of freedom: I(df2/2, df1/2) at df2/(df2 + df1 f)  (eq. 19)."""
    if f <= 0:
        return 1.0
    return beta(df2 / 2, df1 / 2, 1 / (1 + df1 * f / df2), 1 / (1 + df2 / f / df1))  # eq. 19


def f_below(f, df1, df2):
    """P(F < f): 1/F has the law of F with its degrees of freedom exchanged."""
    return f_tail(1 / f, df2, df1) if f > 0 else 0.0


def gamma_parts(a, x):
    """(P, Q), which add to 1: Q(a, x) = ∫ₓ^∞ uᵃ⁻¹ e⁻ᵘ du / Γ(a), a > 0, x > 0.

    A series for P where x is small (eq. 20), else a fraction for Q (eq. 21); the smaller one keeps its digits.
    """
    if math.isinf(x):
        return 1.0, 0.0
    log_factor = a * _log_less((x - a) / a, x / a) + math.log(a) / 2 - HALF_LOG - _stirling(a)
    if x < a + 1:
        term = total = 1 / a
        for n in count(1):
            term *= x / (a + n)
            total += term
            if term <= total * 2**-54:
                below = math.exp(log_factor) * total  # eq. 20
                return below, 1 - below
    steps = ((-n * (n - a), x + 2 * n + 1 - a) for n in count(1))
    above = math.exp(log_factor) / continued_fraction(x + 1 - a, steps)  # eq. 21
    return 1 - above, above


def beta(a, b, x, y):
    """The regularised incomplete beta function Iₓ(a, b)  (eq. 22), a > 0, b > 0, 0 ≤ x ≤ 1.

    y = 1 − x is given beside x, so that neither loses digits where the other is close to 1.
    """
    if b * x > a * y:  # there the fraction is slow, and that of the other tail is fast
        return 1 - beta(b, a, y, x)
    if x == 0:
        return 0.0
    apart = x * b - y * a  # x (a + b) / a is 1 + apart / a, and y (a + b) / b is 1 − apart / b
    log_factor = a * _log_less(apart / a, x / a * (a + b)) + b * _log_less(-apart / b, y / b * (a + b))
    log_factor += (math.log(a) + math.log(b / (a + b))) / 2 - HALF_LOG
    log_factor += _stirling(a + b) - _stirling(a) - _stirling(b)
    return math.exp(log_factor) / continued_fraction(a * (1 - apart) / (a + 1), _beta_steps(a, b, x, y))  # eq. 22


def _log_less(e, u):
    """ln u − e of u = 1 + e: near 1 by e, whose digits are all there, else by u."""
    return (math.log1p(e) if abs(e) < 0.5 else math.log(u)) - e


def _stirling(a):
    """ln Γ(a) − ((a − ½) ln a − a + ½ ln 2π): what Stirling's formula leaves, 1/12a and less."""
    if a < 30:
        return math.lgamma(a) - ((a - 0.5) * math.log(a) - a + HALF_LOG)
    square = a * a
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / a


def _beta_steps(a, b, x, y):
    """The pₖ and qₖ of eq. 22 (Didonato and Morris 1992, with the rest that 1 − x would lose)."""
    for k in count(1):
        odd = a + 2 * k - 1
        p = k * (b - k) * (a + k - 1) / odd * (a + b + k - 1) / odd * x * x
        yield p, k + k * (b - k) * x / odd + (a + k) * (a * y - b * x + 1 + k * (1 + y)) / (odd + 2)


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
