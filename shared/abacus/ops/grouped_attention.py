"""Attention whose heads share keys and values, with what today's language models add to it: a cap, a window, dropout."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.expect import expect_broadcast
from abacus.ops.arithmetic import sum_to
from abacus.ops.floats import floats
from abacus.tensor import op


@op(keeps=("mask",))
def grouped_attention(
    q,
    k,
    v,
    mask=None,
    causal=False,
    *,
    scale=None,
    soft_cap=None,
    window=None,
    offset=0,
    dropout=0.0,
    rng=None,
):
    """(y, p): p = softmax(cap(scale·q kᵀ) + mask) of shape (…, heads, queries, keys), and y = p v.

    q (…, heads, queries, width), k and v (…, groups, keys, width), groups a divisor of heads: head h reads keys and values
    h // (heads / groups) (Ainslie et al. 2023).

    scale is 1 / √width unless given; cap(s) = soft_cap·tanh(s / soft_cap) (Gemma Team 2024); mask as in `attention`. Query i
    stands at the key i + offset: causal lets it see the keys up to there, window (before, behind) so many on each side
    (None: all). dropout acts on p where there is an rng, as in `dropout`; p is given without it. A query that sees no
    key gets zeros.
    """
    name = "grouped_attention"
    q, k, v = floats(name, "q", q), floats(name, "k", k), floats(name, "v", v)
    wide, group = _heads(name, q, k, v)
    mask = None if mask is None else np.asarray(mask)
    if mask is not None:
        expect_broadcast(name, "mask", mask.shape, wide)
    if soft_cap is not None and not soft_cap > 0:
        raise BadInput(f"{name}: soft_cap is {soft_cap}, wanted more than 0, or None")
    if not 0 <= dropout <= 1:
        raise BadInput(f"{name}: dropout is {dropout}, wanted a probability")
    dtype = np.result_type(q, k, v)
    scale = dtype.type(1 / np.sqrt(max(q.shape[-1], 1)) if scale is None else scale)
    rows = q.reshape(*k.shape[:-2], group * q.shape[-2], q.shape[-1])  # heads of a group beside each other
    scores = (np.matmul(rows, k.swapaxes(-1, -2)) * scale).reshape(wide).astype(dtype)
    bent = None
    if soft_cap is not None:
        bent = np.tanh(scores / dtype.type(soft_cap))
        scores = bent * dtype.type(soft_cap)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask.astype(dtype)
    seen = _seen(wide[-2], wide[-1], causal, window, offset)
    scores = scores if seen is None else np.where(seen, scores, dtype.type(-np.inf))
    p = np.array(scores, dtype, order="C")
    if p.size:
        kernels.rows.softmax(p.reshape(-1, wide[-1]), dtype.type(1), 0)
    kept = None
    if rng is not None and dropout > 0:
        kept = (rng.random(wide, dtype=np.float32) >= dropout).astype(dtype)
        kept *= 0 if dropout == 1 else 1 / (1 - dropout)
    used = p if kept is None else p * kept
    inner = (*k.shape[:-2], group * wide[-2], wide[-1])
    y = np.matmul(used.reshape(inner), v).reshape(*q.shape[:-1], v.shape[-1])

    def pullback(d):
        dy = np.zeros_like(y) if d[0] is None else d[0]
        flat = dy.reshape(*inner[:-1], v.shape[-1])
        dused = np.matmul(flat, v.swapaxes(-1, -2)).reshape(wide)
        dp = dused if kept is None else dused * kept
        dp = dp if d[1] is None else dp + d[1]
        ds = np.array(dp, dtype, order="C")
        if ds.size:
            kernels.rows.softmax_pullback(ds.reshape(-1, wide[-1]), p.reshape(-1, wide[-1]), dtype.type(1))
        bare = ds if bent is None else ds * (1 - bent * bent)
        bare = (bare * scale).reshape(inner)
        additive = mask is not None and mask.dtype != bool
        return (
            lambda: np.matmul(bare, k).reshape(q.shape),
            lambda: np.matmul(bare.swapaxes(-1, -2), rows),
            lambda: np.matmul(used.reshape(inner).swapaxes(-1, -2), flat),
            (lambda: sum_to(ds, mask.shape)) if additive else None,
        )

    return (y, p), pullback


def _heads(name, q, k, v):
    """The shape of the scores, and how many heads share a key; BadInput where the shapes do not go together."""
    good = q.ndim == k.ndim == v.ndim >= 3 and q.shape[:-3] == k.shape[:-3] and k.shape[:-1] == v.shape[:-1]
    if not good or q.shape[-1] != k.shape[-1] or not k.shape[-3] or q.shape[-3] % k.shape[-3]:
        raise BadInput(
            f"{name}: q {q.shape}, k {k.shape}, v {v.shape}: wanted (…, heads, queries, width), (…, groups, keys, width) and "
            "(…, groups, keys, width of the values), groups a divisor of heads"
        )
    return (*q.shape[:-1], k.shape[-2]), q.shape[-3] // k.shape[-3]


def _seen(queries, keys, causal, window, offset):
    """Which key (columns) each query (rows) may see; None for all."""
    if window is not None and (len(window) != 2 or any(w is not None and w < 0 for w in window)):
        raise BadInput(
            f"grouped_attention: window is {window}, wanted two whole numbers of at least 0, or None for all"
        )
    if not causal and window is None:
        return None
    ahead = np.arange(keys) - np.arange(queries)[:, None] - offset
    before, behind = (None, None) if window is None else window
    behind = 0 if causal else behind
    seen = np.ones((queries, keys), bool)
    seen = seen if before is None else seen & (ahead >= -before)
    return seen if behind is None else seen & (ahead <= behind)
