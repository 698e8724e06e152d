"""A diffusion step of an MLP-Mixer: 28 x 28 pixels as 49 patches of 64 numbers, 4 blocks, batch 64, mean squared error, Adam."""

import sys
from pathlib import Path

import numpy as np
from workloads import steps

SIDE, PATCH, WIDTH, BLOCKS, CLASSES, BATCH, RATE = 28, 4, 64, 4, 10, 64, 1e-3
PROJECT = Path(__file__).resolve().parents[3] / "projects" / "diffusion"


def setting():
    """(the project's network, [(noised pictures, steps, labels, targets)] of 8 batches)."""
    sys.path.insert(0, str(PROJECT))
    import network

    rng = np.random.default_rng(0)
    model = network.Mixer(SIDE, PATCH, WIDTH, BLOCKS, CLASSES, rng)
    model.outward.w.value[...] = 0.1 * rng.standard_normal(model.outward.w.shape)
    batches = []
    for _ in range(8):
        x, target = rng.standard_normal((2, BATCH, SIDE * SIDE), dtype=np.float32)
        batches.append((x, rng.integers(1, 501, BATCH), rng.integers(0, CLASSES, BATCH), target))
    return model, batches


def abacus(threads):
    from abacus import nn, ops
    from abacus.optim import Adam

    model, batches = setting()

    def loss_of(x, t, labels, target):
        return ops.mse(model(x, t, labels), target)

    return steps.ours(loss_of, Adam(nn.parameters(model), lr=RATE), batches, threads)


def torch(threads, compiled=False):
    import torch as t

    t.set_num_threads(threads)
    ours, batches = setting()
    import network

    trained = []

    def weight(array):
        trained.append(t.nn.Parameter(t.tensor(array)))
        return trained[-1]

    def linear(layer):
        return weight(layer.w.value.T.copy()), weight(layer.b.value)

    def norm(layer):
        return weight(layer.gain.value), weight(layer.bias.value)

    inward, outward, places, last = (
        linear(ours.inward),
        linear(ours.outward),
        weight(ours.places.table.value),
        norm(ours.norm),
    )
    step, table = [linear(layer) for layer in ours.step], weight(ours.label.table.value)
    blocks = [
        ([norm(n) for n in b.norms], [linear(a) for a in b.tokens], [linear(a) for a in b.numbers], linear(b.told))
        for b in ours.blocks
    ]
    functions, across = t.nn.functional, SIDE // PATCH

    def twice(x, layers):
        return functions.linear(functions.relu(functions.linear(x, *layers[0])), *layers[1])

    def loss_of(x, waves, labels, target):
        parts = (
            x.view(-1, across, PATCH, across, PATCH).permute(0, 1, 3, 2, 4).reshape(-1, across * across, PATCH * PATCH)
        )
        told = twice(waves, step) + table[labels]
        h = functions.linear(parts, *inward) + places + told[:, None]
        for norms, tokens, numbers, own in blocks:
            mixed = functions.layer_norm(h, (WIDTH,), *norms[0]).transpose(1, 2)
            h = h + twice(mixed, tokens).transpose(1, 2)
            h = h + twice(functions.layer_norm(h, (WIDTH,), *norms[1]) + functions.linear(told, *own)[:, None], numbers)
        y = functions.linear(functions.layer_norm(h, (WIDTH,), *last), *outward)
        y = y.view(-1, across, across, PATCH, PATCH).permute(0, 1, 3, 2, 4).reshape(-1, SIDE * SIDE)
        return functions.mse_loss(y, target)

    batches = [tuple(map(t.tensor, (x, network.waves(at), labels, target))) for x, at, labels, target in batches]
    return steps.of_torch(loss_of, t.optim.Adam(trained, lr=RATE), batches, compiled)


PEERS = {"abacus": abacus, "torch eager": torch, "torch compile": lambda threads: torch(threads, compiled=True)}
