"""Pictures: a walker on the cliff as a moving one, its values and moves, and curves of learning."""

from pathlib import Path

import numpy as np

from abacus.errors import BadInput

ARROW, BLUE, RED = 0.32, "#1b6ca8", "#d1495b"
FEW = 10  # points that are shown as such
SQUARE = 28  # pixels of a square in a moving picture


def values_and_moves(axes, grid, q, moves, cliff, path, title):
    """The largest q of each square as colour, the best move as an arrow, the way of one episode as a line."""
    v = q.max(axis=1)[grid].astype(float)
    v[cliff] = np.nan
    axes.imshow(v, cmap="YlGnBu")
    axes.set(title=title, xticks=[], yticks=[])
    for (i, j), s in np.ndenumerate(grid):
        if not cliff[i, j] and q[s].any():
            down, right = ARROW * np.array(moves[q[s].argmax()])
            arrow = {"arrowstyle": "->", "color": "black", "lw": 0.8}
            axes.annotate("", (j + right, i + down), (j - right, i - down), arrowprops=arrow)
    rows, columns = np.divmod(path, grid.shape[1])
    axes.plot(columns, rows, color=RED, linewidth=2, alpha=0.8)


def rewards(axes, curves, width=10):
    """{name: returns (episodes,)}, smoothed over `width` episodes."""
    for k, (name, returns) in enumerate(curves.items()):
        smooth = np.convolve(returns, np.ones(width) / width, mode="valid")
        axes.plot(np.arange(len(smooth)) + width, smooth, color=f"C{k}", label=name)
    axes.set(xlabel="episode", ylabel="sum of rewards", ylim=(-100, 0))
    axes.legend(loc="lower right")


def frames(grid, cliff, goal, path, trail=()):
    """Pictures (n, height, width, 3) of bytes: a walker that goes along `path`; the squares of `trail` are shaded."""
    colours = np.full((*grid.shape, 3), 235, np.uint8)
    colours[cliff] = 60, 60, 60
    for s in trail:
        colours[np.divmod(s, grid.shape[1])] = 200, 220, 240
    colours[np.divmod(goal, grid.shape[1])] = 120, 190, 130
    pictures = []
    for s in path:
        shown = colours.copy()
        shown[np.divmod(s, grid.shape[1])] = 209, 73, 91
        shown = shown.repeat(SQUARE, axis=0).repeat(SQUARE, axis=1)
        shown[::SQUARE] = shown[:, ::SQUARE] = 255
        pictures.append(shown)
    return np.array(pictures)


def expect_folder(path):
    """BadInput where the folder of a file that is to be written is not there."""
    if path and not Path(path).absolute().parent.is_dir():
        raise BadInput(f"--gif {path}: there is no folder {Path(path).absolute().parent}")


def save_gif(path, pictures, milliseconds=120):
    """A GIF of pictures (n, height, width, 3) that begins again at its end."""
    from PIL import Image

    images = [Image.fromarray(picture).quantize(32, dither=Image.Dither.NONE) for picture in pictures]
    images[0].save(path, "GIF", save_all=True, append_images=images[1:], duration=milliseconds, loop=0)


def lines(x, ylabel, xlabel, log=False):
    """A `draw` for launch: the means over the seeds of what each row logged, against the logged x."""

    def draw(results, save):
        with save("curves") as figure:
            axes = figure.subplots()
            for k, row in enumerate(dict.fromkeys(record["row"] for record in results)):
                logs = [record["log"] for record in results if record["row"] == row and record["log"]]
                if not logs:  # every seed has diverged
                    continue
                means = np.mean([[line["value"] for line in log] for log in logs], axis=0)
                points, style = [line[x] for line in logs[0]], "o-" if len(means) <= FEW else "-"
                axes.plot(points, means, style, color=f"C{k % 8}", label=row)
            axes.set(xlabel=xlabel, ylabel=ylabel, **({"xscale": "log", "yscale": "log"} if log and axes.lines else {}))
            axes.legend(*axes.get_legend_handles_labels(), fontsize=8)

    return draw


def shared_values(results, save):
    """The true values of the long walk, and what each method makes of its groups (the first seed)."""
    log = results[0]["log"]
    with save("curves") as figure:
        axes = figure.subplots()
        for k, name in enumerate(name for name in log[0] if name != "state"):
            style = (
                {"color": "black", "linewidth": 1} if name == "true" else {"color": f"C{k}", "drawstyle": "steps-mid"}
            )
            axes.plot([line["state"] for line in log], [line[name] for line in log], label=name, **style)
        axes.set(xlabel="state", ylabel="value")
        axes.legend()
