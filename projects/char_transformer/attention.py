"""Causal self-attention three times: position by position, as matrix products, and (ops.self_attention) as one op.

All take qkv (batch, time, 3·width), the queries, keys and values of every position side by side, each of them `heads`
heads side by side, and give (batch, time, width). That the three are equal is a test.
"""

import math

import numpy as np

from abacus import ops


def by_loops(qkv, heads):
    """For each text, head and position t: softmax over s ≤ t of (q_t · k_s / √d), and the mean of v_s with these weights."""
    batch, time, columns = qkv.shape
    width = columns // 3
    d = width // heads
    y = np.zeros((batch, time, width), qkv.dtype)
    for b in range(batch):
        for head in range(heads):
            at = slice(head * d, (head + 1) * d)
            q, k, v = (qkv[b, :, part * width : (part + 1) * width][:, at] for part in range(3))
            for t in range(time):
                scores = [q[t] @ k[s] / math.sqrt(d) for s in range(t + 1)]
                largest = max(scores)
                weights = [math.exp(score - largest) for score in scores]
                for s in range(t + 1):
                    y[b, t, at] += weights[s] / sum(weights) * v[s]  # eq. 10
    return y


def by_matrices(qkv, heads, dropout=0.0, rng=None):
    """softmax(Q Kᵀ/√d + M) V, M = -∞ above the diagonal (eq. 11; Vaswani et al. 2017), all heads of all texts at once.

    With a generator, each weight is dropped with probability `dropout`.
    """
    batch, time, columns = qkv.shape
    q, k, v = split_heads(qkv, heads)
    future = np.triu(np.full((time, time), -np.inf, qkv.dtype), 1)
    weights = ops.softmax(q @ ops.swapaxes(k, 2, 3) * (1 / math.sqrt(columns // 3 // heads)) + future)
    y = ops.dropout(weights, dropout, rng) @ v  # eq. 11, batch × heads × time × d
    return ops.reshape(ops.swapaxes(y, 1, 2), batch, time, columns // 3)


def split_heads(qkv, heads):
    """q, k, v, each (batch, heads, time, width of a head)."""
    batch, time, columns = qkv.shape
    parts = ops.transpose(ops.reshape(qkv, batch, time, 3, heads, columns // 3 // heads), 2, 0, 3, 1, 4)
    return parts[0], parts[1], parts[2]


def weights(qkv, heads):
    """The weights alone, (batch, heads, time, time): what the pictures show."""
    q, k, _ = split_heads(qkv, heads)
    time = qkv.shape[1]
    future = np.triu(np.full((time, time), -np.inf, qkv.dtype), 1)
    return ops.softmax(q @ ops.swapaxes(k, 2, 3) * (1 / math.sqrt(q.shape[-1])) + future).value
