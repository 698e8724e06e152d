"""Cases of the sparse ops: patterns with empty rows, and with more than four entries in a row."""

import numpy as np

from abacus import ops
from abacus.ops.sparse import Pattern


def _pattern(some, most=7):
    """A pattern of up to most x most places, and the same places as (rows, columns)."""
    shape = (some.size(1, most), some.size(1, most))
    rows, columns = np.nonzero(some.rng.random(shape) < some.one_of(0.2, 0.9))
    return Pattern(rows, columns, shape), (rows, columns)


def _dense(values, places, shape):
    full = np.zeros(shape)
    full[places] = values
    return full


def sparse_matmul(some):
    pattern, places = _pattern(some)

    def torch(t, values, x):
        full = t.zeros(pattern.shape, dtype=values.dtype).index_put(tuple(map(t.tensor, places)), values)
        return full @ x

    return {
        "call": lambda values, x: ops.sparse_matmul(values, x, pattern),
        "arrays": (some.array(len(places[0])), some.array(pattern.shape[1], some.size(1, 20))),
        "plain": lambda values, x: _dense(values, places, pattern.shape) @ x,
        "torch": torch,
    }


def sparse_matmul__heads(some):
    pattern, places = _pattern(some, 5)
    heads = some.size()

    def plain(values, x):
        return np.stack([_dense(values[:, h], places, pattern.shape) @ x[:, h] for h in range(heads)], axis=1)

    return {
        "call": lambda values, x: ops.sparse_matmul(values, x, pattern),
        "arrays": (some.array(len(places[0]), heads), some.array(pattern.shape[1], heads, some.size())),
        "plain": plain,
    }


def sparse_softmax(some):
    pattern, places = _pattern(some, 5)
    heads = some.one_of((), (some.size(),))

    def plain(z):
        p = np.zeros_like(z)
        for i in range(pattern.shape[0]):
            row = places[0] == i
            p[row] = np.exp(z[row]) / np.exp(z[row]).sum(axis=0)
        return p

    return {
        "call": lambda z: ops.sparse_softmax(z, pattern),
        "arrays": (some.array(len(places[0]), *heads),),
        "plain": plain,
    }


_EDGE = Pattern([0, 1], [1, 0], (2, 2))
WRONG = {
    "Pattern: rows are out of order": lambda: Pattern([1, 0], [0, 0], (2, 2)),
    "Pattern: rows are out of order, wanted the entries row by row": lambda: Pattern(
        np.array([1, 0], np.uint64),  # whose difference is no negative number
        [0, 0],
        (2, 2),
    ),
    "Pattern: columns run from 0 to 2, wanted 0 to 1": lambda: Pattern([0, 1], [0, 2], (2, 2)),
    "sparse_matmul: values have shape (3,), wanted (2,)": lambda: ops.sparse_matmul(np.ones(3), np.ones((2, 2)), _EDGE),
    "Pattern: columns has shape (1,), wanted (2,)": lambda: Pattern([0, 1], [0], (2, 2)),
    "Pattern: rows has shape (2, 1), wanted (entries,)": lambda: Pattern([[0], [1]], [[0], [1]], (2, 2)),
    "Pattern: shape has shape (3,), wanted (2,)": lambda: Pattern([0], [0], (2, 2, 2)),
    "Pattern: rows have type float64, wanted integers": lambda: Pattern([0.5], [0], (2, 2)),
    "Pattern: rows run from -1 to 0, wanted 0 to 1": lambda: Pattern([-1, 0], [0, 0], (2, 2)),
    "sparse_matmul: x has shape (3, 2), wanted (2, width)": lambda: ops.sparse_matmul(
        np.ones(2), np.ones((3, 2)), _EDGE
    ),
    "sparse_softmax: values have shape (3,)": lambda: ops.sparse_softmax(np.ones(3), _EDGE),
}
