"""Two measurements of the same things: correlation, its interval, rank correlation, and the line through the cloud.

What a regression does with more than one predictor, and how many of its digits are right: projects/linear_regression.
"""

import math
from fractions import Fraction
from typing import NamedTuple

from abacus.errors import BadInput
from description import mean, signed_root, squares, whole
from distributions import normal_tail, point, t_tail
from permutation import ranks


class Correlation(NamedTuple):
    """r, the t of "no correlation" with its degrees of freedom, and the two-sided probability p."""

    r: float
    t: float
    df: int
    p: float

    def interval(self, level):
        """(low, high) by Fisher's z = artanh r, whose standard error is 1/√(n − 3)  (eq. 36); needs four pairs."""
        n = self.df + 2
        if n < 4:
            raise BadInput(f"{n} pairs: an interval needs four")
        if abs(self.r) == 1:
            return self.r, self.r
        reach = point(normal_tail, (1 - level) / 2) / math.sqrt(n - 3)
        return math.tanh(math.atanh(self.r) - reach), math.tanh(math.atanh(self.r) + reach)  # eq. 36


def products(x, y):
    """Σ (x − m)(y − m'), a Fraction. BadInput where the two are not of one length."""
    if len(x) != len(y):
        raise BadInput(f"{len(x)} values of the one and {len(y)} of the other are no pairs")
    (x, x_scale), (y, y_scale), n = whole(x), whole(y), len(x)
    return Fraction(n * sum(a * b for a, b in zip(x, y)) - sum(x) * sum(y), n * x_scale * y_scale)


def pearson(x, y):
    """Pearson's r = S_xy / √(S_x S_y) and its test t² = (n − 2) r² / (1 − r²)  (eqs. 34, 35)."""
    n = len(x)
    both = products(x, y)
    if n < 3:
        raise BadInput(f"{n} pair{'s' * (n != 1)}: a correlation needs three")
    scale = squares(x) * squares(y)
    if not scale:
        raise BadInput("a constant column has no correlation")
    r2 = both**2 / scale  # eq. 34
    if r2 == 1:
        return Correlation(signed_root(1, both), math.inf if both > 0 else -math.inf, n - 2, 0.0)
    t = signed_root((n - 2) * r2 / (1 - r2), both)  # eq. 35
    return Correlation(signed_root(r2, both), t, n - 2, 2 * t_tail(abs(t), n - 2))


def spearman(x, y):
    """Spearman's correlation: Pearson's of the ranks. Its p is that of t, which is close from ten pairs on."""
    return pearson(ranks(x), ranks(y))


def line(x, y):
    """(a, b): the line y = a + b x of least squares, b = S_xy / S_x, through the means; two Fractions  (eq. 37)."""
    spread = squares(x)
    if not spread:
        raise BadInput("a constant column: no line can be drawn over one x")
    b = products(x, y) / spread
    return Fraction(mean(y) - b * mean(x)), b  # eq. 37
