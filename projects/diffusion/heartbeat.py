"""Binomial diffusion of a heartbeat, 20 bits with a 1 in every fifth bin: the best reverse chain, exactly; and a trained one."""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from abacus import nn, ops
from abacus.errors import BadInput
from abacus.optim import Adam, cosine
from abacus.settings import above, at_least, between
from abacus.tensor import Parameter, backward, no_grad

BITS, PERIOD = 20, 5
EACH = BITS // PERIOD  # bits of one phase
BEATS = (np.arange(BITS) % PERIOD == np.arange(PERIOD)[:, None]).astype(float)  # the five sequences, (5, 20)


@dataclass
class Config:
    steps: int = at_least(1)  # T: steps from the heartbeat to noise
    rate: float = between(0, 1, open=True)  # share of ones of the noise


@dataclass
class Trained:
    steps: int = at_least(2)  # T: steps from the heartbeat to noise
    rate: float = between(0, 1, open=True)  # share of ones of the noise
    hidden: list[int] = at_least(1)  # units of the layers that all steps share
    updates: int = at_least(1)  # of Adam
    batch: int = at_least(1)  # sequences of an update, each at a step of its own
    learning: float = above(0)  # learning rate at the start; it falls as half a cosine
    draws: int = at_least(2)  # for the bound at the end: each at all steps


def best(cfg: Config, job):
    """In bits a sequence: the log-likelihood of noise alone, and the bound of the best possible reverse chain (no training)."""
    null = -BITS * entropy(cfg.rate)
    divergences = best_divergences(cfg.steps, cfg.rate)
    bound = -divergences.sum() - first_entropy(cfg.steps, cfg.rate)  # eq. 16
    with job.figure("divergences") as figure:
        axes = figure.subplots()
        axes.semilogy(np.arange(2, cfg.steps + 1), divergences[1:])
        axes.set(xlabel="step t", ylabel="bits lost by treating bits apart")
    return {"noise alone": null, "K": bound, "K − noise alone": bound - null, "true": -math.log2(PERIOD)}


def trained(cfg: Trained, job):
    """The bound of a network's reverse chain, estimated by sampling, beside the best one's; bits a sequence."""
    model = Reverse(cfg.steps, cfg.hidden, job.rng("init"))
    optimiser = Adam(nn.parameters(model))
    for update in job.steps(cfg.updates, model, optimiser):
        optimiser.lr = cosine(update, cfg.learning, cfg.updates)
        rng = job.rng("update", update)
        t = rng.integers(2, cfg.steps + 1, cfg.batch)
        loss = ops.mean(divergence(model, t, cfg, rng)) * ((cfg.steps - 1) / math.log(2))
        optimiser.step(backward(loss))
        if update % 100 == 0 or update == cfg.updates - 1:
            job.log(update=update, bound=-float(loss) - first_entropy(cfg.steps, cfg.rate))
    t, found = np.arange(2, cfg.steps + 1), []
    for draw in range(cfg.draws):
        job.progress(draw / cfg.draws, "bound")
        with no_grad():
            found.append(float(ops.sum(divergence(model, t, cfg, job.rng("bound", draw)))) / math.log(2))
    bound = -np.mean(found) - first_entropy(cfg.steps, cfg.rate)
    error = float(np.std(found) / math.sqrt(cfg.draws))
    optimum = -best_divergences(cfg.steps, cfg.rate).sum() - first_entropy(cfg.steps, cfg.rate)
    null = -BITS * entropy(cfg.rate)
    return {
        "K": float(bound),
        "K − noise alone": float(bound - null),
        "error of K": error,
        "the best K": float(optimum),
    }


class Reverse:
    """p(x_{t-1} | x_t): sigmoid layers that all steps share, and a read-out for each step t = 1 … T (Sohl-Dickstein et al.
    2015, App. D.1.2). It says the logit of each bit of x_0, and Bayes' rule makes x_{t-1} of it."""

    def __init__(self, steps, hidden, rng):
        sizes = [BITS, *hidden]
        self.layers = [
            nn.Affine(a, b, rng, activation="sigmoid", initial=nn.glorot_uniform) for a, b in itertools.pairwise(sizes)
        ]
        self.weights = Parameter(np.zeros((steps + 1, sizes[-1] * BITS), np.float32))
        self.biases = Parameter(np.zeros((steps + 1, BITS), np.float32))

    def __call__(self, x, t):
        """Logits of x_0 (n, 20) for x (n, 20) at steps t (n,)."""
        h = nn.Sequential(*self.layers)(x.astype(np.float32))
        read = ops.reshape(ops.embedding(t, self.weights), (len(x), -1, BITS))
        return ops.sum(h[:, :, None] * read, axis=1) + ops.embedding(t, self.biases)


def kept(t, steps):
    """Probability that no bit was drawn anew in steps 1 … t: with β_t = 1/(T − t + 1) it is (T − t)/T (eq. 12)."""
    return (steps - t) / steps  # eq. 12


def entropy(p):
    """Of a bit that is 1 with probability p, in bits: 0 for p = 0 and 1."""
    return 0.0 if p in (0.0, 1.0) else -p * math.log2(p) - (1 - p) * math.log2(1 - p)


def first_entropy(steps, rate):
    """H(X_1 | X_0) in bits: four ones that may be lost, sixteen zeros that may become ones."""
    keep = kept(1, steps)
    return EACH * entropy(keep + (1 - keep) * rate) + (BITS - EACH) * entropy((1 - keep) * rate)


def backward_rates(t, steps, rate):
    """P(x_{t-1} = 1 | x_t, x_0) by Bayes' rule, for x_t (first axis after t's own) and x_0 (second) (eq. 14): (..., 2, 2)."""
    t = np.asarray(t, float)[..., None, None]
    beta, keep = 1 / (steps - t + 1), kept(t - 1, steps)
    x_0 = np.array([0.0, 1.0])
    before = keep * x_0 + (1 - keep) * rate  # eq. 13
    ones, zeros = (1 - beta) + beta * rate, beta * rate  # P(x_t = 1 | x_{t-1} = 1) and given 0
    x_t = np.array([[0.0], [1.0]])
    here, other = (x_t * p + (1 - x_t) * (1 - p) for p in (ones, zeros))
    return here * before / (here * before + other * (1 - before))  # eq. 14


def best_divergences(steps, rate):
    """E KL(q(x_{t-1} | x_t, x_0) from the best p(x_{t-1} | x_t) of independent bits), in bits, for t = 1 … T; 0 for t = 1.

    No sampling: x_t counts only by its ones in each of the five phases, and 126 unordered counts stand for all 2^20.
    """
    if steps < 1 or not 0 < rate < 1:
        raise BadInput(f"a heartbeat of T={steps} steps with noise of rate {rate}: wanted T >= 1, a rate inside (0, 1)")
    counts = np.array(list(itertools.combinations_with_replacement(range(EACH + 1), PERIOD)))  # (126, 5)
    ways = np.array(
        [math.factorial(PERIOD) / math.prod(math.factorial(int((c == v).sum())) for v in set(c)) for c in counts]
    )
    ways *= np.prod(np.array([math.comb(EACH, c) for c in range(EACH + 1)])[counts], axis=1)
    found = np.zeros(steps)
    for t in range(2, steps + 1):
        keep = kept(t, steps)
        on, off = keep + (1 - keep) * rate, (1 - keep) * rate
        powers = [np.array([p**c * (1 - p) ** (EACH - c) for c in range(EACH + 1)])[counts] for p in (on, off)]
        zero = np.prod(powers[1], axis=1)[:, None] / powers[1]  # all other phases
        joint = powers[0] * zero / PERIOD  # of the counts (in one order) and the phase that beats
        total = joint.sum(axis=1)
        phase = joint / total[:, None]  # P(phase | x_t)
        a = backward_rates(t, steps, rate)
        lost = 0.0
        for bit, number in ((1, counts), (0, EACH - counts)):
            p = (1 - phase) * a[bit, 0] + phase * a[bit, 1]  # eq. 15
            lost = lost + number * ((1 - phase) * kl(a[bit, 0], p) + phase * kl(a[bit, 1], p))
        found[t - 1] = (ways * total) @ lost.sum(axis=1)
    return found


def kl(q, p):
    """KL of a bit that is 1 with probability q from one with p, in bits; 0 log 0 is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(a > 0, a * np.log2(a / b), 0.0) for a, b in ((q, p), (1 - q, 1 - p))]
    return parts[0] + parts[1]


def divergence(model, t, cfg, rng):
    """KL(q(x_{t-1} | x_t, x_0) from the network's) in nats, for one draw of x_t at each step of t (n,): (n,), a Tensor."""
    x_0 = BEATS[rng.integers(0, PERIOD, len(t))]
    keep = kept(t, cfg.steps)[:, None]
    x_t = (rng.random(x_0.shape) < keep * x_0 + (1 - keep) * cfg.rate).astype(int)
    rates = np.take_along_axis(backward_rates(t, cfg.steps, cfg.rate)[:, None], x_t[..., None, None], axis=2)[:, :, 0]
    low, high = rates[..., 0].astype(np.float32), rates[..., 1].astype(np.float32)
    q = np.where(x_0 == 1, high, low)
    p = low + (high - low) * ops.sigmoid(model(x_t, t))  # eq. 15 with the network's P(x_0 | x_t)
    inside = 1e-7 + (1 - 2e-7) * p  # single precision: a rate of exactly 0 or 1 has no logarithm
    certain = ops.sum(np.nan_to_num(q * np.log(q)) + np.nan_to_num((1 - q) * np.log(1 - q)), axis=1)
    return certain - ops.sum(q * ops.log(inside) + (1 - q) * ops.log(1 - inside), axis=1)
