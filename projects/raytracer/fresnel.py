"""How much of the light glass reflects, by the engine's own function."""

from dataclasses import dataclass

import numpy as np

import engine
from abacus.settings import above, between


@dataclass
class Config:
    angle: float = between(0, 90)  # between the ray and the normal, in degrees
    index: float = above(0)  # of the far side, relative to that of the near one


def fresnel(cfg: Config, job):
    """The reflectance of unpolarised light at a smooth interface (equation 2)."""
    reflectance = engine.compiled().reflectance
    return {"reflectance": float(reflectance(np.float32(np.cos(np.radians(cfg.angle))), np.float32(cfg.index)))}
