"""A look: a ring in the plane, by one tree, a pruned one, a forest and boosting; and what a model of ten features has learnt."""

from dataclasses import dataclass

import numpy as np

import bagging_table
import boosting_table
import elements
import forests_table
import pictures
import samples
from abacus.launch import launch
from abacus.settings import at_least, between


@dataclass
class Config:
    train: int = at_least(20)  # points to learn from
    test: int = at_least(10)  # points to be classified
    wrong: float = between(0, 1)  # share of the points whose class is drawn at random
    trees: int = at_least(1)  # of the forest, and of boosting
    folds: int = at_least(2)  # of the cross-validation that prunes the tree


def look(cfg: Config, job):
    """Test errors, in per cent, of four models of a noisy ring; their pictures, and partial dependences."""
    from boosting import HistGradientBoostingClassifier
    from cart import DecisionTreeClassifier
    from forest import RandomForestClassifier

    train, test = (ring(n, cfg.wrong, job.rng(use)) for n, use in ((cfg.train, "train"), (cfg.test, "test")))
    whole = DecisionTreeClassifier().fit(train.x, train.y)
    cut = DecisionTreeClassifier(ccp_alpha=strength(train, cfg.folds, job.rng("folds")))
    models = {
        "one tree": whole,
        "pruned": cut.fit(train.x, train.y),
        "forest": RandomForestClassifier(cfg.trees).fit(train.x, train.y),
        "boosting": HistGradientBoostingClassifier(0.1, cfg.trees, max_leaf_nodes=8).fit(train.x, train.y),
    }
    found = {name: 100 * (1 - model.score(test.x, test.y)) for name, model in models.items()}
    with job.figure("ring") as figure:
        pictures.regions(figure, models, train, found)
    with job.figure("dependence") as figure:
        pictures.dependences(figure, samples.friedman(1, cfg.train, job.rng("friedman")))
    print(
        f"One tree errs on {found['one tree']:.1f} % of {cfg.test:,} points, pruned to {leaves(models['pruned'])} of its "
        f"{leaves(whole)} leaves on {found['pruned']:.1f} %, a forest of {cfg.trees} such trees on {found['forest']:.1f} %, "
        f"boosting on {found['boosting']:.1f} %; {50 * cfg.wrong:.0f} % cannot be told."
    )
    return found | {"leaves": leaves(whole), "leaves of the pruned": leaves(models["pruned"])}


def ring(n, wrong, rng):
    """n points of the square from −1 to 1, class 1 between two circles; a share `wrong` has a class drawn at random."""
    x = rng.uniform(-1, 1, (n, 2))
    y = (np.abs(np.hypot(*x.T) - 0.6) < 0.25).astype(np.int64)
    return samples.Sample(x, np.where(rng.random(n) < wrong, rng.integers(2, size=n), y))


def strength(train, folds, rng):
    """The ccp_alpha of least cross-validated error on a Sample."""
    import pruning
    from cart import DecisionTreeClassifier

    def grow(rows):
        tree = DecisionTreeClassifier().fit(train.x[rows], train.y[rows]).tree_
        return tree, pruning.collapses(tree, -tree.score)

    wrong = lambda tree, nodes, rows: (tree.value[nodes].argmax(axis=1) != train.y[rows]).astype(float)  # noqa: E731
    return pruning.cross_validated(grow, wrong, train.x, folds, rng) / len(train.y)


def leaves(model):
    """The number of leaves of a model's tree."""
    return int((model.tree_.feature < 0).sum())


if __name__ == "__main__":
    launch(
        look,
        forests_table.forests,
        bagging_table.bagged_classes,
        bagging_table.bagged_numbers,
        boosting_table.questions,
        elements.spam,
        elements.spam_fits,
        elements.spheres,
    )
