"""Zip code digits of USPS (LeCun et al. 1989), read by support vectors, by neighbours, and by a plane."""

from dataclasses import dataclass

import numpy as np

import pictures
from abacus import data
from abacus.settings import above, at_least, one_of
from machines import SCHEMES, SVC


@dataclass
class Config:
    kernel: str = one_of("linear", "poly", "rbf")  # of the machines
    degree: int = at_least(1)  # of the polynomial; not used by the others
    width: float = above(0)  # the polynomial is (x.y / width)^degree, the other exp(-|x - y|^2 / width)
    C: float = above(0)  # price of a violation
    decision: str = one_of(
        *SCHEMES
    )  # one machine for each pair of digits (ovo), or for each digit against the rest (ovr)


def usps(cfg: Config, job):
    """Errors on the 2 007 test digits, and the mean number of support vectors of a machine."""
    (x, y), (test, truth) = samples()
    machine = SVC(cfg.C, cfg.kernel, cfg.degree, 1 / cfg.width, decision=cfg.decision, cache_size=250).fit(x, y)
    wrong = int((machine.predict(test) != truth).sum())
    if cfg.kernel == "rbf" and cfg.decision == "ovr":  # the lesson shows this one
        with job.figure("supports") as figure:
            pictures.supports(figure, x, y, machine)
    vectors = float((machine.dual_coef_ != 0).sum(axis=1).mean())
    return {"errors": wrong, "test error": 100 * wrong / len(truth), "support vectors": vectors}


@dataclass
class Nearest:
    k: int = at_least(1)  # neighbours that vote; of digits equally common among them the nearest's wins


def nearest(cfg: Nearest, job):
    """Errors of the nearest training digits (Euclidean distance of the pixels)."""
    (x, y), (test, truth) = samples()
    wrong = int((neighbours(x, y, test, cfg.k) != truth).sum())
    return {"errors": wrong, "test error": 100 * wrong / len(truth)}


@dataclass
class TwoThree:
    neighbours: list[int] = at_least(1)  # numbers of neighbours, a row each
    C: float = above(0)  # of the support vector machine
    width: float = above(0)  # of its RBF kernel, as in the study usps


def two_three(cfg: TwoThree, job):
    """Twos against threes: the test error of least squares, of neighbours, and of support vectors (ESL, exercise 2.8)."""
    (x, y), (test, truth) = samples((2, 3))
    plane = np.linalg.lstsq(np.c_[np.ones(len(x)), x], (y == 3).astype(float), rcond=None)[0]
    guesses = {"linear regression": np.where(np.c_[np.ones(len(test)), test] @ plane > 0.5, 3, 2)}
    guesses |= {f"{k} neighbour{'s' * (k > 1)}": neighbours(x, y, test, k) for k in cfg.neighbours}
    guesses["support vectors"] = SVC(cfg.C, gamma=1 / cfg.width).fit(x, y).predict(test)
    return {name: {"test error": float(np.mean(guess != truth))} for name, guess in guesses.items()}


def samples(kept=tuple(range(10))):
    """((7 291, 256) pixels from −1 to 1, digits), and the same of the test set; only the digits `kept`."""
    usps = data.load("usps")
    found = []
    for images, labels in ((usps.train_images, usps.train_labels), (usps.test_images, usps.test_labels)):
        own = np.isin(labels, kept)
        found.append((images[own].reshape(-1, 256), labels[own].astype(np.int64)))
    return found


def neighbours(x, y, test, k):
    """The digit that most of the k nearest rows of x have; of equally common ones that of the nearest of them."""
    distance = (x**2).sum(axis=1) - 2 * test @ x.T  # less ‖test‖², which moves no order
    which = np.argsort(distance, axis=1, kind="stable")[:, :k]
    votes = (y[which][:, :, None] == y[which][:, None, :]).sum(axis=2)
    return y[which][np.arange(len(test)), votes.argmax(axis=1)]
