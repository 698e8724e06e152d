"""Seasonal ARIMA models with regressors and missing values, by exact maximum likelihood."""

from numbers import Integral, Real

import numpy as np

import kalman
import maximum
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.inputs import counts, fitted, matrix
from series import Forecast, checked, expect_steps, no_error, numbers


class ARIMA(Estimator):
    """ARIMA(p, d, q)(P, D, Q) with a season of `period` steps, eq. (10).

    `constant`: a mean where nothing is differenced, a drift where one difference is taken; None means True for a mean and False
    for a drift, as in R. `prior`: the variance of a large prior in place of the exact diffuse start (R takes 1e6).
    After fit: `names_`, `coef_`, `se_` (k,), `sigma2_`, `loglik_`, `aic_`, `residuals_` (n,).
    """

    def __init__(self, order=(1, 0, 0), seasonal=(0, 0, 0), period=1, constant=None, prior=None):
        self.order = order
        self.seasonal = seasonal
        self.period = period
        self.constant = constant
        self.prior = prior

    def fit(self, y, X=None):
        """Fit y (n,), NaN where missing, on the regressors X (n, r) if there are any; returns self."""
        (p, d, q), (P, D, Q) = _order("order", self.order), _order("seasonal", self.seasonal)
        if not isinstance(self.period, Integral) or self.period < (2 if P + D + Q else 1):
            raise BadInput(f"period is {self.period!r}; it must be a whole number, from 2 on where a part is seasonal")
        if self.prior is not None and not (isinstance(self.prior, Real) and 0 < self.prior < np.inf):
            raise BadInput(f"prior is {self.prior!r}; it must be a variance above 0, or None")
        self._sizes, self._differences = (p, q, P, Q), differences(d, D, self.period)
        lost = len(self._differences)
        shortest = lost + p + q + P + Q + 3
        y = checked(y, "ARIMA", True, shortest, self.period if P + D + Q else 1)
        columns, given = self._columns(X, len(y), np.arange(len(y)))
        self._given, self._X = given, X
        data = np.ascontiguousarray(np.column_stack([y, columns]))
        if lost and self.prior is None and not np.isnan(y).any():  # the same likelihood, of what is left
            data, self._fit_differences = differenced(data, self._differences), np.zeros(0)
        else:
            self._fit_differences = self._differences
        if len(data) and columns.shape[1] and np.linalg.matrix_rank(data[~np.isnan(data[:, 0]), 1:]) < columns.shape[1]:
            raise BadInput("X has columns that follow from each other, from the constant, or vanish by differencing")
        noise = 1.0 if self.prior is None else max(1.0, self.prior)  # differences of variances so large
        start = np.zeros(p + q + P + Q)
        no_error(self._profile(self.natural(start), data)[0] == -np.inf, "ARIMA")
        u = maximum.minimum(lambda u: self._profile(self.natural(u), data)[0], start, noise)
        self.arma_ = self.natural(u)
        value, beta = self._profile(self.arma_, data)
        self.coef_ = np.r_[self.arma_, beta]
        kinds = [(p, "ar"), (q, "ma"), (P, "sar"), (Q, "sma")]
        own = [[], ["intercept" if not d + D else "drift"]][self._constant()]
        self.names_ = [f"{kind}{i + 1}" for size, kind in kinds for i in range(size)]
        self.names_ += own + [f"x{i + 1}" for i in range(given)]
        v, f, here, _ = self._innovations(self.arma_, data)
        count = int(here.sum())
        self.sigma2_ = float((((v[:, 0] - v[:, 1:] @ beta)[here]) ** 2 / f[here]).sum() / count)
        self.loglik_ = float(-count * (value + 0.5 * (1 + np.log(2 * np.pi))))
        self.aic_ = -2 * self.loglik_ + 2 * (len(self.coef_) + 1)
        self.nobs_ = count
        self._data, self._noise = data, noise
        self._y, self._beta = y, beta
        no_error(self.sigma2_ <= (maximum.EPS * np.nanmax(np.abs(y))) ** 2, "ARIMA")
        done = self._filtered(y, columns)
        kalman.expect_started(done, "ARIMA")
        self.residuals_ = done.v[:, 0]
        return self

    @property
    def se_(self):
        """Standard errors (k,) of `coef_`, from the curvature of the log-likelihood, eq. (13)."""
        H = maximum.curvature(lambda x: self._joint(x, self._data), fitted(self, "coef_"), self._noise)
        return maximum.standard_errors(self.nobs_ * H)  # eq. 13

    def predict(self, steps=1, X=None):
        """The Forecast of the next `steps` values; X (steps, r) are their regressors."""
        fitted(self, "coef_"), expect_steps(steps)
        n = len(self._y)
        columns, given = self._columns(X, steps, np.arange(n, n + steps))
        if given != self._given:
            raise BadInput(f"predict got {given} regressors; fit saw {self._given}")
        done = self._filtered(self._y, self._regressors())
        mean, variance = kalman.predicted(self._model(), done.a[-1, :, 0], done.P[-1], steps)
        return Forecast(mean + columns @ self._beta, np.sqrt(self.sigma2_ * variance))

    def ahead(self, y, h):
        """The forecast of y[t + h − 1] made before y[t] was known, for t = 0 ... n, with the parameters as they are: (n + 1,).

        y (n,) may go on where the fitted series ended; no regressors of your own."""
        if fitted(self, "_given"):
            raise BadInput("ahead knows no regressors: fit without X")
        counts(h=h)
        y = numbers(y, "ARIMA", missing=True)
        columns, _ = self._columns(None, len(y), np.arange(len(y)))
        model, done = self._model(), self._filtered(y, columns, keep=True)
        further, _ = self._columns(None, len(y) + 1, np.arange(len(y) + 1) + h - 1)
        return done.a[:, :, 0] @ np.linalg.matrix_power(model.T, h - 1).T @ model.z + further @ self._beta

    def natural(self, u):
        """From numbers without bounds to coefficients of stationary and invertible polynomials, eq. (12)."""
        ar, ma, sar, sma = map(stable, self._parts(u))
        return np.concatenate([ar, -ma, sar, -sma])

    def _parts(self, arma):
        p, q, P, _ = self._sizes
        return arma[:p], arma[p : p + q], arma[p + q : p + q + P], arma[p + q + P :]

    def _constant(self):
        if not (self.constant is None or isinstance(self.constant, (bool, np.bool_))):
            raise BadInput(f"constant is {self.constant!r}; it must be True, False or None")
        order = self.order[1] + self.seasonal[1]
        wanted = order == 0 if self.constant is None else bool(self.constant)
        if wanted and order > 1:
            raise BadInput("constant is True with two differences: that is a parabola; leave the constant out")
        return wanted

    def _columns(self, X, n, time):
        """The constant's column and those of X: (n, k); and how many of them were given."""
        own = [time.astype(float) if self.order[1] + self.seasonal[1] else np.ones(n)] * self._constant()
        if X is None:
            return np.column_stack([np.empty((n, 0)), *own]), 0
        X = matrix(X, name="ARIMA")
        if len(X) != n:
            raise BadInput(f"X has {len(X)} rows; wanted {n}")
        return np.column_stack([*own, X]), X.shape[1]

    def _regressors(self):
        n = len(self._y)
        return self._columns(self._X, n, np.arange(n))[0]

    def _polynomials(self, arma):
        """phi (p + s P,) and theta (q + s Q,), the products of the usual and the seasonal polynomials."""
        ar, ma, sar, sma = self._parts(arma)
        phi = -np.convolve(np.r_[1, -ar], _spread(-sar, self.period))[1:] if len(sar) else ar
        theta = np.convolve(np.r_[1, ma], _spread(sma, self.period))[1:] if len(sma) else ma
        return phi, theta

    def _model(self, arma=None, delta=None):
        phi, theta = self._polynomials(self.arma_ if arma is None else arma)
        model = state_space(phi, theta, self._differences if delta is None else delta)
        return model if self.prior is None else model.with_prior(self.prior)

    def _limit(self):
        return np.inf if self.prior is None else kalman.COUNTED

    def _filtered(self, y, columns, keep=False):
        return kalman.filtered(self._model(), y - columns @ self._beta, keep)

    def _innovations(self, arma, data):
        """(v (n, c), f (n,), which of them count, Σ log f) of the columns of data."""
        if len(self._fit_differences):
            done = kalman.filtered(self._model(arma, self._fit_differences), data)
            return done.v, done.f, done.counted(self._limit()), done.log_determinant(self._limit())
        from passes import arma as forward

        v, f = np.empty_like(data), np.empty(len(data))
        forward(*self._polynomials(arma), data, v, f)
        here = ~np.isnan(f)
        return v, f, here, np.log(f[here]).sum()

    def _profile(self, arma, data):
        """(½ (log σ̂² + Σ log f / n), the regression's coefficients that make it smallest), eq. (6) without what is constant."""
        with np.errstate(all="ignore"):
            v, f, here, determinant = self._innovations(arma, data)
        if not (f[here] > 0).all() or not np.isfinite(determinant):
            return np.inf, np.zeros(v.shape[1] - 1)
        w = v[here] / np.sqrt(f[here])[:, None]
        if w.shape[1] == 1:
            beta = np.empty(0)
        elif w.shape[1] == 2:
            beta = np.array([w[:, 1] @ w[:, 0] / (w[:, 1] @ w[:, 1])])
        else:
            beta = np.linalg.lstsq(w[:, 1:], w[:, 0])[0]
        residual = w[:, 0] - w[:, 1:] @ beta
        with np.errstate(divide="ignore"):  # no error at all
            return 0.5 * (np.log(residual @ residual / len(w)) + determinant / len(w)), beta

    def _joint(self, coef, data):
        """The same with the regression's coefficients given."""
        k = sum(self._sizes)
        one = (data[:, 0] - data[:, 1:] @ coef[k:])[:, None]
        return self._profile(coef[:k], one)[0]


def state_space(phi, theta, delta):
    """The Model of φ(B) w = θ(B) e, w_t = y_t − Σ δ_i y_{t−i}, eq. (10): w's state (r,), then the last y (Harvey 1989, 3.3)."""
    from passes import stationary

    r, k = max(len(phi), len(theta) + 1), len(delta)
    T, Q = np.zeros((r + k, r + k)), np.zeros((r + k, r + k))
    T[: len(phi), 0] = phi  # eq. 10
    T[np.arange(r - 1), np.arange(1, r)] = 1
    ti, tj = np.nonzero(T)
    R = np.zeros(r)
    R[: len(theta) + 1] = np.r_[1.0, theta]
    Q[:r, :r] = np.outer(R, R)
    P, diffuse = np.zeros_like(Q), np.zeros_like(Q)
    P[:r, :r] = stationary(ti, tj, T[ti, tj], Q[:r, :r])
    z = np.r_[1.0, np.zeros(r - 1), delta]
    if k:
        T[r] = z
        T[np.arange(r + 1, r + k), np.arange(r, r + k - 1)] = 1
        diffuse[r:, r:] = np.eye(k)
    return kalman.Model(z, 0.0, T, Q, np.zeros(r + k), P, diffuse)


def stable(u):
    """The coefficients (k,) of the autoregression whose partial autocorrelations are tanh u (k,): a stationary one, eq. (12)."""
    phi = np.empty(0)
    for partial in np.tanh(u):
        phi = np.r_[phi - partial * phi[::-1], partial]  # eq. 12
    return phi


def differences(d, D, period):
    """The δ of (1 − B)ᵈ (1 − Bˢ)ᴰ y_t = y_t − Σ δ_i y_{t−i}: (d + s D,)."""
    polynomial = np.ones(1)
    for _ in range(d):
        polynomial = np.convolve(polynomial, [1.0, -1.0])
    for _ in range(D):
        polynomial = np.convolve(polynomial, _spread(np.array([-1.0]), period))
    return -polynomial[1:]


def differenced(y, delta):
    """y_t − Σ δ_i y_{t−i} along the first axis: (n − k, ...)."""
    k, n = len(delta), len(y)
    out = y[k:].copy()
    for i, weight in enumerate(delta, 1):
        out -= weight * y[k - i : n - i]
    return out


def _spread(coefficients, period):
    """1 and the coefficients at every `period`-th place."""
    out = np.zeros(period * len(coefficients) + 1)
    out[0] = 1.0
    out[period::period] = coefficients
    return out


def _order(name, value):
    """Three whole numbers from 0 on."""
    try:
        three = tuple(value)
    except TypeError:
        three = ()
    if len(three) != 3 or not all(isinstance(k, Integral) and not isinstance(k, bool) and k >= 0 for k in three):
        raise BadInput(f"{name} is {value!r}; it must be three whole numbers from 0 on, as (1, 1, 1)")
    return tuple(int(k) for k in three)
