"""Breiman's table of forests (2001, Table 2): each number is an average over 100 test sets."""

from dataclasses import dataclass

import numpy as np

import samples
from abacus.settings import at_least, one_of

ROWS = "AdaBoost", "Selection", "Single input", "One tree"


@dataclass
class Config:
    sets: list[str] = one_of(*samples.UCI, *samples.DRAWN)  # the data sets
    repetitions: int = at_least(1)  # test sets of each, whose errors are averaged
    trees: int = at_least(1)  # of each forest
    boosted: int = at_least(1)  # trees of AdaBoost
    train: int = at_least(10)  # rows to learn from, of the data that are drawn from a formula
    test: int = at_least(10)  # rows to be classified, of the same


def forests(cfg: Config, job):
    """Test errors of AdaBoost, of the better of two forests by their out-of-bag errors, of F = 1; its trees' out-of-bag error."""
    drawn = {name: samples.uci(name) for name in cfg.sets if name in samples.UCI}
    sums = {"errors": np.zeros((len(ROWS), len(cfg.sets)))}
    for repetition in job.steps(cfg.repetitions, sums, every=1):
        for place, name in enumerate(cfg.sets):
            rng = job.rng(f"repetition {name}", repetition)
            if name in drawn:
                train, test = (part(drawn[name], rows) for rows in samples.hold_out(len(drawn[name].y), rng))
            else:
                train, test = (samples.DRAWN[name](n, rng) for n in (cfg.train, cfg.test))
            sums["errors"][:, place] += errors(train, test, cfg, int(rng.integers(2**31)))
    means = 100 * sums["errors"] / cfg.repetitions
    return {row: dict(zip(cfg.sets, map(float, line))) for row, line in zip(ROWS, means)}


def part(sample, rows):
    """Some rows of a Sample."""
    return samples.Sample(sample.x[rows], sample.y[rows], sample.categorical)


def errors(train, test, cfg, seed):
    """The four shares of one repetition, in the order of ROWS."""
    from adaboost import AdaBoostClassifier
    from forest import RandomForestClassifier

    one, some = (
        RandomForestClassifier(cfg.trees, max_features=f, categorical=train.categorical, seed=seed + k).fit(
            train.x, train.y
        )
        for k, f in enumerate((1, "log2"))
    )
    best = one if one.oob_score_ >= some.oob_score_ else some  # p. 11: the lower out-of-bag error
    boosted = AdaBoostClassifier(
        cfg.boosted, max_depth=None, resample=True, categorical=train.categorical, seed=seed
    ).fit(train.x, train.y)
    wrong = [1 - model.score(test.x, test.y) for model in (boosted, best, one)]
    return np.array([*wrong, single_trees(best, train)])


def single_trees(forest, train):
    """The mean over the trees of the error on the rows that each has not seen."""
    from forest import left_out

    index, found = np.searchsorted(forest.classes_, train.y), []
    for tree, rows, _ in left_out(forest, len(train.y)):
        leaf = tree.leaves(train.x, rows)
        found.append((tree.value[leaf].argmax(axis=1) != index[rows]).mean())
    return float(np.mean(found))
