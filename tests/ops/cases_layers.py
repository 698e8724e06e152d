"""Cases of the ops behind layers: norms, embedding, dropout, attention."""

import numpy as np
from scipy import special

from abacus import ops


def layer_norm(some):
    shape = some.shape(1, 3, least=2)
    n = shape[-1]

    def plain(x, gain, bias):
        off = x - x.mean(axis=-1, keepdims=True)
        return off / np.sqrt((off**2).mean(axis=-1, keepdims=True) + 1e-5) * gain + bias

    return {
        "call": ops.layer_norm,
        "arrays": (some.array(*shape), some.array(n), some.array(n)),
        "plain": plain,
        "torch": lambda t, x, gain, bias: t.nn.functional.layer_norm(x, (n,), gain, bias),
    }


def layer_norm__plain(some):
    shape = (some.size(0), some.size(2))
    return {
        "call": lambda x: ops.layer_norm(x, eps=0.1),
        "arrays": (some.array(*shape),),
        "torch": lambda t, x: t.nn.functional.layer_norm(x, shape[-1:], eps=0.1),
    }


def layer_norm__axes(some):
    lead, inner = some.shape(0, 2), some.shape(2, 3)

    def plain(x, gain, bias):
        axes = tuple(range(-max(gain.ndim, bias.ndim), 0))
        off = x - x.mean(axis=axes, keepdims=True)
        return off / np.sqrt((off**2).mean(axis=axes, keepdims=True) + 1e-5) * gain + bias

    return {
        "call": ops.layer_norm,
        "arrays": (some.array(*lead, *inner), some.array(*inner), some.array(*inner)),
        "plain": plain,
        "torch": lambda t, x, gain, bias: t.nn.functional.layer_norm(x, inner, gain, bias),
    }


def rms_norm__axes(some):
    lead, inner = some.shape(0, 2), some.shape(2, 3)

    def plain(x, gain):
        return x / np.sqrt((x**2).mean(axis=tuple(range(-gain.ndim, 0)), keepdims=True) + 1e-6) * gain

    return {
        "call": ops.rms_norm,
        "arrays": (some.array(*lead, *inner), some.array(*inner)),
        "plain": plain,
        "torch": lambda t, x, gain: t.nn.functional.rms_norm(x, inner, gain, eps=1e-6),
    }


def rms_norm(some):
    shape = some.shape(1, 3)

    def plain(x, gain):
        return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-6) * gain

    return {
        "call": ops.rms_norm,
        "arrays": (some.array(*shape), some.array(shape[-1])),
        "plain": plain,
        "torch": lambda t, x, gain: t.nn.functional.rms_norm(x, shape[-1:], gain, eps=1e-6),
    }


def embedding(some):
    rows, width = some.size(), some.size()
    index = some.integers(*some.shape(0, 2, least=0), below=rows)
    padding = some.one_of(None, 0)

    def torch(t, table):
        return t.nn.functional.embedding(t.tensor(index), table, padding_idx=padding)

    return {
        "call": lambda table: ops.embedding(index, table, padding_index=padding),
        "arrays": (some.array(rows, width),),
        "plain": lambda table: table[index],
        "torch": torch,
        "constant": padding is not None,  # the row of the padding has no gradient by decree
    }


def dropout(some):
    p, seed, x = some.one_of(0.0, 0.3, 1.0), some.size(), some.array(*some.shape(least=0))

    def plain(x):
        keep = np.random.default_rng(seed).random(x.shape, dtype=np.float32) >= p
        return np.where(keep, x / (1 - p) if p < 1 else x, 0)

    return {"call": lambda x: ops.dropout(x, p, np.random.default_rng(seed)), "arrays": (x,), "plain": plain}


def dropout__evaluation(some):
    return {"call": lambda x: ops.dropout(x, 0.5, None), "arrays": (some.array(3, 4),), "plain": lambda x: x}


def _attention(q, k, v, mask, causal):
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask
    if causal:
        scores = np.where(np.tril(np.ones(scores.shape[-2:], bool)), scores, -np.inf)
    seen = np.isfinite(scores).any(axis=-1, keepdims=True)
    return np.where(seen, special.softmax(np.where(seen, scores, 0), axis=-1), 0) @ v


def attention(some):
    lead, queries, keys, width = some.shape(0, 2), some.size(), some.size(), some.size()
    causal = some.one_of(False, True)
    arrays = some.array(*lead, queries, width), some.array(*lead, keys, width), some.array(*lead, keys, some.size())
    return {
        "call": lambda *qkv: ops.attention(*qkv, causal=causal),
        "arrays": arrays,
        "plain": lambda *qkv: _attention(*qkv, None, causal),
        "torch": lambda t, *qkv: t.nn.functional.scaled_dot_product_attention(*qkv, is_causal=causal),
    }


def attention__mask(some):
    lead, queries, keys, width = some.shape(1, 2), some.size(), some.size(), some.size()
    mask = some.integers(lead[-1], queries, keys, below=2).astype(bool)
    arrays = [some.array(*lead, n, width) for n in (queries, keys, keys)]
    return {
        "call": lambda *qkv: ops.attention(*qkv, mask=mask),
        "arrays": arrays,
        "plain": lambda *qkv: _attention(*qkv, mask, False),
        "torch": lambda t, *qkv: t.nn.functional.scaled_dot_product_attention(*qkv, attn_mask=t.tensor(mask)),
    }


def attention__additive_mask(some):
    batch, queries, keys, width = some.size(), some.size(), some.size(), some.size()
    arrays = [some.array(batch, n, width) for n in (queries, keys, keys)] + [some.array(queries, keys)]
    return {
        "call": ops.attention,
        "arrays": arrays,
        "plain": lambda *all: _attention(*all, False),
        "torch": lambda t, *all: t.nn.functional.scaled_dot_product_attention(*all),
    }


def self_attention(some):
    batch, time, heads, width = some.size(), some.size(), some.size(), some.size()
    causal = some.one_of(False, True)

    def split(qkv):
        by_head = *qkv.shape[:2], heads, qkv.shape[-1] // (3 * heads)
        return [part.reshape(by_head).swapaxes(1, 2) for part in np.split(qkv, 3, axis=-1)]

    def plain(qkv):
        y = _attention(*split(qkv), None, causal).swapaxes(1, 2)
        return y.reshape(*qkv.shape[:2], qkv.shape[-1] // 3)

    def torch(t, qkv):
        parts = [part.reshape(batch, time, heads, width).swapaxes(1, 2) for part in t.chunk(qkv, 3, -1)]
        y = t.nn.functional.scaled_dot_product_attention(*parts, is_causal=causal)
        return y.swapaxes(1, 2).reshape(batch, time, heads * width)

    return {
        "call": lambda qkv: ops.self_attention(qkv, heads, causal=causal),
        "arrays": (some.array(batch, time, 3 * heads * width),),
        "plain": plain,
        "torch": torch,
    }


X = np.ones((2, 3))
WRONG = {
    "layer_norm: x has shape (), wanted (…, n)": lambda: ops.layer_norm(np.ones(())),
    "self_attention: qkv has shape (1, 2, 6), wanted a last axis of 3·0·width": lambda: ops.self_attention(
        np.ones((1, 2, 6)), 0
    ),
    "layer_norm: gain has shape (2,), wanted (3,)": lambda: ops.layer_norm(X, np.ones(2)),
    "layer_norm: bias has shape (2,), wanted (3,)": lambda: ops.layer_norm(X, np.ones(3), np.ones(2)),
    "rms_norm: gain has shape (2,), wanted (3,)": lambda: ops.rms_norm(X, np.ones(2)),
    "embedding: index runs from 0 to 2, wanted 0 to 1": lambda: ops.embedding([0, 2], X),
    "embedding: index runs from -1 to 0, wanted 0 to 1": lambda: ops.embedding([0, -1], X),
    "embedding: index has type float64": lambda: ops.embedding([0.5], X),
    "dropout: p is 1.5": lambda: ops.dropout(X, 1.5, None),
    "embedding: table has shape (3,), wanted (rows, width)": lambda: ops.embedding([0], X[0]),
    "attention: q (3,), k (3,)": lambda: ops.attention(X[0], X[0], X[0]),
    "attention: mask has shape (3, 2), which does not broadcast to (2, 2)": lambda: ops.attention(
        X, X, X, np.ones((3, 2), bool)
    ),
    "self_attention: qkv has shape (2, 3), wanted (batch, time, 3·1·width)": lambda: ops.self_attention(X, 1),
    "self_attention: mask has shape (3, 3), which does not broadcast to (1, 1, 2, 2)": lambda: ops.self_attention(
        X[None], 1, np.ones((3, 3), bool)
    ),
    "attention: q (2, 3), k (2, 4)": lambda: ops.attention(X, np.ones((2, 4)), X),
    "self_attention: qkv has shape (1, 2, 8)": lambda: ops.self_attention(np.ones((1, 2, 8)), 2),
}
