"""Study: what has to be equal is equal as arrays: DDIM with η = 1 and DDPM; there and back without noise."""

from dataclasses import dataclass

import numpy as np

import gaussian
import mixture
import process
from abacus.settings import at_least, one_of


@dataclass
class Config:
    schedule: str = one_of(*process.SCHEDULES)  # how noise is added
    steps: int = at_least(2)  # T
    points: int = at_least(1)  # that are sent on the way


def same(cfg: Config, job):
    """How many of the points' numbers differ by more than rounding can: of DDIM with η = 1 from DDPM; of the flow there and
    back; of guidance by two laws from its closed form; of the posterior from Bayes' rule."""
    found = process.schedule(cfg.schedule, cfg.steps)
    rng = job.rng("points")
    x = rng.standard_normal(cfg.points)
    noises = rng.standard_normal((cfg.steps, cfg.points))
    predict = gaussian.predictor(found, 2.0, 0.5)
    all_steps = process.spaced(cfg.steps, cfg.steps)
    one = process.ddpm(predict, x, found, noises)
    other = process.ddim(predict, x, found, all_steps, 1.0, noises)
    eps = np.finfo(float).eps
    bound = cfg.steps * eps / np.sqrt(found.alpha_bar[-1])  # one rounding a step, of numbers as large as x_T / √ᾱ
    return {
        "DDIM, η = 1, from DDPM": {"differ": differ(one, other, bound)},
        "DDIM, η = 0, from DDPM": {"differ": differ(one, process.ddim(predict, x, found, all_steps), bound)},
        "posterior from Bayes' rule": {"differ": differ(*posterior_twice(x, noises[0], found), bound)},
        "flow, there and back": {"differ": there_and_back(cfg.points, rng)},
        "guidance of two normal laws": {"differ": differ(*guidance_twice(x, found), bound)},
    }


def differ(a, b, bound):
    """How many entries of a and b are further apart than the bound."""
    return int((np.abs(np.asarray(a) - np.asarray(b)) > bound).sum())


def posterior_twice(x_0, x_t, found):
    """Means and variances of q(x_{t-1} | x_t, x_0) for every t, by eqs. 5, 6 and by the product of the two laws it is made of."""
    ours, bayes = [], []
    for t in range(2, len(found.beta)):
        ours.append(np.append(*process.posterior(x_0, x_t, t, found)))
        prior, beta = 1 - found.alpha_bar[t - 1], found.beta[t]
        variance = 1 / (1 / prior + (1 - beta) / beta)
        mean = variance * (np.sqrt(found.alpha_bar[t - 1]) * x_0 / prior + np.sqrt(1 - beta) * x_t / beta)
        bayes.append(np.append(mean, variance))
    return np.array(ours), np.array(bayes)


def there_and_back(points, rng):
    """Points of the ring that the flow takes to noise and back again by more than 1e-6 of the ring's radius elsewhere: the
    error of Runge and Kutta's 200 steps is 1e-8 there."""
    centres = mixture.ring(2.0)
    x = mixture.sample(centres, 0.4, min(points, 100), rng)
    times = mixture.times(200)
    there, _ = mixture.integrate(x, centres, 0.4, times)
    back, _ = mixture.integrate(there, centres, 0.4, times[::-1])
    return differ(x, back, 2e-6)


def guidance_twice(x, found):
    """The guided noise for N(1, 1) against N(0, 1), w = 3: by eq. 11, and as that of N(4, 1), which the two make."""
    t = len(found.beta) // 2
    label, none, made = (gaussian.predictor(found, mean, 1.0)(x, t)[1] for mean in (1.0, 0.0, 4.0))
    return process.guided(label, none, 3.0), made
