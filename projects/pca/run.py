"""Principal components by our own decompositions: 50 states, Pearson's ten points, digits told apart by 40 numbers."""

from dataclasses import dataclass

import numpy as np

import digits
import planes
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import above, at_least, one_of
from estimator import SOLVERS


@dataclass
class Config:
    study: str = one_of("USArrests", "Pearson 1901", "digits")
    solver: str = one_of(*SOLVERS)
    component: int = at_least(1)  # USArrests: the component that a row prints
    positive: str = one_of(*planes.VARIABLES)  # and the loading that is given the sign +
    images: str = one_of("regular", "deslanted")  # digits, from here on
    shift: str = one_of("whole", "interpolated")  # by how much a deslanted line is moved
    method: str = one_of(*digits.METHODS)
    train: int = at_least(100)  # number of training digits
    components: int = at_least(1)
    projection: str = one_of("raw", "centred")  # is the mean subtracted before the projection?
    passes: int = at_least(1)
    rate: float = above(0)

    def __post_init__(self):
        most = 400 if self.images == "deslanted" else 784
        if self.components > most:
            raise BadInput(f"components is {self.components}; {self.images} digits have {most} pixels")
        if self.component > len(planes.VARIABLES):
            raise BadInput(f"component is {self.component}; USArrests has {len(planes.VARIABLES)}")


def run(cfg: Config, job):
    """One row of a table: see `planes` (USArrests, Pearson) and `digits`."""
    study = {"USArrests": planes.arrests, "Pearson 1901": planes.pearson, "digits": digits.classify}[cfg.study]
    return {column: float(np.float64(value)) for column, value in study(cfg, job).items()}


if __name__ == "__main__":
    launch(run)
