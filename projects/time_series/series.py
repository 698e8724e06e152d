"""A series at the door, and a forecast with its intervals."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from abacus.errors import BadInput
from abacus.inputs import counts


def checked(y, name, missing=False, shortest=3, period=1):
    """The series as float64 (n,); with `missing`, NaN may stand for what is not known. BadInput where no `name` can be fitted."""
    try:
        y = np.array(y, np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput(f"{name} got a series that is not of numbers: {error}") from None
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise BadInput(f"{name} expected one series of shape (n,), got an array of shape {y.shape}")
    if np.isinf(y).any() or (not missing and np.isnan(y).any()):
        what = "infinity" if np.isinf(y).any() else "NaN; only ARIMA and Structural take missing values"
        raise BadInput(f"{name} got a series that contains {what}")
    known = y[~np.isnan(y)]
    if period > 1 and len(known) < 2 * period:
        raise BadInput(
            f"{name} with a season of {period} wants at least two seasons, {2 * period} values; got {len(known)}"
        )
    if len(known) < shortest:
        raise BadInput(f"{name} wants at least {shortest} values; got {len(known)}")
    if known.min() == known.max():
        raise BadInput(f"{name} got a series that is {known[0]:g} throughout: there is nothing to fit")
    return y


@dataclass
class Forecast:
    """`mean` and `sd`, (steps,), of what comes; `paths` (k, steps) where it had to be simulated, else None."""

    mean: np.ndarray
    sd: np.ndarray
    paths: np.ndarray | None = None

    def interval(self, level=0.95):
        """(low, high), each (steps,), between which a value lies with that probability if the model holds as it was estimated."""
        if not 0 < level < 1:
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
