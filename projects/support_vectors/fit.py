"""Support vectors for your own file:  python fit.py data.csv --target y [--out told.csv] [--plots told.png]

Words, or whole numbers that come again and again, are classes; other numbers are fitted by a curve in a tube. C and γ are
searched by cross-validation on nine parts of ten, and the tenth says what the choice is worth, each part in turn.
"""

import csv
import itertools
import sys
from pathlib import Path

import numpy as np

from abacus import command, folds, predictors, sheet
from abacus.errors import BadInput
from machines import SVC
from regression import SVR

CS, GAMMAS = (0.1, 1.0, 10.0, 100.0), (0.03, 0.3, 3.0)  # γ is divided by the number of columns
OUTER, INNER = 10, 5
CLASSES, ROWS = 20, 3000  # different whole numbers that are still classes; rows of a file that can be waited for
SHOWN = 10


@command.guarded
def main(arguments):
    """Read, search, tell every row by machines that have not seen it, print the report."""
    options = predictors.reader(
        __doc__.splitlines()[0],
        "the column that is told by the others",
        "save a picture of what is told against what is true there",
    )
    options.add_argument(
        "--out", metavar="CSV", help="write every row's answer there, by a machine that has not seen it"
    )
    wanted = options.parse_args(arguments)
    command.expect_png("--plots", wanted.plots)
    shown = sheet.printable(Path(wanted.file).name)
    given = predictors.of(sheet.read(wanted.file, words=wanted.words), wanted.target, shown, wanted.without)
    x, n = given.x[:, 1:], len(given.y)
    if n > ROWS:
        raise BadInput(f"{shown}: {n:,} rows; the search takes at most {ROWS:,}: give it a part of them")
    if n < OUTER:
        raise BadInput(f"{shown}: {n} complete rows; at least {OUTER} are wanted")
    classes = _are_classes(given.y)
    y = np.array([_text(value) for value in given.y]) if classes else np.array(given.y, float)
    if classes and min(np.unique(y, return_counts=True)[1]) < 3:
        rare = min(set(y), key=list(y).count)
        raise BadInput(f'{shown}: the class {sheet.printable(rare)} of "{wanted.target}" has fewer than 3 rows')
    if len(np.unique(y)) < 2:
        raise BadInput(
            f'{shown}: "{wanted.target}" is {sheet.printable(_text(y[0]))} in every row: there is nothing to tell'
        )
    told, chosen = held_out(x, y, classes)
    command.tell([
        f"{shown}: {wanted.target} by {x.shape[1]} column{'s' * (x.shape[1] > 1)}, {n:,} rows",
        *(f"  {line}" for line in given.said),
        *(_right(y, told) if classes else _near(y, told)),
        f"  most often chosen: C = {chosen[0]:g}, γ = {chosen[1]:g} / columns",
    ])  # fmt: skip
    machine = _machine(classes, chosen, x.shape[1]).fit(Scale(x)(x), y)
    command.tell([
        f"  fitted to all rows, {len(machine.support_):,} of {n:,} are support vectors: without the others nothing would change",
        *_worst(given, y, told, classes),
    ])  # fmt: skip
    if wanted.out:
        with open(wanted.out, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["row", wanted.target, "told"])
            writer.writerows(zip(given.rows.tolist(), y.tolist(), told.tolist()))
        command.tell([f"written: {wanted.out}"])
    if wanted.plots:
        import pictures
        from abacus.running import plot  # needs matplotlib

        with plot.figure(wanted.plots, figsize=(5.6, 5.2)) as figure:
            pictures.told(figure, y, told, classes)
        command.tell([f"drawn: {wanted.plots}"])


class Scale:
    """Each column less its mean, over its standard deviation, both of the rows that are learnt from."""

    def __init__(self, x):
        self.mean, spread = x.mean(axis=0), x.std(axis=0)
        self.spread = np.where(spread > 0, spread, 1.0)

    def __call__(self, x):
        return (x - self.mean) / self.spread


def held_out(x, y, classes):
    """(each row's answer by a machine whose search and fit have not seen it, the C and γ that were chosen most often)."""
    rng = np.random.default_rng(0)
    told, votes = np.empty(len(y), y.dtype), []
    for train, held in _folds(y, classes, OUTER, rng):
        best = search(x[train], y[train], classes, rng)
        scale = Scale(x[train])
        told[held] = _machine(classes, best, x.shape[1]).fit(scale(x[train]), y[train]).predict(scale(x[held]))
        votes.append(best)
    return told, max(votes, key=votes.count)


def search(x, y, classes, rng):
    """The (C, γ) with the fewest errors, or the least squared error, on held-out fifths; of equal ones the smallest C, then γ."""
    rounds = list(_folds(y, classes, INNER, rng))
    loss = {}
    for best in itertools.product(CS, GAMMAS):
        loss[best] = 0.0
        for train, held in rounds:
            scale = Scale(x[train])
            told = _machine(classes, best, x.shape[1]).fit(scale(x[train]), y[train]).predict(scale(x[held]))
            loss[best] += float((told != y[held]).sum() if classes else ((told - y[held]) ** 2).sum())
    return min(loss, key=loss.get)


def _machine(classes, best, columns):
    C, gamma = best
    return SVC(C, gamma=gamma / columns) if classes else _InDeviations(C, gamma / columns)


class _InDeviations:
    """SVR whose target is measured in its own standard deviations, so that C and ε mean the same for every file."""

    def __init__(self, C, gamma):
        self.machine = SVR(C, gamma=gamma)

    def fit(self, x, y):
        self.scale = Scale(y)
        self.machine.fit(x, self.scale(y))
        self.support_ = self.machine.support_
        return self

    def predict(self, x):
        return self.machine.predict(x) * self.scale.spread + self.scale.mean


def _folds(y, classes, k, rng):
    k = min(k, len(y))
    return folds.stratified(y, k, rng) if classes else folds.k_fold(len(y), k, rng)


def _are_classes(y):
    """Whether the target's values are words, or so few different whole numbers that they are classes."""
    if isinstance(y[0], str):
        return True
    different = set(y)
    return len(different) <= min(CLASSES, max(2, len(y) // 10)) and all(value == int(value) for value in different)


def _text(value):
    return value if isinstance(value, str) else f"{value:g}"


def _right(y, told):
    """Lines: how many rows are told right, and which classes are taken for which."""
    names, counts = np.unique(y, return_counts=True)
    lines = [
        f"  told right, each row by a machine that has not seen it: {(told == y).sum():,} of {len(y):,}; always the most "
        f"frequent answer, {counts.max():,}"
    ]
    mixed = {(a, b): int(((y == a) & (told == b)).sum()) for a in names for b in names if a != b}
    worst = sorted((pair for pair in mixed if mixed[pair]), key=lambda pair: -mixed[pair])[:SHOWN]
    return lines + [f"    {sheet.printable(a)} taken for {sheet.printable(b)}: {mixed[a, b]:,}" for a, b in worst]


def _near(y, told):
    """Lines: how far the answers are off."""
    share = 1 - ((told - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    return [
        f"  off by {np.abs(told - y).mean():.4g} on the mean, each row by a machine that has not seen it (the mean of all would "
        f"be off by {np.abs(y - y.mean()).mean():.4g}); R2 = {share:.4f}"
    ]


def _worst(given, y, told, classes):
    """A line: the rows whose answers are farthest off."""
    if classes:
        wrong = given.rows[told != y]
        return [f"  rows that are told wrong: {_listed(wrong)}"] if len(wrong) else ["  no row is told wrong"]
    return [
        f"  rows that are farthest off: {_listed(given.rows[np.argsort(-np.abs(told - y), kind='stable')[:SHOWN]])}"
    ]


def _listed(rows):
    more = f" and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
    return ", ".join(f"{row:,}" for row in rows[:SHOWN]) + more


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
