"""Figures: learning curves beside the printed returns, and a pole that is held up."""

import numpy as np

from abacus import papers
from abacus.verdict import intervals


def curves(key):
    """A `draw` for launch: every seed's return against the steps, one graph for each task, beside the print's mean ± sd; the
    title has our interquartile mean with its 90 % bootstrap interval."""

    def draw(results, save):
        rows = list(dict.fromkeys(record["row"] for record in results))
        with save("curves", figsize=(5 * len(rows), 3.8)) as figure:
            for axes, row in zip(np.atleast_1d(figure.subplots(1, len(rows))), rows):
                _curves(axes, row, [record for record in results if record["row"] == row], key)

    return draw


def _curves(axes, row, records, key):
    for record in records:
        steps, returns = zip(*((line["step"], line["return"]) for line in record["log"]))
        axes.plot(np.array(steps) / 1000, returns, color="C0", linewidth=0.8, alpha=0.6)
    values = [record["values"]["return"] for record in records]
    middle, (low, high) = intervals.interquartile_mean(values), intervals.interquartile_interval(values)
    axes.set(title=f"{row}: interquartile mean {middle:.1f} ({low:.1f} to {high:.1f})", xlabel="thousand steps")
    axes.set_ylabel("mean return of 100 episodes")
    printed = key and papers.table(key).rows.get(row, {}).get("return")
    if printed:
        axes.axhline(printed.number, color="black", linestyle="--", linewidth=1, label=f"printed: {printed.text}")
        spread = printed.spread or 0
        axes.axhspan(printed.number - spread, printed.number + spread, color="0.85", zorder=0)
        axes.legend(loc="lower right")


def compared(results, save):
    """Mean return of the seeds of each row against the steps, on one graph."""
    with save("curves") as figure:
        axes = figure.subplots()
        for k, row in enumerate(dict.fromkeys(record["row"] for record in results)):
            logs = [record["log"] for record in results if record["row"] == row]
            x = [line.get("step", line.get("episode")) for line in logs[0]]
            y = np.mean([[line["return"] for line in log] for log in logs], axis=0)
            axes.plot(x, y, color=f"C{k}", label=row)
        axes.set(xlabel="episode" if "episode" in logs[0][0] else "steps", ylabel="mean return")
        axes.legend()


def look(figure, log, before, after):
    """Left: the return while a pole is learnt. Right: the pole's angle in one episode before and after."""
    left, right = figure.subplots(1, 2)
    left.plot([line["step"] for line in log], [line["return"] for line in log], color="C0")
    left.set(xlabel="steps of the cart", ylabel="return (steps until it falls)", title="learning, mean of 100 episodes")
    for states, label, colour in ((before, "before", "C1"), (after, "after", "C0")):
        right.plot(np.degrees(states[:, 2]), color=colour, label=f"{label}: {len(states)} steps")
    right.axhspan(-12, 12, color="0.92", zorder=0)
    right.set(xlabel="step", ylabel="angle of the pole in degrees", title="one episode; outside the grey it has fallen")
    right.legend()
