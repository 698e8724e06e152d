"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

import coding
import pruning
from cart import DecisionTreeClassifier


def usual_path():
    yield "two rows", (2,)
    yield "none, one, two, three", (np.arange(4),)
    yield "many", (np.array([10, 256, 1000]),)


def tree_of(feature, left, right, score, value):
    """A coding.Tree of which only these arrays matter."""
    nodes = len(feature)
    zeros, ones = np.zeros(nodes), np.ones(nodes)
    threshold, mask = np.full(nodes, 0.5), np.zeros(nodes, np.uint64)
    given = (np.array(a, np.int32) for a in (feature, left, right))
    feature, left, right = given
    return coding.Tree(
        feature, threshold, mask, zeros > 1, left, right, value, ones, np.array(score), zeros, zeros[:2] > 1
    )


def importances():
    stump = tree_of([1, -1, -1], [1, -1, -1], [2, -1, -1], [3.0, 2.0, 2.5], np.ones((3, 2)))
    yield "one split of the second feature", (stump, 2)
    small = tree_of([0, -1, -1], [1, -1, -1], [2, -1, -1], [3.0, 2.0, 1.25], np.ones((3, 2)))
    yield "a gain of a quarter", (small, 2)
    yield "a leaf alone", (tree_of([-1], [-1], [-1], [3.0], np.ones((1, 2))), 2)
    lost = tree_of(
        [0, 1, -1, -1, -1], [1, 3, -1, -1, -1], [2, 4, -1, -1, -1], [3.0, 2.0, 2.5, 0.9, 1.0], np.ones((5, 2))
    )
    yield "a split that rounding has made worse", (lost, 2)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 3))
    yield "forty rows", (DecisionTreeClassifier().fit(x, (x[:, 0] + x[:, 1] > 0).astype(int)).tree_, 3)


class Loss:
    """Whether the rows are misclassified at nodes."""

    def __init__(self, tree, y):
        self.tree, self.y = tree, y

    def __call__(self, nodes):
        return (self.tree.value[nodes].argmax(axis=1) != self.y).astype(float)


def costs():
    for seed, n in ((1, 8), (0, 40), (2, 60)):
        rng = np.random.default_rng(seed)
        x, y = rng.standard_normal((n, 2)), rng.integers(2, size=n)
        tree = DecisionTreeClassifier().fit(x, y).tree_
        alpha = pruning.collapses(tree, pruning.errors(tree))
        new, truth = rng.standard_normal((n, 2)), rng.integers(2, size=n)
        yield f"{n} rows", (tree, alpha, new, Loss(tree, truth), pruning.steps(alpha))
