"""Support vector classifiers: many classes made of machines that tell two apart (Cortes & Vapnik 1995; Schölkopf et al. 2000)."""

import itertools

import numpy as np

import platt
from abacus import inputs
from abacus.errors import BadInput
from dual import Problem, solve
from kernel import Rows, Samples
from kernelised import Kernelised, Machine, number, share

SCHEMES = ("ovo", "ovr")


class _Classifier(Kernelised):
    def _choose(self, decision, class_weight, probability, seed):
        """The settings that a classifier has besides."""
        self.decision = decision
        self.class_weight = class_weight
        self.probability = probability
        self.seed = seed

    def fit(self, X, y):
        """Find the machines for the samples X (n, d) of the classes y (n,), two at least. Returns self."""
        _word("decision", self.decision, SCHEMES)
        inputs.seed(self.seed)
        if not isinstance(self.probability, bool | np.bool_):
            raise BadInput(f"probability is {self.probability!r}; it must be True or False")
        samples = self._samples(X)
        self.classes_, index = inputs.labels(y, len(samples))
        if len(self.classes_) < 2:
            raise BadInput(f"y has {len(self.classes_)} class only; a classifier needs two at least")
        if self.probability and np.bincount(index).min() < 2:
            rare = self.classes_[np.bincount(index).argmin()]
            raise BadInput(f"probability=True needs two samples of each class: of {rare} there is one")
        weights = class_weights(self.class_weight, self.classes_, index)
        machines = [self._machine(samples, side, weights, rows) for side, rows in self._sides(samples, index)]
        self._keep(samples, machines)
        self.n_support_ = np.bincount(index[self.support_], minlength=len(self.classes_))
        if self.probability:
            self._sigmoids = platt.machines(self, samples.x, index, np.random.default_rng(self.seed))
        return self

    def decision_function(self, X):
        """Two classes: f (n,), above 0 for the second. More: (n, classes), f of each against the rest, or its votes against
        the others, with the sum of its f, squeezed below half a vote, to part what votes leave equal."""
        values = self._values(X)
        if len(self.classes_) == 2:
            return values[:, 0]
        if self.decision == "ovr":
            return values
        votes, sums = np.zeros((len(values), len(self.classes_))), np.zeros((len(values), len(self.classes_)))
        for (a, b), f in zip(itertools.combinations(range(len(self.classes_)), 2), values.T):
            votes[:, a] += f >= 0
            votes[:, b] += f < 0
            sums[:, a] += f
            sums[:, b] -= f
        return votes + sums / (3 * (np.abs(sums) + 1))

    def predict(self, X):
        """The class of each row of X (n,): the largest f, or of one against one the most votes (the first of equal ones)."""
        values = self.decision_function(X)
        if values.ndim == 1:
            return self.classes_[(values > 0).astype(np.int64)]
        if self.decision == "ovo":
            values = np.round(values)  # the votes alone
        return self.classes_[values.argmax(axis=1)]

    def predict_proba(self, X):
        """The probability of each class (n, classes), by sigmoids of f that held-out folds have fitted (eq. 20).

        BadInput where the machine was fitted without probability=True.
        """
        values = self._values(X)
        if not hasattr(self, "_sigmoids"):
            raise BadInput("predict_proba needs probability=True when the machine is made")
        return platt.probabilities(values, self._sigmoids, len(self.classes_), self.decision)

    def score(self, X, y):
        """The share of the rows of X whose class is predicted rightly."""
        guess = self.predict(X)
        return float(np.mean(guess == inputs.column(y, len(guess))))

    def _sides(self, samples, index):
        """(+1, −1 or 0 (not used) of each sample, rows that the machines may share), machine by machine."""
        k = len(self.classes_)
        if k > 2 and self.decision == "ovo":
            for a, b in itertools.combinations(range(k), 2):
                yield (index == a).astype(float) - (index == b), None
            return
        rows = Rows(samples, np.arange(len(samples)), self.cache_size)
        for c in range(k) if k > 2 else [1]:
            yield np.where(index == c, 1.0, -1.0), rows

    def _machine(self, samples, side, weights, rows):
        used = np.flatnonzero(side)
        part = samples if len(used) == len(samples) else _some(samples, used)
        machine = self._solved(part, side[used], weights[used], rows)
        return machine._replace(support=used[machine.support])


class SVC(_Classifier):
    """min ½ ‖w‖² + C Σ ξ_i, s_i (w·φ(x_i) + b) ≥ 1 − ξ_i, ξ_i ≥ 0 (eq. 3), by its dual (eq. 5).

    ξ is eq. 2, w eq. 4; where C is so large that nobody pays it is eq. 1.

    C: the price of a violation; class_weight: {class: factor of C}, or "balanced". decision: "ovo", a machine for each pair of
    classes, the most votes win; "ovr", one for each class against the rest, the largest f wins. probability: fit sigmoids too,
    with `seed` for the folds. The other settings: Kernelised.
    After fit: classes_, support_, support_vectors_, n_support_, dual_coef_ (machines, support vectors), intercept_, n_iter_,
    objective_ of the dual.
    """

    def __init__(self, C=1.0, kernel="rbf", degree=3, gamma="scale", coef0=0.0, tol=1e-3, decision="ovo", class_weight=None,
                 probability=False, shrinking=True, cache_size=200, max_iter=-1, seed=0):  # fmt: skip
        super().__init__(kernel, degree, gamma, coef0, tol, shrinking, cache_size, max_iter)
        self.C = C
        self._choose(decision, class_weight, probability, seed)

    def _settings(self):
        super()._settings()
        number("C", self.C)

    def _solved(self, samples, s, weights, rows):
        n = len(s)
        problem = Problem(np.arange(n), s, -np.ones(n), self.C * weights, np.zeros(n))
        found = solve(samples, problem, self.tol, self.shrinking, self.cache_size, rows, self.max_iter)
        support = np.flatnonzero(found.alpha)
        coef = (s * found.alpha)[support]  # eq. 6
        return Machine(support, coef, found.heights[0], found.steps, found.objective)


class NuSVC(_Classifier):
    """The same with ν in the place of C (Schölkopf et al. 2000), eq. 17: at most a share ν of the samples lies inside the
    margin, and at least a share ν are support vectors.

    nu: above 0, at most 1, and no more than twice the share of the rarer of two classes. The rest as in SVC.
    """

    def __init__(self, nu=0.5, kernel="rbf", degree=3, gamma="scale", coef0=0.0, tol=1e-3, decision="ovo", class_weight=None,
                 probability=False, shrinking=True, cache_size=200, max_iter=-1, seed=0):  # fmt: skip
        super().__init__(kernel, degree, gamma, coef0, tol, shrinking, cache_size, max_iter)
        self.nu = nu
        self._choose(decision, class_weight, probability, seed)

    def _settings(self):
        super()._settings()
        share("nu", self.nu)

    def _solved(self, samples, s, weights, rows):
        start = np.zeros(len(s))
        for sign in (1, -1):
            own = np.flatnonzero(s == sign)
            start[own] = filled(weights[own], self.nu * weights.sum() / 2)
            if start[own].sum() < self.nu * weights.sum() / 2 * (1 - 1e-12):
                raise BadInput(f"nu is {self.nu}: specified nu is infeasible, a class has too few samples")
        problem = Problem(np.arange(len(s)), s, np.zeros(len(s)), weights, start, paired=True)
        found = solve(samples, problem, self.tol, self.shrinking, self.cache_size, rows, self.max_iter)
        plus, minus = found.heights
        margin = (minus - plus) / 2  # ρ: eq. 18
        if not margin > 0:
            raise BadInput(
                f"nu is {self.nu}: no margin is left (the classes cannot be told apart); a smaller nu may do"
            )
        support = np.flatnonzero(found.alpha)
        coef = (s * found.alpha)[support] / margin
        return Machine(support, coef, (plus + minus) / 2 / margin, found.steps, found.objective / margin**2)


def class_weights(given, classes, index):
    """How much the C of each sample is multiplied, by its class."""
    counts = np.bincount(index)
    if given is None:
        return np.ones(len(index))
    if isinstance(given, str) and given == "balanced":
        return (len(index) / (len(counts) * counts))[index]
    if not isinstance(given, dict):
        raise BadInput(f"class_weight is {given!r}; it must be None, balanced, or a weight for some classes")
    each = np.ones(len(counts))
    for label, weight in given.items():
        place = np.flatnonzero(classes == label)
        if not len(place):
            raise BadInput(f"class_weight names the class {label!r}, which y does not have")
        number(f"class_weight of {label!r}", weight)
        each[place] = weight
    return each[index]


def filled(limits, total):
    """Start values: full from the first on until their sum is `total`, each at most its limit."""
    before = np.concatenate([[0.0], np.cumsum(limits)[:-1]])
    return np.clip(total - before, 0.0, limits)


def _word(name, value, known):
    if not isinstance(value, str) or value not in known:
        raise BadInput(f"{name} is {value!r}; it must be one of {', '.join(known)}")


def _some(samples, rows):
    return Samples(samples.kernel, samples.x[np.ix_(rows, rows)] if samples.given else samples.x[rows])
