"""Errors without formulas: jackknife, bootstrap with percentile and BCa intervals, and a permutation test."""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

import likelihood
from abacus.errors import BadInput

BLOCK = 2**22  # numbers that are resampled at a time


class Jackknife(NamedTuple):
    """The statistic of all data, of the data less each one (n,), its bias and its standard error, eqs. (18) and (19)."""

    estimate: float
    values: np.ndarray
    bias: float
    se: float


class Bootstrap(NamedTuple):
    """The statistic of B resamples (B,) less those where it is not defined, and how many these were."""

    values: np.ndarray
    undefined: int

    @property
    def se(self):
        """The standard error, eq. (20)."""
        return float(self.values.std(ddof=1))  # eq. 20


def correlation(pairs):
    """Pearson's r of pairs (..., n, 2): (...). NaN where one of the two does not vary."""
    x, y = pairs[..., 0], pairs[..., 1]
    x, y = x - x.mean(-1, keepdims=True), y - y.mean(-1, keepdims=True)
    xx, yy = (x * x).sum(-1), (y * y).sum(-1)
    # what is left of equal numbers after the mean is taken is rounding, and no variation
    noise = (64 * np.finfo(float).eps * np.abs(pairs).max(-2)) ** 2
    varies = (xx > noise[..., 0]) & (yy > noise[..., 1])
    return np.where(varies, (x * y).sum(-1) / np.sqrt(np.where(varies, xx * yy, 1.0)), np.nan)


def jackknife(statistic, data):
    """Leave each of the n data out in turn, eqs. (18) and (19).

    `statistic` takes samples (..., n) of numbers, or (..., n, d) of rows, and gives (...): such as
    `lambda x: x.mean(-1)`. BadInput for fewer than two data, or where it is undefined.
    """
    data = _data(data, 2)
    n = len(data)
    estimate = float(_values(statistic, data[None])[0])
    keep = np.flatnonzero(~np.eye(n, dtype=bool)).reshape(n, n - 1) % n  # row i: all numbers but i
    values = _values(statistic, data[keep])
    if not (np.isfinite(values).all() and math.isfinite(estimate)):
        raise BadInput("the statistic is not defined for the data, or for the data less one of them: do they vary?")
    bias = (n - 1) * (values.mean() - estimate)  # eq. 18
    se = math.sqrt((n - 1) / n * ((values - values.mean()) ** 2).sum())  # eq. 19
    return Jackknife(estimate, values, float(bias), se)


def bootstrap(statistic, data, resamples, rng):
    """The statistic of so many samples of n, drawn from the n data with replacement; `statistic` as in `jackknife`."""
    data = _data(data, 1)
    if not isinstance(resamples, (int, np.integer)) or resamples < 2:
        raise BadInput(f"{resamples} resamples: wanted a whole number, at least 2")
    n, values = len(data), []
    for size in _sizes(resamples, data.size):
        values.append(_values(statistic, data[rng.integers(n, size=(size, n))]))
    values = np.concatenate(values)
    defined = values[np.isfinite(values)]
    if len(defined) < 2:
        raise BadInput("the statistic is not defined for any resample: do the data vary?")
    return Bootstrap(defined, resamples - len(defined))


def percentile(values, level):
    """The interval between the (1 ∓ level)/2 quantiles of the bootstrap's values, eq. (21)."""
    values = likelihood.finite(values, "values")
    return tuple(np.quantile(values, [(1 - _level(level)) / 2, (1 + level) / 2]).tolist())  # eq. 21


def bca(values, jack, level):
    """The bias-corrected and accelerated interval from the bootstrap's values and a Jackknife, eqs. (22) to (24)."""
    values = likelihood.finite(values, "values")
    below = (np.mean(values < jack.estimate) + np.mean(values <= jack.estimate)) / 2
    return tuple(np.quantile(values, corrected(below, jack, level)).tolist())


def corrected(below, jack, level):
    """The two quantiles that BCa takes, given the share of the bootstrap's values below the estimate, eqs. (22) to (24)."""
    if not 0 < below < 1:
        raise BadInput("BCa: no resample lies on one side of the estimate; draw more, or take the percentile interval")
    z0 = ndtri(below)  # eq. 22
    pull = jack.values.mean() - jack.values
    spread = (pull**2).sum()
    if spread == 0:
        raise BadInput("BCa: the statistic does not change when one of the data is left out")
    acceleration = (pull**3).sum() / (6 * spread**1.5)  # eq. 23
    z = z0 + ndtri(np.array([(1 - _level(level)) / 2, (1 + level) / 2]))
    if (acceleration * z >= 1).any():
        raise BadInput(f"BCa: no quantile for level={level} at the acceleration {acceleration:.3g}; take a lower level")
    return ndtr(z0 + z / (1 - acceleration * z))  # eq. 24


def permutation(pairs, times, rng):
    """How often chance alone gives |r| as large, when y is dealt to x at random: (1 + hits) / (1 + times), eq. (25)."""
    pairs = _data(pairs, 3)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or times < 1:
        raise BadInput(f"pairs of shape {pairs.shape}, {times} times: wanted (n, 2), and at least once")
    seen = abs(float(correlation(pairs)))
    if math.isnan(seen):
        raise BadInput("one of the two does not vary: it has no correlation with anything")
    hits = 0
    for size in _sizes(times, pairs.size):
        y = rng.permuted(np.broadcast_to(pairs[:, 1], (size, len(pairs))), axis=1)
        dealt = correlation(np.stack([np.broadcast_to(pairs[:, 0], y.shape), y], axis=-1))
        hits += int((np.abs(dealt) >= seen * (1 - 64 * np.finfo(float).eps)).sum())
    return (1 + hits) / (1 + times)  # eq. 25


def _values(statistic, samples):
    """The statistic of each of the samples (k, n) or (k, n, d), as (k,); BadInput where it mixes them."""
    values = np.asarray(statistic(samples), float)
    if values.shape != samples.shape[:1]:
        raise BadInput(
            f"the statistic makes shape {values.shape} of {len(samples)} samples, wanted one number of each: "
            "such as lambda x: x.mean(-1)"
        )
    return values


def _data(data, least):
    try:
        data = np.asarray(data, float)
    except (TypeError, ValueError):
        raise BadInput("the data are no numbers") from None
    if data.ndim not in (1, 2) or len(data) < least or not data.size or not np.isfinite(data).all():
        raise BadInput(f"data of shape {data.shape}: wanted {least} or more numbers or rows of them, all finite")
    return data


def _level(level):
    if not 0 < level < 1:
        raise BadInput(f"level={level}: wanted above 0 and below 1")
    return level


def _sizes(times, numbers):
    """Parts of `times` whose arrays fit in a block."""
    most = max(1, BLOCK // numbers)
    return [min(most, times - done) for done in range(0, times, most)]
