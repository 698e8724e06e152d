"""The pictures: kernels, what every layer says of a digit, the digits misread, who is taken for whom, error by pass."""

import numpy as np

import patterns
from abacus.running import plot
from abacus.tensor import no_grad

SHOWN = 300  # misread digits at most: a network that has not learnt misreads thousands


def draw_run(job, network, digits, read):
    """Everything about one trained network; the digits misread as in Fig. 8: all of them, or SHOWN."""
    with job.figure("kernels") as figure:
        kernels(figure, network)
    with job.figure("maps") as figure:
        maps(figure, network, digits.test_images[0])
    with job.figure("misread") as figure:
        misread(figure, digits, read)
    with job.figure("confusion") as figure:
        figure.set_size_inches(4, 4)
        plot.confusion(figure.subplots(), digits.test_labels, read, range(10))


def kernels(figure, network):
    """The 5 × 5 kernels of the first layer: red excites, blue inhibits."""
    first = next(iter(network.layers().values())).w.value.reshape(-1, 5, 5)
    limit = np.abs(first).max()
    plot.grid(figure, first, colours="RdBu_r", limits=(-limit, limit))


def maps(figure, network, image):
    """What every layer says of one image, layer by layer from the top; layers of single units as a row of
    cells, those that are compared with drawn digits in the shape of these."""
    with no_grad():
        said = network.maps(patterns.seen(image[None], network.side))
    layers = {"input": patterns.seen(image[None], network.side)[0], **{k: v.value[0] for k, v in said.items()}}
    figure.set_size_inches(6.4, 0.75 * len(layers))
    for part, (name, value) in zip(figure.subfigures(len(layers), 1), layers.items()):
        spatial = value.ndim == 3 and value.shape[-1] > 1
        drawn = hasattr(network, "centres") and name == "F6"
        panels = value if spatial else [value.reshape(12, 7) if drawn else value.reshape(1, -1)]
        for axes, panel in zip(part.subplots(1, len(panels), squeeze=False)[0], panels):
            axes.imshow(
                panel, cmap="gray_r", vmin=value.min(), vmax=value.max(), aspect="equal" if spatial or drawn else "auto"
            )
            axes.set_xticks([])
            axes.set_yticks([])
        part.supylabel(name, fontsize="small", rotation=0)


def misread(figure, digits, read):
    """Test digits that are misread, each with its label and what was read."""
    wrong = np.flatnonzero(read != digits.test_labels)
    shown = wrong[:SHOWN]
    captions = [f"{digits.test_labels[i]}→{read[i]}" for i in shown]
    title = f"{len(wrong)} of {len(read)} misread (label → read)"
    plot.grid(figure, digits.test_images[shown], across=15, captions=captions, title=title, limits=(0, 255))


def draw_table(results, save):
    """Errors after each pass; and, where the rows differ in the digits that they learn from, errors against their number."""
    if not any(result["log"] for result in results):
        return
    with save("errors") as figure:
        axes = figure.subplots()
        names = {"test_error": "test error", "training_error": "training error"}
        plot.curves(axes, results, "epoch", names, printed())
        axes.set(xlabel="pass", ylabel="error, %")
        axes.set_ylim(bottom=0)
    if len({result["config"]["train"] for result in results}) > 1:
        with save("sizes") as figure:
            by_size(figure, results)


def by_size(figure, results):
    """Fig. 6: errors on both sets after the last pass against the digits learnt from; a point a seed, lines through the means."""
    axes = figure.subplots()
    sizes = sorted({result["config"]["train"] for result in results})
    for k, column in enumerate(("test error", "training error")):
        means = []
        for size in sizes:
            errors = [result["values"][column] for result in results if result["config"]["train"] == size]
            axes.plot([size] * len(errors), errors, ".", color=f"C{k}", alpha=0.5)
            means.append(np.mean(errors))
        axes.plot(sizes, means, color=f"C{k}", label=column)
    axes.set(xlabel="digits learnt from", ylabel="error, %", ylim=(0, None), xticks=sizes)
    axes.legend(fontsize="small")


def printed():
    """{row: its printed cells} of the paper's tables of LeNets."""
    from abacus import papers

    names = ("fig9_early", "fig9_distorted", "fig5")
    return {row: cells for name in names for row, cells in papers.table(f"lecun1998/{name}").rows.items()}
