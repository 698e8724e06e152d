"""Curves of a table's runs, and the values that a paper prints as lines across them."""

import numpy as np

STYLES = "-", ":", "-.", (0, (5, 1))  # "--" is what is printed


def printed(axes, value, label="printed", colour="black"):
    """A dashed line across `axes` at the value that the paper prints."""
    _across(axes, value, label, colour)


def dots(axes, x, y):
    """A dot for each of the n rows of x and y (n,): pale where there are thousands, and then a picture even in a drawing."""
    pale = 0.7 if len(x) < 2000 else 0.1
    axes.plot(x, y, marker=".", linestyle="none", alpha=pale, color="#1b6ca8", rasterized=True)


def curves(axes, results, x, y, printed=(), *, by=None, smooth=1):
    """What the runs of a table logged: `y` against `x`, a thin line for each seed, a colour for each row.

    `results` are those that `draw(results, save)` is given. `y` is a name in the log or several, or {name in the log:
    name to be shown}; lines of the log that lack x or y are left out. `printed` is {row: {name shown: value}}, which
    `papers.table(...).rows` is: each value of a row that was run is a dashed line. `by` is a name in the log that tells
    several curves of one run apart (its networks, say); each point is the mean of the `smooth` last ones. What lies
    above 2.5 times the largest last or printed value is cut off: a loss at the start says little.
    """
    shown = y if isinstance(y, dict) else {name: name for name in ([y] if isinstance(y, str) else y)}
    logs, values, ends = _logs(results, x, shown), dict(printed), []
    for i, (row, own) in enumerate(logs.items()):
        for j, (name, label) in enumerate(shown.items()):
            found = [curve for log in own for curve in _curves(log, x, name, by, smooth)]
            title = label if len(logs) == 1 else row if len(shown) == 1 else f"{row}, {label}"
            colour, style = (f"C{i}", STYLES[j % len(STYLES)]) if len(logs) > 1 else (f"C{j}", "-")
            ends += _draw(axes, found, title, color=colour, linestyle=style)
            cell = values.get(row, {}).get(label) if found else None
            if cell is not None:
                ends.append(getattr(cell, "number", cell))
                _across(axes, ends[-1], f"printed: {title}, {getattr(cell, 'text', cell)}", colour)
    axes.set(xlabel=x, ylabel=next(iter(shown.values())) if len(shown) == 1 else "")
    axes.xaxis.get_major_locator().set_params(integer=True)
    if ends and min(ends) > 0:
        axes.set_ylim(top=min(axes.get_ylim()[1], 2.5 * max(ends)))
    if len(axes.get_legend_handles_labels()[1]) > 1:
        for line in axes.legend(fontsize="small").get_lines():
            line.set_alpha(1)


def _logs(results, x, names):
    """{row: its seeds' logs} of the rows that logged anything of this."""
    found = {}
    for result in results:
        if any(x in line and name in line for line in result["log"] for name in names):
            found.setdefault(result["row"], []).append(result["log"])
    return found


def _curves(log, x, name, by, smooth):
    """(x's, values) of each curve in one run's log."""
    lines = [line for line in log if x in line and name in line]
    for one in dict.fromkeys(line.get(by) for line in lines):
        own = [line for line in lines if line.get(by) == one]
        yield [line[x] for line in own], _smoothed([line[name] for line in own], smooth)


def _smoothed(values, width):
    """Each value as the mean of the last `width` ones, itself included; of fewer at the beginning."""
    if width == 1:
        return np.array(values)
    total, end = np.concatenate([[0.0], np.cumsum(values)]), np.arange(1, len(values) + 1)
    start = np.maximum(end - width, 0)
    return (total[end] - total[start]) / (end - start)


def _draw(axes, curves, title, **look):
    """The curves of one row, the first of them with its title; their last values."""
    for k, (at, values) in enumerate(curves):
        alpha = max(0.2, len(curves) ** -0.5)
        axes.plot(at, values, linewidth=0.8, alpha=alpha, label=None if k else title, **look)
    return [values[-1] for _, values in curves]


def _across(axes, value, label, colour):
    axes.axhline(value, color=colour, linewidth=1, linestyle="--", label=label)
