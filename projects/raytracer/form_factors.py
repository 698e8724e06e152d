"""Form factors by the meter, and the radiosities that follow from one: the share of its light that a patch sends to another."""

from dataclasses import dataclass
from typing import Any

import closed_forms
import radiance
from abacus.settings import at_least


@dataclass
class Config:
    scene: dict[str, Any]  # a camera of kind meter on one patch, and the other patch, which shines with radiance 1
    spp: int = at_least(2)  # rays from the patch


def form_factor(cfg: Config, job):
    """The share of the light leaving the meter's patch that reaches what shines: its mean radiance, where that is 1."""
    return {"form factor": _measured(cfg, job)}


def radiosity(cfg: Config, job):
    """Radiosities of patches whose form factor is the measured one, by a linear system (closed_forms.radiosities)."""
    mean, se = _measured(cfg, job)
    return {row: closed_forms.radiosities(row, mean, se) for row in closed_forms.SYSTEMS}


def _measured(cfg, job):
    """(form factor, standard error): one pixel, rays that see what shines and go no further."""
    return radiance.luminance(radiance.exposed(cfg, job, size=(1, 1), max_depth=1), "random")
