"""A claim of the text, "this row is better than that one", judged paired over the seeds."""

import math
from dataclasses import replace

from abacus.verdict import intervals
from abacus.verdict.cells import Cell, sample


def judge_ordering(preferred, other, name, table, results):
    """The Cell of "preferred better than other" in one column; `ours` is the mean gain, positive on the paper's side.

    holds: the one-sided 95 % bound of the mean gain lies above 0; fails: the opposite bound lies below; else open.
    """
    column = table.column(name)
    first, second = sample(results.get(preferred), name), sample(results.get(other), name)
    cell = Cell(f"{preferred} better than {other}", name, "holds", verdict="open")
    gains = _gains(first, second, column.better)
    if first.absent or second.absent or not gains:
        return replace(cell, reason="no seed that both rows have run")
    fixed = first.deterministic and second.deterministic
    cell = replace(cell, ours=intervals.mean(gains), spread=None if fixed else intervals.sd(gains), seeds=len(gains))
    if not fixed and len(gains) < 3:
        return replace(cell, reason=f"{len(gains)} paired seed{'s' * (len(gains) > 1)}; 3 are needed")
    if not fixed and len(set(gains)) == 1 and column.kind != "count":
        return replace(cell, reason=f"random streams were opened, and yet all {len(gains)} differences are equal")
    low, high = _interval(gains, column)
    lost = len(first.diverged) + len(second.diverged)
    cell = replace(cell, interval=(low, high))
    slack = 4 * math.ulp(max(map(abs, (*first.values.values(), *second.values.values()))))
    if low > slack and lost:
        return replace(cell, reason=f"holds, but {lost} seeds diverged")
    if low > slack or high < -slack:
        return replace(cell, verdict="holds" if low > slack else "fails")
    return replace(cell, reason=f"the gain is {low:.3g} to {high:.3g}")


def _gains(first, second, better):
    """first − second (negated where lower is better) of every seed that both have; a deterministic row has them all."""
    seeds = [seed for seed in first.values if seed in second.values]
    if first.deterministic and not second.deterministic:
        seeds = list(second.values) if first.values else []
    elif second.deterministic and not first.deterministic:
        seeds = list(first.values) if second.values else []
    sign = -1 if better == "lower" else 1
    return [sign * (_at(first, seed) - _at(second, seed)) for seed in seeds]


def _at(found, seed):
    return next(iter(found.values.values())) if found.deterministic else found.values[seed]


def _interval(gains, column):
    if len(gains) == 1:
        return gains[0], gains[0]
    if column.average == "interquartile":
        return intervals.interquartile_interval(gains)
    return intervals.t_interval(intervals.mean(gains), (intervals.sd(gains) ** 2 / len(gains), len(gains) - 1))
