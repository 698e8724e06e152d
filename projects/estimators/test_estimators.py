"""Facts of the tables, each beside broken variants that must not pass."""

import dataclasses
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

import choice
import counts
import em
import glms
import likelihood
import run
import school
import stein
from abacus import folds, papers, verdict
from abacus.running.job import Job


def verdicts(table, row, *values):
    """The verdicts of the cells that are printed and checked, as a set."""
    cells = papers.table(table).rows[row]
    found = verdict.of(papers.table(table), row, *values)
    return {found[column] for column, cell in cells.items() if cell is not None and cell.verified}


def all_verdicts(table, rows):
    return set().union(*(verdicts(table, row, rows[row]) for row in papers.table(table).rows if row in rows))


ANIMALS = em.Config([125, 18, 20, 34], 0.5, 8)


def test_table_1_is_exact_but_for_the_five_values_that_were_rounded_in_print():
    assert papers.facts("dempster1977")["animals in four cells"] == ANIMALS.counts
    rows, table = em.linkage(ANIMALS, None), papers.table("dempster1977/table1")
    found = {
        (row, c): v for row in table.rows for c, v in verdict.of(table, row, rows[row]).items() if table.rows[row][c]
    }
    wrong = {cell for cell, v in found.items() if v != "reproduced"}
    assert wrong == {("2", "p"), ("2", "distance"), ("4", "p"), ("7", "p"), ("7", "distance")}
    assert all(v == "not reproduced" for cell, v in found.items() if cell in wrong)
    unit = 1e-9
    for row, column in wrong:
        assert abs(round(rows[row][column] / unit) - round(table.rows[row][column].number / unit)) == 1


@pytest.mark.parametrize(
    "broken",
    [
        dataclasses.replace(ANIMALS, counts=[62, 9, 10, 17]),
        dataclasses.replace(ANIMALS, counts=[34, 125, 18, 20]),
        dataclasses.replace(ANIMALS, start=0.4),
    ],
)
def test_half_the_animals_shifted_cells_and_another_start_give_another_table(broken):
    rows = em.linkage(broken, None)
    found = {row: verdicts("dempster1977/table1", row, rows[row]) for row in "123"}
    assert all("reproduced" not in v or (broken.start == 0.4 and v != {"reproduced"}) for v in found.values())


def test_the_limit_is_the_root_and_em_s_distances_shrink_by_the_missing_information():
    model = em.Linkage(ANIMALS.counts)
    limit = model.limit()
    assert abs(limit - (15 + math.sqrt(53809)) / 394) < 4 * math.ulp(1)
    assert abs(model.score([limit])[0]) < 1e-10
    far = np.abs(em.em(model.step, 0.5, 12) - limit)
    assert abs(far[9] / far[8] - model.missing(limit)) < far[8]
    for climb in (likelihood.newton, likelihood.scoring):
        found = climb(model, [0.5])
        assert abs(found.theta[0] - limit) <= 1e-12  # where a climb rests
    assert np.all(np.diff([model.log_likelihood([p]) for p in em.em(model.step, 0.01, 9)]) >= 0)


BEETLES = "logit", "probit", "cloglog"


@pytest.mark.parametrize("link", BEETLES)
def test_every_printed_digit_of_the_beetles_and_not_of_others(link, monkeypatch):
    assert verdicts("dobson2002/beetles", link, glms.beetles(glms.Beetles(link), None)) == {"reproduced"}
    dose, exposed, killed = glms.columns("bliss1935")
    other = BEETLES[BEETLES.index(link) - 1]
    assert verdicts("dobson2002/beetles", link, glms.beetles(glms.Beetles(other), None)) == {"not reproduced"}
    for broken in ([dose, exposed, np.roll(killed, 1).clip(0, exposed)], [dose, exposed, killed // 2]):
        monkeypatch.setattr(glms, "columns", lambda key, broken=broken: np.array(broken))
        assert "reproduced" not in verdicts("dobson2002/beetles", link, glms.beetles(glms.Beetles(link), None))


def test_r_s_trial_and_cars(monkeypatch):
    assert all_verdicts("r_glm/trial", glms.trial(glms.Trial("poisson"), None)) == {"reproduced"}
    assert all_verdicts("r_glm/trial", glms.trial(glms.Trial("normal"), None)) == {"not reproduced"}
    assert verdicts("r_glm/cars", "stopping distance", glms.stopping(glms.Cars(1), None)) == {"reproduced"}
    assert verdicts("r_glm/cars", "stopping distance", glms.stopping(glms.Cars(2), None)) == {"not reproduced"}
    outcome, treatment, numbers = glms.columns("r_glm")
    moved = np.array([outcome, treatment, np.roll(numbers, 1)])
    monkeypatch.setattr(glms, "columns", lambda key: moved)
    rows = glms.trial(glms.Trial("poisson"), None)
    assert verdicts("r_glm/trial", "outcome 2", rows["outcome 2"]) == {"not reproduced"}
    assert verdicts("r_glm/trial", "residual deviance", rows["residual deviance"]) == {"not reproduced"}


@pytest.mark.parametrize("sample", ["I", "II", "III", "IV"])
def test_student_s_yeast_cells(sample, monkeypatch):
    seen = counts.squares(sample)
    assert seen.sum() == papers.facts("student1907")["squares"]
    printed = {"student1907/moments"} | ({"fisher1925/yeast"} if sample == "IV" else set())
    for table in printed:
        assert verdicts(table, sample, counts.moments(counts.Yeast(sample), None)) == {"reproduced"}
    for broken in (np.roll(seen, 1), seen[::-1]):
        monkeypatch.setattr(counts, "squares", lambda sample, broken=broken: broken)
        for table in printed:
            assert "not reproduced" in verdicts(table, sample, counts.moments(counts.Yeast(sample), None))


def test_the_negative_binomial_is_mass_s_and_has_no_maximum_for_counts_that_spread_too_little():
    rest = papers.table("venables2002/yeast").protocol["rest"]
    found = counts.overdispersed(counts.Shape("I", rest), None)
    assert verdicts("venables2002/yeast", "I", found) == {"reproduced"}
    assert abs(found["theta by newton"] - found["theta by scoring"]) < 1e-9
    longer = counts.overdispersed(counts.Shape("I", rest / 100), None)
    assert verdict.of(papers.table("venables2002/yeast"), "I", longer)["standard error"] == "not reproduced"
    other = counts.overdispersed(counts.Shape("III", rest), None)
    assert verdicts("venables2002/yeast", "I", other) == {"not reproduced"}
    with pytest.raises(likelihood.BadInput, match="not above the mean"):
        counts.overdispersed(counts.Shape("II", rest), None)


def test_horse_kicks_have_a_rate_and_its_error():
    found = counts.kicks(counts.Kicks([109, 65, 22, 3, 1]), None)
    assert verdicts("bortkiewicz1898/kicks", "ten corps", found) == {"reproduced"}
    assert found["standard error"] == pytest.approx(math.sqrt(0.61 / 200), rel=1e-15)
    moved = counts.kicks(counts.Kicks([65, 109, 22, 3, 1]), None)
    assert "reproduced" not in verdicts("bortkiewicz1898/kicks", "ten corps", moved)


def test_law_schools_by_formula(monkeypatch):
    pairs = school.schools()
    assert len(pairs) == papers.facts("efron1993")["law schools"]
    tables = "efron1993/school", "rizzo2007/jackknife"
    for table in tables:
        assert all_verdicts(table, school.by_formula(school.School(0.9), None)) == {"reproduced"}
    for broken in (np.column_stack([pairs[:, 0], np.roll(pairs[:, 1], 1)]), pairs[:8]):
        monkeypatch.setattr(school, "schools", lambda broken=broken: broken)
        for table in tables:
            assert all_verdicts(table, school.by_formula(school.School(0.9), None)) == {"not reproduced"}


@pytest.mark.parametrize(
    ("study", "table"), [(stein.averages, "efron1977/baseball"), (stein.arcsine, "efron1975/arcsine")]
)
def test_baseball(study, table, monkeypatch):
    names, hits, season = stein.players()
    assert len(names) == papers.facts("efron1975")["players"]
    intact = all_verdicts(table, study(stein.Baseball(45), None))
    assert "reproduced" in intact
    for broken in ((names, np.roll(hits, 1), season), (names, hits // 2, season)):
        monkeypatch.setattr(stein, "players", lambda broken=broken: broken)
        rows = study(stein.Baseball(45), None)
        assert verdicts(table, "Clemente", rows["Clemente"]) == {"not reproduced"}
        assert verdicts(table, "Alvis", rows["Alvis"]) == {"not reproduced"}


def test_cars_by_the_formula_by_refits_and_not_by_half_of_them(dataset, monkeypatch):
    dataset("islr", "Auto")
    x, y = choice.cars()
    rows = choice.leave_one_out(choice.LeaveOneOut(5), None)
    assert verdicts("james2013/leave_one_out", "392 cars", rows["392 cars"]) == {"reproduced"}
    refits = choice.cross_validated(choice.powers(x, 2), y, folds.leave_one_out(len(y)))
    assert refits == pytest.approx(rows["392 cars"]["2"], rel=1e-10)
    monkeypatch.setattr(choice, "cars", lambda: (x[::2], y[::2]))
    half = choice.leave_one_out(choice.LeaveOneOut(5), None)
    assert verdicts("james2013/leave_one_out", "392 cars", half["392 cars"]) == {"not reproduced"}


def test_ten_folds_of_all_cars_are_consistent_with_the_book_s_partition_and_half_are_not(
    dataset, monkeypatch, tmp_path
):
    dataset("islr", "Auto")

    def judged(degrees):
        jobs = [Job("392 cars", seed, tmp_path / str(seed)) for seed in range(100)]
        return verdicts(
            "james2013/ten_fold", "392 cars", *(choice.ten_fold(choice.TenFold(degrees, 10), j) for j in jobs)
        )

    assert judged(2) - {"missing", "inconclusive"} == {"consistent"}
    x, y = choice.cars()
    monkeypatch.setattr(choice, "cars", lambda: (x[::2], y[::2]))
    assert judged(2) - {"missing", "inconclusive"} == {"not reproduced"}


def test_ten_estimators_are_their_closed_forms_and_those_of_nine_observations_are_not(tmp_path):
    def judged(n):
        found = run.sampling(run.Config(n, 40_000), Job("look", 0, tmp_path / str(n)))
        return [verdicts("lehmann1998/estimators", row, values) for row, values in found.items()]

    assert all(found == {"reproduced"} for found in judged(10))
    assert all("not reproduced" in found for found in judged(9))


def test_the_risk_of_james_and_stein_and_of_an_estimator_that_shrinks_too_little(tmp_path, monkeypatch):
    def judged():
        found = run.risk(run.Risk(10, 0.0, 20_000), Job("10 means", 0, tmp_path))
        return verdict.of(papers.table("james1961/risk"), "10 means", found)

    assert set(judged().values()) - {""} == {"reproduced"}
    shrink = stein.factor
    monkeypatch.setattr(stein, "factor", lambda away, variance, lost: shrink(away, variance, lost + 1))
    assert judged()["James-Stein"] == "not reproduced"


def test_the_median_s_variance_is_its_integral():
    """Of ten normal numbers, the mean of the fifth and the sixth: E (a + b)² / 4 over their joint density."""
    n, k = 10, 5
    ways = math.factorial(n) / (math.factorial(k - 1) * math.factorial(n - k - 1))

    def density(z):
        return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    def inner(a):
        own = quad(lambda b: ((a + b) / 2) ** 2 * ndtr(-b) ** (n - k - 1) * density(b), a, a + 12)[0]
        return ndtr(a) ** (k - 1) * density(a) * own

    value = ways * quad(inner, -8, 8)[0]
    printed = papers.table("lehmann1998/estimators").rows["normal mean: median"]["variance"]
    assert abs(value - printed.number) <= printed.half
