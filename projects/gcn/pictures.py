"""The figures: the club and the documents as the network learns to see them, and accuracy beside the printed value."""

import numpy as np

from abacus import papers

WATCHED = (0, 10, 50, 199)  # epochs at which the embedding of the documents is kept


class Watch:
    """The hidden layer before some epochs, in the plane of its two main directions at the last of them."""

    def __init__(self, graph, propagate, model):
        self.graph, self.propagate, self.model, self.seen = graph, propagate, model, {}

    def __call__(self, epoch):
        if epoch in WATCHED:
            self.seen[epoch] = self.model.hidden(self.graph, self.propagate).value.copy()

    def draw(self, figure):
        last = self.seen[max(self.seen)]
        _, _, directions = np.linalg.svd(last - last.mean(axis=0), full_matrices=False)
        figure.set_size_inches(3 * len(self.seen), 3.2)
        for axes, (epoch, hidden) in zip(figure.subplots(1, len(self.seen)), self.seen.items(), strict=True):
            at = (hidden - hidden.mean(axis=0)) @ directions[:2].T
            axes.scatter(*at.T, c=self.graph.labels, s=2, cmap="Set1", linewidths=0)
            axes.set_title(f"before epoch {epoch}")
            axes.set_xlim(*np.percentile(at[:, 0], [0.5, 99.5]))  # a few documents lie far out
            axes.set_ylim(*np.percentile(at[:, 1], [0.5, 99.5]))
            axes.set_axis_off()


def club(figure, seen, labels, known, edges):
    """{iteration: embedding} side by side: communities as colours, known members ringed, friendships as lines."""
    figure.set_size_inches(3 * min(4, len(seen)), 3 * -(-len(seen) // 4))
    for axes, (step, at) in zip(
        figure.subplots(-(-len(seen) // 4), min(4, len(seen)), squeeze=False).flat, seen.items()
    ):
        axes.plot(*at[edges].transpose(2, 1, 0), color="0.85", linewidth=0.5, zorder=1)
        axes.scatter(*at.T, c=labels, s=25, cmap="Set1", vmax=8, zorder=2)
        axes.scatter(*at[known].T, s=70, facecolors="none", edgecolors="black", zorder=3)
        axes.set_title(f"{step} iterations" if step else "untrained")
    for axes in figure.axes:
        axes.set_axis_off()


def divisions(figure, found, edges):
    """Each division of the club on the same map: eigenvectors of the Laplacian."""
    n = len(next(iter(found.values())))
    laplacian = np.zeros((n, n))
    laplacian[edges[:, 0], edges[:, 1]] = laplacian[edges[:, 1], edges[:, 0]] = -1
    np.fill_diagonal(laplacian, -laplacian.sum(axis=0))
    _, vectors = np.linalg.eigh(laplacian)
    at = vectors[:, [1, 3]]
    figure.set_size_inches(9, 3.2)
    for axes, (name, labels) in zip(figure.subplots(1, len(found)), found.items()):
        axes.plot(*at[edges].transpose(2, 1, 0), color="0.85", linewidth=0.5, zorder=1)
        axes.scatter(*at.T, c=labels, s=25, cmap="Set1", vmax=8, zorder=2)
        axes.set_title(f"{name}: {labels.max() + 1} communities")
        axes.set_axis_off()


def rows(results, save):
    """Test accuracy of every seed by row, for each graph, with the value of Kipf and Welling's Table 3 where it has one."""
    printed = papers.table("kipf2017/table3").rows
    names = list(dict.fromkeys(record["row"] for record in results))
    graphs = [g for g in ("Citeseer", "Cora") if all(g in (record["values"] or {}) for record in results)]
    if len(names) < 2 or not graphs:
        return
    with save("accuracy", figsize=(4.2 * len(graphs), 1 + 0.4 * len(names))) as figure:
        for axes, graph in zip(figure.subplots(1, len(graphs), sharey=True, squeeze=False).flat, graphs):
            for i, name in enumerate(names):
                values = np.array([record["values"][graph] for record in results if record["row"] == name])
                axes.plot(values, np.full(len(values), i), "|", alpha=0.5)
                axes.plot(values.mean(), i, "o", color="#1b6ca8")
                cell = printed.get(name, {}).get(graph)
                if cell:
                    axes.plot(cell.number, i, "x", color="black", label="printed" if i == 0 else None)
            axes.set_yticks(range(len(names)), names)
            axes.set_xlabel(f"accuracy on {graph}, %")
        figure.axes[0].invert_yaxis()
        if figure.axes[0].get_legend_handles_labels()[0]:
            figure.axes[0].legend()


def own(figure, at, shown, known, graph):
    """A reader's graph in its embedding: colours by number (grey from the eighth on), known nodes ringed, names where few."""
    axes = figure.subplots()
    step = max(1, len(graph.edges) // 5000)  # more lines are only a cloud
    axes.plot(*at[graph.edges[::step]].transpose(2, 1, 0), color="0.85", linewidth=0.5, zorder=1)
    few = len(at) < 500
    many = shown >= 8
    axes.scatter(*at[many].T, color="0.6", s=25 if few else 3, linewidths=0, zorder=2)
    axes.scatter(*at[~many].T, c=shown[~many], s=25 if few else 3, cmap="Set1", vmin=0, vmax=8, linewidths=0, zorder=3)
    if few:
        axes.scatter(*at[known].T, s=70, facecolors="none", edgecolors="black", zorder=4)
    if len(at) <= 60:
        for name, place in zip(graph.names, at):
            axes.annotate(name.replace("$", r"\$"), place, fontsize=7, xytext=(3, 3), textcoords="offset points")
    axes.set_axis_off()
