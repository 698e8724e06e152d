"""784-300-100-10 with ReLU, batch 64, softmax cross-entropy, SGD."""

import itertools

import numpy as np
from workloads import steps

SIZES, BATCH, LR = (784, 300, 100, 10), 64, 0.1
THREADS = "BLAS"  # halves of such a batch cost more than they give


def setting():
    """([(w, b)], [(images, labels)]): weights and 16 batches."""
    rng = np.random.default_rng(0)
    layers = [(rng.standard_normal((a, b)) / a**0.5, np.zeros(b)) for a, b in itertools.pairwise(SIZES)]
    layers = [(w.astype(np.float32), b.astype(np.float32)) for w, b in layers]
    batches = [(rng.random((BATCH, 784), dtype=np.float32), rng.integers(0, 10, BATCH)) for _ in range(16)]
    return layers, batches


def abacus(threads):
    from abacus import ops
    from abacus.optim import SGD
    from abacus.tensor import Parameter

    layers, batches = setting()
    layers = [(Parameter(w), Parameter(b)) for w, b in layers]
    optimiser = SGD({f"{i}.{j}": p for i, layer in enumerate(layers) for j, p in enumerate(layer)}, lr=LR)

    def loss_of(x, y):
        for w, b in layers[:-1]:
            x = ops.affine(x, w, b, activation="relu")
        return ops.softmax_cross_entropy(ops.affine(x, *layers[-1]), y)

    return steps.ours(loss_of, optimiser, batches)


def torch(threads, compiled=False):
    import torch as t

    t.set_num_threads(threads)
    layers, batches = setting()
    model = t.nn.Sequential()
    for w, b in layers:
        linear = t.nn.Linear(*w.shape)
        linear.weight.data, linear.bias.data = t.tensor(w.T.copy()), t.tensor(b)
        model.extend([linear, t.nn.ReLU()])
    model = model[:-1]
    optimiser = t.optim.SGD(model.parameters(), lr=LR)
    batches = [(t.tensor(x), t.tensor(y)) for x, y in batches]

    def loss_of(x, y):
        return t.nn.functional.cross_entropy(model(x), y)

    return steps.of_torch(loss_of, optimiser, batches, compiled)


def jax(threads):
    import jax as j

    layers, batches = setting()

    def loss_of(layers, x, y):
        for w, b in layers[:-1]:
            x = j.nn.relu(x @ w + b)
        z = x @ layers[-1][0] + layers[-1][1]
        return -j.numpy.mean(j.nn.log_softmax(z)[j.numpy.arange(BATCH), y])

    return steps.of_jax(loss_of, layers, batches, steps.descend(LR))


def products(threads):
    return steps.products(list(steps.through(BATCH, SIZES)))


PEERS = {
    "abacus": abacus,
    "torch eager": torch,
    "torch compile": lambda threads: torch(threads, compiled=True),
    "jax": jax,
    "products": products,
}
