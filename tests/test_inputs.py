"""The checks at an estimator's door."""

import numpy as np
import pytest
import scipy.sparse

from abacus import inputs
from abacus.errors import BadInput


def test_single_precision_stays_and_everything_else_becomes_double():
    assert inputs.matrix(np.zeros((2, 2), np.float32)).dtype == np.float32
    assert inputs.matrix([[1, 2]]).dtype == np.float64
    assert inputs.matrix(np.array([[1, "2"]], dtype=object)).dtype == np.float64
    images = np.zeros((2, 2), np.uint8)
    assert inputs.matrix(images).dtype == np.float64
    assert inputs.matrix(images, kinds=(*inputs.FLOATS, np.uint8)) is images


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[1.0, np.nan]], "NaN"),
        ([[1.0, np.inf]], "infinity"),
        ([1.0, 2.0], "Reshape your data"),
        (np.zeros((0, 2)), "n_samples=0"),
        (np.zeros((2, 0)), "0 feature"),
        ([[1j]], "Complex"),
        ([["a", "b"]], "no number"),
        (np.zeros((2, 3)), "X has 3 features, but this estimator is expecting 2"),
        (scipy.sparse.csr_array(np.eye(2)), "sparse"),
    ],
)
def test_a_bad_matrix_is_named(x, message):
    with pytest.raises(BadInput, match=message):
        inputs.matrix(x, features=2)


def test_a_sum_that_overflows_is_not_taken_for_infinity():
    x = np.full((2, 2), 1e308)
    assert inputs.matrix(x) is x


def test_a_sparse_matrix_comes_back_as_csr():
    x = inputs.matrix(scipy.sparse.coo_array(np.eye(2, dtype=np.int64)), sparse=True)
    assert x.format == "csr" and x.dtype == np.float64
    with pytest.raises(BadInput, match="NaN"):
        inputs.matrix(scipy.sparse.csr_array([[np.nan, 0.0]]), sparse=True)


def test_entries_of_a_sparse_matrix_that_come_in_parts_are_added():
    parts = scipy.sparse.csr_array((np.array([1.0, 2.0, 4.0]), [1, 0, 1], [0, 3]), shape=(1, 2))
    x = inputs.matrix(parts, sparse=True)
    assert x.nnz == 2 and x.toarray().tolist() == [[2.0, 5.0]]
    assert parts.nnz == 3


def test_labels_are_sorted_and_counted():
    classes, index = inputs.labels(["b", "a", "b"], 3)
    assert list(classes) == ["a", "b"] and list(index) == [1, 0, 1]
    assert list(inputs.labels(np.array([[2.0], [1.0]]), 2)[1]) == [1, 0]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "target y is None"),
        ([0.5, 1.0], "Unknown label type"),
        ([0, 1, 2], "X has 2, y has 3"),
        (np.zeros((2, 2)), "1d array"),
    ],
)
def test_bad_labels_are_named(y, message):
    with pytest.raises(BadInput, match=message):
        inputs.labels(y, 2)


def test_bad_targets_are_named():
    assert inputs.targets([1, 2], 2).dtype == np.float64
    with pytest.raises(BadInput, match="NaN"):
        inputs.targets([np.nan, 1.0], 2)
    with pytest.raises(BadInput, match="Complex"):
        inputs.targets([1j, 1.0], 2)
    with pytest.raises(BadInput, match="no number"):
        inputs.targets(["a", "1"], 2)


def test_use_before_fit_is_named():
    class Mean:
        pass

    with pytest.raises(BadInput, match="Mean is not fitted yet"):
        inputs.fitted(Mean(), "mean_")


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: inputs.counts(n_init=5, steps=0), "steps is 0; it must be a whole number from 1 on"),
        (lambda: inputs.counts(steps=True), "steps is True"),
        (lambda: inputs.counts(steps=2.0), "steps is 2.0"),
        (lambda: inputs.seed(-1), "seed is -1; it must be a whole number from 0 on, or None"),
        (lambda: inputs.seed("1"), "seed is '1'"),
        (lambda: inputs.tolerance(np.nan), "tol is nan; it must be a number from 0 on"),
        (lambda: inputs.tolerance("0"), "tol is '0'"),
    ],
)
def test_a_bad_setting_of_an_estimator_is_named(check, message):
    with pytest.raises(BadInput, match=message):
        check()


def test_settings_in_numpy_s_numbers_are_taken():
    inputs.counts(steps=np.int32(1))
    inputs.seed(None)
    inputs.seed(np.uint8(0))
    inputs.tolerance(0)
