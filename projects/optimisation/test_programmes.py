"""Linear and quadratic programmes: both methods against HiGHS, conditions of optimality, proofs where there is no optimum."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.sparse as sparse

import constrained
import interior
import linear
import programmes
import quadratic
import run
import simplex
from abacus.errors import BadInput

METHODS = {"simplex": simplex.solve, "interior point": interior.solve}
each_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
TIGHT = math.sqrt(np.finfo(float).eps)  # what the interior point's own tolerance leaves in x; values are far closer


def drawn(seed, m=12, n=18):
    """A feasible and bounded programme with every kind of row and of variable, free and fixed ones among them."""
    rng = np.random.default_rng(seed)
    a = np.round(rng.standard_normal((m, n)), 1) * (rng.random((m, n)) < 0.5)
    x = np.round(2 * rng.standard_normal(n), 1)
    kind, activity = rng.integers(0, 4, m), a @ x
    row_low = np.where(kind == 0, activity, np.where(kind == 1, -np.inf, activity - 1))
    row_high = np.where(kind == 0, activity, np.where(kind == 2, np.inf, activity + 1))
    low, high = x - rng.integers(0, 3, n), x + rng.integers(0, 3, n)
    free = rng.random(n) < 0.2
    low, high = np.where(free, -np.inf, low), np.where(free, np.inf, high)
    y = rng.standard_normal(m) * (kind == 0)
    costs = a.T @ y + np.where(free, 0.0, rng.standard_normal(n))
    return programmes.programme(costs, a, row_low, row_high, low, high)


def of_highs(p):
    """SciPy's answer."""
    a, equal = p.matrix, p.row_low == p.row_high
    upper, lower = ~equal & np.isfinite(p.row_high), ~equal & np.isfinite(p.row_low)
    rows = sparse.vstack([a[upper], -a[lower]])
    right = np.concatenate([p.row_high[upper], -p.row_low[lower]])
    return scipy.optimize.linprog(p.costs, rows, right, a[equal], p.row_low[equal], np.column_stack([p.low, p.high]))


def check(p, found):
    """x is feasible, the prices are dual feasible, and both values agree: together they prove that x is optimal."""
    size = 1 + np.abs(found.x).max()
    activity = p.matrix @ found.x
    for value, low, high in ((activity, p.row_low, p.row_high), (found.x, p.low, p.high)):
        assert (value >= low - TIGHT * size).all() and (value <= high + TIGHT * size).all()
    reduced = p.costs - p.matrix.T @ found.prices
    near = TIGHT * (1 + np.abs(p.costs).max())
    bound = 0.0
    for price, low, high in ((found.prices, p.row_low, p.row_high), (reduced, p.low, p.high)):
        price = np.where(np.abs(price) <= near, 0.0, price)
        ends = np.where(price > 0, low, high)
        assert np.isfinite(ends[price != 0]).all(), "a price of an end that is not there"
        bound += float((price * np.where(price != 0, ends, 0.0)).sum())
    assert abs(bound - found.objective) <= 100 * TIGHT * (1 + abs(found.objective))


@each_method
@pytest.mark.parametrize("presolve", [True, False])
def test_random_programmes_have_the_optimum_of_highs(method, presolve):
    for seed in range(12):
        p = drawn(seed)
        found = programmes.solve(p, method, presolve)
        assert found.status == "optimal", seed
        check(p, found)
        assert abs(found.objective - of_highs(p).fun) <= 10 * TIGHT * (1 + abs(found.objective))


@each_method
def test_a_vertex_that_many_rows_share_is_no_trap(method):
    """Beale's example of 1955, on which the rule of the largest cost goes round in a circle; and an assignment of 7 to 7."""
    a = [[0.25, -60, -0.04, 9], [0.5, -90, -0.02, 3], [0, 0, 1, 0]]
    found = programmes.solve(
        programmes.programme([-0.75, 150, -0.02, 6], a, row_high=[0, 0, 1], row_low=-np.inf), method, presolve=False
    )
    assert found.status == "optimal" and abs(found.objective + 0.05) <= 1e-9
    n, costs = 7, np.random.default_rng(0).integers(1, 50, (7, 7)).astype(float)
    rows = np.vstack([np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))])
    found = programmes.solve(programmes.programme(costs.ravel(), rows, 1.0, 1.0), method)
    i, j = scipy.optimize.linear_sum_assignment(costs)
    assert abs(found.objective - costs[i, j].sum()) <= 1e-7


@each_method
@pytest.mark.parametrize("presolve", [True, False])
def test_no_solution_and_no_bottom_are_proved(method, presolve):
    contradiction = programmes.programme([1, 1], [[1, 2], [2, 1], [-1, -1]], row_low=[4, 4, -2])
    crossing = programmes.programme([1, 1], [[1, 0], [1, 1]], row_low=[3, -np.inf], row_high=[np.inf, 2])
    for p in (contradiction, crossing):
        found = programmes.solve(p, method, presolve)
        assert found.status == "infeasible" and programmes.shows_infeasible(p, found.certificate) > 0
    for p in (
        programmes.programme([-1, 0], [[1, -1]], row_high=1.0),
        programmes.programme([0, 1.0], [[1, 1]], row_low=0.0, low=-np.inf),
    ):
        found = programmes.solve(p, method, presolve)
        assert found.status == "unbounded" and programmes.shows_unbounded(p, found.certificate) > 0
    fine = programmes.programme([1, 1], [[1, 2]], row_low=4)
    assert programmes.shows_infeasible(fine, np.ones(1)) <= 0 and programmes.shows_unbounded(fine, np.ones(2)) <= 0


def test_the_study_says_both_in_one_line_with_the_proof():
    none = programmes.programme([1.0], [[1.0], [1.0]], row_low=[2, -np.inf], row_high=[np.inf, 1])
    with pytest.raises(BadInput, match="infeasible: 2 of its rows"):
        linear.solved(none, "simplex", 100, "it")
    with pytest.raises(BadInput, match="unbounded: a ray in"):
        linear.solved(programmes.programme([-1.0], [[0.0]]), "simplex", 100, "it")
    with pytest.raises(BadInput, match="stopped after 1 steps"):
        linear.solved(drawn(3), "simplex", 1, "it")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (lambda: programmes.programme([1, 2], [[1]]), "costs for 1 columns"),
        (lambda: programmes.programme([1], np.zeros((0, 1))), "at least one"),
        (lambda: programmes.programme([1], [[1]], 2, 1), "row 0: 2 to 1 is empty"),
        (lambda: programmes.programme([1], [[1]], low=[3], high=[1]), "variable 0: 3 to 1 is empty"),
        (lambda: programmes.programme([math.nan], [[1]]), "finite"),
        (lambda: programmes.programme([1], [[1]], low=math.nan), "nan"),
        (lambda: run.read([1, 1], ["1 2 3"]), "wanted two numbers"),
        (lambda: run.read([1, 1], []), "at least one"),
        (lambda: quadratic.quadratic([[1, 0], [0, -1]], [0, 0], [[1, 0]], [0]), "not positive definite"),
        (lambda: quadratic.quadratic([[1]], [0], [[1]], [0, 1]), "shape"),
        (lambda: quadratic.sqp(quadratic.Problem(lambda x: x[0], [1.0], low=[2], high=[1])), "sides cross"),
        (lambda: quadratic.sqp(quadratic.Problem(lambda x: math.nan, [1.0])), "not finite at the start"),
        (lambda: linear.linear(linear.Linear("afir", "simplex", 10), None), "afiro"),
    ],
)
def test_what_is_no_programme_is_one_line(what, said):
    with pytest.raises(BadInput, match=said) as raised:
        what()
    assert "\n" not in str(raised.value)


def test_scaling_rounds_nothing():
    p = drawn(1)
    scaled, r, c = programmes.scale(p)
    assert (np.frexp(r)[0] == 0.5).all() and (np.frexp(c)[0] == 0.5).all()
    assert (scaled.matrix.toarray() == r[:, None] * p.matrix.toarray() * c).all()


def test_presolve_takes_out_what_it_says_and_gives_prices_back():
    """x2 is fixed, row 1 has one entry, row 2 is empty once they are gone, x3 is in no row."""
    p = programmes.programme(
        [1, 1, 5, -1], [[1, 1, 1, 0], [2, 0, 0, 0], [0, 0, 1, 0]], [4, 3, 2], [9, 8, 2], [0, 0, 2, 0], [9, 9, 2, 6]
    )
    reduced = programmes.reduce(p)
    assert len(reduced.columns) == 2 and len(reduced.rows) == 1 and not reduced.wrong
    for method in METHODS.values():
        found = programmes.solve(p, method)
        assert found.status == "optimal" and abs(found.objective - 6) <= 1e-7
        check(p, found)


def test_basis_exchanges_are_the_new_basis():
    rng = np.random.default_rng(4)
    b = rng.standard_normal((9, 9)) + 3 * np.eye(9)
    basis = simplex.Basis(sparse.csc_array(b))
    for r in (3, 0, 3, 8):
        a = rng.standard_normal(9)
        basis.exchange(r, basis.solve(a))
        b[:, r] = a
        v = rng.standard_normal(9)
        room = 9 * np.finfo(float).eps * np.linalg.cond(b) ** 2
        assert (
            np.abs(b @ basis.solve(v) - v).max() <= room and np.abs(b.T @ basis.solve_transposed(v) - v).max() <= room
        )


@pytest.mark.parametrize("seed", range(8))
def test_quadratic_programmes_meet_their_conditions(seed):
    rng = np.random.default_rng(seed)
    n, m, equal = 7, 10, 2
    half = rng.standard_normal((n, n))
    g, c, a = half @ half.T + np.eye(n), rng.standard_normal(n), rng.standard_normal((m, n))
    b = a @ rng.standard_normal(n) - np.where(np.arange(m) < equal, 0, rng.random(m) * (seed % 3))
    found = quadratic.quadratic(g, c, a, b, equal)
    gap, near = a @ found.x - b, 1e3 * np.finfo(float).eps * np.linalg.cond(g)
    assert found.converged and (np.abs(gap[:equal]) <= near).all() and (gap[equal:] >= -near).all()
    assert (found.multipliers[equal:] >= 0).all() and np.abs(found.multipliers * gap).max() <= near * 10
    assert np.abs(g @ found.x + c - a.T @ found.multipliers).max() <= near * (1 + np.abs(found.multipliers).max())


def test_a_quadratic_programme_without_a_point_is_proved_so():
    a, b = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, 0.0]]), np.array([2.0, -1.0, 0.0])
    found = quadratic.quadratic(np.eye(2), [0, 0], a, b)
    y = found.multipliers
    assert not found.converged and "contradict" in found.reason
    assert (y >= 0).all() and np.abs(a.T @ y).max() <= 1e-12 and b @ y > 0


def test_sqp_says_where_it_stops():
    problem = constrained.CONSTRAINED["71"]
    found = quadratic.sqp(problem, most=2)
    assert not found.converged and found.reason == "stopped after 2 steps"
    empty = quadratic.Problem(lambda x: x[0] ** 2, [0.5], None, lambda x: np.array([x[0] - 2, 1 - x[0]]))
    assert "contradict" in quadratic.sqp(empty).reason
