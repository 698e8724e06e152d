"""Regression through inducing points (Titsias 2009; Snelson & Ghahramani 2006) and random features (Rahimi & Recht 2007)."""

from numbers import Real

import numpy as np
from scipy.linalg import cholesky, solve_triangular

import climb
import exact
from abacus import inputs, ops
from abacus.errors import BadInput
from abacus.estimator import Estimator, r_squared
from abacus.tensor import Parameter, backward
from covariance import HIGH, LOW, RBF, Constant, Kernel, Matern, Product, White

JITTER = 1e-8  # on the diagonal of the inducing points' covariance, as a share of its mean
METHODS = ("bound", "fitc")


class SparseRegressor(Estimator):
    """f ~ GP(0, k) known by its values at m of the samples: n m² work in the place of n³.

    kernel: without White; None: Constant() * RBF(). noise: its variance, a share of the targets' (they are made standard).
    method: "bound", Titsias' lower bound of the evidence (eq. 19); "fitc", each sample keeps its own variance (eq. 20).
    inducing: how many of the samples; the next one is always the one that the others leave most uncertain. optimise: learn
    the kernel's numbers and the noise. After fit: kernel_, noise_, inducing_ (m, d), log_evidence_ (the bound, or FITC's own).
    """

    def __init__(self, kernel=None, noise=0.1, method="bound", inducing=100, optimise=True):
        self.kernel = kernel
        self.noise = noise
        self.method = method
        self.inducing = inducing
        self.optimise = optimise

    def fit(self, X, y):
        """Learn from X (n, d), y (n,). Returns self."""
        x = exact.moderate(inputs.matrix(X, name=type(self).__name__, samples=2))
        y = inputs.targets(y, len(x))
        kernel = self._settings(x)
        if (y == y[0]).all():
            raise BadInput(f"y is {y[0]:g} in every sample: there is nothing to learn")
        with np.errstate(over="ignore"):
            self._centre, self._scale = float(y.mean()), float(y.std())
        if not 0 < self._scale < np.inf:
            raise BadInput("the spread of y is too large, or too small, for floats: scale the targets")
        y = (y - self._centre) / self._scale
        noise = float(self.noise)
        places = x[chosen(kernel, x, min(self.inducing, len(x)))]
        if self.optimise:
            for _ in range(2):  # under the learnt kernel other samples are uncertain
                kernel, noise = _climbed(kernel, noise, x, y, places, self.method)
                places = x[chosen(kernel, x, min(self.inducing, len(x)))]
        self.n_features_in_ = x.shape[1]
        self.kernel_, self.noise_, self.inducing_ = kernel, noise, places
        self.log_evidence_ = evidence_slope(kernel, noise, x, y, places, self.method)[0]
        self._solve(x, y)
        return self

    def predict(self, X, return_std=False):
        """The mean (m,) at the rows of X; with return_std also the deviation (m,) of new values, their noise among it."""
        inputs.fitted(self, "kernel_")
        new = exact.moderate(inputs.matrix(X, self.n_features_in_, name=type(self).__name__))
        first = solve_triangular(self._inner, self.kernel_(self.inducing_, new), lower=True)
        second = solve_triangular(self._outer, first, lower=True)
        mean = second.T @ self._weights * self._scale + self._centre
        if not return_std:
            return mean
        variance = self.kernel_.diag(new) - (first**2).sum(0) + (second**2).sum(0) + self.noise_
        return mean, np.sqrt(np.maximum(variance, 0.0)) * self._scale

    def score(self, X, y):
        """R²."""
        guess = self.predict(X)
        return r_squared(inputs.targets(y, len(guess)), guess)

    def _settings(self, x):
        inputs.counts(inducing=self.inducing)
        if not isinstance(self.method, str) or self.method not in METHODS:
            raise BadInput(f"method is {self.method!r}; it must be {' or '.join(METHODS)}")
        if not isinstance(self.noise, Real) or isinstance(self.noise, bool) or not 0 < self.noise < np.inf:
            raise BadInput(f"noise is {self.noise!r}; it must be a finite number above 0")
        kernel = Constant() * RBF() if self.kernel is None else self.kernel
        if not isinstance(kernel, Kernel):
            raise BadInput(f"kernel is {kernel!r}; it must be a Kernel of covariance.py, or None")
        if _noisy(kernel):
            raise BadInput(f"kernel is {kernel!r}; it must be without White: say noise= instead")
        if not isinstance(self.optimise, bool | np.bool_):
            raise BadInput(f"optimise is {self.optimise!r}; it must be True or False")
        kernel.check(x.shape[1])
        if not 1e-300 < kernel.diag(x).min() <= kernel.diag(x).max() < 1e100:
            raise BadInput("the kernel's values overflow, or vanish: scale the features, or the kernel")
        return kernel

    def _solve(self, x, y):
        across, own = self.kernel_(self.inducing_, x), self.kernel_(self.inducing_)
        own[np.diag_indices(len(own))] += JITTER * np.mean(np.diagonal(own))
        self._inner = cholesky(own, lower=True)
        a = solve_triangular(self._inner, across, lower=True)
        each = np.full(len(x), self.noise_)
        if self.method == "fitc":
            each += np.maximum(self.kernel_.diag(x) - (a**2).sum(0), 0.0)
        self._outer = cholesky(np.eye(len(a)) + (a / each) @ a.T, lower=True)
        self._weights = solve_triangular(self._outer, (a / each) @ y, lower=True)


def chosen(kernel, x, m):
    """m of the samples x (n, d), each the most uncertain one given those before: a pivoted Cholesky factor."""
    left, rows, which = kernel.diag(x), np.empty((m, len(x))), []
    for i in range(m):
        at = int(left.argmax())
        if not left[at] > 1e-10 * kernel.diag(x[:1])[0]:
            return np.array(which, int)  # the rest is known already
        row = kernel(x[at : at + 1], x)[0] - rows[:i, at] @ rows[:i]
        rows[i] = row / np.sqrt(left[at])
        left = np.maximum(left - rows[i] ** 2, 0.0)
        left[at] = 0.0
        which.append(at)
    return np.array(which, int)


def evidence_slope(kernel, noise, x, y, places, method):
    """(the bound of log p(y) or FITC's own log p(y), its slope in θ and last in log noise): eqs. (18) to (20), on the tape."""
    (own, own_back), (across, across_back) = kernel.pull(places, places, 0), kernel.pull(places, x, None)
    leaves = [Parameter(a) for a in (own, across, kernel.diag(x), np.array(noise))]
    try:
        value = log_evidence(*leaves, y, method)
        slopes = backward(value)
    except (BadInput, FloatingPointError):
        return -np.inf, np.zeros(len(kernel.theta) + 1)
    down = [slopes[leaf] for leaf in leaves]
    theta = own_back(down[0]) + across_back(down[1]) + diagonal_slope(kernel, x, down[2])
    return float(value.value), np.append(theta, noise * down[3])


def log_evidence(own, across, diagonal, noise, y, method):
    """The same of the covariances of the inducing points (m, m), with the samples (m, n), and the samples' variances (n,)."""
    m, n = across.shape
    jitter = (JITTER / m) * ops.sum(ops.diagonal(own)) * np.eye(m)
    a = ops.solve_triangular(ops.cholesky(own + jitter), across)
    left = diagonal - ops.sum(a * a, axis=0)  # what the inducing points do not know: K − Q
    each = noise + (left if method == "fitc" else 0.0 * left)
    scaled = a / ops.sqrt(each)
    factor = ops.cholesky(scaled @ ops.transpose(scaled) + np.eye(m))
    weights = ops.solve_triangular(factor, ops.reshape(scaled @ ops.reshape(y / ops.sqrt(each), (n, 1)), (m, 1)))
    logs = ops.sum(ops.log(each)) + 2 * ops.sum(ops.log(ops.diagonal(factor))) + n * np.log(2 * np.pi)
    value = -0.5 * (logs + ops.sum(y * y / each) - ops.sum(weights * weights))  # eq. 18, eq. 20
    return value - 0.5 * ops.sum(left) / noise if method == "bound" else value  # eq. 19


def diagonal_slope(kernel, x, w):
    """Σ w_i ∂k(x_i, x_i)/∂θ, block by block."""
    total = np.zeros(len(kernel.theta))
    for i in range(0, len(x), exact.ROWS):
        part = x[i : i + exact.ROWS]
        total += kernel.pull(part, part, 0)[1](np.diag(w[i : i + exact.ROWS]))
    return total


def random_features(kernel, x, count, rng):
    """φ(x) (n, 2 count) with φ(x)·φ(z) ≈ k(x, z): waves whose frequencies are draws of the kernel's spectrum: eq. (21).

    kernel: RBF or Matern, or a Constant times one of them. BadInput for others.
    """
    variance = 1.0
    if isinstance(kernel, Product) and isinstance(kernel.left, Constant):
        variance, kernel = kernel.left.value, kernel.right
    if not isinstance(kernel, RBF | Matern):
        raise BadInput(f"random features know the spectra of RBF and Matern (times a Constant), not of {kernel!r}")
    waves = rng.standard_normal((x.shape[1], count))
    if isinstance(kernel, Matern):  # its spectrum is Student's, with 2 nu degrees of freedom
        waves *= np.sqrt(2 * kernel.nu / rng.chisquare(2 * kernel.nu, count))
    angle = (x / kernel.length_scale) @ waves
    return np.sqrt(variance / count) * np.hstack([np.cos(angle), np.sin(angle)])  # eq. 21


def straight(features, y, noise, new):
    """Bayesian regression y = w·φ + noise, w ~ N(0, I): mean and variance (m,) at the features `new`, and the log evidence.

    It is the process with k = φ·φ, at a cost of n D² (R & W 2006, section 2.1).
    """
    d = features.shape[1]
    factor = cholesky(features.T @ features / noise + np.eye(d), lower=True)
    weights = solve_triangular(factor, features.T @ y / noise, lower=True)
    logs = len(y) * np.log(2 * np.pi * noise) + 2 * np.log(np.diagonal(factor)).sum()
    half = solve_triangular(factor, new.T, lower=True)
    return half.T @ weights, (half**2).sum(0) + noise, float(-0.5 * (logs + y @ y / noise - weights @ weights))


def _climbed(kernel, noise, x, y, places, method):
    start = np.append(kernel.theta, np.log(noise))

    def descent(theta):
        value, slope = evidence_slope(kernel.with_theta(theta[:-1]), float(np.exp(theta[-1])), x, y, places, method)
        return -value, -slope

    theta, _ = climb.lowest(descent, start, np.minimum(LOW, start), np.maximum(HIGH, start))
    return kernel.with_theta(theta[:-1]), float(np.exp(theta[-1]))


def _noisy(kernel):
    """Whether a White is among the kernel's parts."""
    return isinstance(kernel, White) or any(
        map(_noisy, (getattr(kernel, p) for p in ("left", "right") if hasattr(kernel, p)))
    )
