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
        confusion(figure, digits.test_labels, read)


def kernels(figure, network):
    """The 5 × 5 kernels of the first layer."""
    first = next(iter(network.layers().values())).w.value.reshape(-1, 5, 5)
    limit = np.abs(first).max()
    for axes, kernel in zip(figure.subplots(1, len(first), squeeze=False)[0], first):
        axes.imshow(kernel, vmin=-limit, vmax=limit, cmap="RdBu_r")
        axes.set_axis_off()
    figure.set_size_inches(6.4, 1.3)


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
    """Test digits that are misread, each with its label and what was read, ten a line."""
    wrong = np.flatnonzero(read != digits.test_labels)
    shown = wrong[:SHOWN]
    rows, side, step = max(1, -(-len(shown) // 10)), digits.test_images.shape[1], 38
    sheet = np.zeros((rows * step, 10 * step), np.uint8)
    figure.set_size_inches(6.4, 0.64 * rows + 0.4)
    axes = figure.subplots()
    for place, i in enumerate(shown):
        top, left = place // 10 * step + step - side, place % 10 * step
        sheet[top : top + side, left : left + side] = digits.test_images[i]
        axes.text(left + side / 2, top - 1, f"{digits.test_labels[i]}→{read[i]}", ha="center", fontsize=7)
    axes.imshow(sheet, cmap="gray_r", aspect="equal")
    axes.set_axis_off()
    axes.set_title(f"{len(wrong)} of {len(read)} misread (label → read)")


def confusion(figure, labels, read):
    """How often each digit (row) is read as another (column); what is right is left out."""
    table = np.zeros((10, 10), int)
    np.add.at(table, (labels, read), 1)
    np.fill_diagonal(table, 0)
    axes = figure.subplots()
    figure.set_size_inches(4, 4)
    axes.imshow(table, cmap="Blues")
    for i, j in zip(*np.nonzero(table)):
        dark = table[i, j] > table.max() / 2
        axes.text(j, i, table[i, j], ha="center", va="center", fontsize=8, color="white" if dark else "black")
    axes.set(xticks=range(10), yticks=range(10), xlabel="read", ylabel="label", title="digits misread")


def draw_table(results, save):
    """Errors after each pass; and, where the rows differ in the digits that they learn from, errors against their number."""
    results = [result for result in results if result["log"]]
    if not results:
        return
    with save("errors") as figure:
        by_pass(figure, results)
    if len({result["config"]["train"] for result in results}) > 1:
        with save("sizes") as figure:
            by_size(figure, results)


def by_pass(figure, results):
    """Test error after each pass, a line for each seed, a colour for each row, the values that Fig. 9 prints dashed; dotted the
    error on the training set, where it was watched."""
    axes, printed = figure.subplots(), printed_errors()
    for k, row in enumerate(dict.fromkeys(result["row"] for result in results)):
        logs = [result["log"] for result in results if result["row"] == row]
        for seed, log in enumerate(logs):
            passes, label = [line["epoch"] for line in log], None if seed else row
            axes.plot(passes, [line["test_error"] for line in log], color=f"C{k}", linewidth=0.8, label=label)
            if "training_error" in log[-1]:
                label = label and f"{label}, training set"
                training = [line["training_error"] for line in log]
                axes.plot(passes, training, color=f"C{k}", linewidth=0.8, linestyle=":", label=label)
        if row in printed:
            plot.printed(axes, printed[row], label=f"printed: {row}, {printed[row]} %")
    highest = max(result["log"][-1]["test_error"] for result in results)
    axes.set(xlabel="pass", ylabel="error, %", ylim=(0, 3 * highest + 0.1))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(fontsize="small")


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


def printed_errors():
    """{row: test error} of every table of the paper that has the column."""
    from abacus import papers

    tables = papers.paper("lecun1998").tables.values()
    rows = [(row, cells.get("test error")) for table in tables for row, cells in table.rows.items()]
    return {row: cell.number for row, cell in rows if cell is not None}
