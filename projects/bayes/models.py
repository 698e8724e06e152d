"""A small language of models: a log density of named parameters, the space in which each lives, and its gradient by the tape.

    model = Model(lambda mu, tau: ..., mu=real(), tau=positive())

Samplers move free numbers z (chains, d); the model makes parameters of them, and adds the log volume of that change: eq. (18).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from abacus import inputs, ops
from abacus.errors import BadInput
from abacus.tensor import Parameter, Tensor, backward, no_grad

STARTS = 100  # times that a start is drawn again before the model is given up


class Space(NamedTuple):
    """`free` numbers make `size` numbers of the space: into(z) gives (x, log volume or None), back(x) gives z; inside(x)."""

    free: int
    size: int
    into: Callable
    back: Callable
    inside: Callable


def real(k=1):
    """k numbers without bounds."""
    inputs.counts(k=k)
    return Space(k, k, lambda z: (z, None), lambda x: x, lambda x: True)


def positive(k=1):
    """k numbers above 0: x = e^z, log volume Σ z."""
    inputs.counts(k=k)
    return Space(k, k, lambda z: (ops.exp(z), ops.sum(z, axis=-1)), np.log, lambda x: (x > 0).all())


def between(low, high, k=1):
    """k numbers above low and below high: x = low + (high − low) σ(z)."""
    inputs.counts(k=k)
    if not -np.inf < low < high < np.inf:
        raise BadInput(f"between({low}, {high}): wanted two finite bounds, the lower one first")
    width = high - low

    def into(z):
        volume = -ops.softplus(z) - ops.softplus(-z) + float(np.log(width))
        return low + width * ops.sigmoid(z), ops.sum(volume, axis=-1)

    def back(x):
        return np.log(x - low) - np.log(high - x)

    return Space(k, k, into, back, lambda x: ((x > low) & (x < high)).all())


def ordered(k):
    """k numbers that grow: the first is free, the steps are e^z."""
    inputs.counts(k=k)

    def into(z):
        return ops.cumsum(ops.concat([z[:, :1], ops.exp(z[:, 1:])], axis=1), axis=1), ops.sum(z[:, 1:], axis=-1)

    def back(x):
        return np.concatenate([x[:1], np.log(np.diff(x))])

    return Space(k, k, into, back, lambda x: (np.diff(x) > 0).all())


def simplex(k):
    """k numbers above 0 of sum 1: softmax of z and a last 0; the log volume is Σ log x over all k. BadInput of k = 1,
    which leaves nothing free."""
    inputs.counts(k=k)
    if k < 2:
        raise BadInput(f"simplex({k}): wanted two numbers at least")

    def into(z):
        logs = ops.log_softmax(ops.concat([z, np.zeros((z.shape[0], 1))], axis=1), axis=1)
        return ops.exp(logs), ops.sum(logs, axis=-1)

    def back(x):
        return np.log(x[:-1]) - np.log(x[-1])

    def inside(x):
        return (x > 0).all() and abs(x.sum() - 1) <= len(x) * np.finfo(float).eps

    return Space(k - 1, k, into, back, inside)


class Model:
    """log p of free numbers, eq. (18), from log_density(**parameters) -> (chains,), each parameter an array (chains, size).

    `report(**parameters)`, where it is given, says what a reader wants to see of a draw: {name: (chains, k)}.
    """

    def __init__(self, log_density, report=None, **spaces):
        if not spaces:
            raise BadInput("a model has one parameter at least: Model(log_density, mu=real())")
        self.log_density, self.report, self.spaces = log_density, report, spaces
        ends = np.cumsum([space.free for space in spaces.values()])
        self.d = int(ends[-1])
        self._places = {
            name: slice(int(end) - space.free, int(end)) for (name, space), end in zip(spaces.items(), ends)
        }

    def __call__(self, z):
        """log p (chains,) on the tape, z (chains, d)."""
        if len(z.shape) != 2 or z.shape[1] != self.d:
            raise BadInput(f"free numbers of shape {z.shape}: wanted (chains, {self.d})")
        parameters, volume = self._parameters(z)
        value = self.log_density(**parameters)
        if np.shape(value) != z.shape[:1]:
            raise BadInput(f"the log density has shape {np.shape(value)}, wanted one number a chain: ({z.shape[0]},)")
        for part in volume:
            value = value + part  # eq. 18
        return value

    def value(self, z):
        """log p (chains,) of z (chains, d) as an array; −inf where it is not a finite number."""
        with no_grad(), np.errstate(all="ignore"):
            found = self(Tensor(z)).value
        return np.where(np.isfinite(found), found, -np.inf)

    def gradient(self, z):
        """log p (chains,) and its gradient (chains, d), arrays; −inf and 0 where they are not finite."""
        leaf = Parameter(z)
        with np.errstate(all="ignore"):
            found = self(leaf)
            finite = np.isfinite(found.value)
            whole = finite.all()
            slope = backward(ops.sum(found if whole else ops.where(finite, found, np.zeros(len(z)))))[leaf]
        finite = finite & np.isfinite(slope).all(axis=1)
        if whole and finite.all():
            return found.value, slope
        return np.where(finite, found.value, -np.inf), np.where(finite[:, None], slope, 0.0)

    def natural(self, z):
        """{name: numbers (n, size)} of free numbers z (n, d): the parameters, or what `report` makes of them."""
        with no_grad():
            parameters = {name: x.value for name, x in self._parameters(Tensor(z))[0].items()}
        return self.report(**parameters) if self.report else parameters

    def free(self, **values):
        """Free numbers (d,) of given parameters; BadInput where one is missing, of another size, or outside its space."""
        if set(values) != set(self.spaces):
            raise BadInput(f"a start of {', '.join(sorted(values))}: wanted {', '.join(self.spaces)}")
        parts = []
        for name, space in self.spaces.items():
            x = np.atleast_1d(np.asarray(values[name], float))
            if x.shape != (space.size,) or not np.isfinite(x).all() or not space.inside(x):
                raise BadInput(f"{name}={values[name]}: the start lies outside the support")
            parts.append(space.back(x))
        return np.concatenate(parts)

    def starts(self, chains, rng):
        """Starts (chains, d), uniform in (−2, 2) as Stan's, each with a finite density; BadInput where none is found."""
        z = rng.uniform(-2, 2, (chains, self.d))
        for _ in range(STARTS):
            lost = ~np.isfinite(self.gradient(z)[0])
            if not lost.any():
                return z
            z[lost] = rng.uniform(-2, 2, (int(lost.sum()), self.d))
        raise BadInput(f"no start with a finite log density was found in {STARTS} draws: is the support empty?")

    def given(self, start, chains):
        """Starts (chains, d) as they were given, or one for all (d,); BadInput where one has no finite density."""
        try:
            z = np.array(np.broadcast_to(np.asarray(start, float), (chains, self.d)))
        except ValueError:
            raise BadInput(f"starts of shape {np.shape(start)}: wanted ({chains}, {self.d}) or ({self.d},)") from None
        lost = int((~np.isfinite(self.gradient(z)[0])).sum())
        if lost:
            raise BadInput(f"{lost} of {chains} starts lie outside the support: no finite log density there")
        return z

    def shaped(self, kept):
        """{name: (draws, chains, size)} of free numbers (draws, chains, d)."""
        draws, chains, d = kept.shape
        found = self.natural(kept.reshape(-1, d))
        return {name: x.reshape(draws, chains, -1) for name, x in found.items()}

    def _parameters(self, z):
        parameters, volume = {}, []
        for name, space in self.spaces.items():
            x, part = space.into(z[:, self._places[name]])
            parameters[name] = x
            if part is not None:
                volume.append(part)
        return parameters, volume


def labels(natural):
    """Names of the columns of `flat`: mu, theta[1], theta[2] ..."""
    return [f"{name}[{k + 1}]" if x.shape[1] > 1 else name for name, x in natural.items() for k in range(x.shape[1])]


def flat(natural):
    """All numbers side by side (n, columns)."""
    return np.concatenate(list(natural.values()), axis=1)
