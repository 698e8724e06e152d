"""Moving pictures of the tasks: lines and boxes on a small canvas."""

import numpy as np

WIDTH, HEIGHT = 240, 160
GROUND, DARK, RED, BLUE = (235, 235, 230), (60, 60, 60), (209, 73, 91), (27, 108, 168)


def drawn(task, s):
    """One picture (PIL) of a task in its inner state s."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    {"CartPole": _cart_pole, "Acrobot": _acrobot, "MountainCar": _mountain_car}[task](ImageDraw.Draw(picture), s)
    return picture


def save(path, frames, milliseconds=40):
    """A GIF that begins again at its end."""
    frames = [frame.quantize(32) for frame in frames]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=milliseconds, loop=0)


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
