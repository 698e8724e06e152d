"""Many chains at once: a warm-up in which all of them learn one step and one set of scales, then the draws that are kept."""

import math

import numpy as np

from abacus import inputs
from abacus.errors import BadInput
from diagnostics import Draws
from hamiltonian import Scaled, energy, leap

FAR = 3.0  # quartile ranges: four standard deviations of a normal law
FARTHEST = 1e12  # a free number beyond it belongs to no posterior that has an end


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
    first, last = max(1, round(0.075 * warmup)), max(10, round(0.1 * warmup))
    found, begin, size = {}, first, max(5, round(0.025 * warmup))
    while begin < warmup - last:
        end = begin + size
        if end + 2 * size > warmup - last:
            end = warmup - last
        found[end] = end - begin
        begin, size = end, 2 * size
    return found


def scales(z, dense):
    """Standard deviations (d,) of draws z (n, d), or the factor (d, d) of their covariance, pulled a little to 1e-3 (Stan).

    Draws farther than `FAR` quartile ranges from the median are moved there: a few chains that are still on their way would
    otherwise widen the scales of all.
    """
    low, middle, high = np.quantile(z, (0.25, 0.5, 0.75), axis=0)
    z = np.clip(z, middle - FAR * (high - low), middle + FAR * (high - low))
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
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a leap that went too far is refused
        begun, step = _learnt(model, kernel, z, warmup, goal, dense, rng, progress)
        return _collected(model, begun, step, draws, rng, progress)


def _learnt(model, kernel, z, warmup, goal, dense, rng, progress):
    """Warm up from z (chains, d): the Scaled model with a flight in it, and the step. A round ends when every chain has a new
    draw: until all have come in from far away, the quick ones would otherwise decide alone."""
    scale = np.eye(model.d) if dense else np.ones(model.d)
    ends, past, size = windows(warmup), [], []

    def settle(scale, z, kernel):
        target = Scaled(model, scale)
        point = target.at(target.back(z))
        step = DualAveraging(_first_step(target, point, rng), goal)
        return target, kernel.start(target, point, rng), step

    target, flight, step = settle(scale, z, kernel.early())
    for t in range(1, warmup + 1):
        done, total, moved = 0, 0.0, np.zeros(len(z), bool)
        while not moved.all():
            move = flight.tick(step.step, rng)
            done += len(move.which)
            total += float(move.acceptance.sum())
            moved[move.which] = True
            past.append(target.into(move.point.u))
        step.learn(total / done)
        size.append(done)
        z = _inside(target.into(flight.point.u))
        if progress:
            progress(0.5 * t / warmup)
        if t in ends:
            draws = np.concatenate(past)[-sum(size[-ends[t] :]) :]
            target, flight, step = settle(scales(draws, dense), z, kernel if t == max(ends) else kernel.early())
    return (target, kernel.start(target, target.at(target.back(z)), rng)), step.settled


def _collected(model, begun, step, draws, rng, progress):
    """So many draws of each chain: Draws. Chains that have them fly on until the last one has."""
    target, flight = begun
    chains = len(flight.point.u)
    kept, count = np.empty((draws, chains, model.d)), np.zeros(chains, int)
    divergences, leaps, acceptance = 0, 0, 0.0
    while count.min() < draws:
        move = flight.tick(step, rng)
        wanted = count[move.which] < draws
        which = move.which[wanted]
        kept[count[which], which] = target.into(move.point.u[wanted])
        count[which] += 1
        divergences += int(move.diverged[wanted].sum())
        leaps += int(move.leaps[wanted].sum())
        acceptance += float(move.acceptance[wanted].sum())
        if progress and len(which) and which[0] == 0:
            progress(0.5 + 0.5 * count[0] / draws)
    _inside(kept[-1])
    return Draws(model.shaped(kept), divergences, leaps / chains, acceptance / kept[:, :, 0].size, step)


def _inside(z):
    if not np.abs(z).max() < FARTHEST:
        raise BadInput(f"a chain has reached {np.abs(z).max():.1g}: the posterior looks improper")
    return z


def check(chains, warmup, draws):
    for name, value, least in (("chains", chains, 1), ("warmup", warmup, 20), ("draws", draws, 4)):
        inputs.counts(**{name: value})
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
