"""The pictures of this project."""

import numpy as np

from abacus import papers
from abacus.running import plot


def pairs(figure, table, alphabet):
    """How often each character follows each other one."""
    axes = figure.subplots()
    axes.imshow(np.log1p(table), cmap="Blues")
    ticks = range(len(alphabet))
    axes.set_xticks(ticks, alphabet.tokens, fontsize=7)
    axes.set_yticks(ticks, alphabet.tokens, fontsize=7)
    axes.set_xlabel("second")
    axes.set_ylabel("first")
    axes.set_title("log(1 + how often the second follows the first)", fontsize=9)


def embedding(figure, table, alphabet):
    """The characters where the embedding puts them."""
    axes = figure.subplots()
    axes.scatter(*table.T, s=180, color="0.9")
    for (x, y), character in zip(table, alphabet.tokens):
        axes.text(x, y, character, ha="center", va="center", color="crimson" if character in "aeiou" else "black")
    axes.set_title("embedding; vowels red", fontsize=9)


def inside(figure, outputs, slopes, layers):
    """Histograms by layer: outputs of the tanh, and the loss's gradient with respect to them."""
    shades = [str(0.8 * k / max(1, layers)) for k in range(layers)]
    for axes, arrays, title in zip(figure.subplots(1, 2), (outputs, slopes), ("output of tanh", "gradient of it")):
        edge = max(float(np.percentile(np.abs(a), 99.5)) for a in arrays) or 1.0
        for k, array in enumerate(arrays):
            density, edges = np.histogram(array, bins=60, range=(-edge, edge), density=True)
            axes.plot((edges[:-1] + edges[1:]) / 2, density, color=shades[k], label=f"layer {k + 1}")
        axes.set_title(title, fontsize=9)
        axes.set_yticks([])
        axes.locator_params(axis="x", nbins=4)
        axes.ticklabel_format(axis="x", scilimits=(-2, 2))
    axes.legend(fontsize=7)


def curves(figure, results):
    """The training loss of every run, and each seed's validation loss beside the printed one."""
    left, right = figure.subplots(1, 2)
    plot.curves(left, results, "step", "loss", smooth=8)
    left.set(xlabel="step", ylabel="training loss", ylim=(1.6, 2.8))
    left.legend(fontsize=6)
    rows = list(dict.fromkeys(record["row"] for record in results))
    for k, row in enumerate(rows):
        values = [r["values"]["validation loss"][0] for r in results if r["row"] == row and r["values"]]
        right.plot(values, [k] * len(values), "o", color=f"C{k}", alpha=0.5)
        if (printed := _printed(row)) is not None:
            right.plot([printed], [k], "k|", ms=18, mew=2)
    right.set(xlabel="validation loss; the bar is printed")
    right.set_yticks(range(len(rows)), rows, fontsize=7)
    right.invert_yaxis()


def _printed(row):
    for name in ("karpathy2022/ladder", "karpathy2022/hierarchy"):
        cells = papers.table(name).rows.get(row)
        if cells:
            return cells["validation loss"].number
    return None
