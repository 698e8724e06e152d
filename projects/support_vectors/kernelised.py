"""What all machines with a kernel share: their settings, checked, and the sums over their support vectors."""

from numbers import Real
from typing import NamedTuple

import numpy as np

from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator
from kernel import NAMES, Kernel, Samples, check_given, finite


class Machine(NamedTuple):
    """f(x) = Σ coef_i k(x_i, x) + intercept, above 0 for the first of its two sides (eq. 6)."""

    support: np.ndarray  # samples (of all) whose coefficient is not 0
    coef: np.ndarray
    intercept: float
    steps: int
    objective: float


class Kernelised(Estimator):
    """What all machines with a kernel share: the checks of their settings, and the sums over support vectors.

    kernel: "linear", "poly" (γ x·y + c)^degree, "rbf" exp(−γ ‖x − y‖²), "sigmoid" tanh(γ x·y + c), or "precomputed": X is then
    the matrix of kernel values, (n, n) in fit and (m, n) later. gamma: a number, "scale" (1 / (d · variance of X)) or "auto"
    (1 / d). tol: the largest violation of the optimality conditions that is left. cache_size: megabytes of kernel rows that
    are kept.
    max_iter: steps at most; −1: as many as are needed.
    """

    def __init__(self, kernel, degree, gamma, coef0, tol, shrinking, cache_size, max_iter):
        self.kernel = kernel
        self.degree = degree
        self.gamma = gamma
        self.coef0 = coef0
        self.tol = tol
        self.shrinking = shrinking
        self.cache_size = cache_size
        self.max_iter = max_iter

    def _settings(self):
        if not isinstance(self.kernel, str) or self.kernel not in NAMES:
            raise BadInput(f"kernel is {self.kernel!r}; it must be one of {', '.join(NAMES)}")
        number("tol", self.tol)
        number("cache_size", self.cache_size)
        number("coef0", self.coef0, above=-np.inf)
        if not _whole(self.degree) or self.degree < 0:
            raise BadInput(f"degree is {self.degree!r}; it must be a whole number from 0 on")
        if not _whole(self.max_iter) or self.max_iter < -1:
            raise BadInput(f"max_iter is {self.max_iter!r}; it must be a whole number from 0 on, or -1")
        if not isinstance(self.shrinking, bool | np.bool_):
            raise BadInput(f"shrinking is {self.shrinking!r}; it must be True or False")

    def _samples(self, X):
        """The samples at fit's door, with the kernel's γ settled."""
        self._settings()
        x = np.ascontiguousarray(inputs.matrix(X, name=type(self).__name__), np.float64)
        self.n_features_in_ = x.shape[1]
        if self.kernel == "precomputed" and x.shape[0] != x.shape[1]:
            raise BadInput(f"Precomputed matrix must be a square matrix: X has shape {x.shape}")
        if self.kernel == "precomputed":
            check_given(x)
        self._kernel = Kernel(self.kernel, self._gamma(x), self.degree, float(self.coef0))
        return Samples(self._kernel, x)

    def _gamma(self, x):
        if isinstance(self.gamma, str) and self.gamma in ("scale", "auto"):
            with np.errstate(over="ignore", invalid="ignore"):
                variance = float(finite(x.var())) if self.gamma == "scale" and self.kernel != "precomputed" else 1.0
            return 1.0 / (x.shape[1] * variance) if variance > 0 else 1.0
        number("gamma", self.gamma, words=("scale", "auto"))
        return float(self.gamma)

    def _keep(self, samples, machines):
        """support_, support_vectors_, dual_coef_ (machines, support vectors), intercept_, n_iter_."""
        union = sorted(set().union(*(set(machine.support.tolist()) for machine in machines)))
        self.support_ = np.array(union, np.int64)
        self.dual_coef_ = np.zeros((len(machines), len(union)))
        for row, machine in zip(self.dual_coef_, machines):
            row[np.searchsorted(self.support_, machine.support)] = machine.coef
        self.intercept_ = np.array([machine.intercept for machine in machines])
        self.n_iter_ = np.array([machine.steps for machine in machines])
        self.objective_ = np.array([machine.objective for machine in machines])
        self.support_vectors_ = np.empty((0, 0)) if samples.given else samples.x[self.support_]

    def _values(self, X):
        """f of every machine at each row of X: (n, machines)."""
        coef = inputs.fitted(self, "dual_coef_")
        x = np.ascontiguousarray(inputs.matrix(X, self.n_features_in_, name=type(self).__name__), np.float64)
        found = np.empty((len(x), len(coef)))
        block = max(1, 4_000_000 // max(1, len(self.support_)))
        for first in range(0, len(x), block):
            part = x[first : first + block]
            with np.errstate(over="ignore", invalid="ignore"):
                k = (
                    part[:, self.support_]
                    if self._kernel.name == "precomputed"
                    else self._kernel(part, self.support_vectors_)
                )
            found[first : first + block] = finite(k) @ coef.T + self.intercept_  # eq. 6
        return found


def number(name, value, above=0.0, words=()):
    """BadInput unless the setting is a finite number above `above`."""
    if not isinstance(value, Real) or isinstance(value, bool) or not above < value < np.inf:
        others = "".join(f", or {word}" for word in words)
        wanted = "a finite number" + (f" above {above:g}" if above > -np.inf else "") + others
        raise BadInput(f"{name} is {value!r}; it must be {wanted}")


def share(name, value):
    """BadInput unless 0 < value <= 1."""
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 < value <= 1:
        raise BadInput(f"{name} is {value!r}; it must be a number above 0 and at most 1")


def _whole(value):
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
