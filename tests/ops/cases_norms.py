"""Cases of norms over groups and neighbours, lengths, angles and distances."""

import numpy as np
from scipy.spatial import distance

from abacus import ops


def _about(x, axes, eps=1e-5):
    off = x - x.mean(axis=axes, keepdims=True)
    return off / np.sqrt((off**2).mean(axis=axes, keepdims=True) + eps)


def _channels(v, x):
    return v.reshape(-1, *[1] * (x.ndim - 2))


def group_norm(some):
    groups, each = some.size(1, 2), some.size(2, 3)
    shape = some.size(1, 2), groups * each, *some.shape(0, 2)

    def plain(x, gain, bias):
        parts = x.reshape(len(x), groups, -1)
        return _about(parts, -1).reshape(shape) * _channels(gain, x) + _channels(bias, x)

    return {
        "call": lambda x, gain, bias: ops.group_norm(x, groups, gain, bias),
        "arrays": (some.array(*shape), some.array(shape[1]), some.array(shape[1])),
        "plain": plain,
        "torch": lambda t, x, gain, bias: t.nn.functional.group_norm(x, groups, gain, bias),
    }


def group_norm__plain(some):
    return {
        "call": lambda x: ops.group_norm(x, 2, eps=0.1),
        "arrays": (some.array(some.size(0), 4, 3),),
        "torch": lambda t, x: t.nn.functional.group_norm(x, 2, eps=0.1) if len(x) else x,
    }


def instance_norm(some):
    shape = some.size(1, 2), some.size(1, 3), some.size(2), *some.shape(0, 1)
    return {
        "call": lambda x, gain, bias: ops.instance_norm(x, gain, bias),
        "arrays": (some.array(*shape), some.array(shape[1]), some.array(shape[1])),
        "plain": lambda x, g, b: _about(x, tuple(range(2, x.ndim))) * _channels(g, x) + _channels(b, x),
        "torch": lambda t, x, gain, bias: t.nn.functional.instance_norm(x, None, None, gain, bias),
    }


def local_response_norm(some):
    size, shape = some.size(), (some.size(1, 2), some.size(1, 5), *some.shape(1, 2))

    def plain(x):
        y = np.zeros_like(x)
        for c in range(x.shape[1]):
            near = x[:, max(0, c - size // 2) : c + (size - 1) // 2 + 1]
            y[:, c] = x[:, c] / (1.5 + 0.3 / size * (near**2).sum(axis=1)) ** 0.6
        return y

    return {
        "call": lambda x: ops.local_response_norm(x, size, 0.3, 0.6, 1.5),
        "arrays": (some.array(*shape),),
        "plain": plain,
        "torch": lambda t, x: t.nn.functional.local_response_norm(x, size, 0.3, 0.6, 1.5),
    }


def weight_norm(some):
    shape = some.shape(1, 3)
    axis = some.one_of(None, *range(-len(shape), len(shape)))
    kept = [n if axis is not None and i == axis % len(shape) else 1 for i, n in enumerate(shape)]
    others = tuple(i for i in range(len(shape)) if axis is None or i != axis % len(shape))

    def torch(t, v, g):
        return g * v / ((v * v).sum(dim=others, keepdim=True).sqrt() if others else v.abs())

    return {
        "call": lambda v, g: ops.weight_norm(v, g, axis),
        "arrays": (some.array(*shape) + 0.01, some.array(*kept)),
        "plain": lambda v, g: g * v / np.sqrt((v**2).sum(axis=others, keepdims=True)),
        "torch": torch,
    }


def norm(some):
    shape, p, keep = some.shape(1, 3), some.one_of(1, 2, 3.5, np.inf), some.one_of(False, True)
    axis = some.one_of(None, *range(-len(shape), len(shape)), tuple(range(len(shape))))

    def plain(x):
        if p == np.inf:
            return np.abs(x).max(axis=axis, keepdims=keep)
        return (np.abs(x) ** p).sum(axis=axis, keepdims=keep) ** (1 / p)

    return {
        "call": lambda x: ops.norm(x, p, axis, keep),
        "arrays": (some.array(*shape),),
        "plain": plain,
        "torch": lambda t, x: t.linalg.vector_norm(x, p, axis, keepdim=keep),
    }


def normalize(some):
    shape, p = some.shape(1, 3), some.one_of(1, 2, 3.5)
    axis = some.one_of(*range(-len(shape), len(shape)))
    return {
        "call": lambda x: ops.normalize(x, p, axis),
        "arrays": (some.array(*shape),),
        "plain": lambda x: x / (np.abs(x) ** p).sum(axis=axis, keepdims=True) ** (1 / p),
        "torch": lambda t, x: t.nn.functional.normalize(x, p, axis),
    }


def normalize__short(some):
    """Rows shorter than eps are divided by eps."""
    return {
        "call": lambda x: ops.normalize(x, eps=10.0),
        "arrays": (some.array(2, 3),),
        "plain": lambda x: x / np.maximum(np.sqrt((x * x).sum(axis=-1, keepdims=True)), 10),
        "torch": lambda t, x: t.nn.functional.normalize(x, eps=10.0, dim=-1),
    }


def cosine_similarity(some):
    shape = some.shape(1, 3)
    axis = some.one_of(*range(-len(shape), len(shape)))
    other = tuple(some.one_of(1, n) for n in shape)

    def plain(a, b):
        a, b = np.broadcast_arrays(a, b)
        return (a * b).sum(axis) / np.sqrt((a * a).sum(axis) * (b * b).sum(axis))

    return {
        "call": lambda a, b: ops.cosine_similarity(a, b, axis),
        "arrays": (some.array(*shape), some.array(*other)),
        "plain": plain,
        "torch": lambda t, a, b: t.nn.functional.cosine_similarity(a, b, axis),
    }


def pairwise_distance(some):
    width, lead, p = some.size(), some.shape(0, 1), some.one_of(1, 2, 3)
    keep = some.one_of(False, True)
    return {
        "call": lambda a, b: ops.pairwise_distance(a, b, p, 1e-3, keep),
        "arrays": (some.array(*lead, width), some.array(width)),
        "plain": lambda a, b: (np.abs(a - b + 1e-3) ** p).sum(-1, keepdims=keep) ** (1 / p),
        "torch": lambda t, a, b: t.nn.functional.pairwise_distance(a, b, p, 1e-3, keep),
    }


def cdist(some):
    n, m, width, p = some.size(0), some.size(0), some.size(), some.one_of(1, 2, 3, np.inf)
    lead = some.one_of(((), ()), ((2,), (2,)), ((2,), ()))

    def plain(a, b):
        if lead[0]:
            return np.stack([plain_pair(x, b[i] if lead[1] else b) for i, x in enumerate(a)])
        return plain_pair(a, b)

    def plain_pair(a, b):
        return distance.cdist(a, b, "minkowski", p=p) if a.size and b.size else np.zeros((len(a), len(b)))

    return {
        "call": lambda a, b: ops.cdist(a, b, p),
        "arrays": (some.array(*lead[0], n, width), some.array(*lead[1], m, width)),
        "plain": plain,
        "torch": lambda t, a, b: t.cdist(a, b, p),
    }


X = np.ones((2, 3))
WRONG = {
    "group_norm: groups is 2, wanted a divisor of the 3 channels": lambda: ops.group_norm(X, 2),
    "group_norm: gain has shape (2,), wanted (3,)": lambda: ops.group_norm(X, 1, np.ones(2)),
    "group_norm: x has shape (3,), wanted (n, channels, …)": lambda: ops.group_norm(X[0], 1),
    "instance_norm: bias has shape (2,), wanted (3,)": lambda: ops.instance_norm(X, None, np.ones(2)),
    "local_response_norm: size is 0": lambda: ops.local_response_norm(X, 0),
    "weight_norm: g has shape (3,), wanted (2, 1)": lambda: ops.weight_norm(X, np.ones(3)),
    "weight_norm: axis is 2, v has shape (2, 3)": lambda: ops.weight_norm(X, np.ones(3), 2),
    "norm: p is 0, wanted more than 0": lambda: ops.norm(X, 0),
    "norm: axis is 2, x has shape (2, 3)": lambda: ops.norm(X, axis=2),
    "normalize: axis is (0, 2), x has shape (2, 3)": lambda: ops.normalize(X, axis=(0, 2)),
    "cosine_similarity: the shapes (2, 3) and (2,) do not broadcast": lambda: ops.cosine_similarity(X, X[:, 0]),
    "pairwise_distance: the shapes (2, 3) and (2,) do not": lambda: ops.pairwise_distance(X, X[:, 0]),
    "cdist: b has shape (2, 2), wanted (…, m, 3)": lambda: ops.cdist(X, X[:, :2]),
}
