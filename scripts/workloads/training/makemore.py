"""The MLP with batch norm of makemore's ladder: 3 characters, 200 hidden units, batch 32, plain descent."""

import itertools
import sys
from pathlib import Path

import numpy as np

CHARACTERS, CONTEXT, EMBEDDING, HIDDEN, BATCH, RATE = 27, 3, 10, 200, 32, 0.1
PROJECT = Path(__file__).resolve().parents[3] / "projects" / "makemore"


def setting():
    """(layout, flat vector of the first parameters, contexts, labels, batches of numbers of examples)."""
    sys.path.insert(0, str(PROJECT))
    import network

    rng = np.random.default_rng(0)
    shape = network.Shape(CHARACTERS, CONTEXT, EMBEDDING, HIDDEN, (CONTEXT,), "moving deviation", False)
    layout = network.Layout(shape)
    examples = rng.integers(0, CHARACTERS, (1000, CONTEXT)), rng.integers(0, CHARACTERS, 1000)
    return layout, network.start(layout, "Kaiming", 1, rng), *examples, rng.integers(0, 1000, (64, BATCH))


def abacus(threads):
    layout, flat, contexts, labels, batches = setting()
    import fused

    moving, plan, losses = layout.moving_start(), np.array(layout.plan), np.empty(1)
    ends, numbers = (CHARACTERS, EMBEDDING, layout.last), (np.float32(0), np.float32(0.001), False)
    rates, turn = np.array([RATE], np.float32), itertools.cycle(batches[:, None])

    def step():
        fused.train(flat, moving, plan, ends, contexts, labels, next(turn), rates, *numbers, losses)
        return losses[0]

    return step


def torch(threads):
    import torch as t

    t.set_num_threads(threads)
    layout, flat, contexts, labels, batches = setting()
    p = {name: t.nn.Parameter(t.tensor(view)) for name, view in layout.views(flat).items()}
    mean, deviation = t.zeros(HIDDEN), t.ones(HIDDEN)
    contexts, labels, turn = t.tensor(contexts), t.tensor(labels), itertools.cycle(t.tensor(batches))

    def step():
        nonlocal mean, deviation
        chosen = next(turn)
        x = p["embedding"][contexts[chosen]].view(BATCH, -1)
        z = x @ p["w0"]
        m, s = z.mean(0), z.std(0)
        with t.no_grad():
            mean, deviation = 0.999 * mean + 0.001 * m, 0.999 * deviation + 0.001 * s
        h = t.tanh(p["gain0"] * (z - m) / s + p["shift0"])
        loss = t.nn.functional.cross_entropy(h @ p["w"] + p["b"], labels[chosen])
        for parameter in p.values():
            parameter.grad = None
        loss.backward()
        for parameter in p.values():
            parameter.data -= RATE * parameter.grad
        return loss.detach()

    return step


PEERS = {"abacus": abacus, "torch eager": torch}
