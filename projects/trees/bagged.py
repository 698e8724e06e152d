"""One pruned tree and many bagged ones, as Breiman (1996) grew them: the bootstrap trees are pruned by the learning set."""

import numpy as np

import coding
import pruning
from cart import WITHOUT_END

WHOLE = (WITHOUT_END, 0, 2, 1)  # any depth, any leaves, a leaf of one row


class Classifying:
    """Trees for classes on a learning and a test Sample; Gini's index grows them, errors prune them."""

    def __init__(self, train, test):
        self.train, self.test = train, test
        d = train.x.shape[1]
        self.rows = coding.coded(train.x, coding.categories(train.categorical, train.x))
        self.limits, self.ones = (*WHOLE, d), np.ones(len(train.y))
        self.classes = int(max(train.y.max(), test.y.max())) + 1

    def both(self, bootstraps, folds, rng):
        """The losses of each test row: of one tree pruned by cross-validation, and of the vote of bootstrap trees."""
        return self.one(folds, rng), self.many(bootstraps, rng)

    def one(self, folds, rng):
        """The loss (n,) of the pruned tree on each test row."""
        grow = lambda rows: self.grown(np.bincount(rows, minlength=len(self.train.y)).astype(float), rng)  # noqa: E731
        best = pruning.cross_validated(grow, self.loss, self.train.x, folds, rng)
        tree = pruning.pruned(*grow(np.arange(len(self.train.y))), best)
        return self.final(self.said(tree))

    def many(self, bootstraps, rng):
        """The loss (n,) of the vote (the mean) of trees on bootstrap samples, each pruned by the learning set."""
        n, total, rows = len(self.train.y), 0.0, np.arange(len(self.train.y))
        for _ in range(bootstraps):
            tree, alpha = self.grown(np.bincount(rng.integers(n, size=n), minlength=n).astype(float), rng)
            levels = pruning.steps(alpha)
            cost = pruning.costs(tree, alpha, self.train.x, lambda t, tree=tree: self.loss(tree, t, rows), levels)
            best = levels[len(cost) - 1 - cost[::-1].argmin()]
            total = total + self.said(pruning.pruned(tree, alpha, best))
        return self.final(total / bootstraps)

    def grown(self, w, rng):
        """(tree, α(t)) of the learning rows with weights w."""
        tree = coding.grown(self.rows, self.train.y, self.ones, w, self.classes, coding.SQUARES, self.limits, rng)
        return tree, pruning.collapses(tree, pruning.errors(tree))

    def loss(self, tree, nodes, rows):
        """Whether the learning rows `rows` are misclassified at these nodes."""
        return (tree.value[nodes].argmax(axis=1) != self.train.y[rows]).astype(float)

    def said(self, tree):
        """The vote of a tree on each test row (n, classes)."""
        return np.eye(self.classes)[tree.value[tree.leaves(self.test.x)].argmax(axis=1)]

    def final(self, votes):
        """Whether each test row is misclassified by most votes."""
        return (votes.argmax(axis=1) != self.test.y).astype(float)


class Measuring(Classifying):
    """The same for numbers: sums of squares grow and prune the trees, and the loss is the squared error."""

    def __init__(self, train, test):
        self.middle = train.y.mean()
        super().__init__(
            train._replace(y=np.zeros(len(train.y), np.int64)), test._replace(y=np.zeros(len(test.y), np.int64))
        )
        self.y, self.truth = train.y - self.middle, test.y - self.middle

    def grown(self, w, rng):
        tree = coding.grown(self.rows, self.train.y, self.y, w, 1, coding.SQUARES, self.limits, rng)
        return tree, pruning.collapses(tree, -tree.score)

    def loss(self, tree, nodes, rows):
        return (tree.means()[nodes, 0] - self.y[rows]) ** 2

    def said(self, tree):
        return tree.means()[tree.leaves(self.test.x), 0]

    def final(self, predicted):
        return (predicted - self.truth) ** 2
