"""The estimators keep the conventions people expect: scikit-learn's own checks, where it is installed."""

import numpy as np
import pytest
import scipy.sparse

import counts
import gaussian
import svm
from abacus.errors import BadInput

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


@pytest.mark.parametrize("estimator", [gaussian.GaussianNB, counts.MultinomialNB, svm.LinearSVM, svm.NBSVM])
def test_score_compares_sample_with_sample(estimator):
    x, y = np.eye(2)[[0, 0, 1, 1]], np.array([0, 0, 1, 1])
    fit = estimator().fit(x, y)
    assert fit.score(x, y[:, None]) == fit.score(x, y) == 1
    with pytest.raises(BadInput, match="X has 4, y has 1"):
        fit.score(x, y[:1])


@pytest.mark.parametrize(
    "estimator", [counts.MultinomialNB, counts.ComplementNB, counts.BernoulliNB, svm.LinearSVM, svm.NBSVM]
)
def test_an_entry_in_several_parts_is_their_sum(estimator):
    parts = scipy.sparse.csr_array((np.ones(12), np.repeat([0, 1], 6), [0, 6, 12]), (2, 2))
    x, y = parts.toarray(), [0, 1]
    scores = estimator.decision_function if hasattr(estimator, "decision_function") else estimator.predict_proba
    expected = scores(estimator().fit(x, y), x)
    np.testing.assert_allclose(scores(estimator().fit(parts, y), x), expected)
    np.testing.assert_allclose(scores(estimator().fit(x, y), parts), expected)
    assert parts.nnz == 12  # the caller's matrix is left as it was
