"""The losses, each one operation with its gradient by hand: PPO's, the plain policy gradient's, and DQN's."""

import numpy as np

from abacus.tensor import op


def log_softmax(logits):
    """log softmax over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@op(keeps=("actions",))
def clipped_surrogate(logits, values, actions, old, advantages, returns, before, clip, entropy, value):
    """−L^CLIP − entropy · H + value · L^V, averaged over m steps: logits (m, A), the rest (m,).

    `old` are the log-probabilities and `before` the values under the network that has acted (Schulman et al. 2017, their
    equations 7 and 9; the value's clipping is OpenAI's).
    """
    m, rows = len(actions), np.arange(len(actions))
    log_p = log_softmax(logits)
    p = np.exp(log_p)
    ratio = np.exp(log_p[rows, actions] - old)  # eq. 5
    plain, cut = -advantages * ratio, -advantages * np.clip(ratio, 1 - clip, 1 + clip)
    h = -(p * log_p).sum(axis=1)
    error, moved = values - returns, before + np.clip(values - before, -clip, clip) - returns
    loss = np.maximum(plain, cut).mean()  # eq. 6
    loss += value * 0.5 * np.maximum(error**2, moved**2).mean() - entropy * h.mean()  # eq. 7

    def pullback(dloss):
        dlog = np.where(plain >= cut, plain, 0)
        dlogits = -dlog[:, None] * p
        dlogits[rows, actions] += dlog
        dlogits += entropy * p * (log_p + h[:, None])
        inside = np.abs(values - before) <= clip
        dvalues = value * np.where(error**2 >= moved**2, error, np.where(inside, moved, 0))
        scale = dloss / m
        return dlogits * scale, dvalues * scale, *[None] * 5

    return loss, pullback


@op(keeps=("actions",))
def policy_gradient(logits, values, actions, advantages, returns, entropy, value):
    """−mean(A log π(a|s)) − entropy · H + value · ½ mean (v − G)²: logits (m, A), the rest (m,)."""
    m, rows = len(actions), np.arange(len(actions))
    log_p = log_softmax(logits)
    p = np.exp(log_p)
    h = -(p * log_p).sum(axis=1)
    loss = -(advantages * log_p[rows, actions]).mean() + value * 0.5 * ((values - returns) ** 2).mean()  # eq. 3
    loss -= entropy * h.mean()

    def pullback(dloss):
        dlogits = advantages[:, None] * p
        dlogits[rows, actions] -= advantages
        dlogits += entropy * p * (log_p + h[:, None])
        scale = dloss / m
        return dlogits * scale, value * (values - returns) * scale, None, None, None

    return loss, pullback


@op(keeps=("actions",))
def squared_error(q, actions, targets, weights):
    """mean of weight · (q[action] − target)²: q (m, A), the rest (m,)."""
    rows = np.arange(len(actions))
    error = q[rows, actions] - targets
    loss = (weights * error**2).mean()  # eq. 10

    def pullback(dloss):
        dq = np.zeros_like(q)
        dq[rows, actions] = 2 * weights * error * (dloss / len(actions))
        return dq, None, None, None

    return loss, pullback
