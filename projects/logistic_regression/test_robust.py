"""Facts: every loss at its minimum, in whatever units the data come, and the score."""

import numpy as np
import pytest

import convergence
import losses
import quantile
import robust
import tables
from abacus import streams
from abacus.errors import BadInput


def problem(n=100):
    rng = streams.rng(0, "lines")
    x = rng.standard_normal((n, 2))
    return x, x @ [1.0, 2.0] + rng.standard_t(3, n)


def test_the_squared_loss_gives_least_squares():
    x, y = problem()
    fitted = robust.LossRegression("squared").fit(x, y)
    best = np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]), y, rcond=None)[0]
    np.testing.assert_allclose(np.append(fitted.intercept_, fitted.coef_), best, rtol=1e-10)
    np.testing.assert_allclose(fitted.score(x, y), 1 - (y - fitted.predict(x)).var() / y.var())


@pytest.mark.parametrize("loss", losses.REGRESSION)
@pytest.mark.parametrize("away", [1000.0, -1e6])
def test_far_from_zero_and_in_other_units_the_fit_is_the_same(loss, away):
    x, y = problem()
    near = robust.LossRegression(loss).fit(x, y)
    units, shift = np.array([1e-6, 1e6]), np.array([3.0, 1e8])
    far = robust.LossRegression(loss).fit(x * units + shift, y + away)
    np.testing.assert_allclose(far.predict(x * units + shift) - away, near.predict(x), atol=1e-5)


@pytest.mark.parametrize("loss", losses.QUANTILES)
def test_losses_with_kinks_are_at_their_minimum(loss):
    for x, y in (tables.households(), problem()):
        beta = robust.fit(x, y, loss)
        lowest = losses.REGRESSION[loss](x @ beta, y)[0].sum()
        exact = quantile.fit(x, y, losses.QUANTILES[loss]).deviations
        np.testing.assert_allclose(lowest, exact * (2 if loss == "absolute" else 1), rtol=1e-12)


def test_the_hinge_loss_is_at_its_minimum_by_linear_programming():
    from scipy.optimize import linprog

    for case in range(20):
        x, s, _ = robust.sample(50, 3, 0.1, "classification", streams.rng(0, "hinge", case))
        cost, bounds = np.concatenate([np.zeros(3), np.ones(50)]), [(None, None)] * 3 + [(0, None)] * 50
        lowest = linprog(cost, A_ub=np.hstack([-x * s[:, None], -np.eye(50)]), b_ub=-np.ones(50), bounds=bounds).fun
        np.testing.assert_allclose(losses.hinge(x @ robust.fit(x, s, "hinge"), s)[0].sum(), lowest, rtol=1e-9)


def test_huber_in_tiny_units_of_the_answer_reaches_its_minimum_or_says_that_it_does_not():
    x, y = problem()
    design = np.column_stack([np.ones(len(x)), x])
    tol = np.sqrt(np.finfo(float).eps)
    for unit in (1e3, 1e9):
        with pytest.MonkeyPatch.context() as patch:
            said = []
            patch.setattr(convergence, "warn", lambda *what, said=said: said.append(what))
            beta = robust.fit(design, unit * y, "huber")
        slope = design.T @ losses.huber(design @ beta, unit * y)[1] / len(y)
        assert said or np.abs(slope).max() <= 10 * tol


def test_the_score_takes_a_column_and_refuses_another_length():
    x, y = problem()
    fitted = robust.LossRegression("squared").fit(x, y)
    assert fitted.score(x, y[:, None]) == fitted.score(x, y)
    with pytest.raises(BadInput, match="X has 100, y has 1"):
        fitted.score(x, y[:1])
