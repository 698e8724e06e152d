"""The pictures: what hidden units look for, the digits misread, error by pass beside the printed value."""

import numpy as np

from abacus.running import plot
from digits import SIDE

UNITS, MISREAD, ACROSS = 30, 50, 10  # shown at most; in a line
COLOURS = "#1b6ca8", "#d1495b", "#2a9d8f", "#edae49", "#6c4f9c", "#5f6c7b", "#8c5a2b", "#3a3a3a"
SCALE = 2  # pixels of the picture for a pixel of the digits


def draw_run(job, pictures, network, digits):
    """Those of the `pictures` that are wanted, of one trained network."""
    for name in pictures:
        with job.figure(name) as figure:
            {"weights": weights, "misread": misread}[name](figure, network, digits)


def weights(figure, network, digits):
    """The weights of the first layer, each unit's as an image: red where ink excites it, blue where ink inhibits it."""
    import matplotlib

    units = network.layers[0].affine.w.value.T[:UNITS].reshape(-1, SIDE, SIDE)
    scaled = [unit / np.abs(unit).max() for unit in units]
    colours = matplotlib.colormaps["RdBu_r"].resampled(15)  # few, so that the file is small
    show(figure, tiled(scaled, 2, np.nan), cmap=colours, vmin=-1, vmax=1)


def misread(figure, network, digits):
    """Test digits that are misread, each with its label and what was read, the surest mistakes first."""
    outputs = network.outputs(digits.test_x)
    read = outputs.argmax(axis=1)
    wrong = np.flatnonzero(read != digits.test_labels)
    lead = outputs[wrong, read[wrong]] - outputs[wrong, digits.test_labels[wrong]]
    shown = wrong[np.argsort(-lead, kind="stable")][:MISREAD]
    images, gap = digits.test_x[shown].reshape(-1, SIDE, SIDE), 10
    axes = show(figure, tiled(images, gap, digits.test_x.min()), cmap="gray_r")
    for place, i in enumerate(shown):
        top, left = place // ACROSS * (SIDE + gap), place % ACROSS * (SIDE + gap)
        text = f"{digits.test_labels[i]}→{read[i]}"
        axes.text(left + SIDE / 2, top + SIDE + gap / 2, text, ha="center", va="center", fontsize=7)


def tiled(images, gap, between):
    """The images (SIDE, SIDE) in lines of ACROSS, below and right of each `gap` pixels of the value `between`."""
    step, rows = SIDE + gap, max(1, -(-len(images) // ACROSS))
    found = np.full((rows * step, ACROSS * step), between, np.float32)
    for place, image in enumerate(images):
        top, left = place // ACROSS * step, place % ACROSS * step
        found[top : top + SIDE, left : left + SIDE] = image
    return found


def show(figure, picture, **colours):
    """Axes that fill the figure, SCALE pixels for each pixel of the picture: nothing is blurred."""
    height, width = picture.shape
    figure.set_layout_engine("none")
    figure.set_size_inches(SCALE * width / figure.dpi, SCALE * height / figure.dpi)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(picture, interpolation="nearest", **colours)
    axes.set_axis_off()
    return axes


def draw_table(results, save):
    """Test error after each pass: a thin line for each network, a colour for each row, dashed what is printed of the row."""
    rows = list(dict.fromkeys(result["row"] for result in results if result["log"]))
    if not rows:
        return
    printed = {row: error for row, error in printed_errors().items() if row in rows}
    with save("errors") as figure:
        axes = figure.subplots()
        for colour, row in zip(COLOURS, rows):
            curves = [curve for result in results if result["row"] == row for curve in by_network(result["log"])]
            for k, curve in enumerate(curves):
                label = None if k else row
                axes.plot(range(1, len(curve) + 1), curve, color=colour, linewidth=0.8, alpha=0.7, label=label)
            if row in printed:
                plot.printed(axes, printed[row], f"printed: {printed[row]:.3g} %")
                axes.lines[-1].set_color(colour)
        last = np.median([curve[-1] for result in results for curve in by_network(result["log"])])
        axes.set(xlabel="pass", ylabel="test error, %", ylim=(0, 2.5 * max([last, *printed.values()])))
        axes.legend(fontsize="small", ncols=2)


def by_network(log):
    """The test errors of each of the networks in one run's log."""
    curves = {}
    for line in log:
        curves.setdefault(line["network"], []).append(line["test_error"])
    return list(curves.values())


def printed_errors():
    """{row: test error in per cent} of the tables that this project reproduces."""
    from abacus import papers

    found = {}
    for name in ("nielsen2015/chapter1", "simard2003/undistorted", "lecun1998/fig9_connected"):
        table = papers.table(name)
        (column,) = table.columns
        for row, cells in table.rows.items():
            printed = cells[column].number
            found[row] = printed if table.better[column] == "lower" else 100 - printed
    return found
