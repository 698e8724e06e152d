"""The figures: a spiral that comes out of noise, pages of digits, and what the tables say."""

import numpy as np

import process
from abacus.running import plot

SHOWN = 5  # moments of the way


def way_of_points(job, truth, found, way, rng):
    """Above the spiral as it dissolves, below the points on their way back; and the way back as a moving picture."""
    marks = sorted(way)
    back = [marks[i] for i in np.linspace(0, len(marks) - 1, SHOWN).astype(int)]
    with job.figure("way") as figure:
        figure.set_size_inches(10, 4.2)
        lines = figure.subplots(2, SHOWN)
        noise = rng.standard_normal(truth.shape)
        for axes, t in zip(lines[0], back):
            axes.plot(*process.forward(truth, t, noise, found).T, ".", ms=1.5, color="0.3", rasterized=True)
            axes.set(title=f"t = {t}")
        for axes, t in zip(lines[1], back):
            axes.plot(*way[t].T, ".", ms=1.5, color="C0", rasterized=True)
        for axes in lines.ravel():
            axes.set(xlim=(-3, 3), ylim=(-3, 3), xticks=[], yticks=[], aspect="equal")
        lines[0, 0].set_ylabel("forward: noise is added")
        lines[1, 0].set_ylabel("back: drawn from noise")
    frames = [way[t] for t in np.array(marks)[np.linspace(len(marks) - 1, 0, min(40, len(marks))).astype(int)]]
    job.animation("back", [dotted(points) for points in [*frames, *[frames[-1]] * 10]], 80)


def dotted(points, side=240, reach=3.0):
    """Points as dark squares of 2 × 2 pixels on white: uint8 (side, side, 3)."""
    sheet = np.full((side, side), 255, np.uint8)
    place = np.rint((points * [1, -1] + reach) / (2 * reach) * side).astype(int)
    place = place[((place >= 0) & (place < side - 1)).all(axis=1)]
    for right in (0, 1):
        for down in (0, 1):
            sheet[place[:, 1] + down, place[:, 0] + right] = 40
    return np.repeat(sheet[:, :, None], 3, axis=2)


def page(job, name, rows):
    """Up to a hundred pictures, ten in a line, from rows of 784 numbers between -1 and 1."""
    with job.figure(name) as figure:
        plot.grid(figure, greys(rows[:100]), limits=(-1, 1))


def fading(job, way, labels):
    """Ten digits on their way out of the noise, a line for each moment."""
    marks = sorted(way, reverse=True)
    rows = np.concatenate([greys(np.clip(way[t], -1.5, 1.5)) for t in marks])
    with job.figure("way") as figure:
        plot.grid(
            figure, rows, rows=[f"t = {t}" for t in marks], columns=[str(c) for c in labels[:10]], limits=(-1.5, 1.5)
        )


def greys(rows):
    """Rows of 784 numbers as pictures (n, 28, 28), in steps of an eighth: a smaller file."""
    return np.rint(8 * rows.reshape(-1, 28, 28)) / 8


def distances(results, save):
    """How far drawn points are off the line, a dot for each seed, and bars for the spiral's own points."""
    with save("off") as figure:
        axes = figure.subplots()
        names = list(dict.fromkeys(r["row"] for r in results))[::-1]
        for r in results:
            axes.plot(r["values"]["off the line"], names.index(r["row"]), "o", color="C0")
            axes.plot(r["values"]["the spiral's own"], names.index(r["row"]), "|", ms=12, color="0.3")
        axes.set_yticks(range(len(names)), names)
        axes.set(xscale="log", xlabel="mean distance from the line; bars: of the spiral's own points")


def losses(results, save):
    """The loss over the updates."""
    with save("losses") as figure:
        axes = figure.subplots()
        plot.curves(axes, results, "update", {"loss": ""}, smooth=10)
        axes.set(xlabel="update", ylabel="mean squared error", yscale="log")


def by_steps(results, save):
    """The best bound against the number of steps, and what no chain can pass."""
    with save("steps") as figure:
        axes = figure.subplots()
        pairs = sorted((r["config"]["steps"], r["values"]["K"]) for r in results)
        axes.semilogx(*zip(*pairs), "o-", label="the best reverse chain, exactly")
        axes.axhline(results[0]["values"]["true"], color="0.4", ls="--", lw=1, label="log₂ 1/5, the true one")
        axes.set(xlabel="T, steps", ylabel="K, bits a sequence")
        axes.legend()


def divergences(results, save):
    """KL against the number of jumps, a line for each way."""
    with save("kl") as figure:
        axes = figure.subplots()
        kinds = {}
        for r in results:
            c = r["config"]
            noise = "DDPM" if c["eta"] == 1 else "DDIM"
            kinds.setdefault(
                f"{noise}, {c['schedule']}, T = {c['steps']}" if noise == "DDIM" else f"DDPM, {c['schedule']}", []
            ).append((c["jumps"], r["values"]["KL"]))
        for (name, pairs), mark in zip(sorted(kinds.items()), "os^Dvx"):
            axes.loglog(*zip(*sorted(pairs)), mark + "-", label=name)
        axes.set(xlabel="steps of the way back", ylabel="KL of the data from what comes back, nats")
        axes.legend()
