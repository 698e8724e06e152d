"""The estimators keep the conventions people expect: scikit-learn's own checks, where it is installed."""

import pytest

from discriminants import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_checks_pass(estimator_checks):
    estimator_checks(LinearDiscriminantAnalysis, "Classifier", "Transformer")
    estimator_checks(QuadraticDiscriminantAnalysis, "Classifier")
