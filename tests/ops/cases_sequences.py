"""Cases of grouped attention, rotary embedding, and the GRU whose reset gate comes first."""

import numpy as np
from scipy import special

from abacus import ops


def _probabilities(q, k, scale, cap, mask, causal, window, offset):
    """(…, heads, queries, keys), a head at a time."""
    heads, queries, keys = q.shape[-3], q.shape[-2], k.shape[-2]
    each = heads // k.shape[-3]
    p = np.zeros((*q.shape[:-1], keys))
    for h in range(heads):
        scores = q[..., h, :, :] @ k[..., h // each, :, :].swapaxes(-1, -2) * scale
        scores = scores if cap is None else cap * np.tanh(scores / cap)
        scores = scores if mask is None else scores + mask[h]
        for i in range(queries):
            for j in range(keys):
                before, behind = window or (None, None)
                ahead = j - i - offset
                if (causal and ahead > 0) or (before is not None and -ahead > before):
                    scores[..., i, j] = -np.inf
                if behind is not None and ahead > behind:
                    scores[..., i, j] = -np.inf
        seen = np.isfinite(scores).any(axis=-1, keepdims=True)
        p[..., h, :, :] = np.where(seen, special.softmax(np.where(seen, scores, 0), axis=-1), 0)
    return p


def _values(p, v, heads):
    return p @ np.repeat(v, heads // v.shape[-3], axis=-3)


def grouped_attention(some):
    lead, groups, each = some.shape(0, 1), some.size(1, 2), some.size(1, 3)
    queries, keys, width, heads = some.size(), some.size(), some.size(), groups * each
    causal, scale = some.one_of(False, True), some.one_of(None, 0.3)
    arrays = (
        some.array(*lead, heads, queries, width),
        some.array(*lead, groups, keys, width),
        some.array(*lead, groups, keys, some.size()),
    )

    def plain(q, k, v):
        p = _probabilities(q, k, scale or 1 / np.sqrt(width), None, None, causal, None, 0)
        return _values(p, v, heads)

    def torch(t, *qkv):
        return t.nn.functional.scaled_dot_product_attention(*qkv, is_causal=causal, scale=scale, enable_gqa=True)

    return {
        "call": lambda *qkv: ops.grouped_attention(*qkv, causal=causal, scale=scale)[0],
        "arrays": arrays,
        "plain": plain,
        "torch": torch if lead else None,  # PyTorch wants a batch
    }


def grouped_attention__all_options(some):
    groups, each = some.size(1, 2), some.size(1, 2)
    queries, keys, width, heads = some.size(), some.size(), some.size(), groups * each
    window, offset = some.one_of(None, (0, None), (1, 1), (None, 0)), some.one_of(0, 1, -1)
    cap, causal = some.one_of(None, 1.5), some.one_of(False, True)
    seed, dropout = some.size(), some.one_of(0.0, 0.4, 1.0)
    arrays = (
        some.array(2, heads, queries, width),
        some.array(2, groups, keys, width),
        some.array(2, groups, keys, some.size()),
        some.array(heads, queries, keys),
    )

    def plain(q, k, v, mask):
        p = _probabilities(q, k, 1 / np.sqrt(width), cap, mask, causal, window, offset)
        keep = np.random.default_rng(seed).random(p.shape, dtype=np.float32) >= dropout
        return _values(p * keep / (1 - dropout) if dropout < 1 else 0 * p, v, heads), p

    def call(q, k, v, mask):
        rng = np.random.default_rng(seed)
        options = {"soft_cap": cap, "window": window, "offset": offset, "dropout": dropout, "rng": rng}
        return ops.grouped_attention(q, k, v, mask, causal, **options)

    return {"call": call, "arrays": arrays, "plain": plain}


def grouped_attention__mask(some):
    queries, keys = some.size(), some.size()
    mask = some.integers(queries, keys, below=2).astype(bool)
    return {
        "call": lambda *qkv: ops.grouped_attention(*qkv, mask=mask)[0],
        "arrays": tuple(some.array(2, 2, n, 3) for n in (queries, keys, keys)),
        "torch": lambda t, *qkv: t.nn.functional.scaled_dot_product_attention(*qkv, attn_mask=t.tensor(mask)),
    }


def rotary(some):
    lead, time, pairs, rest = some.shape(0, 2), some.size(), some.size(), some.size(0, 2)
    interleaved = some.one_of(False, True)
    angles = some.array(time, pairs)

    def plain(x, cos, sin):
        y = x.copy()
        for i in range(pairs):
            a, b = (2 * i, 2 * i + 1) if interleaved else (i, i + pairs)
            turn = np.moveaxis(np.array([[cos[:, i], -sin[:, i]], [sin[:, i], cos[:, i]]]), -1, 0)  # (time, 2, 2)
            y[..., [a, b]] = (turn @ x[..., [a, b], None])[..., 0]
        return y

    return {
        "call": lambda x, cos, sin: ops.rotary(x, cos, sin, interleaved),
        "arrays": (some.array(*lead, time, 2 * pairs + rest), np.cos(angles), np.sin(angles)),
        "plain": plain,
    }


def rotary_angles(some):
    """A shift of all places changes no product of a query and a key."""
    time, pairs, far = some.size(), some.size(), some.size()

    def products(x, places, interleaved=False):
        turned = ops.rotary(x, *ops.rotary_angles(places, 2 * pairs), interleaved)
        return turned @ ops.swapaxes(turned, -1, -2)

    def plain(x):
        a, b = x[:, :pairs], x[:, pairs:]
        angles = np.arange(time)[:, None] / 10000 ** (np.arange(pairs) / pairs)
        turned = (a + 1j * b) * np.exp(1j * angles.astype(np.float32)).astype(np.complex64)
        return (turned @ turned.conj().T).real

    return {
        "call": lambda x: products(x, time) * 0.5 + products(x, np.arange(time) + far) * 0.5,
        "arrays": (some.array(time, 2 * pairs) / 8,),
        "plain": None if time else plain,
    }


def gru_reset_first(some):
    time, batch, inputs, width = some.size(0), some.size(), some.size(), some.size()
    shapes = (time, batch, inputs), (batch, width), (inputs, 3 * width), (width, 3 * width), (3 * width,), (3 * width,)

    def plain(x, h, wx, wh, bx, bh):
        states = []
        for step in x:
            r, z, n = np.split(step @ wx + bx + bh, 3, axis=1)
            of_r, of_z, of_n = np.split(wh, 3, axis=1)
            r, z = special.expit(r + h @ of_r), special.expit(z + h @ of_z)
            h = (1 - z) * np.tanh(n + (r * h) @ of_n) + z * h
            states.append(h)
        return np.array(states).reshape(len(x), *h.shape), h

    def torch(t, x, h, wx, wh, bx, bh):
        states = []
        for step in x:
            (r, z, n), (of_r, of_z, of_n) = t.chunk(step @ wx + bx + bh, 3, 1), t.chunk(wh, 3, 1)
            r, z = t.sigmoid(r + h @ of_r), t.sigmoid(z + h @ of_z)
            h = (1 - z) * t.tanh(n + (r * h) @ of_n) + z * h
            states.append(h)
        return t.stack(states) if states else x.new_zeros(0, batch, width), h

    return {
        "call": ops.gru_reset_first,
        "arrays": tuple(some.array(*shape) for shape in shapes),
        "plain": plain,
        "torch": torch,
    }


Q, COS = np.ones((2, 3, 4)), np.ones((3, 2))
WRONG = {
    "grouped_attention: q (2, 3, 4), k (3, 3, 4), v (3, 3, 4): wanted": lambda: ops.grouped_attention(
        Q, *[np.ones((3, 3, 4))] * 2
    ),
    "grouped_attention: q (3, 4), k (3, 4)": lambda: ops.grouped_attention(Q[0], Q[0], Q[0]),
    "grouped_attention: mask has shape (2,), which does not broadcast": lambda: ops.grouped_attention(
        Q, Q, Q, np.ones(2)
    ),
    "grouped_attention: soft_cap is 0": lambda: ops.grouped_attention(Q, Q, Q, soft_cap=0),
    "grouped_attention: window is (1, -1)": lambda: ops.grouped_attention(Q, Q, Q, window=(1, -1)),
    "grouped_attention: dropout is 2": lambda: ops.grouped_attention(Q, Q, Q, dropout=2),
    "rotary: sin has shape (3, 1), wanted (3, 2)": lambda: ops.rotary(Q, COS, COS[:, :1]),
    "rotary: cos has shape (3, 3), wanted at most half the width": lambda: ops.rotary(Q, *[np.ones((3, 3))] * 2),
    "rotary: cos has shape (2, 2), which does not broadcast to (2, 3, 2)": lambda: ops.rotary(Q, COS[:2], COS[:2]),
    "rotary_angles: width is 3, wanted an even number": lambda: ops.rotary_angles(4, 3),
    "gru_reset_first: h has shape (2, 4), wanted (3, 1)": lambda: ops.gru_reset_first(
        Q, Q[0, :2], *[np.ones((n, 3)) for n in (4, 1)], *[np.ones(3)] * 2
    ),
}
