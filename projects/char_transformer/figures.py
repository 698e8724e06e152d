"""The pictures of this project."""

import numpy as np

from abacus import papers


def attention_maps(figure, weights, text):
    """Which earlier character each one attends to: a square for each layer and head."""
    layers, heads = weights.shape[:2]
    grid = figure.subplots(layers, heads, squeeze=False)
    for layer, head in np.ndindex(layers, heads):
        axes = grid[layer, head]
        axes.imshow(np.sqrt(weights[layer, head]), cmap="Greys", vmin=0, vmax=1)
        axes.set_xticks([])
        axes.set_yticks([])
        if layer == 0:
            axes.set_title(f"head {head + 1}", fontsize=7)
        if head == 0:
            axes.set_ylabel(f"layer {layer + 1}", fontsize=7)
    shown = text.replace("\n", "¶").replace("$", r"\$")
    figure.suptitle(f"attention of each character (row) to those before it\n{shown}", fontsize=7)


def embedding(figure, table, characters):
    """The rows of the character table in the plane of their two largest principal components."""
    centred = table - table.mean(axis=0)
    places = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
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
    with save("curves") as figure:
        axes = figure.subplots()
        for record in trained:
            log = record["log"]
            batches = [x for x in log if "loss" in x]
            axes.plot([x["step"] for x in batches], [x["loss"] for x in batches], color="0.8", lw=0.6, zorder=0)
            evaluated = [x for x in log if "validation" in x]
            axes.plot(
                [x["step"] for x in evaluated], [x["validation"] for x in evaluated], "o-", color="C0", ms=3, lw=1
            )
        for table in ("cpu", "gpu"):
            cell = papers.table(f"nanogpt/{table}").rows.get(trained[0]["row"], {}).get("validation loss")
            if cell:
                axes.axhline(cell.number, color="crimson", lw=1, ls="--")
                axes.text(0, cell.number, f"printed {cell.text}", color="crimson", va="bottom", fontsize=8)
        axes.set(
            xlabel="step", ylabel="loss, nats a character", title="grey: each batch; blue: the whole validation part"
        )
        axes.title.set_fontsize(9)
