"""Nearest neighbours: digits by their pixels (fonts, MNIST) and wines by their chemistry."""

from dataclasses import dataclass

import digits
import wines
from abacus.launch import launch
from abacus.settings import at_least, one_of
from images import VERSIONS

STUDIES = {"fonts": digits.fonts, "MNIST": digits.mnist, "wine": wines.classify}


@dataclass
class Config:
    study: str = one_of(*STUDIES)
    k: int = at_least(1)  # neighbours that vote
    p: int = one_of(1, 2, 3)  # of the distance L_p
    train: int = at_least(100)  # number of training digits
    images: str = one_of(*VERSIONS)
    scale: str = one_of(*wines.SCALES)


def run(cfg: Config, job):
    """One row of a table: the error in per cent, or of the wines the part that is right."""
    return {column: float(value) for column, value in STUDIES[cfg.study](cfg, job).items()}


if __name__ == "__main__":
    launch(run)
