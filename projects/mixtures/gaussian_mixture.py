"""The estimator: a mixture of normal distributions with the covariance families of mclust."""

import warnings

import numpy as np

import em
import families
import starts
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator


class ComponentCollapsed(UserWarning):
    """A start was given up, since one of its components shrank to a point or lost its points."""


class GaussianMixture(Estimator):
    """p(x) = Σ_k π_k N(x; μ_k, Σ_k), eq. (1): maximum likelihood by EM (Dempster, Laird, Rubin 1977).

    n_components: K. covariance_type: one of the fourteen families ("VVV", "EEE" ...), or E, V, "full", "tied", "diag",
    "spherical". init: "k-means", "random" (the nearest of K random rows), "quantiles" (one feature), "hierarchical"
    (model-based), or labels (n,), 0 to K − 1. The likeliest of n_init starts drawn with `seed` is kept; quantiles,
    hierarchical and labels are one start. EM ends where a step changes log L by no more than tol (1 + |log L|).
    After fit: weights_ (K,), means_ (K, d), covariances_ (K, d, d), log_likelihood_, n_iter_, converged_, n_parameters_.
    """

    def __init__(
        self, n_components=1, covariance_type="VVV", n_init=5, init="k-means", tol=1e-9, max_iter=1000, seed=0
    ):
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.n_init = n_init
        self.init = init
        self.tol = tol
        self.max_iter = max_iter
        self.seed = seed

    def fit(self, X, y=None):
        """Learn from the rows of X (n, d), n > K; y is ignored. Returns self."""
        self._check()
        x = inputs.matrix(X, name="GaussianMixture", samples=2).astype(np.float64, copy=False)
        k = self.n_components
        if len(x) < k:
            raise BadInput(f"n_components is {k}, and there are only n_samples={len(x)} rows")
        x = np.ascontiguousarray(x)
        self._whole, name = em.spread(x), self._family()
        best, collapsed = None, []
        for labels in starts.labels(self.init, x, k, self.n_init, self.seed):
            try:
                moments = em.of_labels(x, labels, k)
                result = em.climb(x, moments, name, self._whole, self.tol, self.max_iter)
            except em.Collapsed as error:
                collapsed.append(error)
                continue
            if best is None or result[1] > best[1]:
                best = result
        if best is None:
            raise collapsed[-1]
        if collapsed:
            said = f"{len(collapsed)} start(s) given up: {collapsed[0]}"
            warnings.warn(said, ComponentCollapsed, stacklevel=2)
        mixture, self.log_likelihood_, self.n_iter_, self.converged_ = best
        self._mixture, self.n_features_in_ = mixture, x.shape[1]
        self.weights_, self.means_, self.covariances_ = mixture.weights, mixture.means, mixture.covariances
        self.n_parameters_ = k - 1 + k * x.shape[1] + families.parameters(name, k, x.shape[1])
        return self

    def fit_predict(self, X, y=None):
        """fit(X), then predict(X)."""
        return self.fit(X).predict(X)

    def predict_proba(self, X):
        """z, the probability of each component given each row, (n, K), eq. (4)."""
        return self._moments(X).posterior

    def predict(self, X):
        """The likeliest component of each row (n,)."""
        return self.predict_proba(X).argmax(axis=1)

    def score_samples(self, X):
        """log p(x) of each row (n,), eq. (3)."""
        return self._moments(X).density

    def score(self, X, y=None):
        """The mean of log p(x) over the rows."""
        return float(self.score_samples(X).mean())

    def sample(self, n_samples=1, seed=0):
        """So many rows (n, d), and their components (n,)."""
        inputs.counts(n_samples=n_samples)
        inputs.seed(seed)
        means, rng = inputs.fitted(self, "means_"), np.random.default_rng(seed)
        which = rng.choice(len(means), size=int(n_samples), p=self.weights_)
        noise = rng.standard_normal((int(n_samples), means.shape[1]))
        return means[which] + np.einsum("nij,nj->ni", np.linalg.cholesky(self.covariances_)[which], noise), which

    def aic(self, X):
        """−2 log L + 2 p; lower is better."""
        return float(-2.0 * self.score_samples(X).sum() + 2.0 * self.n_parameters_)

    def bic(self, X):
        """−2 log L + p log n, eq. (12); lower is better (mclust prints its negative)."""
        found = self.score_samples(X)
        return float(-2.0 * found.sum() + self.n_parameters_ * np.log(len(found)))  # eq. 12

    def icl(self, X):
        """BIC − 2 Σ log of each row's largest z, eq. (13): doubt costs; lower is better."""
        return self.bic(X) - 2.0 * float(np.log(self.predict_proba(X).max(axis=1)).sum())  # eq. 13

    def _moments(self, X):
        mixture = inputs.fitted(self, "_mixture")
        x = inputs.matrix(X, self.n_features_in_, name="GaussianMixture").astype(np.float64, copy=False)
        return em.expectation(np.ascontiguousarray(x), mixture, self._whole, keep=True)

    def _family(self):
        name = self.covariance_type
        name = families.ALIASES.get(name, name) if isinstance(name, str) else None
        if name not in families.NAMES:
            known = ", ".join((*families.NAMES, *families.ALIASES))
            raise BadInput(f"covariance_type is {self.covariance_type!r}; it must be one of {known}")
        return name

    def _check(self):
        inputs.counts(n_components=self.n_components, n_init=self.n_init, max_iter=self.max_iter)
        inputs.tolerance(self.tol)
        inputs.seed(self.seed)
