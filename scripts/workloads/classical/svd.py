"""The singular value decomposition of 200 x 100 normal numbers: our Jacobi rotations in NumPy beside LAPACK's gesdd."""

import numpy as np
from workloads.estimators import our


def step_of(svd):
    a = np.random.default_rng(0).standard_normal((200, 100))
    return lambda: float(svd(a)[1].sum())


PEERS = {
    "abacus": lambda threads: step_of(our("linear_algebra/svd.svd")),
    "LAPACK": lambda threads: step_of(lambda a: np.linalg.svd(a, full_matrices=False)),
}
