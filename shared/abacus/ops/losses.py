"""Losses, with PyTorch's conventions: reduction is "mean", "sum" or "none"; a mean is over all entries."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.expect import expect_broadcast, expect_shape
from abacus.ops.arithmetic import sum_to
from abacus.ops.reduction import counted_for, reduced
from abacus.tensor import op


def _product(weight, log):
    """weight·log, and 0 where the weight is 0 though the logarithm is infinite, as 0·log 0 is in an entropy."""
    with np.errstate(invalid="ignore"):
        product = weight * log
    if np.isfinite(product).all():
        return product
    return np.where((weight == 0) & np.isinf(log), product.dtype.type(0), product)


def _same(name, prediction, target):
    if np.shape(prediction) != np.shape(target):
        raise BadInput(f"{name}: target has shape {np.shape(target)}, wanted the prediction's {np.shape(prediction)}")


@op(keeps=("labels",))
def softmax_cross_entropy(z, labels, weights=None, *, ignore_index=-100, label_smoothing=0.0, reduction="mean"):
    """-log softmax(z)[label] over the last axis of z (…, classes), labels (…) integers.

    Its gradient is softmax - onehot. With weights (classes,), the mean is weighted; labels equal to ignore_index count
    for nothing; label_smoothing ε takes (1 - ε)·onehot + ε/classes as target (Szegedy et al. 2016, eq. 7). All as in
    PyTorch's cross_entropy, but for the place of the classes.
    """
    labels = np.asarray(labels)
    if not z.ndim or not z.shape[-1]:
        raise BadInput(f"softmax_cross_entropy: z has shape {z.shape}, wanted (…, classes), at least one class")
    classes = z.shape[-1]
    if labels.dtype.kind not in "iu" or labels.shape != z.shape[:-1]:
        _class_labels("softmax_cross_entropy", z, labels, ignore_index)
    if weights is not None:
        expect_shape("softmax_cross_entropy", "weights", np.shape(weights), (classes,))
    rows = np.ascontiguousarray(z).reshape(-1, classes)
    dtype = rows.dtype.type
    importance = np.ones(classes, dtype) if weights is None else np.ascontiguousarray(weights, dtype)
    losses, dz = np.empty(len(rows), dtype), np.empty_like(rows)
    flat = np.ascontiguousarray(labels.reshape(-1), np.int64)
    numbers = dtype(label_smoothing), ignore_index, reduction == "mean"
    known, counted = kernels.rows.cross_entropy(rows, flat, importance, *numbers, losses, dz)
    if not known:
        _class_labels("softmax_cross_entropy", z, labels, ignore_index)
    share = counted_for("softmax_cross_entropy", reduction, counted)
    dz = dz.reshape(z.shape)
    if reduction == "none":
        return losses.reshape(labels.shape), lambda d: (lambda: dz * d[..., None], None, None)
    value = (
        losses.sum() if counted or reduction == "sum" else dtype(share)
    )  # the kernel has divided, or there is no mean
    return value, lambda d: (lambda: dz if d == 1 else dz * d, None, None)


def _class_labels(name, z, labels, ignore_index):
    if labels.dtype.kind not in "iu" or labels.shape != z.shape[:-1]:
        raise BadInput(f"{name}: labels are {labels.dtype} {labels.shape}, wanted integers of shape {z.shape[:-1]}")
    wrong = labels[(labels != ignore_index) & ((labels < 0) | (labels >= z.shape[-1]))]
    if wrong.size:
        raise BadInput(f"{name}: labels hold {wrong[0]}, wanted 0 to {z.shape[-1] - 1}")


@op
def soft_cross_entropy(z, target, *, reduction="mean"):
    """-Σ target·log softmax(z) over the last axis, target a distribution (distillation, mixtures of labels)."""
    _same("soft_cross_entropy", z, target)
    shifted = z - z.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    losses = -_product(target, log_p).sum(axis=-1)
    share = losses.dtype.type(counted_for("soft_cross_entropy", reduction, losses.size))
    value = losses if reduction == "none" else losses.sum() * share

    def pullback(d):
        d = (d[..., None] if reduction == "none" else d) * share
        return lambda: d * (np.exp(log_p) * target.sum(axis=-1, keepdims=True) - target), lambda: -d * log_p

    return value, pullback


@op(keeps=("labels",))
def nll(log_p, labels, weights=None, *, ignore_index=-100, reduction="mean"):
    """-log_p[label] over the last axis; weights and ignore_index as in softmax_cross_entropy."""
    labels = np.asarray(labels)
    _class_labels("nll", log_p, labels, ignore_index)
    if weights is not None:
        expect_shape("nll", "weights", np.shape(weights), log_p.shape[-1:])
    counted = labels != ignore_index
    safe = np.where(counted, labels, 0)
    weight = counted.astype(log_p.dtype) if weights is None else counted * np.asarray(weights, log_p.dtype)[safe]
    losses = -weight * np.take_along_axis(log_p, safe[..., None], axis=-1)[..., 0]
    share = log_p.dtype.type(counted_for("nll", reduction, weight.sum()))

    def pullback(d):
        dlog_p = np.zeros_like(log_p)
        np.put_along_axis(dlog_p, safe[..., None], -(weight * (d * share))[..., None], axis=-1)
        return dlog_p, None, None

    return (losses if reduction == "none" else losses.sum() * share), pullback


@op
def mse(prediction, target, *, reduction="mean"):
    """(prediction - target)². No factor 1/2."""
    _same("mse", prediction, target)
    off = prediction - target
    share = counted_for("mse", reduction, off.size)
    return reduced(off * off, (lambda: 2 * off, lambda: -2 * off), reduction, share)


@op
def l1(prediction, target, *, reduction="mean"):
    """|prediction - target|."""
    _same("l1", prediction, target)
    off = prediction - target
    share = counted_for("l1", reduction, off.size)
    return reduced(np.abs(off), (lambda: np.sign(off), lambda: -np.sign(off)), reduction, share)


@op
def huber(prediction, target, delta=1.0, *, reduction="mean"):
    """off²/2 where |off| < delta, delta·(|off| - delta/2) elsewhere (Huber 1964)."""
    _same("huber", prediction, target)
    off = prediction - target
    size = np.abs(off)
    losses = np.where(size < delta, off * off * 0.5, delta * (size - 0.5 * delta))
    slope = np.clip(off, -delta, delta)
    share = counted_for("huber", reduction, off.size)
    return reduced(losses, (lambda: slope, lambda: -slope), reduction, share)


@op
def bce_with_logits(z, target, weights=None, pos_weight=None, *, reduction="mean"):
    """-weights·(pos_weight·target·log σ(z) + (1 - target)·log(1 - σ(z))), stable for every z; target in [0, 1]."""
    _same("bce_with_logits", z, target)
    for argument, got in (("weights", weights), ("pos_weight", pos_weight)):
        if got is not None:
            expect_broadcast("bce_with_logits", argument, np.shape(got), z.shape)
    dtype = z.dtype
    target = np.asarray(target, dtype)
    positive = target if pos_weight is None else target * np.asarray(pos_weight, dtype)
    weights = np.ones((), dtype) if weights is None else np.asarray(weights, dtype)
    with np.errstate(invalid="ignore"):  # NaN passes, and NumPy would warn of it
        minus, plus = np.logaddexp(-z, 0, dtype=dtype), np.logaddexp(z, 0, dtype=dtype)  # -log σ(z), -log σ(-z)

    def dz():
        s = np.tanh(z * 0.5) * 0.5 + 0.5
        return weights * (s * (1 - target + positive) - positive)

    def dtarget():
        return weights * ((1 if pos_weight is None else np.asarray(pos_weight, dtype)) * minus - plus)

    losses = weights * (_product(positive, minus) + _product(1 - target, plus))
    return reduced(losses, (dz, dtarget, None, None), reduction, counted_for("bce_with_logits", reduction, losses.size))


@op
def bce(p, target, *, reduction="mean"):
    """-(target·log p + (1 - target)·log(1 - p)), logarithms kept above -100 as in PyTorch."""
    _same("bce", p, target)
    target = np.asarray(target, p.dtype)
    with np.errstate(divide="ignore"):
        log_p, log_q = np.maximum(np.log(p), -100), np.maximum(np.log1p(-p), -100)
    tiny = p.dtype.type(1e-12)

    def dp():
        return (p - target) / np.maximum(p * (1 - p), tiny)

    losses = -(target * log_p + (1 - target) * log_q)
    return reduced(losses, (dp, lambda: log_q - log_p), reduction, counted_for("bce", reduction, losses.size))


@op
def hinge(z, target, *, reduction="mean"):
    """max(0, 1 - target·z), target -1 or 1 (Cortes & Vapnik 1995)."""
    _same("hinge", z, target)
    target = np.asarray(target, z.dtype)
    gap = 1 - target * z
    share = counted_for("hinge", reduction, gap.size)
    return reduced(np.maximum(gap, 0), (lambda: -target * (gap > 0), None), reduction, share)


@op(keeps=("labels",))
def multi_margin(z, labels, *, reduction="mean"):
    """Σ over the wrong classes j of max(0, 1 - z[label] + z[j]) / classes, z (n, classes)."""
    labels = np.asarray(labels)
    _class_labels("multi_margin", z, labels, None)
    n, classes = z.shape
    rows = np.arange(n)
    gap = 1 - z[rows, labels][:, None] + z
    gap[rows, labels] = 0
    losses = np.maximum(gap, 0).sum(axis=1) / classes
    share = z.dtype.type(counted_for("multi_margin", reduction, n))

    def pullback(d):
        dz = (gap > 0).astype(z.dtype)
        dz[rows, labels] = -dz.sum(axis=1)
        return dz * ((d[:, None] if reduction == "none" else d) * share / classes), None

    return (losses if reduction == "none" else losses.sum() * share), pullback


@op
def kl(log_q, p, *, reduction="mean"):
    """p·(log p - log_q), 0 where p is: Kullback & Leibler's divergence of q from p. "mean" is over all entries and
    "batchmean" over the first axis, which is the divergence of the mathematics (PyTorch's kl_div)."""
    _same("kl", log_q, p)
    log_p = np.log(np.where(p > 0, p, 1))
    losses = _product(p, log_p - log_q)
    count = losses.shape[0] if reduction == "batchmean" and losses.ndim else losses.size
    share = counted_for("kl", reduction, count, ("mean", "batchmean", "sum", "none"))
    dp = np.where(p > 0, log_p + 1 - log_q, 0)
    return reduced(losses, (lambda: -p, lambda: dp), reduction, share)


@op
def gaussian_nll(mean, target, var, *, reduction="mean"):
    """(log var + (mean - target)² / var) / 2, broadcasting var: minus the log-density but for log √(2π)."""
    _same("gaussian_nll", mean, target)
    expect_broadcast("gaussian_nll", "var", np.shape(var), mean.shape)
    off = mean - target
    losses = 0.5 * (np.log(var) + off * off / var)
    share = losses.dtype.type(counted_for("gaussian_nll", reduction, losses.size))

    def pullback(d):
        d = d * share
        return (
            lambda: d * off / var,
            lambda: -d * off / var,
            lambda: sum_to(d * 0.5 * (1 / var - off * off / (var * var)) + np.zeros_like(losses), np.shape(var)),
        )

    return (losses if reduction == "none" else losses.sum() * share), pullback
