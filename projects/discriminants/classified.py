"""Real samples classified: 178 wines, each left out once, and the eleven vowels of Deterding's speakers."""

from dataclasses import dataclass

import numpy as np

import pictures
import regressions
from abacus import data, folds
from abacus.settings import one_of
from discriminants import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis

DISCRIMINANTS = {"linear": LinearDiscriminantAnalysis, "quadratic": QuadraticDiscriminantAnalysis}
REGRESSIONS = {"indicators": regressions.indicators, "logistic": regressions.logistic}


@dataclass
class Wine:
    model: str = one_of(*DISCRIMINANTS)  # the discriminant that learns from the 177 other wines


@dataclass
class Vowel:
    model: str = one_of(*DISCRIMINANTS, *REGRESSIONS)  # what learns from the training speakers


def wine(cfg: Wine, job):
    """Leave one out: each of the 178 wines classified by what the 177 others teach, in per cent."""
    x, y = wines()
    right = [
        DISCRIMINANTS[cfg.model]().fit(x[others], y[others]).predict(x[one])[0] == y[one][0]
        for others, one in folds.leave_one_out(len(y))
    ]
    return {"correct": 100 * float(np.mean(right))}


def wines():
    """The thirteen measurements of 178 wines and their three cultivars."""
    found = data.load("uci").wine
    return found.features, found.labels


def vowel(cfg: Vowel, job):
    """Training and test error on the eleven vowels of Deterding's speakers."""
    found = data.load("esl", "vowel")
    train, test = (found.train_inputs, found.train_labels - 1), (found.test_inputs, found.test_labels - 1)
    if cfg.model == "linear":
        with job.figure("axes") as figure:
            pictures.vowels(figure, *train)
    return errors(cfg.model, train, test, 11)


def errors(model, train, test, classes):
    """{"train": error, "test": error} of a model fitted to the pair `train` of samples and labels 0..K-1."""
    if model in DISCRIMINANTS:
        fitted = DISCRIMINANTS[model]().fit(*train)
        return {"train": 1 - fitted.score(*train), "test": 1 - fitted.score(*test)}
    b = REGRESSIONS[model](*train, classes)
    wrong = [float(np.mean(regressions.classify(x, b) != y)) for x, y in (train, test)]
    return dict(zip(("train", "test"), wrong))
