"""Lists by quality, items as a map, residuals of a completion, and where completion fails."""

import numpy as np
from scipy import linalg

MARKS = "osD^v<>P"


def lists(figure, ndcg, items, kinds, names):
    """Bars of nDCG at the left; the items' factors (items, factors), turned onto their two widest directions, at the right."""
    figure.set_size_inches(11, 4.6)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.4))
    left.barh(list(ndcg)[::-1], list(ndcg.values())[::-1], color="C0")
    left.set(xlabel="nDCG of the list, per cent")
    points = flat(items)
    for kind, name in enumerate(names):
        own = points[kinds == kind]
        right.plot(*own.T, MARKS[kind % len(MARKS)], color=f"C{kind}", markersize=5, alpha=0.8, label=name)
    right.set(title="films by the factors that ALS has found", xticks=[], yticks=[])
    right.legend(fontsize=8, ncols=2)


def flat(vectors):
    """(n, 2): unit vectors along their two principal directions, the second from the origin on: most of what tells them apart."""
    size = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    unit = vectors / np.maximum(size, np.finfo(np.float32).tiny)
    unit = unit - unit.mean(axis=0)
    axes = linalg.svd(unit, full_matrices=False)[2][:2]
    axes *= np.where(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)] < 0, -1, 1)[:, None]
    return np.pad(unit @ axes.T, ((0, 0), (0, 2 - len(axes))))


def scores(results, save):
    """Ranked scores of each method, ours as bars, the print's as marks (recalled)."""
    from abacus import papers

    printed = papers.table("breese1998/msweb").rows
    with save("scores", figsize=(9, 3.8)) as figure:
        axes = figure.subplots(1, 4, sharey=True)
        rows = [row for row in dict.fromkeys(record["row"] for record in results) if row in printed]
        for panel, column in zip(axes, printed[rows[0]]):
            values = [np.mean([r["values"][column][0] if isinstance(r["values"][column], list) else r["values"][column]
                               for r in results if r["row"] == row]) for row in rows]  # fmt: skip
            panel.barh(rows[::-1], values[::-1], color="C0")
            panel.plot([printed[row][column].number for row in rows[::-1]], rows[::-1], "k|", markersize=14)
            panel.set(title=column, xlabel="ranked score")


def residuals(results, save):
    """Residual on the known entries against the iteration, a line for each row of the table (its first seed)."""
    with save("residuals") as figure:
        axes = figure.subplots()
        for k, record in enumerate({r["row"]: r for r in reversed(results)}.values()):
            log = record["log"]
            axes.semilogy([x["step"] for x in log], [x["residual"] for x in log], color=f"C{k}", label=record["row"])
        axes.set(xlabel="iteration", ylabel="relative residual on the known entries")
        axes.legend()


def found(results, save):
    """Share of completed matrices by rank and share of known entries; the line is where numbers known = numbers to be found."""
    log, n = results[0]["log"], results[0]["config"]["size"]
    ranks, shares = (sorted({line[name] for line in log}) for name in ("rank", "share"))
    grid = np.reshape([line["found"] for line in log], (len(ranks), len(shares)))
    with save("transition", figsize=(6.4, 4.4)) as figure:
        axes = figure.subplots()
        image = axes.pcolormesh(shares, ranks, grid, cmap="gray", vmin=0, vmax=1, shading="nearest")
        r = np.linspace(min(ranks), max(ranks), 100)
        axes.plot(r * (2 * n - r) / n**2, r, "C1", linewidth=2, label="known entries = r (2n − r)")
        axes.set(
            xlabel="share of the entries that is known", ylabel="rank", title=f"{n} × {n} matrices that are completed"
        )
        figure.colorbar(image, label="share of the trials")
        axes.legend(loc="upper left", labelcolor="white")


def beside(results, save):
    """nDCG against coverage, a mark for each method."""
    with save("methods", figsize=(7.5, 4.6)) as figure:
        axes = figure.subplots()
        rows = list(dict.fromkeys(record["row"] for record in results))
        for k, row in enumerate(rows):
            values = [record["values"] for record in results if record["row"] == row]
            x, y = (np.mean([v[name] for v in values]) for name in ("coverage", "nDCG"))
            axes.plot(x, y, MARKS[k % len(MARKS)], color=f"C{k % 10}")
            axes.annotate(row, (x, y), xytext=(5, 3), textcoords="offset points", fontsize=8)
        axes.set(xlabel="per cent of the areas that stand in some list of 10", ylabel="nDCG of the first 10, per cent")
        axes.margins(0.15)
