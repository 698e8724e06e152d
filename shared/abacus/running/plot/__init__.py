"""Figures: one look for all of them, and those that many projects want: curves, sheets of pictures, confusions.

    with job.figure("digits") as figure:
        plot.grid(figure, images, captions=names, title="the digits misread")
    with job.figure("confusion") as figure:
        plot.confusion(figure.subplots(), labels, answers)
    with save("errors") as figure:                                     in draw(results, save)
        plot.curves(figure.subplots(), results, "epoch", "test error", papers.table("lecun1989/passes23").rows)

    plot.gif(path, [plot.pixels(figure) for ... in ...], 80)                  frames, 80 ms each
`figure` and `printed` are what the others stand on; Matplotlib is imported when something is drawn.
"""
# ruff: noqa: F401

from abacus.running.plot.animation import gif, pixels
from abacus.running.plot.lines import curves, dots, printed
from abacus.running.plot.matrix import confusion
from abacus.running.plot.sheet import grid
from abacus.running.plot.style import STYLE, figure
