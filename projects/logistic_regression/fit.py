"""A logistic regression of your own file:  python fit.py data.csv --target y [--event yes] [--plots answers.png]

A table of coefficients and odds ratios with their errors, what each says in words, what the whole is worth, and what of its
assumptions the data contradict.
"""

import sys
from pathlib import Path

import numpy as np

from abacus import command, predictors, sheet
from abacus.errors import BadInput
from answers import GROUPS, Answers

LEVEL, DOUBT = 0.95, 0.01  # of confidence; p below which the data contradict an assumption
COOK = 1  # Cook's distance from which a warning is given
EVENTS = 10  # rows of the rarer answer that each coefficient should have (Peduzzi et al. 1996)
SHOWN = 10  # coefficients or rows that are listed


@command.guarded
def main(arguments):
    """Read, fit, print the report, save the plots."""
    reader = predictors.reader(
        __doc__.splitlines()[0], "the column of two answers", "save four pictures of the fit there"
    )
    reader.add_argument("--event", metavar="ANSWER", help="the answer whose probability is wanted (else the last one)")
    wanted = reader.parse_args(arguments)
    shown = sheet.printable(Path(wanted.file).name)
    command.expect_png("--plots", wanted.plots)
    columns = sheet.read(wanted.file, words=wanted.words)
    given, event, found = fitted(columns, wanted.target, shown, wanted.event, wanted.without)
    command.tell([*head(given, event, found, shown), ""])
    print(*coefficients(given.names, found), sep="\n")
    command.tell(["", *meanings(given, event, found), "", *worth(given, event, found), ""])
    command.tell([*assumed(given, found), "", *rows(given, event, found)])
    if wanted.plots:
        import pictures
        from abacus.running import plot  # needs matplotlib

        with plot.figure(wanted.plots, figsize=(8, 6.4)) as figure:
            pictures.answers(figure, found, given.rows, event.replace("$", r"\$"))
        command.tell(["", f"drawn: {wanted.plots}"])


def fitted(columns, target, shown, event=None, without=()):
    """(Predictors, the event in words, Answers) of one answer of a column, against all its others, by all other columns."""
    column = columns[sheet.find(target, columns, shown)]
    there = sorted(set(column.present))
    answers = {_said(answer): answer for answer in there}
    if event is not None and event not in answers:
        raise BadInput(f'{shown}: no row of "{target}" holds {sheet.printable(event)}; there are: {_listed(answers)}')
    if event is None and len(there) > 2:
        hint = "; for numbers that are no answers see linear_regression/fit.py" if column.numeric else ""
        raise BadInput(
            f'{shown}: the target "{target}" holds {len(there):,} different answers ({_listed(answers)}): '
            f"--event ANSWER compares one with all others{hint}"
        )
    given = predictors.of(columns, target, shown, without)
    chosen = answers[event] if event is not None else there[-1]
    y = np.array([float(value == chosen) for value in given.y])
    if np.ptp(y) == 0:
        raise BadInput(
            f'{shown}: the target "{target}" is {_said(given.y[0])} in every complete row: wanted two answers'
        )
    return given, f"{target} = {_said(chosen)}", Answers(given.x, y)


def head(given, event, found, shown):
    """What is fitted, and what was left out of it."""
    (n, p), ones = given.x.shape, int(found.y.sum())
    return [
        f"{shown}: the probability of {event} by {p - 1} column{'s' * (p > 2)}; {n:,} rows, {ones:,} of them {event}",
        *(f"  {line}" for line in given.said),
    ]


def coefficients(names, found):
    """The lines of the table: each coefficient, its error, its odds ratio with an interval, Z and p."""
    from scipy import stats

    reach = stats.norm.ppf((1 + LEVEL) / 2) * found.errors
    lines = [["", "coefficient", "std. error", "odds ratio", "95 % interval", "Z", "p"]]
    for k, name in enumerate(names):
        b = found.b[k]
        if found.separated:
            lines.append([name, f"{b:.5g}", "none", "", "", "", ""])
            continue
        z = b / found.errors[k]
        ratio = ["", ""] if k == 0 else [_times(b), f"{_times(b - reach[k])} to {_times(b + reach[k])}"]
        lines.append(
            [
                name,
                f"{b:.5g}",
                f"{found.errors[k]:.4g}",
                *ratio,
                f"{z:.2f}",
                command.p(2 * stats.norm.sf(abs(z))).lstrip("p= "),
            ]
        )
    return command.table(lines)


def meanings(given, event, found):
    """What each coefficient says, in words."""
    from scipy import stats

    if found.separated:
        return [
            "In words: nothing, before the classes overlap (see below); the coefficients are those of a weak ridge penalty"
        ]
    lines = [f"In words (the odds of {event} are its probability over that of the contrary)"]
    reach = stats.norm.ppf((1 + LEVEL) / 2) * found.errors
    words = {k for places in given.groups.values() for k in places}
    others = ", all other columns being equal" if len(given.names) > 2 else ""
    for k, name in list(enumerate(given.names))[1 : SHOWN + 1]:
        step = 1.0 if k in words or 0.01 < abs(found.b[k]) < 3 else found.x[:, k].std()
        much, low, high = found.b[k] * step, (found.b[k] - reach[k]) * step, (found.b[k] + reach[k]) * step
        told = "" if low > 0 or high < 0 else "; 1 lies inside: it may be nothing, or the other way round"
        what = f"rows with {name}: odds" if k in words else f"{'one' if step == 1 else f'{step:.4g}'} more {name}: odds"
        typical = " (a standard deviation)" if step != 1 else ""
        lines.append(f"  {what} times {_times(much)}{typical} ({_times(low)} to {_times(high)}){others}{told}")
    if len(given.names) > SHOWN + 1:
        lines.append(f"  and so on for {len(given.names) - SHOWN - 1} more")
    for name, places in list(given.groups.items())[:SHOWN]:
        if len(places) > 1:
            statistic = found.joint(places)
            p = command.p(stats.chi2.sf(statistic, len(places)))
            lines.append(f"  {name} as a whole: chi-square({len(places)}) = {statistic:.4g}, {p}")
    return lines


def worth(given, event, found):
    """The likelihood ratio, and how well the fitted probabilities tell the answers apart."""
    from scipy import stats

    n, p = given.x.shape
    statistic = 2 * (found.log_likelihood - found.null)
    right, always = int(((found.p > 0.5) == (found.y == 1)).sum()), int(max(found.y.sum(), n - found.y.sum()))
    return [
        f"How good: log-likelihood {found.log_likelihood:.5g}, of the constant alone {found.null:.5g}: "
        f"chi-square({p - 1}) = {statistic:.4g}, {command.p(stats.chi2.sf(statistic, p - 1))}; "
        f"McFadden's R2 = {1 - found.log_likelihood / found.null:.4f}",
        f"  of two rows, one of them {event}, that one has the higher fitted probability in {100 * found.area:.1f} % "
        "(50 is chance)",
        f"  {right:,} of {n:,} rows have the answer that is likelier by the fit; always saying the same is right for {always:,}. "
        "The rows were seen in fitting: new ones will come out worse",
    ]


def assumed(given, found):
    """What the numbers above take for granted, and where the data say no."""
    from scipy import stats

    lines = ["What this assumes, and what the data say of it"]
    n, p = given.x.shape
    if found.separated:
        alone = [given.names[k] for k in found.alone()]
        who = (
            f"{', '.join(alone[:SHOWN])} alone can do it (is it a consequence of the answer?)"
            if alone
            else "together the columns can"
        )
        lines.append(
            f"  answers that overlap: NO. Planes tell the answers apart, some rows perhaps on them: {who}. The likelihood has no "
            "maximum, errors do not exist. More rows, fewer columns, or a penalty (logistic.LogisticRegression) are wanted."
        )
    else:
        lines.append("  answers that overlap: yes")
    lines += [f"  {note}" for note in found.notes]
    rare = int(min(found.y.sum(), n - found.y.sum()))
    few = (
        ""
        if rare >= EVENTS * (p - 1)
        else f": NO, {EVENTS} is a rule of thumb; with fewer, errors and odds ratios are too extreme"
    )
    lines.append(f"  enough rows: {rare / (p - 1):.3g} of the rarer answer for each coefficient{few}")
    each, largest = predictors.entangled(given, SHOWN)
    if each:
        lines.append(
            "  columns that say different things: NO. Standard errors are larger than they would be alone, about so many times: "
            f"{each}. What each of them does by itself, these rows can hardly tell."
        )
    else:
        lines.append(f"  columns that say different things: yes (the largest variance inflation is {largest:.3g})")
    if found.separated:
        return lines
    z = found.bend()
    if z is None:
        lines.append("  straight lines on the scale of log-odds: not to be judged here")
    else:
        p_bend = 2 * stats.norm.sf(abs(z))
        no = " NO: a square or a logarithm of a column may be wanted; see the second plot" if p_bend < DOUBT else ""
        lines.append(
            f"  straight lines on the scale of log-odds: the square as a further column, {command.p(p_bend)}{no}"
        )
    if n >= 5 * GROUPS:
        p_fit = stats.chi2.sf(found.hosmer_lemeshow(), GROUPS - 2)
        no = " NO: see the first plot" if p_fit < DOUBT else ""
        lines.append(
            f"  probabilities that are met: Hosmer and Lemeshow's test in {GROUPS} groups, {command.p(p_fit)}{no}"
        )
    return [
        *lines,
        "  independent rows: nothing in the numbers can tell; several rows of one person, say, make errors too small",
        "  that one column moves the answer is not in these numbers: rows that differ in x may differ in much else",
    ]


def rows(given, event, found):
    """The rows that surprise the fit, and those on which it hangs."""
    if found.separated:
        return ["Single rows: not to be judged"]
    lines = ["Single rows (counted from 1 below the names)"]
    surprising = np.flatnonzero(found.own * len(found.own) < 1 - LEVEL)
    surprising = surprising[found.own[surprising].argsort()]
    for k in surprising[:SHOWN]:
        against = "is" if found.y[k] else "is not"
        lines.append(
            f"  row {given.rows[k]:,} {against} {event}, though the fit gives that the probability {found.own[k]:.2g}"
        )
    if len(surprising) > SHOWN:
        lines.append(f"  and {len(surprising) - SHOWN:,} more")
    cook = found.cook
    for k in [k for k in cook.argsort()[::-1][:SHOWN] if cook[k] > COOK]:
        lines.append(
            f"  row {given.rows[k]:,}: without it the coefficients would be others (Cook's distance {cook[k]:.2g})"
        )
    if len(lines) == 1:
        lines.append(f"  none is too surprising for one of {len(given.rows):,}, and none moves the whole by itself")
    return lines


def _said(answer):
    return f"{answer:.15g}" if isinstance(answer, float) else sheet.printable(answer)


def _listed(answers):
    more = f" and {len(answers) - SHOWN:,} more" if len(answers) > SHOWN else ""
    return ", ".join(list(answers)[:SHOWN]) + more


def _times(log):
    """e^log as it is read: four digits, and no number that a float cannot hold."""
    return f"{np.exp(log):.4g}" if abs(log) < 700 else ("0" if log < 0 else "more than 1e300")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
