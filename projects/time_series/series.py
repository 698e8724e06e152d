"""A series at the door, and a forecast with its intervals."""

from dataclasses import dataclass
from numbers import Real

import numpy as np
from scipy import special

from abacus.errors import BadInput
from abacus.inputs import counts

LARGE = float(np.finfo(float).max ** 0.25)  # the square of a variance is still a float
SMALL = float(np.finfo(float).tiny ** 0.25)


def numbers(y, name, missing=False):
    """y as float64 (n,), n > 0, finite; with `missing`, NaN may stand for what is not known."""
    if np.iscomplexobj(y):
        raise BadInput(f"{name} got a series of complex numbers; wanted real ones")
    try:
        y = np.array(y, np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput(f"{name} got a series that is not of numbers: {error}") from None
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise BadInput(f"{name} expected one series of shape (n,), got an array of shape {y.shape}")
    if not len(y):
        raise BadInput(f"{name} got an empty series")
    if np.isinf(y).any() or (not missing and np.isnan(y).any()):
        what = "infinity" if np.isinf(y).any() else "NaN; only ARIMA and Structural take missing values"
        raise BadInput(f"{name} got a series that contains {what}")
    return y


def checked(y, name, missing=False, shortest=3, period=1):
    """The series as float64 (n,); with `missing`, NaN may stand for what is not known. BadInput where no `name` can be fitted."""
    y = numbers(y, name, missing)
    values = y[~np.isnan(y)]
    if period > 1 and len(values) < 2 * period:
        raise BadInput(
            f"{name} with a season of {period} wants at least two seasons, {2 * period} values; got {len(values)}"
        )
    if len(values) < shortest:
        raise BadInput(f"{name} wants at least {shortest} values; got {len(values)}")
    low, high = values.min(), values.max()
    if low == high:
        raise BadInput(f"{name} got a series that is {low:g} throughout: there is nothing to fit")
    if max(-low, high) > LARGE or high - low < SMALL:
        raise BadInput(
            f"{name} got values from {low:g} to {high:g}: too large or too close for squares; change the unit"
        )
    return y


@dataclass
class Forecast:
    """`mean` and `sd`, (steps,), of what comes; `paths` (k, steps) where it had to be simulated, else None."""

    mean: np.ndarray
    sd: np.ndarray
    paths: np.ndarray | None = None

    def interval(self, level=0.95):
        """(low, high), each (steps,), between which a value lies with that probability if the model holds as it was estimated."""
        if not (isinstance(level, Real) and 0 < level < 1):
            raise BadInput(f"level is {level!r}; it must lie between 0 and 1, as 0.95")
        if self.paths is not None:
            return tuple(np.quantile(self.paths, [(1 - level) / 2, (1 + level) / 2], axis=0))
        z = special.ndtri((1 + level) / 2)
        return self.mean - z * self.sd, self.mean + z * self.sd


class Exponential:
    """The forecast of exp(y) from the Forecast of y: `mean` is its median (steps,), and an interval's ends are those of y."""

    def __init__(self, forecast):
        self.mean, self._forecast = np.exp(forecast.mean), forecast

    def interval(self, level=0.95):
        """(low, high), each (steps,), as of a Forecast."""
        return tuple(np.exp(end) for end in self._forecast.interval(level))


def expect_steps(steps):
    """BadInput unless `steps` is a whole number from 1 on."""
    counts(steps=steps)


def no_error(exact, name):
    """BadInput where the model fits the series exactly."""
    if exact:
        raise BadInput(f"{name} fits this series without any error: there is no variance to estimate")
