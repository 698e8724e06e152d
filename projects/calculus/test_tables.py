"""What the tables can tell: every study gives the printed numbers, and a broken one is refused, on the same numbers."""

import operator
from types import SimpleNamespace

import numpy as np
import pytest

import autodiff
import differences
import expressions
import problems
import quadrature
import runge_kutta
import stiff
from abacus import papers, verdict
from abacus.errors import BadInput

LINES = ["v1 = log(x1)", "v2 = x1*x2", "v3 = sin(x2)", "v4 = v1 + v2", "v5 = v4 - v3"]
ORBIT = SimpleNamespace(
    tolerance=1e-7, velocity=-2.00158510637908252240537862224, period=17.0652165601579625588917206249, every=2
)


def _kept(table, rows):
    """(cells reproduced, cells judged) of the given rows."""
    printed = papers.table(table)
    words = [
        word
        for row, values in rows.items()
        for column, word in verdict.of(printed, row, values).items()
        if printed.rows.get(row, {}).get(column) is not None
    ]
    return words.count("reproduced"), len(words)


SQUIRE = {"x^(9/2)": "x**4.5", "e^x / sqrt(sin^3 x + cos^3 x)": "exp(x)/sqrt(sin(x)**3 + cos(x)**3)"}


def _squire(texts=SQUIRE, step=1e-200):
    cfg = {row: SimpleNamespace(function=text, at=1.5, step=step, h=1e-6) for row, text in texts.items()}
    return {row: differences.differentiate(c, None) for row, c in cfg.items()}


def test_the_complex_step_is_reproduced_and_a_forgotten_root_or_a_difference_is_not():
    assert _kept("squire1998/derivatives", _squire()) == (2, 2)
    (row, text), *_ = reversed(SQUIRE.items())
    slip = _squire({row: text.replace("sqrt", "")})
    assert slip[row]["derivative"] == pytest.approx(3.6220337007163, abs=5e-14)  # the copy error that circulates
    assert _kept("squire1998/derivatives", slip)[0] == 0
    assert _kept("squire1998/derivatives", _squire(step=1e-6))[0] == 0  # too large a step
    for rule in (differences.forward, differences.central, differences.five_point):
        for h in np.logspace(-1, -12, 12):
            values = {r: {"derivative": rule(expressions.Formula(t, ("x",)), 1.5, h)} for r, t in SQUIRE.items()}
            assert _kept("squire1998/derivatives", values)[0] == 0


def _trace(lines=LINES):
    return expressions.trace(SimpleNamespace(names=["x1", "x2"], inputs=[2.0, 5.0], towards="x1", lines=lines), None)


def test_both_modes_are_reproduced_and_a_wrong_partial_derivative_is_not(monkeypatch):
    intact, judged = _kept("baydin2018/trace", _trace())
    assert intact == judged == 21
    monkeypatch.setitem(autodiff.SLOPES, "sin", lambda x, y: autodiff.sin(x))
    assert verdict.of(papers.table("baydin2018/trace"), "x2", _trace()["x2"])["adjoint"] == "not reproduced"
    monkeypatch.undo()
    monkeypatch.setitem(autodiff.PARTIALS, operator.mul, (lambda a, b, y: a, lambda a, b, y: b))  # mixed up
    assert _kept("baydin2018/trace", _trace())[0] < judged - 4
    with pytest.raises(BadInput, match="a value for each name"):
        expressions.trace(SimpleNamespace(names=["x1"], inputs=[2.0, 5.0], towards="x1", lines=LINES), None)


def test_a_study_tells_what_has_no_value():
    for text, at in (("x**4.5", -1.0), ("abs(x)", 0.0), ("1/x", 0.0)):
        with pytest.raises(BadInput, match="no finite derivative"):
            differences.differentiate(SimpleNamespace(function=text, at=at, step=1e-200, h=1e-6), None)
    for text in ("1/x", "sqrt(x - 2)", "exp(x*1e4)"):
        with pytest.raises(BadInput, match="infinite or undefined somewhere from 0 to 1"):
            quadrature.triangle(SimpleNamespace(function=text, low=0.0, high=1.0, levels=3), None)
    for lines in (["y = 1/0*x1"], ["y = log(0*x1)"], ["y = (-1)**0.5*x1"]):
        with pytest.raises(BadInput, match="y: its value is infinite or undefined"):
            _trace(lines)


def test_a_line_without_a_variable_is_a_constant_with_an_adjoint():
    rows = _trace(["c = 3", "y = c*x1"])
    assert rows["c"] == {"value": 3.0, "tangent": 0.0, "adjoint": 2.0} and rows["y"]["tangent"] == 3.0
    assert _trace(["c = 3"])["x1"]["adjoint"] == 0.0


def _cotes(points=range(2, 12)):
    return {f"{n} points": quadrature.cotes(SimpleNamespace(points=n), None) for n in points}


def test_newton_and_cotes_s_weights_are_reproduced_and_those_of_another_rule_are_not():
    kept, judged = _kept("abramowitz1964/newton_cotes", _cotes())
    assert kept == judged == 55
    shifted = {f"{n} points": values for n, values in zip(range(2, 11), list(_cotes().values())[1:])}
    assert _kept("abramowitz1964/newton_cotes", shifted)[0] < judged / 5  # a 1 or a 5 may come again


def _gauss(n):
    return quadrature.nodes(SimpleNamespace(points=n, digits=40), None)


def test_gauss_s_table_is_reproduced_and_chebyshev_s_points_or_one_step_of_newton_s_are_not(monkeypatch):
    rows = {row: cells for n in (*range(2, 11), 12, 16, 20, 24, 32, 96) for row, cells in _gauss(n).items()}
    kept, judged = _kept("abramowitz1964/gauss", rows)
    assert kept == judged == 258
    k = np.arange(1, 9)
    chebyshev = zip(np.cos((2 * k - 1) * np.pi / 32)[::-1], np.full(8, np.pi / 16))
    broken = {f"n = 16, node {i}": {"x": x, "w": w} for i, (x, w) in enumerate(chebyshev, 1)}
    assert _kept("abramowitz1964/gauss", broken)[0] == 0
    monkeypatch.setattr(quadrature, "MOST_STEPS", 1)
    assert _kept("abramowitz1964/gauss", _gauss(16))[0] == 0


def test_a_slip_in_the_fifteenth_decimal_that_a_known_program_carries_is_seen():
    """A particle-physics code of 1999 copied the ninth weight of n = 96 with 862 for 861."""
    row = "n = 96, node 9"
    values = _gauss(96)[row]
    table = papers.table("abramowitz1964/gauss")
    assert set(verdict.of(table, row, values).values()) == {"reproduced"}
    assert verdict.of(table, row, values | {"w": 0.031316425596862355813})["w"] == "not reproduced"


@pytest.mark.parametrize(
    ("table", "function"), [("romberg1955/erf", "2/sqrt(pi)*exp(-x**2)"), ("romberg1955/log2", "1/(1 + x)")]
)
def test_romberg_s_triangle_is_reproduced_and_one_with_all_powers_of_h_is_not(table, function, monkeypatch):
    cfg = SimpleNamespace(function=function, low=0.0, high=1.0, levels=5)
    kept, judged = _kept(table, quadrature.triangle(cfg, None))
    assert kept == judged >= 5
    intact = differences.extrapolate
    monkeypatch.setattr(differences, "extrapolate", lambda values, ratio, powers: intact(values, ratio, range(1, 9)))
    kept, _ = _kept(table, quadrature.triangle(cfg, None))
    assert kept == (5 if table.endswith("erf") else 1)  # the trapezoids alone
    monkeypatch.undo()
    monkeypatch.setattr(
        quadrature, "trapezoids", lambda f, a, b, n: [f(a + (np.arange(2**k) + 0.5) / 2**k).mean() for k in range(n)]
    )
    assert _kept(table, quadrature.triangle(cfg, None))[0] <= 3  # midpoints; the last digits of erf's last row survive


def test_every_method_shows_its_order_and_equal_ends_are_told():
    cfg = SimpleNamespace(slope="cos(2*t) - y", start=1.0, until=6.0, steps=48)
    found = {m: runge_kutta.order(SimpleNamespace(**vars(cfg), method=m), None)["order"] for m in runge_kutta.ORDERS}
    assert {m: round(order) for m, order in found.items()} == runge_kutta.ORDERS
    with pytest.raises(BadInput, match="no errors to compare"):
        runge_kutta.order(SimpleNamespace(slope="0*t", start=1.0, until=1.0, method="RK4", steps=2), None)


def test_the_orbit_is_reproduced_step_for_step_but_for_what_is_left_of_y_at_the_end():
    rows = problems.orbit(ORBIT, None)
    kept, judged = _kept("hairer1993/dopri5", rows)
    assert (kept, judged) == (28, 29)
    assert verdict.of(papers.table("hairer1993/dopri5"), "end", rows["end"])["y"] == "not reproduced"  # rounding, × 10⁵


@pytest.mark.parametrize("slip", ["a coefficient", "no memory", "the error of order 5", "a larger tolerance"])
def test_an_orbit_with_a_wrong_coefficient_or_another_control_is_not_reproduced(slip, monkeypatch):
    cfg = ORBIT
    if slip == "a coefficient":
        c, a, b = (array.copy() for array in runge_kutta.METHODS["DOPRI5"])
        a[4, 3] = -212 / 720  # for −212/729
        monkeypatch.setitem(runge_kutta.METHODS, "DOPRI5", (c, a, b))
    elif slip == "no memory":
        monkeypatch.setattr(runge_kutta, "MEMORY", 0.0)
    elif slip == "the error of order 5":
        monkeypatch.setattr(runge_kutta, "FOURTH", runge_kutta.METHODS["DOPRI5"][2] * (1 - 1e-4))
    else:
        cfg = SimpleNamespace(**vars(ORBIT) | {"tolerance": 2e-7})
    assert _kept("hairer1993/dopri5", problems.orbit(cfg, None))[0] <= 1


def test_the_orbit_that_closes_is_reproduced_and_that_of_another_moon_is_not(monkeypatch):
    cfg = SimpleNamespace(guess=-2.0015851, digits=16)
    found = problems.shoot(cfg, None)
    assert _kept("hairer1993/arenstorf", {"orbit": found}) == (2, 2)
    assert min(found["velocity: digits"], found["period: digits"]) >= cfg.digits
    monkeypatch.setattr(problems, "MOON", "0.012277472")
    assert _kept(
        "hairer1993/arenstorf", {"orbit": problems.shoot(SimpleNamespace(guess=-2.0015851, digits=8), None)}
    ) == (0, 2)
    with pytest.raises(BadInput, match="no closed orbit found from there"):
        problems.closing(0.0, 8)
    monkeypatch.setattr(problems, "ROUNDS", 1)
    with pytest.raises(BadInput, match="no closed orbit found from there"):
        problems.closing(-2.0015851, 8)


def _decades(**changes):
    times = [0.4 * 10.0**k for k in range(12)]
    cfg = {"problem": "Robertson", "times": times, "tolerance": 1e-7, "floor": 1e-14} | changes
    return problems.stiffly(SimpleNamespace(**cfg), None)


def test_robertson_s_kinetics_are_reproduced_and_those_of_another_rate_or_a_loose_tolerance_are_not(monkeypatch):
    kept, judged = _kept("robertson1966/decades", _decades())
    assert kept == judged == 25
    assert _kept("robertson1966/decades", _decades(tolerance=1e-1))[0] == 0

    def other(t, y):
        slow, back, fast = 0.04 * y[0], 1e4 * y[1] * y[2], 3.1e7 * y[1] * y[1]
        return [back - slow, slow - back - fast, fast]

    monkeypatch.setitem(problems.PROBLEMS, "Robertson", (other, [1.0, 0.0, 0.0]))
    assert _kept("robertson1966/decades", _decades())[0] <= 1


def test_a_stiff_problem_of_the_test_set_is_reproduced_and_with_a_wrong_stage_it_is_not(monkeypatch):
    cfg = {"problem": "Robertson", "times": [1e11], "tolerance": 1e-8, "floor": 1e-14}
    assert _kept("mazzia2008/solutions", problems.stiffly(SimpleNamespace(**cfg), None)) == (3, 3)
    monkeypatch.setattr(stiff, "A", stiff.A * (1 + 1e-6))
    assert _kept("mazzia2008/solutions", problems.stiffly(SimpleNamespace(**cfg), None))[0] < 3
