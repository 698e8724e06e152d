"""A regression of your own file:  python fit.py data.csv --target y [--plots residuals.png]

A table of coefficients with their errors, what each says in words, what the whole is worth, and what of its assumptions the
data contradict.
"""

import sys
from pathlib import Path

import numpy as np

from abacus import command, predictors, sheet
from abacus.errors import BadInput
from regression import ALONE, Regression

LEVEL, DOUBT = 0.95, 0.01  # of confidence; p below which the data contradict an assumption
COOK = 1  # Cook's distance from which a warning is given
SHOWN = 10  # coefficients, groups or rows that are listed


@command.guarded
def main(arguments):
    """Read, fit, print the report, save the plots."""
    reader = predictors.reader(
        __doc__.splitlines()[0], "the column of numbers to be explained", "save four pictures of the residuals there"
    )
    wanted = reader.parse_args(arguments)
    shown = sheet.printable(Path(wanted.file).name)
    command.expect_png("--plots", wanted.plots)
    columns = sheet.read(wanted.file, words=wanted.words)
    given, found = fitted(columns, wanted.target, shown, wanted.without)
    command.tell([*head(given, wanted.target, shown), ""])
    print(*coefficients(given.names, found), sep="\n")
    command.tell(["", *meanings(given, found, wanted.target), "", *worth(given, found, wanted.target), ""])
    command.tell([*assumed(given, found), "", *rows(given, found, wanted.target)])
    if wanted.plots:
        import figures
        from abacus.running import plot  # needs matplotlib

        with plot.figure(wanted.plots, figsize=(8, 6.4)) as figure:
            figures.residuals(figure, found, given.rows, wanted.target.replace("$", r"\$"))
        command.tell(["", f"drawn: {wanted.plots}"])


def fitted(columns, target, shown, without=()):
    """(Predictors, Regression) of a column of numbers on all others."""
    if not columns[sheet.find(target, columns, shown)].numeric:
        raise BadInput(
            f'{shown}: the target "{target}" holds words; a line needs numbers (for two words: logistic_regression/fit.py)'
        )
    given = predictors.of(columns, target, shown, without)
    y = np.array(given.y)
    if np.ptp(y) == 0:
        raise BadInput(f'{shown}: the target "{target}" is {y[0]:g} in every row: there is nothing to explain')
    return given, Regression(given.x, y)


def head(given, target, shown):
    """What is fitted, and what was left out of it."""
    n, p = given.x.shape
    return [f"{shown}: {target} by {p - 1} column{'s' * (p > 2)}, {n:,} rows", *(f"  {line}" for line in given.said)]


def coefficients(names, found):
    """The lines of the table: each coefficient, its errors, its interval, t and p."""
    from scipy import stats

    reach = stats.t.ppf((1 + LEVEL) / 2, found.df) * found.errors
    lines = [["", "coefficient", "std. error", "95 % interval", "t", "p", "robust error"]]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = found.b / found.errors
    told = not (found.perfect or (found.leverages >= ALONE).any())
    robust = found.robust_errors
    for k, name in enumerate(names):
        interval = f"{found.b[k] - reach[k]:.4g} to {found.b[k] + reach[k]:.4g}"
        tested = (
            ["", ""]
            if found.perfect
            else [f"{t[k]:.2f}", command.p(2 * stats.t.sf(abs(t[k]), found.df)).removeprefix("p = ").removeprefix("p ")]
        )
        lines.append(
            [name, f"{found.b[k]:.5g}", f"{found.errors[k]:.4g}", interval, *tested, f"{robust[k]:.4g}" if told else ""]
        )
    return command.table(lines)


def meanings(given, found, target):
    """What each coefficient says, in words."""
    from scipy import stats

    lines = ["In words"]
    reach = stats.t.ppf((1 + LEVEL) / 2, found.df) * found.errors
    words = {k for places in given.groups.values() for k in places}
    others = ", all other columns being equal" if len(given.names) > 2 else ""
    for k, name in list(enumerate(given.names))[1 : SHOWN + 1]:
        low, high = found.b[k] - reach[k], found.b[k] + reach[k]
        much = f"{_more(found.b[k])} {target} ({_between(low, high)})"
        told = (
            "" if low > 0 or high < 0 or found.perfect else "; 0 lies inside: it may be nothing, or the other way round"
        )
        with_ = f"rows with {name}" if k in words else f"one more {name}"
        lines.append(f"  {with_}: {much}{others}{told}")
    if len(given.names) > SHOWN + 1:
        lines.append(f"  and so on for {len(given.names) - SHOWN - 1} more")
    if not found.perfect:
        for name, places in list(given.groups.items())[:SHOWN]:
            if len(places) > 1:
                f = found.joint(places)
                p = command.p(stats.f.sf(f, len(places), found.df))
                lines.append(f"  {name} as a whole: F({len(places)}, {found.df}) = {f:.4g}, {p}")
    return lines


def worth(given, found, target):
    """R², F, the residuals' size, and R² on rows that were not looked at."""
    from scipy import stats

    n, p = given.x.shape
    if found.perfect:
        return [
            f"How good: every row lies on the plane; R2 = 1, and nothing is left to test. Is {target} computed from the others?"
        ]
    sd = np.sqrt(found.tss / (n - 1))
    kept = "" if (found.leverages >= ALONE).any() else f"; each row predicted from all others, {found.predicted_r2:.4f}"
    return [
        f"How good: R2 = {found.r2:.4f} (adjusted {1 - (1 - found.r2) * (n - 1) / found.df:.4f}{kept})",
        f"  a row lies {found.sd:.4g} off (standard deviation, {found.df:,} degrees of freedom); off the mean of all, {sd:.4g}",
        f"  all coefficients together: F({p - 1}, {found.df}) = {found.f:.4g}, {command.p(stats.f.sf(found.f, p - 1, found.df))}",
    ]


def assumed(given, found):
    """What the numbers above take for granted, and where the data say no."""
    from scipy import stats

    lines = ["What this assumes, and what the data say of it"]
    n, p = given.x.shape
    each, largest = predictors.entangled(given, SHOWN)
    if each:
        lines.append(
            "  columns that say different things: NO. Standard errors are larger than they would be alone, so many times: "
            f"{each}. Such columns go together: what each does by itself, these rows can hardly tell; predictions do not suffer."
        )
    else:
        lines.append(f"  columns that say different things: yes (the largest variance inflation is {largest:.3g})")
    if found.perfect or found.df < 3:
        return [*lines, "  the rest cannot be judged: too little is left over"]
    t, statistic = found.bend(), found.spread()
    if t is None:
        lines.append("  straight lines: not to be judged, with words alone there is nothing that could bend")
    else:
        bent = 2 * stats.t.sf(abs(t), found.df - 1)
        no = " NO: a square or a logarithm of a column may be wanted; see the first plot" if bent < DOUBT else ""
        lines.append(f"  straight lines: the square of the fitted values as a further column, {command.p(bent)}{no}")
    unequal = stats.chi2.sf(statistic, p - 1)
    no = " NO: trust the robust errors rather than the standard ones" if unequal < DOUBT else ""
    lines.append(f"  equal spread everywhere: Breusch and Pagan's test, {command.p(unequal)}{no}")
    r = found.neighbours()
    near = abs(r) * np.sqrt(n) > stats.norm.ppf(1 - DOUBT / 2)
    no = " NO, if the rows are in an order, of time for instance: then all errors above are too small" if near else ""
    lines.append(f"  independent rows: neighbours in the file have residuals that correlate by {r:.2f}{no}")
    lines.append(
        "  residuals about normal: matters for the intervals of few rows; see the second plot (--plots)"
        if n < 100
        else "  residuals about normal: with so many rows the intervals hold without it"
    )
    return [
        *lines,
        "  that one column moves another is not in these numbers: rows that differ in x may differ in much else",
    ]


def rows(given, found, target):
    """The rows that the model does not explain, and those on which it hangs."""
    from scipy import stats

    if found.perfect or found.df < 3:
        return ["Single rows: not to be judged"]
    lines = ["Single rows (counted from 1 below the names)"]
    alone = np.flatnonzero(found.leverages >= ALONE)
    if len(alone):
        which = _listed(given.rows[alone])
        lines.append(
            f"  stand alone, and decide a coefficient by themselves: {which}; robust errors are therefore not given"
        )
    judged = np.flatnonzero(np.isfinite(found.studentised))
    p = np.minimum(1, len(judged) * 2 * stats.t.sf(np.abs(found.studentised[judged]), found.df - 1))
    far = judged[p < 1 - LEVEL]
    far = far[np.abs(found.studentised[far]).argsort()[::-1]]
    for k in far[:SHOWN]:
        lines.append(
            f"  row {given.rows[k]:,}: {target} is {given.y[k]:.4g} where {found.fitted[k]:.4g} is fitted, "
            f"{abs(found.studentised[k]):.1f} standard errors off"
        )
    if len(far) > SHOWN:
        lines.append(f"  and {len(far) - SHOWN:,} more")
    cook = np.nan_to_num(found.cook)
    moving = [k for k in cook.argsort()[::-1][:SHOWN] if cook[k] > COOK]
    for k in moving:
        lines.append(
            f"  row {given.rows[k]:,}: without it the coefficients would be others (Cook's distance {cook[k]:.2g})"
        )
    if len(lines) == 1:
        lines.append(f"  none lies too far off for one of {len(given.rows):,}, and none moves the whole by itself")
    return lines


def _more(x):
    return f"{abs(x):.4g} {'less' if x < 0 else 'more'}"


def _between(low, high):
    if low < 0 < high:
        return f"from {_more(low)} to {_more(high)}"
    return f"{min(abs(low), abs(high)):.4g} to {_more(low if high <= 0 else high)}"


def _listed(numbers):
    more = f" and {len(numbers) - SHOWN:,} more" if len(numbers) > SHOWN else ""
    return ", ".join(f"row {k:,}" for k in numbers[:SHOWN]) + more


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
