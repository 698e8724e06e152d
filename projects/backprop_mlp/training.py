"""Gradient descent with momentum on many networks at once: equations (8) and (9), one update after each sweep."""

from dataclasses import dataclass

import numpy as np

import by_hand
import by_tape
from abacus.errors import BadInput

GRADIENTS = {"by hand": by_hand.gradient, "tape": by_tape.gradient}
LOOKS = 120  # at the error, from the first sweep to the last


@dataclass
class Trained:
    """`w` (networks, rows, columns) by link; the sweep at which each had learned, inf where it never had; its errors."""

    w: dict
    sweeps: np.ndarray
    errors: list  # for each network [(sweep, E), ...]


def phases(cfg):
    """[(sweeps, eps, alpha) of each phase]; BadInput where one of the three lists is longer than another."""
    if not len(cfg.sweeps) == len(cfg.eps) == len(cfg.alpha) > 0:
        raise BadInput(f"sweeps={cfg.sweeps}, eps={cfg.eps}, alpha={cfg.alpha}: wanted one of each for each phase")
    return list(zip(cfg.sweeps, cfg.eps, cfg.alpha))


def for_each(jobs, patterns):
    """The same patterns for every job, (jobs, patterns, units)."""
    return np.stack([patterns] * len(jobs))


def learn(network, inputs, d, cfg, jobs, within, tries=1, slack=0.0, decay=0.0):
    """(Trained, initial weights) of a network for each job, trained as one batch; its errors go to the job's log.

    inputs and d have the jobs as their leading axis. A network that has not learned starts again, `tries` times in all.
    """

    def attempt(which, number):
        chosen = [jobs[n] for n in which]
        start = network.weights(cfg.reach, [job.rng("init", number) for job in chosen])

        def look(fraction):
            for job in chosen:
                job.progress(fraction)

        given = [x[which] for x in inputs], d[which], phases(cfg), within
        return train(network, start, *given, GRADIENTS[cfg.gradient], slack, decay, look), start

    outcome, start = attempt(np.arange(len(jobs)), 0)
    for again in range(1, tries):
        left = np.flatnonzero(np.isinf(outcome.sweeps))
        if not len(left):
            break
        part, _ = attempt(left, again)
        for link, array in outcome.w.items():
            array[left] = part.w[link]
        outcome.sweeps[left] = part.sweeps
        for n, errors in zip(left, part.errors):
            outcome.errors[n] = errors
    for job, errors in zip(jobs, outcome.errors):
        for sweep, error in errors:
            job.log(sweep=sweep, error=error)
    return outcome, start


def train(network, w, inputs, d, phases, within, gradient, slack=0.0, decay=0.0, look=lambda fraction: None):
    """Train every network of `w` until all its outputs are `within` of their targets, or the sweeps are over.

    inputs and d have the networks as their leading axis; a network that has learned keeps the weights that it had and
    leaves the batch. phases: [(sweeps, eps, alpha), ...]; slack and decay: see `gradient` and `step`.
    """
    names = np.arange(len(d))
    done = Trained({link: a.copy() for link, a in w.items()}, np.full(len(d), np.inf), [[] for _ in names])
    w, v = dict(w), {link: np.zeros_like(a) for link, a in w.items()}
    total, sweep = sum(sweeps for sweeps, _, _ in phases), 0
    for sweeps, eps, alpha in phases:
        for _ in range(sweeps):
            error, dw, y = gradient(network, w, inputs, d, slack)
            learned = abs(y - d).max(axis=(-2, -1)) < within
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
            w, v = step(w, v, dw, eps, alpha, decay)
            sweep += 1
    _keep(done, w, names, np.full(len(names), True))
    return done


def step(w, v, dw, eps, alpha, decay=0.0):
    """Δw(t) = −ε ∂E/∂w(t) + α Δw(t−1) (eq. 9; eq. 8 where α is 0), then every weight shrinks by the share `decay`."""
    v = {link: alpha * v[link] - eps * dw[link] for link in w}  # eqs. 8 and 9
    return {link: (w[link] + v[link]) * (1 - decay) for link in w}, v


def _keep(done, w, names, which):
    for link, array in w.items():
        done.w[link][names[which]] = array[which]


def rows(columns, learned):
    """[{column: value}], one dict for each network, of {column: a value for each}; infinite where it has not `learned`."""
    values = zip(*(np.where(learned, of_all, np.inf) for of_all in columns.values()))
    return [dict(zip(columns, map(float, of_one))) for of_one in values]
