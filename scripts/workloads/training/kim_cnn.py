"""Kim's network on sentences as TREC's: 6 to 14 of 9 000 words, vectors of 300, 3 x 100 filters, batch 50, Adadelta."""

import sys
from pathlib import Path

import numpy as np
from workloads import steps

PROJECT = Path(__file__).resolve().parents[3] / "projects" / "text_classification"
WORDS, WIDTH, CLASSES, BATCH, LONGEST, PADDING = 9_000, 300, 6, 50, 3.0, 4
WIDTHS, MAPS = (3, 4, 5), 100
THREADS = "BLAS"


def setting():
    """(table, [filters (h, MAPS, WIDTH)], last matrix, [(documents, labels)]): words are drawn as 1/rank, as in language."""
    rng = np.random.default_rng(0)
    table = rng.uniform(-0.25, 0.25, (WORDS, WIDTH)).astype(np.float32)
    table[0] = 0
    filters = [rng.uniform(-0.01, 0.01, (h, MAPS, WIDTH)).astype(np.float32) for h in WIDTHS]
    last = rng.uniform(-0.05, 0.05, (MAPS * len(WIDTHS), CLASSES)).astype(np.float32)
    common = 1 / np.arange(1, WORDS)
    batches = []
    for _ in range(16):
        lengths = rng.integers(6, 15, BATCH)
        documents = [rng.choice(np.arange(1, WORDS), n, p=common / common.sum()) for n in lengths]
        batches.append((documents, rng.integers(0, CLASSES, BATCH)))
    return table, filters, last, batches


def abacus(threads):
    sys.path.append(str(PROJECT))
    import itertools

    import learning
    import networks

    table, filters, last, batches = setting()
    network = networks.Windows(WIDTH, CLASSES, 0.0, np.random.default_rng(0))
    network.filters.value[:] = np.concatenate([part.reshape(-1, WIDTH) for part in filters])
    network.out.w.value[:] = last
    model = learning.Learner(network, WORDS, WIDTH, "adadelta", np.random.default_rng(0))
    model.table[:] = table
    turn = itertools.cycle(batches)
    return lambda: model.step(*next(turn), None, LONGEST)


def torch(threads, compiled=False):
    import torch as t

    t.set_num_threads(threads)
    table, filters, last, batches = setting()
    words = t.nn.Embedding(WORDS, WIDTH, padding_idx=0)
    words.weight.data = t.tensor(table)
    convolutions = t.nn.ModuleList(t.nn.Conv1d(WIDTH, MAPS, h) for h in WIDTHS)
    for convolution, part in zip(convolutions, filters):
        convolution.weight.data, convolution.bias.data = t.tensor(part.transpose(1, 2, 0).copy()), t.zeros(MAPS)
    linear = t.nn.Linear(*last.shape)
    linear.weight.data, linear.bias.data = t.tensor(last.T.copy()), t.zeros(CLASSES)
    model = t.nn.ModuleList([words, convolutions, linear])
    optimiser = t.optim.Adadelta(model.parameters(), lr=1.0, rho=0.95, eps=1e-6)

    def filled(documents):
        index = np.zeros((BATCH, max(map(len, documents)) + 2 * PADDING), np.int64)
        for row, words in zip(index, documents):
            row[PADDING : PADDING + len(words)] = words
        return t.tensor(index)

    def loss_of(index, y):
        with t.no_grad():  # the last step's column lengths (Kim, p. 1748)
            length = linear.weight.norm(dim=1, keepdim=True)
            linear.weight.mul_(t.clamp(LONGEST / length.clamp_min(1e-30), max=1))
        x = words(index).transpose(1, 2)
        best = t.cat([t.relu(convolution(x)).amax(dim=2) for convolution in convolutions], dim=1)
        return t.nn.functional.cross_entropy(linear(best), y)

    return steps.of_torch(loss_of, optimiser, [(filled(d), t.tensor(y)) for d, y in batches], compiled)


PEERS = {"abacus": abacus, "torch eager": torch, "torch compile": lambda threads: torch(threads, compiled=True)}
