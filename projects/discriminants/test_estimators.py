"""The estimators keep the conventions people expect: scikit-learn's own checks, where it is installed."""

import pytest

import discriminants

OURS = [discriminants.LinearDiscriminantAnalysis, discriminants.QuadraticDiscriminantAnalysis]


def adapter(estimator):
    """Our class under scikit-learn's base classes: column vectors, names of columns, its own error when not fitted."""
    base = pytest.importorskip("sklearn.base")
    validation = pytest.importorskip("sklearn.utils.validation")

    mixins = (base.TransformerMixin,) if hasattr(estimator, "transform") else ()

    class Adapted(estimator, base.ClassifierMixin, *mixins, base.BaseEstimator):
        __init__ = estimator.__init__

        def fit(self, X, y=None):
            validation._check_feature_names(self, X, reset=True)
            return super().fit(X, y if y is None else validation.column_or_1d(y, warn=True))

        def __getattribute__(self, name):
            method = super().__getattribute__(name)
            return checked(self, method) if name in ("discriminants", "transform") else method

    Adapted.__name__ = Adapted.__qualname__ = f"Adapted{estimator.__name__}"  # so that it can be pickled
    globals()[Adapted.__name__] = Adapted
    return Adapted


def checked(self, method):
    validation = pytest.importorskip("sklearn.utils.validation")

    def wrapper(X):
        validation.check_is_fitted(self, "classes_")
        validation._check_feature_names(self, X, reset=False)
        return method(X)

    return wrapper


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", OURS, ids=lambda estimator: estimator.__name__)
def test_scikit_learn_s_checks_pass(estimator):
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    failed = [r for r in checks.check_estimator(adapter(estimator)(), on_fail=None) if r["status"] == "failed"]
    assert not failed, [(r["check_name"], r["exception"]) for r in failed]
