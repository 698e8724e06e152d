"""Samplers that need no gradient, for many chains at once: Metropolis' walk, Neal's slices, Gibbs' turns."""

import math

import numpy as np

from abacus.errors import BadInput
from chains import check, scales, windows
from diagnostics import Draws
from hamiltonian import Scaled

GOAL = 0.234  # accepted share at which a walk in many dimensions goes fastest (Roberts, Gelman and Gilks 1997)
WIDTH = 2.5  # first width of a slice, in standard deviations
OUTWARDS = 8  # steps that a slice may grow


def metropolis(model, chains, warmup, draws, rng, start=None):
    """A normal step from where the chain is, taken with probability min(1, p(new) / p(old)): eq. (14). Draws.

    In the warm-up the covariance of the steps is learnt from all chains, and their length so that 0.234 are taken.
    """
    check(chains, warmup, draws)
    z = model.starts(chains, rng) if start is None else model.given(start, chains)
    target, value = Scaled(model, np.eye(model.d)), model.value(z)
    log_step, ends, past, since = math.log(2.38 / math.sqrt(model.d)), windows(warmup), [], 0
    kept, acceptance = np.empty((draws, chains, model.d)), 0.0
    for t in range(warmup + draws):
        new = z + math.exp(log_step) * target.into(rng.standard_normal(z.shape))
        new_value = model.value(new)
        chance = np.exp(np.minimum(new_value - value, 0.0))
        taken = rng.random(chains) < chance  # eq. 14
        z, value = np.where(taken[:, None], new, z), np.where(taken, new_value, value)
        if t >= warmup:
            kept[t - warmup] = z
            acceptance += chance.mean() / draws
            continue
        past.append(z)
        since += 1
        log_step += (chance.mean() - GOAL) / since**0.6
        if t + 1 in ends:
            target = Scaled(model, scales(np.concatenate(past[-ends[t + 1] :]), True))
            log_step, since = math.log(2.38 / math.sqrt(model.d)), 0
    return Draws(model.shaped(kept), 0, float(draws), acceptance, math.exp(log_step))


def slices(model, chains, warmup, draws, rng, start=None):
    """One coordinate after the other: a height below p, an interval around the chain that reaches out of the slice above
    that height, and a uniform point of it, the interval shrinking until the point lies inside: eq. (15). Draws."""
    check(chains, warmup, draws)
    z = model.starts(chains, rng) if start is None else model.given(start, chains)
    width, value, ends, past = np.ones(model.d), model.value(z), windows(warmup), []
    kept, evaluations = np.empty((draws, chains, model.d)), 0
    for t in range(warmup + draws):
        for k in range(model.d):
            z, value, cost = _slice(model, z, value, k, width[k], rng)
            evaluations += cost if t >= warmup else 0
        if t >= warmup:
            kept[t - warmup] = z
            continue
        past.append(z)
        if t + 1 in ends:
            width = WIDTH * scales(np.concatenate(past[-ends[t + 1] :]), False)
    return Draws(model.shaped(kept), 0, evaluations / chains, 1.0, float(width.mean()))


def _slice(model, z, value, k, width, rng):
    """New positions and log densities after a slice along coordinate k, and how many densities were evaluated."""
    chains, cost = len(z), 0

    def at(x, which):
        moved = z[which].copy()
        moved[:, k] = x
        return model.value(moved)

    height = value - rng.standard_exponential(chains)  # log of a uniform height: eq. 15
    low = z[:, k] - width * rng.random(chains)
    bounds, left = np.stack([low, low + width]), rng.integers(OUTWARDS, size=chains)
    room, sign = (
        np.stack([left, OUTWARDS - 1 - left]).ravel(),
        np.repeat([-1, 1], chains),
    )  # steps to the left, to the right
    (low, high), flat = bounds, bounds.ravel()  # views of the same numbers
    growing = np.flatnonzero(room > 0)
    while len(growing):
        cost += len(growing)
        growing = growing[at(flat[growing], growing % chains) > height[growing % chains]]
        flat[growing] += sign[growing] * width
        room[growing] -= 1
        growing = growing[room[growing] > 0]
    new, new_value, open_ = z.copy(), value.copy(), np.arange(chains)
    while len(open_):
        x = low[open_] + (high[open_] - low[open_]) * rng.random(len(open_))
        found = at(x, open_)
        cost += len(open_)
        inside = (found > height[open_]) | (x == z[open_, k])  # the last: an interval shrunk onto the chain itself
        new[open_[inside], k], new_value[open_[inside]] = x[inside], found[inside]
        out, x = open_[~inside], x[~inside]
        below = x < z[out, k]
        low[out[below]], high[out[~below]] = x[below], x[~below]
        open_ = out
    return new, new_value, cost


def gibbs(update, start, warmup, draws, rng):
    """Turns of exact draws: `update(state, rng)` draws each part of {name: (chains, k)} given all others: eq. (16). Draws."""
    state = {name: np.array(x, float) for name, x in start.items()}
    sizes = {x.shape[0] for x in state.values() if x.ndim == 2}
    if len(sizes) != 1 or any(x.ndim != 2 or not np.isfinite(x).all() for x in state.values()):
        raise BadInput("a start of Gibbs' sampler: wanted finite arrays (chains, k), as many chains in each")
    chains = sizes.pop()
    check(chains, warmup, draws)
    kept = {name: np.empty((draws, *x.shape)) for name, x in state.items()}
    for t in range(warmup + draws):
        state = update(state, rng)
        if t >= warmup:
            for name, x in state.items():
                kept[name][t - warmup] = x
    return Draws(kept, 0, float(draws), 1.0, 1.0)
