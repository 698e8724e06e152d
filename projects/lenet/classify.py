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
from abacus import command
from abacus.data import pictures
from abacus.errors import Damaged, Unavailable
from abacus.evidence import records
from abacus.running import checkpoint, plot, state
from layers import Start
from networks import LeNet5

HERE = Path(__file__).resolve().parent


@command.guarded
def main(arguments):
    """Read the picture, say the three nearest digits, draw what each layer saw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", help="a PNG of one digit, dark on light or light on dark")
    parser.add_argument("--out", default="saw.png", help="where to draw what each layer saw")
    parser.add_argument("--model", help="a model.checkpoint; else the best LeNet-5 trained here")
    chosen = parser.parse_args(arguments)
    image = pictures.digit(chosen.picture)
    model, network = (Path(chosen.model), restored(chosen.model)) if chosen.model else best()
    distances = network.distances(patterns.seen(image[None], 32)).value[0]
    with plot.figure(chosen.out) as figure:
        figures.maps(figure, network, image)
    for digit in distances.argsort()[:3]:
        print(f"{digit}: distance {distances[digit]:.1f}")
    print(f"drawn: {chosen.out} (model: {model})")


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
