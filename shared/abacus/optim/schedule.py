"""Learning rates by step: plain functions, `optimiser.lr = cosine(step, ...)`."""

import math


def step_decay(step, lr, every, factor):
    """lr·factor^⌊step / every⌋."""
    return lr * factor ** (step // every)


def warm_up(step, lr, steps):
    """Linear from lr/steps at step 0 to lr at step steps - 1, and lr from there on."""
    return lr * min(1.0, (step + 1) / steps)


def cosine(step, lr, steps, lowest=0.0, warm=0):
    """`warm` steps of linear warm-up, then half a cosine from lr to `lowest` at `steps` (Loshchilov & Hutter 2017)."""
    if step < warm:
        return lr * (step + 1) / (warm + 1)
    done = min(1.0, (step - warm) / max(1, steps - warm))
    return lowest + 0.5 * (lr - lowest) * (1 + math.cos(math.pi * done))


def inverse_root(step, width, warm):
    """width^-½·min(n^-½, n·warm^-1½), n = step + 1 (Vaswani et al. 2017, eq. 3)."""
    n = step + 1
    return width**-0.5 * min(n**-0.5, n * warm**-1.5)
