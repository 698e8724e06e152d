"""Every method on functions whose answers are known, on its derived rate, and on input that is none."""

import math
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import constrained
import descent
import direct
import doubled
import least_squares
import line_search
import problems
import proximal
import quadratic
import rates
import stochastic
import trials
from abacus import optim
from abacus.errors import BadInput
from abacus.tensor import Parameter

EPS = np.finfo(float).eps
RULES = {
    "gradient": descent.Steepest,
    "conjugate gradients": descent.ConjugateGradients,
    "Newton": lambda: descent.Newton(problems.rosenbrock_hessian),
    "BFGS": descent.BFGS,
    "L-BFGS": descent.LBFGS,
}


def bowl(n, condition, seed=0):
    """½ (x − a)ᵀ H (x − a) with a random basis, its gradient, and a."""
    rng = np.random.default_rng(seed)
    q = np.linalg.qr(rng.standard_normal((n, n)))[0]
    h, a = (q * np.geomspace(1, condition, n)) @ q.T, rng.standard_normal(n)
    return lambda x: (float((x - a) @ h @ (x - a) / 2), h @ (x - a)), a, h


@pytest.mark.parametrize("rule", [name for name in RULES if name != "gradient"])
@pytest.mark.parametrize("n", [2, 5])
def test_rosenbrocks_valley_ends_at_ones(rule, n):
    found = descent.minimise(problems.rosenbrock, np.zeros(n), RULES[rule](), 1e-10)
    assert found.converged and np.abs(found.x - 1).max() <= 1e-10 * np.linalg.norm(
        np.linalg.inv(problems.rosenbrock_hessian(np.ones(n))), np.inf
    )
    assert len(found.path) == found.steps + 1 and (found.path[-1] == found.x).all()


@pytest.mark.parametrize("rule", RULES)
def test_a_bowl_ends_at_its_bottom_and_never_climbs(rule):
    fun, a, h = bowl(8, 30.0)
    rule = descent.Newton(lambda x: h) if rule == "Newton" else RULES[rule]()
    found = descent.minimise(fun, np.zeros(8), rule, 1e-9)
    values = [fun(x)[0] for x in found.path]
    assert found.converged and np.abs(found.x - a).max() <= 1e-9 * 8
    assert (np.diff(values) <= EPS * values[0]).all()


def test_newton_needs_one_step_on_a_bowl_and_conjugate_gradients_as_many_as_eigenvalues():
    fun, _, h = bowl(6, 100.0)
    assert descent.minimise(fun, np.ones(6), descent.Newton(lambda x: h), 1e-9).steps == 1
    eigenvalues = np.repeat([1.0, 3.0, 10.0], 4)
    path = trials.exact_conjugate_gradients(eigenvalues, np.ones(12), 3)
    assert np.abs(path[-1]).max() <= 12 * 10 * EPS and np.abs(path[-2]).max() > math.sqrt(EPS)


def test_the_memory_of_l_bfgs_is_bfgs_while_nothing_is_forgotten():
    """The compact form of as many pairs as there were steps, against the two loops of Nocedal 1980."""
    rng, n, pairs = np.random.default_rng(1), 7, 5
    _, _, h = bowl(n, 50.0)
    rule, seen = descent.LBFGS(3), []
    for _ in range(pairs):
        s = rng.standard_normal(n)
        rule.learn(s, h @ s)
        seen = [*seen, (s, h @ s)][-3:]
    g = rng.standard_normal(n)
    q, a = g.copy(), []
    for s, y in reversed(seen):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    s, y = seen[-1]
    q = q * (s @ y) / (y @ y)
    for (s, y), alpha in zip(seen, reversed(a)):
        q = q + s * (alpha - (y @ q) / (s @ y))
    assert np.abs(rule.direction(None, g) + q).max() <= 50 * n * pairs * EPS * np.abs(q).max()


def test_a_wolfe_step_satisfies_both_conditions():
    x, d = np.array([-1.2, 1.0]), np.array([1.0, 0.3])
    f, g = problems.rosenbrock(x)
    d = d if g @ d < 0 else -d
    for first in (1e-6, 1e-3, 1.0, 50.0):
        step = line_search.wolfe(problems.rosenbrock, x, f, float(g @ d), d, first)
        assert step.f <= f + line_search.SUFFICIENT * step.length * (g @ d)
        assert abs(step.gradient @ d) <= line_search.FLAT * abs(g @ d)
    assert line_search.backtracking(lambda x: (math.nan, x), x, f, float(g @ d), d) is None


def test_the_measured_slopes_are_the_derived_ones():
    job = SimpleNamespace(rng=lambda purpose: np.random.default_rng(0))
    found = rates.convergence(rates.Convergence(condition=100.0, size=20, steps=400), job)
    tolerance = 1 / 200  # over the 200 last steps: what an error that grows like k does to a mean factor
    for name in ("gradient descent", "heavy ball", "Nesterov"):
        assert abs(found[name]["measured"] / found[name]["derived"] - 1) <= 2 * tolerance
    for name in ("backtracking", "conjugate gradients", "L-BFGS"):
        assert found[f"{name}: bound"]["measured"] < found[f"{name}: bound"]["derived"]
    assert found["CMA-ES: bound"]["derived"] < found["CMA-ES: bound"]["measured"] < 1
    for name in (
        "projected gradient",
        "ADMM",
        "interior point",
    ):  # half a per cent of a factor is 1/200 of its logarithm
        assert abs(found[name]["measured"] / found[name]["derived"] - 1) <= tolerance
    for name in ("Gauss-Newton", "Gauss-Newton, large residuals", "Levenberg-Marquardt"):
        assert (
            abs(found[name]["measured"] / found[name]["derived"] - 1) <= 0.1
        )  # what is beyond the linear is still seen
    noise = 4 * math.sqrt(2 / trials.COPIES)  # of a mean of squares of so many runs
    for name in ("SGD, rate 1/k: power", "SGD, constant rate: level"):
        assert abs(found[name]["measured"] / found[name]["derived"] - 1) <= 2 * noise
    for name in ("proximal gradient: power", "accelerated: power"):
        assert (
            abs(found[name]["measured"] - found[name]["derived"]) <= 0.1
        )  # the tens of eigenvalues are a sum, no integral
    for name in ("BFGS", "SQP"):
        assert found[f"{name}: order, bound"]["measured"] > 1
    for name in ("Newton: order", "Levenberg-Marquardt, residuals 0: order"):
        assert round(found[name]["measured"]) == found[name]["derived"]


def test_a_broken_step_has_another_slope(monkeypatch):
    """Half the rate, no momentum, another weight of ADMM: the measured factor leaves the derived one."""
    cfg = rates.Convergence(condition=100.0, size=20, steps=400)
    derived, whole = rates.theory(cfg), descent.gradient_descent
    monkeypatch.setattr(descent, "gradient_descent", lambda fun, x, rate, *rest: whole(fun, x, rate / 2, *rest))
    monkeypatch.setattr(descent, "nesterov", lambda fun, x, rate, kept, *rest: whole(fun, x, rate, *rest))
    broken = {name: rates.slope(errors) for name, errors in trials.linear(cfg).items()}
    for name in ("gradient descent", "Nesterov"):
        assert abs(broken[name] - derived[name]) > (1 - derived[name]) / 4, name
    admm = proximal.admm
    monkeypatch.setattr(proximal, "admm", lambda solve, prox, size, rho, *rest: admm(solve, prox, size, 5 * rho, *rest))
    assert abs(rates.slope(trials.bordered(cfg)["ADMM"]) - derived["ADMM"]) > (1 - derived["ADMM"]) / 4


def test_too_large_a_rate_is_said():
    fun, _, _ = bowl(3, 10.0)
    assert "rate is too large" in descent.gradient_descent(fun, np.zeros(3), 0.25, most=100_000).reason
    assert descent.gradient_descent(fun, np.zeros(3), 0.19, most=100_000).converged


@pytest.mark.parametrize(
    ("fun", "start", "said"),
    [
        (lambda x: (math.nan, x), [1.0, 2.0], "f is nan at the start"),
        (lambda x: (1.0, x[:1]), [1.0, 2.0], "gradient"),
        (lambda x: (1.0, x * math.nan), [1.0], "gradient"),
        (problems.rosenbrock, [[1.0, 2.0]], "shape"),
    ],
)
def test_a_start_that_is_none_is_one_line(fun, start, said):
    for run in (
        lambda: descent.minimise(fun, start, descent.BFGS()),
        lambda: descent.gradient_descent(fun, start, 0.1),
    ):
        with pytest.raises(BadInput, match=said):
            run()


def test_the_end_of_steps_and_a_function_without_bottom_are_said():
    found = descent.minimise(problems.rosenbrock, [-1.2, 1], descent.BFGS(), most=3)
    assert (found.steps, found.converged, found.reason) == (3, False, "stopped after 3 steps")
    falls = descent.minimise(lambda x: (-float(x @ x), -2 * x), [1.0], descent.BFGS())
    assert not falls.converged
    with pytest.raises(BadInput, match="memory"):
        descent.LBFGS(0)


@pytest.mark.parametrize("name", ["6", "26", "28"])
def test_the_problems_whose_least_value_is_0(name):
    found = quadratic.sqp(constrained.CONSTRAINED[name])
    assert found.converged and 0 <= found.f <= 1e-10


def test_biggs_six_parameters_give_0_from_the_standard_start():
    residual, start = problems.SQUARES["Biggs EXP6"]
    fit = least_squares.levenberg_marquardt(residual, start)
    assert fit.f <= 13 * EPS**2 * 100


def test_gauss_newton_and_its_limits():
    x = np.arange(1.0, 6)
    y = 2 * np.exp(-0.3 * x)
    residual = lambda b: b[0] * np.exp(-b[1] * x) - y  # noqa: E731
    assert np.abs(least_squares.gauss_newton(residual, [1.5, 0.5]).x - (2, 0.3)).max() <= 1e3 * EPS
    with pytest.raises(BadInput, match="singular"):
        least_squares.gauss_newton(lambda b: np.array([b[0] + b[1], 2 * (b[0] + b[1]), 1.0]), [1.0, 1.0])
    assert "stopped after 2" in least_squares.gauss_newton(residual, [1.0, 1.0], most=2).reason
    many, nested, endless, large = [1.0] * 6, [[1.0]], [1.0, math.inf], [1.0, -1e3]
    words = "at least as many", "shape", "finite", "not all finite"
    for wrong, said in zip((many, nested, endless, large), words):
        with pytest.raises(BadInput, match=said), np.errstate(all="ignore"):
            least_squares.levenberg_marquardt(residual, wrong)


def test_a_singular_jacobian_is_no_obstacle_to_damped_steps():
    fit = least_squares.levenberg_marquardt(
        lambda b: np.array([b[0] + b[1] - 2, 2 * (b[0] + b[1]) - 4, 0.0]), [0.0, 0.0]
    )
    assert fit.f <= 100 * EPS**2 and abs(fit.x.sum() - 2) <= 100 * EPS


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=5), st.integers(1, 10**9), st.integers(1, 10**9))
@settings(max_examples=40, deadline=None)
def test_double_double_is_exact_to_a_hundred_bits(xs, above, below):
    """Sums, products and quotients against fractions."""
    a = doubled.Double.read([Fraction(above, 10**9) for _ in xs])
    b = doubled.Double(np.array(xs)) + 100.0 * below
    exact_a, exact_b = Fraction(above, 10**9), [Fraction(x) + 100 * below for x in xs]
    for got, wanted in (
        (a + b, [exact_a + y for y in exact_b]), (a - b, [exact_a - y for y in exact_b]),
        (a * b, [exact_a * y for y in exact_b]), (a / b, [exact_a / y for y in exact_b]),
    ):  # fmt: skip
        for high, low, truth in zip(got.high, got.low, wanted):
            error = Fraction(float(high)) + Fraction(float(low)) - truth
            assert abs(error) <= (1 + abs(truth)) / 2**100


def test_functions_of_double_doubles_undo_one_another():
    x = doubled.Double.read(["0.1", "1.25", "7.3", "0.00321", "40.7"])
    for name, got, wanted in (
        ("log exp", np.log(np.exp(x)), x), ("exp log", np.exp(np.log(x)), x), ("root", np.sqrt(x) * np.sqrt(x), x),
        ("power", (x**2.5) * (x**-2.5), doubled.Double(np.ones(5))), ("cube", x**3, x * x * x),
        ("circle", np.sin(x) * np.sin(x) + np.cos(x) * np.cos(x), doubled.Double(np.ones(5))),
        ("arctan", np.sin(np.arctan(x)) / np.cos(np.arctan(x)), x),
    ):  # fmt: skip
        assert (np.abs((got - wanted).high) <= 2.0**-96 * np.abs(wanted.high)).all(), name
    assert abs((np.sin(doubled.PI / 6.0) - 0.5).high) <= 2.0**-100
    a = doubled.Double([[4.0, 1.0], [1.0, 3.0]])
    assert (np.abs(11.0 * doubled.inverse(a).high - [[3, -1], [-1, 4]]) <= 8 * EPS).all()


@pytest.mark.parametrize("n", [1, 2, 4])
def test_nelder_and_mead_find_a_bottom(n):
    found = direct.nelder_mead(lambda x: float(((x - 3) ** 2).sum()), np.zeros(n))
    assert np.abs(found.x - 3).max() <= 1e-6 and found.reason == "the simplex is small"
    assert "stopped after 5" in direct.nelder_mead(lambda x: float((x * x).sum()), [1.0] * n, most=5).reason


def test_covariances_learn_a_valley_that_is_turned():
    """The invariance of CMA-ES: order alone counts, so exp of f changes nothing; and a bowl of condition 10⁶ is no obstacle."""
    fun, a, _ = bowl(4, 1e6)
    rng = np.random.default_rng
    one = direct.cma_es(lambda x: fun(x)[0], np.zeros(4), 0.5, rng(0), target=1e-12)
    assert one.reason == "the target is reached" and np.abs(one.x - a).max() <= math.sqrt(2e-12)
    two = direct.cma_es(lambda x: math.expm1(fun(x)[0] / 1e8), np.zeros(4), 0.5, rng(0), most=one.steps)
    assert (one.path[:50] == two.path[:50]).all()


@pytest.mark.parametrize("strategy", [direct.natural_gradient, direct.pepg])
def test_strategies_that_follow_a_gradient_of_samples_come_down(strategy):
    f = lambda x: float((x * x).sum())  # noqa: E731
    found = strategy(f, np.ones(5), 0.3, 0.1, np.random.default_rng(3), most=150)
    assert found.f <= f(np.ones(5)) / 100
    with pytest.raises(BadInput, match="spread"):
        strategy(f, np.ones(5), 0.0, 0.1, np.random.default_rng(3))
    with pytest.raises(BadInput, match="at the start"):
        strategy(lambda x: math.nan, np.ones(5), 1.0, 0.1, np.random.default_rng(3))


def test_projections_are_nearest_points():
    rng = np.random.default_rng(5)
    for _ in range(20):
        x = 3 * rng.standard_normal(6)
        p = proximal.onto_simplex(x, 2.0)
        assert abs(p.sum() - 2) <= 6 * 4 * EPS and (p >= 0).all()
        others = 2 * rng.dirichlet(np.ones(6), 200)
        assert (np.linalg.norm(others - x, axis=1) >= np.linalg.norm(p - x) - EPS).all()
        ball = proximal.onto_ball(x, 1.5)
        assert np.abs(ball).sum() <= 1.5 + 6 * 4 * EPS
    assert (proximal.onto_ball(np.array([0.5, -0.5]), 1.5) == [0.5, -0.5]).all()
    assert (proximal.soft(np.array([3.0, -1.0, 0.5]), 1.0) == [2, 0, 0]).all()
    for wrong in (lambda: proximal.onto_box(np.ones(2), 1, 0), lambda: proximal.onto_simplex(np.ones(2), 0)):
        with pytest.raises(BadInput):
            wrong()


def test_every_proximal_method_ends_at_the_same_lasso():
    rng = np.random.default_rng(2)
    a, b, penalty = rng.standard_normal((30, 8)), rng.standard_normal(30), 5.0
    rate = 1 / proximal.smoothness(a)
    gradient = lambda x: a.T @ (a @ x - b)  # noqa: E731
    prox = lambda x, t: proximal.soft(x, t * penalty)  # noqa: E731
    found = [
        proximal.proximal_gradient(gradient, prox, np.zeros(8), rate, 1e-13),
        proximal.accelerated(gradient, prox, np.zeros(8), rate, 1e-13),
        proximal.admm(proximal.ridge_solver(a, b), prox, 8, 10.0, 1e-13),
    ]
    for one in found:
        g = gradient(one.x)
        assert (
            one.converged and (np.abs(g) <= penalty * (1 + 1e-9)).all()
        )  # 0 ∈ ∂f: |gradient| ≤ penalty, = where x ≠ 0
        assert np.abs(one.x - found[0].x).max() <= 1e-10
        assert (one.x == 0).any()
    assert "stopped" in proximal.proximal_gradient(gradient, prox, np.zeros(8), rate, most=2).reason


def test_our_lines_are_the_cores_optimisers():
    """Where the conventions of eps agree (0 or outside the root): the same numbers step by step."""
    rng = np.random.default_rng(7)
    ours, state = {}, {}
    theirs = {"momentum": optim.SGD, "Adam": optim.Adam}
    options = {"momentum": {"lr": 0.1, "momentum": 0.9}, "Adam": {"lr": 0.01, "eps": 1e-6}}
    for name, make in theirs.items():
        parameter = Parameter(np.ones(4))
        optimiser = make({"w": parameter}, **options[name])
        x, state = np.ones(4), {}
        for _ in range(30):
            g = rng.standard_normal(4)
            x = stochastic.momentum(x, g, state, 0.1, 0.9) if name == "momentum" else stochastic.adam(x, g, state, 0.01)
            optimiser.step({parameter: g})
        ours[name] = np.abs(x - parameter.value).max()
        assert ours[name] <= 100 * EPS, name


NOTHING = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (lambda: descent.minimise(problems.rosenbrock, [math.nan, 1], descent.BFGS()), "not finite"),
        (lambda: descent.minimise(problems.rosenbrock, ["a", "b"], descent.BFGS()), "no number"),
        (lambda: descent.minimise(problems.rosenbrock, [1j, 1], descent.BFGS()), "no number"),
        (lambda: descent.minimise(problems.rosenbrock, [0, 1], descent.BFGS(), most=-1), "most is -1"),
        (lambda: descent.gradient_descent(problems.rosenbrock, [0, 1], 0), "rate is 0"),
        (lambda: descent.nesterov(problems.rosenbrock, [0, 1], math.nan, 0.5), "rate is nan"),
        (lambda: direct.nelder_mead(sum, [1.0], most=1.5), "whole number"),
        (lambda: direct.cma_es(sum, [1.0], 0.5, NOTHING, population=1), "population is 1"),
        (lambda: direct.pepg(sum, [1.0], 0.5, -1, NOTHING), "rate is -1"),
        (lambda: direct.natural_gradient(sum, [1.0], 0.5, 1, NOTHING, population=0), "population is 0"),
        (lambda: proximal.proximal_gradient(np.negative, proximal.soft, [1.0], 0.0), "rate is 0"),
        (lambda: proximal.admm(None, proximal.soft, 1, rho=0), "rho is 0"),
        (lambda: proximal.onto_simplex([math.nan, 1.0]), "not finite"),
        (lambda: proximal.onto_box(np.ones(2), math.nan, 1.0), "sides cross"),
        (lambda: quadratic.quadratic([[math.nan]], [0], [[1]], [0]), "not finite"),
        (lambda: quadratic.quadratic([[1]], [0], [[1]], [-math.inf]), "not finite"),
        (lambda: quadratic.quadratic([[2, 1], [0, 2]], [0, 0], [[1, 1]], [0]), "not symmetric"),
        (lambda: quadratic.quadratic([[1]], [0], [[1]], [0], equal=2), "2 equations of 1 rows"),
        (
            lambda: quadratic.sqp(quadratic.Problem(lambda x: abs(x[0]), [1.0])),
            "values of f of complex numbers are real",
        ),
        (lambda: quadratic.sqp(quadratic.Problem(lambda x: x[0] ** 2, [1.0], low=[0, 0])), "for 1 variables"),
        (lambda: least_squares.levenberg_marquardt(lambda x: abs(x - [1, 2]), [0.0, 0.0]), "are real"),
        (lambda: least_squares.levenberg_marquardt(lambda x: [x[0], 1.0], [0.0]), "type list"),
        (
            lambda: least_squares.levenberg_marquardt(lambda x: x - 1, [0.0], lambda x: np.ones((2, 2))),
            r"wanted \(1, 1\)",
        ),
        (lambda: least_squares.deviations(np.eye(2), 1.0), "more residuals"),
        (lambda: least_squares.deviations(np.zeros((3, 2)), 1.0), "the Jacobian, at x, cannot be inverted"),
        (lambda: least_squares.last_steps(None, lambda x: 0 * x + 1, [1.0]), "the second derivatives"),
    ],
)
def test_what_no_method_can_take_is_one_line(what, said):
    with pytest.raises(BadInput, match=said) as raised:
        what()
    assert "\n" not in str(raised.value)


def test_a_rule_is_as_new_after_each_run_and_a_wrong_gradient_is_said():
    rule = descent.BFGS()
    first, second = (descent.minimise(problems.rosenbrock, [-1.2, 1], rule) for _ in range(2))
    assert (first.path == second.path).all()
    found = descent.minimise(lambda x: (float(x @ x), -2 * x), [1.0], descent.BFGS())
    assert found.steps == 0 and "not f's" in found.reason
