"""Facts of the two studies: NIST's digits from fractions, the book's tables, and broken variants of both."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

import inference
import nist
import prostate
import refinement
import run
from abacus import papers, verdict
from abacus.errors import Unavailable
from abacus.papers import printed
from solvers import SOLVERS


def test_there_are_eleven_sets_with_the_rows_their_certificates_state():
    rows = {"Norris": 36, "NoInt1": 11, "NoInt2": 3, "Longley": 16} | {f"Wampler{k}": 21 for k in range(1, 6)}
    assert len(nist.NAMES) == papers.facts("nist_strd")["data sets"]
    printed_sets = [*papers.table("nist_strd/linear").rows, *papers.table("nist_strd/linear_files").rows]
    assert sorted(printed_sets) == sorted(nist.NAMES)
    for name, count in rows.items():
        assert len(nist.observed(name).y) == count
    assert nist.observed("Wampler5").y[0] == "7590001" and nist.observed("Wampler2").y[3] == "1.42753"


@pytest.mark.parametrize("name", nist.NAMES)
def test_rational_arithmetic_gives_every_certified_digit(name):
    """Exact fractions from the printed decimals: no rounding anywhere, so this certifies the certificates again."""
    exact = _rational(_observed(name), name)
    for column, cell in papers.table(_certificate(name)).rows[name].items():
        if cell is not None:
            value, half = Fraction(cell.text.replace("E", "e")), Fraction(str(cell.half))
            low, high = value - half, value + half
            if column in ("residual sd",) or column.startswith("sd "):  # what is rational is the square
                low, high = max(low, 0) ** 2, high**2
            assert low <= exact[column] <= high, column


@pytest.mark.parametrize("name", nist.NAMES)
def test_double_double_is_the_rational_solution_correctly_rounded_but_for_one_unit(name):
    exact = _rational(_observed(name), name)
    y, x = nist.exact_design(name)
    found = nist.statistics(name, inference.fit(x, y, name not in nist.NO_INTERCEPT))
    for b in nist.coefficient_names(name):
        assert abs(found[b] - float(exact[b])) <= np.spacing(abs(float(exact[b])))


@pytest.mark.parametrize("name", nist.NAMES)
def test_refined_qr_solves_the_rounded_problem_to_the_last_bits(name):
    """What it cannot know is what the data lost when they were rounded to float64: that is its only error."""
    _observed(name)
    y, x = nist.design(name)
    rounded = nist.Observed([Fraction(v) for v in y.tolist()], [[Fraction(v) for v in row] for row in x.tolist()])
    exact = _solve(rounded.x, rounded.y)[0]
    for ours, best in zip(refinement.least_squares(x, y), map(float, exact)):
        assert abs(ours - best) <= 2 * np.spacing(abs(best))


@pytest.mark.parametrize("name", ["Filip", "Longley", *nist.WAMPLERS])  # NIST's higher level of difficulty
def test_refined_qr_has_more_digits_than_numpy(name):
    _observed(name)
    assert nist.digits(SOLVERS["QR, refined"], name) > nist.digits(SOLVERS["numpy.linalg.lstsq"], name)


def test_correct_digits():
    assert nist.correct_digits(1.0, 1.0) == 15
    assert nist.correct_digits(2.0, 1.0) == 0
    assert nist.correct_digits(-5.0, 1.0) == 0
    assert nist.correct_digits(1e-3, 0.0) == pytest.approx(3)


@pytest.mark.parametrize("name", nist.NAMES)
def test_every_certified_value_is_reproduced(name):
    _observed(name)
    values = run.certified(SimpleNamespace(set=name), None)
    assert {cell.verdict for cell in _judge(_certificate(name), name, values) if cell.reported} == {"reproduced"}


@pytest.mark.parametrize("name", ["Norris", "Longley", "NoInt1", "Wampler3", "Wampler5"])
@pytest.mark.parametrize("broken", ["half the data", "labels shifted by one"])
def test_a_broken_variant_is_not_reproduced(name, broken):
    y, x = nist.exact_design(name)
    if broken == "half the data":
        count = max(len(y) // 2, x.shape[1] + 1)
        y, x = y[:count], x[:count]
    else:
        y = y[np.roll(np.arange(len(y)), 1)]
    values = nist.statistics(name, inference.fit(x, y, name not in nist.NO_INTERCEPT))
    assert "reproduced" not in {cell.verdict for cell in _judge(_certificate(name), name, values)}


def test_the_split_and_the_numbers_in_the_text():
    split, facts = _prostate(), papers.facts("hastie2009")
    assert len(split.y) == facts["prostate: training rows"] and len(split.y_test) == facts["prostate: test rows"]
    assert len(prostate.PREDICTORS) == facts["prostate: predictors"] == split.x.shape[1]
    base, _ = prostate.test_error(split, split.y.mean(), np.zeros(8))
    weak = [1 + prostate.PREDICTORS.index(name) for name in ("age", "lcp", "gleason", "pgg45")]
    f, small, large = inference.exclusion(prostate.with_ones(split.x), split.y, weak)
    for key, value in (
        ("base error rate, p. 50", base),
        ("RSS of the full model, eq. 3.16", large),
        ("RSS without age, lcp, gleason, pgg45, eq. 3.16", small),
        ("F of dropping them, eq. 3.16", f),
    ):
        cell = printed.parse(facts[f"prostate: {key}"])
        assert abs(value - cell.number) <= cell.half


AMOUNTS = {"LS": 0, "Best subset": 2, "Ridge": 5, "Lasso": 0.375, "PCR": 7, "PLS": 2}


@pytest.mark.parametrize("method", AMOUNTS)
def test_table_33_is_reproduced_and_broken_variants_are_not(method):
    split = _prostate()
    whole = _fit_row(split, method, AMOUNTS[method])
    shifted = _fit_row(split._replace(y=np.roll(split.y, 1)), method, AMOUNTS[method])
    half = _fit_row(split._replace(x=split.x[::2], y=split.y[::2]), method, AMOUNTS[method])
    wanted = len([cell for cell in _judge("hastie2009/table33", method, whole) if cell.reported])
    good, *bad = (
        [cell.verdict for cell in _judge("hastie2009/table33", method, values)].count("reproduced")
        for values in (whole, shifted, half)
    )
    assert good == wanted and max(bad) <= 1  # one cell of three digits may agree by chance


def test_the_lasso_prints_so_only_around_three_eighths():
    """The fractions s that give all printed digits are an interval around 3/8; the text's 0.36 is not in it."""
    split = _prostate()
    fits = {s: _fit_row(split, "Lasso", s) for s in np.arange(0.35, 0.4, 0.0005).round(4).tolist()}
    good = [
        s
        for s, values in fits.items()
        if {c.verdict for c in _judge("hastie2009/table33", "Lasso", values)} == {"reproduced"}
    ]
    assert good == [0.375]


def _observed(name):
    try:
        return nist.observed(name)
    except Unavailable as reason:
        pytest.skip(f"data set nist-strd: {str(reason).splitlines()[0]}")


def _prostate():
    try:
        return prostate.load()
    except Unavailable as reason:
        pytest.skip(f"data set esl: {str(reason).splitlines()[0]}")


def _rational(observed, name):
    """Every number of a certificate by exact fractions; standard deviations as their squares."""
    intercept = name not in nist.NO_INTERCEPT
    y = [Fraction(v) for v in observed.y]
    powers = range(1, nist.DEGREE.get(name, 1) + 1)
    x = [[Fraction(1)] * intercept + [Fraction(v) ** k for v in row for k in powers] for row in observed.x]
    b, inverse = _solve(x, y)
    n, p = len(x), len(b)
    rss = sum((v - sum(c * w for c, w in zip(b, row))) ** 2 for row, v in zip(x, y))
    mean = sum(y) / n if intercept else 0
    tss = sum((v - mean) ** 2 for v in y)
    names, variance = nist.coefficient_names(name), rss / (n - p)
    exact = dict(zip(names, b)) | {f"sd {c}": variance * inverse[k][k] for k, c in enumerate(names)}
    exact |= {"residual sd": variance, "R2": 1 - rss / tss}
    return exact | ({"F": (tss - rss) / (p - intercept) / variance} if rss else {})


def _solve(x, y):
    """b and (XᵀX)⁻¹ by Gauss-Jordan elimination on the normal equations, in fractions."""
    p = len(x[0])
    rows = [
        [sum(r[i] * r[j] for r in x) for j in range(p)]
        + [sum(r[i] * v for r, v in zip(x, y))]
        + [Fraction(int(i == j)) for j in range(p)]
        for i in range(p)
    ]
    for k in range(p):
        pivot = rows[k][k]
        rows[k] = [v / pivot for v in rows[k]]
        for i in range(p):
            if i != k:
                factor = rows[i][k]
                rows[i] = [v - factor * w for v, w in zip(rows[i], rows[k])]
    return [row[p] for row in rows], [row[p + 1 :] for row in rows]


def _certificate(name):
    return "nist_strd/linear_files" if name in nist.FILES else "nist_strd/linear"


def _judge(table, row, values):
    table = papers.table(table)
    result = verdict.Result({0: {c: float(v) for c, v in values.items()}}, deterministic=True, asked=(0,))
    return [cell for cell in verdict.judge(table, {row: result}) if cell.row == row]


def _fit_row(split, method, amount):
    b0, b = prostate.FITS[method](split.x, split.y, amount)
    error, spread = prostate.test_error(split, b0, b)
    kept = {name: value for name, value in zip(prostate.PREDICTORS, b) if value != 0}
    return {"Intercept": b0} | kept | {"test error": error, "std error": spread}
