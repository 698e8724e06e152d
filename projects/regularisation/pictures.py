"""The figures: what each method does to errors, weights and units; curves of errors; how signals fade with depth."""

import numpy as np

from abacus.running import plot
from abacus.running.plot.style import COLOURS


def compared(results, save):
    """Training and test error of every row as a bar and a dot; the weights and the last hidden units of each as histograms."""
    import learning

    found = [record for record in results if record["values"]]
    rows = list(dict.fromkeys(record["row"] for record in found))
    with save("compared") as figure:
        figure.set_size_inches(11, 0.36 * len(rows) + 1.6)
        errors, weights, said = figure.subplots(1, 3, width_ratios=[2, 1, 1], sharey=True)
        for height, row in enumerate(reversed(rows)):
            own = [record for record in found if record["row"] == row]
            test, training = (np.mean([r["values"][f"{kind} error"] for r in own]) for kind in ("test", "training"))
            errors.plot([training, test], [height, height], color="0.75", linewidth=5, solid_capstyle="butt", zorder=1)
            errors.plot(training, height, "o", color=COLOURS[0], label="training" if not height else None)
            errors.plot(test, height, "D", color=COLOURS[1], label="test" if not height else None)
            shares = [line for line in own[0]["log"] if "said" in line]
            for axes, name, bins in zip((weights, said), ("weights", "said"), learning.BINS):
                if shares:
                    _ridge(axes, height, bins, np.asarray(shares[-1][name]))
        errors.set_yticks(range(len(rows)), rows[::-1])
        errors.set(xlabel="misread, %", xlim=(0, None), ylim=(-1.4, None), title="training and test error")
        if rows:
            errors.legend(loc="lower left", ncols=2, fontsize="small")
        weights.set(title="the weights", xlabel="value")
        said.set(title="the last hidden units", xlabel="value, where not 0")


def _ridge(axes, height, bins, shares):
    middles = (bins[1:] + bins[:-1]) / 2
    top = shares.max() or 1
    axes.fill_between(
        middles, height - 0.4, height - 0.4 + 0.8 * shares / top, color=COLOURS[0], alpha=0.5, linewidth=0
    )


def curves(y, label):
    """A figure of what each pass logged under `y`, by row."""

    def draw(results, save):
        if any(result["log"] for result in results):
            counted = [r | {"log": [line | {"pass": line["epoch"] + 1} for line in r["log"]]} for r in results]
            with save("curves") as figure:
                axes = figure.subplots()
                plot.curves(axes, counted, "pass", {y: label})
                axes.set(ylabel=label)

    return draw


def shapes(results, save):
    """Validation accuracy of every shape with nothing, decay and dropout; the print as a hollow mark with its deviation."""
    from abacus import papers

    found = {record["row"]: [] for record in results if record["values"]}
    for record in results:
        if record["values"]:
            found[record["row"]].append(record["values"]["validation accuracy"])
    tables = [papers.table(f"cotten2025/{name}") for name in papers.paper("cotten2025").tables]
    printed = {row: cells["validation accuracy"] for table in tables for row, cells in table.rows.items()}
    with save("shapes") as figure:
        axes, names = figure.subplots(), list(found)[::-1]
        for height, row in enumerate(names):
            colour = COLOURS[METHODS.index(row.rpartition(", ")[2])]
            axes.plot(found[row], np.full(len(found[row]), height), ".", color=colour, alpha=0.6)
            axes.plot(np.mean(found[row]), height, "|", color=colour, markersize=14, markeredgewidth=2)
            cell = printed.get(row)
            if cell is not None:
                axes.errorbar(
                    cell.number, height + 0.25, xerr=cell.spread, fmt="o", mfc="white", color="0.4", markersize=4
                )
        axes.set_yticks(range(len(names)), names)
        axes.set(
            xlabel="best accuracy on the validation digits, %",
            title="dots: our runs; hollow: the print, with its deviation",
        )


METHODS = "none", "decay", "dropout"


def fading(results, save):
    """What is left of a signal and of a gradient, layer by layer, beside the formula."""
    found = {row: values for record in results if record["values"] for row, values in _by_row(record)}
    with save("fading") as figure:
        figure.set_size_inches(8, 3.6)
        for axes, name in zip(figure.subplots(1, 2, sharey=True), ("signal", "gradient")):
            for k, kind in enumerate(dict.fromkeys(row.partition(",")[0] for row in found)):
                own = [values[name] for row, values in found.items() if row.startswith(f"{kind},")]
                means = [v[0] if isinstance(v, (list, tuple)) else v for v in own]
                axes.semilogy(range(1, len(means) + 1), means, "o-", color=COLOURS[k], label=kind)
            axes.set(xlabel="layer", title=f"mean square of the {name}")
            axes.set_xticks(range(1, len(means) + 1))
        axes.legend()


def _by_row(record):
    values = record["values"]
    nested = all(isinstance(v, dict) for v in values.values())
    return values.items() if nested else [(record["row"], values)]


def parts(results, save):
    """bias² and variance against the number of examples, a pair of lines for each kind of row."""
    found = [record for record in results if record["values"]]
    kinds = dict.fromkeys(record["row"].partition(" examples")[2] for record in found)
    with save("parts") as figure:
        axes = figure.subplots()
        for k, kind in enumerate(kinds):
            own = [r for r in found if r["row"].partition(" examples")[2] == kind]
            counts = [r["config"]["examples"] for r in own]
            for name, style in (("bias squared", "o-"), ("variance", "s--")):
                values = [_mean(r["values"][name]) for r in own]
                axes.semilogx(counts, values, style, color=COLOURS[k], label=f"{name}{kind}")
        counted = sorted({r["config"]["examples"] for r in found})
        axes.set_xticks(counted, counted)
        axes.minorticks_off()
        axes.set(xlabel="examples", ylabel="squared error", ylim=(0, None))
        axes.legend(fontsize="small")


def _mean(value):
    return value[0] if isinstance(value, (list, tuple)) else value
