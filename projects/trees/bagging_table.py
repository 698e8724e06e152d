"""Breiman's tables of bagging (1996): one pruned tree against the vote, or the mean, of many."""

from dataclasses import dataclass

import numpy as np

import samples
from abacus.settings import at_least, one_of

ROWS = "one tree", "bagged"
NUMBERS = "Boston", "Friedman 1", "Friedman 2", "Friedman 3"


@dataclass
class Classes:
    sets: list[str] = one_of(*samples.UCI, *samples.DRAWN)  # the data sets
    repetitions: int = at_least(1)  # test sets of each, whose errors are averaged
    bootstraps: int = at_least(1)  # trees that vote
    folds: int = at_least(2)  # of the cross-validation that prunes the one tree
    train: int = at_least(10)  # rows to learn from, of the data that are drawn from a formula
    test: int = at_least(10)  # rows to be classified, of the same


@dataclass
class Numbers:
    sets: list[str] = one_of(*NUMBERS)  # the data sets
    repetitions: int = at_least(1)  # test sets of each, whose squared errors are averaged
    bootstraps: int = at_least(1)  # trees whose mean is taken
    folds: int = at_least(2)  # of the cross-validation that prunes the one tree
    train: int = at_least(10)  # rows to learn from, of the data that are drawn from a formula
    test: int = at_least(10)  # rows to be predicted, of the same


def bagged_classes(cfg: Classes, job):
    """Test errors of one pruned tree and of a vote, in per cent (Breiman 1996, Table 2)."""
    from bagged import Classifying

    fixed = {name: samples.uci(name) for name in cfg.sets if name in samples.UCI}
    draw = {name: samples.DRAWN[name] for name in cfg.sets if name in samples.DRAWN}
    found = _repeat(cfg, job, fixed, draw, Classifying)
    return {row: {name: 100 * mean for name, (mean, _) in line.items()} for row, line in found.items()}


def bagged_numbers(cfg: Numbers, job):
    """Mean squared test errors of one pruned tree and of the mean of many, with their spread (Breiman 1996, Table 3)."""
    from bagged import Measuring

    fixed = {"Boston": samples.boston()} if "Boston" in cfg.sets else {}
    draw = {name: _friedman(int(name[-1])) for name in cfg.sets if name != "Boston"}
    return _repeat(cfg, job, fixed, draw, Measuring)


def _friedman(which):
    return lambda n, rng: samples.friedman(which, n, rng)


def _repeat(cfg, job, fixed, draw, Kind):
    """{row: {set: (mean, sd of one row's loss)}} over the repetitions."""
    sums = {
        "losses": np.zeros((2, len(cfg.sets))),
        "squares": np.zeros((2, len(cfg.sets))),
        "n": np.zeros(len(cfg.sets)),
    }
    for repetition in job.steps(cfg.repetitions, sums, every=1):
        for place, name in enumerate(cfg.sets):
            rng = job.rng(f"repetition {name}", repetition)
            if name in fixed:
                whole, rows = fixed[name], samples.hold_out(len(fixed[name].y), rng)
                train, test = (samples.Sample(whole.x[r], whole.y[r]) for r in rows)
            else:
                train, test = (draw[name](n, rng) for n in (cfg.train, cfg.test))
            for row, loss in enumerate(Kind(train, test).both(cfg.bootstraps, cfg.folds, rng)):
                sums["losses"][row, place] += loss.sum()
                sums["squares"][row, place] += (loss**2).sum()
            sums["n"][place] += len(test.y)
    means = sums["losses"] / sums["n"]
    spread = np.sqrt(np.maximum(sums["squares"] / sums["n"] - means**2, 0))
    return {
        row: {name: (float(means[k, j]), float(spread[k, j])) for j, name in enumerate(cfg.sets)}
        for k, row in enumerate(ROWS)
    }
