"""The norm of all gradients together, and clipping by it (Pascanu, Mikolov & Bengio 2013)."""

import math

import numpy as np


class Scaled(dict):
    """Gradients of which every entry stands for `scale` times its array: the optimiser multiplies in its own pass."""

    def __init__(self, gradients, scale):
        super().__init__(gradients)
        self.scale = scale


def scale_of(gradients):
    """The factor that `gradients` are meant to be multiplied by: 1 unless they were clipped."""
    return getattr(gradients, "scale", 1.0)


def norm(gradients):
    """√Σ g² over all entries of all gradients."""
    flat = (np.ravel(gradient) for gradient in gradients.values())
    return scale_of(gradients) * math.sqrt(sum(float(g @ g) for g in flat))


def clip(gradients, limit):
    """The gradients, scaled down to norm `limit` where they are longer, by limit/(norm + 1e-6) as in PyTorch."""
    return Scaled(gradients, scale_of(gradients) * min(1.0, limit / (norm(gradients) + 1e-6)))
