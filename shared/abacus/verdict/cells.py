"""What goes into a verdict and what comes out: the results of a row over its seeds, and the judged cell."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from abacus.verdict import intervals

Value = float | tuple[float, float] | None


@dataclass(frozen=True)
class Result:
    """What the seeds of one row gave: `values[seed][column]` is a number or (number, spread); None: it diverged.

    A seed whose columns are all lost may be None as a whole. `deterministic`: the run opened no random stream, so one
    seed says all. `asked` are the seeds that the experiment wants: while one of them is not there, the row is missing,
    for a verdict taken early, at a moment of one's choice, would not have the error rates that the design promises.
    """

    values: Mapping[int, Mapping[str, Value] | None]
    deterministic: bool = False
    asked: tuple[int, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One judged cell. `interval` is the 90 % interval of the difference ours − reported; "" is no verdict.

    `ours` is the mean over `seeds` seeds (interquartile mean or median where the table or kind says so), `spread` their
    standard deviation (kind "integral": the standard error). In an ordering, `ours` is the paired difference, positive
    where the row that the paper prefers is better.
    """

    row: str
    column: str
    reported: str = ""
    ours: float | None = None
    spread: float | None = None
    seeds: int = 0
    margin: float | None = None
    interval: tuple[float, float] | None = None
    verdict: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Sample:
    """One column of a row: finite `values` and their `spreads` by seed; the seeds that diverged; those not there."""

    values: dict[int, float]
    spreads: dict[int, float]
    diverged: tuple[int, ...]
    absent: tuple[int, ...]
    deterministic: bool

    @property
    def equal(self):
        """Whether all seeds gave the same value, to the last bit."""
        return len(set(self.values.values())) == 1

    @property
    def sd(self):
        """The standard deviation over seeds; None where chance plays no part or there are fewer than two."""
        return None if self.deterministic else intervals.sd(list(self.values.values()))

    @property
    def own_spread(self):
        """The spread of one test item (kind "score"), root mean square over the seeds; None where a seed has none."""
        if not self.values or len(self.spreads) < len(self.values):
            return None
        return math.sqrt(intervals.mean([spread**2 for spread in self.spreads.values()]))

    @property
    def standard_error(self):
        """The error of the mean of Monte-Carlo estimates: from their own errors, else over seeds; None if neither."""
        k = len(self.values)
        if self.own_spread is not None:
            return self.own_spread / math.sqrt(k)
        if self.deterministic:
            return 0.0
        return None if k < 3 else self.sd / math.sqrt(k)

    def with_infinite(self, better):
        """All values, a diverged seed as the worst there is: +inf, or -inf where higher is better."""
        worst = -math.inf if better == "higher" else math.inf
        return [*self.values.values(), *[worst] * len(self.diverged)]


def sample(result, column):
    """The Sample of one column; a row that was not run (None) gives an empty one."""
    if result is None:
        return Sample({}, {}, (), (), False)
    values, spreads, diverged = {}, {}, []
    absent = [] if result.deterministic else [seed for seed in result.asked if seed not in result.values]
    for seed, columns in sorted(result.values.items()):
        if columns is not None and column not in columns:
            absent.append(seed)
            continue
        number, spread = _pair(None if columns is None else columns[column])
        if number is None:
            diverged.append(seed)
        else:
            values[seed] = number
            if spread is not None:
                spreads[seed] = spread
    return Sample(values, spreads, tuple(diverged), tuple(absent), result.deterministic)


def measured(found, column=None):
    """ours, spread and seeds of a Cell, by the column's kind and average; without a column, mean and sd."""
    values = list(found.values.values())
    if column and column.kind == "run":
        everything = found.with_infinite(column.better)
        middle = sorted(everything)[len(everything) // 2] if everything else math.inf
        return {"ours": middle if math.isfinite(middle) else None, "seeds": len(everything)}
    if not values:
        return {}
    if found.deterministic:
        values = values[:1]
    interquartile = column and column.average == "interquartile"
    ours = float(intervals.interquartile_mean(values)) if interquartile else intervals.mean(values)
    spread = found.standard_error if column and column.kind == "integral" else found.sd
    return {"ours": ours, "spread": spread, "seeds": len(values)}


def _pair(value):
    """(number, spread): the spread None where there is none, both None where the number is not finite."""
    number, spread = value if isinstance(value, tuple | list) else (value, None)
    if number is None or not math.isfinite(number):
        return None, None
    return float(number), None if spread is None else float(spread)
