"""Hamiltonian Monte Carlo and the no-U-turn sampler for many chains at once; step and scales are learnt by all of them together.

Every leap is one evaluation of the model for all chains that are still on their way: what NumPy costs per call is shared.
"""

import math
from typing import NamedTuple

import numpy as np

from abacus.errors import BadInput
from diagnostics import Draws

TOO_FAR = 1000.0  # error of the energy from which a leap has diverged (Stan's)
DEEPEST = 10  # doublings of a trajectory: 1 023 leaps
FARTHEST = 1e12  # a free number beyond it belongs to no posterior that has an end


class Point(NamedTuple):
    """Where chains are: positions u and gradients (chains, d), log densities (chains,), all in scaled coordinates."""

    u: np.ndarray
    value: np.ndarray
    gradient: np.ndarray

    def rows(self, which):
        return Point(*(x[which] for x in self))

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
    """One draw of all chains: the new Point, each chain's acceptance, number of leaps, and whether it diverged."""

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
        if leaps < 1:
            raise BadInput(f"leaps={leaps}: wanted at least 1")
        self.leaps = leaps

    def draw(self, target, point, step, rng):
        p = rng.standard_normal(point.u.shape)
        before, end, n = energy(point, p), point, int(rng.integers(1, self.leaps + 1))
        for _ in range(n):
            end, p = leap(target, end, p, step)
        error = energy(end, p) - before
        chance = np.exp(np.minimum(error, 0.0))  # eq. 25
        kept = rng.random(len(chance)) < chance
        new = Point(*(np.where(kept if x.ndim == 1 else kept[:, None], x, y) for x, y in zip(end, point)))
        return Move(new, chance, np.full(len(kept), n), error < -TOO_FAR)


class NUTS:
    """Hoffman and Gelman's sampler: a trajectory doubles, in a random direction, until it turns back: eqs. (26), (27).

    The draw is one of its points, each weighed by e^(−H), the later half preferred (Betancourt 2017). Chains are in step:
    all that have not turned double together.
    """

    def __init__(self, deepest=DEEPEST):
        if deepest < 1:
            raise BadInput(f"deepest={deepest}: wanted at least 1")
        self.deepest = deepest

    def draw(self, target, point, step, rng):
        chains = len(point.u)
        p = rng.standard_normal(point.u.shape)
        before = energy(point, p)
        ends = [(Point(*(x.copy() for x in point)), p.copy()) for _ in range(2)]  # backwards, forwards
        new, weight = Point(*(x.copy() for x in point)), np.zeros(chains)
        acceptance, leaps, diverged = np.zeros(chains), np.zeros(chains, int), np.zeros(chains, bool)
        alive = np.arange(chains)
        for depth in range(self.deepest):
            side = rng.integers(2, size=len(alive))
            start = Point(*(np.where(_like(side, a), b[alive], a[alive]) for a, b in zip(ends[0][0], ends[1][0])))
            momentum = np.where(side[:, None], ends[1][1][alive], ends[0][1][alive])
            tree = _subtree(target, start, momentum, step, 2 * side - 1, depth, before[alive], rng)
            acceptance[alive] += tree.acceptance
            leaps[alive] += tree.leaps
            diverged[alive] |= tree.diverged
            took = tree.whole & (np.log(rng.random(len(alive))) < tree.weight - weight[alive])
            new.put(alive[took], tree.chosen.rows(took))
            weight[alive] = np.where(tree.whole, np.logaddexp(weight[alive], tree.weight), weight[alive])
            for k in range(2):
                moved = side == k
                ends[k][0].put(alive[moved], tree.end.rows(moved))
                ends[k][1][alive[moved]] = tree.momentum[moved]
            (left, p_left), (right, p_right) = ends
            turned = turns(left.u[alive], p_left[alive], right.u[alive], p_right[alive], 1)
            alive = alive[tree.whole & ~turned]
            if not len(alive):
                break
        return Move(new, acceptance / leaps, leaps, diverged)


def turns(u, p, later_u, later_p, sign):
    """Whether going on would bring the two ends closer: (u⁺ − u⁻)·p < 0 at one of them; sign −1 walks backwards: eq. (26)."""
    way = np.reshape(sign, (-1, 1)) * (later_u - u)
    return ((way * p).sum(axis=1) < 0) | ((way * later_p).sum(axis=1) < 0)  # eq. 26


class Tree(NamedTuple):
    """A half that was walked: its last Point and momentum, the chosen Point, log Σ e^(−H), what the draw counts, whether the
    walk came to its end without turning or diverging."""

    end: Point
    momentum: np.ndarray
    chosen: Point
    weight: np.ndarray
    acceptance: np.ndarray
    leaps: np.ndarray
    diverged: np.ndarray
    whole: np.ndarray


def _subtree(target, point, p, step, sign, depth, before, rng):
    """2^depth leaps in the direction of each chain's sign. Every run of 2^k leaps that begins at a multiple of 2^k must not
    turn either: so the walk could have begun at any of its points, and the sampler is right."""
    n = len(before)
    stride = (step * sign)[:, None]
    whole, diverged = np.ones(n, bool), np.zeros(n, bool)
    weight, acceptance, leaps = np.full(n, -np.inf), np.zeros(n), np.zeros(n, int)
    chosen, first = Point(*(x.copy() for x in point)), {}
    for leaf in range(2**depth):
        point, p = leap(target, point, p, stride)
        error = energy(point, p) - before
        acceptance += np.where(whole, np.exp(np.minimum(error, 0.0)), 0.0)
        leaps += whole
        diverged |= whole & (error < -TOO_FAR)
        whole &= error >= -TOO_FAR
        with np.errstate(invalid="ignore"):
            weight = np.where(whole, np.logaddexp(weight, error), weight)
            took = whole & (np.log(rng.random(n)) < error - weight)  # eq. 27
        chosen.put(took, point.rows(took))
        for k in range(1, depth + 1):
            if leaf % 2**k == 0:
                first[k] = point.u, p
            if (leaf + 1) % 2**k == 0:
                whole &= ~turns(*first[k], point.u, p, sign)
        if not whole.any():
            break
    return Tree(point, p, chosen, weight, acceptance, leaps, diverged, whole)


def _like(side, x):
    return side if x.ndim == 1 else side[:, None]


class DualAveraging:
    """Nesterov's dual averaging for the log of the step, Hoffman and Gelman's constants: eq. (28)."""

    def __init__(self, step, goal):
        self.centre, self.goal, self.sum, self.count, self.mean = math.log(10 * step), goal, 0.0, 0, 0.0
        self.step = step

    def learn(self, acceptance):
        """Take in the acceptance of one draw, averaged over chains."""
        self.count += 1
        t = self.count
        self.sum += (self.goal - acceptance - self.sum) / (t + 10)
        log_step = self.centre - math.sqrt(t) / 0.05 * self.sum  # eq. 28
        self.mean += t**-0.75 * (log_step - self.mean)
        self.step = math.exp(log_step)

    @property
    def settled(self):
        """The averaged step, which stays once learning ends."""
        return math.exp(self.mean)


def windows(warmup):
    """{draw after which the scales are learnt anew: draws that it takes in}: Stan's doubling windows, for any warm-up."""
    first, last = max(1, round(0.075 * warmup)), max(1, round(0.1 * warmup))
    found, begin, size = {}, first, max(5, round(0.025 * warmup))
    while begin < warmup - last:
        end = begin + size
        if end + 2 * size > warmup - last:
            end = warmup - last
        found[end] = end - begin
        begin, size = end, 2 * size
    return found


def scales(z, dense):
    """Standard deviations (d,) of draws z (n, d), or the factor (d, d) of their covariance, pulled a little to 1e-3 (Stan)."""
    n = len(z)
    share = n / (n + 5)
    if not dense:
        return np.sqrt(share * z.var(axis=0, ddof=1) + 1e-3 * (1 - share))
    covariance = np.atleast_2d(np.cov(z, rowvar=False))
    return np.linalg.cholesky(share * covariance + 1e-3 * (1 - share) * np.eye(z.shape[1]))


def sample(model, kernel, chains, warmup, draws, rng, goal=0.8, dense=False, start=None, progress=None):
    """`draws` draws of each chain after a warm-up that is thrown away: Draws. `kernel` is HMC(leaps) or NUTS().

    `start` (chains, d) are free numbers, otherwise they are drawn. BadInput for counts that are too small, a start outside
    the support, and chains that run away, as they do where the posterior is improper.
    """
    check(chains, warmup, draws)
    if not 0 < goal < 1:
        raise BadInput(f"goal={goal}: wanted an acceptance above 0 and below 1")
    z = model.starts(chains, rng) if start is None else model.given(start, chains)
    target = Scaled(model, np.eye(model.d) if dense else np.ones(model.d))
    point = target.at(target.back(z))
    step = DualAveraging(_first_step(target, point, rng), goal)
    kept, ends, past = np.empty((draws, chains, model.d)), windows(warmup), []
    divergences, leaps, acceptance = 0, 0, 0.0
    for t in range(warmup + draws):
        with np.errstate(over="ignore", invalid="ignore"):  # a leap that went too far is refused below
            move = kernel.draw(target, point, step.step if t < warmup else step.settled, rng)
        point = move.point
        z = target.into(point.u)
        if progress and t % 50 == 0:
            progress(t / (warmup + draws))
        if t % 50 == 0 and not np.abs(z).max() < FARTHEST:
            raise BadInput(f"a chain has reached {np.abs(z).max():.1g}: the posterior looks improper")
        if t >= warmup:
            kept[t - warmup] = z
            divergences += int(move.diverged.sum())
            leaps += move.leaps.mean()
            acceptance += move.acceptance.mean() / draws
            continue
        step.learn(float(move.acceptance.mean()))
        past.append(z)
        if t + 1 in ends:
            target = Scaled(model, scales(np.concatenate(past[-ends[t + 1] :]), dense))
            point = target.at(target.back(z))
            step = DualAveraging(_first_step(target, point, rng), goal)
    return Draws(model.shaped(kept), divergences, float(leaps), acceptance, step.settled)


def check(chains, warmup, draws):
    for name, value, least in (("chains", chains, 1), ("warmup", warmup, 20), ("draws", draws, 4)):
        if value < least:
            raise BadInput(f"{name}={value}: wanted at least {least}")


def _first_step(target, point, rng):
    """A step whose first leap is accepted with about 0.8, averaged over chains: doubled or halved from 1 until it crosses."""
    p = rng.standard_normal(point.u.shape)
    before = energy(point, p)

    def accepted(step):
        end, momentum = leap(target, point, p, step)
        return np.exp(np.minimum(energy(end, momentum) - before, 0.0)).mean()

    step, grows = 1.0, accepted(1.0) > 0.8
    while 1e-10 < step < 1e10 and (accepted(2 * step if grows else step) > 0.8) == grows:
        step *= 2.0 if grows else 0.5
    return step
