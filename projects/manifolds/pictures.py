"""Figures: the roll and its maps, eigenvectors of graphs, the map of cities, digits as thumbnails."""

import numpy as np

from abacus.running import plot

SHADES = "viridis"
BANDS = 12  # of colour along the sheet
SHOWN = 320  # thumbnails at most in one map
SIZE = 0.034  # of a thumbnail, as a part of the map's width


def roll(figure, x, along, maps):
    """The roll x (n, 3) and each map (n, 2), coloured by the way along the sheet (n,)."""
    figure.set_size_inches(8.4, 4.4)
    bands = np.floor(np.interp(along, [along.min(), along.max()], [0, BANDS - 1e-9]))
    look = {"c": bands, "cmap": SHADES, "s": 4, "linewidths": 0, "antialiaseds": False}  # few colours: a small file
    first = figure.add_subplot(2, 4, 1, projection="3d")
    first.scatter(x[:, 0], x[:, 2], x[:, 1], depthshade=False, **look)
    first.view_init(18, -75)
    first.set(title="the roll", xticks=[], yticks=[], zticks=[])
    for place, (name, y) in enumerate(maps.items(), start=2):
        axes = figure.add_subplot(2, 4, place)
        axes.scatter(*y.T, **look)
        axes.set(title=name, xticks=[], yticks=[])


def eigenvectors(figure, path, ring, grid, shape):
    """The second to fourth eigenvectors of a path, two of a ring against each other, and the second to fourth of a grid."""
    from eigenmaps import laplacian, smallest

    figure.set_size_inches(8.4, 4.6)
    axes = figure.subplots(2, 3)
    bottom = {name: smallest(laplacian(w)[0], 4)[1] for name, w in (("path", path), ("ring", ring), ("grid", grid))}
    for k, style in zip((1, 2, 3), ("o-", "s--", "^:")):
        axes[0, 0].plot(bottom["path"][:, k], style, markersize=4, label=f"eigenvector {k + 1}")
    axes[0, 0].set(title="path: cosines", xlabel="node")
    axes[0, 0].legend(fontsize=7)
    closed = np.append(np.arange(len(bottom["ring"])), 0)
    axes[0, 1].plot(*bottom["ring"][closed, 1:3].T, "o-")
    axes[0, 1].set(title="ring: 2 against 3", aspect="equal")
    axes[0, 2].plot(*bottom["grid"][:, 1:3].T, "o")
    axes[0, 2].set(title="grid: 2 against 3")
    for place, k in zip(axes[1], (1, 2, 3)):
        limit = np.abs(bottom["grid"][:, k]).max()
        place.imshow(bottom["grid"][:, k].reshape(shape), cmap="RdBu_r", vmin=-limit, vmax=limit)
        place.set(title=f"grid: eigenvector {k + 1}", xticks=[], yticks=[])


def cities(figure, names, classical, better):
    """Two maps of the cities (n, 2), north upwards: dots with names, and a line to where SMACOF moves each."""
    figure.set_size_inches(7.6, 5.6)
    axes = figure.subplots()
    u, _, v = np.linalg.svd(better.T @ classical)
    better = better @ (u @ v)  # turned onto the other
    for (a, b), (c, d), name in zip(classical * [1, -1], better * [1, -1], names):
        axes.plot([a, c], [b, d], color="0.6", linewidth=1)
        axes.text(a + 40, b, name, fontsize=8, va="center")
    axes.plot(*(classical * [1, -1]).T, "o", color="C0", label="classical scaling")
    axes.plot(*(better * [1, -1]).T, "^", color="C1", markersize=4, label="SMACOF")
    axes.set(xlabel="km", ylabel="km", aspect="equal")
    axes.legend()


def thumbnails(figure, maps, images, labels):
    """Each map (n, 2) as the images (n, height, width) themselves at their places, ink in the colour of the label."""
    figure.set_size_inches(5.4 * len(maps), 5.4)
    for axes, (name, y) in zip(figure.subplots(1, len(maps)), maps.items()):
        low, high = y.min(axis=0), y.max(axis=0)
        place = 0.5 + (y - (low + high) / 2) / (high - low).max()
        taken = np.zeros((0, 2))
        for i in range(len(y)):
            if len(taken) == SHOWN:
                break
            if len(taken) and (np.abs(taken - place[i]).max(axis=1) < 0.75 * SIZE).any():
                continue  # another image lies there
            taken = np.vstack([taken, place[i]])
            left, bottom = place[i] - SIZE / 2
            colour = _shade(images[i], plot.style.COLOURS[labels[i] % len(plot.style.COLOURS)])
            axes.imshow(colour, extent=(left, left + SIZE, bottom, bottom + SIZE), interpolation="nearest")
        axes.set(title=name, xlim=(-SIZE, 1 + SIZE), ylim=(-SIZE, 1 + SIZE), aspect="equal")
        axes.axis("off")


def _shade(image, colour):
    """The image (height, width) as ink of this colour on nothing: (height, width, 4)."""
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    ink = (image - image.min()) / max(image.max() - image.min(), np.finfo(np.float64).tiny)
    return np.dstack([np.full_like(ink, red), np.full_like(ink, green), np.full_like(ink, blue), ink])
