"""Draws from what a network says: a number from its logits."""

import numbers

import numpy as np

from abacus.errors import BadInput


def categorical(logits, temperature, top_k, top_p, rng):
    """A number 0 .. n-1 drawn from softmax(logits / temperature), logits (n,); at temperature 0 the largest logit's.

    Only the `top_k` largest logits are drawn among (0: all; those that equal the smallest of them too), and of these
    the fewest likeliest ones whose probabilities add up to `top_p` at least (1: all; the nucleus of Holtzman et al.
    2020, eq. 2). A logit of -inf is never drawn. One draw of `rng`, none at temperature 0. BadInput for arguments that
    make no sense; FloatingPointError where a logit is NaN or inf, or all are -inf.
    """
    _check(temperature, top_k, top_p)
    logits = np.asarray(logits).astype(np.float64)
    if logits.ndim != 1 or logits.size == 0:
        raise BadInput(f"categorical: logits of shape {logits.shape}: wanted (n,), n at least 1")
    if not np.isfinite(logits.max()):
        raise FloatingPointError(f"the largest of {len(logits)} logits is {logits.max()}")
    if temperature == 0:
        return int(np.argmax(logits))
    with np.errstate(over="ignore"):
        z = logits / temperature
    if not np.isfinite(z.max()):  # so small a temperature is 0
        return int(np.argmax(logits))
    if 0 < top_k < len(z):
        z[z < np.sort(z)[-top_k]] = -np.inf
    p = np.exp(z - z.max())
    if top_p < 1:
        p[~_nucleus(p, top_p)] = 0
    mass = np.cumsum(p)
    return int(np.searchsorted(mass, rng.random() * mass[-1], side="right"))


def _nucleus(p, share):
    """Which of the weights p are taken if one takes the largest first, until they make `share` of their sum."""
    order = np.argsort(-p, kind="stable")
    taken = np.cumsum(p[order])
    inside = np.empty(len(p), bool)
    inside[order] = np.concatenate([[0.0], taken[:-1]]) < share * taken[-1]
    return inside


def _check(temperature, top_k, top_p):
    if not 0 <= temperature < np.inf:
        raise BadInput(f"temperature={temperature}: wanted 0 or more, and finite")
    if not isinstance(top_k, numbers.Integral) or top_k < 0:
        raise BadInput(f"top_k={top_k}: wanted a whole number, at least 0 (0: all)")
    if not 0 < top_p <= 1:
        raise BadInput(f"top_p={top_p}: wanted above 0, at most 1 (1: all)")
