"""GARCH and EGARCH: returns whose variance follows from those before, by maximum likelihood."""

from numbers import Integral

import numpy as np

import maximum
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.inputs import fitted, seed
from series import Forecast, checked, expect_steps, numbers

PATHS = 10_000  # simulated futures of EGARCH
ABSOLUTE = float(np.sqrt(2 / np.pi))  # the mean of |z|, z normal


class _Volatility(Estimator):
    """What both have: the search, three kinds of standard errors, what comes next."""

    def fit(self, y):
        """Fit the returns y (n,); returns self."""
        y = checked(y, type(self).__name__, shortest=10)
        self._check()
        scale = y.std()
        self._y, unit = y, y / scale  # the search is done in units of the standard deviation

        def loss(u):
            value = -self._densities(unit, self._natural(u))[0].sum() / len(y)
            return value if np.isfinite(value) else np.inf

        theta = self._rescaled(self._natural(maximum.minimum(loss, self._start(unit))), scale)
        for _ in range(maximum.POLISH):  # with exact slopes
            H = self._information(theta)
            if not np.isfinite(H).all() or np.linalg.eigvalsh(H)[0] <= 0:
                break
            better = theta + np.linalg.solve(H, self._densities(y, theta)[1].sum(axis=0))
            if not self._possible(better) or not self._sum(better) > self._sum(theta):
                break
            theta = better
        logs, scores, h = self._densities(y, theta)
        H, J = self._information(theta), scores.T @ scores
        self.coef_, self.loglik_ = theta, float(logs.sum())
        self.aic_ = -2 * self.loglik_ + 2 * len(theta)
        self.se_ = maximum.standard_errors(H)  # eq. 16
        self.se_opg_ = maximum.standard_errors(J)
        known = np.isfinite(self.se_).all()
        self.se_qml_ = np.sqrt(np.diag(np.linalg.solve(H, np.linalg.solve(H, J).T))) if known else self.se_ * np.nan
        self.variance_ = h[:-1]
        self.residuals_ = (y - theta[0]) / np.sqrt(h[:-1])
        return self

    def ahead(self, y):
        """The variance of y[t] as it was forecast before y[t] was known, t = 0 ... n, the parameters as they are: (n + 1,)."""
        return self._densities(numbers(y, type(self).__name__), fitted(self, "coef_"))[2]

    def _sum(self, theta):
        return self._densities(self._y, theta)[0].sum()

    def _information(self, theta):
        """Minus the second derivatives of the log-likelihood: central differences of its exact slope."""
        k, steps = len(theta), maximum.EPS ** (1 / 3) * np.abs(theta)
        moves = np.diag(np.where(steps > 0, steps, maximum.EPS ** (1 / 3)))
        H = np.array(
            [
                (self._densities(self._y, theta - m)[1] - self._densities(self._y, theta + m)[1]).sum(axis=0)
                / (2 * m[i])
                for i, m in enumerate(moves)
            ]
        )
        return (H + H.T) / 2 if np.isfinite(H).all() else np.full((k, k), np.nan)


class GARCH(_Volatility):
    """GARCH(p, q) with a mean: y_t = μ + e_t, h_t = ω + Σ α_i e²_{t−i} + Σ β_j h_{t−j}, eq. (14).

    After fit: `names_`, `coef_`, `se_` (from the Hessian), `se_opg_`, `se_qml_` (k,), `loglik_`, `aic_`, `variance_` and
    `residuals_` (n,).
    """

    def __init__(self, p=1, q=1):
        self.p = p
        self.q = q

    @property
    def names_(self):
        return ["mu", "omega", *(f"alpha{i + 1}" for i in range(self.p)), *(f"beta{i + 1}" for i in range(self.q))]

    def predict(self, steps=1):
        """The Forecast of the next returns: `mean` and `sd` (steps,), eq. (17)."""
        theta = fitted(self, "coef_")
        expect_steps(steps)
        p = self.p
        e2 = list((self._y - theta[0]) ** 2)
        h = list(self.variance_)
        for _ in range(steps):
            h.append(theta[1] + theta[2 : 2 + p] @ e2[: -p - 1 : -1] + theta[2 + p :] @ h[: -self.q - 1 : -1])
            e2.append(h[-1])  # eq. 17
        return Forecast(np.full(steps, theta[0]), np.sqrt(h[-steps:]))

    def _check(self):
        for name, value, low in (("p", self.p, 1), ("q", self.q, 0)):
            if not isinstance(value, Integral) or isinstance(value, bool) or value < low:
                raise BadInput(f"{name} is {value!r}; it must be a whole number from {low} on")

    def _densities(self, y, theta):
        from recursions import garch

        logs, scores = np.empty(len(y)), np.empty((len(y), len(theta)))
        with np.errstate(all="ignore"):
            h = garch(y, theta, self.p, self.q, logs, scores)
        return logs, scores, h

    def _start(self, y):
        share = np.r_[np.full(self.p, 0.1 / self.p), np.full(self.q, 0.8 / max(self.q, 1))]
        rest = 1 - share.sum()
        return np.r_[y.mean(), np.log(rest * y.var()), np.log(share / rest)]

    def _natural(self, u):
        """α and β are shares: positive, and below 1 in sum."""
        weights = np.exp(u[2:] - max(0.0, u[2:].max()))
        return np.r_[u[0], np.exp(u[1]), weights / (weights.sum() + np.exp(-max(0.0, u[2:].max())))]

    def _rescaled(self, theta, scale):
        return np.r_[theta[0] * scale, theta[1] * scale**2, theta[2:]]

    def _possible(self, theta):
        return (theta[1:] > 0).all()


class EGARCH(_Volatility):
    """EGARCH(1, 1): log h_t = ω + α z_{t−1} + γ (|z_{t−1}| − √(2/π)) + β log h_{t−1}, z_t = (y_t − μ)/√h_t, eq. (18).

    Attributes as of GARCH. `predict` simulates, with `seed`.
    """

    names_ = ("mu", "omega", "alpha", "gamma", "beta")

    def __init__(self, seed=0):
        self.seed = seed

    def predict(self, steps=1):
        """The Forecast of the next returns, from simulated futures."""
        mu, omega, alpha, gamma, beta = fitted(self, "coef_")
        expect_steps(steps), seed(self.seed)
        rng = np.random.default_rng(self.seed)
        log_h = np.full(PATHS, np.log(self.ahead(self._y)[-1]))
        paths = np.empty((PATHS, steps))
        for t in range(steps):
            z = rng.standard_normal(PATHS)
            paths[:, t] = mu + np.exp(log_h / 2) * z
            log_h = omega + alpha * z + gamma * (np.abs(z) - ABSOLUTE) + beta * log_h
        return Forecast(np.full(steps, mu), np.sqrt(((paths - mu) ** 2).mean(axis=0)), paths)

    def _check(self):
        seed(self.seed)

    def _densities(self, y, theta):
        from recursions import egarch

        logs, scores = np.empty(len(y)), np.empty((len(y), 5))
        with np.errstate(all="ignore"):
            h = egarch(y, theta, logs, scores)
        return logs, scores, h

    def _start(self, y):
        return np.array([y.mean(), 0.0, 0.0, 0.2, np.arctanh(0.9)])

    def _natural(self, u):
        return np.r_[u[:4], np.tanh(u[4])]

    def _rescaled(self, theta, scale):
        return np.r_[theta[0] * scale, theta[1] + (1 - theta[4]) * 2 * np.log(scale), theta[2:]]

    def _possible(self, theta):
        return abs(theta[4]) < 1
