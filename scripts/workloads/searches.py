"""What the workloads of searches share: a step is one search of Branin's function on the unit square, from first points to last.

Its loss is the share of RUNS searches, made beforehand, whose least value is within BAR of the minimum: peers of equal
shares find equally good places, and what is timed is what they take to suggest them.
"""

from itertools import count

from workloads.estimators import our

RUNS = 12


def peers(suggestions, bar, **makes):
    """PEERS of {name: make}; make(seed) returns a search with ask() for a point (2,) and tell(point, value)."""
    branin, least = our("hyperparameters/functions.branin"), our("hyperparameters/functions.least")
    names = {"abacus": "abacus", "optuna": "Optuna", "skopt": "scikit-optimize"}

    def built(make):
        import numpy as np

        def search(seed):
            searching, best = make(seed), np.inf
            for _ in range(suggestions):
                point = searching.ask()
                value = float(branin(np.asarray(point)))
                searching.tell(point, value)
                best = min(best, value)
            return best - least("Branin")

        def build(threads):
            share, seeds = sum(search(seed) <= bar for seed in range(RUNS)) / RUNS, count(RUNS)

            def step():
                search(next(seeds))
                return share

            return step

        return build

    return {names[name]: built(make) for name, make in makes.items()}
