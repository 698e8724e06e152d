"""The pictures: H1's kernels, the digits misread, error by pass beside the printed values."""

import numpy as np

from abacus.running import plot

SHOWN = 200  # misread digits at most


def draw_run(job, p, digits, read):
    """H1's twelve kernels, and the test digits that are misread with label and answer."""
    with job.figure("kernels") as figure:
        first = p[: 12 * 25].reshape(12, 5, 5)
        limit = np.abs(first).max()
        plot.grid(figure, first, across=12, colours="RdBu_r", limits=(-limit, limit))
    with job.figure("misread") as figure:
        wrong = np.flatnonzero(read != digits.test_labels)
        shown = wrong[:SHOWN]
        captions = [f"{digits.test_labels[i]}→{read[i]}" for i in shown]
        title = f"{len(wrong)} of {len(read)} misread (label → read)"
        plot.grid(figure, digits.test_images[shown], across=15, captions=captions, title=title, limits=(-1, 1))


def draw_table(results, save):
    """Test and training error after each pass, a line for each seed; dashed: what the paper prints."""
    if not any(result["log"] for result in results):
        return
    from abacus import papers

    with save("errors") as figure:
        axes = figure.subplots()
        plot.curves(axes, results, "epoch", ["test error", "training error"], papers.table("lecun1989/passes23").rows)
        axes.set(xlabel="pass", ylabel="per cent", ylim=(0, 10))
