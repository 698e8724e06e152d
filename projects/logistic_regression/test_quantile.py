"""Facts: the exact descent against linear programming, on data with and without ties, and what it refuses."""

import numpy as np
import pytest

import quantile
import tables
from abacus import streams
from abacus.errors import BadInput


def lowest(x, y, q):
    """The smallest loss by linear programming: residuals are u - v, u, v ≥ 0."""
    from scipy.optimize import linprog

    n, p = x.shape
    cost = np.concatenate([np.zeros(p), np.full(n, q), np.full(n, 1 - q)])
    bounds = [(None, None)] * p + [(0, None)] * (2 * n)
    return linprog(cost, A_eq=np.hstack([x, np.eye(n), -np.eye(n)]), b_eq=y, bounds=bounds).fun


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_the_quantile_is_optimal_by_linear_programming(q):
    rng = streams.rng(0, "programme")
    x = np.column_stack([np.ones(60), rng.standard_normal((60, 3))])
    y = x.sum(axis=1) + rng.standard_cauchy(60)
    found = quantile.fit(x, y, q)
    np.testing.assert_allclose(found.deviations, lowest(x, y, q), rtol=1e-9)
    below = np.sum(y - x @ found.coefficients < -1e-9)
    assert below <= q * 60 <= below + 4  # as many lie below as the quantile says, but for the four that it meets


@pytest.mark.parametrize("part", range(3))
def test_ties_do_not_turn_the_descent_in_a_circle(part):
    for case in range(100 * part, 100 * (part + 1)):
        rng = streams.rng(0, "integers", case)
        n, p, q = rng.integers(6, 30), rng.integers(1, 4), rng.choice([0.25, 0.5, 0.75])
        x = np.column_stack([np.ones(n), rng.integers(0, 3, (n, p))]).astype(float)
        y = rng.integers(0, 4, n).astype(float)
        if np.linalg.matrix_rank(x) == p + 1:
            found = quantile.fit(x, y, q)
            np.testing.assert_allclose(found.deviations, lowest(x, y, q), rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(quantile.check_loss(y - x @ found.coefficients, q), found.deviations, atol=1e-9)


def test_the_median_of_a_constant_alone_is_the_median():
    assert quantile.fit(np.ones((5, 1)), np.array([1.0, 1, 1, 2, 3]), 0.5).coefficients == [1.0]


@pytest.mark.parametrize("q", [0.25, 0.5, 0.75])
def test_the_stack_loss_has_its_quantiles(q):
    found = tables.columns("brownlee1965")
    y = found.pop("stack loss")
    x = np.column_stack([np.ones(len(y)), *found.values()])
    np.testing.assert_allclose(quantile.fit(x, y, q).deviations, lowest(x, y, q), rtol=1e-9)


def test_units_do_not_matter():
    x, y = tables.households()
    units = np.array([1.0, 1e-9])
    near, far = quantile.fit(x, y, 0.5), quantile.fit(x * units, y, 0.5)
    np.testing.assert_allclose(far.coefficients * units, near.coefficients, rtol=1e-9)


@pytest.mark.parametrize(
    ("x", "q", "message"),
    [
        ([[1, 0], [1, 1], [1, 2]], 1.5, "q must lie between 0 and 1, got 1.5"),
        ([[1, 0], [1, 1], [1, 2]], 0.0, "q must lie between 0 and 1"),
        ([[1, 0], [1, np.nan], [1, 2]], 0.5, "NaN"),
        ([[1, 2], [1, 2], [1, 2]], 0.5, "2 columns, 1 independent"),
        ([[1, 2], [1, 3]], 0.5, "X has 2, y has 3"),
    ],
)
def test_a_mistake_is_named(x, q, message):
    with pytest.raises(BadInput, match=message):
        quantile.fit(x, [1.0, 2.0, 4.0], q)
