"""Gradient boosting with histograms, 100 trees of 31 leaves, on ESL's spam, 3 065 rows of 57 numbers: the error on 1 536."""

from workloads.estimators import our

from abacus import data

ITEMS = 1536  # that the error is measured on


def step(boosting):
    mail = data.load("esl", "spam")
    x, y, test, truth = (a[rows] for rows in (~mail.test, mail.test) for a in (mail.predictors, mail.spam))
    return lambda: float((boosting().fit(x, y).predict(test) != truth).mean())


def ours(threads):
    make = our("trees/boosting.HistGradientBoostingClassifier")
    return step(lambda: make())


def theirs(threads):
    from sklearn.ensemble import HistGradientBoostingClassifier

    return step(lambda: HistGradientBoostingClassifier(early_stopping=False))


def light(threads):
    import warnings

    from lightgbm import LGBMClassifier

    warnings.simplefilter("ignore")  # that rows without names are predicted
    return step(lambda: LGBMClassifier(n_jobs=threads, verbose=-1))


PEERS = {"abacus": ours, "scikit-learn": theirs, "LightGBM": light}
