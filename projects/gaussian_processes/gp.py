"""Gaussian processes by scikit-learn's conventions: a regressor, and a classifier of two classes or more."""

from numbers import Integral

import numpy as np

import climb
import exact
import latent
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator, r_squared
from covariance import HIGH, LOW, RBF, Constant, Kernel, White


class _Process(Estimator):
    """What both share: their settings, checked, and the climb to the largest evidence.

    kernel: of covariance.py; None: Constant() * RBF(), of the regressor + White(). optimise: learn its numbers; if not, they
    stay. restarts: more climbs, from numbers drawn with `seed`; the best one counts.
    """

    def _enter(self, X, default):
        """X at fit's door, and the kernel."""
        if self.kernel is not None and not isinstance(self.kernel, Kernel):
            raise BadInput(f"kernel is {self.kernel!r}; it must be a Kernel of covariance.py, or None")
        if not isinstance(self.optimise, bool | np.bool_):
            raise BadInput(f"optimise is {self.optimise!r}; it must be True or False")
        if not isinstance(self.restarts, Integral) or isinstance(self.restarts, bool) or self.restarts < 0:
            raise BadInput(f"restarts is {self.restarts!r}; it must be a whole number from 0 on")
        inputs.seed(self.seed)
        x = exact.moderate(inputs.matrix(X, name=type(self).__name__, samples=2))
        self.n_features_in_ = x.shape[1]
        kernel = default if self.kernel is None else self.kernel
        kernel.check(x.shape[1])
        return x, kernel

    def _climbed(self, kernel, evidence):
        """The kernel with the numbers of the largest evidence; `evidence` (of a kernel) gives its logarithm and its slope."""
        start = kernel.theta
        if not self.optimise or not len(start):
            return kernel

        def descent(theta):
            value, slope = evidence(kernel.with_theta(theta))
            return -value, -slope

        low, high = np.minimum(LOW, start), np.maximum(HIGH, start)
        rng = np.random.default_rng(self.seed)
        starts = [start, *rng.uniform(LOW, HIGH, (self.restarts, len(start)))]
        found = [climb.lowest(descent, each, low, high) for each in starts]
        theta, value = min(found, key=lambda pair: pair[1])
        return kernel.with_theta(theta) if np.isfinite(value) else kernel

    def _new(self, X):
        """X at the door of a fitted process."""
        inputs.fitted(self, "kernel_")
        return exact.moderate(inputs.matrix(X, self.n_features_in_, name=type(self).__name__))


class GaussianProcessRegressor(_Process):
    """f ~ GP(0, k), y = f(x) + noise: exact, by one Cholesky factor (R & W 2006, algorithm 2.1).

    alpha: the variance of noise besides the kernel's White, in the units of y²: a number, or one for each sample.
    normalize_y: the targets are made standard first (the kernel's numbers are then in these units). The rest: _Process.
    After fit: kernel_, log_marginal_likelihood_value_ (of the standard targets), X_train_, y_train_, alpha_ = K⁻¹y, L_.
    BadInput where all targets are equal and are to be made standard, or no jitter makes the covariance positive definite.
    """

    def __init__(self, kernel=None, alpha=1e-10, normalize_y=True, optimise=True, restarts=0, seed=0):
        self.kernel = kernel
        self.alpha = alpha
        self.normalize_y = normalize_y
        self.optimise = optimise
        self.restarts = restarts
        self.seed = seed

    def fit(self, X, y):
        """Learn the kernel's numbers and the posterior from X (n, d) and y (n,). Returns self."""
        x, kernel = self._enter(X, Constant() * RBF() + White())
        y = inputs.targets(y, len(x))
        if not isinstance(self.normalize_y, bool | np.bool_):
            raise BadInput(f"normalize_y is {self.normalize_y!r}; it must be True or False")
        self._centre, self._scale = 0.0, 1.0
        if self.normalize_y:
            if (y == y[0]).all():
                raise BadInput(f"y is {y[0]:g} in every sample: there is nothing to learn (or say normalize_y=False)")
            with np.errstate(over="ignore"):
                self._centre, self._scale = float(y.mean()), float(y.std())
            if not 0 < self._scale < np.inf:
                raise BadInput("the spread of y is too large, or too small, for floats: scale the targets")
        noise = _noise(self.alpha, len(x)) / self._scale**2
        y = (y - self._centre) / self._scale
        self.kernel_ = self._climbed(kernel, lambda k: exact.evidence_slope(k, x, y, noise))
        self._found = exact.posterior(self.kernel_, x, y, noise)
        self.X_train_, self.y_train_, self.alpha_ = x, y, self._found.weights
        self.log_marginal_likelihood_value_, self._noise = self._found.evidence, noise
        return self

    @property
    def L_(self):
        """The lower factor of K + noise (n, n)."""
        return np.tril(inputs.fitted(self, "_found").factor)

    def predict(self, X, return_std=False, return_cov=False):
        """The mean (m,) at the rows of X; with return_std also the deviation (m,), with return_cov the covariance (m, m).

        Both are of new values, the kernel's White among them, without alpha.
        """
        new = self._new(X)
        if return_cov and return_std:
            raise BadInput("return_std and return_cov are both True; at most one of them can be asked for")
        if return_cov:
            cross = self.kernel_(new, self.X_train_)
            half = exact.half_solve(self._found.factor, cross.T)
            covariance = self.kernel_(new) - half.T @ half
            return self._back(cross @ self.alpha_), covariance * self._scale**2
        if not return_std:
            blocks = range(0, len(new), exact.ROWS)
            means = [self.kernel_(new[i : i + exact.ROWS], self.X_train_) @ self.alpha_ for i in blocks]
            return self._back(np.concatenate(means))
        mean, variance = exact.predict(self.kernel_, self.X_train_, self._found, new)
        return self._back(mean), np.sqrt(variance) * self._scale

    def sample_y(self, X, n_samples=1, seed=0):
        """Draws of new values at the rows of X, (m, n_samples)."""
        inputs.counts(n_samples=n_samples)
        inputs.seed(seed)
        mean, covariance = self.predict(X, return_cov=True)
        values, vectors = np.linalg.eigh(covariance)
        white = np.random.default_rng(seed).standard_normal((len(mean), n_samples))
        return mean[:, None] + vectors @ (np.sqrt(np.maximum(values, 0.0))[:, None] * white)

    def log_marginal_likelihood(self, theta=None, eval_gradient=False):
        """log p(y | X, θ) of the kernel with these logarithms (eq. 10), or as it was learnt; with eval_gradient its slope too."""
        kernel = inputs.fitted(self, "kernel_")
        kernel = kernel if theta is None else _moved(kernel, theta)
        value, slope = exact.evidence_slope(kernel, self.X_train_, self.y_train_, self._noise)
        return (value, slope) if eval_gradient else value

    def leave_one_out(self):
        """Mean and deviation (n,) of each training target given all the others, without a second fit (eq. 12)."""
        inputs.fitted(self, "kernel_")
        mean, variance = exact.leave_one_out(self._found.factor, self.alpha_, self.y_train_)
        return self._back(mean), np.sqrt(variance) * self._scale

    def score(self, X, y):
        """R²: 1 less the share of the variance of y that is left."""
        guess = self.predict(X)
        return r_squared(inputs.targets(y, len(guess)), guess)

    def _back(self, mean):
        return mean * self._scale + self._centre


class GaussianProcessClassifier(_Process):
    """p(class) = link(f(x)), f ~ GP(0, k), with a normal law in the place of the posterior of f (R & W 2006, chapter 3).

    method: "laplace", the curvature at the likeliest f; "ep", expectation propagation, which matches moments (probit link
    only). link: "logistic" or "probit"; None: logistic for laplace, probit for ep. More than two classes: one against the
    rest, the probabilities divided by their sum. The rest: _Process.
    After fit: classes_, kernel_ (the first one's), kernels_, log_marginal_likelihood_value_ (their mean).
    """

    def __init__(self, kernel=None, method="laplace", link=None, optimise=True, restarts=0, seed=0):
        self.kernel = kernel
        self.method = method
        self.link = link
        self.optimise = optimise
        self.restarts = restarts
        self.seed = seed

    def fit(self, X, y):
        """Learn from X (n, d) and the classes y (n,), two at least. Returns self."""
        approximate = self._method()
        x, kernel = self._enter(X, Constant() * RBF())
        self.classes_, index = inputs.labels(y, len(x))
        if len(self.classes_) < 2:
            raise BadInput(f"y has {len(self.classes_)} class only; a classifier needs two at least")
        self.X_train_, self.kernels_, self._sites, values = x, [], [], []
        for c in range(len(self.classes_)) if len(self.classes_) > 2 else [1]:
            sign = np.where(index == c, 1.0, -1.0)
            best = self._climbed(kernel, lambda k, sign=sign: latent.evidence_slope(approximate, k, x, sign))
            found = approximate(exact.whole(best, x), sign)
            self.kernels_.append(best)
            self._sites.append(found)
            values.append(found.evidence)
        self.kernel_, self.log_marginal_likelihood_value_ = self.kernels_[0], float(np.mean(values))
        return self

    def predict_proba(self, X):
        """The probability of each class (n, classes)."""
        new = self._new(X)
        law = latent.LINKS[self._link()].averaged
        pairs = [latent.predict(k, self.X_train_, s, new) for k, s in zip(self.kernels_, self._sites)]
        p = np.stack([law(mean, variance) for mean, variance in pairs], axis=1)
        if len(self.classes_) == 2:
            return np.hstack([1 - p, p])
        return p / p.sum(axis=1, keepdims=True)

    def predict(self, X):
        """The likeliest class of each row of X (n,)."""
        p = self.predict_proba(X)
        return self.classes_[p.argmax(axis=1)]

    def score(self, X, y):
        """The share of the rows of X whose class is predicted rightly."""
        guess = self.predict(X)
        return float(np.mean(guess == inputs.column(y, len(guess))))

    def log_marginal_likelihood(self, theta=None, eval_gradient=False):
        """The approximate log p(y | X, θ) of two classes, or as it was learnt; with eval_gradient its slope in θ too."""
        kernel = inputs.fitted(self, "kernel_")
        if len(self.classes_) > 2:
            if theta is not None or eval_gradient:
                raise BadInput("of more than two classes each has its own kernel: see kernels_")
            return self.log_marginal_likelihood_value_
        kernel = kernel if theta is None else _moved(kernel, theta)
        value, slope = latent.evidence_slope(self._method(), kernel, self.X_train_, self._sites[0].sign)
        return (value, slope) if eval_gradient else value

    def _link(self):
        return self.link or ("probit" if self.method == "ep" else "logistic")

    def _method(self):
        if not isinstance(self.method, str) or self.method not in ("laplace", "ep"):
            raise BadInput(f"method is {self.method!r}; it must be laplace or ep")
        if self.link is not None and (not isinstance(self.link, str) or self.link not in latent.LINKS):
            raise BadInput(f"link is {self.link!r}; it must be logistic, probit or None")
        if self.method == "ep":
            if self._link() != "probit":
                raise BadInput("link is 'logistic'; method='ep' has closed forms with the probit link only")
            return latent.expectation_propagation
        link = latent.LINKS[self._link()]
        return lambda k, sign: latent.laplace(k, sign, link)


def _moved(kernel, theta):
    """The kernel with these logarithms, as many as it learns, all finite."""
    try:
        theta = np.asarray(theta, float)
    except (TypeError, ValueError):
        raise BadInput(f"theta is {theta!r}; it must be an array of numbers") from None
    if theta.shape != kernel.theta.shape or not np.isfinite(theta).all():
        raise BadInput(
            f"theta is {theta!r}; the kernel learns {len(kernel.theta)} numbers, whose logarithms are wanted"
        )
    return kernel.with_theta(theta)


def _noise(alpha, n):
    """alpha as a number or an array (n,), none below 0."""
    try:
        noise = np.asarray(alpha, float)
    except (TypeError, ValueError):
        raise BadInput(f"alpha is {alpha!r}; it must be a number from 0 on, or one for each sample") from None
    if noise.ndim > 1 or (noise.ndim == 1 and len(noise) != n) or not ((noise >= 0) & (noise < np.inf)).all():
        raise BadInput(f"alpha is {alpha!r}; it must be a finite number from 0 on, or one for each of the {n} samples")
    return noise
