"""Facts of the methods: what each must equal, however it is computed."""

import itertools
import math

import numpy as np
import pytest

import choice
import counts
import em
import ideal
import likelihood
import resampling
import run
import school
import stein
from abacus import settings
from abacus.errors import BadInput
from glm import FAMILIES, GeneralisedLinearModel
from resampling import correlation

RNG = np.random.default_rng


def mean(x):
    return x.mean(-1)


def slope(function, theta, h=1e-5):
    """Central differences."""
    return np.array([(function(theta + h * e) - function(theta - h * e)) / (2 * h) for e in np.eye(len(theta))])


@pytest.mark.parametrize(
    ("model", "theta"),
    [
        (likelihood.Cauchy(RNG(0).standard_cauchy(30)), np.array([0.3])),
        (likelihood.NegativeBinomial([213, 128, 37, 18, 3, 1]), np.array([3.0])),
        (em.Linkage([125, 18, 20, 34]), np.array([0.4])),
    ],
)
def test_scores_and_informations_are_derivatives(model, theta):
    size = abs(model.log_likelihood(theta))
    error = 1e-5**2 * size * 100 + 1e-16 * size / 1e-5 * 100
    assert np.abs(model.score(theta) - slope(model.log_likelihood, theta)).max() <= error
    assert np.abs(model.observed(theta) + slope(model.score, theta)).max() <= error * 10


def test_expected_informations_are_means_of_observed_ones():
    draws = RNG(1).standard_cauchy((20_000, 10))
    seen = np.array([likelihood.Cauchy(x).observed([0.0])[0, 0] for x in draws])
    assert abs(seen.mean() - 5) <= 5 * seen.std() / math.sqrt(len(seen))
    model = em.Linkage([125, 18, 20, 34])
    q, _ = model.cells(0.6)
    seen = np.array([em.Linkage(c).observed([0.6])[0, 0] for c in RNG(1).multinomial(197, q, 4000)])
    assert abs(seen.mean() - model.expected([0.6])[0, 0]) <= 5 * seen.std() / math.sqrt(len(seen))


@pytest.mark.parametrize("climb", [likelihood.newton, likelihood.scoring])
@pytest.mark.parametrize("start", [0.0, -40.0, 1e3])
def test_a_climb_from_afar_ends_where_the_slope_is_0(climb, start):
    model = likelihood.Cauchy(RNG(3).standard_cauchy(25) + 2)
    found = climb(model, [start])
    assert abs(model.score(found.theta)[0]) < 1e-9
    assert np.all(np.diff([model.log_likelihood(p) for p in found.path]) >= -1e-9)
    assert climb is likelihood.scoring or start == 0.0 or found.replaced > 0


def design(n=60, p=3, seed=0):
    rng = RNG(seed)
    x = rng.standard_normal((n, p))
    return x, x @ np.linspace(0.5, -0.5, p) + 0.3, rng


@pytest.mark.parametrize(
    ("family", "link"), [(name, link) for name, family in FAMILIES.items() for link in family.links]
)
def test_a_fit_is_a_maximum_whose_covariance_is_the_inverse_information(family, link):
    x, eta, rng = design()
    model = GeneralisedLinearModel(family, link)
    m = rng.integers(1, 9, len(x)).astype(float) if family == "binomial" else np.ones(len(x))
    means = model._parts()[1].mean(eta)
    y = {
        "normal": lambda: means + rng.standard_normal(len(x)),
        "binomial": lambda: rng.binomial(m.astype(int), means).astype(float),
        "poisson": lambda: rng.poisson(means).astype(float),
    }[family]()
    model.fit(x, y, trials=m if family == "binomial" else None)
    beta = np.array([model.intercept_, *model.coef_])
    full, (parts, g) = np.column_stack([np.ones(len(x)), x]), model._parts()
    share = y / m if family == "binomial" else y

    def half_deviance(b):
        return parts.deviance(share, g.mean(full @ b), g.other(full @ b), m).sum() / 2

    assert np.abs(slope(half_deviance, beta)).max() <= 1e-6 * (1 + half_deviance(beta))
    mu, s = g.mean(full @ beta), g.slope(full @ beta)
    information = full.T @ ((m * s**2 / parts.variance(mu, 1 - mu))[:, None] * full)
    assert np.allclose(model.covariance_ @ information, model.dispersion_ * np.eye(4), atol=1e-9)
    assert model.score(x, y, trials=m if family == "binomial" else None) == pytest.approx(
        1 - model.deviance_ / model.null_deviance_
    )
    assert model.bic_ - model.aic_ == pytest.approx((math.log(len(x)) - 2) * (4 + (family == "normal")))


def test_statsmodels_and_scikit_learn_find_the_same():
    sm = pytest.importorskip("statsmodels.api")
    x, eta, rng = design()
    y = rng.poisson(np.exp(eta)).astype(float)
    ours, theirs = (
        GeneralisedLinearModel("poisson").fit(x, y),
        sm.GLM(y, sm.add_constant(x), sm.families.Poisson()).fit(),
    )
    assert np.allclose([ours.intercept_, *ours.coef_], theirs.params, atol=1e-8)
    assert np.allclose(ours.standard_errors_, theirs.bse, atol=1e-8)
    assert ours.aic_ == pytest.approx(theirs.aic)


def test_trials_in_one_row_or_in_many_are_the_same_and_an_offset_moves_the_constant():
    x, eta, rng = design(20)
    m = rng.integers(2, 6, 20)
    y = rng.binomial(m, 1 / (1 + np.exp(-eta)))
    grouped = GeneralisedLinearModel("binomial").fit(x, y, trials=m)
    rows = np.repeat(np.arange(20), m)
    ones = np.concatenate([[1.0] * k + [0.0] * (n - k) for k, n in zip(y, m)])
    single = GeneralisedLinearModel("binomial").fit(x[rows], ones)
    assert np.allclose(grouped.coef_, single.coef_) and np.allclose(grouped.standard_errors_, single.standard_errors_)
    moved = GeneralisedLinearModel("binomial").fit(x, y, trials=m, offset=np.full(20, 0.7))
    assert moved.intercept_ == pytest.approx(grouped.intercept_ - 0.7) and np.allclose(moved.coef_, grouped.coef_)
    assert moved.null_deviance_ == pytest.approx(grouped.null_deviance_)


def test_units_and_places_of_columns_change_nothing_but_the_coefficients():
    x, eta, rng = design()
    y = rng.poisson(np.exp(eta)).astype(float)
    plain = GeneralisedLinearModel("poisson").fit(x, y)
    far = GeneralisedLinearModel("poisson").fit(x * [1e-6, 1.0, 1e6] + [0, 1e4, 0], y)
    assert far.deviance_ == pytest.approx(plain.deviance_, rel=1e-9)
    assert np.allclose(far.coef_ * [1e-6, 1.0, 1e6], plain.coef_, rtol=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_estimator_checks_pass(estimator_checks):
    estimator_checks(GeneralisedLinearModel, "Regressor")


def test_the_jackknife_of_a_mean_is_the_textbook_s_and_mends_the_variance():
    x = RNG(0).standard_normal(12)
    jack = resampling.jackknife(mean, x)
    assert jack.se == pytest.approx(x.std(ddof=1) / math.sqrt(12)) and abs(jack.bias) < 1e-14
    jack = resampling.jackknife(lambda s: s.var(-1), x)
    assert jack.estimate - jack.bias == pytest.approx(x.var(ddof=1))


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_gray_code_visits_what_brute_force_draws(n):
    x, y = np.arange(n) ** 2, np.array([3, 1, 4, 1, 5])[:n]
    tuples = np.array(list(itertools.product(range(n), repeat=n)))
    r = correlation(np.column_stack([x, y])[tuples].astype(float))
    defined = r[np.isfinite(r)]
    found = ideal.bootstrap(x, y)
    assert found.resamples == math.comb(2 * n - 1, n)
    assert (found.defined, found.undefined) == (len(defined), n**n - len(defined))
    assert found.mean == pytest.approx(defined.mean(), abs=1e-14) and found.se == pytest.approx(
        defined.std(), abs=1e-12
    )
    bins = np.array([ideal._bin(value) for value in defined])
    near = np.abs(np.sort(bins) - np.repeat(np.arange(ideal.BINS), found.histogram)).max()
    assert near <= 1  # a value on the edge of a bin may fall to either side


def test_a_random_bootstrap_agrees_with_the_ideal_one():
    pairs = np.column_stack([np.arange(8), [3, 1, 4, 1, 5, 9, 2, 6]])
    whole, drawn = ideal.bootstrap(*pairs.T), resampling.bootstrap(correlation, pairs, 40_000, RNG(0))
    error = drawn.se / math.sqrt(len(drawn.values))
    assert abs(drawn.values.mean() - whole.mean) <= 5 * error and abs(drawn.se - whole.se) <= 5 * error
    assert np.abs(np.array(resampling.percentile(drawn.values, 0.9)) - whole.quantile([0.05, 0.95])).max() < 0.02


def test_bca_is_the_percentile_interval_where_nothing_is_skew():
    x = np.concatenate([[-3, -1, 1, 3], np.zeros(1)])
    jack = resampling.jackknife(mean, x)
    values = np.concatenate([np.linspace(-2, 2, 401)])
    assert resampling.bca(values, jack, 0.9) == pytest.approx(resampling.percentile(values, 0.9))


def test_bca_agrees_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    x = RNG(5).exponential(size=20)
    theirs = stats.bootstrap((x,), np.mean, n_resamples=20_000, confidence_level=0.9, method="BCa", rng=RNG(0))
    drawn = resampling.bootstrap(mean, x, 20_000, RNG(1))
    ours = resampling.bca(drawn.values, resampling.jackknife(mean, x), 0.9)
    assert np.abs(np.array(ours) - theirs.confidence_interval).max() <= 0.1 * drawn.se


def test_dealing_at_random_comes_close_to_all_dealings():
    pairs = np.column_stack([[1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5]]).astype(float)
    seen = abs(correlation(pairs))
    ways = [abs(correlation(np.column_stack([pairs[:, 0], p]))) for p in itertools.permutations(pairs[:, 1])]
    exact = np.mean(np.array(ways) >= seen - 1e-12)
    p = resampling.permutation(pairs, 20_000, RNG(0))
    assert abs(p - exact) <= 5 * math.sqrt(exact * (1 - exact) / 20_000) + 1 / 20_000


def test_the_exact_risk_is_between_2_and_p_and_that_of_simulation():
    assert stein.risk(7, 0.0) == pytest.approx(2, abs=1e-14)
    risks = [stein.risk(7, s) for s in (0, 1, 10, 100, 1e4)]
    assert np.all(np.diff(risks) > 0) and risks[-1] < 7
    rng, truth = RNG(0), np.full(7, math.sqrt(10 / 7))
    loss = np.array([((stein.james_stein(truth + rng.standard_normal(7)) - truth) ** 2).sum() for _ in range(20_000)])
    assert abs(loss.mean() - risks[2]) <= 5 * loss.std() / math.sqrt(len(loss))


def test_equal_means_stay_and_a_factor_below_0_is_0():
    assert np.array_equal(stein.towards_mean([2.0] * 5), [2.0] * 5)
    assert np.array_equal(stein.james_stein([0.0] * 5), [0.0] * 5)
    assert np.array_equal(stein.positive_part([0.1, -0.1, 0.1]), np.zeros(3))


def test_a_polynomial_s_units_do_not_matter_and_leave_one_out_is_the_formula():
    rng = RNG(0)
    x = rng.uniform(40, 230, 30)
    y = np.sin(x / 50) + 0.1 * rng.standard_normal(30)
    found, other = choice.criteria(choice.powers(x, 4), y), choice.criteria(choice.powers(1e3 * x + 7, 4), y)
    assert found == pytest.approx(other)
    refits = [(y[i] - np.polyval(np.polyfit(np.delete(x, i), np.delete(y, i), 4), x[i])) ** 2 for i in range(30)]
    assert found.leave_one_out == pytest.approx(np.mean(refits), rel=1e-6)


def test_constant_counts_and_the_lesson_s_small_example():
    assert counts.poisson([7, 0, 0])[:3] == (0.0, 0.0, 0.0)
    x = np.array([1.0, 2, 6])
    jack = resampling.jackknife(mean, x)
    assert jack.values.tolist() == [4, 3.5, 1.5] and jack.se == pytest.approx(math.sqrt(7 / 3))
    assert math.comb(5, 3) == 10 == ideal.bootstrap([1, 2, 6], [1, 2, 6]).resamples
    assert run.moments(np.array([1.0, 3.0]), 1.0)["bias"][0] == 1.0


ROWS = np.arange(6.0)[:, None]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: likelihood.newton(em.Linkage([1, 2, 3, 4]), [1.5]), "wanted a point inside"),
        (lambda: likelihood.scoring(likelihood.NegativeBinomial([3, 0, 2]), [-1.0]), "wanted a point inside"),
        (lambda: likelihood.newton(likelihood.Cauchy([1.0, 2.0]), [math.nan]), "wanted a point inside"),
        (lambda: likelihood.Cauchy([]), "at least one number"),
        (lambda: likelihood.Cauchy(["a"]), "wanted numbers"),
        (lambda: em.Linkage([1, 0, 0, 3]), "among the others"),
        (lambda: em.Linkage([1, 2, 3]), "wanted four"),
        (lambda: em.Linkage([1, 20, 20, 0]), "at the edge"),
        (lambda: likelihood.newton(likelihood.Cauchy([1.0, 2.0]), [1.0, 2.0]), "wanted 1 number"),
        (lambda: likelihood.newton(likelihood.Cauchy([1.0, 2.0]), ["x"]), "wanted numbers"),
        (lambda: likelihood.plain(likelihood.NegativeBinomial([3, 0, 2]), [-1.0], 1e-6), "wanted a point inside"),
        (lambda: counts.poisson([0, 0]), "not all of them 0"),
        (lambda: counts.poisson([1, -2]), "at least 0"),
        (lambda: likelihood.NegativeBinomial([5]), "not above the mean"),
        (lambda: resampling.jackknife(mean, [1.0]), "wanted 2 or more"),
        (lambda: resampling.jackknife(correlation, np.ones((4, 2))), "not defined"),
        (lambda: resampling.bootstrap(correlation, np.ones((4, 2)), 10, RNG(0)), "do the data vary"),
        (lambda: resampling.bootstrap(mean, [1.0, math.inf], 10, RNG(0)), "all finite"),
        (lambda: resampling.bootstrap(mean, [1.0, 2.0], 1, RNG(0)), "at least 2"),
        (lambda: resampling.percentile([1.0, 2.0], 1.0), "above 0 and below 1"),
        (lambda: resampling.percentile([], 0.9), "at least one number"),
        (lambda: resampling.percentile([1.0, math.nan], 0.9), "all of them finite"),
        (lambda: resampling.jackknife(np.mean, [1.0, 2.0, 6.0]), "one number of each"),
        (lambda: resampling.bootstrap(np.mean, [1.0, 2.0, 6.0], 10, RNG(0)), "one number of each"),
        (lambda: resampling.bootstrap(mean, [1.0, 2.0, 6.0], 10.5, RNG(0)), "a whole number"),
        (lambda: resampling.bootstrap(mean, np.ones((3, 0)), 10, RNG(0)), "of shape"),
        (
            lambda: resampling.corrected(0.5, resampling.jackknife(mean, [*range(30), 1e6]), 1 - 1e-12),
            "take a lower level",
        ),
        (
            lambda: resampling.bca(np.ones(9), resampling.jackknife(mean, [1.0, 2.0, 9.0]), 0.9),
            "one side of the estimate",
        ),
        (lambda: resampling.bca(np.arange(9.0), resampling.jackknife(mean, [4.0, 4.0]), 0.9), "does not change"),
        (lambda: resampling.permutation(np.ones((4, 2)), 10, RNG(0)), "does not vary"),
        (lambda: ideal.bootstrap([1, 1], [2, 3]), "does not vary"),
        (lambda: ideal.bootstrap([1.5, 2], [2, 3]), "whole numbers"),
        (lambda: ideal.bootstrap(range(16), range(16)), "from 2 to 15"),
        (lambda: ideal.bootstrap([0, 2**40], [2, 3]), "too far"),
        (lambda: ideal.bootstrap([-(2**63), 5 - 2**63, 2**63 - 1], [1, 2, 4]), "too far"),
        (lambda: ideal.bootstrap(np.array([1, 2**63], np.uint64), [2, 3]), "int64"),
        (lambda: ideal.bootstrap([1, 2, 6], [1, 3, 2]).quantile(1.5), "at most 1"),
        (lambda: stein.james_stein([1.0, 2.0]), "at least 3"),
        (lambda: stein.towards_mean([1.0, 2.0, 4.0]), "at least 4"),
        (lambda: stein.james_stein([1.0, 2.0, 3.0], 0.0), "above 0"),
        (lambda: stein.risk(3, math.nan), "a square from 0"),
        (lambda: stein.risk(3, 1e300), "a square from 0"),
        (lambda: choice.powers([1, 1, 2], 2), "more than its degree"),
        (lambda: choice.powers([1, 2, math.nan], 1), "all of them finite"),
        (lambda: choice.powers([1, 2, 3], -1), "at least 0"),
        (lambda: choice.criteria(np.eye(3), np.ones(3)), "met exactly"),
        (lambda: GeneralisedLinearModel("gamma").fit(ROWS, ROWS[:, 0]), "wanted one of"),
        (lambda: GeneralisedLinearModel(["poisson"]).fit(ROWS, ROWS[:, 0]), "wanted one of"),
        (lambda: GeneralisedLinearModel("poisson", max_iter=0).fit(ROWS, ROWS[:, 0]), "at least 1"),
        (lambda: GeneralisedLinearModel("poisson", "logit").fit(ROWS, ROWS[:, 0]), "takes log"),
        (lambda: GeneralisedLinearModel("poisson").fit(ROWS, ROWS[:, 0] - 1), "no count"),
        (lambda: GeneralisedLinearModel("binomial").fit(ROWS, ROWS[:, 0]), "number of trials"),
        (lambda: GeneralisedLinearModel("binomial").fit(ROWS, ROWS[:, 0] > 2), "no maximum"),
        (lambda: GeneralisedLinearModel("binomial", "probit").fit(ROWS, np.ones(6)), "no maximum"),
        (lambda: GeneralisedLinearModel("binomial", "cloglog").fit(ROWS, np.zeros(6)), "no maximum"),
        (lambda: GeneralisedLinearModel("poisson").fit(ROWS, np.zeros(6)), "no maximum"),
        (lambda: GeneralisedLinearModel("poisson").fit(np.ones((6, 1)), ROWS[:, 0]), "depends on the others"),
        (lambda: GeneralisedLinearModel("poisson").fit(ROWS, ROWS[:, 0], trials=ROWS[:, 0]), "binomial family"),
        (lambda: GeneralisedLinearModel("binomial").fit(ROWS, ROWS[:, 0] > 2, trials=np.zeros(6)), "at least one"),
        (lambda: GeneralisedLinearModel().predict(ROWS), "not fitted"),
        (lambda: GeneralisedLinearModel().set_params(depth=3), "no setting"),
    ],
)
def test_what_cannot_be_computed_is_said_in_one_line(wrong, says):
    with pytest.raises(BadInput, match=says) as raised:
        wrong()
    assert "\n" not in str(raised.value)


def test_overlapping_rows_far_out_are_not_called_separable():
    x, y = np.array([0.0, 1, 2, 3, 200])[:, None], np.array([0.0, 1, 0, 1, 1])
    assert np.isfinite(GeneralisedLinearModel("binomial").fit(x, y).coef_).all()


def test_resamples_without_a_correlation_are_counted():
    pairs = np.array([[0.0, 1], [1, 3]])
    drawn = resampling.bootstrap(correlation, pairs, 1000, RNG(0))
    assert drawn.undefined + len(drawn.values) == 1000 and 400 < drawn.undefined < 600
    assert np.all(np.abs(drawn.values - 1) < 1e-12)


def test_as_many_successes_as_failures_are_no_reason_to_go_on():
    """The constant alone is 0 then; the tests make an error of a warning."""
    model = GeneralisedLinearModel("binomial").fit(ROWS, [0, 1, 0, 1, 0, 1])
    assert model.n_iter_ < 10 and model.null_deviance_ == pytest.approx(12 * math.log(2))
    even = GeneralisedLinearModel("binomial").fit([[-1.0], [-1.0], [1.0], [1.0]], [0, 1, 0, 1])
    assert abs(even.intercept_) < 1e-12 and abs(even.coef_[0]) < 1e-12


def test_a_score_knows_how_small_a_probability_is():
    model = GeneralisedLinearModel("binomial").fit(ROWS, [0, 1, 0, 1, 0, 1])
    far = 100 / model.coef_[0]
    eta = model.intercept_ + 100
    lost, null = 2 * (eta + math.log1p(math.exp(-eta))), 4 * math.log(2)
    assert model.score([[far], [far]], [0, 1]) == pytest.approx(1 - lost / null)


@pytest.mark.parametrize(
    ("model", "start"),
    [(likelihood.Cauchy([-10.0, 10.0]), 0.0), (likelihood.NegativeBinomial([213, 128, 37, 18, 3, 1]), 1e8)],
)
def test_a_climb_that_rests_on_no_hill_says_so(model, start):
    with pytest.warns(likelihood.NotConverged, match="no maximum"):
        likelihood.newton(model, [start])


def test_a_correlation_does_not_ask_for_its_variables_units():
    pairs = np.array([[1.0, 1], [2, 2], [3, 4]])
    for units in ([1, 1], [1e9, 1e-3], [1e-3, 1e9], [1e-6, 1]):
        assert correlation(pairs * units) == pytest.approx(np.corrcoef(pairs.T)[0, 1])
    assert correlation(pairs + [1e9, 0]) == pytest.approx(np.corrcoef(pairs.T)[0, 1])
    assert np.isnan(correlation(pairs * [0, 1] + [0.1, 1e9]))


@pytest.mark.parametrize("steps", [1, 3, 40])
def test_a_table_of_em_has_as_many_ratios_as_steps(steps):
    rows = em.linkage(em.Config([125, 18, 20, 34], 0.5, steps), None)
    ratios = [row["ratio"] for key, row in rows.items() if "ratio" in row and key != "limit"]
    assert len(ratios) == min(steps, 6) and ratios[0] == pytest.approx(0.1465, abs=5e-5)


def test_the_exact_risk_far_away():
    assert 7 - stein.risk(7, 1e8) == pytest.approx(25 / 1e8, rel=1e-6)


@pytest.mark.parametrize("setting", [stein.Baseball(17), run.Risk(10, 1e12, 20)])
def test_settings_that_no_table_can_have_are_refused(setting):
    with pytest.raises(BadInput):
        settings.check(setting)


def test_no_numbers_of_resamples_are_no_table():
    with pytest.raises(BadInput, match="at least one number of resamples"):
        school.resampled(school.Resampled([]), None)
