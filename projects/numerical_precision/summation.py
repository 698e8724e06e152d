"""Adding up: one after the other, in pairs, with the lost part carried along, and exactly; in the arithmetic of any format."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from abacus.errors import BadInput
from abacus.settings import at_least, between, one_of
from formats import FORMATS
from rounding import nearest

UNIT = 1074  # every float64 is a whole multiple of 2^−1074


def naive(x, r):
    """((x₁ + x₂) + x₃) + …, each sum rounded by r  (eq. 6). As below, the x are numbers, or rows of an array (n, …)."""
    s = x[0]
    for value in x[1:]:
        s = r(s + value)  # eq. 6
    return s


def pairwise(x, r):
    """The sum of the first half plus that of the second, each found likewise  (eq. 8)."""
    if len(x) == 1:
        return x[0]
    half = len(x) // 2
    return r(pairwise(x[:half], r) + pairwise(x[half:], r))  # eq. 8


def kahan(x, r):
    """Kahan 1965: what a sum has lost is taken off the next number before that is added  (eq. 9)."""
    s, lost = x[0], x[0] * 0
    for value in x[1:]:
        y = r(value - lost)
        t = r(s + y)
        lost = r(r(t - s) - y)  # eq. 9
        s = t
    return s


def two_sum(a, b, r):
    """(s, e): s = a + b rounded, and e what rounding took away: a + b = s + e without any error  (Knuth, eq. 10)."""
    s = r(a + b)
    b_in_s = r(s - a)
    return s, r(r(a - r(s - b_in_s)) + r(b - b_in_s))  # eq. 10


def neumaier(x, r):
    """Neumaier 1974: what the sums lose is added up apart and put back at the end  (eq. 11)."""
    s, lost = x[0], x[0] * 0
    for value in x[1:]:
        s, e = two_sum(s, value, r)
        lost = r(lost + e)
    return r(s + lost)  # eq. 11


def exact(x):
    """The sum of float64 numbers without any rounding, a Fraction: whole numbers of the smallest unit, 2^−1074."""
    total = 0
    for value in x:
        if not math.isfinite(value):
            raise BadInput(f"an exact sum of {value}: wanted finite numbers")
        numerator, denominator = float(value).as_integer_ratio()
        total += numerator << (UNIT + 1 - denominator.bit_length())
    return Fraction(total, 1 << UNIT)


METHODS = {"naive": naive, "pairwise": pairwise, "Kahan": kahan, "Neumaier": neumaier}
NUMBERS = {
    "positive": lambda n, trials, rng: rng.random((n, trials)),
    "of both signs": lambda n, trials, rng: rng.standard_normal((n, trials)),
}


@dataclass
class Config:
    format: str = one_of(*FORMATS)  # in which everything is computed
    numbers: str = one_of(*NUMBERS)  # that are added: evenly from 0 to 1, or normal
    doublings: int = between(1, 20)  # n = 2, 4, … 2^doublings
    trials: int = at_least(1)  # sums of each length


def lengths(cfg: Config, job):
    """The error of each way to add n numbers, in u Σ|x|, a root mean square over the trials; the last n is returned."""
    form = FORMATS[cfg.format]
    x = nearest(NUMBERS[cfg.numbers](2**cfg.doublings, cfg.trials, job.rng("numbers")), form)
    for k in range(1, cfg.doublings + 1):
        found = errors(x[: 2**k], form)
        job.log(n=2**k, **found)
        job.progress(2.0 ** (k - cfg.doublings), f"n = {2**k:,}")
    return found


def errors(x, form):
    """{method: error in u Σ|x|}, a root mean square over the columns of x (n, trials), numbers of the format."""
    truth = [exact(column) for column in x.T]
    size = np.abs(x).sum(axis=0) * form.unit_roundoff
    size = np.where(size == 0, 1.0, size)  # all numbers are 0, and so is the error
    found = {}
    for name, method in METHODS.items():
        sums = method(x, lambda y: nearest(y, form))
        off = np.array([float(Fraction(s) - t) if math.isfinite(s) else math.inf for s, t in zip(sums.tolist(), truth)])
        found[name] = float(np.sqrt(np.mean((off / size) ** 2)))
    return found
