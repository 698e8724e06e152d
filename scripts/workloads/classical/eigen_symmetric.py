"""Eigenvalues and eigenvectors of a symmetric 100 x 100 matrix: our QR steps in Python beside LAPACK's syevd."""

import numpy as np
from workloads.estimators import our


def step_of(eigenvectors):
    a = np.random.default_rng(0).standard_normal((100, 100))
    a = a + a.T
    return lambda: float(np.abs(eigenvectors(a)[0]).sum())


PEERS = {
    "abacus": lambda threads: step_of(our("linear_algebra/symmetric.eigenvectors")),
    "LAPACK": lambda threads: step_of(np.linalg.eigh),
}
