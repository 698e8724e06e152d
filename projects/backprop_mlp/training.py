"""Gradient descent with momentum on many networks at once: equations (8) and (9), one update after each sweep."""

from dataclasses import dataclass

import numpy as np

LOOKS = 120  # at the error, from the first sweep to the last


@dataclass
class Trained:
    """`w` (networks, rows, columns) by link; the sweep at which each had learned, inf where it never had; its errors."""

    w: dict
    sweeps: np.ndarray
    errors: list  # for each network [(sweep, E), ...]


def train(network, w, inputs, d, recipe, gradient, look=lambda fraction: None):
    """Train every network of `w` until all its outputs are `recipe.within` of their targets, or the sweeps are over.

    inputs and d have the networks as their leading axis; a network that has learned keeps the weights that it had and
    leaves the batch. recipe: sweeps, eps, alpha (a list each: one entry a phase), within, slack, decay.
    """
    names = np.arange(len(d))
    done = Trained({link: a.copy() for link, a in w.items()}, np.full(len(d), np.inf), [[] for _ in names])
    w, v = dict(w), {link: np.zeros_like(a) for link, a in w.items()}
    total, sweep = sum(recipe.sweeps), 0
    for sweeps, eps, alpha in zip(recipe.sweeps, recipe.eps, recipe.alpha):
        for _ in range(sweeps):
            error, dw, y = gradient(network, w, inputs, d, recipe.slack)
            learned = abs(y - d).max(axis=(-2, -1)) < recipe.within
            if sweep % max(1, total // LOOKS) == 0 or learned.any():
                look(sweep / total)
                for name, e in zip(names, error):
                    done.errors[name].append((sweep, float(e)))
            if learned.any():
                done.sweeps[names[learned]] = sweep
                _keep(done, w, names, learned)
                left = ~learned
                names, inputs, d = names[left], [x[left] for x in inputs], d[left]
                w, v, dw = ({link: a[left] for link, a in arrays.items()} for arrays in (w, v, dw))
            if not len(names):
                return done
            w, v = step(w, v, dw, eps, alpha, recipe.decay)
            sweep += 1
    _keep(done, w, names, np.full(len(names), True))
    return done


def step(w, v, dw, eps, alpha, decay=0.0):
    """Δw(t) = −ε ∂E/∂w(t) + α Δw(t−1) (eq. 9; eq. 8 where α is 0), then every weight shrinks by the share `decay`."""
    v = {link: alpha * v[link] - eps * dw[link] for link in w}
    return {link: (w[link] + v[link]) * (1 - decay) for link in w}, v


def _keep(done, w, names, which):
    for link, array in w.items():
        done.w[link][names[which]] = array[which]
