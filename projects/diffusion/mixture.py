"""Eight normal laws on a ring: their score is a formula at every noise level, so that the flow's likelihood can be checked."""

import itertools
from dataclasses import dataclass

import numpy as np

from abacus.errors import BadInput
from abacus.settings import above, at_least

MODES = 8
SLOW, FAST = 0.1, 20.0  # β(t) of the continuous process, from t = 0 to t = 1 (Song et al. 2021, Appendix C)


@dataclass
class Config:
    radius: float = above(0)  # of the ring
    sd: float = above(0)  # standard deviation of each mode
    points: int = at_least(2)  # that the likelihood is averaged over
    steps: int = at_least(1)  # of Runge and Kutta's method


@dataclass
class Walk:
    radius: float = above(0)  # of the ring
    sd: float = above(0)  # standard deviation of each mode
    chains: int = at_least(1)  # that walk side by side
    steps: int = at_least(1)  # at each noise level
    levels: int = at_least(1)  # noise levels, from the ring's radius down to sd/5; 1: only the last
    pace: float = above(0)  # step size over the variance of the narrowest law of the level


def likelihood(cfg: Config, job):
    """The mean of −log p by the probability-flow ODE, over points of the ring, with its standard error; the exact mean and
    the largest difference of a point; in nats."""
    centres = ring(cfg.radius)
    x = sample(centres, cfg.sd, cfg.points, job.rng("points"))
    found = flow_log_density(x, centres, cfg.sd, cfg.steps)
    exact = log_density(x, centres, cfg.sd, 0.0)
    with job.figure("flow") as figure:
        draw_flow(figure, centres, cfg, job.rng("flow"))
    return {
        "−log p": (-float(found.mean()), float(found.std() / np.sqrt(len(x)))),
        "exact": (-float(exact.mean()), 0.0),
        "largest difference": (float(np.abs(found - exact).max()), 0.0),
    }


def langevin(cfg: Walk, job):
    """How many of the eight modes hold at least a sixteenth of the chains, which all begin at one mode (annealed or not),
    and how far the shares are from even."""
    centres = ring(cfg.radius)
    sizes = np.geomspace(cfg.radius, cfg.sd / 5, cfg.levels) if cfg.levels > 1 else np.array([cfg.sd / 5])
    rng = job.rng("walk")
    x = centres[0] + cfg.sd * rng.standard_normal((cfg.chains, 2))
    for level, size in enumerate(sizes):
        job.progress(level / len(sizes))
        variance = cfg.sd**2 + size**2
        x = walk(lambda x, size=size: noised_score(x, centres, cfg.sd, size), x, cfg.pace * variance, cfg.steps, rng)
    nearest = ((x[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    shares = np.bincount(nearest, minlength=MODES) / cfg.chains
    return {"modes": int((shares >= 1 / (2 * MODES)).sum()), "off even": float(np.abs(shares - 1 / MODES).sum() / 2)}


def ring(radius):
    """The centres, (8, 2)."""
    angle = 2 * np.pi * np.arange(MODES) / MODES
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def sample(centres, sd, n, rng):
    """n points of the ring, (n, 2)."""
    return centres[rng.integers(0, len(centres), n)] + sd * rng.standard_normal((n, 2))


def level(t):
    """(a, b²): x_t = a x_0 + b noise in the continuous process, a² + b² = 1 (eq. 18)."""
    a2 = np.exp(-(SLOW * t + (FAST - SLOW) * t * t / 2))  # eq. 18
    return np.sqrt(a2), 1 - a2


def _shares(x, centres, sd, t):
    """a, the variance of a mode at time t, x less each centre (n, 8, 2), and log of the joint density of mode and x (n, 8)."""
    a, noise = level(t)
    variance = a * a * sd * sd + noise
    away = x[:, None] - a * centres
    log_joint = -0.5 * (away**2).sum(axis=2) / variance - np.log(2 * np.pi * variance * len(centres))
    return variance, away, log_joint


def log_density(x, centres, sd, t):
    """log p_t of points x (n, 2)."""
    _, _, log_joint = _shares(x, centres, sd, t)
    top = log_joint.max(axis=1)
    return top + np.log(np.exp(log_joint - top[:, None]).sum(axis=1))


def score(x, centres, sd, t):
    """(∇ log p_t, its divergence) at x (n, 2): the modes' own scores, by their shares (eq. 19)."""
    variance, away, log_joint = _shares(x, centres, sd, t)
    shares = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    found = -(shares[..., None] * away).sum(axis=1) / variance  # eq. 19
    spread = (shares * (away**2).sum(axis=2)).sum(axis=1) / variance**2 - (found**2).sum(axis=1)
    return found, spread - 2 / variance


def noised_score(x, centres, sd, size):
    """∇ log of the ring's density after noise of standard deviation `size` was added, and nothing shrunk."""
    away = x[:, None] - centres
    variance = sd**2 + size**2
    log_shares = -0.5 * (away**2).sum(axis=2) / variance
    shares = np.exp(log_shares - log_shares.max(axis=1, keepdims=True))
    return -(shares[..., None] * away).sum(axis=1) / (variance * shares.sum(axis=1))[:, None]


def walk(score, x, size, steps, rng):
    """Langevin's walk: x + size/2·score(x) + √size·noise, so many steps (eq. 21)."""
    for _ in range(steps):
        x = x + 0.5 * size * score(x) + np.sqrt(size) * rng.standard_normal(x.shape)  # eq. 21
    return x


def stationary_variance(size):
    """Where Langevin's walk on N(0, 1) settles: 1 / (1 − size/4), too wide, and without end from size 4 on."""
    if not 0 < size < 4:
        raise BadInput(f"a walk of step size {size} on N(0, 1) settles only for sizes inside (0, 4)")
    return 1 / (1 - size / 4)


def flow(x, centres, sd, t):
    """The probability-flow ODE: dx/dt = −β/2·(x + score), and its divergence (eq. 20)."""
    beta = SLOW + (FAST - SLOW) * t
    found, divergence = score(x, centres, sd, t)
    return -0.5 * beta * (x + found), -0.5 * beta * (2 + divergence)  # eq. 20


def integrate(x, centres, sd, times):
    """x and the integral of the flow's divergence, along times (from first to last, either way), by Runge and Kutta."""
    total = np.zeros(len(x))
    for t, after in itertools.pairwise(times):
        h = after - t
        k1, d1 = flow(x, centres, sd, t)
        k2, d2 = flow(x + h / 2 * k1, centres, sd, t + h / 2)
        k3, d3 = flow(x + h / 2 * k2, centres, sd, t + h / 2)
        k4, d4 = flow(x + h * k3, centres, sd, after)
        x, total = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4), total + h / 6 * (d1 + 2 * d2 + 2 * d3 + d4)
    return x, total


def times(steps):
    """From 0 to 1, closer together near 0, where the noise is small and the score steep."""
    return np.linspace(0, 1, steps + 1) ** 2


def flow_log_density(x, centres, sd, steps):
    """log p of points (n, 2): forward to noise along the ODE, log N(0, I) there, plus the divergence on the way (eq. 20)."""
    end, divergence = integrate(x, centres, sd, times(steps))
    return -np.log(2 * np.pi) - 0.5 * (end**2).sum(axis=1) + divergence


def draw_flow(figure, centres, cfg, rng):
    """Where noise goes along the ODE: sixteen paths, and the points that two thousand end in."""
    figure.set_size_inches(4.6, 4.5)
    axes, x = figure.subplots(), rng.standard_normal((2000, 2))
    paths, marks = [x], times(cfg.steps)[::-1]
    for pair in itertools.pairwise(marks):
        paths.append(integrate(paths[-1], centres, cfg.sd, pair)[0])
    paths = np.array(paths)
    axes.plot(*paths[-1].T, ".", ms=2, color="C0", alpha=0.4, rasterized=True)
    for i in range(24):
        axes.plot(*paths[:, i].T, color="0.4", lw=0.8)
        axes.plot(*paths[0, i], "o", ms=3, color="0.4")
        axes.plot(*paths[-1, i], "o", ms=4, color="C1")
    axes.set(aspect="equal", title="from noise (grey) to the ring (orange)")
