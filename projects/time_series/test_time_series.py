"""Facts: compiled loops against plain algebra, the printed tables and what breaks them, a search that finds what is there."""

import numpy as np
import pytest

import compare
import exchange
import kalman
import market
import passes
import printed
import recursions
import volatility
from abacus import papers, verdict
from abacus.errors import Unavailable
from abacus.running.job import Job
from arima import ARIMA, differenced, differences, stable, state_space
from ets import ETS, best
from structural import Structural
from volatility import EGARCH, GARCH

EPS = np.finfo(float).eps
FACTS = papers.facts("r_arima")


def noise(n, seed=0):
    return np.random.default_rng(seed).standard_normal(n)


def dense(model, n):
    """(mean (n,), covariance (n, n), X (n, d), states' covariance with y (n, m, n)) of y = X δ + u, δ the diffuse states."""
    m = len(model.z)
    free = np.flatnonzero(np.diag(model.diffuse))
    maps, covariance = np.zeros((n, m, m)), np.zeros((n * m, n * m))
    power = np.eye(m)
    for t in range(n):
        maps[t] = power
        power = model.T @ power
    spread = model.P.copy()
    for t in range(n):
        row = spread
        for s in range(t, n):
            covariance[s * m : s * m + m, t * m : t * m + m] = row
            covariance[t * m : t * m + m, s * m : s * m + m] = row.T
            row = model.T @ row
        spread = model.T @ spread @ model.T.T + model.Q
    Z = np.kron(np.eye(n), model.z)
    states = covariance @ Z.T
    return Z @ states + model.h * np.eye(n), (maps @ np.eye(m)[:, free]), states


CASES = {
    "level": Structural()._model(np.array([0.7, 0.3])),
    "slope": Structural(slope=True)._model(np.array([0.7, 0.3, 0.1])),
    "little noise": Structural(slope=True)._model(np.array([0.01, 0.3, 0.1])),
    "season": Structural(slope=True, period=4)._model(np.array([0.5, 0.2, 0.05, 0.1])),
    "ARIMA": state_space(np.array([0.5, 0.2]), np.array([0.4]), differences(1, 1, 3)),
    "ARMA": state_space(np.array([0.5]), np.array([0.4, 0.3]), np.empty(0)),
}


@pytest.mark.parametrize("gaps", [[], [7, 8], [0, 2, 9]])
@pytest.mark.parametrize("case", CASES)
def test_filter_and_smoother_are_the_conditional_laws_of_a_normal_vector(case, gaps):
    """The likelihood up to the units of the diffuse states: of the covariance less what the start explains."""
    model, n = CASES[case], 16
    m = len(model.z)
    S, start, states = dense(model, n)
    y = noise(n).cumsum()
    y[gaps] = np.nan
    seen = ~np.isnan(y)
    X = (start.transpose(0, 2, 1) @ model.z)[seen]
    S, states, known = S[np.ix_(seen, seen)], states[:, seen], y[seen]
    inverse = np.linalg.inv(S)
    G = X.T @ inverse @ X
    delta = np.linalg.solve(G, X.T @ inverse @ known) if X.shape[1] else np.empty(0)
    u = known - X @ delta
    value = -0.5 * (
        (len(known) - len(delta)) * np.log(2 * np.pi)
        + np.linalg.slogdet(S)[1]
        + np.linalg.slogdet(G)[1]
        + u @ inverse @ u
    )
    slack = 1e3 * EPS * np.linalg.cond(S) * max(1.0, np.linalg.cond(G) if X.shape[1] else 1.0)
    assert kalman.log_likelihood(model, y) == pytest.approx(value, rel=slack)
    means, variances = kalman.smoothed(model, y)
    B = start.reshape(n * m, -1)
    means_dense = (B @ delta + states @ inverse @ u).reshape(n, m)
    full = np.zeros((n * m, n * m))
    spread = model.P.copy()
    rows = []
    for _ in range(n):
        rows.append(spread)
        spread = model.T @ spread @ model.T.T + model.Q
    gain = B - states @ inverse @ X
    full = (
        gain @ np.linalg.solve(G, gain.T) - states @ inverse @ states.T if X.shape[1] else -states @ inverse @ states.T
    )
    for t in range(n):
        block = slice(t * m, t * m + m)
        expected = rows[t] + full[block, block]
        scale = np.abs(rows[t]).max() + np.abs(expected).max()
        assert np.abs(means[t] - means_dense[t]).max() <= slack * (1 + np.abs(means_dense).max())
        assert np.abs(variances[t] - expected).max() <= slack * (1 + scale)


@pytest.mark.parametrize("gaps", [[], [3, 4], [0]])
def test_the_short_pass_of_an_arma_is_the_whole_one(gaps):
    phi, theta, y = np.array([0.6, -0.3]), np.array([0.4, 0.2, 0.1]), np.c_[noise(40), np.arange(40.0)]
    y[gaps, 0] = np.nan
    whole = kalman.filtered(state_space(phi, theta, np.empty(0)), y)
    v, f = np.empty_like(y), np.empty(len(y))
    passes.arma(phi, theta, y, v, f)
    assert np.allclose(f, whole.f, rtol=1e3 * EPS, equal_nan=True)
    assert np.allclose(v, whole.v, rtol=1e4 * EPS, atol=1e4 * EPS, equal_nan=True)


def test_a_diffuse_start_is_the_likelihood_of_the_differences():
    y = noise(60).cumsum()
    delta = differences(1, 1, 4)
    assert np.allclose(differenced(y, delta), np.diff(y[4:] - y[:-4]), rtol=0, atol=100 * EPS * np.abs(y).max())
    theta = np.array([0.4, 0.3])
    whole = kalman.log_likelihood(state_space(np.empty(0), theta, delta), y)
    rest = kalman.log_likelihood(state_space(np.empty(0), theta, np.empty(0)), differenced(y, delta))
    assert whole == pytest.approx(rest, rel=1e4 * EPS)


def test_a_level_without_noise_is_a_random_walk():
    y = noise(30).cumsum()
    value = -0.5 * (29 * np.log(2 * np.pi * 0.5) + (np.diff(y) ** 2).sum() / 0.5)
    model = Structural()._model(np.array([0.0, 0.5]))
    assert kalman.log_likelihood(model, y) == pytest.approx(value, rel=1e3 * EPS)
    assert np.allclose(kalman.smoothed(model, y)[0][:, 0], y, rtol=0, atol=1e3 * EPS * np.abs(y).max())


def test_partial_autocorrelations_give_stationary_polynomials():
    for seed in range(20):
        phi = stable(3 * noise(4, seed))
        assert (np.abs(np.roots(np.r_[1, -phi])) < 1 + EPS**0.5).all()
    assert stable(np.array([0.3])) == np.tanh(0.3)


def test_series_are_as_long_as_they_were_printed():
    counts = [len(printed.series(f"r_arima_{key}")) for key in ("lh", "lake", "deaths", "presidents")]
    assert counts == [value for name, value in FACTS.items() if not name.startswith("quarters without")]
    assert np.isnan(printed.series("r_arima_presidents")).sum() == FACTS["quarters without a value"]


def verdicts(table, rows):
    return [set(verdict.of(table, name, values).values()) for name, values in rows.items()]


def test_the_airline_model_and_one_with_a_term_less(tmp_path):
    table, job = papers.table("shumway2017/airline"), Job("airline", 0, tmp_path)
    intact = printed.airline(printed.Config(prior=1e6), job)
    assert verdicts(table, intact) == [{"reproduced"}] * len(intact)
    y = np.log(printed.series("box1976"))
    broken = printed.output(ARIMA((0, 1, 1), (0, 1, 1), 6).fit(y))
    assert {"not reproduced"} in verdicts(table, broken)
    shifted = printed.output(ARIMA(**printed.AIRLINE).fit(y[1:]))
    assert {"not reproduced"} in verdicts(table, shifted)


def test_r_s_examples_and_a_prior_that_is_too_small(tmp_path):
    table, job = papers.table("r_arima/examples"), Job("examples", 0, tmp_path)
    intact = printed.examples(printed.Config(prior=1e6), job)
    found = set().union(*verdicts(table, intact))
    assert "reproduced" in found and "not reproduced" not in found
    y = printed.series("r_arima_deaths")
    broken = printed.output(ARIMA(**printed.AIRLINE, prior=1.0).fit(y))
    rows = {f"USAccDeaths: {name}": values for name, values in broken.items()}
    assert {"not reproduced"} in verdicts(table, rows)


@pytest.fixture
def exchange_rates(monkeypatch):
    monkeypatch.setenv("ABACUS_OFFLINE", "1")
    try:
        from abacus import data

        return data.load("garch").returns
    except Unavailable as reason:
        pytest.skip(str(reason))


def test_the_benchmark_of_garch_and_one_with_a_year_less(exchange_rates, tmp_path):
    table, job = papers.table("fiorentini1996/garch"), Job("garch", 0, tmp_path)
    intact = exchange.garch(exchange.Config(days=len(exchange_rates)), job)
    good = [v for name, values in intact.items() for v in verdict.of(table, name, values).values()]
    assert good.count("reproduced") >= len(good) - 2
    broken = exchange.garch(exchange.Config(days=len(exchange_rates) - 250), job)
    bad = [v for name, values in broken.items() for v in verdict.of(table, name, values).values()]
    assert set(bad) == {"not reproduced"}


@pytest.mark.parametrize("p,q", [(1, 1), (2, 1), (1, 2), (1, 0)])
def test_garch_s_densities_and_slopes(p, q):
    y, k = noise(30), 2 + p + q
    theta = np.r_[0.1, 0.2, np.full(p, 0.2 / p), np.full(q, 0.5 / max(q, 1))]
    logs, scores = np.empty(30), np.empty((30, k))
    h = recursions.garch(y, theta, p, q, logs, scores)
    e2 = np.r_[np.full(p + q, ((y - 0.1) ** 2).mean()), (y - 0.1) ** 2]
    g = list(e2[: p + q])
    for t in range(31):
        at = t + p + q
        g.append(0.2 + theta[2 : 2 + p] @ e2[at - p : at][::-1] + theta[2 + p :] @ np.array(g[at - q : at][::-1]))
    assert np.allclose(h, g[p + q :], rtol=100 * EPS)
    assert np.allclose(logs, -0.5 * (np.log(2 * np.pi * h[:-1]) + e2[p + q :] / h[:-1]), rtol=1e3 * EPS)

    def densities(x):
        out = np.empty(30)
        recursions.garch(y, x, p, q, out, np.empty((30, k)))
        return out

    assert np.allclose(scores, slopes(densities, theta), rtol=0, atol=100 * EPS ** (2 / 3) * np.abs(scores).max())


def test_egarch_s_slopes():
    y, theta = noise(30), np.array([0.1, -0.1, -0.05, 0.3, 0.9])

    def densities(x):
        out = np.empty(30)
        recursions.egarch(y, x, out, np.empty((30, 5)))
        return out

    scores = np.empty((30, 5))
    recursions.egarch(y, theta, np.empty(30), scores)
    assert np.allclose(scores, slopes(densities, theta), rtol=0, atol=100 * EPS ** (2 / 3) * np.abs(scores).max())


def slopes(f, x):
    step = EPS ** (1 / 3)
    return np.array([(f(x + step * e) - f(x - step * e)) / (2 * step) for e in np.eye(len(x))]).T


def test_egarch_finds_what_it_was_made_with():
    rng, log_h, y = np.random.default_rng(1), 0.0, []
    for _ in range(6000):
        z = rng.standard_normal()
        y.append(np.exp(log_h / 2) * z)
        log_h = 0.0 - 0.1 * z + 0.2 * (abs(z) - volatility.ABSOLUTE) + 0.95 * log_h
    model = EGARCH().fit(np.array(y))
    assert (np.abs(model.coef_ - [0, 0, -0.1, 0.2, 0.95]) < 4 * model.se_).all()
    assert np.abs(model.residuals_.var() - 1) < 4 * np.sqrt(2 / 6000)


def test_garch_s_forecasts_go_to_the_variance_in_the_long_run():
    y = noise(2000)
    for t in range(1, 2000):
        y[t] *= np.sqrt(0.1 + 0.5 * y[t - 1] ** 2)
    model = GARCH(1, 0).fit(y)
    _, omega, alpha = model.coef_
    assert model.predict(200).sd[-1] ** 2 == pytest.approx(omega / (1 - alpha), rel=alpha**190)
    assert model.predict(1).sd[0] ** 2 == pytest.approx(model.ahead(y)[-1])


def test_the_nile_has_the_variances_of_the_book():
    model = Structural().fit(printed.series("cobb1978"))
    table = papers.table("durbin2012/nile")
    constant = -0.5 * np.log(2 * np.pi)  # of the diffuse first level, which this print counts
    values = {"noise": model.variances_["noise"], "level": model.variances_["level"]}
    values["with the constant"] = model.loglik_ + constant
    assert set(verdict.of(table, "local level", values).values()) == {"reproduced"}
    mean, sd = model.components_["level"]
    forecast = model.predict(3)
    assert forecast.mean[0] == pytest.approx(mean[-1]) and (np.diff(forecast.sd) > 0).all() and (sd > 0).all()


@pytest.mark.parametrize(
    "make", [lambda: ARIMA((1, 1, 1)), lambda: Structural(slope=True), lambda: Structural(period=4)]
)
def test_a_gap_is_filled_with_what_the_model_knows(make):
    y = noise(80).cumsum()
    y[20:23] = np.nan
    model = make().fit(y)
    assert np.isfinite(model.loglik_) and np.isfinite(model.predict(5).sd).all()


MODELS = {
    "ARIMA": lambda: ARIMA((1, 1, 1), (0, 1, 1), 4, constant=False),
    "drift": lambda: ARIMA((1, 1, 0), constant=True),
    "mean": lambda: ARIMA((2, 0, 1)),
    "ETS": lambda: ETS(trend="add", damped=True, season="add", period=4),
    "ETS of factors": lambda: ETS("mul", "add", False, "mul", 4),
    "structural": lambda: Structural(slope=True, period=4),
}


@pytest.mark.parametrize("name", MODELS)
def test_what_was_forecast_ahead_is_what_predict_says(name):
    y = 50 + noise(60).cumsum() + np.tile([3.0, 0.0, -3.0, 1.0], 15)
    model = MODELS[name]().fit(y)
    for h in (1, 3, 6):
        assert model.ahead(y, h)[-1] == pytest.approx(model.predict(h).mean[-1], rel=EPS**0.5)
    assert np.array_equal(model.ahead(y[:40], 2)[:41], model.ahead(y, 2)[:41])  # what came later is not used


def test_intervals_hold_what_they_say():
    """Of 200 series the value five steps on lies in the interval of 90 % that often, within three standard errors."""
    inside, rng = 0, np.random.default_rng(0)
    for _ in range(200):
        y = np.zeros(105)
        for t in range(1, 105):
            y[t] = 0.7 * y[t - 1] + rng.standard_normal()
        low, high = ARIMA((1, 0, 0), constant=False).fit(y[:100]).predict(5).interval(0.9)
        inside += low[-1] <= y[104] <= high[-1]
    assert abs(inside / 200 - 0.9) < 3 * np.sqrt(0.9 * 0.1 / 200)


def test_simulated_and_exact_intervals_agree():
    y = 20 + noise(60).cumsum()
    model = ETS(trend="add").fit(y)
    exact = model.predict(8)
    model.error = "mul"  # simulates; relative errors of the last forecast's size
    model.sigma2_ = model.sigma2_ / exact.mean[0] ** 2
    paths = model.predict(8).sd
    assert np.allclose(paths[0], exact.sd[0], rtol=4 / np.sqrt(2 * 10_000))


def test_exponential_smoothing_by_hand():
    states, means = np.zeros((4, 3)), np.empty(3)
    states[0] = [10.0, 1.0, 0.0]
    recursions.smoothing(np.array([12.0, 12.0, 14.0]), 0.5, 0.25, 1.0, 0.0, 0, states, means)
    assert means.tolist() == [11.0, 12.75, 13.4375]
    assert states[1].tolist() == [11.5, 1.25, 0.0]


def test_the_best_smoothing_knows_a_season():
    y = np.exp(0.02 * np.arange(60)) * np.tile([1.2, 0.8, 1.0, 1.0], 15) * (1 + 0.01 * noise(60))
    assert best(y, 4).season == "mul"


def test_diebold_mariano_by_hand():
    a, b = np.array([3.0, 1.0, 4.0, 2.0]), np.array([1.0, 1.0, 1.0, 1.0])
    d = a - b  # 2 0 3 1: mean 3/2, variance 5/4
    plain = 1.5 / np.sqrt(1.25 / 4)
    assert compare.diebold_mariano(a, b).statistic == pytest.approx(plain * np.sqrt(3 / 4))
    assert compare.diebold_mariano(b, a).statistic == -compare.diebold_mariano(a, b).statistic
    assert compare.diebold_mariano(a, a) == compare.Comparison(0.0, 1.0, 0.5)
    assert compare.diebold_mariano(d, d - 1).statistic == np.inf


def test_costs_are_paid_for_each_turn():
    changes = np.log([1.1, 0.9, 1.2, 1.0])
    trade = compare.traded(changes, [1.0, -1.0, 1.0, 1.0], 0.01)
    assert trade.turns == 3 and np.exp(trade.path[-1]) == pytest.approx(1.1 * 1.2 * 0.99**3)


def test_shuffled_changes_hold_nothing_and_an_autoregression_is_found():
    """Of twenty shuffled series no more are called better than chance calls with probability 0.999; the series itself is."""
    from scipy import stats

    rng, n = np.random.default_rng(0), 400
    r = np.zeros(n)
    for t in range(1, n):
        r[t] = 0.4 * r[t - 1] + 0.01 * rng.standard_normal()
    y, models = np.cumsum(r), {"AR(1)": compare.PRICES["AR(1) of the changes"]}

    def better(series):
        return compare.evaluated(series, 150, 100, 0.001, models=models)["AR(1)"].test.p_better < compare.LEVEL

    assert better(y)
    found = sum(better(compare.shuffled(y, rng)) for _ in range(20))
    assert found <= stats.binom.ppf(0.999, 20, compare.LEVEL)


def test_the_mean_of_a_month_makes_a_correlation_of_a_quarter():
    """Working 1960: of the changes of means of many steps, at lag 1; and none at lag 2."""
    n = 20_000
    r = np.diff(market.month_means(n, 21, 0.04, np.random.default_rng(0)))
    r = r - r.mean()
    lags = [r[k:] @ r[: len(r) - k] / (r @ r) for k in (1, 2)]
    exact = (21**2 - 1) / (2 * (2 * 21**2 + 1))
    assert abs(lags[0] - exact) < 4 / np.sqrt(n) and abs(lags[1]) < 4 / np.sqrt(n)


def test_the_example_by_hand():
    """4, 6 and 5 with all variances 1: the gains are ratios of Fibonacci's numbers."""
    model, y = Structural()._model(np.array([1.0, 1.0])), np.array([4.0, 6.0, 5.0])
    done = kalman.filtered(model, y, keep=True)
    assert np.allclose(done.a[1:, 0, 0], [4, 16 / 3, 5.125], rtol=10 * EPS)
    assert np.allclose(done.P[1:, 0, 0], np.array([1, 2 / 3, 5 / 8]) + 1, rtol=10 * EPS)
    assert kalman.predicted(model, done.a[-1, :, 0], done.P[-1], 1)[1][0] == pytest.approx(2.625)
