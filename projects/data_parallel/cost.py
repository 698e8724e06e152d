"""What one training on n machines costs: a step's computing, and the sum of the gradients over a network.

An all-reduce of B bytes over n processes sends 2 (n - 1) messages and 2 (n - 1) / n · B bytes from each (a slice to the
process that sums it, the sums back; a ring does the same): with a latency α a message and a bandwidth β,

    T(n, B) = 2 (n - 1) α + 2 (n - 1) / n · B / β

A step of a batch of b examples on one machine takes c(b) = c₀ + c₁ b: what does not shrink with the batch, and what does.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

import alexnet
from abacus.settings import above, at_least

FLOAT = 4  # bytes


class Network(NamedTuple):
    """Seconds a message, bytes a second from each machine."""

    latency: float
    bandwidth: float


NETWORKS = {  # bandwidth: nominal; latency of a message from program to program: ours, round numbers of that order
    "1 Gbit Ethernet": Network(50e-6, 125e6),
    "10 Gbit Ethernet": Network(20e-6, 1.25e9),
    "100 Gbit InfiniBand": Network(2e-6, 12.5e9),
}


class Step(NamedTuple):
    """A training step on one machine: c₀, c₁, the batch b, and the bytes B of the gradients."""

    fixed: float
    each: float
    batch: int
    bytes: int

    def computing(self, batch):
        return self.fixed + self.each * batch  # eq. 8


def all_reduce(n, size, network):
    """T(n, B), seconds."""
    return 2 * (n - 1) * network.latency + sent(n, size) / network.bandwidth  # eq. 7


def sent(n, size):
    """Bytes that each of n processes sends in an all-reduce of `size` bytes."""
    return 2 * (n - 1) / n * size  # eq. 5


def same_batch(step, n, network):
    """Seconds of a step whose batch n machines share: c(b / n) + T(n, B)."""
    return step.computing(step.batch / n) + all_reduce(n, step.bytes, network)  # eq. 9


def batch_each(step, n, network):
    """Seconds of a step where each of n machines has a batch as large as one machine's: c(b) + T(n, B)."""
    return step.computing(step.batch) + all_reduce(n, step.bytes, network)  # eq. 10


def pays_up_to(step, network):
    """The n at which a step of the same batch is shortest: √((c₁ b − 2 B / β) / 2 α), or 1 where the bytes alone cost more.

    From d/dn [c₁ b / n + 2 n α − 2 B / (n β)] = 0; beyond it, more machines make a step longer.
    """
    gain = step.each * step.batch - 2 * step.bytes / network.bandwidth
    if gain <= 0:
        return 1
    near = math.sqrt(gain / (2 * network.latency))  # eq. 11
    around = range(max(1, math.floor(near)), math.ceil(near) + 1)
    best = min(around, key=lambda n: same_batch(step, n, network))
    return best if same_batch(step, best, network) < step.computing(step.batch) else 1


def fitted(n, sizes, seconds):
    """The Network that measured all-reduces of n processes amount to: least squares of the relative errors."""
    sizes = np.asarray(sizes, float)
    latency, inverse = _relative_fit([np.full(len(sizes), 2.0 * (n - 1)), sent(n, sizes)], seconds)
    return Network(latency, 1 / inverse)


def fitted_step(batches, seconds, batch, size):
    """The Step of the batch `batch` with gradients of `size` bytes, from the seconds that some batches took on one machine."""
    fixed, each = _relative_fit([np.ones(len(batches)), np.asarray(batches, float)], seconds)
    return Step(fixed, each, batch, size)


def _relative_fit(columns, seconds):
    """The two coefficients, neither below 0 (where one would be, the other alone), that fit seconds = a x + b y best."""
    scaled = np.stack(columns, axis=1) / np.asarray(seconds, float)[:, None]
    both = np.linalg.lstsq(scaled, np.ones(len(scaled)), rcond=None)[0]
    if (both > 0).all():
        return tuple(map(float, both))
    only = int(np.argmax(both))
    return tuple(float(scaled[:, i].sum() / (scaled[:, i] ** 2).sum()) if i == only else 1e-12 for i in range(2))


@dataclass
class Config:
    gpus: int = at_least(1)  # GPUs that train together, a batch each
    batch: int = at_least(1)  # images of a step, on each GPU
    hours: float = above(0)  # hours of the whole training on one GPU
    epochs: int = at_least(1)  # passes over the training set in these hours
    images: int = at_least(1)  # images of the training set
    bandwidth: float = above(0)  # bytes a second that each GPU can send


def exchange(cfg: Config, job):
    """AlexNet on several GPUs: megabytes that each sends in a step, and the speed-up that follows from them.

    All layers data parallel, as Replicas does it; and cuda-convnet's way, the convolutions data parallel and the dense layers
    model parallel. For two GPUs also the towers of 2012, which send images' values and no gradient of a weight.
    """
    n, step = cfg.gpus, cfg.hours * 3600 / (cfg.epochs * cfg.images / cfg.batch)  # seconds, on one GPU
    plain, trick = everywhere(n), weird(n, cfg.batch)
    found = {
        "data parallel: MB sent": plain / 1e6,
        "data parallel: speed-up": n * step / (step + plain / cfg.bandwidth),
        "one weird trick: MB sent": trick / 1e6,
        "speed-up": n * step / (step + trick / cfg.bandwidth),
    }
    return found | ({"two towers: MB sent": towers(cfg.batch * n) / 1e6} if n == alexnet.TOWERS else {})


def everywhere(n):
    """Bytes that each of n GPUs sends in a step where all gradients are summed."""
    return sent(n, FLOAT * alexnet.total("parameters", 1))


def weird(n, batch):
    """Bytes that each of n GPUs sends where only the convolutions' gradients are summed and the dense layers are cut.

    Each GPU has 1/n of a dense layer's units and computes them for the images of all: it sends what its own `batch` images
    (later its own units) give as input to the n − 1 others, and backward the part of that input's gradient which it found.
    """
    inputs = sum(layer.size**2 * layer.inputs for layer in alexnet.DENSE)
    there_and_back = 2 * (n - 1) * batch * inputs * FLOAT  # eq. 12
    return sent(n, FLOAT * alexnet.total("parameters", 1, alexnet.CONVOLUTIONS)) + there_and_back


def towers(batch):
    """Bytes that each of two GPUs sends where the network itself is cut in two: at conv3 and at the dense layers' inputs.

    Each has half of the values that cross, for the whole batch; it sends them, and backward their gradient's other part.
    """
    inputs = alexnet.POOL2 + sum(layer.size**2 * layer.inputs for layer in alexnet.DENSE)
    return 2 * batch * inputs // alexnet.TOWERS * FLOAT
