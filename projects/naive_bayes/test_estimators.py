"""The estimators keep the conventions people expect: scikit-learn's own checks, where it is installed."""

import pytest

import counts
import gaussian
import svm

POOR = {"sparse": True, "poor_score": True}  # of counts: scikit-learn's checks classify clouds of points


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("estimator", "tags"),
    [
        (gaussian.GaussianNB, {}),
        (counts.MultinomialNB, POOR | {"positive_only": True}),
        (counts.ComplementNB, POOR | {"positive_only": True}),
        (counts.BernoulliNB, POOR),
        (svm.LinearSVM, {"sparse": True, "multi_class": False}),
        (svm.NBSVM, POOR | {"positive_only": True, "multi_class": False}),
    ],
)
def test_scikit_learn_s_checks_pass(estimator, tags, estimator_checks):
    estimator_checks(estimator, "Classifier", **tags)
