"""What is refused, and in which words: a wrong parameter is named, whatever it would have done to the answer."""

import numpy as np
import pytest
import scipy.sparse

import counts
import gaussian
import svm
from abacus.errors import BadInput

TWO = np.eye(2), [0, 1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: counts.MultinomialNB().fit([[-1.0, 1.0]], [0]), "Negative values"),
        (lambda: counts.MultinomialNB(alpha=0.0).fit([[1.0]], [0]), "alpha must be above 0"),
        (lambda: counts.BernoulliNB(threshold=-1.0).fit(scipy.sparse.eye_array(2), [0, 1]), "threshold"),
        (lambda: gaussian.GaussianNB(class_prior=[0.5, 0.6]).fit([[0.0], [1.0]], [0, 1]), "sum to one"),
        (lambda: gaussian.GaussianNB(var_smoothing=0.0).fit([[0.0], [1.0]], [0, 1]), "var_smoothing"),
        (lambda: gaussian.GaussianNB().predict([[0.0]]), "not fitted"),
        (lambda: counts.MultinomialNB().fit(np.ones((2, 3)), [0, 1]).predict(np.ones((1, 2))), "expecting 3"),
        (lambda: svm.LinearSVM().fit(np.eye(3), [0, 1, 2]), "binary"),
        (lambda: counts.BernoulliNB(threshold=np.nan).fit(*TWO), "threshold must"),
        (lambda: gaussian.GaussianNB(var_smoothing=np.inf).fit(*TWO), "var_smoothing must"),
        (lambda: counts.BernoulliNB(threshold=-1.0).fit(*TWO).predict(scipy.sparse.eye_array(2)), "threshold -1.0"),
        (lambda: svm.LinearSVM(C=np.inf).fit(*TWO), "C must"),
        (lambda: svm.LinearSVM(tol=np.nan).fit(*TWO), "tol must"),
        (lambda: svm.LinearSVM(passes=0).fit(*TWO), "passes must"),
    ],
)
def test_a_mistake_is_named(make, message):
    with pytest.raises(BadInput, match=message):
        make()


@pytest.mark.parametrize("wrong", [0, -3, np.nan, np.inf, "a"])
@pytest.mark.parametrize("estimator", [counts.MultinomialNB, counts.ComplementNB, counts.BernoulliNB, svm.NBSVM])
def test_smoothing_is_above_zero_and_finite(estimator, wrong):
    with pytest.raises(BadInput, match=f"alpha must be above 0 and finite, got {wrong}"):
        estimator(alpha=wrong).fit(*TWO)


@pytest.mark.parametrize("wrong", [-0.1, 7, np.nan])
def test_the_mixture_lies_between_its_ends(wrong):
    with pytest.raises(BadInput, match="beta must be a finite number from 0 to 1"):
        svm.NBSVM(beta=wrong).fit(*TWO)


@pytest.mark.parametrize("wrong", [[np.nan, np.nan], [1.0], [1.5, -0.5], ["a", "b"], [0.5, None]])
@pytest.mark.parametrize("estimator", [counts.MultinomialNB, counts.BernoulliNB, gaussian.GaussianNB])
def test_the_prior_is_a_distribution(estimator, wrong):
    with pytest.raises(BadInput, match="class_prior must be 2 positive numbers that sum to one"):
        estimator(class_prior=wrong).fit(*TWO)


def test_one_feature_says_nothing_of_the_complement():
    fit = counts.ComplementNB(norm=True).fit([[1.0], [2.0]], [0, 1])
    np.testing.assert_array_equal(fit.predict_proba([[3.0]]), [[0.5, 0.5]])
