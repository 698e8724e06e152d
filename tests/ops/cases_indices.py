"""Cases of sorting, gathering and scattering."""

import numpy as np

from abacus import ops


def _spread(some, *shape):
    """Entries that are well apart, in random order."""
    n = int(np.prod(shape))
    return np.asarray(some.rng.permutation(n).reshape(shape) / max(n, 1) * 4 - 2)


def sort(some):
    shape, down = some.shape(0, 3), some.one_of(False, True)
    axis = some.one_of(*range(-len(shape), len(shape))) if shape else -1
    return {
        "call": lambda x: ops.sort(x, axis, down)[0],
        "arrays": (_spread(some, *shape),),
        "plain": lambda x: x if not shape else -np.sort(-x, axis) if down else np.sort(x, axis),
        "torch": lambda t, x: t.sort(x, axis, descending=down).values,
    }


def argsort(some):
    x, down = _spread(some, *some.shape(1, 3)), some.one_of(False, True)
    return {
        "call": lambda y: ops.multiply(y, ops.argsort(x, 0, down).astype(np.float32)),
        "arrays": (some.array(*x.shape),),
        "plain": lambda y: y * np.argsort(-x if down else x, axis=0),
        "torch": lambda t, y: y * t.argsort(t.tensor(x), 0, descending=down),
    }


def topk(some):
    shape, largest = some.shape(1, 3), some.one_of(False, True)
    axis = some.one_of(*range(-len(shape), len(shape)))
    k = some.size(0, shape[axis])

    def plain(x):
        ordered = np.sort(x, axis) if not largest else -np.sort(-x, axis)
        return np.take(ordered, range(k), axis)

    return {
        "call": lambda x: ops.topk(x, k, axis, largest)[0],
        "arrays": (_spread(some, *shape),),
        "plain": plain,
        "torch": lambda t, x: t.topk(x, k, axis, largest=largest).values,
    }


def _index(some, shape):
    """(axis, index) of an index no longer than `shape` but along its axis."""
    axis = some.one_of(*range(-len(shape), len(shape)))
    sizes = [some.size(0, n) for n in shape]
    sizes[axis] = some.size(0, 5)
    return axis, some.integers(*sizes, below=shape[axis])


def gather(some):
    shape = some.shape(1, 3)
    axis, index = _index(some, shape)

    def plain(x):
        y = np.zeros(index.shape)
        for place in np.ndindex(index.shape):
            source = list(place)
            source[axis] = index[place]
            y[place] = x[tuple(source)]
        return y

    return {
        "call": lambda x: ops.gather(x, index, axis),
        "arrays": (some.array(*shape),),
        "plain": plain,
        "torch": lambda t, x: t.gather(x, axis, t.tensor(index)),
    }


REDUCE = {
    "set": lambda a, b: b,
    "sum": np.add,
    "multiply": np.multiply,
    "max": np.maximum,
    "min": np.minimum,
}
TORCH = {"sum": "sum", "multiply": "prod", "max": "amax", "min": "amin"}


def scatter(some):
    shape, reduce = some.shape(1, 3), some.one_of(*REDUCE)
    axis, index = _index(some, shape)
    source = some.array(*(n + some.size(0, 1) for n in index.shape))

    def plain(x, source):
        y = x.copy()
        for place in np.ndindex(index.shape):
            goal = list(place)
            goal[axis] = index[place]
            y[tuple(goal)] = REDUCE[reduce](y[tuple(goal)], source[place])
        return y

    def torch(t, x, source):
        own = source[tuple(slice(n) for n in index.shape)]  # its backward fails where source is longer
        return t.scatter_reduce(x, axis, t.tensor(index), own, TORCH[reduce])

    return {
        "call": lambda x, source: ops.scatter(x, index, source, axis, reduce),
        "arrays": (some.array(*shape), source),
        "plain": plain,
        "torch": torch if reduce != "set" else None,  # PyTorch's gradient is wrong where an entry is named twice
    }


def scatter__zeros(some):
    """Products that hold zeros, more than one of them too."""
    x, index = some.rng.integers(0, 3, 3).astype(float), some.integers(4, below=3)
    return {
        "call": lambda x, source: ops.scatter(x, index, source, 0, "multiply"),
        "arrays": (x, some.rng.integers(0, 3, 4).astype(float)),
        "torch": lambda t, x, source: t.scatter_reduce(x, 0, t.tensor(index), source, "prod"),
    }


def _deep(some, shape):
    depth, lead = some.size(1, len(shape)), some.shape(0, 2, least=0)
    return depth, lead, np.stack([some.integers(*lead, below=n) for n in shape[:depth]], -1)


def scatter_nd(some):
    shape, reduce = some.shape(1, 3), some.one_of(*REDUCE)
    depth, lead, index = _deep(some, shape)

    def plain(x, source):
        y = x.copy()
        for place in np.ndindex(*lead):
            at = tuple(index[place])
            y[at] = REDUCE[reduce](y[at], source[place])
        return y

    return {
        "call": lambda x, source: ops.scatter_nd(x, index, source, reduce),
        "arrays": (some.array(*shape), some.array(*lead, *shape[depth:])),
        "plain": plain,
    }


def gather_nd(some):
    shape = some.shape(1, 3)
    depth, lead, index = _deep(some, shape)

    def plain(x):
        y = np.zeros((*lead, *shape[depth:]))
        for place in np.ndindex(*lead):
            y[place] = x[tuple(index[place])]
        return y

    return {"call": lambda x: ops.gather_nd(x, index), "arrays": (some.array(*shape),), "plain": plain}


def segment_sum(some):
    rows, count, rest = some.size(0), some.size(), some.shape(0, 2)
    segments = some.integers(rows, below=count)

    def torch(t, x):
        return t.zeros(count, *rest, dtype=x.dtype).index_add(0, t.tensor(segments), x)

    return {
        "call": lambda x: ops.segment_sum(x, segments, count),
        "arrays": (some.array(rows, *rest),),
        "plain": lambda x: np.stack([x[segments == s].sum(axis=0) for s in range(count)]),
        "torch": torch,
    }


def one_hot(some):
    classes, axis = some.size(), some.one_of(-1, 0)
    index = some.integers(*some.shape(0, 2, least=0), below=classes)
    return {
        "call": lambda x: ops.multiply(x, ops.one_hot(index, classes, axis)),
        "arrays": (some.array(),),
        "plain": lambda x: x * np.moveaxis(np.eye(classes)[index], -1, axis),
        "torch": lambda t, x: x * t.moveaxis(t.nn.functional.one_hot(t.tensor(index), classes), -1, axis),
    }


X = np.ones((2, 3))
I = np.zeros((2, 3), int)
WRONG = {
    "argsort: axis is 2, x has shape (2, 3)": lambda: ops.sort(X, 2),
    "topk: k is 4, wanted a whole number from 0 to 3": lambda: ops.topk(X, 4),
    "topk: axis is -3, x has shape (2, 3)": lambda: ops.topk(X, 1, -3),
    "gather: index has type float64, wanted integers": lambda: ops.gather(X, X),
    "gather: index has shape (3,) and axis is -1, wanted as many axes as x (2, 3)": lambda: ops.gather(X, I[0]),
    "gather: index has shape (2, 3), wanted at most (1, 3) but for axis 1": lambda: ops.gather(X[:1], I),
    "gather: index runs from 0 to 3, wanted -3 to 2": lambda: ops.gather(X, np.array([[0, 3]])),
    "scatter: reduce is 'add'": lambda: ops.scatter(X, I, X, reduce="add"),
    "scatter: source has shape (2, 2), wanted at least the index's (2, 3)": lambda: ops.scatter(X, I, X[:, :2]),
    "scatter: index runs from 3 to 3": lambda: ops.scatter(X, I + 3, X),
    "scatter_nd: source has shape (2, 3), wanted (2,)": lambda: ops.scatter_nd(X, I[:, :2], X),
    "scatter_nd: reduce is 'mean'": lambda: ops.scatter_nd(X, I[:, :2], X[:, 0], "mean"),
    "scatter_nd: index has shape (2, 3), wanted (…, depth), depth from 1 to the 2 axes": lambda: ops.scatter_nd(
        X, I, X
    ),
    "gather_nd: index runs from 2 to 2, wanted -2 to 1": lambda: ops.gather_nd(X, I[:, :1] + 2),
    "segment_sum: segments run from 0 to 2, wanted 0 to 1": lambda: ops.segment_sum(X, [0, 2], 2),
    "segment_sum: segments has shape (3,), wanted (2,)": lambda: ops.segment_sum(X, [0, 0, 0], 2),
    "one_hot: index runs from 0 to 3, wanted -3 to 2": lambda: ops.one_hot([0, 3], 3),
    "one_hot: axis is 2, wanted -2 to 1": lambda: ops.one_hot([0, 1], 3, 2),
    "one_hot: classes is 1.5": lambda: ops.one_hot([0], 1.5),
}
