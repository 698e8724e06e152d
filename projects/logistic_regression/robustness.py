"""What gross errors do to the direction that each loss finds: ours, no paper."""

from dataclasses import dataclass

import losses
import robust
from abacus.settings import at_least, one_of


@dataclass
class Config:
    loss: str = one_of(*losses.REGRESSION, *losses.CLASSIFICATION)  # what is made small
    samples: int = at_least(2)  # of which some are gross errors
    features: int = at_least(1)  # numbers that a sample has


def gross_errors(cfg: Config, job):
    """Degrees between the fitted and the true direction when none, 5 %, 10 %, 20 % of the samples are gross errors."""
    kind = "classification" if cfg.loss in losses.CLASSIFICATION else "regression"
    out = {}
    for share in (0, 5, 10, 20):
        x, y, truth = robust.sample(cfg.samples, cfg.features, share / 100, kind, job.rng("sample"))
        out[f"{share} %"] = robust.angle(robust.fit(x, y, cfg.loss), truth)
    return out
