"""Curves and skins by support vectors: regression with a tube, and one class alone (Vapnik 1995; Schölkopf 2000, 2001)."""

import numpy as np

from abacus import inputs
from abacus.estimator import r_squared
from dual import Problem, solve
from kernelised import Kernelised, Machine, number, share
from machines import filled


class _Regressor(Kernelised):
    def fit(self, X, y):
        """Find the function for samples X (n, d) with values y (n,). Returns self."""
        samples = self._samples(X)
        y = inputs.targets(y, len(samples))
        self._keep(samples, [self._solved(samples, y)])
        return self

    def predict(self, X):
        """f at each row of X (n,), eq. 6."""
        return self._values(X)[:, 0]

    def score(self, X, y):
        """R²: 1 less the share of the variance of y that is left."""
        guess = self.predict(X)
        return r_squared(inputs.targets(y, len(guess)), guess)

    def _solution(self, samples, y, p, C, start, paired):
        """The Machine of the problem whose 2n variables are α and α*."""
        n = len(y)
        sample, s = np.tile(np.arange(n), 2), np.repeat([1.0, -1.0], n)
        problem = Problem(sample, s, p, C, start, paired)
        found = solve(samples, problem, self.tol, self.shrinking, self.cache_size, None, self.max_iter)
        coef = found.alpha[:n] - found.alpha[n:]  # eq. 19
        support = np.flatnonzero(coef)
        return Machine(
            support, coef[support], float(np.mean(found.heights)), found.steps, found.objective
        ), found.heights


class SVR(_Regressor):
    """min ½ ‖w‖² + C Σ (ξ_i + ξ*_i): errors up to epsilon cost nothing, larger ones C for what is above (eq. 16).

    The settings: Kernelised and SVC. After fit: support_, support_vectors_, dual_coef_ (1, support vectors), intercept_,
    n_iter_, objective_.
    """

    def __init__(self, C=1.0, epsilon=0.1, kernel="rbf", degree=3, gamma="scale", coef0=0.0, tol=1e-3, shrinking=True,
                 cache_size=200, max_iter=-1):  # fmt: skip
        super().__init__(kernel, degree, gamma, coef0, tol, shrinking, cache_size, max_iter)
        self.C = C
        self.epsilon = epsilon

    def _settings(self):
        super()._settings()
        number("C", self.C)
        if self.epsilon != 0 or isinstance(self.epsilon, bool):
            number("epsilon", self.epsilon)

    def _solved(self, samples, y):
        n = len(y)
        p = np.concatenate([self.epsilon - y, self.epsilon + y])
        machine, _ = self._solution(samples, y, p, np.full(2 * n, float(self.C)), np.zeros(2 * n), paired=False)
        return machine


class NuSVR(_Regressor):
    """SVR whose tube is found too: at most a share nu of the samples lies outside it, at least a share nu are support vectors.

    After fit also epsilon_, the half width of the tube. The other settings: SVR.
    """

    def __init__(self, nu=0.5, C=1.0, kernel="rbf", degree=3, gamma="scale", coef0=0.0, tol=1e-3, shrinking=True,
                 cache_size=200, max_iter=-1):  # fmt: skip
        super().__init__(kernel, degree, gamma, coef0, tol, shrinking, cache_size, max_iter)
        self.nu = nu
        self.C = C

    def _settings(self):
        super()._settings()
        number("C", self.C)
        share("nu", self.nu)

    def _solved(self, samples, y):
        n = len(y)
        limits = np.full(n, float(self.C))
        start = np.tile(filled(limits, self.C * self.nu * n / 2), 2)
        machine, heights = self._solution(samples, y, np.concatenate([-y, y]), np.tile(limits, 2), start, paired=True)
        self.epsilon_ = (heights[0] - heights[1]) / 2
        return machine


class OneClassSVM(Kernelised):
    """The smallest region that holds most samples: w·φ(x) ≥ ρ for all but a share nu of them at most (eq. 23).

    The settings: Kernelised. After fit: offset_ (ρ) besides those of SVR. decision_function is below 0 outside.
    """

    def __init__(self, nu=0.5, kernel="rbf", degree=3, gamma="scale", coef0=0.0, tol=1e-3, shrinking=True, cache_size=200,
                 max_iter=-1):  # fmt: skip
        super().__init__(kernel, degree, gamma, coef0, tol, shrinking, cache_size, max_iter)
        self.nu = nu

    def fit(self, X, y=None):
        """Find the region of the samples X (n, d); y is not used. Returns self."""
        share("nu", self.nu)
        samples = self._samples(X)
        n = len(samples)
        limits, one = np.ones(n), np.ones(n)
        problem = Problem(np.arange(n), one, np.zeros(n), limits, filled(limits, self.nu * n))
        found = solve(samples, problem, self.tol, self.shrinking, self.cache_size, None, self.max_iter)
        support = np.flatnonzero(found.alpha)
        machine = Machine(support, found.alpha[support], found.heights[0], found.steps, found.objective)
        self._keep(samples, [machine])
        self.offset_ = -self.intercept_
        return self

    def decision_function(self, X):
        """w·φ(x) − ρ of each row (n,)."""
        return self._values(X)[:, 0]

    def score_samples(self, X):
        """w·φ(x) of each row (n,)."""
        return self.decision_function(X) + self.offset_

    def predict(self, X):
        """1 inside the region, −1 outside (n,)."""
        return np.where(self.decision_function(X) >= 0, 1, -1)

    def fit_predict(self, X, y=None):
        """fit(X), then predict(X)."""
        return self.fit(X).predict(X)
