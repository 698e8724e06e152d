"""Almeida, Gómez Hidalgo & Yamakami 2011: spam among short messages, 1 674 to learn from, the rest to test."""

import re
from dataclasses import dataclass

import numpy as np
import scipy.sparse

import counts
import svm
import text
from abacus import data
from abacus.errors import BadInput
from abacus.settings import above, at_least, one_of

TOKEN = {
    "tok1": re.compile(r"\S[a-zA-Z0-9]*\S?"),  # ours: see the README; upper and lower case differ
    "tok2": re.compile(r"[^\s.,:\-]+"),
}
TOLERANCE = 0.001  # of the machine (LinearSVM's tol)


@dataclass
class Config:
    model: str = one_of(
        "svm", "bernoulli", "boolean", "multinomial", "unnormalised", "nearest", "trivial"
    )  # the filter
    tokens: str = one_of(*TOKEN)  # how a message is cut
    train: int = at_least(2)  # messages to learn from; the rest is tested
    alpha: float = above(0)  # smoothing of the naive Bayes filters
    C: float = above(0)  # weight of the svm's errors, eq. (10)


def caught(cfg: Config, job):
    """Spam caught and ham blocked (SC, BH) and accuracy in per cent, and Matthews' correlation coefficient."""
    sms = data.load("sms-spam")
    spam = np.asarray(sms.spam).astype(np.int64)
    if any(len(set(part)) < 2 for part in (spam[: cfg.train], spam[cfg.train :])):
        raise BadInput(f"train={cfg.train}: wanted spam and ham among these and among the rest of {len(spam)} messages")
    tokens = [TOKEN[cfg.tokens].findall(message) for message in sms.texts]
    vocabulary = {}
    train = text.counted(tokens[: cfg.train], vocabulary, grow=True)
    test = text.counted(tokens[cfg.train :], vocabulary, grow=False)
    said = MODELS[cfg.model](train, spam[: cfg.train], test, cfg)
    return measures(said, spam[cfg.train :])


def measures(said, spam):
    """SC, BH, accuracy in per cent, MCC, and the counts behind the first two, of predictions and truth that are 1 for spam.

    MCC is left out where undefined.
    """
    hit, blocked = np.sum(said & spam), np.sum(said & (1 - spam))
    spams, hams = spam.sum(), len(spam) - spam.sum()
    passed, missed = hams - blocked, spams - hit
    out = {"SC": 100 * hit / spams, "BH": 100 * blocked / hams, "Acc": 100 * (hit + passed) / len(spam)}
    out |= {"messages of spam caught": hit, "messages of ham blocked": blocked}
    norm = np.sqrt(float(hit + blocked) * float(hit + missed) * float(passed + blocked) * float(passed + missed))
    if norm:
        out["MCC"] = (float(hit) * float(passed) - float(blocked) * float(missed)) / norm
    return {name: float(value) for name, value in out.items()}


def multinomial(train, labels, test, cfg):
    return counts.MultinomialNB(cfg.alpha).fit(train, labels).predict(test)


def unnormalised(train, labels, test, cfg):
    """Multinomial without the denominator N_c + α |V| of eq. (7): log p(c) + Σ_j x_j log(N_cj + α)."""
    learnt = counts.MultinomialNB(cfg.alpha).fit(train, labels)
    return (test @ np.log(learnt.feature_count_ + cfg.alpha).T + learnt.class_log_prior_).argmax(axis=1)


def bernoulli(train, labels, test, cfg):
    return counts.BernoulliNB(cfg.alpha).fit(train, labels).predict(test)


def boolean(train, labels, test, cfg):
    """Bernoulli without the factors 1 - p of absent words: only the words that stand in the message are asked."""
    learnt = counts.BernoulliNB(cfg.alpha).fit(train, labels)
    return (text.present(test) @ learnt.feature_log_prob_.T + learnt.class_log_prior_).argmax(axis=1)


def machine(train, labels, test, cfg):
    """A linear SVM with an intercept: a constant feature is appended."""
    return (
        svm.LinearSVM(cfg.C, TOLERANCE)
        .fit(_with_one(text.present(train)), labels)
        .predict(_with_one(text.present(test)))
    )


def nearest(train, labels, test, cfg):
    """The class of the nearest training message, Euclidean on counts."""
    return labels[(np.asarray(train.multiply(train).sum(axis=1)) - 2 * (test @ train.T).toarray()).argmin(axis=1)]


def trivial(train, labels, test, cfg):
    """Never spam."""
    return np.zeros(test.shape[0], np.int64)


def _with_one(x):
    return scipy.sparse.csr_array(scipy.sparse.hstack([x, np.ones((x.shape[0], 1))]))


MODELS = {
    "multinomial": multinomial,
    "unnormalised": unnormalised,
    "bernoulli": bernoulli,
    "boolean": boolean,
    "svm": machine,
    "nearest": nearest,
    "trivial": trivial,
}
