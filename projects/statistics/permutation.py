"""Tests that assume no curve: if the labels mean nothing, every other labelling was as likely. Count them.

With ranks in the place of values they are the rank tests of Wilcoxon, and of Mann and Whitney; the counting is the same.
"""

import math
from collections import Counter
from fractions import Fraction
from itertools import groupby

from abacus.errors import BadInput
from description import exact, signed_root, squares, whole
from distributions import chi_square_tail, normal_tail

SUMS = 20_000  # different sums that are held at most


class TooMany(Exception):
    """More different sums than are counted."""


def ranks(values):
    """The places of the values in their order, from 1; equal values share the mean of their places. Fractions."""
    numbers, _ = whole(values)
    places, before = {}, 0
    for value, same in groupby(sorted(numbers)):
        size = len(list(same))
        places[value] = before + Fraction(size + 1, 2)
        before += size
    return [places[value] for value in numbers]


def flips(numbers):
    """{sum: ways} over all 2ⁿ choices of the signs of whole numbers  (eq. 5): one number after the other."""
    ways = Counter({0: 1})
    for x in numbers:
        after = Counter()
        for total, count in ways.items():
            after[total + x] += count  # eq. 5
            after[total - x] += count
        ways = after
        if len(ways) > SUMS:
            raise TooMany
    return ways


def choices(numbers, m):
    """{sum: ways} over all ways to choose m of the whole numbers  (eq. 6)."""
    ways = [Counter({0: 1})] + [Counter() for _ in range(m)]
    for x in numbers:
        for size in range(m, 0, -1):
            for total, count in ways[size - 1].items():
                ways[size][total + x] += count  # eq. 6
        if sum(map(len, ways)) > SUMS:
            raise TooMany
    return ways[m]


def share(ways, holds):
    """The share of the ways whose sum satisfies `holds`, a Fraction."""
    return Fraction(sum(count for total, count in ways.items() if holds(total)), sum(ways.values()))


def flipped(numbers):
    """(upper, two-sided): P(Σ ±x ≥ Σ x) and P(|Σ ±x| ≥ |Σ x|) over all signs, Fractions where they can be counted.

    Else by the normal law: the sum of random signs has the mean 0 and the variance Σ x².
    """
    seen = sum(numbers)
    try:
        ways = flips(numbers)
    except TooMany:
        z = signed_root(Fraction(seen**2, sum(x * x for x in numbers)), seen)
        return normal_tail(z), 2 * normal_tail(abs(z))
    return share(ways, lambda s: s >= seen), share(ways, lambda s: abs(s) >= abs(seen))


def sign_flips(differences):
    """P(|mean| at least as large) were the sign of every difference as likely + as −: Fisher's test of 1935."""
    return flipped(whole(differences)[0])[1]


def signed_ranks(differences):
    """Wilcoxon's (V, upper, two-sided): V sums the ranks of |d| over the positive d; zeros are left out  (eq. 7)."""
    kept = [d for d in exact(differences) if d]
    if not kept:
        raise BadInput("all differences are 0")
    doubled = [int(2 * r) for r in ranks([abs(d) for d in kept])]
    v = sum(r for r, d in zip(doubled, kept) if d > 0)
    return Fraction(v, 2), *flipped([r if d > 0 else -r for r, d in zip(doubled, kept)])  # eq. 7


def rank_sum(first, second):
    """Mann and Whitney's (W, upper, two-sided): W counts the pairs in which `first` is larger, ties as half  (eq. 8)."""
    first, second = _filled([first, second])
    m, n = len(first), len(first) + len(second)
    doubled = [int(2 * r) for r in ranks([*first, *second])]
    rank_total, centre = sum(doubled[:m]), m * (n + 1)
    ways = choices(doubled, m)
    apart = abs(rank_total - centre)
    w = Fraction(rank_total - m * (m + 1), 2)  # eq. 8
    return w, share(ways, lambda s: s >= rank_total), share(ways, lambda s: abs(s - centre) >= apart)


def two_samples(first, second):
    """P(|difference of means| at least as large) over all ways to deal the values into the two groups, a Fraction."""
    first, second = _filled([first, second])
    numbers, _ = whole([*first, *second])
    m, n, total = len(first), len(numbers), sum(numbers)
    apart = abs(n * sum(numbers[:m]) - m * total)
    return share(choices(numbers, m), lambda s: abs(n * s - m * total) >= apart)


def _filled(groups):
    """The groups as lists of fractions; BadInput where one has no value."""
    groups = [exact(group) for group in groups]
    if not groups or not all(groups):
        raise BadInput(f"groups of {[len(group) for group in groups]} values: each needs one")
    return groups


def kruskal_wallis(groups):
    """(H, df, p): the analysis of variance of ranks, H = (N − 1) between / total  (eq. 9); p by chi-square."""
    groups = _filled(groups)
    placed = ranks([x for group in groups for x in group])
    total, end = squares(placed), 0
    if len(groups) < 2 or not total:
        raise BadInput("all values are equal, or there is one group: ranks say nothing")
    within = Fraction(0)
    for group in groups:
        start, end = end, end + len(group)
        within += squares(placed[start:end])
    h = (len(placed) - 1) * (total - within) / total  # eq. 9
    return h, len(groups) - 1, chi_square_tail(float(h), len(groups) - 1)


def shuffled(groups, times, rng):
    """P(sum of squares between the groups at least as large) over `times` random dealings, the observed one counted in.

    `rng` is a random.Random. (1 + hits) / (1 + times): never 0, and its error is about √(p(1 − p)/times)  (eq. 10).
    """
    groups = _filled(groups)
    numbers, _ = whole([x for group in groups for x in exact(group)])
    sizes = [len(group) for group in groups]
    common = math.lcm(*sizes)
    ends = [sum(sizes[: k + 1]) for k in range(len(sizes))]
    parts = [(end - size, end, common // size) for size, end in zip(sizes, ends)]

    def between():  # Σ (sum of a group)² / size, times the common multiple: what varies of the sum of squares
        return sum(sum(numbers[start:end]) ** 2 * weight for start, end, weight in parts)

    seen, hits = between(), 0
    for _ in range(times):
        rng.shuffle(numbers)
        hits += between() >= seen
    return (1 + hits) / (1 + times)  # eq. 10


def labels(groups, times, rng):
    """(p, dealings) of the test of labels: of two groups all dealings where they can be counted (then 0), else `times`."""
    try:
        if len(groups) == 2:
            return float(two_samples(*groups)), 0
    except TooMany:
        pass
    return shuffled(groups, times, rng), times


def by_ranks(groups):
    """(name, statistic, p): Mann and Whitney's test where its ways can be counted, else Kruskal and Wallis's."""
    try:
        if len(groups) == 2:
            w, _, p = rank_sum(*groups)
            return "Mann-Whitney's W", w, float(p)
    except TooMany:
        pass
    h, _, p = kruskal_wallis(groups)
    return "Kruskal-Wallis's H", h, p
