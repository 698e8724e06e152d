"""A mixture of normal laws by variational Bayes: components that the data do not need lose their weight."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, logsumexp

import divergences
from abacus import inputs, papers
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.settings import above, at_least
from divergences import NotConverged


class VariationalMixture(Estimator):
    """Bishop's mixture (PRML 10.2): weights ~ Dirichlet(alpha0), means and precisions ~ normal-Wishart: eqs. (15) to (20).

    The prior of a component has the mean of all data, `beta0` observations' worth of it, and the scale of all data: the
    Wishart's mean is the inverse covariance of x, with `freedom0` degrees of freedom (None: the number of columns). x is (n, d).

    After fit: weights_ (K,) expected weights, means_ (K, d), covariances_ (K, d, d), responsibilities_ (n, K), bounds_
    (rounds,), n_iter_, converged_, survivors_ (those with at least one observation's worth). Labels are 0 ... K − 1.
    A warning (NotConverged) where max_iter rounds were too few. BadInput for data of one value, since no scale can be
    taken from them; no component can collapse onto one point, since each keeps its prior.
    """

    def __init__(self, n_components=6, alpha0=1e-3, beta0=1.0, freedom0=None, max_iter=1000, tol=1e-8, seed=0):
        self.n_components = n_components
        self.alpha0 = alpha0
        self.beta0 = beta0
        self.freedom0 = freedom0
        self.max_iter = max_iter
        self.tol = tol
        self.seed = seed

    def fit(self, x, y=None):
        """From points of x, far apart at random, to a maximum of the bound; returns the model."""
        x = inputs.matrix(x, name=type(self).__name__, samples=2)
        x = np.asarray(x, float)
        self.n_features_in_ = x.shape[1]
        z = self._scaled(x)
        centre, deviation = self._centre, self._deviation
        resp = self._start(z)
        bounds = []
        for _ in range(self.max_iter):
            self._learn(z, resp)  # eq. 15 to 18
            logs = self._scores(z)
            resp = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))  # eq. 19
            bounds.append(self._bound(logs) - len(x) * np.log(deviation).sum())
            if len(bounds) > 1 and abs(bounds[-1] - bounds[-2]) <= self.tol * abs(bounds[-1]):
                self.converged_ = True
                break
        else:
            self.converged_ = False
            warnings.warn(f"no rest after {self.max_iter} rounds", NotConverged, stacklevel=2)
        self.responsibilities_, self.bounds_, self.n_iter_ = resp, np.array(bounds), len(bounds)
        self.weights_ = self._alpha / self._alpha.sum()
        self.means_ = centre + self._mean * deviation
        spread = self._inverse / np.maximum(self._freedom - x.shape[1] - 1, 1)[:, None, None]
        self.covariances_ = spread * np.outer(deviation, deviation)
        self.survivors_ = np.flatnonzero(resp.sum(axis=0) >= 1)
        return self

    def fit_predict(self, x, y=None):
        """The likeliest component of each row that was learnt from (n,)."""
        return self.fit(x).predict(x)

    def predict(self, x):
        """The likeliest component of each row (n,)."""
        return self._of(x).argmax(axis=1)

    def predict_proba(self, x):
        """The probability of each component (n, K)."""
        logs = self._of(x)
        return np.exp(logs - logsumexp(logs, axis=1, keepdims=True))

    def score(self, x, y=None):
        """The bound of eq. (19)'s denominators, per row: what these rows add to the ELBO."""
        return float(logsumexp(self._of(x), axis=1).mean() - np.log(self._deviation).sum())

    def _of(self, x):
        inputs.fitted(self, "means_")
        x = inputs.matrix(x, self.n_features_in_, type(self).__name__)
        return self._scores((x - self._centre) / self._deviation)

    def _scaled(self, x):
        """The rows less their mean, in standard deviations of each column (n, d), after a check of settings and data."""
        inputs.counts(n_components=self.n_components, max_iter=self.max_iter)
        inputs.tolerance(self.tol)
        inputs.seed(self.seed)
        if self.n_components > len(x):
            raise BadInput(f"n_components={self.n_components}: wanted 1 to {len(x)}, the number of samples")
        divergences.positive("alpha0", self.alpha0)
        divergences.positive("beta0", self.beta0)
        if self.freedom0 is not None and self.freedom0 < x.shape[1]:
            raise BadInput(f"freedom0={self.freedom0}: wanted at least the number of columns, {x.shape[1]}")
        largest = np.abs(x).max()
        if largest > divergences.LARGEST:
            raise BadInput(f"the data reach {largest:g}, and squares of that are not finite: choose other units")
        self._centre, self._deviation = x.mean(axis=0), x.std(axis=0)
        z = (x - self._centre) / np.where(self._deviation > 0, self._deviation, 1.0)
        if not (self._deviation > 0).all() or np.linalg.matrix_rank(z) < x.shape[1]:
            raise BadInput("the data lie on one point, or in a plane: they give the prior no scale; leave columns out")
        return z

    def _start(self, z):
        """Each row to its nearest of K rows, the first drawn evenly, the others by their squared distance to those there."""
        rng = np.random.default_rng(self.seed)
        chosen = [int(rng.integers(len(z)))]
        near = ((z - z[chosen[0]]) ** 2).sum(axis=1)
        while len(chosen) < self.n_components:
            mass = np.cumsum(near if near.any() else np.ones(len(z)))
            chosen.append(int(np.searchsorted(mass, rng.random() * mass[-1], side="right")))
            near = np.minimum(near, ((z - z[chosen[-1]]) ** 2).sum(axis=1))
        distance = ((z[:, None] - z[chosen]) ** 2).sum(axis=2)
        return np.eye(self.n_components)[distance.argmin(axis=1)]

    def _learn(self, z, resp):
        d = z.shape[1]
        freedom0 = d if self.freedom0 is None else self.freedom0
        self._inverse0 = np.atleast_2d(np.cov(z.T, bias=True)) * freedom0
        self._freedom0 = float(freedom0)
        counts = resp.sum(axis=0)
        safe = np.maximum(counts, 1e-300)
        means = resp.T @ z / safe[:, None]
        self._alpha, self._beta, self._freedom = self.alpha0 + counts, self.beta0 + counts, freedom0 + counts  # eq. 15
        self._mean = counts[:, None] * means / self._beta[:, None]  # eq. 16: the prior's mean is 0 on this scale
        away = z[None] - means[:, None]
        scatter = np.einsum("nk,kni,knj->kij", resp, away, away)
        pull = (self.beta0 * counts / self._beta)[:, None, None] * means[:, :, None] * means[:, None, :]
        self._inverse = self._inverse0 + scatter + pull  # eq. 17
        self._root = np.linalg.cholesky(self._inverse)

    def _scores(self, z):
        """E log of weight and density of each row under each component (n, K): eq. (18)."""
        d = z.shape[1]
        log_weights = digamma(self._alpha) - digamma(self._alpha.sum())
        determinant = -2 * np.log(np.diagonal(self._root, axis1=1, axis2=2)).sum(axis=1)
        log_precision = digamma((self._freedom[:, None] - np.arange(d)) / 2).sum(axis=1) + d * math.log(2) + determinant
        white = np.linalg.solve(self._root, np.swapaxes(z[None] - self._mean[:, None], 1, 2))
        square = self._freedom * (white**2).sum(axis=1).T
        return log_weights + 0.5 * (log_precision - d * math.log(2 * math.pi) - d / self._beta - square)  # eq. 18

    def _bound(self, logs):
        """The ELBO, eq. (20): what the rows add, less what every factor is away from its prior."""
        d, k = self._mean.shape[1], len(self._alpha)
        value = logsumexp(logs, axis=1).sum() - divergences.dirichlet(self._alpha, np.full(k, float(self.alpha0)))
        precision = self._freedom[:, None, None] * np.linalg.inv(self._inverse)
        pull = np.einsum("ki,kij,kj->k", self._mean, precision, self._mean)
        ratio = self.beta0 / self._beta
        value -= 0.5 * (d * (ratio - 1 - np.log(ratio)) + self.beta0 * pull).sum()
        for v, inverse in zip(self._freedom, self._inverse):
            value -= divergences.wishart(v, inverse, self._freedom0, self._inverse0)
        return float(value)  # eq. 20


@dataclass
class Config:
    components: int = at_least(1)  # to begin with
    alpha0: float = above(0)  # prior weight of each, in observations
    scale: float = above(0)  # every length in the data is multiplied by it: nothing may change


def faithful(cfg: Config, job):
    """How many components of Old Faithful's eruptions survive, where they lie, and the bound."""
    x = np.array(papers.rows("faithful1990")[1], float)
    model = VariationalMixture(cfg.components, cfg.alpha0, seed=int(job.rng("start").integers(2**31))).fit(
        x * cfg.scale
    )
    order = model.survivors_[np.argsort(model.means_[model.survivors_, 0])]
    with job.figure("eruptions") as figure:
        import pictures

        pictures.eruptions(figure, x * cfg.scale, model)
    found = {"survivors": len(order), "bound": float(model.bounds_[-1] + x.size * math.log(cfg.scale))}
    for k, name in zip(order[[0, -1]], ("short", "long")):  # of the shortest eruptions, and of the longest
        found |= {f"{name}: weight": model.weights_[k], f"{name}: minutes": model.means_[k, 0] / cfg.scale}
    return found
