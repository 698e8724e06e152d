"""Linear regression: the certified digits of NIST, and three tables of The Elements of Statistical Learning."""

from dataclasses import dataclass

import numpy as np

import descents
import figures
import inference
import nist
import shrunk
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import one_of
from solvers import SOLVERS


@dataclass
class Digits:
    sets: list[str] = one_of(*nist.NAMES)  # NIST's sets, each a row; the last row is their mean

    def __post_init__(self):
        if not self.sets:
            raise BadInput("sets=[]: wanted at least one of NIST's sets")


@dataclass
class Certified:
    set: str = one_of(*nist.NAMES)  # which of NIST's sets


def digits(cfg: Digits, job):
    """Correct digits of every solver's worst coefficient on each set, and the means; drawn as a map."""
    lre = np.array([[nist.digits(solve, name) for name in cfg.sets] for solve in SOLVERS.values()])
    with job.figure("digits") as figure:
        figures.digits(figure, list(SOLVERS), cfg.sets, lre)
    best, worst = list(SOLVERS)[lre.mean(axis=1).argmax()], list(SOLVERS)[lre.mean(axis=1).argmin()]
    print(f"Correct digits of each solver's worst coefficient, of fifteen: {best} keeps most of them, {worst} fewest.")
    found = {name: dict(zip(SOLVERS, column)) for name, column in zip(cfg.sets, lre.T)}
    return found | {"mean": dict(zip(SOLVERS, lre.mean(axis=1)))}


def certified(cfg: Certified, job):
    """Everything a certificate prints of one set, from double-double QR."""
    y, x = nist.exact_design(cfg.set)
    return nist.statistics(cfg.set, inference.fit(x, y, cfg.set not in nist.NO_INTERCEPT))


if __name__ == "__main__":
    launch(digits, certified, shrunk.correlations, shrunk.z_scores, shrunk.shrinkage, descents.descent_of)
