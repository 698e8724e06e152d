"""Solvers, statistics, shrinkage and descent on small problems: against each other, NumPy, and theory."""

from fractions import Fraction

import numpy as np
import pytest

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
import subset
import svd
from abacus import streams
from double_double import DoubleDouble

EPS = np.finfo(float).eps


def test_cholesky_of_a_small_matrix_is_exact():
    assert (cholesky.cholesky(np.array([[4.0, 2.0], [2.0, 5.0]])) == [[2, 0], [1, 2]]).all()
    with pytest.raises(ArithmeticError, match="pivot 2 of 2"):
        cholesky.cholesky(np.array([[1.0, 2.0], [2.0, 1.0]]))


def test_all_solvers_agree_with_numpy_where_the_problem_is_well_conditioned():
    x, y = _problem(40, 6)
    theirs, tolerance = np.linalg.lstsq(x, y, rcond=None)[0], _tolerance(x, y)
    exactly = qr.least_squares(DoubleDouble(x), DoubleDouble(y)).round()
    for solve in (cholesky.least_squares, qr.least_squares, svd.least_squares, refinement.least_squares):
        assert np.abs(solve(x, y) - theirs).max() <= tolerance
    assert np.abs(exactly - theirs).max() <= tolerance
    assert np.abs(refinement.least_squares(x, y) - exactly).max() <= np.spacing(np.abs(exactly).max())


def test_householder_and_jacobi_factorise():
    x, y = _problem(30, 5)
    size = EPS * np.linalg.norm(x) * x.size
    reflectors, r = qr.householder(x)
    u, s, v = svd.jacobi(x)
    assert np.abs(np.abs(r) - np.abs(np.linalg.qr(x)[1])).max() <= size
    assert np.abs(qr.reflect_back(reflectors, qr.reflect(reflectors, y)) - y).max() <= size
    assert np.abs(s - np.linalg.svd(x, compute_uv=False)).max() <= size
    assert np.abs(u * s @ v.T - x).max() <= size


def test_standard_errors_and_f_of_three_points():
    """y = 0, 1, 3 at x = −1, 0, 1: b = (4/3, 3/2), RSS = 1/6, s² = 1/6, R² = 27/28, F = 27."""
    found = inference.fit(DoubleDouble([[1.0, -1.0], [1.0, 0.0], [1.0, 1.0]]), DoubleDouble([0.0, 1.0, 3.0]))
    got = [*found.b.round(), *(found.sd * found.sd).round(), found.r2.round(), found.f.round()]
    wanted = [Fraction(4, 3), Fraction(3, 2), Fraction(1, 18), Fraction(1, 12), Fraction(27, 28), Fraction(27)]
    assert np.abs(np.array(got) - np.array([float(w) for w in wanted])).max() <= np.spacing(27.0)


def test_dropping_one_variable_gives_the_square_of_its_t():
    x, y = _problem(30, 4)
    found = inference.fit(x, y)
    f, _, _ = inference.exclusion(x, y, [2])
    assert f == pytest.approx(inference.z_scores(found)[2] ** 2)


def test_ridge_solves_its_normal_equations_and_has_the_degrees_of_freedom_asked_for():
    x, y = _problem(40, 6)
    penalty = ridge.penalty_of(x, 4.5)
    theirs = np.linalg.solve(x.T @ x + penalty * np.eye(6), x.T @ y)
    hat = x @ np.linalg.solve(x.T @ x + penalty * np.eye(6), x.T)
    assert np.abs(ridge.ridge(x, y, penalty) - theirs).max() <= _tolerance(x, y)
    assert np.trace(hat) == pytest.approx(4.5)
    assert ridge.penalty_of(x, 6) == 0


def test_the_lasso_on_orthonormal_columns_is_soft_thresholding():
    y = np.array([3.0, -2.0, 0.5, 7.0])
    assert (lasso.lasso(np.eye(4)[:, :3], y, 1.0) == [2, -1, 0]).all()


def test_the_path_of_lars_is_the_lasso_of_coordinate_descent():
    x, y = _correlated(60, 8)
    levels, knots = lars.path(x, y)
    assert levels[0] == np.abs(x.T @ y).max() and levels[-1] == 0 and not knots[0].any()
    assert np.abs(knots[-1] - qr.least_squares(x, y)).max() <= _tolerance(x, y)
    for k in range(len(levels) - 1):
        middle = lasso.lasso(x, y, (levels[k] + levels[k + 1]) / 2)
        assert np.abs(middle - (knots[k] + knots[k + 1]) / 2).max() <= _tolerance(x, y)


def test_a_variable_can_leave_the_path():
    """More knots than variables: only the lasso's own step (eq. 28) gives them."""
    drops = [len(lars.path(*_correlated(12, 8, seed))[0]) - 9 for seed in range(20)]
    assert min(drops) >= 0 and max(drops) > 0


def test_the_lasso_meets_its_optimality_conditions():
    x, y = _correlated(60, 8)
    penalty = np.abs(x.T @ y).max() / 5
    b = lasso.lasso(x, y, penalty)
    gradient = x.T @ (y - x @ b)
    assert 0 < np.count_nonzero(b) < 8
    assert np.abs(gradient[b != 0] - penalty * np.sign(b[b != 0])).max() <= _tolerance(x, y) * np.linalg.norm(x) ** 2
    assert (np.abs(gradient[b == 0]) < penalty).all()


def test_the_best_subset_beats_every_other():
    x, y = _correlated(30, 6)
    b = subset.best(x, y, 3)
    residuals = [np.linalg.lstsq(x[:, list(c)], y, rcond=None)[1][0] for c in subset.combinations(range(6), 3)]
    assert np.count_nonzero(b) == 3
    assert ((y - x @ b) ** 2).sum() == pytest.approx(min(residuals))


def test_all_directions_together_are_least_squares():
    x, y = _problem(40, 5)
    b, v = qr.least_squares(x, y), components.loadings(x, 5)
    assert np.abs(v @ qr.least_squares(x @ v, y) - b).max() <= _tolerance(x, y)
    assert np.abs(components.partial_least_squares(x, y, 5) - b).max() <= _tolerance(x, y)


def test_gradient_descent_stays_below_its_bound_and_reaches_the_solution():
    x, y = _problem(50, 4)
    best, steps = qr.least_squares(x, y), 300
    distance = np.sqrt(((descent.gradient_descent(x, y, steps) - best) ** 2).sum(axis=1))
    bound = descent.gradient_bound(x, distance[0], steps)
    assert (distance <= bound + _tolerance(x, y)).all()
    assert distance[-1] <= _tolerance(x, y)


def test_the_mean_of_stochastic_descents_stays_below_its_bound():
    x, y = _problem(50, 4)
    best, eta = qr.least_squares(x, y), 1 / (2 * (x * x).sum(axis=1).max())
    walks = descent.sgd(x, y, 400, eta, 100, streams.rng(0, "rows"))
    distance = ((walks - best) ** 2).sum(axis=2).mean(axis=1)
    assert (distance <= descent.sgd_bound(x, y, best, 400, eta)).all()
    assert distance[-1] < distance[0]


def test_the_normal_equations_square_the_condition_number():
    """At κ = 10⁶ the error of QR stays below n p ε κ; that of Cholesky, whose matrix has κ², does not."""
    (u, _, v), s = svd.jacobi(_problem(30, 5)[0]), np.geomspace(1, 1e-6, 5)
    x, b = u * s @ v.T, np.ones(5)
    bound = x.size * EPS * s[0] / s[-1]
    assert np.abs(qr.least_squares(x, x @ b) - b).max() <= bound < np.abs(cholesky.least_squares(x, x @ b) - b).max()


def _problem(n, p):
    rng = streams.rng(1, "problem", n, p)
    x = rng.standard_normal((n, p))
    return prostate.with_ones(x[:, 1:]), x @ np.arange(1, p + 1) + rng.standard_normal(n)


def _correlated(n, p, seed=0):
    """Columns that share a factor, centred, and a response of which three columns know."""
    rng = streams.rng(seed, "correlated", n, p)
    x = rng.standard_normal((n, p)) + 2 * rng.standard_normal((n, 1))
    y = x[:, :3] @ [3.0, -2.0, 1.0] + rng.standard_normal(n)
    return x - x.mean(axis=0), y - y.mean()


def _tolerance(x, y):
    """First-order error of any of the solvers: n p ε κ(X)² ‖y‖ / ‖X‖."""
    return x.size * EPS * np.linalg.cond(x) ** 2 * np.linalg.norm(y) / np.linalg.norm(x, 2)
