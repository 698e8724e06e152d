"""Two symmetric matrices that are hard on solvers, to the last bit: Rosser's, and Wilkinson's W21+."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

import exact
import schur
import symmetric
from abacus.settings import between, one_of


@dataclass
class Config:
    matrix: str = one_of("Rosser", "W21+")  # the matrix
    digits: int = between(16, 200)  # decimals of the exact eigenvalues that the errors are taken from


def spectrum(cfg: Config, job):
    """Every eigenvalue by the symmetric QR algorithm; its error, and that of Francis's algorithm, in units of ε‖A‖."""
    a = MATRICES[cfg.matrix]()
    found = symmetric.eigenvalues(a)
    general = schur.eigenvalues(a).real[::-1]
    truth = exact.eigenvalues(a, found, cfg.digits)
    unit = np.finfo(float).eps * max(abs(found))
    return {
        f"eigenvalue {k + 1}": {
            "eigenvalue": found[k],
            "error in ε‖A‖": float(Fraction(found[k]) - truth[k]) / unit,
            "Francis's error in ε‖A‖": float(Fraction(general[k]) - truth[k]) / unit,
        }
        for k in range(len(a))
    }


def rosser():
    """8 × 8: three eigenvalues close to 1020, 1000 twice, 0, and one close to it (Rosser et al. 1951)."""
    return np.array(
        [
            [611, 196, -192, 407, -8, -52, -49, 29],
            [196, 899, 113, -192, -71, -43, -8, -44],
            [-192, 113, 899, 196, 61, 49, 8, 52],
            [407, -192, 196, 611, 8, 44, 59, -23],
            [-8, -71, 61, 8, 411, -599, 208, 208],
            [-52, -43, 49, 44, -599, 411, 208, 208],
            [-49, -8, 8, 59, 208, 208, 99, -911],
            [29, -44, 52, -23, 208, 208, -911, 99],
        ]
    )


def w21():
    """21 × 21: 10, 9, … 0, … 9, 10 with ones beside them; pairs of eigenvalues almost meet (Wilkinson 1965, p. 308)."""
    return np.diag(abs(np.arange(-10, 11))) + np.eye(21, k=1, dtype=int) + np.eye(21, k=-1, dtype=int)


MATRICES = {"Rosser": rosser, "W21+": w21}
