"""Figures: learning curves beside the printed returns, a pole that is held up, and moving pictures of the tasks."""

from pathlib import Path

import numpy as np

from abacus import papers
from abacus.errors import BadInput
from abacus.verdict import intervals

WIDTH, HEIGHT = 240, 160
GROUND, DARK, RED, BLUE = (235, 235, 230), (60, 60, 60), (209, 73, 91), (27, 108, 168)


def curves(key):
    """A `draw` for launch: every seed's return against the steps, one graph for each task, beside the print's mean ± sd; the
    title has our interquartile mean with its 90 % bootstrap interval."""

    def draw(results, save):
        rows = list(dict.fromkeys(record["row"] for record in results))
        with save("curves", figsize=(5 * len(rows), 3.8)) as figure:
            for axes, row in zip(np.atleast_1d(figure.subplots(1, len(rows))), rows):
                _curves(axes, row, [record for record in results if record["row"] == row], key)

    return draw


def _curves(axes, row, records, key):
    for record in (record for record in records if record["log"]):  # a seed that has diverged has none
        steps, returns = zip(*((line["step"], line["return"]) for line in record["log"]))
        axes.plot(np.array(steps) / 1000, returns, color="C0", linewidth=0.8, alpha=0.6)
    values = [record["values"]["return"] for record in records if record["values"]]
    if not values:
        return
    middle, (low, high) = intervals.interquartile_mean(values), intervals.interquartile_interval(values)
    axes.set(title=f"{row}: interquartile mean {middle:.1f} ({low:.1f} to {high:.1f})", xlabel="thousand steps")
    axes.set_ylabel("mean return of 100 episodes")
    printed = key and papers.table(key).rows.get(row, {}).get("return")
    if printed:
        axes.axhline(printed.number, color="black", linestyle="--", linewidth=1, label=f"printed: {printed.text}")
        spread = printed.spread or 0
        axes.axhspan(printed.number - spread, printed.number + spread, color="0.85", zorder=0)
        axes.legend(loc="lower right")


def compared(results, save):
    """Mean return of the seeds of each row against the steps, on one graph."""
    with save("curves") as figure:
        axes = figure.subplots()
        for k, row in enumerate(dict.fromkeys(record["row"] for record in results)):
            logs = [record["log"] for record in results if record["row"] == row and record["log"]]
            if not logs:
                continue
            x = [line.get("step", line.get("episode")) for line in logs[0]]
            y = np.mean([[line["return"] for line in log] for log in logs], axis=0)
            axes.plot(x, y, color=f"C{k}", label=row)
            axes.set(xlabel="episode" if "episode" in logs[0][0] else "steps", ylabel="mean return")
        axes.legend(*axes.get_legend_handles_labels())


def look(figure, log, before, after):
    """Left: the return while a pole is learnt. Right: the pole's angle in one episode before and after."""
    left, right = figure.subplots(1, 2)
    left.plot([line["step"] for line in log], [line["return"] for line in log], color="C0")
    left.set(xlabel="steps of the cart", ylabel="return (steps until it falls)", title="learning, mean of 100 episodes")
    for states, label, colour in ((before, "before", "C1"), (after, "after", "C0")):
        right.plot(np.degrees(states[:, 2]), color=colour, label=f"{label}: {len(states)} steps")
    right.axhspan(-12, 12, color="0.92", zorder=0)
    right.set(xlabel="step", ylabel="angle of the pole in degrees", title="one episode; outside the grey it has fallen")
    right.legend()


def drawn(task, s):
    """One picture (PIL) of a task in its inner state s."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    {"CartPole": _cart_pole, "Acrobot": _acrobot, "MountainCar": _mountain_car}[task](ImageDraw.Draw(picture), s)
    return picture


def own(pictures):
    """The pictures (height, width, 3) that an environment has drawn itself, for `save_gif`. BadInput where it draws none."""
    from PIL import Image

    if any(np.ndim(picture) != 3 for picture in pictures):
        raise BadInput("this environment draws no pictures: leave out --gif")
    return [Image.fromarray(np.asarray(picture, np.uint8)) for picture in pictures]


def expect_folder(path):
    """BadInput where the folder of a file that is to be written is not there."""
    if path and not Path(path).absolute().parent.is_dir():
        raise BadInput(f"--gif {path}: there is no folder {Path(path).absolute().parent}")


def save_gif(path, frames, milliseconds=40):
    """A GIF that begins again at its end."""
    frames = [frame.quantize(32) for frame in frames]
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0)


def _cart_pole(draw, s):
    x, y = WIDTH / 2 + s[0] * 45, HEIGHT - 35
    draw.line([(0, y + 8), (WIDTH, y + 8)], fill=DARK)
    draw.rectangle([x - 16, y - 8, x + 16, y + 8], fill=DARK)
    draw.line([(x, y - 8), (x + 90 * np.sin(s[2]), y - 8 - 90 * np.cos(s[2]))], fill=RED, width=5)


def _acrobot(draw, s):
    x, y, unit = WIDTH / 2, HEIGHT / 2, 36
    draw.line([(0, y - unit), (WIDTH, y - unit)], fill=DARK)
    elbow = x + unit * np.sin(s[0]), y + unit * np.cos(s[0])
    tip = elbow[0] + unit * np.sin(s[0] + s[1]), elbow[1] + unit * np.cos(s[0] + s[1])
    draw.line([(x, y), elbow], fill=BLUE, width=6)
    draw.line([elbow, tip], fill=RED, width=6)


def _mountain_car(draw, s):
    places = np.linspace(-1.2, 0.6, WIDTH)
    draw.line(list(zip(range(WIDTH), _height(places))), fill=DARK, width=2)
    x, y = (s[0] + 1.2) / 1.8 * (WIDTH - 1), _height(s[0])
    draw.ellipse([x - 6, y - 12, x + 6, y], fill=RED)


def _height(place):
    return HEIGHT - 20 - (np.sin(3 * place) + 1) / 2 * (HEIGHT - 50)
