"""1 and 2 processes train the same network, each with a share of every batch, and end with the same bytes."""

from dataclasses import dataclass

import numpy as np

import alexnet
import cost
import pictures
import reducing
import scaling
import train
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import at_least, one_of
from start import JOINED, lines


@dataclass
class Config:
    network: str = one_of(*train.NETWORKS)  # convolutional: much work for each parameter; dense: little
    processes: list[int] = at_least(1)  # of each training; the first training is what the others are compared with
    parts: list[int] = at_least(1)  # in which each training cuts its batches, a multiple of its processes
    joined: str = one_of(*JOINED)  # by what several processes are joined
    batch: int = at_least(1)  # examples of a step, of all processes together
    steps: int = at_least(1)  # of each training

    def __post_init__(self):
        """Both lists are of one length."""
        if len(self.processes) != len(self.parts):
            raise BadInput(f"processes={self.processes} and parts={self.parts}: wanted two lists of one length")


def learn(cfg: Config, job):
    """One training for each number of processes, and which of its weights have other bits than the first's."""
    seed, found, curves = int(job.rng("training").integers(2**31)), {}, {}
    for i, (n, parts) in enumerate(zip(cfg.processes, cfg.parts)):
        name = f"{_many(n, 'process')}, {_many(parts, 'part')}"
        file = job.folder / f"weights{i}.npy"
        options = [
            f"--batch={cfg.batch}",
            f"--parts={parts}",
            f"--steps={cfg.steps}",
            f"--seed={seed}",
            f"--keep={file}",
        ]
        curves[name] = []
        for said in lines([train.__file__, cfg.network, "--json", *options], n, cfg.joined):
            if "loss" in said:
                job.log(training=name, **said)
                curves[name].append(said["loss"])
                job.progress((i + len(curves[name]) / cfg.steps) / len(cfg.parts), name)
        weights = np.load(file)
        if not found:
            first = weights
        others = int((weights.view(np.uint32) != first.view(np.uint32)).sum())
        found[name] = {
            "last loss": curves[name][-1],
            "test error, %": said["error"],
            "weights": len(weights),
            "weights with other bits": others,
            "largest difference": float(np.abs(weights - first).max()),
        }
    say(found)
    with job.figure("bytes") as figure:
        pictures.training(figure, curves, first, train.NETWORKS[cfg.network])
    return found


def say(found):
    """One sentence: what is seen."""
    (first, _), *others = found.items()
    told = [f"{name}: {row['weights with other bits'] or 'none'} of {row['weights']}" for name, row in others]
    print(f"Weights that end with other bits than by {first}: {'; '.join(told)}.")


def _many(n, what):
    return f"{n} {what}" if n == 1 else f"{n} {what}{'es' if what.endswith('s') else 's'}"


if __name__ == "__main__":
    launch(
        learn,
        alexnet.count,
        alexnet.layers,
        cost.exchange,
        reducing.reduce,
        scaling.scaling,
        figures={alexnet.layers: pictures.layers, cost.exchange: pictures.exchange, scaling.scaling: pictures.scaling},
    )
