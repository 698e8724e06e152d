"""NIST's certified statistics from exact fractions, and how many of the digits float64 keeps by four ways to compute."""

import math
from dataclasses import dataclass
from fractions import Fraction

import description
from abacus import data
from abacus.settings import one_of
from means import anova as analysis

UNIVARIATE = ("Lew", "Lottery", "Mavro", "Michelso", "NumAcc1", "NumAcc2", "NumAcc3", "NumAcc4", "PiDigits")
ANOVA = ("SiRstv", "AtmWtAg", *(f"SmLs0{k}" for k in range(1, 10)))
DIGITS = 15.0  # that NIST certifies


def textbook(y):
    """S in float64 by Σ y² − (Σ y)²/n: two large numbers that are nearly equal, and their difference."""
    y = [float(v) for v in y]
    return max(0.0, sum(v * v for v in y) - sum(y) ** 2 / len(y))


def one_pass(y):
    """S in float64 by Welford's updates of 1962: each value moves the mean, and adds to S by what it moves  (eq. 39)."""
    m = s = 0.0
    for n, v in enumerate(map(float, y), 1):
        step = v - m
        m += step / n
        s += step * (v - m)  # eq. 39
    return s


def two_passes(y):
    """S in float64: first the mean, then the squares about it."""
    y = [float(v) for v in y]
    m = sum(y) / len(y)
    return sum((v - m) ** 2 for v in y)


def fractions_of_floats(y):
    """S without any rounding, but of the float64 nearest to each decimal: what is lost before the first operation."""
    return description.squares([float(v) for v in y])


METHODS = {
    "textbook sums": textbook,
    "one pass": one_pass,
    "two passes": two_passes,
    "floats, then fractions": fractions_of_floats,
    "fractions": description.squares,
}


@dataclass
class Univariate:
    name: str = one_of(*UNIVARIATE)  # NIST's data set of one column


def univariate(cfg: Univariate, job):
    """Mean, standard deviation and lag-1 autocorrelation of a data set, from the decimals of its file."""
    return summary(data.load("nist-strd", f"univariate/{cfg.name}").y)


def summary(y):
    """{what NIST certifies of one column: value}."""
    return {
        "mean": float(description.mean(y)),
        "sd": description.sd(y),
        "autocorrelation": float(description.autocorrelation(y)),
    }


@dataclass
class Anova:
    name: str = one_of(*ANOVA)  # NIST's data set of groups


def anova(cfg: Anova, job):
    """The analysis of variance of a data set, from the decimals of its file."""
    return variances(groups(data.load("nist-strd", f"anova/{cfg.name}")))


def variances(parts):
    """{what NIST certifies of groups: value}."""
    found = analysis(parts)
    return {
        "between": float(found.between),
        "within": float(found.within),
        "F": float(found.f),
        "R2": float(found.r_squared),
        "residual sd": found.residual_sd,
    }


def groups(loaded):
    """The observations of each treatment, lists of decimal texts."""
    found = {}
    for treatment, y in zip(loaded.treatment, loaded.y):
        found.setdefault(treatment, []).append(y)
    return list(found.values())


@dataclass
class Digits:
    method: str = one_of(*METHODS)  # how sums of squares are computed; the first three round to float64 at every step


def digits(cfg: Digits, job):
    """Correct digits of the standard deviation of NIST's nine columns, and of F of its eleven analyses of variance."""
    found, sums = {}, METHODS[cfg.method]
    for name in UNIVARIATE:
        loaded = data.load("nist-strd", f"univariate/{name}")
        found[name] = correct_digits(description.root(sums(loaded.y) / (len(loaded.y) - 1)), loaded.sd)
    for name in ANOVA:
        loaded = data.load("nist-strd", f"anova/{name}")
        found[name] = correct_digits(f_by(sums, groups(loaded)), loaded.f)
    return found


def f_by(sums, parts):
    """F of groups, from the sums of squares that `sums` computes; nan where none is left within the groups."""
    n, k = sum(map(len, parts)), len(parts)
    within = sum(map(sums, parts))
    between = sums([y for part in parts for y in part]) - within
    return float(between / (k - 1) / (within / (n - k))) if within else math.nan


def correct_digits(value, certified):
    """LRE: −log₁₀(|value − c| / |c|), cut at 0 and at 15, for the certified c ≠ 0  (eq. 38)."""
    c = Fraction(certified)
    if not math.isfinite(value):
        return 0.0
    error = abs(Fraction(value) - c) / abs(c)
    return min(DIGITS, max(0.0, -math.log10(error))) if error else DIGITS  # eq. 38
