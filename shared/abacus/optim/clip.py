"""The norm of all gradients together, and clipping by it (Pascanu, Mikolov & Bengio 2013)."""

import math

import numpy as np

from abacus.dtypes import DOUBLE, floats
from abacus.errors import BadInput

SMALL = float(np.finfo(np.float32).tiny / np.finfo(np.float32).eps)  # a sum of squares from here on has all its digits


class Scaled(dict):
    """Gradients of which every entry stands for `scale` times its array: the optimiser multiplies in its own pass."""

    def __init__(self, gradients, scale):
        super().__init__(gradients)
        self.scale = scale


def scale_of(gradients):
    """The factor that `gradients` are meant to be multiplied by: 1 unless they were clipped."""
    return getattr(gradients, "scale", 1.0)


def norm(gradients):
    """√Σ g² over all entries of all gradients, also where the squares overflow or vanish; NaN where an entry is."""
    flat = [floats(np.ravel(gradient), DOUBLE) for gradient in gradients.values()]
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        total = sum(float(g @ g) for g in flat)
    root = math.sqrt(total) if SMALL < total < math.inf else _scaled_norm(flat)
    return scale_of(gradients) * root


def _scaled_norm(flat):
    """m·√Σ (g/m)² in float64, m the largest entry."""
    top = float(np.max([np.abs(g).max(initial=0) for g in flat], initial=0))
    if top == 0 or not math.isfinite(top):
        return top
    return top * math.sqrt(sum(float(np.square(g.astype(float) / top).sum()) for g in flat))


def clip(gradients, limit):
    """The gradients, scaled down to norm `limit` where they are longer, by limit/(norm + 1e-6) as in PyTorch.

    Where an entry is NaN or infinite all become NaN: no scale would help, and a step without it would go unseen. BadInput
    for a limit that is no length.
    """
    if not limit >= 0:
        raise BadInput(f"clip: limit is {limit}, wanted a length of at least 0")
    length = norm(gradients)
    share = min(1.0, limit / (length + 1e-6)) if math.isfinite(length) else math.nan
    return Scaled(gradients, scale_of(gradients) * share)
