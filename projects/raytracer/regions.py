"""A picture in 8 × 8 regions: the mean of each by channel, to be compared with another renderer's."""

from dataclasses import dataclass
from typing import Any

import numpy as np

import engine
import radiance
from abacus.settings import at_least, one_of

STEPS = 8  # regions along each side of a picture


@dataclass
class Config:
    scene: dict[str, Any]  # what the camera sees: see words.py
    width: int = at_least(STEPS)  # of the film, in pixels
    height: int = at_least(STEPS)  # of the film, in pixels
    spp: int = at_least(2)  # samples a pixel
    strategy: str = one_of(*engine.STRATEGIES)  # how paths find the lights
    max_depth: int = at_least(1)  # rays of a path
    rr_depth: int = at_least(1)  # Russian roulette from this bounce on
    filter: str = one_of(*engine.FILTERS)  # the film's: how samples lie about the middle of their pixel


def regions(cfg: Config, job):
    """Means of the regions that the rows name, "row,column" from the top left, or "whole picture": random samples."""
    film = radiance.exposed(
        cfg,
        job,
        strategy=cfg.strategy,
        max_depth=cfg.max_depth,
        rr_depth=cfg.rr_depth,
        film_filter=cfg.filter,
    )
    h, w = film.shape
    a, b = h // STEPS, w // STEPS  # what is left over at the right and below is in no region
    places = {
        f"{i},{j}": (slice(i * a, (i + 1) * a), slice(j * b, (j + 1) * b)) for i in range(STEPS) for j in range(STEPS)
    }
    places["whole picture"] = slice(0, h), slice(0, w)
    return {row: _means(film, *places[row]) for row in job.rows}


def _means(film, rows, columns):
    """{channel: (mean, its standard error)} of a part of a film."""
    part, spread = film.image()[rows, columns].reshape(-1, 3), film.variance()[rows, columns].reshape(-1, 3)
    return {c: (float(part[:, k].mean()), float(np.sqrt(spread[:, k].sum()) / len(part))) for k, c in enumerate("RGB")}
