"""Linear and quadratic discriminant analysis: one normal density per class, with a common or a separate covariance."""

from numbers import Real

import numpy as np

from abacus import inputs
from abacus.errors import BadInput

EPS = np.finfo(np.float64).eps
TOLERANCE = 1e-10  # an axis along which the means differ this little beside the first tells nothing


class LinearDiscriminantAnalysis:
    """p(x | c) = N(x; μ_c, Σ): δ_c(x) = log π_c - ½ (x - μ_c)ᵀ Σ⁻¹ (x - μ_c), eq. (2): linear in x.

    Σ is the pooled covariance within the classes, divided by n - K. Directions without variance are left out.
    `transform` projects on the canonical axes, eq. (5), which span the space of the whitened class means.
    Fitted: classes_, priors_, means_ (K, p), whitening_ (p, rank), axes_ (p, at most K - 1), explained_ (their shares).
    """

    def __init__(self, priors=None):
        self.priors = priors

    def fit(self, x, y):
        x, index = _begin(self, x, y)
        spread = (x - self.means_[index]) / np.sqrt(len(x) - len(self.classes_))
        self.whitening_, _ = _whitening(spread, np.abs(x).max(axis=0))
        if not self.whitening_.size:
            raise BadInput("no feature varies within a class: the covariance is zero")
        self.center_ = self.priors_ @ self.means_
        between = np.sqrt(self.priors_)[:, None] * ((self.means_ - self.center_) @ self.whitening_)
        _, size, canonical = np.linalg.svd(between, full_matrices=False)
        useful = size > TOLERANCE * max(size[0], 1.0)
        self.axes_ = self.whitening_ @ canonical[useful].T  # eq. (5)
        self.explained_ = size[useful] ** 2 / (size[useful] ** 2).sum() if useful.any() else size[:0]
        return self

    def discriminants(self, x):
        """δ_c(x) for every sample and class, less the part that all classes share: x·β_c + β_c0, (samples, K)."""
        means = inputs.fitted(self, "means_")
        x = inputs.matrix(x, self.n_features_in_, name=type(self).__name__)
        centers = (means - self.center_) @ self.whitening_
        constant = np.log(self.priors_) - 0.5 * (centers**2).sum(axis=1)
        return (x - self.center_) @ (self.whitening_ @ centers.T) + constant  # eq. (4)

    def transform(self, x):
        """The samples on the canonical axes, (samples, at most K - 1); the first separates the classes most."""
        axes = inputs.fitted(self, "axes_")
        return (inputs.matrix(x, self.n_features_in_, name=type(self).__name__) - self.center_) @ axes

    def decision_function(self, x):
        """The discriminant functions, (samples, K); of two classes their difference, (samples,), as people expect."""
        value = self.discriminants(x)
        return value[:, 1] - value[:, 0] if value.shape[1] == 2 else value

    def fit_transform(self, x, y):
        return self.fit(x, y).transform(x)

    def predict(self, x):
        best = self.discriminants(x).argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, x):
        """p(c | x), (samples, K): the softmax of the discriminant functions."""
        return _softmax(self.discriminants(x))

    def score(self, x, y):
        """The proportion of samples whose class is predicted."""
        guess = self.predict(x)
        return float(np.mean(guess == inputs.column(y, len(guess))))


class QuadraticDiscriminantAnalysis:
    """p(x | c) = N(x; μ_c, Σ_c): δ_c(x) = log π_c - ½ log |Σ_c| - ½ (x - μ_c)ᵀ Σ_c⁻¹ (x - μ_c), eq. (6).

    Σ_c is divided by n_c - 1. `shrinkage` in [0, 1] mixes Σ_c with the identity times its mean variance, which is
    what a class with fewer samples than features needs. Fitted: classes_, priors_, means_, whitenings_, log_scales_.
    """

    def __init__(self, priors=None, shrinkage=0.0):
        self.priors = priors
        self.shrinkage = shrinkage

    def fit(self, x, y):
        if not isinstance(self.shrinkage, Real) or not 0 <= self.shrinkage <= 1:
            raise BadInput(f"shrinkage must lie between 0 and 1, got {self.shrinkage}")
        x, index = _begin(self, x, y)
        size = np.abs(x).max(axis=0)
        spreads = [x[index == c] - self.means_[c] for c in range(len(self.classes_))]
        pairs = [self._decompose(spread, size, name) for spread, name in zip(spreads, self.classes_)]
        self.whitenings_ = np.stack([whitening for whitening, _ in pairs])
        self.log_scales_ = np.array([log_scale for _, log_scale in pairs])
        return self

    def _decompose(self, spread, size, name):
        """W with Σ_c⁻¹ = W Wᵀ, and ½ log |Σ_c|; Σ_c, eq. (7), is the product of the rows of both parts with themselves."""
        own = spread / np.sqrt(len(spread) - 1)
        power = _power(np.abs(own).max())
        even = power * np.sqrt(((own / power) ** 2).sum() / own.shape[1]) * np.eye(own.shape[1])
        both = np.vstack([np.sqrt(1 - self.shrinkage) * own, np.sqrt(self.shrinkage) * even])  # eq. 7
        whitening, log_scale = _whitening(both, size)
        if whitening.shape[1] < own.shape[1]:
            raise BadInput(f"the covariance of class {name} is singular ({len(spread)} samples): set shrinkage above 0")
        return whitening, log_scale

    def discriminants(self, x):
        """δ_c(x), (samples, K)."""
        whitenings = inputs.fitted(self, "whitenings_")
        x = inputs.matrix(x, self.n_features_in_, name=type(self).__name__)
        distance = [(((x - mean) @ w) ** 2).sum(axis=1) for mean, w in zip(self.means_, whitenings)]
        return np.log(self.priors_) - self.log_scales_ - 0.5 * np.stack(distance, axis=1)  # eq. 6

    decision_function = LinearDiscriminantAnalysis.decision_function
    predict = LinearDiscriminantAnalysis.predict
    predict_proba = LinearDiscriminantAnalysis.predict_proba
    score = LinearDiscriminantAnalysis.score


def _begin(self, x, y):
    """What both fits begin with: checks, classes, priors, means. Returns the samples and the index of each class."""
    x = inputs.matrix(x, name=type(self).__name__).astype(np.float64, copy=False)
    self.classes_, index = inputs.labels(y, len(x))
    count = np.bincount(index)
    if len(count) < 2:
        raise BadInput(f"{type(self).__name__} needs at least 2 classes, y has 1 class")
    if len(x) <= len(count) or (isinstance(self, QuadraticDiscriminantAnalysis) and count.min() < 2):
        raise BadInput(f"{len(x)} samples, {count.min()} of the rarest class: too few for a covariance")
    self.priors_ = count / len(x) if self.priors is None else _given(self.priors, len(count))
    self.means_ = np.stack([_mean(x[index == c]) for c in range(len(count))])
    self.n_features_in_ = x.shape[1]
    return x, index


def _given(priors, classes):
    try:
        given = np.asarray(priors, dtype=np.float64)
    except (TypeError, ValueError):
        given = np.empty(0)
    if given.shape != (classes,) or not (given > 0).all() or not abs(given.sum() - 1) <= 1e-9:
        raise BadInput(f"priors must be {classes} positive numbers that sum to one, got {priors}")
    return given


def _mean(x):
    """The mean of the rows, and that of what is left added: a feature that does not vary is met exactly."""
    mean = x.mean(axis=0)
    return mean + (x - mean).mean(axis=0)


def _whitening(spread, size):
    """W (p, rank) with Σ⁻¹ = W Wᵀ, eq. (3), and ½ log |Σ|, for Σ = spreadᵀ spread: the same in whatever units.

    Each feature is measured in its own standard deviation. Numbers as large as `size` (p,) are rounded to EPS times that:
    directions that vary no more than their rounding, and that of the decomposition, are left out.
    """
    power = _power(np.abs(spread).max(axis=0))
    unit = power * np.sqrt(((spread / power) ** 2).sum(axis=0))
    varies = unit > EPS * size
    unit, size = unit[varies], size[varies]
    _, scale, directions = np.linalg.svd(spread[:, varies] / unit, full_matrices=False)
    kept = scale > EPS * (np.abs(directions) @ (size / unit) + len(unit) * scale.max(initial=0.0))
    whitening = np.zeros((len(varies), kept.sum()))
    whitening[varies] = directions[kept].T / scale[kept] / unit[:, None]  # eq. 3
    return whitening, np.log(scale[kept]).sum() + np.log(unit).sum()


def _power(size):
    """The power of two beside numbers of that size: divided by it, no square overflows and none that counts vanishes."""
    return np.exp2(np.frexp(size)[1].clip(-1020, 1020))


def _softmax(score):
    p = np.exp(score - score.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)
