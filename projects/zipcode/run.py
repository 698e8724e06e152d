"""The network of LeCun et al. 1989 learns printed digits, and reads fonts that it has never seen."""

from dataclasses import dataclass

import numpy as np

import figures
import learning
import patterns
import wiring
from abacus.launch import launch
from abacus.settings import above, at_least


@dataclass
class Config:
    train: int = at_least(1)  # printed digits to learn from
    passes: int = at_least(0)  # times that every digit is shown
    eta: float = above(0)  # learning rate


def printed_digits(cfg: Config, job):
    """Errors in per cent and mean squared errors after the last pass, on digits of fonts that were not learnt from."""
    digits = patterns.printed(cfg.train, job.rng("fonts"))
    p = wiring.initial(1, job.rng("init"))
    read = learning.train(cfg, job, p, digits, lambda p: np.float32(cfg.eta) * wiring.connected())
    print(
        f"The network of 1989 has seen {cfg.train} printed digits {cfg.passes} times, one at a time; of {len(read)} digits in "
        f"fonts that it has never seen it misreads {int((read != digits.test_labels).sum())}."
    )
    return learning.values(p, digits)


if __name__ == "__main__":
    learnt = printed_digits, learning.descent, learning.newton
    launch(*learnt, wiring.count, figures=dict.fromkeys(learnt, figures.draw_table))
