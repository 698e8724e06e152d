"""Discriminant analysis: Fisher's irises, the wine file, and the waveform and vowel tables of ESL."""

from dataclasses import dataclass

import numpy as np

import fisher
import pictures
import regressions
import waveform
from abacus import data
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import at_least, one_of
from discriminants import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis


@dataclass
class Config:
    task: str = one_of("fisher", "wine", "waveform", "vowel")
    quantity: str = one_of(*fisher.QUANTITIES)  # fisher: the table that is worked again
    model: str = one_of("linear", "quadratic", "indicators", "logistic", "best")
    train: int = at_least(4)  # waveform: samples to learn from
    test: int = at_least(1)  # waveform: samples to test on

    def __post_init__(self):
        models = MODELS.get(self.task, (self.model,))
        if self.model not in models:
            raise BadInput(f"model {self.model} is not one of task {self.task}: {', '.join(models)}")


DISCRIMINANTS = {"linear": LinearDiscriminantAnalysis, "quadratic": QuadraticDiscriminantAnalysis}
REGRESSIONS = {"indicators": regressions.indicators, "logistic": regressions.logistic}
MODELS = {
    "wine": (*DISCRIMINANTS,),
    "vowel": (*DISCRIMINANTS, *REGRESSIONS),
    "waveform": (*DISCRIMINANTS, *REGRESSIONS, "best"),
}


def fishers(cfg, job):
    """The rows of one of Fisher's tables."""
    return fisher.QUANTITIES[cfg.quantity](fisher.irises())


def wine(cfg, job):
    """Leave one out: each of the 178 wines classified by what the 177 others teach, in per cent."""
    x, y = wines()
    others = ~np.eye(len(y), dtype=bool)
    right = [DISCRIMINANTS[cfg.model]().fit(x[k], y[k]).predict(x[~k])[0] == y[~k][0] for k in others]
    return {"correct": 100 * float(np.mean(right))}


def wines():
    """The thirteen measurements of 178 wines and their three cultivars."""
    found = data.load("uci").wine
    return found.features, found.labels


def waveforms(cfg, job):
    """Training and test error on one simulation; of the best rule, its exact error."""
    if cfg.model == "best":
        return {"test": waveform.bayes_error()}
    train = waveform.sample(cfg.train, job.rng("train"))
    test = waveform.sample(cfg.test, job.rng("test"))
    return errors(cfg.model, train, test, 3)


def vowel(cfg, job):
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


TASKS = {"fisher": fishers, "wine": wine, "waveform": waveforms, "vowel": vowel}


def run(cfg: Config, job):
    """One row of the table that `cfg.task` names."""
    return TASKS[cfg.task](cfg, job)


if __name__ == "__main__":
    launch(run, figures=pictures.draw)
