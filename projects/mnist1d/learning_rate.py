"""A learning rate learnt by gradient descent on itself: ∂(mean loss of a whole training)/∂η, in forward mode.

The MLP is 40 - 50 - 10 with tanh. All arrays have a leading axis of runs, one for each η that is tried side by side.
"""

from dataclasses import dataclass

import numpy as np

import figures
from abacus import nn
from abacus.settings import above, at_least
from classification import batch, points
from networks import CLASSES, LENGTH

HIDDEN = 50
STARTS = {"from above": 1.5, "from below": 0.15}  # the authors' notebook


def initial(rng):
    """(w1, b1, w2, b2) as PyTorch draws them, in float64."""
    layers = nn.Affine(LENGTH, HIDDEN, rng), nn.Affine(HIDDEN, CLASSES, rng)
    return [p.value.astype(float) for layer in layers for p in (layer.w, layer.b)]


def slopes(theta, v, x, labels):
    """Loss, its gradient g, and the gradient's derivative along v, H v, without forming H (Pearlmutter 1994).

    theta and v are lists (w1, b1, w2, b2) with a leading axis of runs; x (n, 40). A name with D is the derivative along v.
    """
    (w1, b1, w2, b2), (v1, c1, v2, c2), n = theta, v, len(x)
    h = np.tanh(x @ w1 + b1[:, None])
    slope = 1 - h * h
    z = h @ w2 + b2[:, None]
    z -= z.max(axis=2, keepdims=True)
    p = np.exp(z)
    p /= p.sum(axis=2, keepdims=True)
    loss = -np.log(p[:, np.arange(n), labels]).mean(axis=1)
    dz = (p - np.eye(CLASSES)[labels]) / n
    dh = dz @ _turned(w2)
    da = dh * slope
    Dh = slope * (x @ v1 + c1[:, None])
    Dz = Dh @ w2 + h @ v2 + c2[:, None]
    Ddz = p * (Dz - (p * Dz).sum(axis=2, keepdims=True)) / n
    Dda = (Ddz @ _turned(w2) + dz @ _turned(v2)) * slope - 2 * dh * h * Dh
    g = [x.T @ da, da.sum(axis=1), _turned(h) @ dz, dz.sum(axis=1)]
    Dg = [x.T @ Dda, Dda.sum(axis=1), _turned(Dh) @ dz + _turned(h) @ Ddz, Ddz.sum(axis=1)]
    return loss, g, Dg


def train(eta, start, parts, steps, size):
    """Mean loss over `steps` of gradient descent from `start` with each rate of eta (runs,), and its derivative by eta.

    θ' = θ - ηg, hence v' = v - g - ηHv for v = ∂θ/∂η, and ∂loss/∂η = g·v.
    """
    x, y = parts
    theta = [np.repeat(w[None], len(eta), axis=0) for w in start]
    v = [np.zeros_like(w) for w in theta]
    losses, slope = np.zeros(len(eta)), np.zeros(len(eta))
    for step in range(steps):
        now = batch(step, size, len(x))
        loss, g, Hv = slopes(theta, v, x[now], y[now])
        losses += loss / steps
        slope += sum((a * b).reshape(len(eta), -1).sum(axis=1) for a, b in zip(g, v)) / steps
        for w, along, d, Dd in zip(theta, v, g, Hv):
            rate = eta.reshape(-1, *[1] * (w.ndim - 1))
            along -= d + rate * Dd  # eq. 5
            w -= rate * d
    return losses, slope


@dataclass
class Config:
    updates: int = at_least(1)  # inner steps: of the network, by the rate that is learnt
    epochs: int = at_least(1)  # outer steps: of the learning rate itself
    batch: int = at_least(1)  # signals in an inner step
    lr: float = above(0)  # learning rate of the learning rate


def learnt_rate(cfg: Config, job):
    """The learning rate that gradient descent on itself arrives at, from a larger and from a smaller one."""
    x, y, *_ = points()
    rates = learn((x.astype(float), y), cfg, job)
    if job.seed == 0:
        with job.figure("rates") as figure:
            figures.rates(figure, job.logged())
    return rates


def learn(parts, cfg, job):
    """The rates after `cfg.epochs` steps of gradient descent from each start."""
    eta, start = np.array(list(STARTS.values())), initial(job.rng("init"))
    for epoch in job.epochs(cfg.epochs, {"eta": eta}):
        losses, slope = train(eta, start, parts, cfg.updates, cfg.batch)
        eta -= cfg.lr * slope
        job.log(epoch=epoch, rates=eta, losses=losses)
    return dict(zip(STARTS, eta.tolist(), strict=True))


def _turned(w):
    return w.transpose(0, 2, 1)
