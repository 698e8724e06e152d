"""Read a digit from a picture of yours and draw what each layer saw:  python classify.py digit.png [--out saw.png]

It uses the best LeNet-5 that was trained here: `python run.py` leaves one that knows printed digits, `python run.py
experiment=fig5_sgd seed=0` one that knows handwriting.
"""

import argparse
import contextlib
import sys
from pathlib import Path

import numpy as np

import figures
import patterns
from abacus.errors import Damaged, Unavailable
from abacus.evidence import records
from abacus.running import checkpoint, plot, state
from layers import Start
from networks import LeNet5

HERE = Path(__file__).resolve().parent
BOX = 20  # pixels: the longer side of a digit of MNIST


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", help="a PNG of one digit, dark on light or light on dark")
    parser.add_argument("--out", default="saw.png", help="where to draw what each layer saw")
    parser.add_argument("--model", help="a model.checkpoint; else the best LeNet-5 trained here")
    chosen = parser.parse_args(arguments)
    try:
        image = framed(read(chosen.picture))
        model, network = (Path(chosen.model), restored(chosen.model)) if chosen.model else best()
        distances = network.distances(patterns.seen(image[None], 32)).value[0]
        with plot.figure(chosen.out) as figure:
            figures.maps(figure, network, image)
    except (OSError, SyntaxError, ValueError) as error:  # what matplotlib raises of files that are no pictures
        print(f"classify: {error}", file=sys.stderr)
        return 1
    for digit in distances.argsort()[:3]:
        print(f"{digit}: distance {distances[digit]:.1f}")
    print(f"drawn: {chosen.out} (model: {model})")
    return 0


def best():
    """(model.checkpoint, network) of the LeNet-5 that misreads the fewest of its test digits."""
    runs, trained = records.runs_folder(HERE), []
    for path in runs.glob("*/*/*/model.checkpoint"):
        with contextlib.suppress(Damaged):
            record = records.read(path.parent / "record.json")
            if (
                record and record["values"]
            ):  # there is none of a run that was stopped, and no value of one that diverged
                (values,) = record["values"].values()
                trained.append((values["test error"], path))
    for _, path in sorted(trained):
        with contextlib.suppress(OSError, ValueError):  # another network's state
            return path, restored(path)
    raise Unavailable(f"no trained LeNet-5 in {runs}: run python run.py first (no download)")


def restored(path):
    """The network whose state `job.save` wrote."""
    network = LeNet5(Start(1, np.random.default_rng(0)))
    state.restore([network], checkpoint.read(path))
    return network


def read(path):
    """A picture as greys (height, width): the background, which the border is taken to show, 0, and the ink up to 1."""
    from matplotlib.image import imread

    grey = imread(path)
    grey = grey / np.iinfo(grey.dtype).max if grey.dtype.kind == "u" else grey
    if grey.ndim == 3:
        colours, alpha = grey[..., :3].mean(axis=2), grey[..., 3] if grey.shape[2] == 4 else 1
        grey = alpha if np.ptp(np.where(alpha > 0, colours, colours.max())) == 0 else colours * alpha + 1 - alpha
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = np.abs(grey - np.median(border))
    return ink / max(ink.max(), 1 / 255)


def framed(ink):
    """As the digits of MNIST: the box of the ink shrunk to 20 pixels, its centre of mass in the middle of 28 × 28."""
    dark = ink > 1 / 4
    ink = np.where(dark, ink, 0)
    if not dark.any() or dark.all():
        raise ValueError("the picture is of one colour: wanted a digit on a plain background")
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    factor = BOX / max(ink.shape)
    small = means(ink.shape[0], factor) @ ink @ means(ink.shape[1], factor).T
    middle = [
        round(13.5 - np.average(np.arange(n), weights=small.sum(axis=1 - axis))) for axis, n in enumerate(small.shape)
    ]
    top, left = (min(max(place, 0), 28 - n) for place, n in zip(middle, small.shape))
    field = np.zeros((28, 28))
    field[top : top + small.shape[0], left : left + small.shape[1]] = small / small.max()
    return np.rint(255 * field).astype(np.uint8)


def means(n, factor):
    """A matrix that turns n pixels into about n·factor, each the mean of what it covers."""
    m = max(1, round(n * factor))
    edges = np.linspace(0, n, m + 1)
    low, high = np.maximum(edges[:-1, None], np.arange(n)), np.minimum(edges[1:, None], np.arange(n) + 1)
    return np.maximum(high - low, 0) * (m / n)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
