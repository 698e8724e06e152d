"""Facts of searches, surrogates and schedules; and that a search which does not listen is found out."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.stats import qmc

import designs
import digits
import ego
import functions
import halving
import improvement
import run
import searches
from abacus import papers, verdict
from abacus.errors import BadInput
from abacus.evidence import records
from abacus.running.job import Job
from evolution import Evolution
from fidelity import Fidelities
from parzen import Mixture
from surrogate import KERNELS, Kriging

EPS = np.finfo(float).eps
RESULTS = Path(__file__).parent / "results"
STOPPED = papers.table("jones1998/stopped")
GIVEN_UP = 40  # evaluations: conf/experiment/controls.yaml


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def sample():
    x = designs.latin_hypercube(15, 2, rng())
    return x, functions.branin(x)


def central(f, x):
    """Central differences, whose error is about eps^(2/3) of the third derivative's size."""
    steps = np.eye(len(x)) * EPS ** (1 / 3)
    return np.array([(f(x + s) - f(x - s)) / (2 * EPS ** (1 / 3)) for s in steps])


# Designs


@pytest.mark.parametrize("d", [1, 2, 7, designs.MOST])
def test_sobols_points_are_those_of_scipy(d):
    assert np.array_equal(designs.sobol(200, d), qmc.Sobol(d, scramble=False).random_base2(8)[:200])


def test_a_shifted_sobol_sequence_still_has_one_point_in_each_cell():
    x = designs.sobol(64, 2, rng())
    for k in range(7):  # boxes of 2^-k by 2^-(6 - k)
        cells = np.floor(x * [2**k, 2 ** (6 - k)])
        assert len(np.unique(cells, axis=0)) == 64


@pytest.mark.parametrize("make", [designs.latin_hypercube, designs.even_hypercube])
def test_a_latin_hypercube_has_one_point_in_each_slice(make):
    x = make(12, 3, rng())
    assert (np.sort(np.floor(12 * x), axis=0) == np.arange(12)[:, None]).all()


def test_the_discrepancy_is_that_of_scipy():
    x = rng().random((20, 3))
    assert designs.discrepancy(x) == pytest.approx(qmc.discrepancy(x, method="CD"), rel=20**2 * EPS)


def test_a_grid_has_as_many_points_as_fit():
    assert designs.grid(60, 2).shape == (49, 2) and designs.grid(7, 3).shape == (1, 3)


def test_59_draws_are_needed_and_58_are_too_few():
    n = designs.draws_needed(0.05, 0.95)
    assert 1 - 0.95**n >= 0.95 > 1 - 0.95 ** (n - 1)


# The surrogate


@pytest.mark.parametrize(("kernel", "noise"), list(itertools.product(KERNELS, (False, True))))
def test_the_gradient_of_the_likelihood_is_that_of_differences(sample, kernel, noise):
    model = Kriging(kernel, noise).fit(*sample, rng())
    at = np.array([0.5, -0.5] + [1.7, 1.4] * (kernel == "power") + [-4.0] * noise)
    slope = model._negative(at)[1]
    assert slope == pytest.approx(central(lambda p: model._negative(p)[0], at), rel=EPS ** (1 / 3), abs=EPS ** (1 / 3))


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_prediction_is_the_plain_formula(sample, kernel):
    x, y = sample
    model = Kriging(kernel, noise=True).fit(x, y, rng())
    at, one = rng(1).random((5, 2)), np.ones(len(y))
    full = model._between(x, x) + model.noise_ * np.eye(len(y))
    inverse, r = np.linalg.inv(full), model._between(at, x)
    mean = one @ inverse @ y / (one @ inverse @ one)
    left = 1 - r @ inverse @ one
    share = 1 - np.sum(r @ inverse * r, axis=1) + left**2 / (one @ inverse @ one)
    variance = (y - mean) @ inverse @ (y - mean) / len(y)
    found = model.predict(at)
    close = np.linalg.cond(full) * EPS * len(y)
    assert found[0] == pytest.approx(mean + r @ inverse @ (y - mean), rel=close)
    assert found[1] ** 2 == pytest.approx(variance * share, abs=variance * close)
    assert np.diag(model.covariance(at)) == pytest.approx(found[1] ** 2, abs=variance * close)


def test_exact_values_are_met_and_nothing_is_unknown_there(sample):
    model = Kriging("power").fit(*sample, rng())
    mean, deviation = model.predict(sample[0])
    assert mean == pytest.approx(sample[1], abs=np.sqrt(EPS) * np.ptp(sample[1]))
    assert (deviation < EPS**0.25 * np.sqrt(model.variance_)).all()


@pytest.mark.parametrize(("kernel", "bound"), list(itertools.product(KERNELS, (False, True))))
def test_acquisitions_know_their_slope(sample, kernel, bound):
    model = Kriging(kernel, noise=True).fit(*sample, rng())
    best = sample[1].min()
    acquisition = improvement.Bound(model, 4.0) if bound else improvement.Improvement(model, best)
    at = np.array([0.31, 0.67])
    value, slope = acquisition.climb(at)
    assert -value == pytest.approx(acquisition(at[None])[0], rel=EPS ** (1 / 3))
    assert slope == pytest.approx(central(lambda p: acquisition.climb(p)[0], at), rel=EPS**0.25)


@pytest.mark.parametrize("z", [-3.0, -1.0, 0.0, 2.0])
def test_expected_improvement_is_the_integral(z):
    mean, deviation = 1.0, 0.5
    best = mean + z * deviation
    plain, error = quad(
        lambda y: (best - y) * np.exp(-(((y - mean) / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi)),
        mean - 40 * deviation, best, points=[mean - deviation],
    )  # fmt: skip
    assert improvement.expected_improvement(best, mean, deviation) == pytest.approx(plain, abs=2 * error)
    assert improvement.log_improvement(best, mean, deviation) == pytest.approx(np.log(plain), abs=2 * error / plain)


@pytest.mark.parametrize("z", [-10.0, -24.9, -25.1, -100.0, -1e4])
def test_the_logarithm_goes_on_where_the_improvement_is_0_to_a_computer(z):
    scaled = quad(lambda v: v * np.exp(-v - (v / z) ** 2 / 2), 0, np.inf)[0]  # E = φ(z)/z² times this
    known = -z * z / 2 - np.log(2 * np.pi) / 2 - 2 * np.log(-z) + np.log(scaled)
    assert improvement.log_improvement(z, 0.0, 1.0) == pytest.approx(known, abs=max(6 / z**2, z * z * EPS))


def test_several_points_at_once_are_apart():
    search = improvement.Bayesian(designs.latin_hypercube(6, 2, rng()), rng())
    for _ in range(6):
        point = search.ask()
        search.tell(point, functions.branin(point))
    ahead = [search.ask() for _ in range(3)]
    assert min(np.abs(a - b).max() for a, b in itertools.combinations(ahead, 2)) > 0.01


def test_a_search_of_choices_stays_on_them_and_infinite_values_do_not_end_it():
    search = improvement.Bayesian(designs.latin_hypercube(4, 2, rng()), rng(), cells=np.array([3, 0]))
    found = []
    for k in range(12):
        found.append(search.ask())
        assert found[-1][0] * 6 in (1, 3, 5)
        search.tell(found[-1], np.inf if k == 0 else float(found[-1].sum()))
    assert np.mean([point[0] * 6 == 1 for point in found[6:]]) > 0.5


# Other searches


@pytest.mark.parametrize("name", ["tpe", "cma"])
def test_only_the_order_of_the_values_counts(name):
    def points(scale):
        return searches.minimise(searches.POINTS[name]([0, 0], 40, rng()), lambda u: scale(functions.branin(u)), 40)[0]

    assert np.array_equal(points(float), points(np.log))


def test_the_density_of_good_points_is_one():
    ticks = (np.arange(300) + 0.5) / 300
    at = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    some = Mixture(rng().random((4, 2)), np.array([0, 0]))
    assert np.exp(some.log_density(at)).mean() == pytest.approx(1, abs=300**-2)  # the middle rule's error
    three = Mixture((rng().integers(3, size=(4, 1)) + 0.5) / 3, np.array([3]))
    assert np.exp(three.log_density((np.arange(3)[:, None] + 0.5) / 3)).mean() == pytest.approx(1, abs=10 * EPS)


def test_draws_from_the_density_fall_where_it_says():
    some = Mixture(np.array([[0.2], [0.9]]), np.array([0]))
    x = some.draw(20000, rng())
    ticks = (np.arange(1000) + 0.5)[:, None] / 1000
    share = np.exp(some.log_density(ticks))[:500].sum() / 1000
    assert np.mean(x < 0.5) == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(x)))


def test_the_cloud_learns_the_axes_of_a_bowl():
    search, scale = Evolution(4, rng(), step=0.2), np.array([1.0, 10, 100, 1000])
    values = searches.minimise(search, lambda u: float(scale**2 @ (u - 0.4) ** 2), 3000)[1]
    assert values.min() < EPS
    axes = np.sqrt(np.diag(search.covariance))
    assert (np.diff(axes) < 0).all()


def test_every_search_beats_random_draws_in_six_dimensions():
    def regret(name):
        runs = [
            searches.minimise(searches.POINTS[name]([0] * 6, 40, rng(s)), functions.hartman6, 40)[1].min()
            for s in range(2)
        ]
        return np.mean(runs)

    assert max(map(regret, ("ego", "tpe"))) < regret("random")


@pytest.mark.parametrize("name", functions.FUNCTIONS)
def test_the_minima_are_the_known_ones(name):
    known = {"Branin": "0.397887", "Goldstein-Price": "3.00000", "Hartman-3": "-3.86278", "Hartman-6": "-3.32237"}[name]
    assert f"{functions.least(name):.{len(known.split('.')[1])}f}" == known
    at = np.array(functions.MINIMA[name])
    slope = approx_fprime(at, lambda u: float(functions.FUNCTIONS[name](u)))
    corner = functions.FUNCTIONS[name](np.zeros(len(at)))
    assert np.abs(slope).max() < abs(corner - functions.least(name))


# Little to many, more to the best


def test_no_bracket_uses_more_than_its_share():
    for most, eta in ((81, 3), (27, 3), (64, 4), (100, 2), (1, 3)):
        plan = halving.brackets(most, eta)
        for rows in plan:
            assert rows[-1][1] <= most and all(n >= 1 for n, _ in rows)
            assert all((b, s) == (a // eta, r * eta) for (a, r), (b, s) in itertools.pairwise(rows))
            n, r = rows[0]
            assert n * r <= len(plan) * most + eta ** len(plan)


def played(plan, trials, value):
    """[(trial, value)] of a plan whose trials are done one after the other."""
    found = []
    for _ in range(trials):
        trial = plan.ask()
        found.append((trial, value(trial)))
        plan.tell(*found[-1])
    return found


def test_successive_halving_keeps_the_best_of_each_rung():
    source = rng()
    plan = halving.Hyperband([halving.rungs(9, 1, 3, 9)], lambda: source.random(1))
    found = played(plan, 13, lambda trial: float(trial.point[0]))
    rungs = [[v for t, v in found if t.resource == r] for r in (1, 3, 9)]
    assert [len(rung) for rung in rungs] == [9, 3, 1]
    assert rungs[1] == sorted(rungs[0])[:3] and rungs[2] == sorted(rungs[0])[:1]


def test_a_rung_waits_for_its_last_trial_and_asha_does_not():
    plan = halving.Hyperband([halving.rungs(3, 1, 3, 9)], lambda: np.zeros(1))
    trials = [plan.ask() for _ in range(3)]
    assert plan.ask() is None
    for trial in trials:
        plan.tell(trial, 0.0)
    assert plan.ask().resource == 3
    free = halving.Asha(1, 9, 3, lambda: np.zeros(1))
    assert [free.ask().resource for _ in range(5)] == [1] * 5


def test_asha_lets_the_best_third_of_a_rung_go_up_and_a_few_that_were_among_them_once():
    source = rng()
    plan = halving.Asha(1, 9, 3, lambda: source.random(1))
    found = played(plan, 200, lambda trial: float(trial.point[0]))
    while (last := plan.ask()).resource > 1:
        plan.tell(last, float(last.point[0]))
    for k in (0, 1):
        best = sorted(plan.found[k], key=lambda f: f[:2])[: len(plan.found[k]) // 3]
        assert {number for _, number, _ in best} <= plan.promoted[k] and len(plan.promoted[k]) < len(plan.found[k])
    assert min(found, key=lambda f: f[1])[0].point in [point for *_, point in plan.found[2]]


def test_bohb_learns_where_to_draw():
    plan = searches.PLANS["bohb"]([0], (1, 9, 3), rng())
    found = played(plan, 120, lambda trial: float((trial.point[0] - 0.3) ** 2))
    new = [abs(t.point[0] - 0.3) for t, _ in found if t.place == (0,)]
    assert np.median(new[-20:]) < np.median(new[:9]) / 2


def test_cheap_evaluations_are_bought_where_they_tell_what_dear_ones_would():
    plan = Fidelities(designs.latin_hypercube(10, 2, rng()), [1, 3, 9], rng())
    found = played(plan, 20, lambda trial: functions.branin(trial.point))
    assert np.mean([trial.resource < 9 for trial, _ in found[10:]]) > 0.5


# Wrong input


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Kriging("cubic"),
        lambda: Kriging().fit(np.zeros((1, 2)), [0.0], rng()),
        lambda: Kriging().fit(np.array([[0.0], [np.nan]]), [0.0, 1.0], rng()),
        lambda: Kriging().fit(np.array([[0.0], [1.0]]), [0.0, np.inf], rng()),
        lambda: Kriging().fit(np.array([[0.0], [1.0]]), [0.0], rng()),
        lambda: Kriging().fit(np.array([[0.0], [1.0]]), [0.0, 1.0], rng()).predict([[0.0, 1.0]]),
        lambda: designs.sobol(4, 17),
        lambda: halving.brackets(81, 1),
        lambda: halving.Asha(1, 0, 3, None),
        lambda: Evolution(0, rng()),
        lambda: improvement.Bayesian([], rng()),
    ],
)
def test_wrong_input_is_said_in_one_line(wrong):
    with pytest.raises(BadInput) as error:
        wrong()
    assert len(str(error.value).splitlines()) == 1


def test_equal_points_and_equal_values_are_no_trouble():
    x = np.repeat(designs.latin_hypercube(4, 2, rng()), 2, axis=0)
    assert np.isfinite(Kriging("squared exponential").fit(x, x.sum(axis=1), rng()).predict(x)).all()
    mean, deviation = Kriging("Matern", noise=True).fit(x, np.full(8, 3.0), rng()).predict(rng().random((5, 2)))
    assert mean == pytest.approx(3.0) and np.isfinite(deviation).all()


# The tables


def test_ego_that_goes_anywhere_is_not_reproduced_and_ego_is():
    """On the hundred seeds of each table: the fault, and the intact search beside it, given up as early."""

    def evaluations(name):
        found = {}
        for row, about in records.read_results(RESULTS / f"{name}.json")["values"].items():
            seeds = {int(s): v if v and v["evaluations"] <= GIVEN_UP else None for s, v in about["seeds"].items()}
            found[row] = verdict.Result(seeds, asked=tuple(seeds))
        return {c.row: c.verdict for c in verdict.judge(STOPPED, found) if c.column == "evaluations"}

    intact, broken = evaluations("stopped"), evaluations("controls")
    for row in ("Branin", "Goldstein-Price"):
        assert (intact[row], broken[row]) == ("consistent", "not reproduced")


def test_ego_that_goes_anywhere_needs_more_evaluations(tmp_path):
    settings = {
        "function": "Branin",
        "scale": "as it is",
        "kernel": "squared exponential",
        "first": 21,
        "enough": 0.01,
        "most": 40,
    }

    def run_of(way):
        try:
            return ego.ego(ego.Ego(next=way, **settings), Job(way, 0, tmp_path / way))["evaluations"]
        except FloatingPointError:
            return np.inf

    assert run_of("largest improvement") < run_of("anywhere")


def test_until_ends_within_its_share_of_the_minimum(tmp_path):
    cfg = ego.Until("Branin", "as it is", "squared exponential", 21, "largest improvement", 1.0, 60)
    job = Job("Branin", 0, tmp_path)
    found = ego.until(cfg, job)
    errors = [line["error"] for line in job.logged()]
    assert errors[-1] <= 1 and all(e > 1 for e in errors[:-1]) and found["evaluations"] == 20 + len(errors)


@pytest.mark.parametrize(("formula", "name"), [("journal", "schedule"), ("first version", "schedule_first")])
def test_another_eta_is_not_the_printed_schedule(formula, name):
    table = papers.table(f"li2018/{name}")

    def words(eta):
        found = halving.schedule(halving.Schedule(81, eta, formula), None)
        return {w for row in table.rows for w in verdict.of(table, row, found.get(row, {})).values() if w}

    assert words(3) == {"reproduced"} and "not reproduced" in words(2)


def test_half_the_draws_are_not_the_rule(tmp_path):
    table = papers.table("bergstra2012/draws")

    def judged(draws):
        cfg = designs.Draws(draws, 0.05, 4000, "random")
        return verdict.of(table, "random", designs.draws(cfg, Job("random", 0, tmp_path / str(draws))))

    assert set(judged(60).values()) == {"reproduced"} and set(judged(30).values()) == {"not reproduced"}
    rule = papers.table("bergstra2012/rule")
    assert set(verdict.of(rule, "random", designs.rule(designs.Rule(60, 0.05, 0.95), None)).values()) == {"reproduced"}
    assert "not reproduced" in verdict.of(rule, "random", designs.rule(designs.Rule(30, 0.05, 0.95), None)).values()


def test_the_race_is_of_eight_searches(tmp_path):
    found = run.race(run.Config("Branin", 12), Job("run", 0, tmp_path))
    assert set(found) == set(searches.POINTS) and all(v["end"] <= v["half"] for v in found.values())


def test_digits_are_learnt_and_infinite_weights_are_the_worst():
    x, labels = digits.flat(np.eye(10).reshape(10, 2, 5)), np.arange(10)
    assert digits.wrong(digits.trained(x, labels, (1.0, 1e-6, 5), 50, rng()), x, labels) == 0
    assert digits.wrong(digits.trained(x, labels, (1e30, 1e30, 5), 5, rng()), x, labels) == digits.WORST
