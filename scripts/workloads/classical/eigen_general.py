"""The 100 eigenvalues of a matrix of 100 x 100 normal numbers: Francis's steps in Python beside LAPACK's geev."""

import numpy as np
from workloads.estimators import our


def step_of(eigenvalues):
    a = np.random.default_rng(0).standard_normal((100, 100))
    return lambda: float(np.abs(eigenvalues(a)).sum())


PEERS = {
    "abacus": lambda threads: step_of(our("linear_algebra/schur.eigenvalues")),
    "LAPACK": lambda threads: step_of(np.linalg.eigvals),
}
