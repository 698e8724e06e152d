"""Baum and Welch's iteration on one model: expectations by the scaled passes (in logarithms where they fail), then the M-step."""

from dataclasses import dataclass

import numpy as np

import chain
from abacus.errors import BadInput


class Impossible(BadInput):
    """The observations have probability 0 under the model."""


@dataclass(frozen=True)
class Model:
    """A hidden Markov model: start δ (m,), transition Γ (m, m), emission (Categorical, Poisson or Gaussian)."""

    start: np.ndarray
    transition: np.ndarray
    emission: object


@dataclass(frozen=True)
class Data:
    """Sequences: the different observations values (u, d), the row of each symbols (n,), counts (u,), where sequences end."""

    values: np.ndarray
    symbols: np.ndarray
    counts: np.ndarray
    ends: np.ndarray


@dataclass(frozen=True)
class Expected:
    """What the E-step gives: log-likelihood; weights (u, m), pairs (m, m), first (m,) of `Data`; forward (n, m).

    forward: P(state at t | observations up to t), each row up to a factor.
    """

    log_likelihood: float
    forward: np.ndarray
    weights: np.ndarray
    pairs: np.ndarray
    first: np.ndarray


def data(x, lengths=None):
    """The rows of x (n, d) as Data: one sequence, or several of the given lengths, one after the other."""
    n, d = x.shape
    symbols = np.arange(n)
    if d == 1:
        values, found = _different(x[:, 0])
        if 2 * len(values) <= n:
            return Data(values[:, None], found, np.bincount(found), _ends(lengths, n))
    return Data(np.ascontiguousarray(x, dtype=np.float64), symbols, np.ones(n, dtype=np.int64), _ends(lengths, n))


def _different(x):
    """The different values of x (n,), rising, and which of them each is: whole numbers by counting, others by sorting."""
    if x.min() >= 0 and x.max() <= len(x):
        whole = x.astype(np.int64)
        if (whole == x).all():
            there = np.flatnonzero(np.bincount(whole))
            place = np.zeros(int(whole.max()) + 1, np.int64)
            place[there] = np.arange(len(there))
            return there.astype(np.float64), place[whole]
    return np.unique(x, return_inverse=True)


def expectations(model, found):
    """The E-step (eqs. 4 to 9). Impossible where the observations have probability 0."""
    import scaled

    log_density = model.emission.log_density(found.values)
    top = log_density.max(axis=1)
    n, m = len(found.symbols), len(model.start)
    forward, weights, pairs, first = np.empty((n, m)), np.zeros((len(top), m)), np.zeros((m, m)), np.zeros(m)
    if not np.isfinite(top).all():
        raise Impossible(impossible(found, top))
    density = np.exp(log_density - top[:, None])
    given = found.symbols, found.ends, model.start, model.transition
    total = scaled.expectation(density, *given, forward, weights, pairs, first)
    if np.isnan(total):
        return logarithmic(model, found)
    return Expected(total + found.counts @ top, forward, weights, pairs, first)


def logarithmic(model, found):
    """The same by logarithms only: slower, and nothing vanishes."""
    import logspace

    n, m = len(found.symbols), len(model.start)
    log_density = model.emission.log_density(found.values)
    forward, weights, pairs, first = np.empty((n, m)), np.zeros((len(log_density), m)), np.zeros((m, m)), np.zeros(m)
    with np.errstate(divide="ignore"):
        given = found.symbols, found.ends, np.log(model.start), np.log(model.transition)
    total = logspace.expectation(log_density, *given, forward, weights, pairs, first)
    if total == -np.inf:
        raise Impossible(impossible(found, log_density.max(axis=1)))
    forward = np.exp(forward - forward.max(axis=1, keepdims=True))
    return Expected(total, forward / forward.sum(axis=1, keepdims=True), weights, pairs, first)


def impossible(found, top):
    """Why the observations have probability 0."""
    never = np.flatnonzero(~np.isfinite(top[found.symbols]))
    if len(never):
        value = ", ".join(f"{v:g}" for v in found.values[found.symbols[never[0]]])
        return f"no state can emit observation {never[0]}, {value}: the sequence has probability 0 under this model"
    return "no path of states can emit these observations: the sequence has probability 0 under this model"


def maximise(model, found, expected, kind):
    """The M-step (eqs. 12 to 17): the model that maximises the expected complete log-likelihood."""
    start, transition = chain.maximise(
        kind, model.start, model.transition, expected.first, expected.pairs, expected.weights.sum(axis=0)
    )
    return Model(start, transition, model.emission.maximise(found.values, expected.weights))


def iterates(model, found, kind):
    """(model, its log-likelihood) of the given model and after 1, 2, ... steps, without end; the likelihood never falls."""
    while True:
        expected = expectations(model, found)
        yield model, expected.log_likelihood
        model = maximise(model, found, expected, kind)


def climb(model, found, kind, tol, most):
    """(model, log-likelihood, steps, whether the last one gained no more than tol) after at most `most` steps."""
    before = -np.inf
    for steps, (now, log_likelihood) in enumerate(iterates(model, found, kind)):
        if log_likelihood - before <= tol or steps == most:
            return now, log_likelihood, steps, log_likelihood - before <= tol
        before = log_likelihood


def settle(model, found, kind, tolerance):
    """(model, log-likelihood) where a step changes no probability, and no mean beside itself, by more than `tolerance`.

    Where the likelihood is flat a gain that is lost in rounding still moves the parameters: this sees it.
    """
    before = model
    for now, log_likelihood in iterates(model, found, kind):
        means, old = now.emission.means, before.emission.means
        moved = np.abs(now.transition - before.transition).max(), np.abs(means - old).max() / np.abs(old).max()
        if now is not model and max(moved) <= tolerance:
            return now, log_likelihood
        before = now


def started(Emission, found, m, kind, rng, **options):
    """A model to begin with: emissions drawn from the data, an even start, a chain that stays half of the time."""
    emission = Emission.start(found.values, found.counts, m, rng, **options)
    even = np.full(m, 1.0 / m)
    transition = np.tile(even, (m, 1))
    if kind != "independent":
        transition = 0.5 * np.eye(m) + 0.5 * transition
    return Model(even, transition, emission)


def best(models, found, kind, tol, most):
    """The likeliest of what `climb` finds from each of the models; a start whose state collapses is passed over.

    (model, log-likelihood, steps, converged, collapsed): collapsed has the messages. Where all collapse, the last is raised.
    """
    from emissions import Collapsed

    top, collapsed = None, []
    for model in models:
        try:
            result = climb(model, found, kind, tol, most)
        except Collapsed as error:
            collapsed.append(error)
            continue
        if top is None or result[1] > top[1]:
            top = result
    if top is None:
        raise collapsed[-1]
    return *top, [str(error) for error in collapsed]


def _ends(lengths, n):
    if lengths is None:
        return np.array([n])
    try:
        given = np.asarray(lengths)
    except ValueError:  # lists of several sizes
        given = np.empty((0, 0))
    if given.ndim != 1 or given.dtype.kind not in "iu" or (given < 1).any() or given.sum() != n:
        raise BadInput(
            f"lengths must be whole numbers from 1 on that add up to {n}, the number of rows of X; got {lengths}"
        )
    return np.cumsum(given, dtype=np.int64)
