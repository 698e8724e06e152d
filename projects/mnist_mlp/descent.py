"""Gradient descent by mini-batches: momentum, weight decay, a learning rate that may fall."""

import math

from abacus import data, nn, streams
from abacus.optim import SGD
from abacus.tensor import backward

SCHEDULES = {  # the factor of the learning rate when a share of all passes is done
    "constant": lambda done: 1.0,
    "linear": lambda done: 1 - done,
    "cosine": lambda done: 0.5 * (1 + math.cos(math.pi * done)),
    "steps": lambda done: 0.3 ** int(4 * done),
}


class Descent:
    """v ← momentum·v + ∂E/∂w + decay·w,  w ← w − rate·v. Weights decay, biases do not."""

    def __init__(self, network, rate, momentum, decay, schedule):
        parameters = nn.parameters(network)
        decays = {name: decay for name in parameters if name.endswith(".w")}
        self.optimiser = SGD(parameters, rate, momentum, weight_decay=decays if decay else 0.0)
        self.rate, self.schedule = rate, schedule

    def run(self, network, arrays, batch, done, shuffle, drop):
        """One pass over (inputs, targets) in the order that `shuffle` draws, a share `done` of all being over: the mean loss."""
        self.optimiser.lr = self.rate * SCHEDULES[self.schedule](done)
        total = 0.0
        for x, targets in data.batches(arrays, batch, shuffle):
            loss = network.loss(x, targets, drop)
            self.optimiser.step(backward(loss))  # eqs. 6 and 7
            total += float(loss) * len(targets)
        return total / len(arrays[0])


def fit(network, x, targets, passes, batch, descent, seed):
    """The mean loss of each of so many passes."""
    return [
        descent.run(
            network,
            (x, targets),
            batch,
            k / passes,
            streams.rng(seed, "shuffle", k),
            streams.rng(seed, "drop", k),
        )
        for k in range(passes)
    ]
