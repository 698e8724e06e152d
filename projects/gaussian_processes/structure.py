"""Where the samples lie in order: evenly spaced times (Toeplitz), a grid (Kronecker), a Markov chain of states (Kalman)."""

import math
from typing import NamedTuple

import numpy as np

import climb
from abacus.errors import BadInput
from covariance import HIGH, LOW, Constant, Matern, Product, Sum


def toeplitz(row, y):
    """log N(y; 0, T), T_ij = row[|i − j|] (n,), in n² steps: each value is told from all before it (Durbin 1960): eq. (22)."""
    n, total, variance = len(y), 0.0, float(row[0])
    phi = np.empty(0)  # the best weights of the values before, the latest first
    for i in range(n):
        if not variance > 0:
            raise BadInput("the covariance is not positive definite: more noise would help")
        error = y[i] - phi @ y[i - len(phi) : i][::-1]
        total -= 0.5 * (math.log(2 * math.pi * variance) + error * error / variance)  # eq. 22
        if i + 1 < n:
            mirror = (row[i + 1] - phi @ row[1 : i + 1][::-1]) / variance
            phi = np.append(phi - mirror * phi[::-1], mirror)
            variance *= 1 - mirror * mirror
    return total


class Grid(NamedTuple):
    """The posterior of a field on places × times: weights (p, t) = (K + noise)⁻¹ y, eigenvectors and values of both, evidence."""

    weights: np.ndarray
    space: tuple
    time: tuple
    evidence: float


def grid(space, time, noise, y):
    """The Grid of y (p, t) with covariance space ⊗ time + noise I: p³ + t³ steps in the place of (p t)³: eq. (23)."""
    (a, p), (b, q) = np.linalg.eigh(space), np.linalg.eigh(time)
    values = np.outer(np.maximum(a, 0), np.maximum(b, 0)) + noise
    turned = p.T @ y @ q
    weights = p @ (turned / values) @ q.T  # eq. 23
    logs = np.log(values).sum() + y.size * math.log(2 * math.pi)
    return Grid(weights, (a, p), (b, q), float(-0.5 * (logs + (turned**2 / values).sum())))


def grid_slope(kernels, noise, places, times, y):
    """(log evidence, its slope in the θ of the space kernel, of the time kernel, and in log noise)."""
    (space, back1), (time, back2) = kernels[0].pull(places, places, 0), kernels[1].pull(times, times, 0)
    found = grid(space, time, noise, y)
    (a, p), (b, q) = found.space, found.time
    rest = 1 / (np.outer(np.maximum(a, 0), np.maximum(b, 0)) + noise)
    w1 = found.weights @ time @ found.weights.T - (p * (rest @ b)) @ p.T
    w2 = found.weights.T @ space @ found.weights - (q * (a @ rest)) @ q.T
    last = 0.5 * noise * ((found.weights**2).sum() - rest.sum())
    return found.evidence, np.concatenate([back1(0.5 * w1), back2(0.5 * w2), [last]])


def grid_climbed(kernels, noise, places, times, y):
    """The two kernels and the noise of the largest evidence of the field y (p, t)."""
    cut = len(kernels[0].theta)
    start = np.concatenate([kernels[0].theta, kernels[1].theta, [math.log(noise)]])

    def parts(theta):
        return (kernels[0].with_theta(theta[:cut]), kernels[1].with_theta(theta[cut:-1])), math.exp(theta[-1])

    def descent(theta):
        value, slope = grid_slope(*parts(theta), places, times, y)
        return -value, -slope

    return parts(climb.lowest(descent, start, np.minimum(LOW, start), np.maximum(HIGH, start))[0])


class Chain(NamedTuple):
    """A process in time as a Markov chain of states s: s' = A(dt) s + noise, f = h·s, at rest with covariance `rest` (d, d)."""

    pull: np.ndarray  # F of ds = F s dt + noise
    decays: np.ndarray  # λ of each state's own block, in which F + λ is nilpotent
    rest: np.ndarray
    read: np.ndarray

    def step(self, dt):
        """A = e^(F dt): the exponential of λ dt times a polynomial that ends, for (F + λ)³ = 0."""
        n = (self.pull + np.diag(self.decays)) * dt
        a = np.eye(len(n)) + n + n @ n / 2
        return a * np.exp(-self.decays * dt)[:, None]


def chain(kernel):
    """The Chain of a Matern, of a Constant times it, or of a sum of such (Hartikainen & Särkkä 2010). BadInput for others."""
    if isinstance(kernel, Sum):
        one, two = chain(kernel.left), chain(kernel.right)
        join = lambda a, b: np.block([[a, np.zeros((len(a), len(b)))], [np.zeros((len(b), len(a))), b]])  # noqa: E731
        return Chain(
            join(one.pull, two.pull),
            np.append(one.decays, two.decays),
            join(one.rest, two.rest),
            np.append(one.read, two.read),
        )
    variance = 1.0
    if isinstance(kernel, Product) and isinstance(kernel.left, Constant):
        variance, kernel = kernel.left.value, kernel.right
    if not isinstance(kernel, Matern) or np.ndim(kernel.length_scale):
        raise BadInput(f"a Markov chain is known for Matern (times a Constant, or a sum of such), not for {kernel!r}")
    k, lam = int(kernel.nu + 0.5), math.sqrt(2 * kernel.nu) / kernel.length_scale
    pull = np.eye(k, k=1)
    pull[-1] = [-math.comb(k, i) * lam ** (k - i) for i in range(k)]
    rest = (
        variance
        * {
            1: np.eye(1),
            2: np.diag([1.0, lam**2]),
            3: np.array([[1.0, 0.0, -(lam**2) / 3], [0.0, lam**2 / 3, 0.0], [-(lam**2) / 3, 0.0, lam**4]]),
        }[k]
    )
    return Chain(pull, np.full(k, lam), rest, np.eye(k)[0])


def kalman(kernel, noise, t, y, new=None):
    """log p(y) of y (n,) at ordered times t (n,), in n steps; with `new` times (m,) also mean and variance (m,) of f there.

    A filter forwards, and a smoother back over the times of both (Rauch, Tung & Striebel 1965). BadInput where t is not ordered.
    """
    if not (np.isfinite(t).all() and np.isfinite(y).all()):
        raise BadInput("the times, or the values, contain NaN or infinity: every number must be finite")
    if (np.diff(t) < 0).any():
        raise BadInput("the times are not in order: sort them first")
    model = chain(kernel)
    times = t if new is None else np.concatenate([t, new])
    order = np.argsort(times, kind="stable")
    mean, cov, total, last = np.zeros(len(model.read)), model.rest, 0.0, None
    kept = []
    for i in order:
        a = np.eye(len(mean)) if last is None else model.step(times[i] - last)
        last = times[i]
        told, before = a @ mean, a @ (cov - model.rest) @ a.T + model.rest
        mean, cov = told, before
        if i < len(y):
            gain = before @ model.read
            variance = float(model.read @ gain) + noise
            if not variance > 0:
                raise BadInput("two samples are at the same time, without noise: more noise would help")
            error = y[i] - float(model.read @ told)
            total -= 0.5 * (math.log(2 * math.pi * variance) + error * error / variance)
            mean, cov = told + gain * (error / variance), before - np.outer(gain, gain) / variance
        if new is not None:
            kept.append((a, told, before, mean, cov))
    if new is None:
        return total
    means, variances = np.empty(len(times)), np.empty(len(times))
    for k in range(len(order) - 1, -1, -1):
        if k + 1 < len(order):
            a, told, before = kept[k + 1][:3]
            back = np.linalg.solve(before, a @ kept[k][4]).T
            mean = kept[k][3] + back @ (mean - told)
            cov = kept[k][4] + back @ (cov - before) @ back.T
        means[order[k]], variances[order[k]] = model.read @ mean, model.read @ cov @ model.read
    return total, means[len(y) :], np.maximum(variances[len(y) :], 0.0)
