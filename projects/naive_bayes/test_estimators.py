"""The estimators keep the conventions people expect: scikit-learn's own checks, where it is installed."""

import pytest

import counts
import gaussian

OURS = [gaussian.GaussianNB, counts.MultinomialNB, counts.ComplementNB, counts.BernoulliNB]


def adapter(estimator):
    """Our class under scikit-learn's base classes: column vectors, names of columns, its own error when not fitted."""
    base = pytest.importorskip("sklearn.base")
    validation = pytest.importorskip("sklearn.utils.validation")

    class Adapted(estimator, base.ClassifierMixin, base.BaseEstimator):
        __init__ = estimator.__init__

        def fit(self, X, y=None):
            validation._check_feature_names(self, X, reset=True)
            return super().fit(X, y if y is None else validation.column_or_1d(y, warn=True))

        def joint_log_likelihood(self, X):
            validation.check_is_fitted(self, "classes_")
            validation._check_feature_names(self, X, reset=False)
            return super().joint_log_likelihood(X)

        def __sklearn_tags__(self):
            tags = super().__sklearn_tags__()
            tags.input_tags.sparse = estimator is not gaussian.GaussianNB
            tags.input_tags.positive_only = estimator in (counts.MultinomialNB, counts.ComplementNB)
            tags.classifier_tags.poor_score = estimator is not gaussian.GaussianNB
            return tags

    Adapted.__name__ = Adapted.__qualname__ = f"Adapted{estimator.__name__}"  # so that it can be pickled
    globals()[Adapted.__name__] = Adapted
    return Adapted


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", OURS, ids=lambda estimator: estimator.__name__)
def test_scikit_learn_s_checks_pass(estimator):
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    failed = [r for r in checks.check_estimator(adapter(estimator)(), on_fail=None) if r["status"] == "failed"]
    assert not failed, [(r["check_name"], r["exception"]) for r in failed]
