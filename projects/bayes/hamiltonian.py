"""Hamiltonian Monte Carlo and the no-U-turn sampler, for many chains at once.

Every leap is one evaluation of the model for all chains, each at its own place of its own trajectory: what NumPy costs per
call is shared, and no chain waits for another.
"""

from typing import NamedTuple

import numpy as np

from abacus import inputs

TOO_FAR = 1000.0  # error of the energy from which a leap has diverged (Stan's)
DEEPEST = 10  # doublings of a trajectory: 1 023 leaps
EARLY = 6  # doublings while the scales are not known: chains that come from far away need many draws, not long ones


class Point(NamedTuple):
    """Where chains are: positions u and gradients (chains, d), log densities (chains,), all in scaled coordinates."""

    u: np.ndarray
    value: np.ndarray
    gradient: np.ndarray

    def rows(self, which):
        return Point(*(x[which] for x in self))

    def copy(self):
        return Point(*(x.copy() for x in self))

    def put(self, which, other):
        for mine, theirs in zip(self, other):
            mine[which] = theirs


class Scaled:
    """The model in coordinates u with z = S u, S a diagonal (d,) or a lower triangle (d, d): the mass matrix (S Sᵀ)⁻¹."""

    def __init__(self, model, scale):
        self.model, self.scale = model, scale

    def into(self, u):
        return u * self.scale if self.scale.ndim == 1 else u @ self.scale.T

    def back(self, z):
        return z / self.scale if self.scale.ndim == 1 else np.linalg.solve(self.scale, z.T).T

    def at(self, u):
        """The Point of positions u (chains, d)."""
        value, slope = self.model.gradient(self.into(u))
        return Point(u, value, slope * self.scale if self.scale.ndim == 1 else slope @ self.scale)


class Move(NamedTuple):
    """Draws of the chains `which`, whose trajectories have ended: their Points, acceptance, leaps, and whether they diverged."""

    which: np.ndarray
    point: Point
    acceptance: np.ndarray
    leaps: np.ndarray
    diverged: np.ndarray


def leap(target, point, p, step):
    """One leapfrog step of size `step` (a number, or (chains, 1)): eq. (24)."""
    p = p + step / 2 * point.gradient
    point = target.at(point.u + step * p)
    return point, p + step / 2 * point.gradient  # eq. 24


def energy(point, p):
    """−H = log density − ½ |p|²; −inf where it is not a number."""
    with np.errstate(over="ignore", invalid="ignore"):
        h = point.value - 0.5 * (p * p).sum(axis=1)
    return np.where(np.isnan(h), -np.inf, h)


class HMC:
    """A trajectory of as many leaps as are drawn uniformly from 1 ... `leaps`, then Metropolis' choice: eq. (25)."""

    def __init__(self, leaps):
        inputs.counts(leaps=leaps)
        self.leaps = leaps

    def early(self):
        """What moves the chains while the scales are not known."""
        return self

    def start(self, target, point, rng):
        self.target, self.point = target, point
        return self

    def tick(self, step, rng):
        """A whole trajectory of all chains: a Move."""
        p = rng.standard_normal(self.point.u.shape)
        before, end, n = energy(self.point, p), self.point, int(rng.integers(1, self.leaps + 1))
        for _ in range(n):
            end, p = leap(self.target, end, p, step)
        error = energy(end, p) - before
        chance = np.exp(np.minimum(error, 0.0))  # eq. 25
        kept = rng.random(len(chance)) < chance
        self.point = Point(*(np.where(kept if x.ndim == 1 else kept[:, None], x, y) for x, y in zip(end, self.point)))
        return Move(np.arange(len(kept)), self.point, chance, np.full(len(kept), n), error < -TOO_FAR)


class NUTS:
    """Hoffman and Gelman's sampler: a trajectory doubles, in a random direction, until it turns back: eqs. (26), (27).

    The draw is one of its points, each weighed by e^(−H), the later half preferred (Betancourt 2017).
    """

    def __init__(self, deepest=DEEPEST):
        inputs.counts(deepest=deepest)
        self.deepest = deepest

    def early(self):
        """What moves the chains while the scales are not known: shorter trajectories."""
        return NUTS(min(self.deepest, EARLY))

    def start(self, target, point, rng):
        return Flight(target, point, self.deepest, rng)


class Flight:
    """Trajectories of many chains, each at its own leap: a chain whose trajectory has ended begins the next one at once."""

    def __init__(self, target, point, deepest, rng):
        c, d = point.u.shape
        self.target, self.deepest, self.point = target, deepest, point.copy()
        self.new, self.weight = point.copy(), np.zeros(c)  # the draw so far, and log Σ e^(−H) of the trajectory
        self.ends = [(point.copy(), np.empty((c, d))) for _ in range(2)]  # backwards, forwards
        self.at, self.p, self.before = point.copy(), np.empty((c, d)), np.empty(c)
        self.sign, self.depth, self.leaf = np.ones(c), np.zeros(c, int), np.zeros(c, int)
        self.chosen, self.own = point.copy(), np.empty(c)  # the same of the half that is being walked
        self.first_u, self.first_p = np.empty((2, deepest, c, d))
        self.acceptance, self.leaps = np.zeros(c), np.zeros(c, int)
        self._begin(np.arange(c), rng)

    def tick(self, step, rng):
        """One leap of every chain: a Move of those that have come to their end."""
        self.at, self.p = leap(self.target, self.at, self.p, (step * self.sign)[:, None])
        error = energy(self.at, self.p) - self.before
        self.acceptance += np.exp(np.minimum(error, 0.0))
        self.leaps += 1
        self.own = np.logaddexp(self.own, error)
        took = np.flatnonzero(np.log(rng.random(len(error))) < error - self.own)  # eq. 27
        self.chosen.put(took, self.at.rows(took))
        diverged = error < -TOO_FAR
        ended = diverged | self._turned()
        self.leaf += 1
        whole = np.flatnonzero((self.leaf == 2**self.depth) & ~ended)
        ended[whole] = self._joined(whole, rng)
        which = np.flatnonzero(ended)
        found = self.new.rows(which)
        move = Move(which, found, self.acceptance[which] / self.leaps[which], self.leaps[which], diverged[which])
        self.point.put(which, found)
        self._begin(which, rng)
        return move

    def _begin(self, which, rng):
        """New trajectories of the chains `which`, from where they are."""
        here, p = self.point.rows(which), rng.standard_normal((len(which), self.p.shape[1]))
        self.before[which] = energy(here, p)
        for end, momentum in self.ends:
            end.put(which, here)
            momentum[which] = p
        self.new.put(which, here)
        self.weight[which] = self.acceptance[which] = 0.0
        self.depth[which] = self.leaps[which] = 0
        self._double(which, rng)

    def _double(self, which, rng):
        """Go on from one end, drawn at random, for as many leaps as the trajectory has points."""
        side = rng.integers(2, size=len(which))
        self.sign[which], self.leaf[which], self.own[which] = 2.0 * side - 1, 0, -np.inf
        for k, (end, momentum) in enumerate(self.ends):
            chains = which[side == k]
            self.at.put(chains, end.rows(chains))
            self.p[chains] = momentum[chains]

    def _turned(self):
        """Chains in which a run of 2^k leaps that began at a multiple of 2^k has turned: so the walk could have begun at any of
        its points, and the sampler is right."""
        turned = np.zeros(len(self.leaf), bool)
        for k in range(1, int(self.depth.max()) + 1):
            place, deep = self.leaf % 2**k, self.depth >= k
            begins = np.flatnonzero((place == 0) & deep)
            self.first_u[k, begins], self.first_p[k, begins] = self.at.u[begins], self.p[begins]
            ends = np.flatnonzero((place == 2**k - 1) & deep)
            first = self.first_u[k, ends], self.first_p[k, ends]
            turned[ends] |= turns(*first, self.at.u[ends], self.p[ends], self.sign[ends])
        return turned

    def _joined(self, which, rng):
        """Join the halves that were walked to their end to the trajectories of these chains: which of these have ended."""
        took = np.log(rng.random(len(which))) < self.own[which] - self.weight[which]
        self.new.put(which[took], self.chosen.rows(which[took]))
        self.weight[which] = np.logaddexp(self.weight[which], self.own[which])
        for sign, (end, momentum) in zip((-1, 1), self.ends):
            chains = which[self.sign[which] == sign]
            end.put(chains, self.at.rows(chains))
            momentum[chains] = self.p[chains]
        (left, p_left), (right, p_right) = self.ends
        over = turns(left.u[which], p_left[which], right.u[which], p_right[which], 1.0)
        self.depth[which] += 1
        over |= self.depth[which] == self.deepest
        self._double(which[~over], rng)
        return over


def turns(u, p, later_u, later_p, sign):
    """Whether going on would bring the two ends closer: (u⁺ − u⁻)·p < 0 at one of them; sign −1 walks backwards: eq. (26)."""
    way = np.reshape(sign, (-1, 1)) * (later_u - u)
    return ((way * p).sum(axis=1) < 0) | ((way * later_p).sum(axis=1) < 0)  # eq. 26
