"""Wang & Manning 2012: sentences as bags of words and word pairs, classified over ten folds."""

from dataclasses import dataclass

import numpy as np

import counts
import svm
import text
from abacus import data, folds
from abacus.errors import BadInput
from abacus.settings import above, at_least, between, one_of

PARTS = {"CR": "cr", "MPQA": "mpqa", "RTs": "mr", "subj": "subj"}
TOLERANCE = (
    0.01  # of the machines (LinearSVM's tol); ours: ten times finer than LIBLINEAR's default, the authors' choice
)
MODELS = {
    "multinomial": lambda cfg, rng: counts.MultinomialNB(cfg.alpha),
    "complement": lambda cfg, rng: counts.ComplementNB(cfg.alpha),
    "bernoulli": lambda cfg, rng: counts.BernoulliNB(cfg.alpha),
    "svm": lambda cfg, rng: svm.LinearSVM(cfg.C, TOLERANCE, rng=rng),
    "nbsvm": lambda cfg, rng: svm.NBSVM(cfg.C, cfg.beta, cfg.alpha, TOLERANCE, rng=rng),
}


@dataclass
class Config:
    sets: list[str] = one_of(*PARTS)  # the sets of sentences: a column each
    model: str = one_of(*MODELS)  # the classifier
    grams: int = one_of(1, 2)  # longest run of words that counts as a feature: words, or pairs of neighbours too
    alpha: float = above(0)  # smoothing of naive Bayes and of nbsvm's ratio
    C: float = above(0)  # weight of the errors in svm and nbsvm, eq. (10)
    beta: float = between(0, 1)  # of nbsvm, eq. (13): 0 is naive Bayes, 1 the machine
    folds: int = at_least(2)  # parts of the cross-validation

    def __post_init__(self):
        if not self.sets:
            raise BadInput(f"sets={self.sets}: wanted some of {', '.join(PARTS)}")


def accuracies(cfg: Config, job):
    """Accuracy in per cent of one classifier on every set of `cfg.sets`, over `cfg.folds` random folds."""
    out = {}
    for name in cfg.sets:
        sentences, labels = sentences_of(name)
        out[name] = cross_validated(presence(sentences, cfg.grams), labels, cfg, job, name)
    return out


def sentences_of(name):
    """The sentences of one set as lower-case words, and their labels, 0 or 1; empty lines are no sentences."""
    found = data.load("sentence-classification", PARTS[name])
    words = [line.lower().split() for line in found.texts]
    full = [i for i, sentence in enumerate(words) if sentence]
    return [words[i] for i in full], np.asarray(found.labels)[full]


def presence(sentences, longest):
    """Which words (and pairs, longest = 2) a sentence has, as CSR of ones: f̂ of the paper, p. 91."""
    return text.present(text.counted([text.grams(words, longest) for words in sentences], {}, grow=True))


def cross_validated(x, labels, cfg, job, name):
    """Mean over the folds of the accuracy on the held-out fold; the folds are a random partition of this seed."""
    if cfg.folds > len(labels):
        raise BadInput(f"folds={cfg.folds}: {name} has {len(labels)} sentences")
    correct = 0.0
    for k, (train, held) in enumerate(folds.k_fold(len(labels), cfg.folds, job.rng(f"folds of {name}"))):
        rng = job.rng(f"order of {name}", k) if cfg.model in ("svm", "nbsvm") else None
        classifier = MODELS[cfg.model](cfg, rng)
        known = np.bincount(x[train].indices, minlength=x.shape[1]) > 0  # unseen words are ignored
        correct += classifier.fit(x[train][:, known], labels[train]).score(x[held][:, known], labels[held])
    return 100 * correct / cfg.folds
