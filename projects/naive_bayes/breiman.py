"""Breiman's problems: the exact error of the best classifier there is, and that of one which learns."""

from dataclasses import dataclass

import numpy as np

import densities
import gaussian
from abacus.settings import at_least, one_of

SAMPLES = {
    "twonorm": densities.twonorm,
    "ringnorm": densities.ringnorm,
    "ringnorm/mlbench": lambda n, rng: densities.ringnorm(n, rng, scale=1.0),
    "threenorm": densities.threenorm,
    "waveform": densities.waveform,
}
EXACT = {
    "twonorm": densities.twonorm_error,
    "ringnorm": densities.ringnorm_error,
    "ringnorm/mlbench": lambda: densities.ringnorm_error(scale=1.0),
    "threenorm": densities.threenorm_error,
    "waveform": densities.waveform_error,
}


@dataclass
class Problem:
    problem: str = one_of(
        *EXACT
    )  # what the samples are drawn from; ringnorm/mlbench has its centre at half the distance


@dataclass
class Learning:
    problem: str = one_of(
        *SAMPLES
    )  # what the samples are drawn from; ringnorm/mlbench has its centre at half the distance
    learn: int = at_least(1)  # samples to learn from
    test: int = at_least(1)  # samples to test on


def best(cfg: Problem, job):
    """The Bayes error in per cent: no classifier is wrong less often."""
    if cfg.problem == "waveform":
        draw(job)
    error = 100 * EXACT[cfg.problem]()
    print(f"Even the best classifier there is mistakes {error:.2f} of 100 samples of {cfg.problem}.")
    return {"Bayes error": error}


def learnt(cfg: Learning, job):
    """The error in per cent of Gaussian naive Bayes on new samples."""
    sample = SAMPLES[cfg.problem]
    classifier = gaussian.GaussianNB().fit(*sample(cfg.learn, job.rng("train")))
    return {"naive Bayes": 100 * (1 - classifier.score(*sample(cfg.test, job.rng("test"))))}


def draw(job):
    """The waveform problem in the plane of its three waves: where each class is the most probable."""
    corners, axis = densities.wave_plane()[0], np.linspace(-15, 15, 401)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    density = np.stack([smeared(grid) for smeared in densities.wave_densities(corners)])
    best, top = density.argmax(axis=0).reshape(401, 401), density.max(axis=0).reshape(401, 401)
    with job.figure("waveform") as figure:
        left, right = figure.subplots(1, 2)
        left.plot(np.arange(1, 22), densities.waves().T)
        left.set(title="the three waves", xlabel="attribute")
        right.contourf(axis, axis, best, levels=[-0.5, 0.5, 1.5, 2.5], alpha=0.4)
        right.contour(axis, axis, top, levels=8, colors="black", linewidths=0.6)
        right.plot(*np.vstack([corners, corners[:1]]).T, "k--")
        right.set(title="regions of the best classifier", aspect="equal")
