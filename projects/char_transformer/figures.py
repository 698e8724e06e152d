"""The pictures of this project."""

import numpy as np

from abacus import papers
from abacus.running import plot


def attention_maps(figure, weights, text):
    """Which earlier character each one attends to: a square for each layer and head; weights (layers, heads, n, n)."""
    layers, heads, n, _ = weights.shape
    shown = text.replace("\n", "¶").replace("$", r"\$")
    plot.grid(
        figure,
        np.sqrt(weights).reshape(layers * heads, n, n),
        across=heads,
        rows=[f"layer {layer + 1}" for layer in range(layers)],
        columns=[f"head {head + 1}" for head in range(heads)],
        title=f"attention of each character (row) to those before it\n{shown}",
        colours="Greys",
        limits=(0, 1),
    )


def embedding(figure, table, characters):
    """The rows of the character table in the plane of their two largest principal components."""
    centred = table - table.mean(axis=0)
    places = np.zeros((len(table), 2))  # of one character, or one number for each, the second is 0
    along = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    places[:, : along.shape[1]] = along
    axes = figure.subplots()
    axes.scatter(*places.T, s=0)
    colours = {"vowel": "crimson", "letter": "C0", "other": "0.4"}
    for (x, y), character in zip(places, characters):
        kind = "vowel" if character in "aeiouAEIOU" else "letter" if character.isalpha() else "other"
        axes.text(
            x, y, {"\n": "¶", " ": "␣"}.get(character, character).replace("$", r"\$"), color=colours[kind], ha="center"
        )
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title("embedding of the characters: two principal components", fontsize=9)


def schedule(figure, iterations, rate):
    """The learning rate of each step: rate(step)."""
    axes = figure.subplots()
    axes.plot([rate(step) for step in range(iterations)])
    axes.set(xlabel="step", ylabel="learning rate", ylim=(0, None))


def draw(results, save):
    """Training and validation loss of every seed, and the printed validation loss as a line."""
    trained = [record for record in results if record["log"] and "loss" in record["log"][0]]
    if not trained:
        return
    tables = [papers.table(f"nanogpt/{table}").rows for table in ("cpu", "gpu")]
    printed = {row: cells for rows in tables for row, cells in rows.items()}
    with save("curves") as figure:
        axes = figure.subplots()
        plot.curves(axes, trained, "step", {"loss": "loss of a batch", "validation": "validation loss"}, printed)
        axes.set_ylabel("nats a character")
