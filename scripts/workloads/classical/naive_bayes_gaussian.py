"""Gaussian naive Bayes on MNIST in float32, pixels as they are: learn from 60 000 digits, classify 10 000; the accuracy."""

import sys
from pathlib import Path

import numpy as np

from abacus import data


def step_of(classifier):
    mnist = data.load("mnist")
    x, test = (a.reshape(len(a), -1).astype(np.float32) for a in (mnist.train_images, mnist.test_images))
    return lambda: float((classifier().fit(x, mnist.train_labels).predict(test) == mnist.test_labels).mean())


def abacus(threads):
    sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "naive_bayes"))
    from gaussian import GaussianNB

    return step_of(GaussianNB)


def sklearn(threads):
    from sklearn.naive_bayes import GaussianNB

    return step_of(GaussianNB)


PEERS = {"abacus": abacus, "scikit-learn": sklearn}
