"""Major earthquakes, 1900 to 2006: Zucchini and MacDonald's tables from their 107 counts."""

from dataclasses import dataclass

import numpy as np

import em
import moments
from abacus import papers
from abacus.errors import BadInput
from abacus.settings import above, at_least, between
from emissions import Poisson
from hidden_markov import HiddenMarkov

LAST = 2006
LAGS = 8  # of the printed autocorrelations
FINEST = 1e-13  # below it, steps of EM are rounding


@dataclass
class Start:
    rates: list[float] = above(0)  # of the states, with which EM begins
    change: float = between(0, 1)  # probability of each move from a state to another one, with which EM begins
    tolerance: float = at_least(
        FINEST
    )  # EM ends when a step changes no probability, and no rate over the largest, by more


@dataclass
class Steps(Start):
    iterations: list[int] = at_least(0)  # after which the model is shown


@dataclass
class Search:
    starts: int = at_least(1)  # random beginnings of EM, of which the likeliest end counts
    tolerance: float = at_least(
        FINEST
    )  # EM ends when a step changes no probability, and no rate over the largest, by more


@dataclass
class Mixture(Search):
    components: int = at_least(1)  # Poisson components of the mixture


@dataclass
class Prediction(Search):
    states: int = at_least(1)  # of the model
    years: list[int] = at_least(LAST + 1)  # for which the state is predicted


def counts():
    """The years (107,) and the counts (107, 1)."""
    _, rows = papers.rows("zucchini2009")
    years, found = np.array(rows, dtype=np.int64).T
    return years, found[:, None].astype(np.float64)


def iterations(cfg: Steps, job):
    """EM from the printed start: parameters and likelihood on the way, at its end, and of the stationary model."""
    found = em.data(counts()[1])
    on_the_way = zip(range(max(cfg.iterations, default=-1) + 1), em.iterates(_beginning(cfg), found, "free"))
    rows = {str(step): _parameters(*pair) for step, pair in on_the_way if step in cfg.iterations}
    return rows | {"convergence": _parameters(*_end(cfg, "free")), "stationary": _parameters(*_end(cfg, "stationary"))}


def transitions(cfg: Start, job):
    """Transition probabilities of both models, and the stationary distribution."""
    rows = {}
    for name, kind in (("EM", "free"), ("stationary", "stationary")):
        model, _ = _end(cfg, kind)
        rows |= {f"{name}, from {i}": _numbered("to", row) for i, row in enumerate(model.transition, 1)}
    return rows | {"stationary distribution": _numbered("to", model.start)}


def _beginning(cfg):
    m = len(cfg.rates)
    if m == 0 or (m - 1) * cfg.change > 1:
        raise BadInput(
            f"rates={cfg.rates} change={cfg.change}: at least one rate, and moves to others that sum to at most 1"
        )
    moves = np.full((m, m), cfg.change)
    np.fill_diagonal(moves, 1.0 - (m - 1) * cfg.change)
    return em.Model(np.full(m, 1.0 / m), moves, Poisson(np.array(cfg.rates)[:, None]))


def _end(cfg, kind):
    return em.settle(_beginning(cfg), em.data(counts()[1]), kind, cfg.tolerance)


def _parameters(model, log_likelihood):
    m = len(model.start)
    moves = {"gamma 12": model.transition[0, 1], "gamma 21": model.transition[1, 0]} if m == 2 else {}
    values = moves | _numbered("lambda", model.emission.rates[:, 0]) | _numbered("delta", model.start[:-1])
    return {name: float(value) for name, value in values.items()} | {"-log L": -float(log_likelihood)}


def _numbered(name, values):
    return {f"{name} {i}": float(value) for i, value in enumerate(values, 1)}


def fitted(states, search, kind="stationary"):
    """The likeliest Poisson model of so many states, and its log-likelihood."""
    x = counts()[1]
    model = HiddenMarkov(states, "poisson", kind, n_init=search.starts, max_iter=MOST).fit(x).model_
    settled, log_likelihood = em.settle(model, em.data(x), kind, search.tolerance)
    return HiddenMarkov.known(settled, kind), float(log_likelihood)


MOST = 10_000  # steps of EM from one start, more than any needs to show which of them is the likeliest


def mixtures(cfg: Mixture, job):
    """An independent mixture of Poisson distributions: its parameters, likelihood and variance."""
    model, log_likelihood = fitted(cfg.components, cfg, "independent")
    values = _numbered("weight", model.startprob_) | _numbered("rate", model.emission_.rates[:, 0])
    return values | {"-log L": -log_likelihood, "variance": moments.of(model.model_)[1]}


def four(cfg: Search, job):
    """The stationary model of four states: the rates and the likelihood of the highest of its maxima."""
    model, log_likelihood = fitted(4, cfg)
    return {"4": _numbered("rate", model.emission_.rates[:, 0]) | {"-log L": -log_likelihood}}


def autocorrelations(cfg: Search, job):
    """Mean, variance and autocorrelations of the counts, and of the stationary models of two to four states."""
    seen = counts()[1][:, 0]
    observed = moments.autocorrelations(seen, LAGS)
    rows = {"observed": _numbered("lag", observed) | {"mean": seen.mean(), "variance": seen.var(ddof=1)}}
    for m in (2, 3, 4):
        model = fitted(m, cfg)[0].model_
        mean, variance = moments.of(model)
        expected = [moments.autocorrelation(model, lag) for lag in range(1, LAGS + 1)]
        rows[str(m)] = _numbered("lag", expected) | {"mean": mean, "variance": variance}
    return rows


def decay(cfg: Search, job):
    """The autocorrelation at lag k of the models as Σ a ωᵏ: the coefficients and ratios, slowest first."""
    rows = {}
    for m in (2, 3, 4):
        coefficients, ratios = moments.decay(fitted(m, cfg)[0].model_)
        rows[str(m)] = _numbered("a", coefficients) | _numbered("omega", ratios)
    return rows


def prediction(cfg: Prediction, job):
    """The probability of each state in the years to come, after the count of 2006."""
    if not cfg.years:
        raise BadInput("years=[]: at least one year")
    model, _ = fitted(cfg.states, cfg)
    ahead = model.forecast(counts()[1], max(cfg.years) - LAST)
    return {str(year): _numbered("state", ahead[year - LAST - 1]) for year in cfg.years}


def choice(cfg: Search, job):
    """AIC and BIC of stationary models of one to four states, and of mixtures of two to four components."""
    x = counts()[1]
    models = {f"{m} state{'s' * (m > 1)}": fitted(m, cfg) for m in range(1, 5)}
    models |= {f"mixture of {m}": fitted(m, cfg, "independent") for m in range(2, 5)}
    return {
        name: {"k": model.n_parameters_, "AIC": model.aic(x), "BIC": model.bic(x), "-log L": -log_likelihood}
        for name, (model, log_likelihood) in models.items()
    }
