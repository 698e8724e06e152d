"""Naive Bayes: problems of known error (Breiman), sentences (Wang & Manning 2012), spam (Almeida 2011, Metsis 2006)."""

from dataclasses import dataclass

import breiman
import mail
import sentences
import sms
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of


@dataclass
class Config:
    task: str = one_of("exact", "learnt", "sentences", "sms", "mail")
    problem: str = one_of("twonorm", "ringnorm", "ringnorm/mlbench", "threenorm", "waveform")
    learn: int = at_least(1)  # learnt: samples to learn from
    test: int = at_least(1)  # learnt: samples to test on
    model: str = one_of(
        "multinomial", "complement", "bernoulli", "svm", "nbsvm", "boolean", "unnormalised", "nearest", "trivial"
    )
    alpha: float = above(0)  # smoothing
    grams: int = one_of(1, 2)  # words, or words and pairs of neighbours
    C: float = above(0)  # of the support vector machine, eq. (10)
    tol: float = above(0)  # its largest violation of optimality
    beta: float = between(0, 1)  # eq. (13)
    folds: int = at_least(2)
    sets: list[str]  # names within the data set
    tokens: str = one_of("tok1", "tok2")
    train: int = at_least(2)  # sms: messages to learn from
    batch: int = at_least(1)  # mail: messages between two trainings
    attributes: int = at_least(1)  # mail: tokens kept
    floor: int = at_least(1)  # mail: messages that a token must be in

    def __post_init__(self):
        """Each task has its own models, and two of them their sets."""
        models = {"sentences": sentences.MODELS, "sms": sms.MODELS, "mail": mail.RULES}.get(self.task)
        if models and self.model not in models:
            raise BadInput(f"model={self.model}: not for task={self.task}; wanted {' or '.join(models)}")
        known = {"sentences": sentences.PARTS, "mail": mail.PARTS}.get(self.task)
        if known and not (self.sets and set(self.sets) <= set(known)):
            raise BadInput(f"sets={self.sets}: task={self.task} wants some of {', '.join(known)}")


TASKS = {
    "exact": breiman.best,
    "learnt": breiman.learnt,
    "sentences": sentences.accuracies,
    "sms": sms.caught,
    "mail": mail.recalls,
}


def run(cfg: Config, job):
    """One row of the table that `cfg.task` names."""
    return TASKS[cfg.task](cfg, job)


if __name__ == "__main__":
    launch(run)
