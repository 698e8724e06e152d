"""Train a small network in one process or several, each with a share of every batch: what every process runs.

python train.py convolutional                             one process
python start.py -n 2 train.py dense                       two, joined by shared memory
python start.py -n 2 --mpi train.py dense                 two, joined by MPI
python start.py -n 8 --hosts a:4,b:4 train.py dense       two machines

--parts 4 cuts every batch in four whatever the number of processes: 1, 2 and 4 of them then end with the same bits.
"""

import argparse
import json
import statistics
import sys
import time
import zlib
from pathlib import Path

import numpy as np

import group
from abacus import nn, ops, streams
from abacus.errors import BadInput, Unavailable
from abacus.optim import SGD
from abacus.tensor import no_grad
from shares import Replicas, backward_in_threads

SIDE, CLASSES = 28, 10
TEST = 2000  # images
WARM = 5  # steps before the clock starts
FAST = 0.1  # a tenth of the steps are as fast as what is reported: those that no other work on the machine disturbed


class Convolutional:
    """Much work for each parameter, as in the lower layers of AlexNet."""

    lr = 0.05

    def __init__(self, rng):
        self.first = nn.Conv2d(1, 16, 9, rng, activation="relu")  # 20 × 20 × 16
        self.second = nn.Conv2d(16, 32, 5, rng, activation="relu")  # 6 × 6 × 32, after the maxima of 2 × 2
        self.out = nn.Affine(32 * 3 * 3, CLASSES, rng)

    def __call__(self, x):
        x = ops.max_pool2d(self.first(x), 2)
        x = ops.max_pool2d(self.second(x), 2)
        return self.out(ops.reshape(x, x.shape[0], 32 * 3 * 3))

    @staticmethod
    def kernels(weights):
        """The first layer's kernels (16, 9, 9) within all weights in one array."""
        return weights[: 16 * 9 * 9].reshape(16, 9, 9)


class Dense:
    """Little work for each parameter, as in the upper layers of AlexNet."""

    lr = 0.1

    def __init__(self, rng):
        self.first = nn.Affine(SIDE * SIDE, 1024, rng, activation="relu")
        self.second = nn.Affine(1024, 1024, rng, activation="relu")
        self.out = nn.Affine(1024, CLASSES, rng)

    def __call__(self, x):
        return self.out(self.second(self.first(ops.reshape(x, x.shape[0], SIDE * SIDE))))

    @staticmethod
    def kernels(weights):
        """What each unit of the first layer weighs the image with (1024, 28, 28), within all weights in one array."""
        return weights[: SIDE * SIDE * 1024].reshape(SIDE * SIDE, 1024).T.reshape(1024, SIDE, SIDE)


NETWORKS = {"convolutional": Convolutional, "dense": Dense}


def stripes(n, rng):
    """Images (n, 1, 28, 28) of stripes in noise, float32, and which of ten directions they have: labels (n,)."""
    labels = rng.integers(0, CLASSES, n)
    angle = np.pi * labels / CLASSES
    waves, phase = rng.uniform(0.1, 0.25, n), rng.uniform(0, 2 * np.pi, n)  # waves a pixel
    centre = rng.uniform(-4, 4, (2, n))  # of the round window through which they are seen
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    x, y = np.subtract.outer(-centre[0], -x), np.subtract.outer(-centre[1], -y)  # n × 28 × 28
    angle, waves, phase = (array[:, None, None] for array in (angle, waves, phase))
    seen = np.cos(2 * np.pi * waves * (x * np.cos(angle) + y * np.sin(angle)) + phase) * np.exp(-(x**2 + y**2) / 72)
    return (seen + 0.75 * rng.standard_normal(seen.shape))[:, None].astype(np.float32), labels


def error(model, images, labels):
    """Per cent of the images whose direction is not recognised."""
    with no_grad():
        return 100 * float((model(images).value.argmax(axis=1) != labels).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--batch", type=int, default=64, help="examples of a step, of all processes together (64)")
    parser.add_argument("--parts", type=int, default=0, help="pieces of a batch; 0: one a process")
    parser.add_argument("--threads", type=int, default=1, help="threads of one process, each with a part of the batch")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print lines for programs: each step's loss, then the end")
    parser.add_argument("--keep", metavar="FILE", help="write the weights there, as one array")
    asked = parser.parse_args()
    try:
        wanted = {"batch": asked.batch, "threads": asked.threads, "steps": asked.steps}
        if wrong := [name for name, value in wanted.items() if value < 1]:
            raise BadInput(f"--{wrong[0]} {wanted[wrong[0]]}: wanted at least 1")
        if asked.parts < 0 or asked.seed < 0:
            raise BadInput(f"--parts {asked.parts} --seed {asked.seed}: wanted at least 0")
        if asked.keep and not Path(asked.keep).resolve().parent.is_dir():
            raise BadInput(f"--keep {asked.keep}: no such folder")
        train(group.join(), NETWORKS[asked.network](streams.rng(asked.seed, "init")), asked)
    except (BadInput, Unavailable) as reason:
        print(f"train: {reason}", file=sys.stderr)
        return 2 if isinstance(reason, BadInput) else 1
    return 0


def train(processes, model, asked):
    """`steps` steps, all processes together; rank 0 says how they went."""
    parameters, seconds = nn.parameters(model), []
    optimiser = SGD(parameters, lr=model.lr, momentum=0.9)
    backward = _backward(processes, parameters, asked)
    for step in range(asked.steps):
        batch = stripes(asked.batch, streams.rng(asked.seed, "batch", step))
        started = time.perf_counter()
        loss, gradients = backward(lambda x, y: ops.softmax_cross_entropy(model(x), y), batch)
        optimiser.step(gradients)
        seconds.append(time.perf_counter() - started)
        if processes.rank == 0 and asked.json:
            print(json.dumps({"step": step, "loss": float(loss)}), flush=True)
        elif processes.rank == 0 and (step % 20 == 0 or step + 1 == asked.steps):
            print(f"step {step}: loss {float(loss):.6f}, {1e3 * statistics.median(seconds[-20:]):.1f} ms a step")
    if processes.rank == 0:
        _end(model, parameters, seconds, asked)


def _backward(processes, parameters, asked):
    """What gives the loss and the gradients of a batch: replicas in processes, or the threads of one process."""
    if asked.threads == 1:
        return Replicas(processes, parameters, asked.parts).backward
    if processes.size > 1 or asked.parts:
        raise BadInput(f"--threads {asked.threads}: goes with one process, and without --parts")
    return lambda loss_of, batch: backward_in_threads(loss_of, batch, asked.threads)


def _end(model, parameters, seconds, asked):
    """Keep the weights where it is asked; print the last line."""
    weights = np.concatenate([parameter.value.reshape(-1) for parameter in parameters.values()])
    if asked.keep:
        np.save(asked.keep, weights)
    wrong, checksum = error(model, *stripes(TEST, streams.rng(asked.seed, "test"))), zlib.crc32(weights)
    if asked.json:
        fast = float(np.quantile(seconds[min(WARM, len(seconds) - 1) :], FAST))
        said = {"seconds": fast, "error": wrong, "weights": len(weights), "bytes": weights.nbytes, "crc32": checksum}
        print(json.dumps(said), flush=True)
    else:
        print(f"{wrong:.1f} % of {TEST} test images wrong; crc32 of the weights: {checksum}")


if __name__ == "__main__":
    sys.exit(main())
