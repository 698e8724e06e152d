"""Exponential smoothing as a model: level, slope and seasons that learn from each error (ETS)."""

import numpy as np

import maximum
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.inputs import counts, fitted, seed
from series import Forecast, checked, expect_steps, numbers

PATHS = 10_000  # simulated futures
LEAST = 1e-4  # of a smoothing weight, as Hyndman et al. have it: what is never corrected is no state
DAMPED = (0.8, 0.98)  # of φ: below, a trend is soon forgotten; above, it is not damped (Hyndman et al. 2008, 2.7)
SEASONS = {None: 0, "add": 1, "mul": 2}


class ETS(Estimator):
    """ETS(error, trend, season): `error` add or mul, `trend` None or add, perhaps `damped`, `season` None, add or mul, eq. (19).

    After fit: `alpha_`, `beta_`, `gamma_`, `phi_`, `states_` (n + 1, 2 + period), `sigma2_` (relative
    where errors multiply), `loglik_`, `aic_`, `aicc_`, `fitted_` and `residuals_` (n,). `seed` is that of simulated futures.
    """

    def __init__(self, error="add", trend=None, damped=False, season=None, period=1, seed=0):
        self.error = error
        self.trend = trend
        self.damped = damped
        self.season = season
        self.period = period
        self.seed = seed

    def fit(self, y):
        """Fit y (n,) by maximum likelihood over weights and first states; returns self."""
        from scipy import optimize

        self._check()
        m = self.period if self.season else 1
        y = checked(y, "ETS", shortest=6 + m, period=m)
        if "mul" in (self.error, self.season) and y.min() <= 0:
            raise BadInput(
                f"ETS with a factor (mul) wants values above 0; the smallest is {y.min():g}: take add, or add a constant"
            )
        self._unit, start = y.std(), first_states(y, self.season, m)
        start[:2] /= self._unit
        if self.season == "add":
            start[2:] /= self._unit
        scaled = y / self._unit
        starts, bounds = self._weights()
        free = np.r_[True, self.trend is not None, np.full(m - 1, self.season is not None), False]
        bounds += [(None, None)] * free.sum()

        def loss(x):
            value = self._loss(scaled, *self._unpacked(x, m))
            return value if -np.inf < value < np.inf else 1e10

        options = {"maxiter": 2000, "maxfun": 100_000, "ftol": maximum.EPS}
        tried = [
            optimize.minimize(
                loss, np.r_[weights, start[free]], jac=lambda x: maximum.slope(loss, x), method="L-BFGS-B",
                bounds=bounds, options=options,
            )
            for weights in starts
        ]  # fmt: skip
        x = min(tried, key=lambda end: end.fun).x
        (self.alpha_, self.beta_, self.phi_, self.gamma_), first = self._unpacked(x, m)
        first[:2] *= self._unit
        if self.season == "add":
            first[2:] *= self._unit
        self._y = y
        self.states_, self.fitted_ = self._run(y, first)
        e = y - self.fitted_
        self.residuals_ = e / self.fitted_ if self.error == "mul" else e
        n = len(y)
        self.sigma2_ = float((self.residuals_**2).mean())
        jacobian = np.log(np.abs(self.fitted_)).sum() if self.error == "mul" else 0.0
        self.loglik_ = float(-0.5 * n * (np.log(2 * np.pi * self.sigma2_) + 1) - jacobian)  # eq. 20
        k = len(x) + 1
        self.aic_ = -2 * self.loglik_ + 2 * k
        self.aicc_ = self.aic_ + 2 * k * (k + 1) / (n - k - 1) if n > k + 1 else np.inf
        return self

    def predict(self, steps=1):
        """The Forecast of the next `steps` values: in closed form where all is added, else from simulated futures."""
        state = fitted(self, "states_")[-1]
        expect_steps(steps)
        if "mul" not in (self.error, self.season):
            mean = self._coming(state, steps)
            answer = np.zeros(len(state))  # of the states to a shock of 1
            answer[:2] = self.alpha_, self.beta_
            answer[-1] += self.gamma_ if self.season else 0.0
            shock = self._coming(answer, steps)[: steps - 1]
            return Forecast(mean, np.sqrt(self.sigma2_ * np.r_[1.0, 1.0 + np.cumsum(shock**2)]))  # eq. 21
        rng = np.random.default_rng(self.seed)
        states, paths = np.tile(state, (PATHS, 1)), np.empty((PATHS, steps))
        for t in range(steps):
            base, season = states[:, 0] + self.phi_ * states[:, 1], states[:, 2]
            mean = base * season if self.season == "mul" else base + season
            e = np.sqrt(self.sigma2_) * rng.standard_normal(PATHS) * (mean if self.error == "mul" else 1.0)
            paths[:, t] = mean + e
            lift = e / season if self.season == "mul" else e
            last = season + self.gamma_ * (e / base if self.season == "mul" else e) if self.season else season
            slope = self.phi_ * states[:, 1] + self.beta_ * lift
            states = np.column_stack([base + self.alpha_ * lift, slope, states[:, 3:], last])
        return Forecast(self._coming(state, steps), paths.std(axis=0), paths)

    def ahead(self, y, h):
        """The forecast of y[t + h − 1] made before y[t] was known, for t = 0 ... n, with the weights as they are: (n + 1,)."""
        counts(h=h)
        states, _ = self._run(numbers(y, "ETS"), fitted(self, "states_")[0])
        return self._coming(states, h)[:, h - 1]

    def _coming(self, states, steps):
        """Means of the next values from states (..., 2 + m): (..., steps)."""
        m = states.shape[-1] - 2
        damping = np.cumsum(self.phi_ ** np.arange(1, steps + 1))
        base = states[..., :1] + states[..., 1:2] * damping
        season = states[..., 2 + np.arange(steps) % m]
        return base * season if self.season == "mul" else base + season

    def _run(self, y, first):
        from recursions import smoothing

        states, means = np.zeros((len(y) + 1, len(first))), np.empty(len(y))
        states[0] = first
        smoothing(y, self.alpha_, self.beta_, self.phi_, self.gamma_, SEASONS[self.season], states, means)
        return states, means

    def _loss(self, y, weights, first):
        from recursions import smoothing_loss

        return smoothing_loss(y, *weights, SEASONS[self.season], first, self.error == "mul")

    def _weights(self):
        """Two places where the search for α, β/α, φ and γ/(1 − α) begins, slow and quick to learn, and their bounds."""
        share = (LEAST, 1 - LEAST)
        used = [True, self.trend is not None, self.damped, self.season is not None]
        bounds = [bound for bound, own in zip((share, share, DAMPED, share), used) if own]
        return np.array([[0.3, 0.1, 0.9, 0.1], [0.9, 0.3, 0.95, 0.5]])[:, used], bounds

    def _unpacked(self, x, m):
        """((α, β, φ, γ), first states (2 + m,)) of what is searched: seasons that are added sum to 0, factors have the mean 1."""
        trend, damped, season = self.trend is not None, bool(self.damped), self.season is not None
        at = 1 + trend + damped
        weights = x[: at + 1].tolist()  # floats: a compiled loop takes them faster than NumPy's
        alpha = weights[0]
        beta = alpha * weights[1] if trend else 0.0
        phi = weights[2] if damped else 1.0
        gamma = (1 - alpha) * weights[at] if season else 0.0
        first, at = np.zeros(2 + m), at + season
        first[: 1 + trend] = x[at : at + 1 + trend]
        if season:
            own = x[at + 1 + trend :]
            first[2 : 1 + m] = own
            first[1 + m] = (m if self.season == "mul" else 0.0) - np.add.reduce(own)
        return (alpha, beta, phi, gamma), first

    def _check(self):
        words = {"error": (("add", "mul"), self.error), "trend": ((None, "add"), self.trend)}
        words |= {"season": (tuple(SEASONS), self.season), "damped": ((False, True), self.damped)}
        for name, (known, value) in words.items():
            if value not in known:
                raise BadInput(f"{name} is {value!r}; it must be one of {', '.join(map(str, known))}")
        counts(period=self.period), seed(self.seed)
        if self.damped and not self.trend:
            raise BadInput("damped is True without a trend: there is nothing to damp")
        if self.season and self.period < 2:
            raise BadInput(f"period is {self.period}; a season has at least 2 steps")


def first_states(y, season, m):
    """A level, a slope and m seasons to begin the search with, from the first seasons (Hyndman et al. 2008, 2.6.1)."""
    if not season:
        head = y[: min(10, len(y))]
        slope, level = np.polyfit(np.arange(1, len(head) + 1), head, 1)
        return np.array([level, slope, 0.0])
    seasons = min(len(y) // m, 5)
    head = y[: seasons * m]
    line = np.polyfit(np.arange(1, len(head) + 1), head, 1)
    trend = np.polyval(line, np.arange(1, len(head) + 1))
    if season == "mul":
        shape = (head / np.where(trend > 0, trend, head.mean())).reshape(seasons, m).mean(axis=0)
        shape = shape / shape.mean()
    else:
        shape = (head - trend).reshape(seasons, m).mean(axis=0)
        shape = shape - shape.mean()
    return np.r_[line[1], line[0], shape]


def best(y, period=1, seed=0):
    """The fitted ETS with the smallest AICc among those that forecast in a stable way (Hyndman et al. 2008, 2.5)."""
    y = checked(y, "ETS", shortest=8)
    positive = y.min() > 0
    seasons = [None, *(["add", "mul"] if period > 1 and len(y) >= 2 * period else [])]
    candidates = [
        ETS(error, trend, damped, season, period if season else 1, seed)
        for season in seasons
        for error in ("add", "mul")
        for trend, damped in ((None, False), ("add", False), ("add", True))
        if (positive or "mul" not in (error, season)) and not (error == "add" and season == "mul")
    ]
    return min((model.fit(y) for model in candidates), key=lambda model: model.aicc_)
