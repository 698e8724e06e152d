"""What a set of chains is worth: split R-hat, effective sample sizes and Monte Carlo standard errors, by Vehtari et al. 2021.

Draws of one quantity are an array (draws, chains). A quantity that never moves has no R-hat (NaN): nothing can be said.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv, ndtri

from abacus.errors import BadInput
from models import flat, labels

LEAST = 4  # draws of a chain: halves of two


class Draws(NamedTuple):
    """What a sampler gives: `natural` {name: (draws, chains, k)}, divergent moves, density evaluations of a chain, the
    average acceptance, and the step (or scale) that was found."""

    natural: dict
    divergences: int
    evaluations: float
    acceptance: float
    step: float

    def columns(self):
        """{label: (draws, chains)}: mu, theta[1], theta[2] ..."""
        n, chains = next(iter(self.natural.values())).shape[:2]
        parts = {name: x.reshape(n * chains, -1) for name, x in self.natural.items()}
        return {name: column.reshape(n, chains) for name, column in zip(labels(parts), flat(parts).T)}


def summary(x):
    """Mean, sd, their standard errors, R-hat, bulk and tail effective sizes of draws (draws, chains), as a dict."""
    x = np.asarray(x, float)
    mean, mean_error = expectation(x)
    return {
        "mean": mean,
        "mcse": mean_error,
        "sd": float(x.std(ddof=1)),
        "mcse sd": sd_error(x),
        "R-hat": r_hat(x),
        "bulk": bulk(x),
        "tail": tail(x),
    }


def expectation(x):
    """The mean of draws (draws, chains) and its Monte Carlo standard error sd / √ESS: eq. (33)."""
    halves, x = split(x), np.asarray(x, float)
    return float(x.mean()), float(x.std(ddof=1) / math.sqrt(effective(halves)))  # eq. 33


def sd_error(x):
    """Monte Carlo standard error of the standard deviation, by the effective size of (x − mean)²: the delta method."""
    square = (x - x.mean()) ** 2
    variance = square.mean()
    if variance == 0:
        return 0.0
    return float(square.std() / math.sqrt(effective(split(square))) / (2 * math.sqrt(variance)))


def quantile_error(x, q):
    """Monte Carlo standard error of the q-quantile: half the distance of the order statistics that a beta law of ESS·q and
    ESS·(1 − q) puts one standard deviation of a normal law away on both sides."""
    if not 0 < q < 1:
        raise BadInput(f"q={q}: wanted above 0 and below 1")
    size = effective(split((x <= np.quantile(x, q)).astype(float)))
    low, high = betaincinv(size * q + 1, size * (1 - q) + 1, [0.15865525393145707, 0.8413447460685429])
    ordered, n = np.sort(x, axis=None), x.size
    return float(ordered[min(n, math.ceil(high * n)) - 1] - ordered[max(1, math.floor(low * n)) - 1]) / 2


def r_hat(x):
    """The larger R-hat of rank-normalised draws and of their rank-normalised distances from the median: eq. (31)."""
    halves = split(x)
    return max(potential(ranked(halves)), potential(ranked(np.abs(halves - np.median(halves)))))  # eq. 31


def potential(x):
    """√(var⁺ / W) of chains (draws, chains), var⁺ = (n−1)/n W + B/n: eqs. (29), (30). 1 where chains agree."""
    within = x.var(axis=0, ddof=1).mean()
    if within == 0:
        return math.nan
    n = len(x)
    between = x.mean(axis=0).var(ddof=1) if x.shape[1] > 1 else 0.0  # B / n
    return float(math.sqrt((n - 1) / n + between / within))  # eqs. 29, 30


def bulk(x):
    """Effective size for the middle: of rank-normalised halves of chains."""
    return effective(ranked(split(x)))


def tail(x):
    """Effective size for the tails: the smaller one of the indicators of the 5 % and 95 % quantiles."""
    return min(effective(split((x <= np.quantile(x, q)).astype(float))) for q in (0.05, 0.95))


def effective(x):
    """ESS = n m / τ, τ = 1 + 2 Σ ρ(t) by Geyer's initial monotone sequence over chains (draws, chains): eq. (32).

    ρ(t) = 1 − (W − mean autocovariance) / var⁺ counts chains that disagree as correlated. τ is at least 1 / log₁₀(n m).
    """
    n, m = x.shape
    covariance = autocovariance(x).mean(axis=1)
    within = covariance[0] * n / (n - 1)
    if within == 0:
        return float(n * m)
    total = covariance[0] + (x.mean(axis=0).var(ddof=1) if m > 1 else 0.0)  # var⁺
    rho = 1 - (within - covariance) / total
    rho[0] = 1.0
    pairs = rho[0 : n - n % 2 : 2] + rho[1::2]
    negative = np.flatnonzero(pairs < 0)
    last = int(negative[0]) if len(negative) else len(pairs)
    rest = max(rho[2 * last], 0.0) if last and 2 * last < n else 0.0
    tau = -1 + 2 * np.minimum.accumulate(pairs[:last]).sum() + rest  # eq. 32
    return float(n * m / max(tau, 1 / math.log10(n * m)))


def autocovariance(x):
    """Autocovariances (divisor n) of each column of x at the lags 0 ... n − 1, by a Fourier transform of twice the length."""
    n = len(x)
    spectrum = np.fft.rfft(x - x.mean(axis=0), 2 * n, axis=0)
    return np.fft.irfft(np.abs(spectrum) ** 2, 2 * n, axis=0)[:n] / n


def split(x):
    """The halves of each chain as chains of their own, the middle draw of an odd number left out; BadInput of too few."""
    x = np.asarray(x, float)
    if x.ndim != 2 or len(x) < LEAST or not x.shape[1] or not np.isfinite(x).all():
        raise BadInput(f"draws of shape {x.shape}: wanted (draws, chains), {LEAST} draws at least, all finite")
    half = len(x) // 2
    return np.concatenate([x[:half], x[-half:]], axis=1)


def ranked(x):
    """Φ⁻¹((rank − 3/8) / (S + 1/4)) of all S draws together, equal ones sharing their mean rank."""
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2
    return ndtri((rank - 0.375) / (x.size + 0.25))[place].reshape(x.shape)
