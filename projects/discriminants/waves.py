"""ESL's Table 12.4: discriminants on simulated waveforms, beside the best rule there is."""

from dataclasses import dataclass

import waveform
from abacus.settings import at_least, one_of
from classified import DISCRIMINANTS, REGRESSIONS, errors


@dataclass
class Config:
    model: str = one_of(*DISCRIMINANTS, *REGRESSIONS, "best")  # what learns; best: the rule that knows the densities
    train: int = at_least(4)  # samples to learn from
    test: int = at_least(1)  # samples to test on


def waveforms(cfg: Config, job):
    """Training and test error on one simulation; of the best rule, its exact error."""
    if cfg.model == "best":
        return {"test": waveform.bayes_error()}
    train = waveform.sample(cfg.train, job.rng("train"))
    test = waveform.sample(cfg.test, job.rng("test"))
    return errors(cfg.model, train, test, 3)
