"""Log densities on the tape, each with its gradient: of independent numbers, of a normal vector, of series.

A parameter is an array (chains, k); a single one has k = 1, so that it broadcasts against data (n,). Every density is summed
over the last axis: (chains,). Where a number makes no sense (a scale that overflowed) the result is NaN, and no error.
"""

import math

import numpy as np
from scipy.special import gammaln

from abacus import ops
from abacus.errors import BadInput
from abacus.ops.arithmetic import sum_to
from abacus.tensor import op

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


@op
def normal(x, mean, sd):
    """Σ log N(x; mean, sd²), broadcasting: eq. (19). With z = (x − mean) / sd the slopes are −z/sd, z/sd and (z² − 1)/sd."""
    z = (x - mean) / sd  # eq. 19
    value = -0.5 * (z * z).sum(-1) - np.broadcast_to(np.log(sd), z.shape).sum(-1) - z.shape[-1] * HALF_LOG_2PI

    def pullback(d):
        slope = d[..., None] * z / sd
        return (
            lambda: sum_to(-slope, np.shape(x)),
            lambda: sum_to(slope, np.shape(mean)),
            lambda: sum_to(slope * z - d[..., None] / sd, np.shape(sd)),
        )

    return value, pullback


def half_normal(x, sd):
    """Σ log of the density of |N(0, sd²)| at x > 0; sd is a number."""
    return normal(x, 0.0, sd) + x.shape[-1] * math.log(2)


@op
def half_cauchy(x, scale):
    """Σ log 2 / (π scale (1 + (x/scale)²)), x > 0; scale is a number. The slope is −2x / (x² + scale²)."""
    value = x.shape[-1] * math.log(2 / math.pi / scale) - np.log1p((x / scale) ** 2).sum(-1)
    return value, lambda d: (d[..., None] * (-2 * x / (x * x + scale * scale)), None)


def log_normal(x, mean, sd):
    """Σ log of the density of e^N(mean, sd²) at x > 0."""
    logs = ops.log(x)
    return normal(logs, mean, sd) - ops.sum(logs, axis=-1)


def gamma(x, shape, rate):
    """Σ log Gamma(x; shape, rate), x > 0; shape and rate are numbers."""
    constant = x.shape[-1] * (shape * math.log(rate) - math.lgamma(shape))
    return ops.sum((shape - 1) * ops.log(x) - rate * x, axis=-1) + constant


def poisson(counts, log_rate):
    """Σ log Poisson(counts; e^log_rate), counts (n,) an array of whole numbers, log_rate (chains, n)."""
    return ops.sum(counts * log_rate - ops.exp(log_rate), axis=-1) - float(gammaln(counts + 1).sum())


def bernoulli_logit(successes, trials, logit):
    """Σ log p^y (1 − p)^(n−y), p = σ(logit); successes and trials are arrays (n,)."""
    return ops.sum(successes * logit - trials * ops.softplus(logit), axis=-1)


@op
def normal_vector(y, covariance):
    """log N(y; 0, K), y (n,) and K (chains, n, n): the slope in K is ½ (a aᵀ − K⁻¹), a = K⁻¹ y: eq. (20)."""
    good = _definite(covariance)
    safe = np.where(good[:, None, None], covariance, np.eye(len(y)))
    inverse = np.linalg.inv(safe)
    a = inverse @ y
    value = -0.5 * a @ y - 0.5 * np.linalg.slogdet(safe)[1] - len(y) * HALF_LOG_2PI
    value[~good] = np.nan

    def pullback(d):
        slope = 0.5 * (a[:, :, None] * a[:, None, :] - inverse)  # eq. 20
        return None, np.where(good[:, None, None], d[:, None, None] * slope, 0.0)

    return value, pullback


@op
def factor(covariance):
    """Cholesky's factor of each matrix (chains, n, n), as ops.cholesky; a matrix that has none gets NaN, and no gradient."""
    good = _definite(covariance)[:, None, None]
    l, pull = ops.cholesky.__wrapped__(np.where(good, covariance, np.eye(covariance.shape[-1])))
    return np.where(good, l, np.nan), lambda dl: (np.where(good, pull(np.where(good, dl, 0.0))[0], 0.0),)


def _definite(matrices):
    """Which of the matrices (chains, n, n) have a factor."""
    try:
        np.linalg.cholesky(matrices)
        return np.isfinite(matrices).all(axis=(1, 2))
    except np.linalg.LinAlgError:
        return np.array([_has_factor(a) for a in matrices])


def _has_factor(a):
    try:
        np.linalg.cholesky(a)
    except np.linalg.LinAlgError:
        return False
    return bool(np.isfinite(a).all())


@op
def recurrence(a, b, start):
    """x (chains, n) with x₁ = a₁ + b·start and xₜ = aₜ + b xₜ₋₁; a (chains, n), b and start (chains, 1): eq. (21).

    Its pullback is the same recurrence backwards: λₜ = dxₜ + b λₜ₊₁, da = λ, db = Σ λₜ xₜ₋₁.
    """
    if np.ndim(a) != 2 or np.shape(b) != (len(a), 1) or np.shape(start) != (len(a), 1):
        raise BadInput(f"recurrence: a, b, start of shapes {np.shape(a)}, {np.shape(b)}, {np.shape(start)}")
    first = np.concatenate([a[:, :1] + b * start, a[:, 1:]], axis=1)
    x = _running(first, b)

    def pullback(dx):
        da = _running(dx[:, ::-1], b)[:, ::-1]
        before = np.concatenate([start, x[:, :-1]], axis=1)
        return da, (da * before).sum(axis=1, keepdims=True), b * da[:, :1]

    return x, pullback


def _running(a, b):
    """Σₖ bᵏ aₜ₋ₖ over all k: the number of terms doubles in each round, so that few calls do."""
    x, terms, n = a, 1, a.shape[1]
    while terms < n:
        longer = x.copy()
        longer[:, terms:] += b * x[:, :-terms]  # eq. 21
        x, b, terms = longer, b * b, 2 * terms
    return x


@op
def hidden_chain(log_emission, log_transition):
    """log Σ over all paths of states: log_emission (chains, n, m), log_transition (chains, m, m); every first state weighs 1.

    The slope in log_emission is the probability of each state at each time, in log_transition the expected number of each
    move: forward-backward, eq. (22).
    """
    top = log_emission.max(axis=2, keepdims=True)
    density, move = np.ascontiguousarray(np.exp(log_emission - top).swapaxes(0, 1)), np.exp(log_transition)
    n, c, m = density.shape
    forward, scale = np.empty((n, c, m)), np.empty((n, c, 1))
    ahead = density[0]
    for t in range(n):
        if t:
            ahead = density[t] * (forward[t - 1][:, :, None] * move).sum(axis=1)
        scale[t] = ahead.sum(axis=1, keepdims=True)
        forward[t] = ahead / scale[t]
    value = np.log(scale).sum(axis=(0, 2)) + top.sum(axis=(1, 2))  # eq. 22

    def pullback(d):
        backward, weighed = np.ones((n, c, m)), density / scale
        for t in range(n - 1, 0, -1):
            weighed[t] *= backward[t]
            backward[t - 1] = (move * weighed[t][:, None, :]).sum(axis=2)
        state = (forward * backward).swapaxes(0, 1)
        moves = move * np.einsum("tci,tcj->cij", forward[:-1], weighed[1:])
        return d[:, None, None] * state, d[:, None, None] * moves

    return value, pullback


@op
def predators(rates, start, years, steps):
    """Numbers of prey and predators (chains, 2·years) after each year, by `steps` steps of Runge and Kutta a year: eq. (23).

    rates (chains, 4) and start (chains, 2). The derivatives by rates and start are carried along: Runge and Kutta's step
    of the linearised equations is the derivative of the step itself.
    """
    c = len(start)
    z = np.zeros((2, 7, c))  # numbers; their derivatives by four rates and two starting numbers
    z[:, 0] = start.T
    z[0, 5] = z[1, 6] = 1.0
    h, out = 1.0 / steps, np.empty((years, 2, 7, c))
    for year in range(years):
        for _ in range(steps):
            k1 = _flow(z, rates.T)
            k2 = _flow(z + h / 2 * k1, rates.T)
            k3 = _flow(z + h / 2 * k2, rates.T)
            k4 = _flow(z + h * k3, rates.T)
            z = z + h / 6 * (k1 + 2 * (k2 + k3) + k4)
        out[year] = z
    value = out[:, :, 0].transpose(2, 0, 1).reshape(c, 2 * years)

    def pullback(d):
        slope = np.einsum("cys,yskc->ck", d.reshape(c, years, 2), out[:, :, 1:])
        return slope[:, :4], slope[:, 4:], None, None

    return value, pullback


def _flow(z, rates):
    """dz/dt of prey u and predators v: u' = (α − β v) u, v' = (δ u − γ) v, and of their derivatives."""
    alpha, beta, gamma, delta = rates
    u, v = z[:, 0]
    both, growth, decline = u * v, alpha - beta * v, delta * u - gamma
    flow = np.empty_like(z)
    flow[0] = growth * z[0] - beta * u * z[1]
    flow[1] = delta * v * z[0] + decline * z[1]
    flow[0, 0], flow[1, 0] = growth * u, decline * v  # eq. 23
    flow[0, 1] += u
    flow[0, 2] -= both
    flow[1, 3] -= v
    flow[1, 4] += both
    return flow
