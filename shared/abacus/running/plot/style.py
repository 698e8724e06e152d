"""One look for all figures, and the same bytes for the same data."""

import contextlib

COLOURS = ["#1b6ca8", "#d1495b", "#2a9d8f", "#edae49", "#6c4f9c", "#5f6c7b", "#8c5a2b", "#3a3a3a"]
STYLE = {
    "figure.figsize": (6.4, 4.0),
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "axes.prop_cycle": f"cycler('color', {COLOURS})",
    "legend.frameon": False,
    "image.cmap": "gray",
    "svg.hashsalt": "abacus",
}


@contextlib.contextmanager
def figure(path, **size):
    """`with plot.figure(path) as figure:` gives a matplotlib Figure (no display is needed) and saves it as PNG.

    The file is replaced atomically and holds no date and no version: the same data give the same bytes.
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        drawing = Figure(**size)
        FigureCanvasAgg(drawing)
        yield drawing
        _save(drawing, path)


def _save(drawing, path):
    import io

    from abacus import files

    buffer = io.BytesIO()
    drawing.savefig(buffer, format="png", metadata={"Software": None})
    files.replace(path, [buffer.getvalue()])
