"""The ten-armed testbed of Sutton & Barto (2018), chapter 2: one study for each family of methods, and one of all."""

from dataclasses import dataclass

import numpy as np

from abacus.errors import BadInput
from abacus.settings import above, any_number, at_least, between


@dataclass
class Testbed:
    runs: int = at_least(1)  # independent bandits that are averaged
    steps: int = at_least(20)  # pulls of each
    arms: int = at_least(2)
    centre: float = any_number()  # mean of the arms' means


@dataclass
class Values(Testbed):
    epsilon: float = between(0, 1)  # share of pulls that are random
    confidence: float = at_least(0)  # c: how much an arm that is little known gains; 0: nothing
    initial: float = any_number()  # estimate of every arm before its first pull
    alpha: float = between(0, 1)  # step size of the estimates; 0: sample averages


@dataclass
class Gradient(Testbed):
    alpha: float = above(0)  # step size of the preferences
    baseline: float = between(0, 1)  # share of the mean reward that is taken off each reward


@dataclass
class Comparison:
    runs: int = at_least(1)  # independent bandits for each setting of each method
    steps: int = at_least(20)  # pulls of each
    arms: int = at_least(2)


@dataclass
class Best:
    arms: int = at_least(1)


def values(cfg: Values, job):
    """Mean rewards and shares of best pulls of a method that estimates the arms' values."""
    import pulls

    rng = job.rng("pulls")
    settings = cfg.epsilon, cfg.confidence, cfg.initial, cfg.alpha
    return summary(job, *pulls.action_values(cfg.runs, cfg.steps, cfg.arms, cfg.centre, *map(float, settings), rng))


def gradient(cfg: Gradient, job):
    """The same of a gradient bandit. BadInput where its steps are so large that the preferences overflow."""
    import pulls

    settings = float(cfg.centre), float(cfg.alpha), float(cfg.baseline)
    rewards, best = pulls.gradient(cfg.runs, cfg.steps, cfg.arms, *settings, job.rng("pulls"))
    if np.isnan(rewards).any():
        raise BadInput(f"alpha={cfg.alpha}: the preferences overflow, wanted a smaller step")
    return summary(job, rewards, best)


def summary(job, rewards, best):
    """{column: value} of the curves (steps,), which are logged at some sixty steps."""
    steps = len(rewards)
    for t in np.unique(np.geomspace(1, steps, 60).astype(int)):
        job.log(step=int(t), reward=float(rewards[t - 1]), best=float(100 * best[t - 1]))
    last, first = slice(steps - steps // 10, None), slice(steps // 20)
    return {
        "reward": rewards[last].mean(),
        "best arm": 100 * best[last].mean(),
        "reward, all": rewards.mean(),
        "best arm, early": 100 * best[first].mean(),
    }


def parameters(cfg: Comparison, job):
    """The mean reward of all steps of each method with its best setting, over settings that double (Figure 2.6)."""
    found = {}
    for name, powers, curve in FAMILIES:
        means = {}
        for power in powers:
            rewards, _ = curve(cfg, 2.0**power, job.rng(name, power - powers[0]))
            means[power] = rewards.mean()
            job.log(method=name, setting=2.0**power, reward=float(means[power]))
        found[name] = {"reward, all": max(means.values()), "log2 of the setting": max(means, key=means.get)}
    return found


def _values_curve(cfg, epsilon, confidence, initial, alpha, rng):
    import pulls

    return pulls.action_values(cfg.runs, cfg.steps, cfg.arms, 0.0, epsilon, confidence, initial, alpha, rng)


def _gradient_curve(cfg, alpha, rng):
    import pulls

    return pulls.gradient(cfg.runs, cfg.steps, cfg.arms, 0.0, alpha, 1.0, rng)


FAMILIES = (  # name, powers of 2 that Figure 2.6 shows, and the curves with a setting
    ("ε-greedy", range(-7, -1), lambda cfg, x, rng: _values_curve(cfg, x, 0.0, 0.0, 0.0, rng)),
    ("gradient bandit", range(-5, 2), _gradient_curve),
    ("UCB", range(-4, 3), lambda cfg, x, rng: _values_curve(cfg, 0.0, x, 0.0, 0.0, rng)),
    ("optimistic greedy", range(-2, 3), lambda cfg, x, rng: _values_curve(cfg, 0.0, 0.0, x, 0.1, rng)),
)


def best(cfg: Best, job):
    """E max of k independent N(0, 1): ∫ x d Φ(x)ᵏ, by the trapezoidal rule, which is exact here but for rounding."""
    from math import erf, sqrt

    x = np.linspace(-10, 10, 2001)  # beyond ±10 the density is below 10⁻²²
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    below = np.array([0.5 * (1 + erf(v / sqrt(2))) for v in x])
    return {"best reward": float(np.sum(x * cfg.arms * below ** (cfg.arms - 1) * density) * (x[1] - x[0]))}  # eq. 1
