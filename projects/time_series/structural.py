"""Structural models: a level that wanders, perhaps a slope and seasons that do, and noise."""

import numpy as np

import kalman
import maximum
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.inputs import counts, fitted
from series import Forecast, checked, expect_steps, no_error, numbers


class Structural(Estimator):
    """y_t = level + season + noise, eq. (22) to (24), each with its own variance, which may be 0; the start is diffuse.

    `slope`: the level has a slope that wanders; `period`: the length of the season, 1 for none. Missing values may be NaN.
    After fit: `variances_` {noise, level, slope, season}, `loglik_`, `aic_`, `components_` {name: (mean (n,), sd (n,))} given
    the whole series, `residuals_` (n,), standardised, NaN while the start is not known.
    """

    def __init__(self, slope=False, period=1):
        self.slope = slope
        self.period = period

    def fit(self, y):
        """Fit y (n,); returns self."""
        counts(period=self.period)
        if self.slope not in (False, True):
            raise BadInput(f"slope is {self.slope!r}; it must be True or False")
        y = checked(y, "Structural", True, 5 + 2 * self.slope + self.period, self.period)
        names = ["noise", "level", *["slope"] * self.slope, *["season"] * (self.period > 1)]
        values = y[~np.isnan(y)]
        unit = np.nanstd(np.diff(values)) or np.nanstd(values)
        scaled = y / unit

        def loss(u):
            value = -kalman.log_likelihood(self._model(u**2), scaled) / len(y)
            return value if np.isfinite(value) else np.inf

        grid = [np.r_[a, b, np.full(len(names) - 2, c)] for a in (0.1, 0.5) for b in (0.1, 0.8) for c in (0.03, 0.2)]
        u = maximum.minimum(loss, min(grid, key=loss))
        variances = (u * unit) ** 2
        variances[variances < unit**2 * maximum.EPS**0.5] = 0.0  # beside the steps of the series: rounding
        self.variances_ = dict(zip(names, map(float, variances)))
        self._y, self._fitted = y, self._model(variances)
        self.loglik_ = float(kalman.log_likelihood(self._fitted, y))
        self.aic_ = -2 * self.loglik_ + 2 * (len(names) + len(self._fitted.z))
        done = kalman.filtered(self._fitted, y)
        kalman.expect_started(done, "Structural")
        no_error(self.loglik_ == -np.inf, "Structural")
        with np.errstate(invalid="ignore", divide="ignore"):
            self.residuals_ = np.where(done.counted(), done.v[:, 0] / np.sqrt(done.f), np.nan)
        return self

    @property
    def components_(self):
        """{name: (mean (n,), sd (n,))} of level, slope and season given the whole series."""
        means, spreads = kalman.smoothed(fitted(self, "_fitted"), self._y)
        places = {"level": 0, **({"slope": 1} if self.slope else {})}
        if self.period > 1:
            places["season"] = 1 + self.slope
        return {name: (means[:, k], np.sqrt(np.maximum(spreads[:, k, k], 0.0))) for name, k in places.items()}

    def predict(self, steps=1):
        """The Forecast of the next `steps` values."""
        model = fitted(self, "_fitted")
        expect_steps(steps)
        done = kalman.filtered(model, self._y)
        mean, variance = kalman.predicted(model, done.a[-1, :, 0], done.P[-1], steps)
        return Forecast(mean, np.sqrt(variance))

    def ahead(self, y, h):
        """The forecast of y[t + h − 1] made before y[t] was known, for t = 0 ... n, with the variances as they are: (n + 1,)."""
        model = fitted(self, "_fitted")
        counts(h=h)
        done = kalman.filtered(model, numbers(y, "Structural", missing=True), keep=True)
        return done.a[:, :, 0] @ np.linalg.matrix_power(model.T, h - 1).T @ model.z

    def _model(self, variances):
        """The kalman.Model with these variances: of the noise, the level and what else there is."""
        noise, level, *others = variances
        m = 1 + self.slope + self.period - 1
        T, z, Q = np.zeros((m, m)), np.zeros(m), np.zeros((m, m))
        T[0, 0], z[0], Q[0, 0] = 1.0, 1.0, level  # eq. 22
        if self.slope:
            T[0, 1], T[1, 1], Q[1, 1] = 1.0, 1.0, others[0]  # eq. 23
        if self.period > 1:
            k = 1 + self.slope
            T[k, k:], z[k], Q[k, k] = -1.0, 1.0, others[-1]  # eq. 24
            T[np.arange(k + 1, m), np.arange(k, m - 1)] = 1.0
        return kalman.Model(z, noise, T, Q, np.zeros(m), np.zeros((m, m)), np.eye(m))
