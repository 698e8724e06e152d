"""The figures: curves with the printed sweep, Chauvin's law, weights as squares, codes, and the error surface of XOR."""

import numpy as np

import by_hand
from abacus import papers

PRINTED = ("rumelhart1986/symmetry", "rumelhart1986pdp/xor", "rumelhart1986pdp/parity")


def of_table(results, save):
    """Of networks that differ in their hidden units how long they take; of one row its learning curves."""
    if len({record["config"]["hidden"] for record in results}) > 1:
        with save("law") as figure:
            law(figure, results)
    elif len({record["row"] for record in results}) == 1:
        with save("curves") as figure:
            curves(figure, results)


def curves(figure, records):
    """E against the sweep, a line for each network, and how many have learned; the printed sweep as a line."""
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[2, 1])
    for record in records:
        above.plot(
            *zip(*[(line["sweep"], line["error"]) for line in record["log"]]),
            color="C0",
            alpha=max(0.1, len(records) ** -0.5),
            linewidth=0.8,
        )
    learned = sorted(record["values"]["sweeps"] for record in records if record["values"])
    end = max(record["log"][-1]["sweep"] for record in records)
    share = np.arange(len(learned) + 1) / len(records)
    below.step([0, *learned, end], [*share, share[-1]], where="post")
    below.set_ylim(0, 1)
    for table in PRINTED:
        number = papers.table(table).rows.get(records[0]["row"])
        for axes in (above, below) if number else ():
            axes.axvline(number["sweeps"].number, color="black", linestyle="--", linewidth=1)
    above.set_title(f"{records[0]['row']}: {len(records)} networks; dashed: the printed sweep")
    above.set_ylabel("E")
    below.set_ylabel("have learned")
    below.set_xlabel("sweep")


def law(figure, results):
    """Mean presentations by the number of hidden units, beside 280 − 33 log₂ H."""
    axes = figure.subplots()
    hidden = sorted({record["config"]["hidden"] for record in results})
    for h in hidden:
        all_of_row = [record["values"] for record in results if record["config"]["hidden"] == h]
        seen = [values["sweeps"] for values in all_of_row if values]
        if not seen:
            continue
        axes.plot(np.full(len(seen), h), seen, ".", color="C0", alpha=0.1)
        axes.errorbar(h, np.mean(seen), np.std(seen), color="C0", marker="o", capsize=3)
        if len(seen) < len(all_of_row):
            axes.annotate(
                f"{len(all_of_row) - len(seen)} of {len(all_of_row)} never",
                (h, np.mean(seen)),
                (8, 8),
                textcoords="offset points",
            )
    facts = papers.facts("rumelhart1986pdp")
    axes.plot(
        hidden, facts["Chauvin's intercept"] + facts["Chauvin's slope"] * np.log2(hidden), "k--", label="printed law"
    )
    axes.set_xscale("log", base=2)
    axes.set_ylim(0, 800)
    axes.set_xlabel("hidden units")
    axes.set_ylabel("sweeps until XOR is learned")
    axes.legend()


def squares(axes, w, scale):
    """Weights (rows, columns) as squares whose area is the size: white excites, black inhibits (as in Fig. 4)."""
    axes.set_facecolor("0.6")
    for (row, column), value in np.ndenumerate(w):
        side = np.sqrt(abs(value) / scale)
        corner = (column - side / 2, row - side / 2)
        axes.add_patch(_square(corner, side, "white" if value > 0 else "black"))
    axes.set_xlim(-0.6, w.shape[1] - 0.4)
    axes.set_ylim(w.shape[0] - 0.4, -0.6)
    axes.set_aspect("equal")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def _square(corner, side, colour):
    from matplotlib.patches import Rectangle

    return Rectangle(corner, side, side, facecolor=colour, edgecolor="none")


def symmetric(figure, w):
    """The symmetry network: the weights from the inputs to each hidden unit, with their values."""
    axes = figure.subplots()
    table = w[0, 1].T
    squares(axes, table, abs(table).max() * 1.1)
    for (row, column), value in np.ndenumerate(table):
        axes.text(column, row, f"{value:.1f}", ha="center", va="center", color="C1")
    axes.set_xticks(range(table.shape[1]), [f"input {i + 1}" for i in range(table.shape[1])], fontsize=8)
    axes.set_yticks(range(len(table)), [f"hidden {k + 1}" for k in range(len(table))], fontsize=8)
    axes.set_title("equal and opposite about the middle; sizes 1 : 2 : 4")


def codes(figure, code):
    """The rounded code of every pattern, patterns downwards."""
    axes = figure.subplots()
    axes.imshow(code, vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(code):
        axes.text(column, row, f"{value:g}", ha="center", va="center", color="C1")
    axes.set_xticks(range(code.shape[1]), [f"hidden {k + 1}" for k in range(code.shape[1])])
    axes.set_yticks(range(len(code)), [f"input {n + 1}" for n in range(len(code))])
    axes.spines[:].set_visible(False)


def people(figure, w, names):
    """Weights (24, 6) from the people to their six units: the English `names` above, the Italians below (Fig. 4)."""
    panels = figure.subplots(3, 2, sharex=True)
    for k, axes in enumerate(panels.flat):
        squares(axes, w[:, k].reshape(2, 12), abs(w).max())
        axes.set_title(f"unit {k + 1}", fontsize=8)
        axes.set_yticks([0, 1], ["English", "Italian"], fontsize=6)
    for axes in panels[-1]:
        axes.set_xticks(range(12), names, rotation=90, fontsize=6)


def surface(figure, net, outcome, start, patterns):
    """E on the plane through three points of weight space: where a stuck network began, where it is, and one that has learned."""
    stuck, learned = np.isinf(outcome.sweeps).argmax(), np.isfinite(outcome.sweeps).argmax()
    corners = [
        {link: a[n] for link, a in w.items()} for w, n in ((outcome.w, stuck), (outcome.w, learned), (start, stuck))
    ]
    a, b = np.meshgrid(np.linspace(-0.6, 1.6, 121), np.linspace(-0.6, 1.6, 121))
    origin, right, up = corners

    def point(link):
        u, v = a[..., None, None], b[..., None, None]
        return origin[link] + u * (right[link] - origin[link]) + v * (up[link] - origin[link])

    error = by_hand.gradient(
        net, {link: point(link) for link in net.links}, [x[0] for x in patterns[0]], patterns[1][0]
    )[0]
    axes = figure.subplots()
    drawn = axes.contourf(a, b, error, levels=24, cmap="viridis")
    figure.colorbar(drawn, label="E")
    for x, y, name in ((0, 0, "stuck"), (1, 0, "learned"), (0, 1, "start")):
        axes.plot(x, y, "o", color="white", markersize=4)
        axes.annotate(name, (x, y), (5, 5), textcoords="offset points", color="white")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title("the error surface of XOR, on the plane through three networks")
