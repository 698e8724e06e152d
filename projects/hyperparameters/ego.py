"""Efficient global optimisation as Jones, Schonlau & Welch (1998) ran it: how many evaluations until nothing is left to gain."""

from dataclasses import dataclass

import numpy as np

import designs
import functions
from abacus.settings import above, at_least, one_of
from improvement import Improvement, highest
from surrogate import KERNELS, Kriging

SCALES = {  # what the surrogate is fitted to: y, and back to y
    "as it is": (lambda y: y, lambda t: t),
    "logarithm": (np.log, np.exp),
    "minus logarithm of minus": (lambda y: -np.log(-y), lambda t: -np.exp(-t)),
}


def most_improving(model, x, t, rng):
    """(the point of largest expected improvement, that improvement)."""
    place, value = highest(Improvement(model, t.min()), x[np.argsort(t)[:3]], rng)
    return place, float(np.exp(value))


def anywhere(model, x, t, rng):
    """(a point drawn at random, the largest expected improvement): a search that asks the surrogate and does not listen."""
    return rng.random(x.shape[1]), most_improving(model, x, t, rng)[1]


NEXT = {"largest improvement": most_improving, "anywhere": anywhere}


@dataclass
class Ego:
    function: str = one_of(*functions.FUNCTIONS)  # what is minimised
    scale: str = one_of(*SCALES)  # the values that the surrogate is fitted to
    kernel: str = one_of(*KERNELS)  # the surrogate's correlation
    first: int = at_least(4)  # points of the Latin hypercube at the start
    next: str = one_of(*NEXT)  # the point that is evaluated next
    enough: float = above(0)  # stop where less of the least value is to be gained; of logarithms, where less is
    most: int = at_least(5)  # evaluations after which a run that has not stopped is given up


def ego(cfg: Ego, job):
    """Evaluations until the rule stops, and the error of the least value then, in per cent."""
    for n, least, gain in search(cfg, job):
        if gain < cfg.enough * (abs(least) if cfg.scale == "as it is" else 1):  # eq. 11
            return {"evaluations": n, "error": error(least, cfg.function)}
    raise FloatingPointError(f"the expected improvement is {gain:.2g} after {cfg.most} evaluations, and goes on")


@dataclass
class Until:
    function: str = one_of(*functions.FUNCTIONS)  # what is minimised
    scale: str = one_of(*SCALES)  # the values that the surrogate is fitted to
    kernel: str = one_of(*KERNELS)  # the surrogate's correlation
    first: int = at_least(4)  # points of the Latin hypercube at the start
    next: str = one_of(*NEXT)  # the point that is evaluated next
    within: float = above(0)  # per cent of the minimum that the least value may be off
    most: int = at_least(5)  # evaluations after which a run is given up


def until(cfg: Until, job):
    """Evaluations until the least value is so near the minimum, which only a test knows."""
    for n, least, _ in search(cfg, job):
        if error(least, cfg.function) <= cfg.within:
            return {"evaluations": n}
    raise FloatingPointError(f"the error is {error(least, cfg.function):.3g} % after {cfg.most} evaluations")


def search(cfg, job):
    """Yield (evaluations, the least value so far, the largest expected improvement of one more), to `most` evaluations.

    Where the design itself holds the minimum, a run can end with its first points.
    """
    function, d = functions.FUNCTIONS[cfg.function], functions.DIMENSIONS[cfg.function]
    to, back = SCALES[cfg.scale]
    x = designs.even_hypercube(cfg.first, d, job.rng("design"))
    t, model = to(function(x)), Kriging(cfg.kernel)
    for n in range(cfg.first, cfg.most + 1):
        rng = job.rng("search", n)
        model.fit(x, t, rng)
        place, gain = NEXT[cfg.next](model, x, t, rng)
        least = float(back(t.min()))
        job.log(evaluations=n, error=error(least, cfg.function), gain=gain)
        job.progress(n / cfg.most, f"{n} evaluations")
        yield n, least, gain
        x, t = np.vstack([x, place]), np.append(t, to(function(place)))


def error(least, name):
    """How far a value is from the minimum of a function, in per cent of that."""
    minimum = functions.least(name)
    return 100 * abs(least - minimum) / abs(minimum)
