"""Probabilities from the values of f: Platt's sigmoid, and one law from those of many pairs (Platt 1999; Wu, Lin & Weng 2004)."""

import copy
import itertools
import warnings

import numpy as np

from abacus import folds

FOLDS = 5
ENOUGH = 1e-10  # of Newton's decrease, and of a change of a probability
ROUNDS = 100


def sigmoid(f, positive):
    """(A, B) of P(positive | f) = 1 / (1 + exp(A f + B)) (eq. 20) that make the samples likeliest, by Newton's method.

    f (n,); positive (n,) of bool. Targets are not 0 and 1 but (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2) (eq. 21), so that A stays finite
    where f tells the two apart. Steps are halved until the loss falls (Lin, Lin & Weng 2007).
    """
    yes, no = int(positive.sum()), int((~positive).sum())
    target = np.where(positive, (yes + 1) / (yes + 2), 1 / (no + 2))  # eq. 21
    a, b = 0.0, np.log((no + 1) / (yes + 1))
    loss = _loss(f, target, a, b)
    for _ in range(ROUNDS):
        p = _p(f, a, b)
        first, second = target - p, p * (1 - p)
        gradient = np.array([f @ first, first.sum()])
        hessian = np.array([[f * f @ second, f @ second], [f @ second, second.sum()]]) + ENOUGH * np.eye(2)
        if np.abs(gradient).max() < 1e-5:
            break
        step = -np.linalg.solve(hessian, gradient)
        size = 1.0
        while size > ENOUGH:
            new = _loss(f, target, a + size * step[0], b + size * step[1])
            if new < loss + 1e-4 * size * (gradient @ step):
                break
            size /= 2
        else:
            break
        a, b, loss = a + size * step[0], b + size * step[1], new
    return a, b


def coupled(r):
    """The law p (k,) that comes closest to all r_ij = P(i | i or j): min Σ_i Σ_{j≠i} (r_ji p_i − r_ij p_j)² (eq. 22).

    r (n, k, k), its diagonal not used. Returns (n, k).
    """
    n, k, _ = r.shape
    r = r * (1 - np.eye(k))
    q = -np.swapaxes(r, 1, 2) * r
    each = np.arange(k)
    q[:, each, each] = (np.swapaxes(r, 1, 2) ** 2).sum(axis=2)
    system = np.zeros((n, k + 1, k + 1))
    system[:, :k, :k] = q
    system[:, :k, k] = system[:, k, :k] = 1.0
    right = np.zeros((n, k + 1, 1))
    right[:, k] = 1.0
    p = np.maximum(np.linalg.solve(system, right)[:, :k, 0], 0)
    return p / p.sum(axis=1, keepdims=True)


def machines(classifier, x, index, rng):
    """(A, B) of each machine of a fitted classifier, from values of f at samples that were held out in turn."""
    values = np.empty((len(index), len(classifier.dual_coef_)))
    given = classifier.kernel == "precomputed"
    k = FOLDS if np.bincount(index).min() >= FOLDS else 2
    part = copy.copy(classifier)
    part.probability = False
    for train, held in folds.stratified(index, k, rng):
        part.fit(x[np.ix_(train, train)] if given else x[train], index[train])
        values[held] = part._values(x[np.ix_(held, train)] if given else x[held])
    return [sigmoid(values[own, m], side) for m, (own, side) in enumerate(_sides(index, classifier.decision))]


def probabilities(values, sigmoids, classes, scheme):
    """The law of each row (n, classes) from the values of the machines (n, machines)."""
    p = np.stack([_p(values[:, m], a, b) for m, (a, b) in enumerate(sigmoids)], axis=1)
    if classes == 2:
        return np.column_stack([1 - p[:, 0], p[:, 0]])
    if scheme == "ovr":
        total = p.sum(axis=1, keepdims=True)
        if (total == 0).any():
            warnings.warn(
                "no class is likely at all for some rows: they get equal shares", RuntimeWarning, stacklevel=3
            )
        return np.where(total > 0, p / np.where(total > 0, total, 1), 1 / classes)
    r = np.zeros((len(p), classes, classes))
    clipped = np.clip(p, 1e-7, 1 - 1e-7)
    for m, (a, b) in enumerate(itertools.combinations(range(classes), 2)):
        r[:, a, b], r[:, b, a] = clipped[:, m], 1 - clipped[:, m]
    return coupled(r)


def _sides(index, scheme):
    """(samples that a machine was made for, whether each is on its first side), machine by machine."""
    k = int(index.max()) + 1
    everything = np.arange(len(index))
    if k == 2:
        return [(everything, index == 1)]
    if scheme == "ovr":
        return [(everything, index == c) for c in range(k)]
    own = [(np.flatnonzero((index == a) | (index == b)), a) for a, b in itertools.combinations(range(k), 2)]
    return [(rows, index[rows] == a) for rows, a in own]


def _p(f, a, b):
    """1 / (1 + exp(a f + b)), eq. 20."""
    z = a * f + b
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, small, 1.0) / (1 + small)


def _loss(f, target, a, b):
    """Minus the log-likelihood, without overflow."""
    z = a * f + b
    return float(np.sum(np.logaddexp(0, z) - (1 - target) * z))
