"""What explains a column of your own file?  python explain.py data.csv --target y [--plots explained.png]

A few questions that tell most of it (a pruned tree), how much a forest knows on rows that it has not seen, which columns it
needs for that, what they say, and which rows are unlike all others. Missing values may stay; words are categories.
"""

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from abacus import command, folds, predictors, sheet
from abacus.errors import BadInput
from coding import CATEGORIES, LEAF

TREES, FOLDS = 300, 10  # of the forest; of cross-validation
LEAF_ROWS, LEAVES = 5, 16  # rows of a leaf, of forest and tree; leaves of the tree
FEWEST, SHOWN, UNUSUAL = 20, 10, 3  # rows of a file; columns and rows that are listed
DOUBT = 2  # standard errors below which an importance may be nothing


class Table(NamedTuple):
    """x (n, d), NaN where missing; y (n,); `names` and `words` (None: numbers) of the columns; `classes` of y, or None."""

    x: np.ndarray
    y: np.ndarray
    names: list
    words: list
    classes: list
    rows: np.ndarray
    said: list

    def categorical(self):
        """The places of the columns of words."""
        return [f for f, words in enumerate(self.words) if words is not None]


@command.guarded
def main(arguments):
    """Read, fit, print the report, save the plots."""
    reader = predictors.reader(
        __doc__.splitlines()[0],
        "the column to be explained: numbers, or words for classes",
        "save a picture of the importances and of what the columns say",
    )
    wanted = reader.parse_args(arguments)
    shown = sheet.printable(Path(wanted.file).name)
    command.expect_png("--plots", wanted.plots)
    table = table_of(sheet.read(wanted.file, words=wanted.words), wanted.target, shown, wanted.without)
    forest, importances = learnt(table)
    command.tell([*head(table, wanted.target, shown), "", *worth(table, forest, wanted.target), ""])
    command.tell([*questions(table, wanted.target), "", *needed(table, importances), ""])
    command.tell([*meanings(table, forest, importances, wanted.target), "", *unusual(table)])
    if wanted.plots:
        import pictures
        from abacus.running import plot

        with plot.figure(wanted.plots, figsize=(9, 6)) as figure:
            pictures.explained(figure, table, forest, importances, wanted.target.replace("$", r"\$"))
        command.tell(["", f"drawn: {wanted.plots}"])


def table_of(columns, target, shown, without=()):
    """The Table of a file's columns; BadInput where there is nothing to explain, or nothing to explain it by."""
    for name in (target, *without):
        sheet.find(name, columns, shown)
    goal, said = columns[target], []
    kept = [k for k, value in enumerate(goal.values) if value is not None]
    if len(kept) < len(goal.values):
        said.append(f"left out: {len(goal.values) - len(kept):,} rows without a value of {target}")
    if len(kept) < FEWEST:
        raise BadInput(f"{shown}: {len(kept)} rows with a value of {target}; at least {FEWEST} are wanted")
    values = [goal.values[k] for k in kept]
    if len(set(values)) == 1:
        raise BadInput(f'{shown}: the target "{target}" is {values[0]} in every row: there is nothing to explain')
    classes = None if goal.numeric else sorted(set(values))
    if classes and len(classes) > len(kept) // 2:
        raise BadInput(f'{shown}: the target "{target}" has {len(classes):,} different words in {len(kept):,} rows')
    y = np.array(values, np.float64) if classes is None else np.array([classes.index(value) for value in values])
    names, words, found = [], [], []
    for name, column in columns.items():
        own = [column.values[k] for k in kept]
        different = sorted({value for value in own if value is not None})
        if name == target or name in without:
            continue
        if len(different) < 2:
            said.append(f"left out: {name}, which is the same in every row that has it")
        elif not column.numeric and len(different) > CATEGORIES:
            said.append(
                f"left out: {name}, which holds {len(different):,} different words (at most {CATEGORIES} are used)"
            )
        else:
            places = {word: k for k, word in enumerate(different)}
            found.append([np.nan if v is None else v if column.numeric else places[v] for v in own])
            names.append(name)
            words.append(None if column.numeric else different)
    if not names:
        raise BadInput(
            f'{shown}: no column is left to explain "{target}" by{" (" + "; ".join(said) + ")" if said else ""}'
        )
    return Table(np.array(found, np.float64).T, y, names, words, classes, np.array(kept) + 1, said)


def learnt(table):
    """(a forest of the table, its permutation importances (2, d))."""
    from forest import RandomForestClassifier, RandomForestRegressor

    settings = {"n_estimators": TREES, "categorical": table.categorical()}
    if table.classes is None:
        forest = RandomForestRegressor(min_samples_leaf=LEAF_ROWS, **settings)
    else:
        forest = RandomForestClassifier(**settings)
    forest.fit(table.x, table.y)
    return forest, forest.permutation_importances(table.x, table.y)


def pruned(table):
    """(the tree of least cross-validated cost, what it says on rows that it has not seen (n,))."""
    import pruning
    from cart import DecisionTreeClassifier, DecisionTreeRegressor

    kind = DecisionTreeClassifier if table.classes else DecisionTreeRegressor
    settings = {"min_samples_leaf": LEAF_ROWS, "max_leaf_nodes": LEAVES, "categorical": table.categorical()}

    def grow(rows):
        tree = kind(**settings).fit(table.x[rows], table.y[rows]).tree_
        return tree, pruning.collapses(tree, -tree.score)

    def loss(tree, nodes, rows):
        if table.classes:
            return (tree.value[nodes].argmax(axis=1) != table.y[rows]).astype(float)
        return (tree.means()[nodes, 0] - table.y[rows] + table.y.mean()) ** 2

    rng, k = np.random.default_rng(0), min(FOLDS, len(table.y) // 2)
    alpha = pruning.cross_validated(grow, loss, table.x, k, rng) / len(table.y)
    unseen = np.empty(len(table.y))
    for train, held in folds.k_fold(len(table.y), k, rng):
        unseen[held] = kind(ccp_alpha=alpha, **settings).fit(table.x[train], table.y[train]).predict(table.x[held])
    return kind(ccp_alpha=alpha, **settings).fit(table.x, table.y), unseen


def head(table, target, shown):
    """What is explained, and what was left out of it."""
    n, d = table.x.shape
    gone = int(np.isnan(table.x).any(axis=1).sum())
    missing = [f"missing values stay: {gone:,} rows have some"] if gone else []
    return [
        f"{shown}: {target} by {d} column{'s' * (d > 1)}, {n:,} rows",
        *(f"  {line}" for line in table.said + missing),
    ]


def worth(table, forest, target):
    """How far the forest is off on rows that its trees have not seen, beside a guess."""
    if table.classes is None:
        known = np.isfinite(forest.oob_prediction_)
        off, guess = np.abs(table.y - forest.oob_prediction_)[known], np.abs(table.y - np.median(table.y))[known]
        share = max(0.0, forest.oob_score_)
        said = f"a forest of {TREES} trees is {off.mean():.4g} off on the average; always saying the median, {guess.mean():.4g}"
        lines = [f"How much can be known: {said}.", f"  It explains {share:.0%} of the variance of {target}."]
    else:
        known = np.isfinite(forest.oob_decision_[:, 0])
        off = (forest.oob_decision_.argmax(axis=1) != table.y)[known].astype(float)
        top = np.bincount(table.y).argmax()
        guess = (table.y != top)[known].astype(float)
        said = f"a forest of {TREES} trees is wrong in {off.mean():.1%} of the rows; always saying {table.classes[top]}"
        lines = [f"How much can be known: {said}, in {guess.mean():.1%}."]
    gain = guess - off
    if gain.mean() <= DOUBT * gain.std() / np.sqrt(len(gain)):
        lines.append("  That is no better than the guess, within its error: what follows may be chance.")
    return [*lines, "  (Each row was asked only of trees that have not seen it.)"]


def questions(table, target):
    """The pruned tree, line by line."""
    model, unseen = pruned(table)
    tree = model.tree_
    if len(tree.feature) == 1:
        return [f"A few questions: none helps to tell {target} of rows that were not seen."]
    error = np.mean(unseen != table.y) if table.classes else np.mean(np.abs(unseen - table.y))
    off = f"wrong in {error:.1%} of the rows" if table.classes else f"{error:.4g} off on the average"
    lines = [f"A few questions that tell most of it ({off} that it has not seen, by cross-validation)"]
    means = tree.means() if table.classes else tree.means() + table.y.mean()

    def walk(k, depth):
        if tree.feature[k] == LEAF:
            if table.classes:
                top = means[k].argmax()
                said = f"{table.classes[top]} ({means[k, top]:.0%} of {tree.count[k]:,})"
            else:
                said = f"{means[k, 0]:.4g} (the mean of {tree.count[k]:,})"
            lines.append(f"{'  ' * (depth + 1)}-> {said}")
            return
        lines.append(f"{'  ' * (depth + 1)}{asked(table, tree, k)}")
        walk(tree.left[k], depth + 1)
        lines.append(f"{'  ' * (depth + 1)}else")
        walk(tree.right[k], depth + 1)

    walk(0, 0)
    return lines


def asked(table, tree, k):
    """The question of a node."""
    f = tree.feature[k]
    missing = " or missing" if np.isnan(table.x[:, f]).any() and tree.missing_left[k] else ""
    if table.words[f] is None:
        if np.isinf(tree.threshold[k]):
            return f"{table.names[f]} is there"
        return f"{table.names[f]} at most {tree.threshold[k]:.5g}{missing}"
    chosen = [sheet.printable(word) for code, word in enumerate(table.words[f]) if int(tree.mask[k]) >> code & 1]
    return f"{table.names[f]} is {', '.join(chosen[:SHOWN])}{' ...' * (len(chosen) > SHOWN)}{missing}"


def ranking(importances):
    """The columns by their importance, the largest first."""
    return importances[0].argsort(kind="stable")[::-1]


def needed(table, importances):
    """The columns by what the forest loses without them."""
    unit = "points of error" if table.classes else "of squared error"
    lines = [f"Which columns it needs: what is lost ({unit}) when a column's values are shuffled among the rows"]
    scale = 100 if table.classes else 1
    for f in ranking(importances)[:SHOWN]:
        mean, error = scale * importances[:, f]
        nothing = "" if mean > DOUBT * error else "  may be nothing"
        lines.append(f"  {table.names[f]}: {mean:.3g} ± {error:.2g}{nothing}")
    if len(table.names) > SHOWN:
        lines.append(f"  and {len(table.names) - SHOWN} more")
    return [*lines, "  (Columns that say the same share their importance: each can replace the other.)"]


def meanings(table, forest, importances, target):
    """What the forest says on the average as one column is put to its lowest and highest values."""
    from dependence import partial_dependence

    lines = ["What they say: the average answer, were the column the same in every row"]
    for f in [f for f in ranking(importances)[:UNUSUAL] if importances[0, f] > DOUBT * importances[1, f]]:
        grid = None if table.words[f] is None else np.arange(len(table.words[f]), dtype=float)
        grid, means = partial_dependence(answer(table, forest), table.x, f, grid)
        what = target if table.classes is None else f"the share of {table.classes[top_class(table)]}"
        low, high = means.argmin(), means.argmax()
        lines.append(
            f"  {table.names[f]}: {what} is {_at(table, f, grid, means, low)}, {_at(table, f, grid, means, high)}"
        )
    if len(lines) == 1:
        lines.append("  nothing that is clear of chance")
    return [
        *lines,
        "  (That a column moves the target is not in these numbers: rows that differ in it may differ in much else.)",
    ]


def answer(table, forest):
    """What partial dependence averages: the number, or the probability of the last class that is not the most frequent one."""
    if table.classes is None:
        return forest.predict
    return lambda x: forest.predict_proba(x)[:, top_class(table)]


def top_class(table):
    """The second most frequent class: of two the rarer one."""
    return np.bincount(table.y).argsort()[-2]


def unusual(table):
    """The rows that random cuts isolate first."""
    from isolation import IsolationForest

    x = np.where(np.isnan(table.x), np.nanmedian(table.x, axis=0), table.x)
    score = IsolationForest().fit(x).score_samples(x)
    lines = ["Rows unlike the others (an isolation forest of the columns; −1 is alone, −0.5 is usual)"]
    for k in score.argsort()[:UNUSUAL]:
        spread = np.abs(x[k] - np.median(x, axis=0)) / np.maximum(x.std(axis=0), np.finfo(float).tiny)
        f = spread.argmax()
        value = table.words[f][int(x[k, f])] if table.words[f] else f"{x[k, f]:.4g}"
        lines.append(f"  row {table.rows[k]:,}: {score[k]:.2f}; its {table.names[f]} is {value}")
    return lines


def _at(table, f, grid, means, k):
    place = f"{grid[k]:.4g}" if table.words[f] is None else sheet.printable(table.words[f][int(grid[k])])
    return f"{means[k]:.4g} at {place}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
