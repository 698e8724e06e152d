"""What the workloads of forests and of boosting share: our class beside scikit-learn's and LightGBM's, set to the same work.

step(make) returns the step of a classifier that make() makes.
"""

import warnings

from workloads.estimators import our

TREES = 100


def forests(step):
    """PEERS of a random forest of TREES trees."""

    def ours(threads):
        forest = our("trees/forest.RandomForestClassifier")
        return step(lambda: forest(TREES, oob_score=False, n_jobs=threads))

    def theirs(threads):
        from sklearn.ensemble import RandomForestClassifier

        return step(lambda: RandomForestClassifier(TREES, n_jobs=threads, random_state=0))

    return {"abacus": ours, "scikit-learn": theirs}


def boosters(step):
    """PEERS of gradient boosting with histograms, TREES trees of 31 leaves: the default of all three."""

    def ours(threads):
        return step(our("trees/boosting.HistGradientBoostingClassifier"))

    def theirs(threads):
        from sklearn.ensemble import HistGradientBoostingClassifier

        return step(lambda: HistGradientBoostingClassifier(early_stopping=False))

    def light(threads):
        from lightgbm import LGBMClassifier

        warnings.simplefilter("ignore")  # that rows without names are predicted
        return step(lambda: LGBMClassifier(n_jobs=threads, verbose=-1))

    return {"abacus": ours, "scikit-learn": theirs, "LightGBM": light}
