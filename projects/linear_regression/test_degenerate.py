"""Systems without a single answer and paths with ties: the shortest answer, the ridge's, or one clear line; never NaN."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cholesky
import components
import descent
import inference
import lars
import lasso
import prostate
import qr
import refinement
import ridge
import solvers
import subset
import svd
from abacus.errors import BadInput
from double_double import DoubleDouble
from triangular import Dependent

EPS = np.finfo(float).eps
RNG = np.random.default_rng(0)
X = RNG.standard_normal((12, 3))
Y = X @ [1.0, 2.0, 3.0] + RNG.standard_normal(12)
DEGENERATE = {
    "a column of zeros": np.column_stack([X, np.zeros(12)]),
    "a column of zeros first": np.column_stack([np.zeros(12), X]),
    "nothing but zeros": np.zeros((12, 2)),
    "a column twice": np.column_stack([X, X[:, 0]]),
    "a column and its opposite in other units": np.column_stack([X, -(2.0**20) * X[:, 1]]),
    "columns that sum to 0": np.column_stack([X, -X.sum(axis=1)]),
    "columns that sum to 0 in tiny units": 1e-30 * np.column_stack([X, -X.sum(axis=1)]),
    "constants beside a column of ones": np.column_stack([np.ones(12), np.full(12, 7.0), X]),
    "fewer rows than columns": X[:2],
    "one row": X[:1],
}


def room(x, y):
    """Of b: a few roundings of ‖y‖, over the least singular value that is none."""
    s = np.linalg.svd(x, compute_uv=False)
    least = s[s > 1e3 * EPS * s[0]].min(initial=np.inf) if s[0] else np.inf
    return 1e3 * EPS * np.linalg.norm(y) * s[0] / least**2


@pytest.mark.parametrize("name", DEGENERATE)
def test_the_singular_value_decomposition_gives_the_shortest_answer(name):
    x = DEGENERATE[name]
    y = Y[: len(x)]
    shortest = np.linalg.pinv(x, rcond=1e3 * EPS) @ y
    for found in (svd.least_squares(x, y), ridge.ridge(x, y, 0.0)):
        assert np.abs(found - shortest).max() <= room(x, y)


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("penalty", [1e-3, 1.0, 100.0])
def test_ridge_has_its_one_answer(name, penalty):
    x = DEGENERATE[name]
    y = Y[: len(x)]
    wanted = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ y)
    size = np.linalg.norm(x) * np.linalg.norm(y)
    condition = 1 + np.linalg.norm(x, 2) ** 2 / penalty
    assert np.abs(ridge.ridge(x, y, penalty) - wanted).max() <= 100 * EPS * condition * size / penalty


@pytest.mark.parametrize("name", DEGENERATE)
def test_solvers_of_one_answer_say_that_there_is_none(name):
    x = DEGENERATE[name]
    y = Y[: len(x)]
    for solve in (cholesky.least_squares, qr.least_squares, refinement.least_squares):
        with pytest.raises(Dependent) as raised:
            solve(x, y)
        assert isinstance(raised.value, BadInput) and "\n" not in str(raised.value)
    with pytest.raises(BadInput):
        inference.fit(x, y)
    if name not in ("columns that sum to 0", "columns that sum to 0 in tiny units"):  # whose sum is rounded
        with pytest.raises(Dependent):
            qr.least_squares(DoubleDouble(x), DoubleDouble(y))


@pytest.mark.parametrize("name", DEGENERATE)
def test_descents_and_selections_stay_finite(name):
    x = DEGENERATE[name]
    y = Y[: len(x)]
    found = [lasso.lasso(x, y, 0.1), components.partial_least_squares(x, y, x.shape[1])]
    if x.any():
        found += [descent.gradient_descent(x, y, 50)[-1], solvers._descent(x, y)]
        rank = np.linalg.matrix_rank(x, tol=1e3 * EPS * np.linalg.norm(x))
        assert 0 <= ridge.penalty_of(x, 0.5) < np.inf and ridge.penalty_of(x, rank) >= 0
        with pytest.raises(BadInput, match=f"at most the rank of X, {rank}"):
            ridge.penalty_of(x, rank + 1)
    assert all(np.isfinite(b).all() for b in found)
    assert (descent.sgd_bound(x, y, found[0], 3, 1e-3) == np.inf).all()


def test_the_best_subset_holds_no_column_twice():
    x = DEGENERATE["a column twice"]
    b = subset.best(x, Y, 3)
    assert np.isfinite(b).all() and (b != 0).sum() == 3
    np.testing.assert_allclose(x @ b, X @ qr.least_squares(X, Y), rtol=1e3 * EPS)


def test_partial_least_squares_ends_at_least_squares_where_nothing_is_left():
    x = DEGENERATE["columns that sum to 0"]
    np.testing.assert_allclose(components.partial_least_squares(x, Y, 4), svd.least_squares(x, Y), atol=room(x, Y))


def test_a_predictor_that_does_not_vary_gets_nothing_from_the_lasso():
    x = np.column_stack([X, np.full(12, 7.0)])
    for fit in (prostate.lasso_path, prostate.lasso_coordinates):
        b0, b = fit(x, Y, 0.5)
        other, rest = fit(X, Y, 0.5)
        np.testing.assert_allclose([b0, *b], [other, *rest, 0], atol=1e3 * EPS * np.abs(rest).max())


def _is_optimal(x, y, b, penalty):
    """The conditions of the lasso's minimum: |Xᵀr| ≤ λ, and = λ sign(b) where b is not 0; to the rounding of the path."""
    c, size = x.T @ (y - x @ b), 1 + np.abs(x.T @ y).max()
    slack = 1e6 * EPS * size  # the path adds up some thirty steps, each through a system of condition 10² or so
    return (np.abs(c) <= penalty + slack).all() and (np.abs(c - penalty * np.sign(b))[np.abs(b) > slack] <= slack).all()


SMALL = st.integers(1, 6).flatmap(
    lambda p: st.integers(2, 7).flatmap(
        lambda n: st.tuples(
            st.lists(st.lists(st.integers(-2, 2), min_size=p, max_size=p), min_size=n, max_size=n),
            st.lists(st.integers(-3, 3), min_size=n, max_size=n),
            st.sampled_from([None, 1, -1]),
        )
    )
)


@given(SMALL)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_the_path_is_the_lasso_s_whatever_ties(drawn):
    """Small whole numbers: correlations meet, coefficients vanish together, columns are there twice."""
    x, y, twin = np.array(drawn[0], float), np.array(drawn[1], float), drawn[2]
    if twin:
        x = np.column_stack([x, twin * x[:, 0]])
    try:
        levels, knots = lars.path(x, y)
    except Dependent:
        assert np.linalg.matrix_rank(x) < x.shape[1]
        return
    assert levels[-1] == 0 and (np.diff(levels) <= 0).all()
    for k in range(len(levels)):
        assert _is_optimal(x, y, knots[k], levels[k])
        assert _is_optimal(x, y, (knots[k] + knots[k - 1]) / 2, (levels[k] + levels[k - 1]) / 2) or k == 0
    assert np.isfinite(lars.at_fraction(knots, 0.5)).all()


def test_two_that_reach_the_same_correlation_at_once_go_together():
    x, y = np.eye(3), np.array([2.0, 2.0, 1.0])
    levels, knots = lars.path(x, y)
    assert levels.tolist() == [2, 1, 0] and knots.tolist() == [[0, 0, 0], [1, 1, 0], [2, 2, 1]]
    levels, knots = lars.path(x, np.zeros(3))
    assert levels.tolist() == [0] and lars.at_fraction(knots, 0.3).tolist() == [0, 0, 0]
