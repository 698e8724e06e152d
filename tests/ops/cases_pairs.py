"""Cases of losses of pairs and triples, of counts, and of unaligned sequences."""

import itertools
import warnings

import numpy as np
from scipy import special

from abacus import ops

REDUCTIONS = "mean", "sum", "none"


def _finish(losses, reduction):
    return losses if reduction == "none" else losses.sum() if reduction == "sum" else losses.mean()


def triplet_margin(some):
    lead, width, p, swap = some.shape(0, 1), some.size(1), some.one_of(1, 2, 3), some.one_of(False, True)
    reduction = some.one_of(*REDUCTIONS)

    def far(a, b):
        return (np.abs(a - b + 1e-6) ** p).sum(-1) ** (1 / p)

    def plain(a, b, c):
        other = np.minimum(far(a, c), far(b, c)) if swap else far(a, c)
        return _finish(np.maximum(far(a, b) - other + 0.7, 0), reduction)

    def torch(t, *arrays):
        return t.nn.functional.triplet_margin_loss(*arrays, 0.7, p, swap=swap, reduction=reduction)

    return {
        "call": lambda *arrays: ops.triplet_margin(*arrays, 0.7, p, swap=swap, reduction=reduction),
        "arrays": tuple(some.array(*lead, width) for _ in range(3)),
        "plain": plain,
        "torch": torch,
    }


def _signs(some, *shape):
    return some.rng.choice([-1.0, 1.0], shape)


def cosine_embedding(some):
    n, width, reduction = some.size(), some.size(), some.one_of(*REDUCTIONS)
    target = _signs(some, n)

    def plain(a, b):
        cosine = (a * b).sum(1) / np.sqrt((a * a).sum(1) * (b * b).sum(1))
        return _finish(np.where(target == 1, 1 - cosine, np.maximum(0, cosine - 0.1)), reduction)

    def torch(t, a, b):  # its cosine_embedding_loss adds an eps that shows in the tenth digit
        cosine = t.nn.functional.cosine_similarity(a, b)
        return _finish(t.where(t.tensor(target == 1), 1 - cosine, (cosine - 0.1).clamp(min=0)), reduction)

    return {
        "call": lambda a, b: ops.cosine_embedding(a, b, target, 0.1, reduction=reduction),
        "arrays": (some.array(n, width), some.array(n, width)),
        "plain": plain,
        "torch": torch,
    }


def margin_ranking(some):
    shape, reduction = some.shape(0, 2), some.one_of(*REDUCTIONS)
    target = _signs(some, *shape)
    return {
        "call": lambda a, b: ops.margin_ranking(a, b, target, 0.2, reduction=reduction),
        "arrays": (some.array(*shape), some.array(*shape)),
        "plain": lambda a, b: _finish(np.maximum(0, 0.2 - target * (a - b)), reduction),
        "torch": lambda t, a, b: t.nn.functional.margin_ranking_loss(a, b, t.tensor(target), 0.2, reduction=reduction),
    }


def hinge_embedding(some):
    shape, reduction = some.shape(0, 2), some.one_of(*REDUCTIONS)
    target = _signs(some, *shape)
    return {
        "call": lambda x: ops.hinge_embedding(x, target, 0.6, reduction=reduction),
        "arrays": (some.array(*shape),),
        "plain": lambda x: _finish(np.where(target == 1, x, np.maximum(0, 0.6 - x)), reduction),
        "torch": lambda t, x: t.nn.functional.hinge_embedding_loss(x, t.tensor(target), 0.6, reduction=reduction),
    }


def poisson_nll(some):
    shape, reduction = some.shape(0, 2), some.one_of(*REDUCTIONS)
    logs, full = some.one_of(False, True), some.one_of(False, True)

    def plain(z, target):
        loss = np.exp(z) - target * z if logs else z - target * np.log(z + 1e-8)
        stirling = target * np.log(target) - target + 0.5 * np.log(2 * np.pi * target)
        return _finish(loss + np.where(target > 1, stirling, 0) * full, reduction)

    return {
        "call": lambda z, target: ops.poisson_nll(z, target, logs, full, reduction=reduction),
        "arrays": (some.array(*shape, low=0.1, high=2), some.array(*shape, low=1.1, high=5)),
        "plain": plain,
        "torch": lambda t, z, target: t.nn.functional.poisson_nll_loss(z, target, logs, full, reduction=reduction),
    }


def kl_log_target(some):
    shape, reduction = (some.size(), some.size()), some.one_of(*REDUCTIONS, "batchmean")

    def plain(log_q, log_p):
        losses = np.exp(log_p) * (log_p - log_q)
        return losses.sum() / len(log_q) if reduction == "batchmean" else _finish(losses, reduction)

    def torch(t, log_q, log_p):
        with warnings.catch_warnings(action="ignore"):  # that "mean" is not the divergence
            return t.nn.functional.kl_div(log_q, log_p, reduction=reduction, log_target=True)

    return {
        "call": lambda log_q, log_p: ops.kl_log_target(log_q, log_p, reduction=reduction),
        "arrays": (some.array(*shape), some.array(*shape)),
        "plain": plain,
        "torch": torch,
    }


def _said(path, blank):
    """What a path of frames says: repeats merged, blanks left out."""
    return tuple(k for i, k in enumerate(path) if k != blank and (i == 0 or path[i - 1] != k))


def ctc(some):
    time, batch, classes, longest = some.size(1, 4), some.size(1, 2), some.size(2, 3), some.size(1, 3)
    blank, reduction = some.one_of(0, classes - 1), some.one_of(*REDUCTIONS)
    labels = some.integers(batch, longest, below=classes - 1) + (blank == 0)
    frames, lengths = some.integers(batch, below=time) + 1, some.integers(batch, below=longest + 1)
    given = labels
    if some.one_of(False, True) and lengths.sum():
        given = np.concatenate([row[:n] for row, n in zip(labels, lengths)])

    def plain(z):
        log_p, losses = special.log_softmax(z, axis=-1), np.zeros(batch)
        for b in range(batch):
            wanted, total = tuple(labels[b, : lengths[b]]), 0.0
            for path in itertools.product(range(classes), repeat=frames[b]):
                if _said(path, blank) == wanted:
                    total += np.exp(sum(log_p[t, b, k] for t, k in enumerate(path)))
            losses[b] = -np.log(total) if total else 0
        return _finish(losses / np.maximum(lengths, 1) if reduction == "mean" else losses, reduction)

    def torch(t, z):
        options = {"blank": blank, "reduction": reduction, "zero_infinity": True}
        return t.nn.functional.ctc_loss(z.log_softmax(-1), *map(t.tensor, (given, frames, lengths)), **options)

    def call(z):
        log_p = ops.log_softmax(z)  # by which PyTorch's gradient means more than itself
        return ops.ctc(log_p, given, frames, lengths, blank, zero_infinity=True, reduction=reduction)

    return {"call": call, "arrays": (some.array(time, batch, classes),), "plain": plain, "torch": torch}


X, LOG_P = np.ones((2, 3)), np.zeros((4, 2, 3))
ONE = np.ones(2, int)
WRONG = {
    "pairwise_distance: the shapes (2, 3) and (2, 2) do not": lambda: ops.triplet_margin(X, X[:, :2], X),
    "triplet_margin: reduction is 'max'": lambda: ops.triplet_margin(X, X, X, reduction="max"),
    "cosine_embedding: target holds other numbers than 1 and -1": lambda: ops.cosine_embedding(X, X, np.zeros(2)),
    "cosine_embedding: the shapes (2,) and (3,) do not": lambda: ops.cosine_embedding(X, X, np.ones(3)),
    "margin_ranking: the shapes (2, 3) and (2,) do not": lambda: ops.margin_ranking(X, X, ONE),
    "hinge_embedding: reduction is 'mena'": lambda: ops.hinge_embedding(X, X, reduction="mena"),
    "poisson_nll: the shapes (2, 3) and (2,) do not": lambda: ops.poisson_nll(X, ONE),
    "kl_log_target: log_p has shape (2,), wanted log_q's (2, 3)": lambda: ops.kl_log_target(X, ONE),
    "ctc: log_p has shape (2, 3), wanted (time, batch, classes)": lambda: ops.ctc(X, ONE, ONE, ONE),
    "ctc: frames are int64 (2,), wanted 2 whole numbers from 0 to 4": lambda: ops.ctc(LOG_P, ONE, ONE * 5, ONE),
    "ctc: lengths are float64 (2,), wanted 2 whole numbers from 0": lambda: ops.ctc(LOG_P, ONE, ONE, ONE * 1.0),
    "ctc: labels hold 0, wanted 0 to 2 without the blank 0": lambda: ops.ctc(LOG_P, ONE * 0, ONE, ONE),
    "ctc: labels hold 3, wanted 0 to 2": lambda: ops.ctc(LOG_P, ONE * 3, ONE, ONE),
    "ctc: labels have shape (3,), wanted (2, 1) or (2,)": lambda: ops.ctc(LOG_P, np.ones(3, int), ONE, ONE),
    "ctc: labels have type float64, wanted integers": lambda: ops.ctc(LOG_P, ONE * 1.0, ONE, ONE),
    "ctc: blank is 3, wanted 0 to 2": lambda: ops.ctc(LOG_P, ONE, ONE, ONE, 3),
}
