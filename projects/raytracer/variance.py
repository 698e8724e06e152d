"""How noisy a sample is, on each plate of Veach's scene, and how much each ray is worth with Russian roulette."""

from dataclasses import dataclass
from typing import Any

import numpy as np

import engine
import radiance
import scene as sc
import shapes
from abacus.settings import at_least, one_of


@dataclass
class Config:
    scene: dict[str, Any]  # what the camera sees: materials whose name begins with "plate" get a column of their own
    width: int = at_least(1)  # of the film, in pixels
    height: int = at_least(1)  # of the film, in pixels
    spp: int = at_least(2)  # samples a pixel
    strategy: str = one_of(*engine.STRATEGIES)  # how paths find the lights
    max_depth: int = at_least(1)  # rays of a path: 2 is direct light


def variance(cfg: Config, job):
    """Variance of one random sample: the mean over the pixels that see each plate, and over all."""
    film = radiance.exposed(cfg, job, strategy=cfg.strategy, max_depth=cfg.max_depth)
    spread = film.variance().mean(-1) * film.samples
    scene = sc.read(cfg.scene)
    shapes.check_plain(scene)
    y, x = np.mgrid[: cfg.height, : cfg.width].reshape(2, -1) + 0.5
    o, d = shapes.rays_through(scene.camera, cfg.width, cfg.height, x, y)
    which = shapes.nearest(scene, o, d)[2].reshape(cfg.height, cfg.width)
    names = [s.material for s in scene.shapes]
    out = {name: float(spread[which == names.index(name)].mean()) for name in dict.fromkeys(names) if "plate" in name}
    return out | {"all": float(spread.mean())}


@dataclass
class Roulette:
    scene: dict[str, Any]  # what the camera sees: see words.py
    width: int = at_least(1)  # of the film, in pixels
    height: int = at_least(1)  # of the film, in pixels
    spp: int = at_least(2)  # samples a pixel
    max_depth: int = at_least(1)  # rays of a path
    rr_depth: int = at_least(1)  # Russian roulette from this bounce on


def roulette(cfg: Roulette, job):
    """1 / (variance of a sample × rays of a path): how much a ray brings."""
    film = radiance.exposed(cfg, job, max_depth=cfg.max_depth, rr_depth=cfg.rr_depth)
    rays = film.counts[1] / (len(film.pixels) * film.samples)
    # eq. 11
    return {"efficiency": float(1 / (film.variance().mean() * film.samples * rays)), "rays": float(rays)}
