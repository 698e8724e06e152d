"""GCN on a random graph of Cora's size: 2 708 nodes, 5 278 edges, 1 433 words (49 216 nonzeros), 16 hidden units, 7 classes.

Dropout of half the inputs and half the hidden units (the same masks for all peers), 140 labels, Adam, L2 on the first layer.
"""

import numpy as np
from scipy import sparse
from workloads import steps

NODES, EDGES, WORDS, NONZEROS, HIDDEN, CLASSES, LABELS = 2708, 5278, 1433, 49216, 16, 7, 140
LR, DECAY = 0.01, 5e-4


def setting():
    """(adjacency, words, weights, labels, masks): CSR matrices, two arrays, and eight pairs of dropout masks, doubled."""
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, NODES, (EDGES, 2))
    a = sparse.csr_matrix((np.ones(EDGES), pairs.T), shape=(NODES, NODES))
    a = ((a + a.T + sparse.identity(NODES)) > 0).astype(np.float64)
    root = sparse.diags(1 / np.sqrt(np.asarray(a.sum(axis=1)).ravel()))
    a = (root @ a @ root).astype(np.float32).tocsr().sorted_indices()
    places = rng.choice(NODES * WORDS, NONZEROS, replace=False)
    words = sparse.csr_matrix((np.ones(NONZEROS, np.float32), np.divmod(places, WORDS)), shape=(NODES, WORDS))
    words.data /= 18  # about the words of a document
    sizes = (WORDS, HIDDEN), (HIDDEN, CLASSES)
    weights = [(rng.uniform(-1, 1, s) * (6 / sum(s)) ** 0.5).astype(np.float32) for s in sizes]
    shapes = (NONZEROS,), (NODES, HIDDEN)
    masks = [tuple(2 * rng.integers(0, 2, s).astype(np.float32) for s in shapes) for _ in range(8)]
    return a, words.sorted_indices(), weights, rng.integers(0, CLASSES, LABELS), masks


def abacus(threads):
    from abacus import ops
    from abacus.ops.sparse import Pattern
    from abacus.optim import Adam
    from abacus.tensor import Parameter

    a, words, weights, labels, masks = setting()
    (share, near), (values, pattern) = Pattern.of(a), Pattern.of(words)
    w, v = map(Parameter, weights)
    optimiser = Adam({"w": w, "v": v}, lr=LR, weight_decay={"w": DECAY})

    def loss_of(first, second):
        h = ops.relu(ops.sparse_matmul(share, ops.sparse_matmul(values * first, w, pattern), near)) * second
        z = ops.sparse_matmul(share, h @ v, near)
        return ops.softmax_cross_entropy(z[:LABELS], labels)

    return steps.ours(loss_of, optimiser, masks)


def torch(threads, compiled=False):
    """With sparse matrices, which are ten times faster there than dense ones."""
    import torch as t

    t.set_num_threads(threads)
    a, words, weights, labels, masks = setting()
    labels, masks = t.tensor(labels), [tuple(map(t.tensor, pair)) for pair in masks]
    share, words = _coo(t, a), _coo(t, words)
    w, v = (t.nn.Parameter(t.tensor(x)) for x in weights)
    optimiser = t.optim.Adam([{"params": [w], "weight_decay": DECAY}, {"params": [v]}], lr=LR)

    def loss_of(first, second):
        x = t.sparse_coo_tensor(
            words.indices(), words.values() * first, words.shape, is_coalesced=True, check_invariants=False
        )
        h = t.relu(t.sparse.mm(share, t.sparse.mm(x, w))) * second
        return t.nn.functional.cross_entropy(t.sparse.mm(share, h @ v)[:LABELS], labels)

    return steps.of_torch(loss_of, optimiser, masks, compiled)


def _coo(t, matrix):
    matrix = matrix.tocoo()
    places = t.tensor(np.array(matrix.coords))
    return t.sparse_coo_tensor(places, t.tensor(matrix.data), matrix.shape, is_coalesced=True, check_invariants=False)


def jax(threads):
    """With dense matrices."""
    import jax as j

    a, words, weights, labels, masks = setting()
    rows, columns = words.tocoo().coords
    a, shape = a.toarray(), words.shape
    data = words.data

    def loss_of(weights, first, second):
        x = j.numpy.zeros(shape).at[rows, columns].set(data * first)
        h = j.nn.relu(a @ (x @ weights[0])) * second
        z = (a @ (h @ weights[1]))[:LABELS]
        return -j.numpy.mean(j.nn.log_softmax(z)[j.numpy.arange(LABELS), labels])

    def coupled(weights):
        return [DECAY * weights[0], 0 * weights[1]]

    return steps.of_jax(loss_of, weights, masks, steps.adam(LR, coupled=coupled))


PEERS = {
    "abacus": abacus,
    "torch eager": torch,
    "torch compile": lambda threads: torch(threads, compiled=True),
    "jax": jax,
}
