"""Do means differ? Student's t for one sample and for pairs, Welch's t for two, the analysis of variance for several.

Sums of squares and F are fractions (description.py); floats begin at the probabilities.
"""

from fractions import Fraction
from typing import NamedTuple

from abacus.errors import BadInput
from description import exact, mean, nearest, root, signed_root, squares, variance
from distributions import f_tail, point, t_tail


class Student(NamedTuple):
    """A difference of means, its standard error, t with its degrees of freedom, and the two-sided probability p."""

    difference: float
    error: float
    t: float
    df: float
    p: float

    def interval(self, level):
        """(low, high): the differences that a test at 1 − level would not reject  (eq. 13)."""
        reach = point(lambda t: t_tail(t, self.df), (1 - level) / 2) * self.error
        return self.difference - reach, self.difference + reach  # eq. 13


class Anova(NamedTuple):
    """Sums of squares between and within the groups, their degrees of freedom, F (Fractions), and the probability p."""

    between: Fraction
    within: Fraction
    df_between: int
    df_within: int
    f: Fraction
    p: float

    @property
    def r_squared(self):
        """The share of the sum of squares that lies between the groups, a Fraction."""
        return self.between / (self.between + self.within)

    @property
    def residual_sd(self):
        """The standard deviation within the groups, a float."""
        return root(self.within / self.df_within)


def one_sample(values, about=0):
    """Student's t: is the mean of the values `about`?  t = (m − about) / √(s²/n), n − 1 degrees of freedom  (eqs. 11, 12)."""
    n = len(values)
    if n < 2:
        raise BadInput(f"{n} value{'s' * (n != 1)}: a spread needs two")
    return _student(mean(values) - Fraction(about), variance(values) / n, n - 1)  # eq. 11


def paired(first, second):
    """Student's t of the differences second − first of pairs, as in his paper of 1908."""
    if len(first) != len(second):
        raise BadInput(f"{len(first)} first and {len(second)} second values are no pairs")
    return one_sample([b - a for a, b in zip(exact(first), exact(second))])


def welch(first, second):
    """Welch's t of mean(second) − mean(first) of two independent samples whose spreads may differ  (eqs. 14, 15)."""
    parts = [(variance(x) / len(x), len(x) - 1) for x in _groups([first, second])]
    error = sum(v for v, _ in parts)
    if not error:
        raise BadInput("all values of each group are equal: no spread to measure a difference by")
    df = error**2 / sum(v**2 / df for v, df in parts)  # eq. 15
    return _student(mean(second) - mean(first), error, float(df))  # eq. 14


def anova(groups):
    """Analysis of variance of one way: F = (between / (k − 1)) / (within / (n − k))  (eqs. 24 to 26)."""
    groups = _groups(groups, least=1)
    n, k = sum(map(len, groups)), len(groups)
    if n == k:
        raise BadInput("one value in each group: no spread within the groups")
    within = sum(map(squares, groups))  # eq. 24
    between = squares([x for group in groups for x in group]) - within  # eq. 25
    if not within:
        raise BadInput("all values of each group are equal: no spread to measure a difference by")
    f = between / (k - 1) / (within / (n - k))  # eq. 26
    return Anova(between, within, k - 1, n - k, f, f_tail(nearest(f), k - 1, n - k))


def welch_anova(groups):
    """Welch's F of 1951 for groups of unequal spreads: (F, df1, df2, p); of two groups it is the square of his t."""
    groups = _groups(groups)
    if not all(map(squares, groups)):
        raise BadInput("all values of a group are equal: its mean would outweigh every other")
    k, means = len(groups), [mean(group) for group in groups]
    weights = [len(group) / variance(group) for group in groups]  # eq. 27
    total = sum(weights)
    centre = sum(w * m for w, m in zip(weights, means)) / total
    loss = sum((1 - w / total) ** 2 / (len(group) - 1) for w, group in zip(weights, groups))
    between = sum(w * (m - centre) ** 2 for w, m in zip(weights, means)) / (k - 1)
    f = between / (1 + 2 * (k - 2) * loss / (k * k - 1))  # eq. 28
    df = float((k * k - 1) / (3 * loss))
    return nearest(f), k - 1, df, f_tail(nearest(f), k - 1, df)


def _student(difference, squared_error, df):
    if not squared_error:
        raise BadInput("all values are equal: no spread to measure a difference by")
    t = signed_root(difference**2 / squared_error, difference)
    return Student(nearest(difference), root(squared_error), t, df, 2 * t_tail(abs(t), df))  # eq. 12


def _groups(groups, least=2):
    groups = [exact(group) for group in groups]
    if len(groups) < 2:
        raise BadInput("one group: nothing to compare it with")
    for number, group in enumerate(groups, 1):
        if len(group) < least:
            raise BadInput(f"group {number} has {len(group)} value{'s' * (len(group) != 1)}; it needs {least}")
    return groups
