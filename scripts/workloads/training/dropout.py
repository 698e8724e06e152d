"""Keras's dropout network: 784-512-512-10 with ReLU, a fifth of the hidden units dropped, batch 128, RMSprop.

The same masks for all peers; what it costs to draw them is left out.
"""

import itertools

import numpy as np
from workloads import steps

SIZES, BATCH, DROP, LR, KEPT, EPS = (784, 512, 512, 10), 128, 0.2, 0.001, 0.9, 1e-7
THREADS = "BLAS"  # halves of such a batch cost more than they give


def setting():
    """([(w, b)], [(images, labels, mask, mask)]): weights and 16 batches, with masks of 0 and 1.25."""
    rng = np.random.default_rng(0)
    layers = [(rng.standard_normal((a, b)) / a**0.5, np.zeros(b)) for a, b in itertools.pairwise(SIZES)]
    layers = [(w.astype(np.float32), b.astype(np.float32)) for w, b in layers]
    batches = [
        (
            rng.random((BATCH, 784), dtype=np.float32),
            rng.integers(0, 10, BATCH),
            *((rng.random((BATCH, n)) >= DROP).astype(np.float32) / np.float32(1 - DROP) for n in SIZES[1:-1]),
        )
        for _ in range(16)
    ]
    return layers, batches


def abacus(threads):
    from abacus import ops
    from abacus.optim import RMSprop
    from abacus.tensor import Parameter

    layers, batches = setting()
    layers = [(Parameter(w), Parameter(b)) for w, b in layers]
    named = {f"{i}.{j}": p for i, layer in enumerate(layers) for j, p in enumerate(layer)}
    optimiser = RMSprop(named, lr=LR, alpha=KEPT, eps=EPS)

    def loss_of(x, y, *masks):
        for (w, b), mask in zip(layers, masks):
            x = ops.affine(x, w, b, activation="relu") * mask
        return ops.softmax_cross_entropy(ops.affine(x, *layers[-1]), y)

    return steps.ours(loss_of, optimiser, batches)


def torch(threads, compiled=False):
    import torch as t

    t.set_num_threads(threads)
    layers, batches = setting()
    linear = [t.nn.Linear(*w.shape) for w, _ in layers]
    for module, (w, b) in zip(linear, layers):
        module.weight.data, module.bias.data = t.tensor(w.T.copy()), t.tensor(b)
    optimiser = t.optim.RMSprop(t.nn.ModuleList(linear).parameters(), lr=LR, alpha=KEPT, eps=EPS)
    batches = [tuple(map(t.tensor, batch)) for batch in batches]

    def loss_of(x, y, *masks):
        for module, mask in zip(linear, masks):
            x = t.relu(module(x)) * mask
        return t.nn.functional.cross_entropy(linear[-1](x), y)

    return steps.of_torch(loss_of, optimiser, batches, compiled)


def products(threads):
    return steps.products(list(steps.through(BATCH, SIZES)))


PEERS = {
    "abacus": abacus,
    "torch eager": torch,
    "torch compile": lambda threads: torch(threads, compiled=True),
    "products": products,
}
