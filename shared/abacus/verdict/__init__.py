"""The verdict: a printed table against what our seeds gave, cell by cell. Computed, never typed.

D = ours − reported. The margin (margins.py) is what the print leaves open; the interval (intervals.py) is the 90 % one
of D, two one-sided tests at 0.05 (Schuirmann 1987). Reproduced: the interval lies inside ±margin. Else, where it lies
above 0 in the direction of `better`: differs, better, which is no reproduction; where it lies beyond the margin on the
other side: not reproduced; else inconclusive. Undecidable: the paper's own runs are so few that no number of ours could
bring the interval inside, which is known before any run. A true copy whose target is itself one run has D of variance
s²(1 + 1/k): how often it is called reproduced is in tests/test_error_rates.py.
"""

import math
from dataclasses import replace

from abacus.verdict import intervals, margins
from abacus.verdict.cells import Cell, Result, measured, sample
from abacus.verdict.orderings import judge_ordering

__all__ = ["CELL_WORDS", "FAILED", "ORDERING_WORDS", "Cell", "Result", "counts", "judge", "of", "with_fitted"]

CELL_WORDS = (
    "reproduced", "consistent", "fitted", "differs, better", "not reproduced", "inconclusive", "undecidable", "missing",
    "no margin", "unverified",
)  # fmt: skip
FAILED = ("differs, better", "not reproduced", "fails")  # what asks for a reason
ORDERING_WORDS = ("holds", "fails", "open")
SEEDS = {"mean": 3, "interquartile": 10}  # of fewer seeds nothing is concluded: the bootstrap needs more than t does
ANECDOTE_SEEDS = 100  # from here on 5 % and 95 % quantiles mean something


def judge(table, results):
    """The Cells of a papers.Table and {row: Result}: row by row, then the orderings.

    A printed value that was not run is "missing"; a value that the table lacks is shown with the verdict "".
    """
    cells = []
    for row in dict.fromkeys((*table.rows, *results)):
        for column in dict.fromkeys((*table.columns, *_columns(results.get(row)))):
            found = sample(results.get(row), column)
            printed = table.rows.get(row, {}).get(column)
            if printed is not None:
                cells.append(_judge(row, column, printed, found, table))
            elif found.values:
                known = table.column(column) if column in table.columns else None
                cells.append(Cell(row, column, **measured(found, known)))
    return cells + [judge_ordering(*claim, table, results) for claim in table.orderings]


def of(table, row, *seeds):
    """{column: verdict} of one row of a papers.Table, given {column: value} of each seed (one: a deterministic run)."""
    result = Result(dict(enumerate(seeds)), deterministic=len(seeds) == 1, asked=tuple(range(len(seeds))))
    return {cell.column: cell.verdict for cell in judge(table, {row: result}) if cell.row == row}


def with_fitted(cells, why):
    """The same cells, where one that agrees is called "fitted": a setting was chosen so that the print comes out.

    `why` says how it was chosen: of all rows (a text), of some ({row: text}) or of none (None).
    """
    said = [why.get(cell.row) if isinstance(why, dict) else why for cell in cells]
    return [
        replace(cell, verdict="fitted", reason=f"fitted: {text}")
        if text and cell.verdict in ("reproduced", "consistent")
        else cell
        for cell, text in zip(cells, said)
    ]


def counts(cells):
    """{word: number of cells}, every word in its fixed order; a value without a verdict counts nowhere."""
    verdicts = [cell.verdict for cell in cells]
    return {word: verdicts.count(word) for word in CELL_WORDS + ORDERING_WORDS}


def _columns(result):
    return [] if result is None else [name for columns in result.values.values() for name in columns or ()]


def _judge(row, name, printed, found, table):
    column = table.column(name)
    cell = Cell(row, name, printed.text if printed.verified else "?" + printed.text, **measured(found, column))
    tried = len(found.values) + len(found.diverged)
    if found.absent or not tried:
        some = f"{len(found.absent)} of {tried + len(found.absent)} seeds have no value yet"
        never = column.kind not in ("run", "integral") and margins.undecidable(printed, column)
        word = "undecidable" if never else "missing"
        cell = replace(cell, verdict=word, reason=never or (some if tried else ""))
    elif column.kind == "run":
        cell = _anecdote(cell, printed, found, column)
    elif 10 * len(found.diverged) > tried:
        cell = replace(cell, verdict="not reproduced", reason=f"{len(found.diverged)} of {tried} seeds diverged")
    elif column.kind == "integral":
        cell = _integral(cell, printed, found, column, _integrals(table))
    else:
        cell = _compared(cell, printed, found, column)
    if found.diverged and cell.verdict in ("reproduced", "differs, better"):
        reason = f"{cell.verdict}, but {len(found.diverged)} of {tried} seeds diverged"
        cell = replace(cell, verdict="inconclusive", reason=reason)
    if not printed.verified:
        cell = replace(cell, verdict="unverified", reason="the printed value has not been checked in print")
    return cell


def _compared(cell, printed, found, column):
    """Kinds exact, count, rate, score and mean: is the interval of D inside the margin?"""
    allowed = margins.margin(printed, column, found.sd, found.own_spread)
    cell = replace(cell, margin=allowed, interval=_interval(printed, found, column))
    doubt = _doubt(found, column)
    if allowed is None:
        known = "neither the number of test items nor the paper's spread is known"
        if column.kind == "score" and column.n:
            known = "the spread of the score over the test items is not known"
        return replace(cell, verdict="no margin", reason=known)
    slack, never = _slack(cell.ours, printed.number), margins.undecidable(printed, column)
    said = {"verdict": "inconclusive", "reason": doubt}
    if not doubt:
        said = _decided(cell.interval, allowed, column.better, slack)
    if never and said["verdict"] not in FAILED:  # a gap that even such a print leaves no room for is still a gap
        said = {"verdict": "undecidable", "reason": never}
    return replace(cell, **said)


def _interval(printed, found, column):
    """90 % interval of D; None of a single value that is not deterministic."""
    values = list(found.values.values())
    k, se, m = len(values), margins.paper_se(printed, column), column.runs or math.inf
    if found.deterministic:
        values, k = values[:1], 1
    elif k < 2:
        return None
    if column.average == "interquartile" and k > 1:
        low, high = intervals.interquartile_interval(values, se)
        return low - printed.number, high - printed.number
    theirs = (se**2, m - 1 if m > 1 else math.inf)
    ours = (0.0, math.inf) if k == 1 else (found.sd**2 / k, k - 1)
    if column.folds and k > 1:  # a seed is one assignment of folds, and the paper's number is one more, or m more
        ours, theirs = (found.sd**2 * (1 / k + 1 / (column.runs or 1)), k - 1), (0.0, math.inf)
    return intervals.t_interval(intervals.mean(values) - printed.number, ours, theirs)


def _doubt(found, column):
    """Why the seeds at hand can decide nothing, or ""."""
    k = len(found.values)
    if found.deterministic and not found.equal:
        return "no random stream was opened, and yet the seeds differ"
    if found.deterministic and not column.folds:
        return ""
    if k < SEEDS[column.average]:
        return f"{k} seed{'s' * (k > 1)}; {SEEDS[column.average]} are needed"
    if found.equal and column.kind != "count":
        return f"random streams were opened, and yet all {k} seeds are equal"
    return ""


def _decided(interval, allowed, better, slack):
    """Verdict and reason of an interval of D against ±allowed, a closed margin but for the rounding of ours."""
    low, high = interval
    edge = allowed + slack
    if -edge <= low and high <= edge:
        return {"verdict": "reproduced"}
    gain_low, gain_high = (-high, -low) if better == "lower" else (low, high)
    off = f"ours − reported is {_shown(interval)}"
    if better and gain_low > 0:
        return {"verdict": "differs, better", "reason": f"{off}, not inside ±{allowed:.2g}"}
    if gain_high < -edge or (not better and gain_low > edge):
        return {"verdict": "not reproduced", "reason": f"{off}, outside ±{allowed:.2g}"}
    return {"verdict": "inconclusive", "reason": f"{off}: neither inside nor outside ±{allowed:.2g}"}


def _integral(cell, printed, found, column, cells):
    """Kind integral: |D| within the Šidák quantile of the table times the Monte-Carlo error, plus the rounding."""
    k, theirs = len(found.values), margins.paper_se(printed, column)
    if cell.spread is None:
        return replace(cell, verdict="inconclusive", reason="the estimate has no standard error")
    if not found.deterministic and k > 1 and found.equal:
        return replace(
            cell, verdict="inconclusive", reason=f"random streams were opened, and yet all {k} seeds are equal"
        )
    df = math.inf if found.spreads or found.deterministic else k - 1
    difference = cell.ours - printed.number
    interval = intervals.t_interval(difference, (cell.spread**2, df), (theirs**2, math.inf))
    allowed = intervals.sidak(cells, df) * math.hypot(cell.spread, theirs) + printed.half
    cell = replace(cell, margin=allowed, interval=interval)
    if abs(difference) <= allowed + _slack(cell.ours, printed.number):
        return replace(cell, verdict="reproduced")
    reason = f"ours − reported is {difference:.3g}, outside ±{allowed:.2g}"
    return replace(cell, verdict="not reproduced", reason=reason)


def _integrals(table):
    """How many integrals the table prints, whatever was run: the family that shares one error rate."""
    return sum(
        printed is not None and printed.verified and table.kind[column] == "integral"
        for row in table.rows.values()
        for column, printed in row.items()
    )


def _anecdote(cell, printed, found, column):
    """Kind run: does the paper's one run lie between our 5 % and 95 % quantiles, and does our median run end?

    A run that never ended is infinite.
    """
    if cell.seeds < ANECDOTE_SEEDS:
        return replace(cell, verdict="inconclusive", reason=f"{cell.seeds} seeds; {ANECDOTE_SEEDS} are needed")
    if cell.ours is None:
        lost = f"{len(found.diverged)} of our {cell.seeds} runs never ended, the median run among them"
        return replace(cell, verdict="not reproduced", reason=lost)
    low, high = intervals.central_range(found.with_infinite(column.better))
    inside = low - printed.half <= printed.number <= high + printed.half
    word = "consistent" if inside else "not reproduced"
    return replace(cell, verdict=word, reason=f"5 % and 95 % of our runs: {low:.4g} and {high:.4g}")


def _slack(ours, reported):
    return 4 * math.ulp(max(abs(ours), abs(reported)))


def _shown(interval):
    low, high = interval
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
