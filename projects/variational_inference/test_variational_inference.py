"""Facts of the tables, each beside broken variants that must not pass."""

import math
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np
import pytest
from scipy.special import ndtr

import coal
import gaussian
import mixture
import schools
import targets
import weights
from abacus import papers, verdict
from abacus.running.job import Job
from abacus.tensor import Tensor


def verdicts(table, row, *values):
    """The verdicts of the cells that are printed and checked, as a set."""
    cells = papers.table(table).rows[row]
    found = verdict.of(papers.table(table), row, *values)
    return {found[column] for column, cell in cells.items() if cell is not None and cell.verified}


@pytest.mark.parametrize("r", ["0.5", "0.9", "-0.99"])
def test_mean_field_of_correlated_variables_and_of_others(r):
    assert verdicts("bishop2006/correlated", r, gaussian.correlated(gaussian.Correlated(float(r)), None)) == {
        "reproduced"
    }
    other = gaussian.correlated(gaussian.Correlated(0.9 * float(r)), None)
    assert verdicts("bishop2006/correlated", r, other) == {"not reproduced"}


def test_the_expected_precision_is_the_unbiased_one_and_not_of_other_data():
    data = [1.0, 2.0, 6.0]
    for row, lambda0 in (("flat prior", 0.0), ("limit of the conjugate prior", 1e-13)):
        found = gaussian.univariate(gaussian.Univariate(data, lambda0), None)
        assert verdicts("bishop2006/univariate", row, found) == {"reproduced"}
        for broken in (data[:2], [1.0, 2.0, 7.0]):
            found = gaussian.univariate(gaussian.Univariate(broken, lambda0), None)
            assert verdicts("bishop2006/univariate", row, found) == {"not reproduced"}
    mixed = gaussian.univariate(gaussian.Univariate(data, 1e-13), None)
    assert "not reproduced" in verdicts("bishop2006/univariate", "flat prior", mixed)


def test_two_components_survive_and_three_of_three_heaps(tmp_path, monkeypatch):
    found = mixture.faithful(mixture.Config(6, 1e-3, 1.0), Job("Old Faithful", 0, tmp_path))
    assert verdicts("bishop2006/faithful", "Old Faithful", found) == {"reproduced"}
    names, rows = papers.rows("faithful1990")
    far = [[str(float(a) + 100), str(float(b) + 100)] for a, b in rows[:90]]
    monkeypatch.setattr(papers, "rows", lambda key: (names, rows + far))
    found = mixture.faithful(mixture.Config(6, 1e-3, 1.0), Job("Old Faithful", 0, tmp_path))
    assert verdicts("bishop2006/faithful", "Old Faithful", found) == {"not reproduced"}


def changed(tmp_path, shape=1.0):
    return coal.change(coal.Config(shape, 1.0), Job("exact", 0, tmp_path))


def test_the_change_of_rate_is_its_finite_sum(tmp_path, monkeypatch):
    rows = changed(tmp_path)
    for row in ("exact", "mean field"):
        assert verdicts("jarrett1979/change", row, rows[row]) == {"reproduced"}
        assert verdicts("jarrett1979/change", row, changed(tmp_path, 1.1)[row]) == {"not reproduced"}
    first, y = coal.yearly()
    assert (first, y.sum()) == (1851, 191)
    monkeypatch.setattr(coal, "yearly", lambda: (first, np.roll(y, 1)))
    assert "not reproduced" in verdicts("jarrett1979/change", "exact", changed(tmp_path)["exact"])


def test_the_finite_sum_in_whole_numbers():
    getcontext().prec = 40
    _, y = coal.yearly()
    n, before = len(y), np.concatenate([[0], np.cumsum(y)]).tolist()
    total = before[-1]
    terms = {
        k: Fraction(math.factorial(before[k]), (1 + k) ** (1 + before[k]))
        * Fraction(math.factorial(total - before[k]), (1 + n - k) ** (1 + total - before[k]))
        for k in range(1, n)
    }
    evidence = sum(terms.values()) / (math.prod(math.factorial(int(v)) for v in y) * (n - 1))
    printed = papers.table("jarrett1979/change").rows["exact"]
    exact = float((Decimal(evidence.numerator) / Decimal(evidence.denominator)).ln())
    assert abs(exact - printed["log evidence"].number) <= printed["log evidence"].half
    mean = sum(t * Fraction(1 + before[k], 1 + k) for k, t in terms.items()) / sum(terms.values())
    assert abs(float(mean) - printed["rate before"].number) <= printed["rate before"].half


def test_eight_schools_by_another_sum_and_not_with_other_priors():
    rows = schools.quadrature(schools.Exact(5.0, 5.0), None)
    for row in papers.table("rubin1981/exact").rows:
        assert verdicts("rubin1981/exact", row, rows[row]) == {"reproduced"}
    for broken in (schools.Exact(5.5, 5.0), schools.Exact(5.0, 5.5)):
        rows = schools.quadrature(broken, None)
        assert verdicts("rubin1981/exact", "theta 1", rows["theta 1"]) == {"not reproduced"}
    y, sd = schools.schools()
    mu, log_tau = np.linspace(-40, 45, 1201)[:, None, None], np.linspace(-25, 12, 1201)[:, None]
    spread = sd**2 + np.exp(2 * log_tau)
    logs = (-0.5 * (y - mu) ** 2 / spread - 0.5 * np.log(2 * math.pi * spread)).sum(axis=2)
    logs += -0.5 * (mu[..., 0] / 5) ** 2 - np.log1p((np.exp(log_tau[:, 0]) / 5) ** 2) + log_tau[:, 0]
    p = np.exp(logs - logs.max())
    printed = papers.table("rubin1981/exact").rows["mu"]["mean"]
    assert abs((p * mu[..., 0]).sum() / p.sum() - printed.number) <= printed.half


CONSTANTS = {"normal": 2 * math.pi * math.sqrt(0.19), "wave": 1.6 * math.pi, "banana": math.pi}


@pytest.mark.parametrize("name", targets.TARGETS)
def test_constants_of_the_densities(name):
    value = targets.log_constant(targets.TARGETS[name])
    printed = papers.table("rezende2015/constants").rows[f"{name}: planar flow"]["log Z"]
    cut = 2 * ndtr(-math.sqrt(2 * targets.EDGE + 1)) if name == "banana" else 0.0  # of its arms, which leave the grid
    assert abs(value - printed.number) <= printed.half + cut
    if name in CONSTANTS:
        assert abs(math.log(CONSTANTS[name]) - printed.number) <= printed.half


def test_half_the_step_changes_nothing_of_the_ring_s_constant():
    z, cell = targets.grid(points=2 * targets.POINTS - 1)
    finer = np.log(np.exp(targets.ring(Tensor(z)).value).sum() * cell)
    assert finer == pytest.approx(targets.log_constant(targets.ring), abs=1e-12)


def followed(tmp_path, family, steps=400):
    cfg = targets.Config("normal", family, steps, 32, 0.02, 20_000)
    return targets.followed(cfg, Job("x", 0, tmp_path / family))[0]


def test_a_flow_knows_the_constant_of_a_normal_law_and_a_shifted_density_s_is_another(tmp_path, monkeypatch):
    row, table = "normal: coupling flow", "rezende2015/constants"
    assert verdicts(table, row, followed(tmp_path, "coupling flow")) == {"reproduced"}
    plain = targets.TARGETS["normal"]
    monkeypatch.setitem(targets.TARGETS, "normal", lambda z: plain(z) + 0.1)
    assert verdicts(table, row, followed(tmp_path, "coupling flow")) == {"not reproduced"}


def test_mean_field_by_gradients_is_mean_field_by_formula(tmp_path):
    """KL(q, p) of the closest product is −½ log(1 − 0.81); gradients come as near as the draws of the bound tell."""
    found = followed(tmp_path, "mean field", 1000)
    gap, error = found["KL(q, p)"]
    assert abs(gap + 0.5 * math.log(0.19)) <= 5 * error + 1e-3
    assert found["steps lost"] == 0


def test_full_rank_misses_nothing_of_a_normal_law(tmp_path):
    gap, error = followed(tmp_path, "full rank", 1000)["KL(q, p)"]
    assert abs(gap) <= 5 * error + 1e-3


def test_bounds_lie_below_the_evidence_of_eight_schools(tmp_path):
    gaps = {}
    for model in schools.MODELS:
        cfg = schools.Config(5.0, 5.0, model, "mean field", 800, 16, 0.05, 20_000)
        gaps[model] = schools.approximate(cfg, Job(model, 0, tmp_path / model))["KL(q, p)"]
    assert all(gap > 5 * error for gap, error in gaps.values())
    assert gaps["non-centred"][0] < gaps["centred"][0]


def test_both_ways_to_write_the_schools_are_one_density():
    y, sd = schools.schools()
    rng = np.random.default_rng(0)
    eta, mu, log_tau = rng.standard_normal((5, 8)), rng.standard_normal((5, 1)), rng.standard_normal((5, 1))
    free = schools.NonCentred(y, sd, 5.0, 5.0)(Tensor(np.hstack([eta, mu, log_tau]))).value
    theta = mu + np.exp(log_tau) * eta
    plain = schools.Centred(y, sd, 5.0, 5.0)(Tensor(np.hstack([theta, mu, log_tau]))).value
    assert np.allclose(free, plain + 8 * log_tau[:, 0])  # the volume of η → θ


def test_weights_that_are_a_law_learn_digits_and_count_double(dataset, tmp_path):
    dataset("mnist")
    cfg = weights.Config(1000, [30], 0.05, 0.5, 1.0, 0.0025, "Adam", 3, 50, 0.002, 4)
    found = weights.by_backprop(cfg, Job("look", 0, tmp_path))
    assert found["weights"] == 785 * 30 + 31 * 10
    assert found["test error"] < 60  # chance is 90
