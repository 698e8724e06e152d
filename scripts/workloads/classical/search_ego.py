"""Expected improvement on a Gaussian process (Matérn 5/2): 25 suggestions in the unit square, ten of them first points, beside
scikit-optimize's."""

from workloads.estimators import our
from workloads.searches import RUNS, peers

ITEMS = RUNS
FIRST = 10


def ours(seed):
    import numpy as np

    rng = np.random.default_rng(seed)
    design = our("hyperparameters/designs.latin_hypercube")(FIRST, 2, rng)
    return our("hyperparameters/improvement.Bayesian")(design, rng)


def theirs(seed):
    import warnings

    from skopt import Optimizer

    warnings.simplefilter("ignore")
    points = {"n_initial_points": FIRST, "initial_point_generator": "lhs"}
    return Optimizer([(0.0, 1.0)] * 2, "GP", acq_func="EI", random_state=seed, **points)


PEERS = peers(25, 0.05, abacus=ours, skopt=theirs)
