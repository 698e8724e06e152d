"""The estimators keep the conventions people expect: scikit-learn's own checks, and its trees, where it is installed."""

import numpy as np
import pytest

from adaboost import AdaBoostClassifier
from boosting import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from cart import DecisionTreeClassifier, DecisionTreeRegressor
from forest import BaggingClassifier, BaggingRegressor, RandomForestClassifier, RandomForestRegressor
from isolation import IsolationForest

EPS = np.finfo(float).eps


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", [DecisionTreeClassifier, AdaBoostClassifier])
def test_scikit_learn_s_checks_of_classifiers_pass(estimator, estimator_checks):
    estimator_checks(estimator, "Classifier", allow_nan=True)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", [RandomForestClassifier, BaggingClassifier, HistGradientBoostingClassifier])
def test_scikit_learn_s_checks_of_many_trees_for_classes_pass(estimator, estimator_checks):
    estimator_checks(estimator, "Classifier", allow_nan=True)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", [DecisionTreeRegressor, HistGradientBoostingRegressor])
def test_scikit_learn_s_checks_of_regressors_pass(estimator, estimator_checks):
    estimator_checks(estimator, "Regressor", allow_nan=True)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", [BaggingRegressor, RandomForestRegressor])
def test_scikit_learn_s_checks_of_many_trees_for_numbers_pass(estimator, estimator_checks):
    estimator_checks(estimator, "Regressor", allow_nan=True)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_checks_of_the_isolation_forest_pass(estimator_checks):
    estimator_checks(IsolationForest, "Outlier")


@pytest.mark.parametrize("criterion", ["gini", "entropy"])
@pytest.mark.parametrize(
    "settings", [{}, {"max_leaf_nodes": 9}, {"max_depth": 3, "min_samples_leaf": 4}, {"ccp_alpha": 0.01}]
)
def test_a_tree_is_that_of_scikit_learn(criterion, settings):
    theirs = pytest.importorskip("sklearn.tree")
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 4))
    x[rng.random(x.shape) < 0.1] = np.nan
    y = (np.nansum(x, axis=1) + rng.standard_normal(300) > 0).astype(int)
    ours = DecisionTreeClassifier(criterion, **settings).fit(x, y)
    other = theirs.DecisionTreeClassifier(criterion=criterion, random_state=0, **settings).fit(x, y)
    assert np.abs(ours.predict_proba(x) - other.predict_proba(x)).max() <= 300 * EPS


def test_boosted_stumps_are_those_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.ensemble")
    rng = np.random.default_rng(1)
    x = rng.standard_normal((400, 10))
    y = ((x * x).sum(axis=1) > 9.34).astype(int)
    ours, other = AdaBoostClassifier(30).fit(x, y), theirs.AdaBoostClassifier(n_estimators=30).fit(x, y)
    assert (ours.predict(x) == other.predict(x)).all()


@pytest.mark.parametrize("ridge", [0.0, 1.0])
@pytest.mark.parametrize("classes", [None, 2, 3])
def test_boosted_trees_are_those_of_scikit_learn(ridge, classes):
    """To the precision of its gradients, which are float32: each round may add that much."""
    theirs = pytest.importorskip("sklearn.ensemble")
    rng = np.random.default_rng(2)
    x = rng.standard_normal((240, 5)).astype(np.float32).astype(float)  # fewer than the bins, and what it keeps of them
    y = x[:, 0] * x[:, 1] + 0.3 * rng.standard_normal(240)
    settings = {"max_iter": 20, "max_leaf_nodes": 6, "l2_regularization": ridge}
    if classes is None:
        ours, other = HistGradientBoostingRegressor, theirs.HistGradientBoostingRegressor
    else:
        ours, other, y = HistGradientBoostingClassifier, theirs.HistGradientBoostingClassifier, np.digitize(y, [0, 0.5])
        y = np.minimum(y, classes - 1)
    a, b = ours(**settings).fit(x, y), other(early_stopping=False, **settings).fit(x, y)
    new = rng.standard_normal((500, 5))
    said = [model.predict(new) if classes is None else model.predict_proba(new) for model in (a, b)]
    assert np.abs(said[0] - said[1]).max() <= 20 * np.finfo(np.float32).eps * max(1, np.abs(y).max())
