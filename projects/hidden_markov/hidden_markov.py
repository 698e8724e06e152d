"""The estimator: a hidden Markov model with fit, score, decode, predict, predict_proba, forecast and sample."""

import warnings

import numpy as np

import chain
import em
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator
from emissions import Categorical, Gaussian, Poisson, law

EMISSIONS = {"categorical": Categorical, "poisson": Poisson, "gaussian": Gaussian}
COVARIANCES = ("diag", "full")


class StateCollapsed(UserWarning):
    """A start was given up, since one of its states ended on a single point."""


class HiddenMarkov(Estimator):
    """P(x, s) = δ_{s₁} Π γ_{s_{t−1} s_t} Π p_{s_t}(x_t), eq. (1): maximum likelihood by Baum and Welch.

    n_components: m, states. emission: "gaussian", "poisson" (counts), "categorical" (one column of symbols 0 … K − 1).
    chain: "free", "stationary" (δ is the stationary law of Γ) or "independent" (no memory: a mixture). covariance_type:
    "diag" or "full", of Gaussian states. The likeliest of n_init starts drawn with `seed`; init, an em.Model, is the only
    start where it is given. Each climbs until a step gains no more than tol in log-likelihood, or max_iter steps are done.
    X is (n, d), several sequences one after the other, whose `lengths` add up to n (in fit, score, aic and bic say
    lengths=..., since the second argument of fit and score is an ignored y). After fit: startprob_ (m,), transmat_
    (m, m), emission_ (its `means`, and `rates`, `probabilities` or `covariances`), states in the order of their first mean
    unless init was given; log_likelihood_, n_iter_, converged_, n_features_in_.
    """

    def __init__(
        self,
        n_components=2,
        emission="gaussian",
        chain="free",
        covariance_type="diag",
        n_init=5,
        init=None,
        tol=1e-6,
        max_iter=1000,
        seed=0,
    ):
        self.n_components = n_components
        self.emission = emission
        self.chain = chain
        self.covariance_type = covariance_type
        self.n_init = n_init
        self.init = init
        self.tol = tol
        self.max_iter = max_iter
        self.seed = seed

    @classmethod
    def known(cls, model, chain="free"):
        """The estimator of a model (em.Model) that is known and not learnt, as if it had been fitted."""
        emission = getattr(model, "emission", None)
        name = next((name for name, kind in EMISSIONS.items() if isinstance(emission, kind)), None)
        if name is None:
            raise BadInput(f"known takes an em.Model of {', '.join(EMISSIONS)} emissions, got {type(model).__name__}")
        covariance = "full" if getattr(emission, "full", False) else "diag"
        self = cls(len(model.start), name, chain, covariance, init=model)
        self._check()
        given = self._given()
        self._keep(given, given.emission.means.shape[1])
        return self

    def fit(self, X, y=None, lengths=None):
        """Learn from the sequences in X (n, d); y is ignored. Returns self."""
        self._check()
        x = inputs.matrix(X, name="HiddenMarkov", samples=2).astype(np.float64, copy=False)
        EMISSIONS[self.emission].check(x)
        found = em.data(x, lengths)
        model, self.log_likelihood_, self.n_iter_, self.converged_, collapsed = em.best(
            self._starts(found), found, self.chain, self.tol, self.max_iter
        )
        if collapsed:
            said = f"{len(collapsed)} of {self.n_init} starts given up: {collapsed[0]}"
            warnings.warn(said, StateCollapsed, stacklevel=2)
        if self.init is None:
            model = _ordered(model)
        self._keep(model, x.shape[1])
        return self

    def score(self, X, y=None, lengths=None):
        """The log-likelihood of the sequences (of all of X, not per row); −inf where they are impossible."""
        try:
            return float(em.expectations(self.model_, self._data(X, lengths)).log_likelihood)
        except em.Impossible:
            return -np.inf

    def predict_proba(self, X, lengths=None):
        """P(state at t | all of its sequence), (n, m): smoothing, eq. (7)."""
        found = self._data(X, lengths)
        alone = em.Data(
            found.values[found.symbols], np.arange(len(found.symbols)), np.ones(len(found.symbols)), found.ends
        )
        weights = em.expectations(self.model_, alone).weights
        return weights / weights.sum(axis=1, keepdims=True)

    def filter(self, X, lengths=None):
        """P(state at t | its sequence up to t), (n, m), eq. (4)."""
        forward = em.expectations(self.model_, self._data(X, lengths)).forward
        return forward / forward.sum(axis=1, keepdims=True)

    def decode(self, X, lengths=None, algorithm="viterbi"):
        """(log-probability of the path and the observations, the path (n,)): eq. (10).

        algorithm: "viterbi", the likeliest path, or "map", of each t the likeliest state: then Σ log P(state at t | X).
        """
        if algorithm not in ("viterbi", "map"):
            raise BadInput(f"algorithm is {algorithm!r}; it must be viterbi or map")
        if algorithm == "map":
            posterior = self.predict_proba(X, lengths)
            return float(np.log(posterior.max(axis=1)).sum()), posterior.argmax(axis=1)
        import logspace

        model, found = self.model_, self._data(X, lengths)
        density = model.emission.log_density(found.values)
        best, path = np.empty((len(found.symbols), len(model.start)), np.int32), np.empty(len(found.symbols), np.int64)
        with np.errstate(divide="ignore"):
            logs = np.log(model.start), np.log(model.transition)
        total = logspace.viterbi(density, found.symbols, found.ends, *logs, best, path)
        if total == -np.inf:
            raise em.Impossible(em.impossible(found, density.max(axis=1)))
        return float(total), path

    def predict(self, X, lengths=None):
        """The likeliest path of states (n,): Viterbi's."""
        return self.decode(X, lengths)[1]

    def forecast(self, X, steps=1):
        """P(state | X) 1, 2, ... `steps` after the end of the one sequence X, (steps, m), eq. (11)."""
        inputs.counts(steps=steps)
        return chain.ahead(self.filter(X)[-1], self.model_.transition, int(steps))

    def sample(self, n_samples=1, seed=0):
        """A sequence of so many observations (n, d), and its states (n,)."""
        inputs.counts(n_samples=n_samples)
        inputs.seed(seed)
        model, rng = self.model_, np.random.default_rng(seed)
        states = chain.path(model.start, model.transition, int(n_samples), rng)
        return model.emission.draw(states, rng), states

    def aic(self, X, lengths=None):
        """−2 log L + 2k, eq. (19)."""
        return -2.0 * self.score(X, lengths=lengths) + 2.0 * self.n_parameters_  # eq. 19

    def bic(self, X, lengths=None):
        """−2 log L + k log n, eq. (19)."""
        return -2.0 * self.score(X, lengths=lengths) + self.n_parameters_ * np.log(len(X))

    @property
    def model_(self):
        """What was learnt, as an em.Model: start, transition, emission."""
        return em.Model(inputs.fitted(self, "startprob_"), self.transmat_, self.emission_)

    @property
    def n_parameters_(self):
        """k: the emissions' numbers, and those of Γ (m(m − 1), 0 without memory) and δ (m − 1, 0 of a stationary chain)."""
        m = len(inputs.fitted(self, "startprob_"))
        moves = 0 if self.chain == "independent" else m * (m - 1)
        return self.emission_.parameters + moves + (0 if self.chain == "stationary" else m - 1)

    def _data(self, X, lengths):
        features = inputs.fitted(self, "n_features_in_")
        x = inputs.matrix(X, features, name="HiddenMarkov").astype(np.float64, copy=False)
        if self.emission != "gaussian":
            EMISSIONS[self.emission].check(x)
        return em.data(x, lengths)

    def _keep(self, model, features):
        self.startprob_, self.transmat_, self.emission_ = model.start, model.transition, model.emission
        self.n_features_in_ = features

    def _starts(self, found):
        if self.init is not None:
            given = self._given()
            if given.emission.means.shape[1] != found.values.shape[1]:
                raise BadInput(f"X has {found.values.shape[1]} features, and init {given.emission.means.shape[1]}")
            return [given]
        Emission, options = EMISSIONS[self.emission], {}
        if self.emission == "gaussian":
            options["full"] = self.covariance_type == "full"
        sequence = np.random.SeedSequence(self.seed).spawn(self.n_init)
        return (
            em.started(Emission, found, self.n_components, self.chain, np.random.default_rng(own), **options)
            for own in sequence
        )

    def _given(self):
        """init with its parts as arrays, or BadInput."""
        given, m = self.init, self.n_components
        if not isinstance(given, em.Model) or not isinstance(given.emission, EMISSIONS[self.emission]):
            raise BadInput(f"init must be an em.Model of {self.emission} emissions, got {type(given).__name__}")
        start, moves = law("init's start", given.start, m), law("init's transition", given.transition, m, m)
        emission = given.emission.checked(m)
        if self.emission == "gaussian" and emission.full != (self.covariance_type == "full"):
            raise BadInput(f"covariance_type is {self.covariance_type!r}, and init's covariances are of the other kind")
        return em.Model(start, moves, emission)

    def _check(self):
        inputs.counts(n_components=self.n_components, n_init=self.n_init, max_iter=self.max_iter)
        inputs.seed(self.seed)
        inputs.tolerance(self.tol)
        choices = {"emission": tuple(EMISSIONS), "chain": chain.CHAINS, "covariance_type": COVARIANCES}
        for name, known in choices.items():
            if getattr(self, name) not in known:
                raise BadInput(f"{name} is {getattr(self, name)!r}; it must be one of {', '.join(known)}")


def _ordered(model):
    order = np.argsort(model.emission.means[:, 0], kind="stable")
    return em.Model(model.start[order], model.transition[np.ix_(order, order)], model.emission.ordered(order))
