"""Radiances with their standard errors: one number of a picture, by each strategy, by each sampler."""

from dataclasses import dataclass
from typing import Any

import numpy as np

import engine
import scene as sc
from abacus.settings import at_least, one_of

LUMINANCE = np.array([0.212671, 0.715160, 0.072169])
NEVER = 1000  # a bounce that no path of ours comes to: no Russian roulette


@dataclass
class Config:
    scene: dict[str, Any]  # what the camera sees: see words.py
    width: int = at_least(1)  # of the film, in pixels
    height: int = at_least(1)  # of the film, in pixels
    spp: int = at_least(1)  # samples a pixel
    strategy: str = one_of(*engine.STRATEGIES)  # how paths find the lights
    max_depth: int = at_least(1)  # rays of a path


def radiance(cfg: Config, job):
    """The mean luminance that the camera sees, from random samples."""
    film = exposed(cfg, job, strategy=cfg.strategy, max_depth=cfg.max_depth)
    return {"radiance": luminance(film, "random")}


@dataclass
class EveryStrategy:
    scene: dict[str, Any]  # what the camera sees: see words.py
    width: int = at_least(1)  # of the film, in pixels
    height: int = at_least(1)  # of the film, in pixels
    spp: int = at_least(1)  # samples a pixel
    max_depth: int = at_least(1)  # rays of a path: 2 is direct light


def strategies(cfg: EveryStrategy, job):
    """The mean luminance by sampling lights, directions, and both."""
    return {s: luminance(exposed(cfg, job, strategy=s, max_depth=cfg.max_depth), "random") for s in engine.STRATEGIES}


@dataclass
class EverySampler:
    scene: dict[str, Any]  # what the camera sees: every pixel should look alike, see luminance
    width: int = at_least(2)  # of the film, in pixels
    height: int = at_least(2)  # of the film, in pixels
    spp: int = at_least(1)  # samples a pixel: a power of two, which the jittered sampler needs
    max_depth: int = at_least(1)  # rays of a path


def samplers(cfg: EverySampler, job):
    """The mean luminance with each sampler, without Russian roulette."""
    return {
        s: luminance(exposed(cfg, job, sampler=s, max_depth=cfg.max_depth, rr_depth=NEVER), s) for s in engine.SAMPLERS
    }


def exposed(cfg, job, size=None, sampler="random", strategy="mis", max_depth=2, rr_depth=5, film_filter="box"):
    """A film of cfg.spp samples of cfg.scene, traced in one go; its `size` is (cfg.width, cfg.height) if not said."""
    import pack

    width, height = size or (cfg.width, cfg.height)
    packed = pack.pack(sc.read(cfg.scene), width, height)
    film = engine.Film(width, height)
    P = engine.settings(packed, cfg.spp, sampler, strategy, max_depth, rr_depth, seed_of(job), film_filter)
    for until in engine.portions(cfg.spp, len(film.pixels)):
        engine.expose(packed, P, film, until)
        job.progress(until / cfg.spp, f"{until} spp")
    if film.counts[2]:
        raise FloatingPointError(f"{film.counts[2]} samples were not finite")
    return film


def luminance(film, sampler):
    """(mean, standard error) of the luminance over the film.

    Random samples: from the spread within the pixels. Stratified ones are not independent there, so the pixels' means
    are compared: for scenes that look the same in every pixel."""
    mean = film.image() @ LUMINANCE
    if sampler == "random":
        n = film.samples
        square = (np.sqrt(film.square) @ LUMINANCE) ** 2  # of samples without colour exactly, else an upper bound
        variance = np.maximum(square - (film.total @ LUMINANCE) ** 2 / n, 0) / (n * (n - 1))
        return float(mean.mean()), float(np.sqrt(variance.sum()) / mean.size)
    return float(mean.mean()), float(mean.std(ddof=1) / np.sqrt(mean.size))


def seed_of(job):
    """The engine's seed: a number of the job's own stream."""
    return int(job.rng("samples").integers(2**31))
