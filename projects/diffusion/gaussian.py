"""Gaussian data, where the best noise predictor is linear: what every sampler makes of it is known exactly."""

from dataclasses import dataclass

import numpy as np

import process
from abacus.settings import above, any_number, at_least, one_of

SAMPLERS = "DDPM", "DDIM", "probability-flow ODE"


@dataclass
class Config:
    mean: float = any_number()  # of the data
    sd: float = above(0)  # standard deviation of the data
    schedule: str = one_of(*process.SCHEDULES)  # how noise is added
    steps: int = at_least(1)  # T
    jumps: int = at_least(1)  # steps of the way back: all for DDPM, fewer for DDIM
    eta: float = at_least(0)  # 1: as noisy as DDPM; 0: no noise on the way


def exact(cfg: Config, job):
    """Mean and standard deviation of what comes back, and its KL from the data's law, by the sampler itself (eq. 17)."""
    found = process.schedule(cfg.schedule, cfg.steps)
    mean, sd = pushed(found, cfg.mean, cfg.sd, process.spaced(cfg.steps, cfg.jumps), cfg.eta)
    return {"mean": mean, "sd": sd, "KL": kl(mean, sd, cfg.mean, cfg.sd), "ᾱ at the end": float(found.alpha_bar[-1])}


def predictor(found, mean, sd):
    """predict(x, t): the means of x_0 and of the noise given x_t = x, for data from N(mean, sd²) (eq. 17)."""

    def predict(x, t):
        a, b = np.sqrt(found.alpha_bar[t]), np.sqrt(1 - found.alpha_bar[t])
        noise = b * (x - a * mean) / (a * a * sd * sd + b * b)  # eq. 17
        return (x - b * noise) / a, noise

    return predict


def pushed(found, mean, sd, steps, eta):
    """(mean, sd) of what DDIM returns from x_T ~ N(0, 1): it is affine in x_T and in each step's noise, so its response to
    a 1 in each of them, one after the other, tells all."""
    T = len(found.beta) - 1
    start, noises = np.zeros(T + 2), np.zeros((T, T + 2))
    start[1] = 1.0
    noises[np.arange(T), np.arange(2, T + 2)] = 1.0
    end = process.ddim(predictor(found, mean, sd), start, found, steps, eta, noises)
    return float(end[0]), float(np.sqrt(((end[1:] - end[0]) ** 2).sum()))


def kl(mean, sd, true_mean, true_sd):
    """KL of N(true_mean, true_sd²), the data, from N(mean, sd²), what was made, in nats."""
    ratio = (true_sd / sd) ** 2
    return float(0.5 * (ratio - 1 - np.log(ratio) + ((true_mean - mean) / sd) ** 2))
