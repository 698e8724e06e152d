"""The tree-structured Parzen estimator: 60 suggestions in the unit square, ten of them at random, beside Optuna's."""

from workloads.estimators import our
from workloads.searches import RUNS, peers

ITEMS = RUNS


def ours(seed):
    import numpy as np

    return our("hyperparameters/parzen.Parzen")([0, 0], np.random.default_rng(seed))


class Optuna:
    """A study of Optuna's as a search of the unit square."""

    def __init__(self, seed):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        self.asked = None

    def ask(self):
        self.asked = self.study.ask()
        return [self.asked.suggest_float(name, 0, 1) for name in "xy"]

    def tell(self, point, value):
        self.study.tell(self.asked, value)


PEERS = peers(60, 0.25, abacus=ours, optuna=Optuna)
