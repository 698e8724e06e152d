"""The pictures: what hidden units look for, the digits misread, error by pass beside the printed value."""

import numpy as np

from abacus.running import plot
from digits import SIDE

UNITS, MISREAD = 30, 50  # shown at most


def draw_run(job, network, digits):
    """What one trained network looks for, and what it misreads."""
    with job.figure("weights") as figure:
        weights(figure, network)
    with job.figure("misread") as figure:
        misread(figure, network, digits)


def weights(figure, network):
    """The weights of the first layer, each unit's as an image: red where ink excites it, blue where ink inhibits it."""
    import matplotlib

    units = network.layers[0].affine.w.value.T[:UNITS].reshape(-1, SIDE, SIDE)
    scaled = [unit / np.abs(unit).max() for unit in units]
    colours = matplotlib.colormaps["RdBu_r"].resampled(15)  # few, so that the file is small
    plot.grid(figure, scaled, colours=colours, limits=(-1, 1))


def misread(figure, network, digits):
    """Test digits that are misread, each with its label and what was read, the surest mistakes first."""
    outputs = network.outputs(digits.test_x)
    read = outputs.argmax(axis=1)
    wrong = np.flatnonzero(read != digits.test_labels)
    lead = outputs[wrong, read[wrong]] - outputs[wrong, digits.test_labels[wrong]]
    shown = wrong[np.argsort(-lead, kind="stable")][:MISREAD]
    captions = [f"{digits.test_labels[i]}→{read[i]}" for i in shown]
    title = f"the surest of {len(wrong)} mistakes among {len(read)} digits (label → read)"
    limits = digits.test_x.min(), digits.test_x.max()
    plot.grid(figure, digits.test_x[shown].reshape(-1, SIDE, SIDE), captions=captions, title=title, limits=limits)


def draw_table(results, save):
    """Test error after each pass: a thin line for each network, a colour for each row, dashed what is printed of the row."""
    if not any(result["log"] for result in results):
        return
    counted = [r | {"log": [line | {"pass": line["epoch"] + 1} for line in r["log"]]} for r in results]  # from 1
    with save("errors") as figure:
        axes = figure.subplots()
        plot.curves(axes, counted, "pass", {"test_error": "test error"}, printed_errors(), by="network")
        axes.set(xlabel="pass", ylabel="test error, %", ylim=(0, None))


def printed_errors():
    """{row: {"test error": per cent}} of the tables that this project reproduces."""
    from abacus import papers

    found = {}
    for name in ("nielsen2015/chapter1", "simard2003/undistorted", "lecun1998/fig9_connected"):
        table = papers.table(name)
        (column,) = table.columns
        for row, cells in table.rows.items():
            printed = cells[column].number
            found[row] = {"test error": printed if table.better[column] == "lower" else round(100 - printed, 2)}
    return found


def read(figure, images, p):
    """Pictures as the network gets them, each with its ten probabilities."""
    for (left, right), image, each in zip(figure.subplots(len(images), 2, squeeze=False), images, p):
        left.imshow(image, cmap="gray_r", vmin=0, vmax=255)
        left.set_axis_off()
        right.bar(range(10), each, color=["#1b6ca8" if k == each.argmax() else "0.75" for k in range(10)])
        right.set_xticks(range(10))
        right.set_ylim(0, 1)
        right.set_yticks([0, 1])
