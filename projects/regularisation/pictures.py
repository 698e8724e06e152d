"""The figures: what each method does to errors, weights and units; curves of errors; how signals fade with depth."""

import numpy as np

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
        errors.set(xlabel="misread, %", xlim=(0, None), title="training and test error")
        errors.legend(loc="lower right", fontsize="small")
        weights.set(title="the weights", xlabel="value")
        said.set(title="the last hidden units, where not 0", xlabel="value")


def _ridge(axes, height, bins, shares):
    middles = (bins[1:] + bins[:-1]) / 2
    top = shares.max() or 1
    axes.fill_between(
        middles, height - 0.4, height - 0.4 + 0.8 * shares / top, color=COLOURS[0], alpha=0.5, linewidth=0
    )


FIGURES = {}
