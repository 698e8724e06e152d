"""Facts of the quartet: its pairs, the decomposition, an independent fit, and what broken data do to the verdict."""

from types import SimpleNamespace

import numpy as np
import pytest

import quartet
import run
from abacus import papers, verdict

EPS = np.finfo(float).eps
each_set = pytest.mark.parametrize("data_set", range(1, quartet.SETS + 1))


@each_set
def test_every_set_has_the_pairs_and_the_sum_of_x_that_the_paper_states(data_set):
    x, y = quartet.pairs(data_set)
    assert len(x) == len(y) == quartet.PAIRS and x.sum() == 9 * quartet.PAIRS


def test_the_first_three_sets_share_their_x():
    assert all((quartet.pairs(1)[0] == quartet.pairs(k)[0]).all() for k in (2, 3))


@each_set
def test_the_line_is_that_of_lstsq(data_set):
    x, y = quartet.pairs(data_set)
    design = np.stack([np.ones(len(x)), x], axis=1)
    theirs, fit = np.linalg.lstsq(design, y, rcond=None)[0], quartet.regression(x, y)
    tolerance = x.size * EPS * np.linalg.cond(design) ** 2 * np.linalg.norm(y) / np.linalg.norm(design, 2)
    assert np.abs(theirs - [fit["b0"], fit["b1"]]).max() <= tolerance


@each_set
def test_the_two_sums_of_squares_add_up_to_that_of_y(data_set):
    x, y = quartet.pairs(data_set)
    fit, whole = quartet.regression(x, y), ((y - y.mean()) ** 2).sum()
    parts = fit["regression sum of squares"] + fit["residual sum of squares"]
    assert abs(parts - whole) <= x.size * EPS * (y**2).sum()


@each_set
def test_the_line_and_its_standard_error_are_reproduced(data_set):
    values = run.run(SimpleNamespace(data_set=data_set, leave_out=0), None)
    found, line = _verdicts(data_set, values), ("n", "mean of x", "mean of y", "b0", "b1", "standard error of b1")
    assert {found[name] for name in line} == {"reproduced"}


@each_set
@pytest.mark.parametrize("broken", ["half the data", "shifted labels"])
def test_a_broken_variant_is_not_reproduced(data_set, broken):
    x, y = quartet.pairs(data_set)
    x, y = (x[1::2], y[1::2]) if broken == "half the data" else (x, np.roll(y, 1))
    found = _verdicts(data_set, quartet.regression(x, y))
    fitted = ("regression sum of squares", "residual sum of squares", "standard error of b1", "multiple R2")
    assert "reproduced" not in {found[name] for name in fitted}


def _verdicts(data_set, values):
    return verdict.of(papers.table("anscombe1973/regression"), f"data set {data_set}", values)
