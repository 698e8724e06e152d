"""The pictures: H1's kernels, the digits misread, error by pass beside the printed values."""

import numpy as np

from abacus.running import plot

SHOWN = 200  # misread digits at most


def draw_run(job, p, digits, read):
    """H1's twelve kernels, and the test digits that are misread with label and answer."""
    with job.figure("kernels") as figure:
        first = p[: 12 * 25].reshape(12, 5, 5)
        limit = np.abs(first).max()
        for axes, kernel in zip(figure.subplots(1, 12), first):
            axes.imshow(kernel, vmin=-limit, vmax=limit, cmap="RdBu_r")
            axes.set_axis_off()
        figure.set_size_inches(6.4, 0.8)
    with job.figure("misread") as figure:
        misread(figure, digits, read)


def misread(figure, digits, read):
    wrong = np.flatnonzero(read != digits.test_labels)
    shown = wrong[:SHOWN]
    rows, side, step = max(1, -(-len(shown) // 15)), 16, 24
    sheet = np.full((rows * step, 15 * step), -1.0)
    figure.set_size_inches(6.4, 0.45 * rows + 0.4)
    axes = figure.subplots()
    for place, i in enumerate(shown):
        top, left = place // 15 * step + step - side, place % 15 * step
        sheet[top : top + side, left : left + side] = digits.test_images[i]
        axes.text(left + side / 2, top - 1, f"{digits.test_labels[i]}→{read[i]}", ha="center", fontsize=6)
    axes.imshow(sheet, cmap="gray_r")
    axes.set_axis_off()
    axes.set_title(f"{len(wrong)} of {len(read)} misread (label → read)")


def draw_table(results, save):
    """Test and training error after each pass, a line for each seed; dashed: what the paper prints."""
    logs = [result["log"] for result in results if result["log"]]
    if not logs:
        return
    printed = _printed()
    with save("errors") as figure:
        axes = figure.subplots()
        for k, name in enumerate(("test error", "training error")):
            for seed, log in enumerate(logs):
                passes, errors = [line["epoch"] for line in log], [line[name] for line in log]
                axes.plot(passes, errors, color=f"C{k}", linewidth=0.6, label=None if seed else name)
            plot.printed(axes, printed[name], f"printed: {name}, {printed[name]} %")
        axes.set(xlabel="pass", ylabel="per cent", ylim=(0, 10))
        axes.legend(fontsize="small")


def _printed():
    from abacus import papers

    (row,) = papers.table("lecun1989/passes23").rows.values()
    return {name: cell.number for name, cell in row.items()}
