"""Counts against what was expected of them: Pearson's chi-square, tables of two ways, Fisher's exact test, Poisson's law."""

import math
from collections import Counter
from fractions import Fraction

from abacus.errors import BadInput
from description import exact
from distributions import chi_square_tail


def chi_square(observed, shares):
    """Σ (o − e)² / e  (eq. 29), a Fraction: the total is expected in the proportion of the `shares`, such as 3 to 1.

    A class whose share is 0 adds nothing while nothing is observed in it, and is BadInput otherwise.
    """
    shares, total = exact(shares), sum(observed)
    if len(shares) != len(observed):
        raise BadInput(f"{len(observed)} counts and {len(shares)} shares")
    if min(*shares, *observed, 0) < 0 or not sum(shares) or not total:
        raise BadInput("shares and counts are at least 0, and not all of them are 0")
    whole, found = sum(shares), Fraction(0)
    for count, share in zip(observed, shares):
        expected = total * share / whole
        if expected:
            found += (count - expected) ** 2 / expected  # eq. 29
        elif count:
            raise BadInput(f"{count} observed where the share is 0")
    return found


def independence(table):
    """(chi-square, df, p, least expected count) of a table of counts, rows × columns  (eq. 30)."""
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table)]
    if len({len(row) for row in table}) > 1 or min((count for row in table for count in row), default=0) < 0:
        raise BadInput("a table has counts of at least 0, and as many of them in each row")
    if len(rows) < 2 or len(columns) < 2 or not all(rows) or not all(columns):
        raise BadInput("a table of two rows and two columns at least, none of them all 0, is needed")
    n, found = sum(rows), Fraction(0)
    for row, r in zip(table, rows):
        for count, c in zip(row, columns):
            expected = Fraction(r * c, n)  # eq. 30
            found += (count - expected) ** 2 / expected
    df = (len(rows) - 1) * (len(columns) - 1)
    return found, df, chi_square_tail(float(found), df), float(Fraction(min(rows) * min(columns), n))


def fisher_exact(table):
    """(upper, two-sided) of a 2 × 2 table with its margins held fixed, Fractions  (eq. 31).

    `upper`: P(first cell at least as large); two-sided: all tables that are no likelier than the one observed.
    """
    if [len(row) for row in table] != [2, 2] or min(map(min, table)) < 0:
        raise BadInput("a table of two rows and two columns of counts of at least 0 is needed")
    (a, b), (c, d) = table
    first, second, column = a + b, c + d, a + c
    ways = {
        x: math.comb(first, x) * math.comb(second, column - x)  # eq. 31
        for x in range(max(0, column - second), min(first, column) + 1)
    }
    total = sum(ways.values())
    upper = sum(w for x, w in ways.items() if x >= a)
    return Fraction(upper, total), Fraction(sum(w for w in ways.values() if w <= ways[a]), total)


def poisson(observed):
    """(mean, expected counts) of Poisson's law with the mean of the sample; observed[k] units had k events  (eq. 32)."""
    n = sum(observed)
    if not n or not any(observed[1:]):
        raise BadInput("no event was observed")
    m = Fraction(sum(k * units for k, units in enumerate(observed)), n)
    logs = (k * math.log(m) - m - math.lgamma(k + 1) for k in range(len(observed)))  # the powers would overflow
    return m, [n * math.exp(log) for log in logs]  # eq. 32


def tally(words):
    """[(word, how often)], the most frequent first, equal ones in the order of their first place."""
    return Counter(words).most_common()


def holm(questions):
    """{question: corrected p} of {question: p}: the k-th smallest of m is multiplied by m − k + 1, and never falls  (eq. 33).

    Whatever is below 0.05 then: the chance that any of them is a chance finding is below 0.05 (Holm 1979).
    """
    corrected, largest = {}, 0.0
    for k, (question, p) in enumerate(sorted(questions.items(), key=lambda item: item[1])):
        largest = max(largest, min(1.0, (len(questions) - k) * p))  # eq. 33
        corrected[question] = largest
    return corrected
