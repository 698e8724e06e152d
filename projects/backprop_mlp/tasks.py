"""What the small networks learn: patterns (patterns, inputs) and targets (patterns, outputs), zeros and ones."""

import numpy as np


def vectors(n):
    """All 2ⁿ vectors of n zeros and ones."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)


def symmetry(n):
    """Is the vector its own mirror image?"""
    x = vectors(n)
    return x, (x == x[:, ::-1]).all(axis=1)[:, None].astype(float)


def parity(n):
    """Is the number of ones odd? For n = 2 this is XOR."""
    x = vectors(n)
    return x, x.sum(axis=1)[:, None] % 2


def encoder(n):
    """Say which of the n inputs is on, through fewer hidden units."""
    return np.eye(n), np.eye(n)
