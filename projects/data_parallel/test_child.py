"""What each process of a test runs.

python test_child.py learn TYPE PARTS STEPS [SEED]    a small network; each rank says its losses and a hash of its weights
python test_child.py MISCHIEF                         sums without end, but for what one of the processes does
"""

import hashlib
import itertools
import json
import os
import sys
import time

import numpy as np

import group

BATCH, INPUTS, HIDDEN, CLASSES = 24, 50, 33, 7


def learn(dtype, parts, steps, seeds="0"):
    """`seeds`: one digit for each rank, or one for all."""
    from abacus import nn, ops, streams
    from abacus.optim import SGD
    from shares import Replicas

    processes = group.join()
    seed = int(seeds[processes.rank % len(seeds)])
    hidden, out = nn.Affine(INPUTS, HIDDEN, streams.rng(seed, "h")), nn.Affine(HIDDEN, CLASSES, streams.rng(seed, "o"))
    parameters = nn.parameters([hidden, out])
    for parameter in parameters.values():
        parameter.value = parameter.value.astype(dtype)
    replicas = Replicas(processes, parameters, int(parts) or None)
    optimiser, losses = SGD(parameters, lr=0.1, momentum=0.9), []
    rng = streams.rng(0, "batches")
    for _ in range(int(steps)):
        x = rng.standard_normal((BATCH, INPUTS)).astype(dtype)
        y = x[:, :CLASSES].argmax(axis=1)
        loss, gradients = replicas.backward(lambda x, y: ops.softmax_cross_entropy(out(ops.tanh(hidden(x))), y), (x, y))
        optimiser.step(gradients)
        losses.append(float(loss))
    digest = hashlib.sha256()
    for parameter in parameters.values():
        digest.update(parameter.value.tobytes())
    said = {"rank": processes.rank, "size": processes.size, "weights": digest.hexdigest(), "losses": losses}
    sys.stdout.write(json.dumps(said) + "\n")


def add(mischief):
    """The last process stops in the midst of it, or waits, or has an array of another length."""
    processes = group.join()
    last = processes.rank == processes.size - 1
    array = np.zeros(4 if last and mischief == "lengths" else 3)
    for step in itertools.count():
        if last and step == 3 and mischief == "fail":
            os._exit(7)
        if last and step == 3 and mischief == "wait":
            time.sleep(60)
        processes.all_reduce(array)


if __name__ == "__main__":
    learn(*sys.argv[2:]) if sys.argv[1] == "learn" else add(sys.argv[1])
