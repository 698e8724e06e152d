"""Facts of the printed tables: every digit, what must not reproduce them, and the steps of their protocols."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import images
import planes
import polynomial
import units
from abacus import papers, verdict
from abacus.running.job import Job

ROUNDING = 10 * np.finfo(np.float64).eps  # a small multiple, times the size: of two ways to one number


def verdicts(found):
    """The verdicts of the arrests' two tables, the book's and R's, for {row: {column: value}}."""
    results = {row: verdict.Result({0: values}, deterministic=True) for row, values in found.items()}
    tables = [papers.table(name) for name in ("james2013/usarrests", "r_manual/usarrests")]
    return [cell.verdict for table in tables for cell in verdict.judge(table, results) if cell.reported]


@pytest.fixture
def job(tmp_path):
    return Job("row", 0, tmp_path)


@pytest.mark.parametrize("solver", ["jacobi", "golub-kahan", "tridiagonal", "lapack"])
def test_usarrests_every_digit_by_every_solver(solver, job):
    assert set(verdicts(planes.arrests(SimpleNamespace(solver=solver), job))) == {"reproduced"}


@pytest.mark.parametrize(
    "broken", [lambda x: x[:25], np.roll, lambda x: x * [1, 1, 1, 2.0]], ids=["half", "shifted", "weighted"]
)
def test_half_the_states_or_shifted_numbers_are_not_called_reproduced(broken, job, monkeypatch):
    names, x = planes.states()
    x = np.column_stack([np.roll(x[:, 0], 1), x[:, 1:]]) if broken is np.roll else broken(planes.standardised(x))
    monkeypatch.setattr(planes, "states", lambda: (names, x))
    if broken is not np.roll:
        monkeypatch.setattr(planes, "standardised", lambda x: x)
    found = verdicts(planes.arrests(SimpleNamespace(solver="jacobi"), job))
    assert found.count("reproduced") < len(found) / 4


def test_pearson_s_line_is_the_one_that_calculus_gives(job):
    found = planes.pearson(SimpleNamespace(solver="jacobi"), job)
    x, y = np.array(papers.rows("pearson1901")[1], float).T
    sxx, syy, sxy = np.var(x), np.var(y), np.mean((x - x.mean()) * (y - y.mean()))
    slope = np.tan(0.5 * np.arctan2(2 * sxy, sxx - syy))  # tan 2θ = 2 s_xy / (s_xx - s_yy)
    assert abs(found["slope"] - slope) <= 10 * ROUNDING
    distance = (y - found["intercept"] - slope * x) / np.hypot(1.0, slope)
    assert abs(found["rms distance"] - np.sqrt(np.mean(distance**2))) <= 100 * ROUNDING


@pytest.mark.parametrize("name", ["fig9", "pearson", "usarrests", "usarrests_r"])
def test_the_lesson_names_the_solver_of_each_table(name):
    here = Path(__file__).parent
    lesson = (here / "README.md").read_text(encoding="utf-8")
    settings = (here / "conf" / "experiment" / f"{name}.yaml").read_text(encoding="utf-8")
    [solver] = re.findall(r"^solver: (\S+)", settings, re.MULTILINE)
    section = lesson.partition(f"<!-- table {name} -->")[0].rpartition("\n## ")[2]
    assert f"`{solver}`" in section and "Solver of the table" in section


def test_counts_that_the_paper_states():
    facts = papers.facts("lecun1998")
    k = facts["components of the quadratic classifier"]
    inputs_ = polynomial.products(np.zeros((1, k))).shape[1]
    assert inputs_ == facts["inputs of the quadratic classifier"]
    assert (784 * k + inputs_ * 10) // 1000 == facts["thousand multiply-adds, 40 PCA + quadratic"]
    assert len(units.pairs()) == facts["units of the pairwise classifier"]
    regular, upright = np.zeros((1, 28, 28), np.uint8), images.deslanted(np.zeros((1, 28, 28), np.uint8))
    assert 10 * (images.scaled(regular).shape[1] + 1) == facts["parameters of the linear classifier"]
    assert 10 * (images.scaled(upright).shape[1] + 1) == facts["parameters of the linear classifier, deslanted"]


def test_deslanting_makes_a_slanted_bar_upright():
    bar = np.zeros((1, 28, 28), np.uint8)
    for y in range(5, 22):
        bar[0, y, y : y + 3] = 255
    assert images.slants(bar) == tuple(np.array([value]) for value in (14.0, 13.0, 1.0))
    upright = images.deslanted(bar)[0]
    inked = upright.any(axis=1)
    assert upright.shape == (20, 20) and inked.sum() == 17 and upright.sum() == 255 * 3 * 17
    assert (upright[inked] == upright[10]).all()


def test_least_squares_are_those_of_lapack_and_constant_pixels_take_no_part():
    rng = np.random.default_rng(0)
    z, labels = rng.standard_normal((300, 6)), rng.integers(0, 10, 300)
    z[:, 3] = 0.0
    w = polynomial.fit(z, labels, polynomial.inputs)
    truth = np.linalg.lstsq(polynomial.inputs(z), 2.0 * np.eye(10)[labels] - 1.0, rcond=None)[0]
    assert np.abs(w - truth).max() <= 3000 * ROUNDING
    assert np.abs(w[3]).max() <= 300 * ROUNDING
