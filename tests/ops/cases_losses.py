"""Cases of the losses: every reduction, weights, smoothing, ignored labels."""

import warnings

import numpy as np
from scipy import special

from abacus import ops

REDUCTIONS = "mean", "sum", "none"


def _finish(losses, reduction, count=None):
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.sum() / (losses.size if count is None else count)


def softmax_cross_entropy(some):
    n, classes = some.size(), some.size(2)
    labels, reduction = some.integers(n, below=classes), some.one_of(*REDUCTIONS)

    def plain(z):
        return _finish(-special.log_softmax(z, axis=1)[np.arange(n), labels], reduction)

    return {
        "call": lambda z: ops.softmax_cross_entropy(z, labels, reduction=reduction),
        "arrays": (some.array(n, classes),),
        "plain": plain,
        "torch": lambda t, z: t.nn.functional.cross_entropy(z, t.tensor(labels), reduction=reduction),
    }


def softmax_cross_entropy__all_options(some):
    n, time, classes = some.size(2), some.size(), some.size(2)
    labels = some.integers(n, time, below=classes)
    labels[0, 0] = 0
    labels[1:, :1] = ignored = some.one_of(-100, 1)
    labels[0, 0] = 0
    smoothing, reduction = some.one_of(0.0, 0.1, 1.0), some.one_of(*REDUCTIONS)
    weights = some.one_of(None, some.array(classes, low=0.5, high=2, plain=True))
    how = {"ignore_index": ignored, "label_smoothing": smoothing, "reduction": reduction}

    def plain(z):
        w = np.ones(z.shape[-1]) if weights is None else weights
        counted = labels != ignored
        onehot = (np.arange(z.shape[-1]) == labels[..., None]) * (1 - smoothing) + smoothing / z.shape[-1]
        losses = -(onehot * w * special.log_softmax(z, axis=-1)).sum(axis=-1) * counted
        return _finish(losses, reduction, (w[np.where(counted, labels, 0)] * counted).sum())

    def torch(t, z):
        w = None if weights is None else t.tensor(weights)
        return t.nn.functional.cross_entropy(z.movedim(-1, 1), t.tensor(labels), w, **how)

    return {
        "call": lambda z: ops.softmax_cross_entropy(z, labels, weights, **how),
        "arrays": (some.array(n, time, classes),),
        "plain": plain,
        "torch": torch,
    }


def soft_cross_entropy(some):
    n, classes = some.size(), some.size()
    reduction = some.one_of(*REDUCTIONS)
    z, target = some.array(n, classes), some.array(n, classes, low=0.1, high=1)
    how = {"reduction": reduction}
    return {
        "call": lambda z, target: ops.soft_cross_entropy(z, target, **how),
        "arrays": (z, target),
        "plain": lambda z, target: _finish(-(target * special.log_softmax(z, axis=-1)).sum(axis=-1), reduction),
        "torch": lambda t, z, target: t.nn.functional.cross_entropy(z, target, **how),
    }


def nll(some):
    n, classes = some.size(2), some.size(2)
    labels, reduction = some.integers(n, below=classes), some.one_of(*REDUCTIONS)
    labels[0], labels[1] = 0, -100
    weights = some.one_of(None, some.array(classes, low=0.5, high=2, plain=True))

    def plain(x):
        w = np.ones(classes) if weights is None else weights
        weight = np.where(labels < 0, 0, w[np.maximum(labels, 0)])
        return _finish(-x[np.arange(n), np.maximum(labels, 0)] * weight, reduction, weight.sum())

    def torch(t, x):
        w = None if weights is None else t.tensor(weights)
        return t.nn.functional.nll_loss(x, t.tensor(labels), w, reduction=reduction)

    return {
        "call": lambda x: ops.nll(x, labels, weights, reduction=reduction),
        "arrays": (some.array(n, classes),),
        "plain": plain,
        "torch": torch,
    }


def _pairwise(some, call, plain, torch_name, target=None, **how):
    shape, reduction = some.shape(0, 3), some.one_of(*REDUCTIONS)
    arrays = (some.array(*shape), some.array(*shape) if target is None else target(shape))
    return {
        "call": lambda a, b: call(a, b, reduction=reduction, **how),
        "arrays": arrays,
        "plain": lambda a, b: _finish(plain(a, b), reduction),
        "torch": lambda t, a, b: getattr(t.nn.functional, torch_name)(a, b, reduction=reduction, **how),
    }


def mse(some):
    return _pairwise(some, ops.mse, lambda a, b: (a - b) ** 2, "mse_loss")


def l1(some):
    return _pairwise(some, ops.l1, lambda a, b: abs(a - b), "l1_loss")


def huber(some):
    def plain(a, b):
        return np.where(abs(a - b) < 0.8, (a - b) ** 2 / 2, 0.8 * (abs(a - b) - 0.4))

    return _pairwise(some, ops.huber, plain, "huber_loss", delta=0.8)


def bce_with_logits(some):
    def plain(z, y):
        p = special.expit(z)
        return -(y * np.log(p) + (1 - y) * np.log(1 - p))

    target = lambda shape: some.array(*shape, low=0, high=1)  # noqa: E731
    return _pairwise(some, ops.bce_with_logits, plain, "binary_cross_entropy_with_logits", target)


def bce_with_logits__weights(some):
    n, m = some.size(), some.size()
    weights, positive = (some.array(m, low=0.5, high=2, plain=True) for _ in range(2))
    arrays = some.array(n, m), some.array(n, m, low=0, high=1)

    def plain(z, y):
        p = special.expit(z)
        return np.mean(-weights * (positive * y * np.log(p) + (1 - y) * np.log(1 - p)))

    def torch(t, z, y):
        how = {"weight": t.tensor(weights), "pos_weight": t.tensor(positive)}
        return t.nn.functional.binary_cross_entropy_with_logits(z, y, **how)

    return {
        "call": lambda z, y: ops.bce_with_logits(z, y, weights, positive),
        "arrays": arrays,
        "plain": plain,
        "torch": torch,
    }


def bce(some):
    shape, reduction = some.shape(0, 3), some.one_of(*REDUCTIONS)
    arrays = some.array(*shape, low=0.1, high=0.9), some.array(*shape, low=0, high=1)
    return {
        "call": lambda p, y: ops.bce(p, y, reduction=reduction),
        "arrays": arrays,
        "plain": lambda p, y: _finish(-(y * np.log(p) + (1 - y) * np.log(1 - p)), reduction),
        "torch": lambda t, p, y: t.nn.functional.binary_cross_entropy(p, y, reduction=reduction),
    }


def hinge(some):
    shape, reduction = some.shape(0, 3), some.one_of(*REDUCTIONS)
    target = 2.0 * some.integers(*shape, below=2) - 1
    return {
        "call": lambda z: ops.hinge(z, target, reduction=reduction),
        "arrays": (some.array(*shape),),
        "plain": lambda z: _finish(np.maximum(0, 1 - target * z), reduction),
    }


def multi_margin(some):
    n, classes = some.size(), some.size(2)
    labels, reduction = some.integers(n, below=classes), some.one_of(*REDUCTIONS)

    def plain(z):
        gap = np.maximum(0, 1 - z[np.arange(n), labels][:, None] + z)
        return _finish((gap.sum(axis=1) - 1) / z.shape[1], reduction)

    return {
        "call": lambda z: ops.multi_margin(z, labels, reduction=reduction),
        "arrays": (some.array(n, classes),),
        "plain": plain,
        "torch": lambda t, z: t.nn.functional.multi_margin_loss(z, t.tensor(labels), reduction=reduction),
    }


def kl(some):
    n, m = some.size(), some.size()
    reduction = some.one_of(*REDUCTIONS, "batchmean")

    def plain(log_q, p):
        return _finish(p * (np.log(p) - log_q), reduction, n if reduction == "batchmean" else None)

    def torch(t, log_q, p):
        with warnings.catch_warnings(action="ignore"):  # that "mean" is not the divergence
            return t.nn.functional.kl_div(log_q, p, reduction=reduction)

    return {
        "call": lambda log_q, p: ops.kl(log_q, p, reduction=reduction),
        "arrays": (some.array(n, m), some.array(n, m, low=0.1, high=1)),
        "plain": plain,
        "torch": torch,
    }


def gaussian_nll(some):
    n, m = some.size(), some.size()
    reduction = some.one_of(*REDUCTIONS)
    arrays = some.array(n, m), some.array(n, m), some.array(n, some.one_of(1, m), low=0.5, high=2)

    def plain(mean, target, var):
        return _finish((np.log(var) + (mean - target) ** 2 / var) / 2, reduction)

    return {
        "call": lambda *a: ops.gaussian_nll(*a, reduction=reduction),
        "arrays": arrays,
        "plain": plain,
        "torch": lambda t, *a: t.nn.functional.gaussian_nll_loss(*a, reduction=reduction, eps=1e-30),
    }


Z = np.zeros((2, 3))
WRONG = {
    "labels are int64 (3,), wanted integers of shape (2,)": lambda: ops.softmax_cross_entropy(Z, np.zeros(3, int)),
    "labels are float64 (2,), wanted integers": lambda: ops.softmax_cross_entropy(Z, np.zeros(2)),
    "softmax_cross_entropy: z has shape (2, 0), wanted (…, classes), at least one class": lambda: (
        ops.softmax_cross_entropy(Z[:, :0], np.zeros(2, int))
    ),
    "labels hold 3, wanted 0 to 2": lambda: ops.softmax_cross_entropy(Z, np.array([0, 3])),
    "mse: target has shape (3,), wanted the prediction's (2, 3)": lambda: ops.mse(Z, np.zeros(3)),
    **{
        f"softmax_cross_entropy: weights has shape ({n},), wanted (3,)": lambda n=n: ops.softmax_cross_entropy(
            Z, np.zeros(2, int), np.ones(n)
        )
        for n in (1, 2, 4)
    },
    "softmax_cross_entropy: weights has shape (), wanted (3,)": lambda: ops.softmax_cross_entropy(
        Z, np.zeros(2, int), np.ones(())
    ),
    "nll: weights has shape (2,), wanted (3,)": lambda: ops.nll(Z, np.zeros(2, int), np.ones(2)),
    "nll: weights has shape (4,), wanted (3,)": lambda: ops.nll(Z, np.zeros(2, int), np.ones(4)),
    "bce_with_logits: weights has shape (2,), which does not broadcast to (2, 3)": lambda: ops.bce_with_logits(
        Z, Z, np.ones(2)
    ),
    "bce_with_logits: pos_weight has shape (4, 2, 3), which does not": lambda: ops.bce_with_logits(
        Z, Z, None, np.ones((4, 2, 3))
    ),
    "gaussian_nll: var has shape (4, 2, 3), which does not": lambda: ops.gaussian_nll(Z, Z, np.ones((4, 2, 3))),
    "reduction is 'max'": lambda: ops.mse(Z, Z, reduction="max"),
}
