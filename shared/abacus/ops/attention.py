"""Scaled dot-product attention (Vaswani et al. 2017, eq. 1)."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.expect import expect_broadcast, expect_shape
from abacus.ops.arithmetic import sum_to
from abacus.tensor import op


@op(keeps=("mask",))
def attention(q, k, v, mask=None, causal=False):
    """softmax(q kᵀ / √width + mask) v: q (…, queries, width), k (…, keys, width), v (…, keys, width of the values).

    mask broadcasts to (…, queries, keys): booleans say which keys take part, numbers are added to the scores. causal
    lets query i see the keys up to i. A query that sees no key gets zeros. Conventions of PyTorch's
    scaled_dot_product_attention.
    """
    if (
        q.ndim < 2
        or not q.shape[-1]
        or k.shape[:-1] != v.shape[:-1]
        or q.shape[:-2] != k.shape[:-2]
        or q.shape[-1] != k.shape[-1]
    ):
        raise BadInput(
            f"attention: q {q.shape}, k {k.shape}, v {v.shape}: wanted (…, queries, width), (…, keys, width) and "
            f"(…, keys, width of the values) with the same leading axes, a width of at least 1"
        )
    if mask is not None:
        expect_broadcast("attention", "mask", mask.shape, (*q.shape[:-1], k.shape[-2]))
    y, p = _attend(q, k, v, mask, causal)

    def pullback(dy):
        dq, dk, dv = np.empty_like(q), np.empty_like(k), np.empty_like(v)
        dscores = _attend_pullback(dy, q, k, v, p, dq, dk, dv)
        additive = mask is not None and mask.dtype != bool
        return dq, dk, dv, (lambda: sum_to(dscores * _root(q), mask.shape)) if additive else None

    return y, pullback


@op(keeps=("mask",))
def self_attention(qkv, heads, mask=None, causal=False):
    """Attention of `heads` heads over qkv (batch, time, 3·width), the queries, keys and values side by side, each split
    into heads: (batch, time, width). The heads are read and written in place: nothing is transposed in memory."""
    expect_shape("self_attention", "qkv", qkv.shape, ("batch", "time", f"3·{heads}·width"))
    batch, time, columns = qkv.shape
    if heads < 1 or not columns or columns % (3 * heads):
        raise BadInput(f"self_attention: qkv has shape {qkv.shape}, wanted a last axis of 3·{heads}·width, width >= 1")
    if mask is not None:
        expect_broadcast("self_attention", "mask", mask.shape, (batch, heads, time, time))
    q, k, v = _heads(qkv, 3, heads)
    y = np.empty((batch, time, columns // 3), qkv.dtype)
    _, p = _attend(q, k, v, mask, causal, out=_heads(y, 1, heads)[0])

    def pullback(dy):
        dqkv = np.empty((batch, time, columns), qkv.dtype)
        _attend_pullback(_heads(np.ascontiguousarray(dy), 1, heads)[0], q, k, v, p, *_heads(dqkv, 3, heads))
        return (dqkv,)

    return y, pullback


def _heads(x, parts, heads):
    """Views (parts, batch, heads, time, width of a head) of x (batch, time, parts·heads·width)."""
    batch, time, columns = x.shape
    return x.reshape(batch, time, parts, heads, columns // (parts * heads)).transpose(2, 0, 3, 1, 4)


def _root(q):
    return q.dtype.type(np.sqrt(q.shape[-1]))


def _attend(q, k, v, mask, causal, out=None):
    """(y, p): p the probabilities (…, queries, keys)."""
    scores = np.matmul(q, k.swapaxes(-1, -2), order="C")  # else the order of q: no rows
    scale = 1 / _root(q)
    if mask is not None:
        scores *= scale
        scale = q.dtype.type(1)
        scores = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask.astype(q.dtype)
        scores = np.ascontiguousarray(scores)
    queries, keys = scores.shape[-2:]
    if scores.size:
        rows = scores.reshape(-1, keys)
        kernels.rows.softmax(rows, scale, queries if causal else 0)
    return np.matmul(scores, v, out=out), scores


def _attend_pullback(dy, q, k, v, p, dq, dk, dv):
    """Fills dq, dk, dv; returns the gradient of the unscaled scores."""
    np.matmul(p.swapaxes(-1, -2), dy, out=dv)
    dscores = np.matmul(dy, v.swapaxes(-1, -2), order="C")
    if p.size:
        rows = dscores.reshape(-1, p.shape[-1])
        kernels.rows.softmax_pullback(rows, p.reshape(rows.shape), 1 / _root(q))
    np.matmul(dscores, k, out=dq)
    np.matmul(dscores.swapaxes(-1, -2), q, out=dk)
    return dscores
