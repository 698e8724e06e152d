"""Judged cells as a table for a terminal and in Markdown: row | column | reported | ours | margin | verdict."""

import math
import unicodedata
from dataclasses import replace

from abacus import verdict
from abacus.papers.printed import decimals, parse
from abacus.verdict import intervals
from abacus.verdict.cells import sample

HEADER = ("row", "column", "reported", "ours", "margin", "verdict")
UNPRINTED = ("row", "column", "reference", "ours", "margin", "verdict")  # of values that nobody printed
_COLOURS = {
    "reproduced": "32", "consistent": "32", "holds": "32", "fitted": "36", "differs, better": "31",
    "not reproduced": "31", "fails": "31", "inconclusive": "33", "undecidable": "33", "open": "33", "missing": "33",
}  # fmt: skip


def terminal(table, cells, colour=False):
    """The cells in aligned columns under a caption, one group of lines a row, the reasons numbered below."""
    lines, reasons = _lines(table, cells)
    header = _header(table)
    widths = [max(_width(line[i]) for line in (header, *lines)) for i in range(len(header))]
    shown = [i for i in range(len(header)) if i != 1 or len({cell.column for cell in cells}) > 1]
    text = [caption(table), "", _aligned(header, widths, shown), "  ".join("-" * widths[i] for i in shown)]
    grouped, above = len(cells) > len({cell.row for cell in cells}), cells[0].row if cells else ""
    for i, (line, cell) in enumerate(zip(lines, cells)):
        again = i > 0 and cell.row == above
        text += [""] * (grouped and i > 0 and not again)
        padded = _aligned(("" if again else line[0], *line[1:]), widths, shown)
        text.append(_coloured(padded, line[-1], cell.verdict) if colour else padded)
        above = cell.row
    return "\n".join(text + [""] * bool(reasons) + [f"[{i}] {reason}" for i, reason in enumerate(reasons, 1)])


def markdown(table, cells):
    """The same as a Markdown table with its caption above and the reasons in a list below."""
    lines, reasons = _lines(table, cells)
    text = [caption(table).replace("\n", "  \n"), "", _piped(_header(table)), "|---|---|---:|---:|---:|---|"]
    text += [_piped([_escaped(word) for word in line]) for line in lines]
    numbered = [f"{i}. {_escaped(reason)}" for i, reason in enumerate(reasons, 1)]
    return "\n".join(text + [""] * bool(reasons) + numbered)


def cells_markdown(table, cells):
    """The cells as a Markdown table without its caption and the reasons."""
    lines, _ = _lines(table, [replace(cell, reason="") for cell in cells])
    text = [_piped(_header(table)), "|---|---|---:|---:|---:|---|"]
    return "\n".join(text + [_piped([_escaped(word) for word in line]) for line in lines])


def caption(table):
    """Up to three lines: which table and where it is printed; what it measures and by which rule; the note."""
    said = [_common(table.metric), _common(table.unit)]
    if _common(table.better):
        said.append(f"{_common(table.better)} is better")
    measured = ", ".join(filter(None, [*said, table.rule]))
    return "\n".join(filter(None, [f"{table.key}: {table.where}", measured, table.note]))


def values(summary):
    """What was measured, without a paper beside it: a header and a line a row, each value a mean ± sd (seeds)."""
    by_row = {row: [seed for seed in about["seeds"].values() if seed] for row, about in summary["values"].items()}
    columns = list(dict.fromkeys(column for found in by_row.values() for seed in found for column in seed))
    lines = [[row, *(_mean([v[c] for v in found if c in v]) for c in columns)] for row, found in by_row.items()]
    return [["", *columns], *lines]


def values_markdown(summary):
    """The same as a Markdown table."""
    header, *lines = values(summary)
    return "\n".join(
        [_piped(header), "|---|" + "---:|" * (len(header) - 1), *(_piped(map(_escaped, line)) for line in lines)]
    )


def interquartile(table, results):
    """A sentence on the interquartile mean of each printed cell's seeds and its 90 % bootstrap interval, beside the verdict;
    "" where no row has seeds enough for it."""
    said = []
    for row, result in results.items():
        for column, printed in table.rows.get(row, {}).items():
            values = list(sample(result, column).values.values())
            if printed is None or result.deterministic or len(values) < verdict.SEEDS["interquartile"]:
                continue
            found = intervals.interquartile_mean(values), *intervals.interquartile_interval(values)
            middle, low, high = (number(float(x), printed.text) for x in found)
            name = row if len(table.columns) == 1 else f"{row}, {column}"
            said.append(f"{name}: {middle} ({low} to {high})")
    words = "interquartile means of the seeds, with 90 % bootstrap intervals (no verdict is theirs)"
    return f"{words}: {'; '.join(said)}" if said else ""


def number(value, reported=""):
    """`value` with one digit more than the paper's `reported` number, in the same notation; beside none, a whole number
    whole and any other with four digits."""
    printed = _printed(reported)
    if printed is None:
        return _short(value, 4)
    if "e" in printed.text.lower():
        return f"{value:.{len(_digits(printed.text))}e}"
    if (
        value == int(value)
        and abs(value) < 1e15
        and printed.number == int(printed.number)
        and not decimals(printed.text)
    ):
        return f"{value:.0f}"
    if abs(value) > 1e6 * max(1, abs(printed.number)):
        return f"{value:.3g}"  # so far off that its digits say nothing
    return f"{value:.{decimals(printed.text) + 1}f}"


def _mean(values):
    numbers = [value[0] if isinstance(value, list) else value for value in values]
    if not numbers:
        return ""
    mean = sum(numbers) / len(numbers)
    if len(set(numbers)) == 1:
        return _short(mean, 6) + (f" ({len(numbers)})" if len(numbers) > 1 else "")
    sd = (sum((x - mean) ** 2 for x in numbers) / (len(numbers) - 1)) ** 0.5
    places = max(0, 1 - math.floor(math.log10(sd))) if 0 < sd < math.inf else 6
    return f"{mean:.{places}f} \u00b1 {sd:.2g} ({len(numbers)})"


def _short(value, digits):
    return f"{value:.0f}" if abs(value) < 1e15 and value == int(value) else f"{value:.{digits}g}"


def _lines(table, cells):
    """The six words of every cell, and the distinct reasons that the verdicts refer to by number."""
    reasons = list(dict.fromkeys(cell.reason for cell in cells if cell.reason))
    labels = {name: _label(table, name) for name in table.columns}
    lines = []
    for cell in cells:
        mark = f" [{reasons.index(cell.reason) + 1}]" if cell.reason else ""
        margin = "" if cell.margin is None else f"{cell.margin:.2g}"
        label = labels.get(cell.column, cell.column)
        lines.append((cell.row, label, cell.reported, _ours(cell), margin, cell.verdict + mark))
    return lines, reasons


def _header(table):
    return UNPRINTED if table.proof == "reference" else HEADER


def _ours(cell):
    """mean ± sd (seeds), as far as there are any."""
    if cell.ours is None:
        return ""
    text = number(cell.ours, cell.reported)
    if cell.spread:
        text += f" ± {number(cell.spread, cell.reported) if _printed(cell.reported) else f'{cell.spread:.2g}'}"
    return text + (f" ({cell.seeds} seeds)" if cell.seeds > 1 else "")


def _printed(reported):
    try:
        return parse(reported)
    except ValueError:  # an ordering's "holds"
        return None


def _digits(text):
    """The significant digits of a printed number: 429796848199937 of 0.429796848199937E-03."""
    return "".join(filter(str.isdigit, text.lower().partition("e")[0])).lstrip("0")


def _common(by_column):
    """The one value that all columns share; "" where they differ."""
    values = set(by_column.values())
    return values.pop() if len(values) == 1 else ""


def _label(table, name):
    """The column's name, with its metric and unit where the columns differ in them."""
    own = [by_column[name] for by_column in (table.metric, table.unit) if not _common(by_column)]
    own = [word for word in own if word and word != name]
    return f"{name} ({', '.join(own)})" if own else name


def _aligned(line, widths, shown):
    """Words left, numbers right; no space at the end of a line."""
    padded = []
    for i in shown:
        space = " " * (widths[i] - _width(line[i]))
        padded.append(space + line[i] if HEADER[i] in ("reported", "ours", "margin") else line[i] + space)
    return "  ".join(padded).rstrip()


def _coloured(line, ending, verdict):
    code = _COLOURS.get(verdict)
    return f"{line.removesuffix(ending)}\033[{code}m{ending}\033[0m" if code else line


def _width(text):
    """Columns of a terminal that `text` takes: two for a wide character, none for a combining one."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _piped(words):
    return f"| {' | '.join(words)} |"


def _escaped(text):
    return "".join("\\" + c if c in "|*_`<\\" else c for c in text)
