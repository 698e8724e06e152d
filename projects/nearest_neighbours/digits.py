"""Digits by their nearest neighbours in pixel space: MNIST, and digits rendered from fonts."""

from dataclasses import dataclass

import numpy as np

from abacus import data
from abacus.data import fonts
from abacus.running import plot
from abacus.settings import at_least, one_of
from estimator import NearestNeighbours, majority
from images import VERSIONS

BATCH = 1000


@dataclass
class Config:
    k: int = at_least(1)  # neighbours that vote
    p: int = one_of(1, 2, 3)  # of the distance L_p
    train: int = at_least(100)  # number of training digits
    images: str = one_of(*VERSIONS)  # what is done to each image before it is compared


def mnist(cfg: Config, job):
    """Error in per cent on the 10 000 test digits, from the first `cfg.train` training digits."""
    digits = data.load("mnist")
    train = digits.train_images[: cfg.train], digits.train_labels[: cfg.train].astype(int)
    return compare(cfg, job, train, (digits.test_images, digits.test_labels.astype(int)))


def rendered(cfg: Config, job):
    """Error in per cent on digits of fonts that the training digits do not have."""
    train = fonts.digits(fonts.SEEN, cfg.train, job.rng("training digits"))
    test = fonts.digits(fonts.UNSEEN, cfg.train // 5, job.rng("test digits"))
    found = compare(cfg, job, train, test)
    print(f"{found['test error']:.1f} % of the digits in unseen fonts are read wrong by their nearest neighbours.")
    return found


def compare(cfg, job, train, test):
    """Look every test digit up among the training digits; draw the first that are misread."""
    version = VERSIONS[cfg.images]
    rows = [version(images).reshape(len(images), -1) for images in (train[0], test[0])]
    near = NearestNeighbours(cfg.k, cfg.p, algorithm="brute").fit(rows[0], train[1])
    found = []
    for start in range(0, len(rows[1]), BATCH):
        found.append(near.kneighbors(rows[1][start : start + BATCH])[1])
        job.progress(min(1.0, (start + BATCH) / len(rows[1])), f"{start + BATCH} digits")
    which = np.concatenate(found)
    guess = majority(train[1][which], 10)
    wrong = np.flatnonzero(guess != test[1])
    job.log(errors=len(wrong), digits=len(guess))
    if wrong.size:
        _misread(job, train, test, wrong[:24], which, guess)
    return {"test error": 100.0 * len(wrong) / len(guess)}


def _misread(job, train, test, wrong, which, guess):
    """Pairs: the digit that is misread, and the training digit that lies nearest to it."""
    pictures, captions = [], []
    for n in wrong:
        nearest = which[n, 0]
        pictures += [test[0][n], train[0][nearest]]
        captions += [f"{test[1][n]} as {guess[n]}", f"{train[1][nearest]}"]
    with job.figure("misread") as figure:
        title = "misread digits, each beside its nearest neighbour"
        plot.grid(figure, pictures, across=8, captions=captions, title=title, limits=(0, 255))
