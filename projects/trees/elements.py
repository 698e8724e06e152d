"""Two examples of The Elements of Statistical Learning: which e-mail is spam, and which point lies outside a sphere."""

from dataclasses import dataclass

import numpy as np

import samples
from abacus import data
from abacus.settings import above, at_least

NEWTON = 25  # steps: the last ones change nothing


@dataclass
class Spam:
    folds: int = at_least(2)  # of the cross-validation that prunes the tree
    bagged: int = at_least(1)  # trees of bagging
    trees: int = at_least(1)  # of the forest


@dataclass
class Fits:
    boosted: int = at_least(1)  # trees of gradient boosting
    leaves: int = at_least(2)  # of each of them
    rate: float = above(0)  # by which each of them is shrunk


@dataclass
class Spheres:
    train: int = at_least(10)  # points to learn from
    test: int = at_least(10)  # points to be classified
    rounds: int = at_least(1)  # stumps of AdaBoost


def mail():
    """Learning and test Sample of the e-mails, 3 065 and 1 536."""
    found = data.load("esl", "spam")
    return tuple(samples.Sample(found.predictors[rows], found.spam[rows]) for rows in (~found.test, found.test))


def spam(cfg: Spam, job):
    """Test errors of a pruned tree, of bagging and of a forest on 1 536 e-mails, in per cent."""
    from bagged import Classifying
    from forest import RandomForestClassifier

    train, test = mail()
    seed = int(job.rng("trees").integers(2**31))
    found = {"tree": Classifying(train, test).one(cfg.folds, job.rng("folds")).mean()}
    for name, trees, features in (("bagging", cfg.bagged, None), ("random forest", cfg.trees, "sqrt")):
        forest = RandomForestClassifier(trees, max_features=features, seed=seed)
        found[name] = 1 - forest.fit(train.x, train.y).score(test.x, test.y)
    return {name: {"test error": 100 * float(error)} for name, error in found.items()}


def spam_fits(cfg: Fits, job):
    """Test errors of logistic regression and of gradient boosting on the same e-mails: nothing is drawn at random."""
    from boosting import HistGradientBoostingClassifier

    train, test = mail()
    b = logistic(train.x, train.y)
    model = HistGradientBoostingClassifier(cfg.rate, cfg.boosted, max_leaf_nodes=cfg.leaves).fit(train.x, train.y)
    found = {
        "logistic regression": np.mean((b[0] + test.x @ b[1:] > 0) != test.y),
        "gradient boosting": 1 - model.score(test.x, test.y),
    }
    return {name: {"test error": 100 * float(error)} for name, error in found.items()}


def logistic(x, y):
    """The constant and the coefficients (d + 1,) of greatest likelihood, by Newton's steps."""
    middle, scale = x.mean(axis=0), x.std(axis=0)
    z = np.column_stack([np.ones(len(x)), (x - middle) / scale])
    b = np.zeros(z.shape[1])
    for _ in range(NEWTON):
        p = 0.5 * (1 + np.tanh(z @ b / 2))
        b = b + np.linalg.solve((z.T * (p * (1 - p))) @ z, z.T @ (y - p))
    return np.concatenate([[b[0] - (b[1:] / scale) @ middle], b[1:] / scale])


def spheres(cfg: Spheres, job):
    """Test errors of a stump, of a boosted one and of a whole tree outside or inside a sphere, in per cent."""
    from adaboost import AdaBoostClassifier
    from cart import DecisionTreeClassifier

    train, test = (samples.spheres(n, job.rng(use)) for n, use in ((cfg.train, "train"), (cfg.test, "test")))
    models = {
        "stump": DecisionTreeClassifier(max_depth=1),
        "AdaBoost": AdaBoostClassifier(cfg.rounds),
        "tree": DecisionTreeClassifier(),
    }
    return {
        name: {"test error": 100 * (1 - model.fit(train.x, train.y).score(test.x, test.y))}
        for name, model in models.items()
    }
