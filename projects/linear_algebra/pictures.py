"""The figures, and the picture that is read from a file."""

from pathlib import Path

import numpy as np

import ill_conditioned
import lsa
import schur
import svd
from abacus import data
from abacus.errors import BadInput

GREY, BLUE, RED = "0.6", "#1b6ca8", "#d1495b"
LUMINANCE = np.array([0.299, 0.587, 0.114])  # of red, green and blue (ITU-R BT.601)


def read(name, side):
    """The brightness (height, width), 0 to 1, of a PNG or JPEG file, averaged over squares until no side is above `side`."""
    import matplotlib
    from matplotlib import image

    path = next((p for p in (Path(name), Path(matplotlib.get_data_path(), "sample_data", name)) if p.is_file()), None)
    if path is None:
        raise BadInput(f"picture={name}: there is no such file, nor a sample picture of matplotlib's by that name")
    try:
        picture = np.asarray(image.imread(data.given(path)))
    except (OSError, SyntaxError, ValueError) as error:
        raise BadInput(f"picture={name}: {error}; wanted a PNG or JPEG file") from None
    white = np.iinfo(picture.dtype).max if picture.dtype.kind == "u" else 1  # a PNG file is read as floats up to 1
    picture = picture.astype(np.float64) / white
    if picture.ndim == 3:
        picture = picture[:, :, :3] @ LUMINANCE if picture.shape[2] > 2 else picture[:, :, 0]
    step = -(-max(picture.shape) // side)
    down, right = (min(step, n) for n in picture.shape)  # a picture of one line keeps it
    height, width = picture.shape[0] // down, picture.shape[1] // right
    return picture[: height * down, : width * right].reshape(height, down, width, right).mean(axis=(1, 3))


def look(figure, web, parts, ranks, plane, kept):
    """The bare run's figure: the web, the plane, the singular values, and the picture at each rank."""
    u, s, vt = parts
    figure.set_size_inches(13, 8)
    top, bottom = figure.subfigures(2, 1, height_ratios=[1.1, 1])
    left, middle, right = top.subplots(1, 3, width_ratios=[1.4, 1.1, 1])
    _web(left, *web)
    _plane(middle, plane, kept)
    right.semilogy(np.arange(1, len(s) + 1), s, color=BLUE)
    right.semilogy(ranks, s[np.array(ranks) - 1], "o", color=RED)
    right.set(title="singular values of the picture below", xlabel="number", ylabel="size")
    for axes, k in zip(bottom.subplots(1, len(ranks) + 1), [*ranks, len(s)]):
        axes.imshow((u[:, :k] * s[:k]) @ vt[:k], vmin=0, vmax=1)
        numbers = k * (len(u) + vt.shape[1] + 1) / (len(u) * vt.shape[1])
        axes.set_title(f"rank {k} of {len(s)}: {numbers:.0%} of the numbers" if k < len(s) else "the picture")
        axes.set_axis_off()


def _web(axes, pages, a, importance):
    """Pages on a circle, the most important at the top and on clockwise; the area of a disc is its importance."""
    from matplotlib.patches import Circle

    angle, order = np.empty(len(pages)), np.argsort(-importance, kind="stable")
    angle[order] = np.pi / 2 - 2 * np.pi * np.arange(len(pages)) / len(pages)
    at, radius = np.stack([np.cos(angle), np.sin(angle)], axis=1), 0.5 * np.sqrt(importance)
    style = {"arrowstyle": "-|>", "color": GREY, "connectionstyle": "arc3,rad=0.12", "shrinkB": 0}
    for i, j in zip(*np.nonzero(a)):
        if a[j, j] == 0:  # a page without links, which leads to all pages, has no arrows
            way = at[j] - at[i]
            axes.annotate("", at[i] + way * radius[i] / np.sqrt(way @ way), at[j], arrowprops=style, zorder=1)
    for page, point, r, share in zip(pages, at, radius, importance):
        axes.add_patch(Circle(point, r, color=BLUE, zorder=2))
        across = "center" if abs(point[0]) < 0.3 else "left" if point[0] > 0 else "right"
        along = "center" if abs(point[1]) < 0.7 else "bottom" if point[1] > 0 else "top"
        axes.text(*(point * (1.06 + r)), f"{page} {share:.0%}", ha=across, va=along, zorder=3)
    axes.set(title="PageRank: how many visits each page has", xlim=(-2, 2), ylim=(-1.4, 1.6), aspect="equal")
    axes.set_axis_off()


def _plane(axes, plane, kept):
    """A circle and what the map makes of it; points are joined to their images, and the kept directions are lines."""
    angle = np.linspace(0, 2 * np.pi, 361)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    image = plane @ circle
    axes.plot(*circle, color=GREY)
    axes.plot(*image, color=BLUE)
    for k in range(0, 360, 15):
        axes.annotate("", image[:, k], circle[:, k], arrowprops={"arrowstyle": "->", "color": GREY})
    for x, y in 1.25 * max(1.0, np.abs(image).max()) * np.array(kept).reshape(-1, 2):
        axes.plot([-x, x], [-y, y], color=RED, linewidth=2)
    (a, b), (c, d) = plane
    axes.set(title=f"x → [[{a:g}, {b:g}], [{c:g}, {d:g}]] x; red: its eigenvectors", aspect="equal")


def words(results, save):
    """Words and titles in the plane of the first two singular vectors."""
    names, titles, x = lsa.counts()
    u, s, vt = svd.svd(x)
    with save("words", figsize=(7, 5)) as figure:
        axes = figure.subplots()
        for labels, at, color, side in ((names, u, BLUE, "left"), (titles, vt.T, RED, "right")):
            points = at[:, :2] * s[:2] * np.sign(u[0, :2])
            axes.plot(*points.T, "o", color=color)
            for x, y in np.unique(points.round(9), axis=0):  # two words of equal counts share a point
                name = ", ".join(label for label, point in zip(labels, points.round(9)) if (point == (x, y)).all())
                axes.annotate(f" {name} ", (x, y), color=color, ha=side, va="bottom" if side == "left" else "top")
        axes.margins(0.12)
        axes.set(xlabel="first dimension", ylabel="second", title="words (blue) and titles (red)")


def roots(results, save):
    """The roots 1 to n, those after the change, and those that float64 finds."""
    cfg = ill_conditioned.Polynomial(**results[0]["config"])
    moved = ill_conditioned.roots(cfg, None).values()
    floats = schur.eigenvalues(ill_conditioned.companion(ill_conditioned.wilkinson(cfg.degree, cfg.change)))
    with save("roots", figsize=(8, 4)) as figure:
        axes = figure.subplots()
        axes.plot(range(1, cfg.degree + 1), [0] * cfg.degree, "o", color=GREY, label="before the change")
        for sign in (1, -1):
            at = [(row["real part"], sign * row.get("imaginary part", 0)) for row in moved]
            axes.plot(*zip(*at), "o", color=BLUE, label="after it, to sixty digits" if sign == 1 else None)
        axes.plot(floats.real, floats.imag, "x", color=RED, label="after it, by float64")
        axes.set(xlabel="real part", ylabel="imaginary part", xticks=range(1, cfg.degree + 1))
        axes.legend()


def conditions(results, save):
    """κ₂ of Hilbert's matrix, exactly and as float64 computes it; and the errors of that and of storing the matrix."""
    table = {n: ill_conditioned.conditions(ill_conditioned.Hilbert(n, 60), None) for n in range(2, 15)}
    columns = ("k2", "float64 in k2", "storing alone in k2")
    k2, computed, stored = np.array([[values[name] for name in columns] for values in table.values()]).T
    eps = np.finfo(float).eps
    with save("conditions", figsize=(10, 4)) as figure:
        left, right = figure.subplots(1, 2)
        left.semilogy(list(table), k2, "o-", color=BLUE, label="exact")
        left.semilogy(list(table), k2 * (1 + computed), "x--", color=RED, label="as float64 computes it")
        left.axhline(1 / eps, color="black", linewidth=1, linestyle=":", label="1/ε")
        left.set(xlabel="n", ylabel="condition number κ₂")
        right.semilogy(list(table), abs(stored), "o-", color=BLUE, label="of storing the matrix alone")
        right.semilogy(list(table), abs(computed), "x--", color=RED, label="of storing and computing")
        right.semilogy(list(table), eps * k2, color="black", linewidth=1, linestyle=":", label="ε κ₂")
        right.set(xlabel="n", ylabel="relative error of κ₂", ylim=(eps, 10))
        left.legend()
        right.legend()
