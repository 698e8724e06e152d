"""Logistic regression and its kin: maximum likelihood, quantiles, robust losses, and the ways down a loss."""

from dataclasses import dataclass

import descents
import losses
import pictures
import quantile
import robust
import tables
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of

LOSSES = (*losses.REGRESSION, *losses.CLASSIFICATION)


@dataclass
class Config:
    task: str = one_of("heart", "spector", "engel", "stackloss", "robust", "descents")
    predictors: list[str]  # heart: the columns beside the constant
    iterations: int = at_least(0)  # heart: of reweighted least squares; 0 goes on to the maximum
    link: str = one_of("logit", "probit")
    q: float = between(0, 1, open=True)  # engel: the quantile
    kernel: str = one_of(*quantile.KERNELS)  # engel: of the density at 0 that the standard errors need
    loss: str = one_of(*LOSSES)  # stackloss, robust
    samples: int = at_least(2)  # robust: how many, of how many features
    features: int = at_least(1)
    method: str = one_of(*descents.METHODS)  # descents
    rate: float = above(0)
    steps: int = at_least(1)


def robustness(cfg, job):
    """Degrees between the fitted and the true direction when none, 5 %, 10 %, 20 % of the samples are gross errors."""
    kind = "classification" if cfg.loss in losses.CLASSIFICATION else "regression"
    out = {}
    for share in (0, 5, 10, 20):
        x, y, truth = robust.sample(cfg.samples, cfg.features, share / 100, kind, job.rng("sample"))
        out[f"{share} %"] = robust.angle(robust.fit(x, y, cfg.loss), truth)
    return out


def run(cfg: Config, job):
    """One row of the table that `cfg.task` names."""
    if cfg.task in ("heart", "spector"):
        return getattr(tables, cfg.task)(cfg)
    if cfg.task in ("engel", "stackloss"):
        return getattr(tables, cfg.task)(cfg)
    return robustness(cfg, job) if cfg.task == "robust" else descents.row(cfg, job)


if __name__ == "__main__":
    launch(run, figures=pictures.draw)
