"""Settings of an estimator as scikit-learn's conventions have them."""

import numpy as np
import pytest

from abacus.errors import BadInput
from abacus.estimator import Estimator, r_squared


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


def test_r_squared_is_the_share_that_is_told_also_by_weights_and_of_a_constant():
    y = np.array([1.0, 2.0, 3.0])
    assert (
        r_squared(y, y) == 1 and r_squared(y, np.full(3, 2.0)) == 0 and r_squared(y, np.array([1.0, 2.0, 2.0])) == 0.5
    )
    assert r_squared(y, np.array([1.0, 2.0, 9.0]), np.array([1.0, 1.0, 0.0])) == 1
    assert r_squared(np.full(3, 2.0), np.full(3, 2.0)) == 1 and r_squared(np.full(3, 2.0), y) == 0
