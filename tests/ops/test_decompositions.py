"""Decompositions where values are equal, zero or none, and what logdet says of other matrices than covariances."""

import numpy as np
import pytest
from scipy.linalg import polar

from abacus import ops
from abacus.errors import BadInput
from abacus.tensor import Parameter, backward

EPS = np.finfo(float).eps
RNG = np.random.default_rng


def turned(values, rng):
    v = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
    return v @ np.diag(values) @ v.T


def near(a, b):
    np.testing.assert_allclose(a, b, atol=EPS ** (2 / 3) * (1 + np.abs(b).max()))


def test_a_function_of_the_values_has_its_gradient_also_where_they_are_equal():
    a = turned([1.0, 2.0, 2.0, 2.0], RNG(0))
    for decompose, place in ((ops.eigh, 0), (ops.svd, 1)):
        p = Parameter(a)
        near(backward(ops.sum(ops.log(decompose(p)[place])))[p], np.linalg.inv(a))  # log det
    for m in (np.eye(3), np.zeros((2, 2))):
        p = Parameter(m)
        near(backward(ops.sum(ops.eigh(p)[0]))[p], np.eye(len(m)))  # the trace


def test_a_vector_of_a_value_of_its_own_has_its_gradient_beside_equal_ones():
    a, way = turned([1.0, 2.0, 2.0, 5.0], RNG(1)), RNG(2).standard_normal((4, 4))
    way = way + way.T

    def top(a):
        v = ops.eigh(a)[1][:, 3]
        return ops.sum(v[:, None] * v[None, :] * np.arange(16.0).reshape(4, 4))

    p, h = Parameter(a), EPS ** (1 / 3)
    difference = (top(a + h * way).item() - top(a - h * way).item()) / (2 * h)
    assert abs(np.sum(backward(top(p))[p] * way) - difference) < EPS ** (1 / 2) * 16


def test_the_nearest_orthogonal_matrix_has_its_gradient_where_singular_values_are_equal():
    a, way, weights = np.eye(3), RNG(3).standard_normal((3, 3)), RNG(4).standard_normal((3, 3))
    p, h = Parameter(a), EPS ** (1 / 3)
    u, _, vt = ops.svd(p)
    found = backward(ops.sum(u @ vt * weights))[p]
    difference = (polar(a + h * way)[0] - polar(a - h * way)[0]) / (2 * h)
    assert abs(np.sum(found * way) - np.sum(difference * weights)) < EPS ** (1 / 2) * 9


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_gradient_by_the_vectors_of_equal_values_is_refused(dtype):
    weights = RNG(0).standard_normal((3, 3)).astype(dtype)
    for values, decompose, place in (
        ([1, 2, 2], ops.eigh, 1),
        ([1, 2, 2], ops.svd, 0),
        ([1, 2, 2], ops.svd, 2),
        ([1, 0, 0], ops.svd, 0),
    ):
        p = Parameter(turned(np.array(values, float), RNG(5)).astype(dtype))
        with pytest.raises(BadInput, match="values are equal or zero, and a gradient comes by their vectors"):
            backward(ops.sum(decompose(p)[place] * weights))


@pytest.mark.parametrize("shape", [(0, 0), (0, 2, 2), (2, 0, 0), (0, 3), (3, 0)])
def test_matrices_of_nothing(shape):
    p = Parameter(np.zeros(shape))
    square = shape[-1] == shape[-2]
    losses = [ops.sum(ops.svd(p)[1])]
    if square:
        losses += [ops.sum(f(p)) for f in (ops.det, ops.logdet, ops.inverse, ops.cholesky, ops.trace)]
        losses += [ops.sum(ops.eigh(p)[1]), ops.sum(ops.solve(p, np.zeros((*shape[:-1], 2))))]
        losses += [ops.sum(ops.solve_triangular(p, np.zeros((*shape[:-1], 2))))]
        assert (ops.det(p).value == 1).all()
    for loss in losses:
        assert backward(loss)[p].shape == shape


def test_a_determinant_of_zero_or_less_has_no_logarithm():
    assert np.isnan(ops.logdet(np.diag([-1.0, 1])).value) and ops.logdet(np.zeros((2, 2))).value == -np.inf
    p = Parameter(np.zeros((2, 2)))
    assert np.isnan(backward(ops.sum(ops.exp(ops.slogdet(p)[1])))[p]).all()
    p = Parameter(np.eye(2))
    assert not backward(ops.sum(ops.slogdet(p)[0]))[p].any()


def test_whole_numbers_are_taken_as_floats():
    a = np.array([[2, 0], [0, 8]])
    assert ops.cholesky(2 * a).dtype == np.float32 and ops.det(a).item() == 16
    assert ops.eigh(a)[0].value.tolist() == [2, 8] and ops.trace(a).value == 10
    assert ops.solve(a, np.array([[1], [2]])).value.tolist() == [[0.5], [0.25]]
