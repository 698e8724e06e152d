"""A small network learns, in one process or several: prints the losses and a hash of the weights, from each rank.

python train.py TYPE PARTS STEPS [fail | differ | wait]
"""

import hashlib
import json
import os
import sys
import time

from abacus import distributed, nn, ops, streams
from abacus.optim import SGD

BATCH, INPUTS, HIDDEN, CLASSES = 24, 50, 33, 7


class Network:
    def __init__(self, rng, dtype):
        self.hidden, self.out = nn.Affine(INPUTS, HIDDEN, rng), nn.Affine(HIDDEN, CLASSES, rng)
        for parameter in nn.parameters(self).values():
            parameter.value = parameter.value.astype(dtype)

    def __call__(self, x):
        return self.out(ops.tanh(self.hidden(x)))


def main(dtype, parts, steps, mischief=""):
    group = distributed.join()
    seed = group.rank if mischief == "differ" else 0
    network = Network(streams.rng(seed, "init"), dtype)
    replicas = distributed.Replicas(group, nn.parameters(network), int(parts) or None)
    optimiser, losses = SGD(nn.parameters(network), lr=0.1, momentum=0.9), []
    rng = streams.rng(0, "batches")
    for step in range(int(steps)):
        x = rng.standard_normal((BATCH, INPUTS)).astype(dtype)
        y = x[:, :CLASSES].argmax(axis=1)
        if step == 3 and group.rank == group.size - 1 and mischief in ("fail", "wait"):
            time.sleep(60 if mischief == "wait" else 0)
            os._exit(7)
        loss, gradients = replicas.backward(lambda x, y: ops.softmax_cross_entropy(network(x), y), (x, y))
        optimiser.step(gradients)
        losses.append(float(loss))
    digest = hashlib.sha256()
    for parameter in nn.parameters(network).values():
        digest.update(parameter.value.tobytes())
    said = {"rank": group.rank, "size": group.size, "weights": digest.hexdigest(), "losses": losses}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
