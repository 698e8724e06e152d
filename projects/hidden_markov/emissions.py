"""What a state emits: one symbol of several, counts, or normal numbers. Each knows its log-density and its M-step.

All work on a table of different observations `values` (u, d) and `weights` (u, m): how often each state is thought to
have emitted each of them. Parameters of m states stand in arrays whose first axis is the state.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlogy

from abacus.errors import BadInput

EPS = np.finfo(np.float64).eps


class Collapsed(BadInput):
    """A state's variance has gone to zero: it stands on one value, and the likelihood has no maximum."""


@dataclass(frozen=True)
class Categorical:
    """State j emits the symbol k of 0 … K − 1 with probability probabilities[j, k], (m, K)."""

    probabilities: np.ndarray

    @staticmethod
    def check(x):
        """BadInput unless X is one column of whole numbers from 0."""
        _whole(x, "categorical", "symbols")
        if x.shape[1] != 1:
            raise BadInput(f"categorical observations are one column of symbols, got {x.shape[1]} features")
        if x.max() > MOST:
            raise BadInput(f"categorical symbols are 0 to K - 1, got {x.max():g}: number them from 0 on")

    @classmethod
    def start(cls, values, counts, m, rng):
        """Each state's probabilities at random, around the shares in the data."""
        share = np.zeros(int(values.max()) + 1)
        share[values[:, 0].astype(int)] = counts / counts.sum()
        drawn = rng.dirichlet(np.ones(len(share)), m) * share
        return cls(drawn / drawn.sum(axis=1, keepdims=True))

    def log_density(self, values):
        symbols, known = values[:, 0].astype(int), self.probabilities.shape[1]
        with np.errstate(divide="ignore"):
            table = np.log(self.probabilities.T)
        found = table[np.minimum(symbols, known - 1)]
        found[symbols >= known] = -np.inf  # a symbol that was never seen
        return found

    def maximise(self, values, weights):
        counts = np.zeros(self.probabilities.T.shape)
        counts[values[:, 0].astype(int)] = weights
        totals = counts.sum(axis=0)[:, None]
        return Categorical(
            np.where(totals > 0, counts.T / np.where(totals > 0, totals, 1), self.probabilities)
        )  # eq. 15

    def draw(self, states, rng):
        table = np.cumsum(self.probabilities, axis=1)[states]
        symbols = (rng.random(len(states))[:, None] * table[:, -1:] >= table).sum(axis=1)
        return np.minimum(symbols, table.shape[1] - 1)[:, None].astype(np.float64)

    def ordered(self, order):
        return Categorical(self.probabilities[order])

    def checked(self, m):
        """The same as an array (m, K), or BadInput."""
        return Categorical(law("probabilities", self.probabilities, m, None))

    @property
    def means(self):
        """The mean symbol, (m, 1)."""
        return self.probabilities @ np.arange(self.probabilities.shape[1], dtype=np.float64)[:, None]

    @property
    def parameters(self):
        return len(self.probabilities) * (self.probabilities.shape[1] - 1)


MOST = 2**16  # symbols: a table of more is a mistake
LARGEST = 1e9  # a count: x log x is rounded by 1e-6 there


@dataclass(frozen=True)
class Poisson:
    """State j emits counts with the rates[j], (m, d): e^−λ λ^x / x! for each of d features."""

    rates: np.ndarray

    @staticmethod
    def check(x):
        """BadInput unless X holds counts, and none so large that x log λ − λ − log x! is lost in rounding."""
        _whole(x, "Poisson", "counts")
        if x.max() > LARGEST:
            raise BadInput(f"Poisson observations are counts up to {LARGEST:g}, got {x.max():g}: count in larger units")

    @classmethod
    def start(cls, values, counts, m, rng):
        """Rates at observations drawn at random, no two the same where there are enough, moved towards the mean."""
        mean = counts @ values / counts.sum()
        return cls(0.9 * _rows(values, m, rng) + 0.1 * mean)

    def log_density(self, values):
        rates = self.rates
        terms = xlogy(values[:, None, :], rates) - rates - gammaln(values + 1.0)[:, None, :]
        return terms.sum(axis=2)

    def maximise(self, values, weights):
        totals = weights.sum(axis=0)[:, None]
        return Poisson(np.where(totals > 0, weights.T @ values / np.where(totals > 0, totals, 1), self.rates))  # eq. 16

    def draw(self, states, rng):
        return rng.poisson(self.rates[states]).astype(np.float64)

    def ordered(self, order):
        return Poisson(self.rates[order])

    def checked(self, m):
        """The same as an array (m, d), or BadInput."""
        rates = numbers("rates", self.rates, m, None)
        if (rates < 0).any():
            raise BadInput(f"rates must be numbers from 0 on, got {rates.min():g}")
        return Poisson(rates)

    @property
    def means(self):
        return self.rates

    @property
    def parameters(self):
        return self.rates.size


@dataclass(frozen=True)
class Gaussian:
    """State j emits N(means[j], covariances[j]): means (m, d), covariances (m, d) of independent features, or (m, d, d).

    `floor` (d,): a variance that falls below it is a state that collapses: Collapsed is raised, a start is tried anew.
    """

    means: np.ndarray
    covariances: np.ndarray
    floor: np.ndarray

    @staticmethod
    def check(x):
        """BadInput where a feature does not vary: a normal density needs some width."""
        if not (x != x[0]).any(axis=0).all():
            raise BadInput("a feature has one value only: a Gaussian state would have no width")

    @classmethod
    def start(cls, values, counts, m, rng, full=False):
        """Means at observations drawn at random, no two the same where there are enough; the covariance of all."""
        mean = counts @ values / counts.sum()
        off = values - mean
        variance = counts @ off**2 / counts.sum()
        each = (off * counts[:, None]).T @ off / counts.sum() if full else variance
        return cls(_rows(values, m, rng), np.repeat(each[None], m, axis=0), np.sqrt(EPS) * variance)

    @property
    def full(self):
        return self.covariances.ndim == 3

    def log_density(self, values):
        if not self.full:
            import gaussian

            return gaussian.log_density(values, self.means, self.covariances)
        found = np.empty((len(values), len(self.means)))
        for j, (mean, covariance) in enumerate(zip(self.means, self.covariances)):
            root = _root(covariance)
            white = np.linalg.solve(root, (values - mean).T)
            constant = np.log(np.diag(root)).sum() + 0.5 * len(mean) * np.log(2 * np.pi)
            found[:, j] = -0.5 * np.einsum("ds,ds->s", white, white) - constant
        return found

    def maximise(self, values, weights):
        import gaussian

        totals = weights.sum(axis=0)
        seen = totals > 0
        safe = np.where(seen, totals, 1.0)[:, None]
        means = np.where(seen[:, None], weights.T @ values / safe, self.means)  # eq. 17
        if self.full:
            each = [((values - mean) * w[:, None]).T @ (values - mean) for mean, w in zip(means, weights.T)]
            found = np.array(each) / safe[:, :, None]
            covariances = np.where(seen[:, None, None], found, self.covariances)
            widths = np.linalg.eigvalsh(covariances / np.sqrt(np.multiply.outer(self.floor, self.floor)))[:, 0]
            narrow = widths < 1.0
        else:
            covariances = np.where(seen[:, None], gaussian.spread(values, weights, means) / safe, self.covariances)
            narrow = (covariances < self.floor).any(axis=1)  # eq. 18
        if narrow.any():
            at = ", ".join(f"{v:.6g}" for v in means[narrow][0])
            raise Collapsed(
                f"a Gaussian state has collapsed onto one point ({at}): its variance is 0, and the likelihood without bound"
            )
        return Gaussian(means, covariances, self.floor)

    def draw(self, states, rng):
        noise = rng.standard_normal((len(states), self.means.shape[1]))
        if not self.full:
            return self.means[states] + noise * np.sqrt(self.covariances[states])
        roots = np.array([_root(covariance) for covariance in self.covariances])
        return self.means[states] + np.einsum("nij,nj->ni", roots[states], noise)

    def ordered(self, order):
        return Gaussian(self.means[order], self.covariances[order], self.floor)

    def checked(self, m):
        """The same as arrays, or BadInput."""
        means = numbers("means", self.means, m, None)
        d = means.shape[1]
        covariances = numbers(
            "covariances", self.covariances, *((m, d, d) if np.ndim(self.covariances) == 3 else (m, d))
        )
        if covariances.ndim == 2 and not (covariances > 0).all():
            raise BadInput(f"variances must be above 0, got {covariances.min():g}")
        if covariances.ndim == 3 and (covariances != covariances.transpose(0, 2, 1)).any():
            raise BadInput("covariances must be symmetric")
        return Gaussian(means, covariances, numbers("floor", self.floor, d))

    @property
    def parameters(self):
        m, d = self.means.shape
        return m * d + (m * d * (d + 1) // 2 if self.full else m * d)


def numbers(name, given, *shape):
    """An array of finite numbers of that shape, where None stands for any size from 1 on; BadInput else."""
    try:
        found = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadInput(f"{name} must be numbers, got {type(given).__name__}") from None
    if found.ndim != len(shape) or any(have != n if n else not have for have, n in zip(found.shape, shape)):
        wanted = ", ".join("any" if n is None else str(n) for n in shape)
        raise BadInput(f"{name} must have the shape ({wanted}), got {found.shape}")
    if not np.isfinite(found).all():
        raise BadInput(f"{name} must be finite numbers")
    return found


def law(name, given, *shape):
    """As `numbers`, of probabilities that sum to one along the last axis."""
    found = numbers(name, given, *shape)
    if (found < 0).any() or (np.abs(found.sum(axis=-1) - 1.0) > 1e-9).any():
        raise BadInput(f"{name} must be probabilities that sum to one")
    return found


def _root(covariance):
    try:
        return np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        raise Collapsed("a Gaussian state's covariance is singular: its features are no more independent") from None


def _rows(values, m, rng):
    """m rows of the different observations, drawn without replacement while there are enough."""
    return values[rng.choice(len(values), m, replace=len(values) < m)].copy()


def _whole(x, name, what):
    if (x < 0).any() or (x != np.floor(x)).any():
        wrong = x[(x < 0) | (x != np.floor(x))][0]
        raise BadInput(f"{name} observations are {what}: whole numbers from 0 on, got {wrong:g}")
