"""Facts of the tables, each beside broken variants that must not pass."""

import dataclasses
import math

import numpy as np
import pytest
from scipy.integrate import dblquad

import conjugate
import integration
import linear
import nile
import posteriors
import run
from abacus import papers, verdict
from abacus.running.job import Job


def verdicts(table, row, *values):
    """The verdicts of the cells that are printed and checked, as a set."""
    cells = papers.table(table).rows[row]
    found = verdict.of(papers.table(table), row, *values)
    return {found[column] for column, cell in cells.items() if cell is not None and cell.verified}


def by_row(table, rows):
    """{row: the verdicts of its checked cells} of one run that gave all these rows."""
    printed = papers.table(table)
    given = {row: verdict.Result({0: columns}, deterministic=True, asked=(0,)) for row, columns in rows.items()}
    found = {row: set() for row in printed.rows}
    for cell in verdict.judge(printed, given):
        if cell.row in found and printed.rows[cell.row].get(cell.column) is not None:
            found[cell.row].add(cell.verdict)
    return found


def of_all(table, rows):
    return set().union(*by_row(table, rows).values())


def test_girls_after_placenta_previa_and_not_of_half_the_births():
    births = conjugate.Births(1.0, 1.0, 437, 980)
    row = "437 girls of 980"
    assert verdicts("gelman2013/births", row, conjugate.births(births, None)) == {"reproduced"}
    for broken in ({"girls": 218, "births": 490}, {"girls": 543}, {"a": 30.0}):
        found = conjugate.births(dataclasses.replace(births, **broken), None)
        assert "not reproduced" in verdicts("gelman2013/births", row, found)


@pytest.mark.parametrize(("row", "deaths", "exposure"), [("one year", 3, 2.0), ("ten years", 30, 20.0)])
def test_deaths_by_asthma_and_not_with_another_prior(row, deaths, exposure):
    intact = conjugate.Deaths(3.0, 5.0, deaths, exposure, 1.0)
    assert verdicts("gelman2013/deaths", row, conjugate.deaths(intact, None)) == {"reproduced"}
    for broken in ({"rate": 4.0}, {"shape": 2.0}, {"deaths": deaths + 1}):
        found = conjugate.deaths(dataclasses.replace(intact, **broken), None)
        assert verdicts("gelman2013/deaths", row, found) == {"not reproduced"}


def animals(tmp_path, study, cfg):
    return study(cfg, Job("grid", 0, tmp_path))


def test_twenty_animals_by_sums_by_draws_and_not_with_other_deaths(tmp_path, monkeypatch):
    sums, throws = integration.Sums(201, 60), integration.Throws(201, 3.0, 20_000)

    def judged():
        rows = animals(tmp_path, integration.bioassay, sums)
        draws = animals(tmp_path, integration.bioassay_draws, throws)
        fit = verdicts("gelman2013/bioassay", "normal fit", rows["normal fit"])
        return of_all("racine1986/sums", rows), of_all("racine1986/draws", draws), fit

    assert judged() == ({"reproduced"},) * 3
    names, rows = papers.rows("racine1986")
    died = ["1", "1", "3", "5"]
    monkeypatch.setattr(papers, "rows", lambda key: (names, [[*r[:2], d] for r, d in zip(rows, died)]))
    assert all("not reproduced" in found for found in judged())


def test_the_sum_over_the_grid_is_the_integral():
    value = integration.bioassay_model().value
    found = dblquad(lambda b, a: math.exp(value(np.array([[a, b]]))[0]), -6, 14, -8, 100, epsabs=0, epsrel=1e-5)[0]
    printed = papers.table("racine1986/sums").rows["Gauss-Hermite"]["log evidence"]
    assert abs(math.log(found) - printed.number) <= printed.half


def test_386_means_of_regressions_and_not_of_data_out_of_step(monkeypatch):
    rows = linear.regressions(linear.Config(301), None)
    assert of_all("posteriordb/linear", rows) == {"reproduced"}
    intact = linear.table
    monkeypatch.setattr(linear, "table", lambda key: {k: _moved(k, v) for k, v in intact(key).items()})
    broken = by_row("posteriordb/linear", linear.regressions(linear.Config(301), None))
    for posterior in {row.partition(":")[0] for row in rows}:
        found = set().union(*(words for row, words in broken.items() if row.partition(":")[0] == posterior))
        assert "not reproduced" in found, posterior


def _moved(name, column):
    return np.roll(column, 1) if name in ("kid_score", "earn", "weight", "partyid7", "y") else column


DENSE = "autoregression", "poisson_process", "lotka_volterra"
CHEAP = "eight_schools", "arma"
DEAR = (
    "garch",
    "autoregression",
    "gaussian_process",
    "poisson_process",
    "kilpisjarvi",
    "hidden_markov",
    "lotka_volterra",
)


@pytest.mark.parametrize("name", [*CHEAP, *(pytest.param(name, marks=pytest.mark.slow) for name in DEAR)])
def test_a_posterior_of_the_database_and_not_of_half_its_data(name, tmp_path, monkeypatch):
    scales = "dense" if name in DENSE else "diagonal"
    table, cfg = f"posteriordb/{name}", posteriors.Config(name, 30, 80, 80, 0.9, scales)

    def judged():
        return by_row(table, posteriors.sampled(cfg, Job(name, 0, tmp_path)))

    assert set().union(*judged().values()) == {"reproduced"}
    intact, schools = linear.table, posteriors.schools()
    monkeypatch.setattr(posteriors, "table", lambda key: {k: v[: (len(v) + 1) // 2] for k, v in intact(key).items()})
    monkeypatch.setattr(posteriors, "schools", lambda: np.roll(schools, 1, axis=1))
    assert "not reproduced" in set().union(*judged().values())


def test_eight_schools_by_the_sum_and_not_with_another_prior():
    rows = run.exactly(run.Prior(5.0, 5.0), None)
    assert of_all("posteriordb/eight_schools", rows) == {"reproduced"}
    for broken in (run.Prior(6.0, 5.0), run.Prior(5.0, 7.0)):
        assert "not reproduced" in of_all("posteriordb/eight_schools", run.exactly(broken, None))


def test_five_samplers_find_the_exact_means_and_with_another_prior_others(tmp_path):
    cfg, rows = run.Config(5.0, 5.0, "non-centred", 40, 60, 60), papers.table("rubin1981/samplers").rows
    found = run.look(cfg, Job("look", 0, tmp_path))
    assert [verdicts("rubin1981/samplers", row, found[row]) for row in rows] == [{"reproduced"}] * 5
    broken = run.samplers(dataclasses.replace(cfg, tau_scale=50.0))["NUTS"](np.random.default_rng(0))
    columns = {name: broken.columns()[name] for name in ("mu", "tau", "theta[1]")}
    assert "not reproduced" in verdicts("rubin1981/samplers", "NUTS", run.worth(broken, columns))


def test_the_nile_and_not_half_of_it(tmp_path, monkeypatch):
    row, tables = "local level", ("durbin2012/nile", "durbin2012/book")
    found = nile.level(nile.Config(60), Job(row, 0, tmp_path))
    assert verdicts(tables[0], row, found) == {"reproduced"}
    assert verdicts(tables[1], row, found) == {"reproduced", "not reproduced"}  # 15099, and 1469.1 for 1469.18
    years, y = nile.flows()
    monkeypatch.setattr(nile, "flows", lambda: (years[:50], y[:50]))
    broken = nile.level(nile.Config(60), Job(row, 0, tmp_path))
    for table in tables:
        assert verdicts(table, row, broken) == {"not reproduced"}
