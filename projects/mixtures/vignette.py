"""The tables of mclust's vignette: fits by its own protocol, and at the maximum of the likelihood."""

import warnings
from dataclasses import dataclass

import numpy as np

import em
import families
import samples
from abacus.settings import above, at_least, one_of
from gaussian_mixture import ComponentCollapsed, GaussianMixture
from starts import NAMES

MOST = 100_000  # steps of EM, far more than any of the fits needs


@dataclass
class Protocol:
    init: str = one_of(*NAMES)  # where EM begins
    starts: int = at_least(
        1
    )  # random beginnings, of which the likeliest end counts; hierarchical and quantiles are one
    tolerance: float = above(0)  # EM ends where the log-likelihood changes by no more than this part of itself


@dataclass
class Fit(Protocol):
    sample: str = one_of(*samples.BY_NAME)  # the data
    family: str = one_of(*families.NAMES, "E", "V")  # of the covariances
    components: int = at_least(1)  # of the mixture


@dataclass
class Restarts:
    components: int = at_least(1)  # of the mixture
    starts: int = at_least(1)  # random beginnings, of which the likeliest end counts
    tolerance: float = above(0)  # EM ends where the log-likelihood changes by no more than this part of itself


@dataclass
class Discriminant:
    family: str = one_of(*families.NAMES)  # of the covariances of the three species


def mixture(x, components, family, protocol):
    """The fitted GaussianMixture."""
    model = GaussianMixture(components, family, protocol.starts, protocol.init, protocol.tolerance, MOST)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ComponentCollapsed)  # of many starts some always do
        return model.fit(x)


def fits(cfg: Fit, job):
    """A mixture of one family: its likelihood and its criteria, in mclust's sign (larger is better)."""
    x = samples.BY_NAME[cfg.sample]()
    model = mixture(x, cfg.components, cfg.family, cfg)
    return {"log L": model.log_likelihood_, "df": model.n_parameters_, "BIC": -model.bic(x), "ICL": -model.icl(x)}


def restarts(cfg: Restarts, job):
    """BIC, in mclust's sign, of the best of some random starts, each stopped early."""
    x = samples.galaxies()
    seed = int(job.rng("starts").integers(2**31))
    model = GaussianMixture(cfg.components, "V", cfg.starts, "random", cfg.tolerance, MOST, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ComponentCollapsed)
        return {"BIC": -model.fit(x).bic(x)}


def diabetes(cfg: Protocol, job):
    """Three clusters of patients: weights, means, sizes, and the classes of their patients, the largest cluster first."""
    x, known = samples.diabetes(), samples.classes()
    model = mixture(x, 3, "VVV", cfg)
    found, rows = model.predict(x), {}
    shown = em.maximise(
        "VVV", em.of_posterior(x, model.predict_proba(x))
    )  # mclust prints the M-step after the last E-step
    for name, k in enumerate(np.argsort(-model.weights_), 1):
        inside = known[found == k]
        values = dict(zip(("fpg", "glucose", "insulin"), shown.means[k])) | {"weight": shown.weights[k]}
        counted = {c: int((inside == place).sum()) for place, c in enumerate(samples.CLASSES)}
        rows[f"cluster {name}"] = {c: float(v) for c, v in values.items()} | counted | {"patients": len(inside)}
    return rows


def ratios(cfg: Protocol, job):
    """Twice the log-likelihood that one component more gains, of one to four components of the family VVV."""
    x = samples.diabetes()
    found = [mixture(x, k, "VVV", cfg).log_likelihood_ for k in range(1, 5)]
    return {f"{k} against {k + 1}": {"statistic": 2 * (found[k] - found[k - 1])} for k in range(1, 4)}


def edda(cfg: Discriminant, job):
    """The species known: one M-step, its likelihood as a mixture and its errors (EDDA)."""
    x, species = samples.iris()
    moments = em.of_labels(x, species, 3)
    fitted = em.maximise(cfg.family, moments)
    found = em.expectation(x, fitted, em.spread(x), keep=True)
    df = 2 + fitted.means.size + families.parameters(cfg.family, *fitted.means.shape)
    log_likelihood = float(found.log_likelihood)
    error = float(np.mean(found.posterior.argmax(axis=1) != species))
    return {"log L": log_likelihood, "df": df, "BIC": 2 * log_likelihood - df * np.log(len(x)), "error": error}
