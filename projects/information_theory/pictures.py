"""The pictures: bits a character against the bytes looked back, code words as shares of a line, capacities, the game."""

import numpy as np

from abacus import papers

PEERS = {"zlib": ":", "bz2": "--", "lzma": "-."}


def orders(results, save):
    """For each text: the arithmetic code at each order, the text's own F_N, and the other codes as lines."""
    with save("orders", figsize=(5.2 * len(results), 4.4)) as figure:
        for axes, record in zip(np.ravel(figure.subplots(1, len(results), squeeze=False)), results):
            values = _values(record)
            coded = _series(values, "order ")
            seen = _series(values, "F")
            axes.plot(*zip(*coded), "o-", label="arithmetic code: what it really costs")
            axes.plot(
                *zip(*[(n - 1, bits) for n, bits in seen]),
                "x-",
                color="0.6",
                label="$F_N$ by the text's own frequencies",
            )
            for name, style in PEERS.items():
                axes.axhline(values[name], color="black", linestyle=style, linewidth=1, label=name)
            for name in ("Huffman", "LZ78"):
                axes.axhline(values[name], color="C1" if name == "Huffman" else "C2", linewidth=1, label=name)
            axes.set(
                xlabel="bytes looked back", ylabel="bits a character", ylim=(0, 5.5), title=record["config"]["text"]
            )
        axes.legend(fontsize=8)


def trees(results, save):
    """Each code as a picture of Kraft's sum: a word of l digits owns a share D^−l of a line, beside what its message asks for."""
    drawn = [record for record in results if len(record["config"]["messages"]) > 1]
    if not drawn:
        return  # the word of an only message is empty, and owns the whole line
    with save("trees", figsize=(9, 2.6 * len(drawn))) as figure:
        for axes, record in zip(np.ravel(figure.subplots(len(drawn), 1, squeeze=False)), drawn):
            _tree(axes, record["config"], _values(record))
            axes.set_title(f"{record['row']}: every word's share of the line, and below it its message's", fontsize=9)


def _tree(axes, config, values):
    lengths = np.array([values[f"L({message})"] for message in config["messages"]])
    weights = np.array(config["weights"]) / sum(config["weights"])
    order, at, asked = np.argsort(lengths, kind="stable"), 0.0, 0.0
    for k in order:
        share, colour = float(config["digits"]) ** -lengths[k], f"C{lengths[k] % 10:.0f}"
        axes.barh(-lengths[k], share, left=at, height=0.9, color=colour, edgecolor="white", linewidth=0.5)
        ends = (at + share / 2, asked + weights[k] / 2), (-lengths[k] - 0.45, -lengths.max() - 1.55)
        axes.plot(*ends, color=colour, linewidth=0.6, alpha=0.6, zorder=0)
        axes.barh(
            -lengths.max() - 2, weights[k], left=asked, height=0.9, color=colour, edgecolor="white", linewidth=0.5
        )
        if share > 0.012:
            axes.text(
                at + share / 2, -lengths[k], config["messages"][k], ha="center", va="center", fontsize=8, color="white"
            )
        at, asked = at + share, asked + weights[k]
    axes.set(xlim=(0, 1), ylim=(-lengths.max() - 2.7, 0.6), ylabel="digits of the word")
    axes.set_yticks([*range(-int(lengths.max()), 0)], [*range(int(lengths.max()), 0, -1)])


def capacities(results, save):
    """Capacity against noise by the closed forms, and what Blahut and Arimoto's steps found."""
    import channels

    noise = np.linspace(0, 1, 201)
    with save("capacities", figsize=(7, 4.4)) as figure:
        axes = figure.subplots()
        shown = [name for name in channels.CHANNELS if "typewriter" not in name]
        for k, name in enumerate(shown):
            uses = channels.USES.get(name, 1)
            axes.plot(noise, [channels.CLOSED[name](e) / uses for e in noise], f"C{k}", label=name)
        for record in results:
            name = record["config"]["channel"]
            if name in shown:
                axes.plot(record["config"]["noise"], _values(record)["C"], "o", color=f"C{shown.index(name)}")
        axes.set(xlabel="noise", ylabel="bits a letter")
        axes.legend(fontsize=8)


def games(results, save):
    """Bounds of the entropy a letter against the letters known: a player that only counts, and Shannon's subject."""
    printed = papers.table("shannon1951/guesses").rows
    human = [(int(row.split()[-1]) - 1, cells["lower"].number, cells["upper"].number) for row, cells in printed.items()]
    with save("game", figsize=(7, 4.4)) as figure:
        axes = figure.subplots()
        for text in dict.fromkeys(record["config"]["text"] for record in results):
            found = [(r["config"]["known"], _values(r)) for r in results if r["config"]["text"] == text]
            known, lower, upper = zip(
                *[(k, v["lower"], v["upper"]) for k, v in sorted(found, key=lambda pair: pair[0])]
            )
            axes.fill_between(known, lower, upper, alpha=0.25)
            axes.plot(known, upper, "o-", markersize=3, label=f"counts of {text}")
        known, lower, upper = zip(*[cell for cell in human if cell[0] < 15])
        axes.fill_between(known, lower, upper, color="black", alpha=0.12)
        axes.plot(known, upper, "k--", linewidth=1, label="Shannon's subject, 1951")
        axes.set(xlabel="letters known", ylabel="bits a letter: lower and upper bound", ylim=(0, 4.5))
        axes.legend(fontsize=8)


def _values(record):
    """A record's {column: number}."""
    return {name: value[0] if isinstance(value, (list, tuple)) else value for name, value in record["values"].items()}


def _series(values, prefix):
    """[(n, value)] of the columns whose name is `prefix` and a number n."""
    named = [(name.removeprefix(prefix), value) for name, value in values.items() if name.startswith(prefix)]
    return sorted((int(n), value) for n, value in named if n.isdigit())
