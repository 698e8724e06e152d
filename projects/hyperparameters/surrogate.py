"""Kriging: what a function may be between the points where it was evaluated, and how far that may be off."""

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs
from scipy.optimize import minimize

from abacus import inputs
from abacus.errors import BadInput
from abacus.expect import expect_word

KERNELS = ("power", "squared exponential", "Matern")
JITTER = 1e-10  # added to the diagonal: two equal points stay apart from a singular matrix by as much
WIDEST, NARROWEST = np.log(1e-3), np.log(1e3)  # of ln θ, on the unit cube
NOISE = np.log(1e-6), np.log(1.0)  # of ln of the noise's variance, in units of the signal's
STARTS = 3
SINGULAR = 1e10  # in place of the likelihood where the correlations have no triangle


class Kriging:
    """A Gaussian process with an unknown constant mean, fitted by maximum likelihood (Jones et al. 1998, section 2).

    `kernel` is "power" (θ and an exponent in [1, 2] of each dimension), "squared exponential" or "Matern" (5/2; a θ of each
    dimension). With `noise` the variance of an error of each value is fitted too; without, the values are exact.
    After fit: theta_ (d,), power_ (d,), noise_, mean_, variance_, likelihood_ (the log of the concentrated likelihood).
    """

    def __init__(self, kernel="power", noise=False):
        expect_word("Kriging", "kernel", kernel, KERNELS)
        self.kernel, self.noise = kernel, noise
        self.last = None

    def fit(self, x, y, rng):
        """Fit to x (n, d) in the unit cube and y (n,). Starts from the last fit, where there was one, and from drawn places.

        BadInput for fewer than two points, numbers that are not finite, or points whose correlations are singular.
        """
        self.x = inputs.matrix(x, name="Kriging", samples=2).astype(float)
        self.y = inputs.targets(y, len(self.x))
        d = self.x.shape[1]
        self.apart = np.abs(self.x[:, None, :] - self.x[None, :, :]).transpose(2, 0, 1)  # (d, n, n)
        if self.kernel == "power":
            self.logs = np.log(np.where(self.apart > 0, self.apart, 1.0))
        else:
            self.squares = self.apart**2
        limits = [(WIDEST, NARROWEST)] * d + [(1.0, 2.0)] * (d * (self.kernel == "power")) + [NOISE] * self.noise
        low, high = np.array(limits).T
        drawn = low + (high - low) * rng.random((1 if self.last is not None else STARTS, len(limits)))
        drawn[:, d : d + d * (self.kernel == "power")] = 1.9
        starts = drawn if self.last is None else [self.last, *drawn]
        found = [minimize(self._negative, s, jac=True, method="L-BFGS-B", bounds=limits) for s in starts]
        best = min(found, key=lambda f: f.fun)
        if best.fun >= SINGULAR:
            raise BadInput(
                "Kriging: the points lie so near to one another that their correlations are singular; noise helps"
            )
        self.last = best.x
        self._settle(self.last)
        return self

    def predict(self, x):
        """(means (m,), standard deviations (m,)) of the function at x (m, d)."""
        r = self._between(inputs.matrix(x, self.x.shape[1], "Kriging"), self.x)  # m × n
        mean = self.mean_ + r @ self.weights
        v = solve_triangular(self.lower, r.T, lower=True, check_finite=False)
        left = 1 - self.ones @ v  # 1 − 1ᵀR⁻¹r
        explained = 1 - (v**2).sum(axis=0) + left**2 / (self.ones @ self.ones)
        return mean, np.sqrt(self.variance_ * np.maximum(explained, 0))  # eq. 8

    def covariance(self, x):
        """What is still unknown of the function at x (m, d) together: the covariance of its values there (m, m)."""
        r = self._between(x, self.x)
        v = solve_triangular(self.lower, r.T, lower=True, check_finite=False)
        left = 1 - self.ones @ v
        among = self._between(x, x)
        return self.variance_ * (among - v.T @ v + np.outer(left, left) / (self.ones @ self.ones))

    def slopes(self, x):
        """(mean, deviation, their gradients (d,) each) at one point x (d,)."""
        r, dr = self._between(x[None], self.x)[0], self._slope(x)  # n, n × d
        v = solve_triangular(self.lower, r, lower=True, check_finite=False)
        back = solve_triangular(self.lower, v, lower=True, trans=1, check_finite=False)
        left, total = 1 - self.ones @ v, self.ones @ self.ones
        deviation = np.sqrt(self.variance_ * max(1 - v @ v + left**2 / total, 1e-300))
        dleft = -(self.solved @ dr)
        dvariance = self.variance_ * (-2 * (back @ dr) + 2 * left * dleft / total)
        return self.mean_ + r @ self.weights, deviation, self.weights @ dr, dvariance / (2 * deviation)

    def _split(self, parameters):
        d = len(self.apart)
        theta, rest = np.exp(parameters[:d]), parameters[d:]
        power = rest[:d] if self.kernel == "power" else np.full(d, 2.0)
        return theta, power, np.exp(rest[-1]) if self.noise else JITTER

    def _correlations(self, theta, power):
        """(R (n, n) without the noise, ∂R/∂ln θ as its factors (d, n, n))."""
        n = self.apart.shape[1]
        if self.kernel == "Matern":
            distance = np.sqrt(5 * (theta @ self.squares.reshape(len(theta), -1)).reshape(n, n))
            tail = np.exp(-distance)
            factor = -5 / 6 * (1 + distance) * tail
            return (1 + distance + distance**2 / 3) * tail, self.squares, factor  # eq. 6
        parts = self.squares if self.kernel != "power" else np.exp(power[:, None, None] * self.logs) * (self.apart > 0)
        r = np.exp(-(theta @ parts.reshape(len(theta), -1))).reshape(n, n)  # eq. 5
        return r, parts, -r

    def _negative(self, parameters):
        """Minus the log of the concentrated likelihood, and its gradient  (eq. 7)."""
        theta, power, noise = self._split(parameters)
        n, (r, parts, factor) = len(self.y), self._correlations(theta, power)
        full = r.copy()
        full.flat[:: n + 1] += noise
        lower, failed = dpotrf(full, lower=1, overwrite_a=0)
        if failed:
            return SINGULAR, np.zeros(len(parameters))
        solved = dpotrs(lower, np.stack([np.ones(n), self.y], 1), lower=1)[0]
        mean = solved[:, 1].sum() / solved[:, 0].sum()
        weights = solved[:, 1] - mean * solved[:, 0]
        variance = max((self.y - mean) @ weights / n, 1e-300)
        value = n / 2 * np.log(variance) + np.log(np.diag(lower)).sum()  # eq. 7
        inverse = dpotri(lower, lower=1)[0]
        inverse = np.tril(inverse) + np.tril(inverse, -1).T
        dr = (inverse - np.outer(weights, weights) / variance) / 2  # ∂value/∂R
        through = (dr * factor).ravel()
        dtheta = theta * (parts.reshape(len(theta), -1) @ through)
        found = [dtheta]
        if self.kernel == "power":
            found.append(theta * ((parts * self.logs).reshape(len(theta), -1) @ through))
        if self.noise:
            found.append([noise * np.trace(dr)])
        return value, np.concatenate(found)

    def _settle(self, parameters):
        """Keep what prediction needs at the fitted parameters."""
        self.theta_, self.power_, self.noise_ = self._split(parameters)
        n = len(self.y)
        full = self._correlations(self.theta_, self.power_)[0]
        full.flat[:: n + 1] += self.noise_
        self.lower = np.linalg.cholesky(full)
        self.ones = solve_triangular(self.lower, np.ones(n), lower=True)
        y = solve_triangular(self.lower, self.y, lower=True)
        self.mean_ = (self.ones @ y) / (self.ones @ self.ones)
        rest = y - self.mean_ * self.ones
        self.variance_ = rest @ rest / n
        self.weights = solve_triangular(self.lower, rest, lower=True, trans=1)
        self.solved = solve_triangular(self.lower, self.ones, lower=True, trans=1)  # R⁻¹1
        self.likelihood_ = -(n / 2 * np.log(max(self.variance_, 1e-300)) + np.log(np.diag(self.lower)).sum())

    def _between(self, x, z):
        """Correlations (m, n) of the points x (m, d) with z (n, d)."""
        if self.kernel == "power":
            scaled = zip(x.T, z.T, self.theta_, self.power_)
            return np.exp(-sum(theta * np.abs(a[:, None] - b) ** power for a, b, theta, power in scaled))
        a, b = x * np.sqrt(self.theta_), z * np.sqrt(self.theta_)
        total = np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T, 0)
        if self.kernel == "squared exponential":
            return np.exp(-total)
        distance = np.sqrt(5 * total)
        return (1 + distance + distance**2 / 3) * np.exp(-distance)

    def _slope(self, x):
        """∂r/∂x (n, d) at one point."""
        step = x - self.x  # n × d
        if self.kernel == "Matern":
            distance = np.sqrt(5 * (step**2 @ self.theta_))
            return (-5 / 3 * (1 + distance) * np.exp(-distance))[:, None] * self.theta_ * step
        r = np.exp(-(np.abs(step) ** self.power_ @ self.theta_))
        return -r[:, None] * self.theta_ * self.power_ * np.abs(step) ** (self.power_ - 1) * np.sign(step)
