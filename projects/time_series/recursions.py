"""The compiled recursions of GARCH, EGARCH and exponential smoothing."""

import numpy as np
from numba import njit

from abacus.kernels import EXACT
from volatility import ABSOLUTE

LOG_2PI = float(np.log(2 * np.pi))


@njit(**EXACT)
def garch(y, theta, p, q, logs, scores):
    """Log densities (n,) of y under GARCH(p, q), eq. (14), and their slopes (n, k) by theta = (μ, ω, α₁ ... α_p, β₁ ... β_q).

    Before the first observation, squared residual and variance are the mean of the squared residuals. Returns the variances
    h (n + 1,): the last one is that of the next observation.
    """
    n, k = len(y), len(theta)
    e = y - theta[0]
    before, slope = 0.0, 0.0
    for t in range(n):
        before += e[t] * e[t] / n
        slope -= 2 * e[t] / n
    h, dh = np.empty(n + 1), np.zeros((n + 1, k))
    for t in range(n + 1):
        h[t] = theta[1]
        dh[t, 1] = 1.0
        for i in range(1, p + 1):
            square = e[t - i] * e[t - i] if t >= i else before
            h[t] += theta[1 + i] * square  # eq. 14
            dh[t, 0] += theta[1 + i] * (-2 * e[t - i] if t >= i else slope)
            dh[t, 1 + i] += square
        for i in range(1, q + 1):
            beta = theta[1 + p + i]
            h[t] += beta * (h[t - i] if t >= i else before)
            dh[t, 1 + p + i] += h[t - i] if t >= i else before
            if t >= i:
                for j in range(k):
                    dh[t, j] += beta * dh[t - i, j]
            else:
                dh[t, 0] += beta * slope
        if t < n:
            logs[t] = -0.5 * (LOG_2PI + np.log(h[t]) + e[t] * e[t] / h[t])  # eq. 15
            for j in range(k):
                scores[t, j] = 0.5 * (e[t] * e[t] / h[t] - 1) / h[t] * dh[t, j]
            scores[t, 0] += e[t] / h[t]
    return h


@njit(**EXACT)
def egarch(y, theta, logs, scores):
    """The same of EGARCH(1, 1), eq. (18), theta = (μ, ω, α, γ, β); the first variance is the mean of the squared residuals."""
    n = len(y)
    log_h, dl, de = 0.0, np.zeros(5), np.zeros(5)
    de[0] = -1.0
    for t in range(n):
        log_h += (y[t] - theta[0]) ** 2 / n
        dl[0] -= 2 * (y[t] - theta[0]) / n
    dl /= log_h
    log_h = np.log(log_h)
    h = np.empty(n + 1)
    for t in range(n):
        h[t] = np.exp(log_h)
        root = np.sqrt(h[t])
        z = (y[t] - theta[0]) / root
        logs[t] = -0.5 * (LOG_2PI + log_h + z * z)
        size = abs(z) - ABSOLUTE
        turn = theta[2] + (theta[3] if z > 0 else -theta[3])
        for j in range(5):
            dz = de[j] / root - 0.5 * z * dl[j]
            scores[t, j] = -0.5 * dl[j] - z * dz
            dl[j] = theta[4] * dl[j] + turn * dz
        dl[1] += 1.0
        dl[2] += z
        dl[3] += size
        dl[4] += log_h
        log_h = theta[1] + theta[2] * z + theta[3] * size + theta[4] * log_h  # eq. 18
    h[n] = np.exp(log_h)
    return h


@njit(**EXACT)
def smoothing(y, alpha, beta, phi, gamma, kind, states, means):
    """Exponential smoothing, eq. (19): states (n + 1, 2 + m) begin with level, slope and the m seasons to come, and are
    written for every t; means (n,) are the forecasts of y[t]. kind: 0 no season, 1 added, 2 a factor.
    """
    m = states.shape[1] - 2
    for t in range(len(y)):
        base = states[t, 0] + phi * states[t, 1]
        season = states[t, 2]
        means[t] = base * season if kind == 2 else base + season
        e = y[t] - means[t]
        lift = e / season if kind == 2 else e
        states[t + 1, 0] = base + alpha * lift  # eq. 19
        states[t + 1, 1] = phi * states[t, 1] + beta * lift
        for i in range(1, m):
            states[t + 1, 1 + i] = states[t, 2 + i]
        if kind == 0:
            states[t + 1, 1 + m] = 0.0
        else:
            states[t + 1, 1 + m] = season + gamma * (e / base if kind == 2 else e)


@njit(**EXACT)
def smoothing_loss(y, alpha, beta, phi, gamma, kind, first, relative):
    """½ log of the mean squared error from the states `first` (2 + m,), eq. (20) without what is constant; ∞ where a forecast of
    relative errors is not above 0. It goes round in one array of seasons."""
    m = len(first) - 2
    seasons, level, slope = first[2:].copy(), first[0], first[1]
    squares, scale = 0.0, 0.0
    for t in range(len(y)):
        base, i = level + phi * slope, t % m
        mean = base * seasons[i] if kind == 2 else base + seasons[i]
        e = y[t] - mean
        lift = e / seasons[i] if kind == 2 else e
        if relative:
            if not mean > 0:
                return np.inf
            squares += (e / mean) ** 2
            scale += np.log(mean)
        else:
            squares += e * e
        level, slope = base + alpha * lift, phi * slope + beta * lift
        if kind:
            seasons[i] += gamma * (e / base if kind == 2 else e)
    return 0.5 * np.log(squares / len(y)) + scale / len(y)
