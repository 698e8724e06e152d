"""How many digits survive: NIST's standard deviations and analyses of variance, and Hilbert's systems, in every format."""

import math
from dataclasses import dataclass
from fractions import Fraction

from abacus import data
from abacus.settings import at_least, between, one_of
from formats import FORMATS
from summation import naive, neumaier

COLUMNS = ("Lew", "Lottery", "Mavro", "Michelso", "NumAcc1", "NumAcc2", "NumAcc3", "NumAcc4", "PiDigits")
GROUPED = ("SiRstv", "AtmWtAg", *(f"SmLs0{k}" for k in range(1, 10)))
CERTIFIED = 15.0  # digits that NIST certifies


def textbook(y, r):
    """S by Σy² − (Σy)²/n: the difference of two large numbers that are nearly equal  (eq. 12)."""
    total = naive(y, r)
    return r(naive([r(v * v) for v in y], r) - r(r(total * total) / r(len(y))))  # eq. 12


def welford(y, r):
    """S by Welford's updates of 1962: one pass, and no large numbers."""
    mean = s = 0.0
    for n, v in enumerate(y, 1):
        step = r(v - mean)
        mean = r(mean + r(step / r(n)))
        s = r(s + r(step * r(v - mean)))
    return s


def two_passes(y, r):
    """S by its definition: first the mean, then the squares about it."""
    mean = r(naive(y, r) / r(len(y)))
    return naive([r(r(v - mean) ** 2) for v in y], r)


def corrected(y, r):
    """S by two passes less what the rounded mean has added, (Σ(y − m))²/n, all sums Neumaier's  (eq. 13)."""
    mean = r(neumaier(y, r) / r(len(y)))
    apart = [r(v - mean) for v in y]
    total = neumaier(apart, r)
    return r(neumaier([r(v * v) for v in apart], r) - r(r(total * total) / r(len(y))))  # eq. 13


METHODS = {"textbook": textbook, "Welford": welford, "two passes": two_passes, "corrected": corrected}


@dataclass
class Config:
    format: str = one_of(*FORMATS)  # the data are rounded to it, and every operation
    method: str = one_of(*METHODS)  # how a sum of squares about the mean is computed


def deviations(cfg: Config, job):
    """Correct digits of the standard deviation of NIST's nine columns."""
    form, found = FORMATS[cfg.format], {}
    for k, name in enumerate(COLUMNS):
        loaded = data.load("nist-strd", f"univariate/{name}")
        found[name] = correct_digits(deviation(stored(loaded.y, form), METHODS[cfg.method], form.round), loaded.sd)
        job.progress((k + 1) / len(COLUMNS), name)
    return found


def deviation(y, squares, r):
    """√(S/(n − 1)), every step rounded by r; NaN where S has come out below 0."""
    s = squares(y, r)
    return r(math.sqrt(r(s / r(len(y) - 1)))) if s >= 0 else math.nan


def variances(cfg: Config, job):
    """Correct digits of the F of NIST's eleven analyses of variance."""
    form, found = FORMATS[cfg.format], {}
    for k, name in enumerate(GROUPED):
        loaded = data.load("nist-strd", f"anova/{name}")
        parts = {}
        for treatment, y in zip(loaded.treatment, stored(loaded.y, form)):
            parts.setdefault(treatment, []).append(y)
        found[name] = correct_digits(f_ratio([*parts.values()], METHODS[cfg.method], form.round), loaded.f)
        job.progress((k + 1) / len(GROUPED), name)
    return found


def f_ratio(parts, squares, r):
    """F of groups: the mean square between them, from `squares` of all less those within, over the one within."""
    within = naive([squares(part, r) for part in parts], r)
    between = r(squares([y for part in parts for y in part], r) - within)
    n, k = sum(map(len, parts)), len(parts)
    below = r(within / r(n - k))
    return r(r(between / r(k - 1)) / below) if below else math.nan


def stored(numbers, form):
    """Fractions or decimal texts as the format stores them, each rounded once."""
    return [form.decode(form.encode(Fraction(number))) for number in numbers]


def correct_digits(value, truth):
    """LRE: −log₁₀(|value − c| / |c|), cut at 0 and at 15, for the true value c ≠ 0  (eq. 14)."""
    if not math.isfinite(value):
        return 0.0
    c = Fraction(truth)
    error = float(abs(Fraction(value) - c) / abs(c))
    return min(CERTIFIED, max(0.0, -math.log10(error))) if error else CERTIFIED  # eq. 14


@dataclass
class Hilbert:
    n: int = between(1, 20)  # equations
    steps: int = at_least(0)  # of refinement, with residuals in binary64


def hilbert(cfg: Hilbert, job):
    """Correct digits of the solution (1, …, 1) of Hilbert's system in each format, and after refinement in binary64."""
    a = [[Fraction(1, i + j + 1) for j in range(cfg.n)] for i in range(cfg.n)]
    b, found = [sum(row) for row in a], {}
    for form in (FORMATS[name] for name in ("binary64", "binary32", "bfloat16", "binary16")):
        factors = eliminated([stored(row, form) for row in a], form.round)
        x = solved(factors, stored(b, form), form.round)
        found[form.name] = worst(x)
        found[f"{form.name}, refined"] = worst(refined(factors, a, b, x, cfg.steps, form.round))
    return found


def worst(x):
    """The correct digits of the entry of x that is farthest from 1."""
    return min(correct_digits(v, 1) for v in x)


def eliminated(a, r):
    """(order of the rows, L below and U on and above the diagonal) of a square list of rows, by partial pivoting."""
    a, order = [list(row) for row in a], list(range(len(a)))
    for k in range(len(a)):
        best = max(range(k, len(a)), key=lambda i: abs(a[i][k]))
        a[k], a[best], order[k], order[best] = a[best], a[k], order[best], order[k]
        for i in range(k + 1, len(a)):
            a[i][k] = _over(a[i][k], a[k][k], r)
            for j in range(k + 1, len(a)):
                a[i][j] = r(a[i][j] - r(a[i][k] * a[k][j]))
    return order, a


def solved(factors, b, r):
    """x of LUx = Pb, every step rounded by r."""
    order, a = factors
    x = [r(b[i]) for i in order]
    for i in range(len(x)):
        for j in range(i):
            x[i] = r(x[i] - r(a[i][j] * x[j]))
    for i in reversed(range(len(x))):
        for j in range(i + 1, len(x)):
            x[i] = r(x[i] - r(a[i][j] * x[j]))
        x[i] = _over(x[i], a[i][i], r)
    return x


def refined(factors, a, b, x, steps, r):
    """x after x ← x + d, where Ad = b − Ax is solved by the factors at hand and its right side is in binary64  (eq. 15).

    The right side is scaled to size 1 for the solver: in binary16 it would soon be 0 otherwise (Higham, Pranesh & Zounon).
    """
    for _ in range(steps):
        if not all(map(math.isfinite, x)):
            break
        residual = [float(v) - math.fsum(float(c) * e for c, e in zip(row, x)) for row, v in zip(a, b)]
        size = max(map(abs, residual)) or 1.0
        x = [v + size * d for v, d in zip(x, solved(factors, [v / size for v in residual], r))]  # eq. 15
    return x


def _over(a, b, r):
    return r(a / b) if b else math.nan
