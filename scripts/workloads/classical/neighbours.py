"""5-NN among MNIST's 60 000 training images in float32: the classes of 1 000 test digits by brute force."""

import sys
from pathlib import Path

import numpy as np

from abacus import data

QUERIES = 1000


def step_of(classifier):
    mnist = data.load("mnist")
    x, test = (a.reshape(len(a), -1).astype(np.float32) for a in (mnist.train_images, mnist.test_images[:QUERIES]))
    fitted = classifier.fit(x, mnist.train_labels)
    return lambda: float((fitted.predict(test) == mnist.test_labels[:QUERIES]).mean())


def abacus(threads):
    sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "nearest_neighbours"))
    from estimator import NearestNeighbours

    return step_of(NearestNeighbours(5, algorithm="brute"))


def sklearn(threads):
    from sklearn.neighbors import KNeighborsClassifier

    return step_of(KNeighborsClassifier(5, algorithm="brute"))


PEERS = {"abacus": abacus, "scikit-learn": sklearn}
