"""Every method on what it must get right: closed forms, exact degrees, orders, other ways to the same number; and bad input."""

import ast
import contextlib
import functools
import io
import math
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import matplotlib.figure
import numpy as np
import pytest
import scipy.integrate
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import adaptive
import autodiff
import calculator
import differences
import problems
import quadrature
import run as look
import runge_kutta
import series
import stiff
import sums
from abacus import papers
from abacus.errors import BadInput
from expressions import LONGEST, Formula, run

EPS = np.finfo(float).eps
FOLDER = Path(adaptive.__file__).parent
DOMAIN = {"log": (0.1, 5), "sqrt": (0.1, 5), "tan": (-1.3, 1.3), "acosh": (1.1, 5)} | dict.fromkeys(
    ("asin", "acos", "atanh"), (-0.9, 0.9)
)


def of(text, *names):
    return Formula(text, names or ("x",))


def test_nothing_here_leaves_the_work_to_scipy():
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if not path.name.startswith("test_") else ():
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "")]
            assert not [n for n in names if (n or "").startswith("scipy")] or not isinstance(
                node, ast.Import | ast.ImportFrom
            )


@pytest.mark.parametrize("name", autodiff.FUNCTIONS)
@given(share=st.floats(0, 1))
@settings(max_examples=20, deadline=None)
def test_forward_reverse_series_and_complex_step_agree_on_every_elementary_function(name, share):
    low, high = DOMAIN.get(name, (-3.0, 3.0))
    x = np.float64(low + share * (high - low))
    if name == "abs" and abs(x) < EPS:
        return
    f = autodiff.FUNCTIONS[name]
    slope, bend = autodiff.derivative(f, x)[1], autodiff.second_derivative(f, x)
    size = (
        16 * EPS * (1 + abs(slope) + abs(bend) * (1 + abs(x)))
    )  # a handful of roundings, of f′ and of where it is taken
    assert autodiff.gradient(f, [x])[1][0] == slope
    assert abs(differences.complex_step(f, x, 1e-150) - slope) <= size
    found = series.taylor(f, x, 2)
    assert abs(found[1] - slope) <= size
    assert abs(2 * found[2] - bend) <= size * (1 + abs(slope) + abs(bend))


@pytest.mark.parametrize(
    "text", ["x*y + sin(x)/y", "exp(x - y)**2.5", "(x + 2)**y", "sqrt(x*x + y*y) - y", "log(x*y)*tanh(x)"]
)
def test_gradients_and_hessians_of_two_variables_agree_with_complex_steps(text):
    f, at = of(text, "x", "y"), [0.7, 1.9]
    value, slopes = autodiff.gradient(f, at)
    assert value == pytest.approx(f(*at), rel=4 * EPS)
    steps = [np.imag(f(complex(0.7, 1e-150), 1.9)) / 1e-150, np.imag(f(0.7, complex(1.9, 1e-150))) / 1e-150]
    assert slopes == pytest.approx(steps, rel=64 * EPS)
    (xx, xy), (yx, yy) = autodiff.hessian(f, at)
    assert xy == pytest.approx(yx, rel=64 * EPS)
    assert xx == pytest.approx(autodiff.second_derivative(lambda x: f(x, 1.9), 0.7), rel=64 * EPS)
    assert yy == pytest.approx(autodiff.second_derivative(lambda y: f(0.7, y), 1.9), rel=64 * EPS)


def test_rosenbrock_has_the_gradient_and_hessian_of_its_closed_form():
    f = of("100*(y - x**2)**2 + (1 - x)**2", "x", "y")
    x, y = -1.25, 1.0  # exact in binary, as all that follows
    assert autodiff.gradient(f, [x, y])[1] == [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)]
    assert autodiff.hessian(f, [x, y]) == [[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200.0]]
    assert autodiff.jacobian([f, of("x*y", "x", "y"), of("3", "x", "y")], [1.0, 1.0]) == [
        [0.0, 0.0],
        [1.0, 1.0],
        [0.0, 0.0],
    ]


def test_a_value_that_is_used_twice_gets_both_parts_of_its_adjoint_and_one_way_back_suffices():
    x = autodiff.Variable(3.0)
    y = x
    for _ in range(60):
        y = y + y  # 2⁶⁰ paths, 60 steps back
    assert autodiff.adjoints(y)[x] == 2.0**60


def test_a_gradient_is_the_same_to_the_last_bit_wherever_its_numbers_lie_in_memory():
    f, kept = of("exp(x)/sqrt(sin(x)**3 + cos(x)**3)"), []
    found = set()
    for k in range(100):
        kept.append([object() for _ in range(k % 17)])  # the next numbers lie elsewhere
        found.add(autodiff.gradient(f, [1.5])[1][0])
    assert len(found) == 1


def test_series_of_fractions_are_exact():
    x, order = Fraction(0), 7
    assert series.taylor(lambda x: 1 / (1 - x), x, order) == [1] * 8
    assert series.taylor(lambda x: x * (1 + x) ** 3, x, 5) == [0, 1, 3, 3, 1, 0]
    tan = series.solution(lambda y: [1 + y[0] * y[0]], [Fraction(0)], order)[0]  # y′ = 1 + y²
    assert tan == [0, 1, 0, Fraction(1, 3), 0, Fraction(2, 15), 0, Fraction(17, 315)]
    root = series.power(series.Series([Decimal(4), Decimal(1)]), Decimal("0.5"))
    assert [root.at(k) for k in range(3)] == [2, Decimal("0.25"), Decimal("-0.015625")]


@pytest.mark.parametrize("name", differences.FORMULAS)
def test_each_difference_has_the_order_that_its_equation_says(name):
    order = {"forward": 1, "central": 2, "five points": 4, "complex step": 2}[name]
    rule, f = differences.FORMULAS[name], of("exp(x)*sin(x)")
    truth = autodiff.derivative(f, 1.0)[1]
    wide, narrow = (abs(rule(f, 1.0, h) - truth) for h in (2.0**-4, 2.0**-5))
    assert order - 0.25 < np.log2(wide / narrow) < order + 0.25


def test_extrapolation_is_exact_once_the_powers_of_the_error_are_used_up():
    rows = differences.extrapolate([7 + 3 * h - 2 * h * h for h in (1, Fraction(1, 2), Fraction(1, 4))], 2, (1, 2))
    assert rows[2][2] == 7 and rows[1][1] != 7
    assert rows[2][1] != 7


@pytest.mark.parametrize(
    ("g", "value"),
    [(lambda h: np.sin(h) / h, 1), (lambda h: (1 + h) ** (1 / h), math.e), (lambda h: (1 - np.cos(h)) / h**2, 0.5)],
)
def test_limits_are_found(g, value):
    found, error = differences.limit(g)
    assert abs(found - value) <= max(error, 4 * EPS * value) and error < 1e-12


@pytest.mark.parametrize(
    "g",
    [lambda h: 1 / h, lambda h: np.sin(1 / h), lambda h: math.nan, lambda h: np.log(h)]
    + [lambda h: np.sin(np.pi / h), lambda h: np.cos(2 * np.pi / h)],  # at h = 1, 1/2, 1/4, … these are 0 and 1
)
def test_where_there_is_no_limit_the_estimates_do_not_settle(g):
    assert not differences.limit(g)[1] < calculator.SETTLED


@pytest.mark.parametrize("points", range(2, 12))
def test_newton_and_cotes_are_exact_to_their_degree_and_no_further(points):
    weights, n = quadrature.newton_cotes(points), points - 1
    degree = n + 1 if n % 2 == 0 else n  # an even number of steps gives one degree for nothing
    exact = [Fraction(n ** (k + 1), k + 1) for k in range(degree + 2)]
    found = [sum(w * Fraction(i) ** k for i, w in enumerate(weights)) for k in range(degree + 2)]
    assert found[:-1] == exact[:-1] and found[-1] != exact[-1]


@pytest.mark.parametrize("n", [1, 2, 5, 12, 33])
def test_gauss_is_exact_to_degree_2n_less_1_and_no_further(n):
    x, w = (list(map(Fraction, values)) for values in quadrature.gauss_legendre(n, 40))
    moments = [sum(b * a**k for a, b in zip(x, w)) for k in range(2 * n + 1)]
    gaps = [abs(m - (Fraction(2, k + 1) if k % 2 == 0 else 0)) for k, m in enumerate(moments)]
    assert max(gaps[:-1]) < Fraction(1, 10**38) < gaps[-1]


def test_every_printed_digit_of_the_handbook_s_gauss_table_is_right_but_two():
    wrong, rule = [], functools.cache(lambda n: quadrature.gauss_legendre(n, 40))
    for row, cells in papers.table("abramowitz1964/gauss").rows.items():
        n, k = (int(part.split()[-1].split("= ")[-1]) for part in row.split(","))
        x, w = rule(n)
        for column, value in (("x", x[n // 2 + k - 1]), ("w", w[n // 2 + k - 1])):
            printed = Decimal(cells[column].text)
            if round(value, -printed.as_tuple().exponent) != printed:
                wrong.append((row, column, abs(value - printed) < Decimal("1e-21")))
    assert wrong == [("n = 16, node 4", "w", True), ("n = 96, node 44", "w", True)]


def test_kronrod_keeps_gauss_s_points_and_is_exact_to_degree_3n_plus_1():
    n = adaptive.POINTS
    x, w, gauss = adaptive.kronrod(n)
    own = [(a, b) for a, b in zip(x, gauss) if b]
    assert np.array(own, dtype=float) == pytest.approx(
        np.array(list(zip(*quadrature.gauss_legendre(n))), dtype=float), rel=EPS
    )
    assert min(w) > 0 and len(x) == 2 * n + 1
    pairs = [(Fraction(a), Fraction(b)) for a, b in zip(x, w)]
    gaps = [abs(sum(b * a**k for a, b in pairs) - Fraction(2, k + 1)) for k in range(0, 3 * n + 4, 2)]
    assert max(gaps[:-1]) < Fraction(1, 10**28) < gaps[-1]


@pytest.mark.parametrize("text", ["1/(x**2 + 0.01)", "sqrt(x)", "abs(x - 0.3)", "sin(30*x)", "exp(x)"])
def test_one_piece_s_value_and_error_are_quadpack_s(text):
    f = of(text)
    with pytest.warns(scipy.integrate.IntegrationWarning):  # that one piece is all it may take
        value, error = scipy.integrate.quad(f, 0.0, 1.0, limit=1)
    ours = adaptive.piece(f, 0.0, 1.0, 0.0, 0, *adaptive.pair())
    assert ours[0] == pytest.approx(value, rel=8 * EPS)
    assert ours[1] == pytest.approx(error, rel=64 * EPS * ours[2] / error)  # the gap between the rules is a difference


INTEGRALS = {
    ("exp(-x**2)", 0, math.inf): math.sqrt(math.pi) / 2,
    ("exp(-x**2)", -math.inf, math.inf): math.sqrt(math.pi),
    ("exp(x)", -math.inf, 0): 1,
    ("1/x**2", 1, math.inf): 1,
    ("exp(-x)/sqrt(x)", 0, math.inf): math.sqrt(math.pi),
    ("exp(x)/sqrt(-x)", -math.inf, 0): math.sqrt(math.pi),
    ("1/(1 + x**2)", 1e17, math.inf): 1e-17,
    ("x**5/(exp(x) - 1)", 0, math.inf): 8 * math.pi**6 / 63,
    ("1/sqrt(x)", 0, 1): 2,
    ("log(x)", 0, 1): -1,
    ("x**-0.9", 0, 1): 10,
    ("log(1 - x)", 0, 1): -1,
    ("log(x)*log(1 - x)", 0, 1): 2 - math.pi**2 / 6,
    ("sqrt(x*(2 - x))", 0, 2): math.pi / 2,
    ("1/x**1.5", 1, math.inf): 2,
    ("x**-0.5*cos(40*x)", 0, 1): math.sqrt(math.pi / 20) * scipy.special.fresnel(math.sqrt(80 / math.pi))[1],
    ("1/sqrt(abs(x))", -1, 4): 6,
    ("(1 - x)**-0.5", 0, 1): 2,
    ("(x - 1)**-0.5", 1, 2): 2,
    ("(5 - x)**-0.5", 5, 3): -2 * math.sqrt(2),
    ("(1 - x)**-0.9", 0, 1): 10,
    ("1/sqrt(x - 1e5)", 1e5, 1e5 + 1): 2,
    ("1/sqrt(1 - x**2)", -1, 1): math.pi,
    ("1/sqrt(x*(1 - x))", 0, 1): math.pi,
    ("1/sqrt(-log(x))", 0, 1): math.sqrt(math.pi),
    ("1/sqrt(1 - sqrt(x))", 0, 1): 8 / 3,
    ("1/sqrt(abs(x - 0.3))", 0, 1): 2 * (math.sqrt(0.3) + math.sqrt(0.7)),
    ("exp(-x)/sqrt(x - 1)", 1, math.inf): math.sqrt(math.pi) / math.e,
    ("sin(x)/x", -1, 1): 2 * 0.946083070367183014941353313823,  # 2 Si(1)
    ("abs(x - 0.3)", 0, 1): 0.29,
    ("sin(100*x)", 0, 10): (1 - math.cos(1000)) / 100,
    ("x**3", -1, 1): 0,
    ("7", 2, 0): -14,
    ("0*x", 0, 1): 0,
    ("x", 3, 3): 0,
}


@pytest.mark.parametrize(("text", "low", "high"), INTEGRALS)
def test_an_integral_comes_with_an_error_that_covers_the_truth(text, low, high):
    value, error, _ = adaptive.integrate(of(text), low, high)
    truth = INTEGRALS[text, low, high]
    assert abs(value - truth) <= max(error, 4 * EPS * abs(truth))
    assert error <= 1e-10 * max(1, abs(truth)) * 10  # ∫|f| is at most ten times |∫f| here, or one


def test_the_rule_for_an_end_is_exact_for_a_constant_and_serves_either_end():
    share, weights, _ = rule = adaptive.end_rule()
    assert weights.sum() == pytest.approx(1, abs=len(share) * EPS) and np.all(np.diff(share) < 0)
    for text, upper, truth in (("log(x)", 0, -1), ("1/sqrt(x)", 0, 2), ("log(1 - x)", 1, -1)):
        value, error, size = adaptive.at_end(of(text), 0.0, 1.0, upper, 0.0, 0, *rule)
        assert abs(value - truth) <= error < 1e-10 * size  # the tolerance that `integrate` has by default


def test_what_lies_behind_the_last_point_is_in_the_error():
    rule = adaptive.end_rule()
    value, error, _ = adaptive.at_end(of("1/sqrt(x - 1)"), 1.0, 2.0, 0, 0.0, 0, *rule)  # 1 + 10⁻¹⁷ is 1 in float64
    assert EPS < abs(value - 2) < error and error > EPS**0.5  # ∫ from 1 to 1 + EPS is 2 √EPS
    value, error, _ = adaptive.at_end(of("(1 - cos(x))*log(x)/x**2"), 0.0, 1.0, 0, 0.0, 0, *rule)  # 0/0 below 10⁻¹⁶²
    assert abs(value - scipy.integrate.quad(of("2*(sin(x/2)/x)**2*log(x)"), 0, 1, epsabs=0)[0]) < error
    nothing = adaptive.at_end(of("sqrt(x - 2)"), 0.0, 1.0, 0, 0.0, 0, *rule)
    assert nothing == (0.0, math.inf, 0.0)


@pytest.mark.parametrize("text", ["log(x)*cos(x)", "1/sqrt(x)", "x**-0.7", "sqrt(x)"])
def test_a_singular_end_takes_fewer_evaluations_than_quadpack_s_extrapolation(text):
    _, _, count = adaptive.integrate(of(text), 0, 1, 1e-10)
    assert (
        count < scipy.integrate.quad(of(text), 0, 1, epsabs=0, epsrel=1e-10, limit=1000, full_output=True)[2]["neval"]
    )


@pytest.mark.parametrize("tolerance", [1e-12, adaptive.MOST])
@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1/x", 0, 1),
        ("1/x", -1, 1),
        ("1/x", 1, math.inf),
        ("tan(x)", 0, 2),
        ("1/(x - 0.3)**2", 0, 1),
        ("exp(x)", 0, math.inf),
    ]
    + [("x/(1 + x**2)", -math.inf, math.inf), ("sin(x)", 0, math.inf), ("sqrt(x - 2)", 0, 1), ("1/(1 - x)", 0, 1)]
    + [("(1 - x)**-1.01", 0, 1), ("1/(x - 1)", 1, 2), ("1/(1 - x**2)", -1, 1)],
)
def test_an_integral_that_diverges_is_refused_in_one_line(text, low, high, tolerance):
    with pytest.raises(BadInput) as told:
        adaptive.integrate(of(text), low, high, tolerance)
    assert "diverges" in str(told.value) and "\n" not in str(told.value)


def test_an_end_other_than_0_is_too_coarse_for_a_function_that_takes_float64_alone():
    """The last float64 before 1 is 10⁻¹⁶ off; what lies behind it of this integral is 10⁻⁸, and nobody can see it."""
    with pytest.raises(BadInput, match=r"undefined at x = 1: .*let that place be 0"):
        adaptive.integrate(lambda x: (1 - x) ** -0.5, 0, 1)
    value, error, _ = adaptive.integrate(lambda d: d**-0.5, 0, 1)
    assert abs(value - 2) <= error


@given(st.floats(0.1, 10), st.floats(-1, 1), st.floats(-10, -0.1), st.floats(-1, 1))
@settings(max_examples=100, deadline=None)
def test_a_sum_keeps_twice_the_digits(x, d, y, e):
    a, b = (sums.Sum(np.float64(v), np.float64(v * r * EPS)) for v, r in ((x, d), (y, e)))
    p, q = (Fraction(float(s.value)) + Fraction(float(s.rest)) for s in (a, b))
    found = {
        "+": (a + b, p + q, p - q),  # the last: of what size it is without cancellation
        "-": (1 - a, 1 - p, 1 + p),
        "*": (a * b, p * q, p * q),
        "/": (a / b, p / q, p / q),
        "**": (a**5, p**5, p**5),
        "**-": (b**-2, 1 / q**2, 1 / q**2),
        "sqrt": (autodiff.sqrt(a) ** 2, p, p),
    }
    for name, (ours, truth, size) in found.items():
        off = Fraction(float(ours.value)) + Fraction(float(ours.rest)) - truth
        assert abs(off) <= 32 * Fraction(float(EPS)) ** 2 * abs(size), name  # some roundings of the rests


@pytest.mark.parametrize("name", autodiff.FUNCTIONS)
def test_a_function_of_a_sum_follows_the_rest_by_its_slope(name):
    low, high = DOMAIN.get(name, (-3.0, 3.0))
    x, f = np.linspace(low, high, 8), autodiff.FUNCTIONS[name]
    for power in (f, lambda v: v**2.5, lambda v: 2**v) if low > 0 else (f,):
        there = [power(sums.Sum(x, sign * 1e-17 * x)) for sign in (1, -1)]
        moved = (there[0].value - there[1].value) + (there[0].rest - there[1].rest)
        slopes = np.array([autodiff.derivative(power, v)[1] for v in x])
        assert moved == pytest.approx(2e-17 * x * slopes, rel=64 * EPS)


def oscillator(t, y):
    return np.array([y[1], -y[0]])


@pytest.mark.parametrize("method", runge_kutta.METHODS)
def test_every_method_has_its_order_and_its_rows_sum_to_where_they_are(method):
    c, a, b = runge_kutta.METHODS[method]
    assert a.sum(axis=1) == pytest.approx(c, abs=64 * EPS) and b.sum() == pytest.approx(1, abs=8 * EPS)
    order, ends = runge_kutta.ORDERS[method], []
    for steps in (64, 128):
        ends.append(
            np.abs(
                runge_kutta.fixed(oscillator, 0, [1.0, 0.0], 8.0, steps, method)[1][-1] - [math.cos(8), -math.sin(8)]
            ).max()
        )
    assert order - 0.3 < np.log2(ends[0] / ends[1]) < order + 0.3


def test_dopri5_s_second_weights_are_of_order_4_and_its_curve_meets_the_steps_without_a_corner():
    c, _, b = runge_kutta.METHODS["DOPRI5"]
    for weights, order in ((b, 5), (runge_kutta.FOURTH, 4)):
        gaps = [abs(weights @ c**k - 1 / (k + 1)) for k in range(order + 1)]
        assert max(gaps[:order]) < 16 * EPS < gaps[order]
    found = runge_kutta.solve(oscillator, 0.0, [1.0, 0.0], 8.0, 1e-6, 1e-6)
    for i, t in enumerate(found.times[1:-1], 1):
        assert found(t) == pytest.approx(found.values[i], abs=4 * EPS)
        ahead, back = (found(t + s) for s in (1e-6, -1e-6))
        assert (ahead - back) / 2e-6 == pytest.approx(oscillator(t, found.values[i]), abs=1e-6)
    off = [np.abs(found(t) - [math.cos(t), -math.sin(t)]).max() for t in np.linspace(0, 8, 200)]
    assert max(off) < 100 * 1e-6  # 8 time units, an error of 1e-6 allowed at each of some twenty steps


@pytest.mark.parametrize(
    ("slope", "start", "end", "told"),
    [
        ("y**2", 1, 2, "underflows at t=1"),
        ("1/t", 1, 1, "undefined at the start"),
        ("sqrt(-y)", 1, 1, "undefined at the start"),
    ]
    + [
        ("y", 1, 0, "later, finite end"),
        ("y", 1, math.inf, "later, finite end"),
        ("-1/y**3", 1, 1, "underflows at t=0.25"),
    ],
)
def test_a_solution_that_ends_is_told_with_its_time(slope, start, end, told):
    f = of(slope, "t", "y")
    with pytest.raises(BadInput, match=told):
        runge_kutta.solve(lambda t, y: np.array([f(t, y[0])]), 0.0, [float(start)], end, 1e-8, 1e-8)


def test_an_equation_that_is_too_stiff_is_told_after_so_many_steps(monkeypatch):
    monkeypatch.setattr(runge_kutta, "MOST", 50)
    with pytest.raises(BadInput, match="after 50 steps no further than t="):
        runge_kutta.solve(lambda t, y: -1e6 * (y - np.cos(t)), 0.0, [0.0], 1.0, 1e-8, 1e-8)


def test_a_stiff_equation_is_told_as_soon_as_that_is_seen_and_one_that_can_be_done_is_done():
    calls = []

    def slope(t, y, rate=1e6):
        calls.append(t)
        return -rate * (y - np.cos(t))

    with pytest.raises(BadInput, match=r"^stiff at t=0\.00\d+, y=1: .*--stiff"):
        runge_kutta.solve(slope, 0.0, [0.0], 1.0, 1e-8, 1e-8)
    assert len(calls) < 7 * (runge_kutta.PATIENCE + 4 * runge_kutta.SIGNS)  # of 2 million
    found = runge_kutta.solve(lambda t, y: slope(t, y, 1e4), 0.0, [1.0], 1.0, 1e-8, 1e-8)
    assert found.steps > 2 * runge_kutta.PATIENCE  # stiff as well, but within what may be made
    exact = (1e8 * math.cos(1) + 1e4 * math.sin(1)) / (1e8 + 1)
    assert found.values[-1, 0] == pytest.approx(exact, abs=1e-8)
    runge_kutta.solve(oscillator, 0.0, [1.0, 0.0], 400.0, 1e-10, 1e-10)  # long, and not stiff
    with pytest.raises(BadInput, match="underflows at"):  # it grows beyond float64, which is not stiff either
        runge_kutta.solve(lambda t, y: 1e5 * y, 0.0, [1.0], 6.0, 1e-6, 1e-9)


@pytest.mark.parametrize("text", ["log(x)", "log(x) - log(1 - x)", "1/sqrt(x)", "sqrt(x - 1/2)"])
def test_a_rule_that_needs_an_end_where_f_has_no_value_says_so_by_its_own_value(text):
    f = of(text)
    assert not np.isfinite(quadrature.romberg(f, 0.0, 1.0, 4)[-1][-1])
    assert not np.isfinite(quadrature.composite(f, 0.0, 1.0, quadrature.newton_cotes(3), 4))
    assert np.isfinite(quadrature.gauss(f, 0.0, 1.0, 8)) == (text != "sqrt(x - 1/2)")  # his points lie inside


def test_a_difference_whose_points_leave_the_domain_is_infinitely_wrong_or_told():
    wrong = differences.errors(of("1/(x**2 - 1)"), 0.5, [0.5, 0.1])  # f is infinite at ±1
    assert {name for name, errors in wrong.items() if errors[0] == math.inf} == {"forward", "central", "five points"}
    assert all(errors[1] < 1 for errors in wrong.values())
    assert set(differences.errors(of("1/(x**2 - 1)"), 0.0, [1.0])["central"]) == {math.inf}  # ∞ − ∞
    with pytest.raises(BadInput, match="wanted a smaller step"):
        differences.differentiate(differences.Config("log(x)", 1e-7, 1e-200, 1e-6), None)


@pytest.mark.parametrize(
    "changed",
    [
        {"function": "log(x)", "low": 0.0},
        {"function": "log(x) - log(1 - x)", "at": 0.5, "low": 0.0, "high": 1.0},
        {"function": "1/(x**2 - 1)", "at": 0.0, "low": 2.0, "high": 3.0},
        {"slope": "1/sqrt(abs(t - 3))"},
        {"slope": "y**2", "until": 0.999},
        {"slope": "-1000*y", "until": 10.0, "steps": 300},  # Euler's polygon ends at infinity
    ],
)
def test_the_look_draws_what_has_a_value(changed, capsys):
    """Warnings are errors here."""
    cfg = yaml.safe_load((FOLDER / "conf" / "config.yaml").read_text(encoding="utf-8"))
    cfg = {name: cfg[name] for name in look.Config.__dataclass_fields__} | {"tolerance": 1e-4}
    figure = matplotlib.figure.Figure()
    look.look(look.Config(**cfg | changed), SimpleNamespace(figure=lambda name: contextlib.nullcontext(figure)))
    figure.savefig(io.BytesIO(), format="png")
    assert capsys.readouterr().out.count("\n") == 1


def test_rules_take_a_constant_for_a_function_and_what_has_no_derivative_is_told():
    f = of("7")
    assert quadrature.romberg(f, 0.0, 2.0, 3)[-1][-1] == quadrature.composite(f, 0.0, 2.0, [0.5, 0.5], 4) == 14.0
    with pytest.raises(BadInput, match="no finite derivative at -1"):
        differences.errors(of("sqrt(x)"), -1.0, [0.1])
    assert differences.errors(of("x**2"), 0.0, [0.5])["forward"] == [0.5]


def test_radau_s_stages_integrate_polynomials_and_its_constants_belong_together():
    for k in (1, 2, 3):
        assert stiff.A @ stiff.C ** (k - 1) == pytest.approx(stiff.C**k / k, abs=4 * EPS)
    for k in (1, 2, 3, 4, 5):
        assert stiff.A[2] @ stiff.C ** (k - 1) == pytest.approx(1 / k, abs=4 * EPS)  # order 5
    real = [x.real for x in np.linalg.eigvals(np.linalg.inv(stiff.A)) if not x.imag]
    assert real == pytest.approx([stiff.REAL], abs=64 * EPS)


def test_radau_takes_few_steps_where_an_explicit_method_cannot():
    def slope(t, y):
        return [-1e6 * (y[0] - math.cos(t))]

    found = stiff.solve(slope, 0.0, [0.0], [1.0], 1e-8, 1e-8)
    a, one = 1e6, 1.0  # the exact solution, without its transient
    assert found.values[0, 0] == pytest.approx((a * a * math.cos(one) + a * math.sin(one)) / (a * a + 1), abs=1e-8)
    explicit = runge_kutta.solve(lambda t, y: np.array(slope(t, y)), 0.0, [0.0], 0.001, 1e-8, 1e-8)
    assert found.steps < explicit.steps  # and that is for a thousandth of the way
    assert stiff.jacobian(lambda t, y: [y[0] * y[1], 3.0], 0.0, np.array([2.0, 5.0])).tolist() == [
        [5.0, 2.0],
        [0.0, 0.0],
    ]


def test_radau_tells_of_too_many_steps_and_where_a_matrix_has_no_inverse_the_step_fails(monkeypatch):
    assert np.isnan(stiff._inverse(np.ones((2, 2)))).all()
    monkeypatch.setattr(stiff, "MOST", 50)
    with pytest.raises(BadInput, match="after 50 steps no further than t="):
        stiff.solve(lambda t, y: [y[0] * math.cos(t)], 0.0, [1.0], [1e3], 1e-8, 1e-8)
    with pytest.raises(BadInput, match=r"no further than|underflows"):
        stiff.solve(problems.robertson, 0.0, [1.0, 0.0, 0.0], [1e300], 1e-4, 1e-14)


@pytest.mark.parametrize("patience", [50, 500])
def test_an_end_that_radau_cannot_reach_is_told_after_a_small_part_of_the_steps(monkeypatch, patience):
    monkeypatch.setattr(stiff, "PATIENCE", patience)
    calls = []

    def slope(t, y):
        calls.append(t)
        return [y[1], -1.0 * y[0]]

    with pytest.raises(BadInput, match=r"^no further than t=.* after .* will not reach t=1e\+09: "):
        stiff.solve(slope, 0.0, [1.0, 0.0], [1e9], 1e-6, 1e-6)
    assert len(calls) < 3 * patience * (3 * stiff.ITERATIONS + 4)  # what so many steps may ask for at most
    cfg = problems.Stiff("Robertson", [1e299, 1e300], 1e-4, 1e-14)
    with pytest.raises(BadInput, match=r"will not reach t=1e\+299: "):
        problems.stiffly(cfg, None)


@pytest.mark.parametrize(("problem", "end"), [("Robertson", 4e10), ("van der Pol", 2.0), ("Oregonator", 360.0)])
def test_where_steps_grow_or_are_short_for_a_while_nothing_is_foretold(monkeypatch, problem, end):
    """Robertson's steps grow from 1e-8 to 1e10; the others pass jumps of many short steps."""
    f, start = problems.PROBLEMS[problem]
    plain = stiff.solve(f, 0.0, start, [end], 1e-6, 1e-10)
    assert plain.steps + plain.rejected > 200
    monkeypatch.setattr(stiff, "PATIENCE", 50)
    assert np.array_equal(stiff.solve(f, 0.0, start, [end], 1e-6, 1e-10).values, plain.values)


@pytest.mark.parametrize(("slope", "told"), [("y**2", "underflows at t=1"), ("1/t", "undefined at the start")])
def test_radau_tells_of_a_solution_that_ends(slope, told):
    f = of(slope, "t", "y")
    with pytest.raises(BadInput, match=told):
        stiff.solve(lambda t, y: [f(t, y[0])], 0.0, [1.0], [2.0], 1e-6, 1e-6)


def integrand(x):
    return math.exp(-x) / math.sqrt(x)


def test_compiled_code_gives_what_the_plain_code_gives():
    import compiled

    text = "exp(-x)/sqrt(x)"
    for low, high in ((0.0, 1.0), (0.0, math.inf)):
        value, error, evaluations = compiled.integrate(integrand, low, high)
        plain = adaptive.integrate(of(text), low, high)
        assert evaluations == plain[2] and abs(value - plain[0]) <= 8 * EPS and error == pytest.approx(plain[1])
    with pytest.raises(BadInput, match="infinite or undefined at x = -"):
        compiled.integrate(integrand, -1.0, 1.0)
    found = compiled.solve(oscillator, 0.0, [1.0, 0.0], 8.0, 1e-8, 1e-8)
    plain = runge_kutta.solve(oscillator, 0.0, [1.0, 0.0], 8.0, 1e-8, 1e-8)
    assert (found.steps, found.evaluations) == (plain.steps, plain.evaluations)
    assert found(5.0) == pytest.approx(plain(5.0), abs=plain.steps * 8 * EPS)


HOSTILE = [
    "__import__('os')",
    "x.real",
    "x[0]",
    "(1).__class__",
    "9**9**9**9*y",
    "2x",
    "x^2",
    "foo(x)",
    "sin",
    "sinn(x)",
    "y",
]
HOSTILE += [
    "x if x else 1",
    "1e999",
    "lambda: 1",
    "",
    " ",
    "\0",
    "sin(x, 1)",
    "sin()",
    "sin(*x)",
    "sin(x=1)",
    "True",
    "1j",
    "x = 2",
]
HOSTILE += [
    "x < 2",
    "'a'",
    "f'{x}'",
    "(x := 2)",
    "x,",
    "x" * (LONGEST + 1),
    "9" * LONGEST,
    "(" * 300,
    "-" * LONGEST,
    "sin(x)(x)",
    "…",
    "x; x",
    "print(x)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_formula_is_told_in_one_line(text):
    with pytest.raises(BadInput) as told:
        of(text)
    assert "\n" not in str(told.value) and len(str(told.value)) < 500


@given(st.text(alphabet="x+-*/().,eE0123456789sincoplg_ ", max_size=40))
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_gives_a_number_or_one_line(text):
    try:
        float(of(text)(0.5))
    except BadInput:
        return


def test_a_formula_is_what_it_says():
    assert of("2*x**2 - x/4 + +1")(3.0) == 2 * 9 - 0.75 + 1
    assert of("-x**2")(3.0) == -9 and of("2**3**2")(0.0) == 512 and math.isnan(of("1/0")(1.0))
    assert np.isinf(of("1/x")(0.0)) and math.isnan(of("sqrt(x)")(-1.0)) and of("1/(1 + exp(x))")(1e4) == 0
    assert of("x*y", "x", "y")(np.array([1.0, 2.0]), 3.0).tolist() == [3.0, 6.0]
    for lines in (["y"], ["x = 2"], ["1y = 2"], ["y = z"]):
        with pytest.raises(BadInput):
            run(lines, {"x": autodiff.Dual(1.0)}, autodiff.Dual)


TOLD = {
    "integrate 1/x 0 1": "it diverges",
    "integrate sqrt(x) 1 -1": "undefined at x = -",
    "integrate x 1/0 2": "low=1/0: not a finite number",
    "integrate x*y 0 1": "one variable is wanted, and there are x, y",
    "integrate x 0 1 --tolerance 1": "wanted 1e-13 to 1e-08",
    "integrate x.y 0 1": "formula 'x.y'",
    "integrate sinn(x) 0 1": "no function sinn (did you mean sin?)",
    "integrate (-8)**(1/3) 0 1": "undefined",  # Python would answer with a complex number
    "integrate x (-1)**0.5 1": "low=(-1)**0.5: not a finite number",
    "differentiate (-8)**(1/3)*x 1": "infinite or undefined at 1",
    "integrate 1e300*x 0 1e10": "beyond what float64 holds",  # every value is finite, and their sum is not
    "integrate x -1e308 1e308": "beyond what float64 holds",
    "taylor abs(x) 0 2": "no Taylor polynomial of order 2 at 0",
    "taylor x**log(-1) 1 3": "no Taylor polynomial of order 3 at 1",
    "taylor x**1e300 1 3": "no Taylor polynomial of order 3 at 1",
    "taylor x 0 -1": "order=-1: wanted",
    "differentiate abs(x) 0": "infinite or undefined at 0",
    "differentiate x**0.5 -1": "infinite or undefined at -1",
    "differentiate x*y 1": "wanted a finite number for each of x, y",
    "differentiate x inf": "wanted a finite number",
    "taylor sqrt(x) 0 3": "no Taylor polynomial of order 3 at 0",
    "taylor exp(x) 0 2.5": "wanted a whole number from 0 to 100",
    "limit x 1 2": "wanted one number, or inf",
    "solve y**2 1 2": "the step underflows at t=1",
    "solve y**2 1 2 --stiff --tolerance 1e-4": "the step underflows at t=1",
    "solve y 1 inf": "a finite end after it",
    "solve y*z 1 1": "z is unknown",
    "solve -1e6*(y-cos(t)) 1 1": "stiff at t=0.00",
}


@pytest.mark.parametrize("words", TOLD)
def test_the_calculator_tells_what_is_wrong_in_one_line_and_ends_with_2(words, capsys):
    assert calculator.main(words.split()) == 2
    said = capsys.readouterr()
    assert TOLD[words] in said.err and len(said.err.splitlines()) == 1 and not said.out


SAID = {
    "integrate exp(-x**2) -inf inf": "1.7724538509055",
    "integrate -x -1 0": "0.5, up to about",
    "integrate x 3 3": "0, up to about",
    "differentiate x**0*y 0 3": "d/dx                  0\nd/dy                  1\n",
    "taylor abs(x) -1 1": "+1\n-1 (x + 1)**1",
    "limit sin(pi/x) 0": "none is seen",
    "differentiate sqrt(x) 1e-7": "by a central step     none: it leaves the domain",
    "differentiate log(x) 1e-300": "by the complex step   1e+300",
    "differentiate x**2*y -1 -2": "d/dx                  4\nd/dy                  1\n",
    "differentiate exp(x)/sqrt(sin(x)**3+cos(x)**3) 1.5": "by the complex step   4.05342789389862\n",
    "taylor tan(x) 0 5": "+0.133333333333333 x**5",
    "taylor 1/x 2 1": "-0.25 (x - 2)**1",
    "limit sin(x)/x 0": "x → 0: 1, up to 2e-16",
    "limit (1+1/n)**n inf": "n → inf: 2.718281828, up to",
    "limit abs(x)/x 0": "no common limit: 1 from above, -1 from below",
    "limit 1/x 0": "from above: none is seen",
    "limit sqrt(x) 0": "none is seen",
    "solve -y 1 1": "t = 1            y = 0.3678794412",
    "solve -y 1 1 --stiff": "t = 1            y = 0.36787944",
}


@pytest.mark.parametrize("words", SAID)
def test_the_calculator_computes(words, capsys):
    assert calculator.main(words.split()) == 0
    assert SAID[words] in capsys.readouterr().out


def test_the_calculator_is_a_command():
    done = subprocess.run(
        [sys.executable, "calculator.py", "integrate", "x", "0", "1"], cwd=FOLDER, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout[:4], done.stderr) == (0, "0.5,", "")
