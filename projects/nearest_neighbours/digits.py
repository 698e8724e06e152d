"""Digits by their nearest neighbours in pixel space: MNIST, and digits rendered from fonts."""

import numpy as np

import glyphs
from abacus import data
from estimator import NearestNeighbours, majority
from images import VERSIONS

BATCH = 1000


def mnist(cfg, job):
    """Error in per cent on the 10 000 test digits, from the first `cfg.train` training digits."""
    digits = data.load("mnist")
    train = digits.train_images[: cfg.train], digits.train_labels[: cfg.train].astype(int)
    return compare(cfg, job, train, (digits.test_images, digits.test_labels.astype(int)))


def fonts(cfg, job):
    """Error in per cent on digits of fonts that the training digits do not have."""
    count = min(cfg.train, glyphs.ENOUGH)
    train = glyphs.sample(count, glyphs.SEEN, job.rng("training digits"))
    test = glyphs.sample(count // 5, glyphs.UNSEEN, job.rng("test digits"))
    return compare(cfg, job, train, test)


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
    with job.figure("misread") as figure:
        figure.set_size_inches(6.4, 5.2)
        figure.suptitle("misread digits, each beside its nearest neighbour")
        grid = figure.subplots(6, 8)
        for axes in grid.flat:
            axes.axis("off")
        for n, pair in zip(wrong, grid.reshape(-1, 2)):
            nearest = which[n, 0]
            for axes, image, name in zip(
                pair, (test[0][n], train[0][nearest]), (f"{test[1][n]} as {guess[n]}", f"{train[1][nearest]}")
            ):
                axes.imshow(255.0 - image, vmin=0, vmax=255, interpolation="nearest")
                axes.set_title(name, size=7, pad=1)
