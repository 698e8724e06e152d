"""Settings of an estimator as scikit-learn's conventions have them."""

import pytest

from abacus.errors import BadInput
from abacus.estimator import Estimator


class Mean(Estimator):
    def __init__(self, weight=1.0, robust=False):
        self.weight = weight
        self.robust = robust


def test_settings_are_read_set_and_shown():
    mean = Mean(2.0)
    assert mean.get_params() == {"weight": 2.0, "robust": False}
    assert mean.set_params(robust=True) is mean and mean.robust
    assert repr(mean) == "Mean(weight=2.0, robust=True)" and repr(Mean()) == "Mean()"


def test_a_setting_that_is_none_is_named():
    with pytest.raises(BadInput, match="Mean has no setting 'weigth'; there are: weight, robust"):
        Mean().set_params(weigth=1.0)


def test_scikit_learn_clones_it():
    clone = pytest.importorskip("sklearn.base").clone
    mean = Mean(3.0)
    copy = clone(mean)
    assert copy is not mean and copy.get_params() == mean.get_params()
