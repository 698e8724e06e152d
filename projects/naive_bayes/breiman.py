"""Breiman's problems as rows of a table: the exact error of the best classifier, or that of a learnt one."""

import numpy as np

import densities
import gaussian

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


def best(cfg, job):
    """The Bayes error in per cent."""
    if cfg.problem == "waveform":
        draw(job)
    return {"Bayes error": 100 * EXACT[cfg.problem]()}


def learnt(cfg, job):
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
