"""Facts about the methods: gradients, spaces, samplers on laws that are known, diagnostics by plain formulas, refusals."""

import itertools
import math

import numpy as np
import pytest
from scipy.special import betaln
from scipy.stats import gamma, halfcauchy, halfnorm, multivariate_normal, norm, rankdata

import chains
import conjugate
import diagnostics
import hamiltonian
import integration
import laws
import linear
import models
import nile
import posteriors
import run
import walks
from abacus import ops, papers
from abacus.errors import BadInput
from abacus.tensor import Tensor

EPS = np.finfo(float).eps


def differences(model, z):
    """The gradient by central differences."""
    step = EPS ** (1 / 3)
    found = np.empty_like(z)
    for k in range(model.d):
        e = np.zeros(model.d)
        e[k] = step
        found[:, k] = (model.value(z + e) - model.value(z - e)) / (2 * step)
    return found


@pytest.mark.parametrize("name", posteriors.POSTERIORS)
def test_every_posterior_s_gradient_is_its_slope(name):
    model, rng = posteriors.POSTERIORS[name](), np.random.default_rng(0)
    middle = model.free(**posteriors.NEAR[name]()) if name in posteriors.NEAR else np.zeros(model.d)
    z = middle + 0.3 * rng.standard_normal((3, model.d))
    value, slope = model.gradient(z)
    scale = np.abs(value)[:, None] + np.abs(slope)
    assert (np.abs(slope - differences(model, z)) <= 100 * EPS ** (2 / 3) * scale).all()
    assert value == pytest.approx(model.value(z), rel=1e-13)


def plain_garch(mu, alpha0, weights):
    y, variance, total = linear.table("garch")["y"], 0.25, 0.0
    for t, seen in enumerate(y):
        if t:
            variance = alpha0[0] + weights[0] * (y[t - 1] - mu[0]) ** 2 + weights[1] * variance
        total += norm(mu[0], math.sqrt(variance)).logpdf(seen)
    return total


def plain_arma(mu, phi, theta, sigma):
    error, before, total = 0.0, mu[0], halfcauchy(scale=2.5).logpdf(sigma[0])
    total += norm(0, 10).logpdf(mu[0]) + norm(0, 2).logpdf(phi[0]) + norm(0, 2).logpdf(theta[0])
    for seen in linear.table("arma")["y"]:
        error, before = seen - (mu[0] + phi[0] * before + theta[0] * error), seen
        total += norm(0, sigma[0]).logpdf(error)
    return total


def plain_process(rho, alpha, sigma):
    t = linear.table("gp_pois_regr")
    kernel = alpha**2 * np.exp(-((t["x"][:, None] - t["x"]) ** 2) / (2 * rho**2)) + sigma * np.eye(len(t["x"]))
    prior = gamma(25, scale=1 / 4).logpdf(rho[0]) + halfnorm(scale=2).logpdf(alpha[0]) + halfnorm.logpdf(sigma[0])
    return prior + multivariate_normal(cov=kernel).logpdf(t["y"])


def plain_states(theta1, theta2, mu):
    y, moves, total = linear.table("hmm_example")["y"], np.stack([theta1, theta2]), 0.0
    ahead = norm(mu, 1).pdf(y[0])  # both states weigh 1 at first
    for seen in y[1:]:
        total, ahead = total + math.log(ahead.sum()), ahead / ahead.sum() @ moves * norm(mu, 1).pdf(seen)
    return total + math.log(ahead.sum()) + norm([3, 10], 1).logpdf(mu).sum()


@pytest.mark.parametrize(
    ("name", "plain", "point"),
    [
        ("garch", plain_garch, {"mu": [4.9], "alpha0": [1.2], "weights": [0.5, 0.3, 0.2]}),
        ("arma", plain_arma, {"mu": [0.1], "phi": [0.9], "theta": [-0.1], "sigma": [0.2]}),
        ("gaussian_process", plain_process, {"rho": [6.0], "alpha": [2.0], "sigma": [1.7]}),
        ("hidden_markov", plain_states, {"theta1": [0.7, 0.3], "theta2": [0.1, 0.9], "mu": [3.1, 8.9]}),
    ],
)
def test_a_posterior_s_log_density_is_that_of_its_plain_formulas(name, plain, point):
    row = {key: np.array(value)[None] for key, value in point.items()}
    found = posteriors.POSTERIORS[name]().log_density(**{key: Tensor(x) for key, x in row.items()})
    assert found.value[0] == pytest.approx(plain(**{key: x[0] for key, x in row.items()}), rel=1e-12)


SPACES = {
    "real": models.real(3),
    "positive": models.positive(3),
    "between": models.between(-1.0, 4.0, 3),
    "ordered": models.ordered(3),
    "simplex": models.simplex(4),
}


@pytest.mark.parametrize("name", SPACES)
def test_a_space_goes_there_and_back_and_its_volume_is_the_determinant(name):
    space, rng = SPACES[name], np.random.default_rng(1)
    z = rng.standard_normal((1, 3))
    x, volume = space.into(z)
    x = getattr(x, "value", x)
    assert x.shape == (1, space.size) and space.inside(x[0])
    assert space.back(x[0]) == pytest.approx(z[0], rel=1e-12, abs=1e-12)
    assert (volume is None) == (name == "real")
    if volume is not None:
        step, moved = EPS ** (1 / 3), []
        for k in range(3):
            e = np.zeros(3)
            e[k] = step
            moved.append((space.into(z + e)[0].value - space.into(z - e)[0].value)[0, :3] / (2 * step))
        assert volume.value[0] == pytest.approx(np.linalg.slogdet(np.array(moved))[1], abs=1e-8)


def test_densities_are_scipy_s():
    rng = np.random.default_rng(2)
    y, a = rng.standard_normal(4), rng.standard_normal((2, 4, 4))
    covariance = a @ a.swapaxes(1, 2) + np.eye(4)
    plain = [multivariate_normal(cov=c).logpdf(y) for c in covariance]
    assert laws.normal_vector(y, covariance).value == pytest.approx(plain, rel=1e-12)
    x = np.array([[0.3], [2.0]])
    assert laws.gamma(x, 25.0, 4.0).value == pytest.approx(
        24 * np.log(x[:, 0]) - 4 * x[:, 0] + 25 * math.log(4) - math.lgamma(25)
    )
    assert np.isnan(laws.normal_vector(y, np.stack([-np.eye(4), np.eye(4)])).value).tolist() == [True, False]


def test_a_hidden_chain_is_the_sum_over_all_paths():
    rng = np.random.default_rng(3)
    emission, move = rng.standard_normal((2, 4, 3)), rng.standard_normal((2, 3, 3))
    for c in range(2):
        paths = np.array(np.meshgrid(*[range(3)] * 4, indexing="ij")).reshape(4, -1).T
        logs = [
            sum(emission[c, t, s] for t, s in enumerate(p)) + sum(move[c, i, j] for i, j in itertools.pairwise(p))
            for p in paths
        ]
        assert laws.hidden_chain(emission, move).value[c] == pytest.approx(np.logaddexp.reduce(logs), rel=1e-13)


def correlated():
    """A normal law of two numbers, standard deviations 1 and 3, correlation 0.8."""
    precision = np.linalg.inv([[1.0, 2.4], [2.4, 9.0]])

    def log_density(x):
        return -0.5 * ops.sum(ops.matmul(x, precision) * x, axis=-1)

    return models.Model(log_density, x=models.real(2))


SAMPLERS = {
    "metropolis": lambda model, rng: walks.metropolis(model, 20, 100, 400, rng),
    "slices": lambda model, rng: walks.slices(model, 20, 40, 100, rng),
    "hmc": lambda model, rng: chains.sample(model, hamiltonian.HMC(8), 20, 100, 200, rng),
    "nuts": lambda model, rng: chains.sample(model, hamiltonian.NUTS(), 20, 100, 200, rng),
    "nuts, dense": lambda model, rng: chains.sample(model, hamiltonian.NUTS(), 20, 100, 200, rng, dense=True),
}


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_sampler_finds_a_normal_law(name):
    """Means, squares and the product within 4 of their own standard errors: false once in 3 000 such tests of five."""
    found = SAMPLERS[name](correlated(), np.random.default_rng(0))
    x, y = found.natural["x"][:, :, 0], found.natural["x"][:, :, 1]
    for values, truth in ((x, 0), (y, 0), (x * x, 1), (y * y, 9), (x * y, 2.4)):
        mean, error = diagnostics.expectation(values)
        assert abs(mean - truth) < 4 * error
    assert found.divergences == 0


def test_gibbs_finds_it_too():
    def update(state, rng):
        x = 2.4 / 9 * state["y"] + math.sqrt(1 - 0.64) * rng.standard_normal((20, 1))
        return {"x": x, "y": 2.4 * x + 3 * math.sqrt(1 - 0.64) * rng.standard_normal((20, 1))}

    start = {"x": np.zeros((20, 1)), "y": np.zeros((20, 1))}
    found = walks.gibbs(update, start, 20, 500, np.random.default_rng(0)).natural
    for values, truth in ((found["x"], 0), (found["x"] ** 2, 1), (found["x"] * found["y"], 2.4)):
        mean, error = diagnostics.expectation(values[:, :, 0])
        assert abs(mean - truth) < 4 * error


def test_leaps_go_back_where_they_came_from_and_hardly_change_the_energy():
    target = hamiltonian.Scaled(correlated(), np.ones(2))
    rng = np.random.default_rng(0)
    start, p0 = target.at(rng.standard_normal((5, 2))), rng.standard_normal((5, 2))
    point, p = start, p0
    for _ in range(20):
        point, p = hamiltonian.leap(target, point, p, 0.05)
    assert np.abs(hamiltonian.energy(point, p) - hamiltonian.energy(start, p0)).max() < 0.05**2 * 10
    for _ in range(20):
        point, p = hamiltonian.leap(target, point, p, -0.05)
    assert np.abs(point.u - start.u).max() < 1000 * EPS


def test_scales_change_coordinates_and_no_density():
    model, z = correlated(), np.random.default_rng(0).standard_normal((5, 2))
    factor = np.linalg.cholesky([[1.0, 2.4], [2.4, 9.0]])
    target = hamiltonian.Scaled(model, factor)
    point = target.at(target.back(z))
    assert target.into(point.u) == pytest.approx(z, rel=1e-12)
    assert point.gradient == pytest.approx(-point.u, rel=1e-10, abs=1e-12)  # whitened: a standard normal law


def test_the_first_step_of_the_windows_and_the_last():
    for warmup in (20, 150, 300, 1000):
        ends = chains.windows(warmup)
        assert max(ends) == warmup - max(10, round(0.1 * warmup))
        assert sum(ends.values()) == max(ends) - max(1, round(0.075 * warmup))


def test_r_hat_and_effective_sizes_by_their_plain_formulas():
    rng = np.random.default_rng(4)
    x = np.cumsum(rng.standard_normal((50, 4)), axis=0) * 0.3 + rng.standard_normal((50, 4))
    halves = np.concatenate([x[:25], x[25:]], axis=1)
    z = diagnostics.ranked(halves)
    assert z == pytest.approx(
        diagnostics.ndtri((rankdata(halves).reshape(halves.shape) - 0.375) / (halves.size + 0.25)), rel=1e-14
    )
    n, m = z.shape
    within = z.var(axis=0, ddof=1).mean()
    total = (n - 1) / n * within + z.mean(axis=0).var(ddof=1)
    assert diagnostics.potential(z) == pytest.approx(math.sqrt(total / within), rel=1e-13)
    rho = [1.0]
    for t in range(1, n):
        lagged = np.mean([((c[: n - t] - c.mean()) * (c[t:] - c.mean())).sum() / n for c in z.T])
        rho.append(1 - (within - lagged) / total)
    tau, least, k = -1.0, math.inf, 0
    while 2 * k + 1 < n and rho[2 * k] + rho[2 * k + 1] >= 0:
        least = min(least, rho[2 * k] + rho[2 * k + 1])
        tau, k = tau + 2 * least, k + 1
    tau += max(rho[2 * k], 0) if 2 * k < n else 0
    assert diagnostics.bulk(x) == pytest.approx(n * m / tau, rel=1e-12)


def test_the_effective_size_of_an_autoregression_is_its_formula():
    """n m (1 − φ) / (1 + φ), and independent draws are worth what they are."""
    rng, phi = np.random.default_rng(5), 0.6
    x = np.empty((5000, 8))
    x[0] = rng.standard_normal(8) / math.sqrt(1 - phi**2)
    for t in range(1, len(x)):
        x[t] = phi * x[t - 1] + rng.standard_normal(8)
    worth = x.size * (1 - phi) / (1 + phi)
    assert abs(diagnostics.bulk(x) / worth - 1) < 0.1
    assert diagnostics.r_hat(x) < 1.01
    assert diagnostics.r_hat(x + np.arange(8)) > 1.1
    mean, error = diagnostics.expectation(x)
    assert error == pytest.approx(x.std() / math.sqrt(worth), rel=0.1) and abs(mean) < 4 * error
    independent = rng.standard_normal((2000, 4))
    assert diagnostics.sd_error(independent) == pytest.approx(1 / math.sqrt(2 * independent.size), rel=0.1)
    middle = math.sqrt(math.pi / 2 / independent.size)
    assert diagnostics.quantile_error(independent, 0.5) == pytest.approx(middle, rel=0.2)


def test_a_quantity_that_never_moves_has_no_r_hat():
    assert math.isnan(diagnostics.r_hat(np.ones((10, 4))))
    assert diagnostics.bulk(np.ones((10, 4))) == 40


def test_the_funnel_of_the_centred_form_diverges_and_is_counted():
    model = run.FORMS["centred"](*posteriors.schools(), 5.0, 5.0)
    found = chains.sample(model, hamiltonian.NUTS(5), 30, 30, 20, np.random.default_rng(0))
    assert found.divergences > 0


def test_the_same_stream_gives_the_same_draws():
    first, second = (
        chains.sample(correlated(), hamiltonian.NUTS(), 3, 20, 10, np.random.default_rng(7)) for _ in range(2)
    )
    assert first.natural["x"].tobytes() == second.natural["x"].tobytes()


@pytest.mark.slow
def test_twice_as_many_steps_of_runge_and_kutta_move_no_mean_by_a_tenth_of_its_standard_error(monkeypatch):
    """The move of a mean is the covariance of θ and δ, δ the change of the log density: at most sd(θ) sd(δ)."""
    model, rng = posteriors.lotka_volterra(), np.random.default_rng(0)
    start = model.free(**posteriors.orbiting()) + 0.1 * rng.standard_normal((20, model.d))
    found = chains.sample(model, hamiltonian.NUTS(), 20, 80, 20, rng, dense=True, start=start)
    z = np.log(
        np.concatenate(list(found.natural.values()), axis=2).reshape(-1, model.d)
    )  # all its numbers are positive
    change = -model.value(z)
    monkeypatch.setattr(posteriors, "YEARLY", 2 * posteriors.YEARLY)
    change += posteriors.lotka_volterra().value(z)
    draws = papers.facts("posteriordb")["reference draws of a posterior"]
    assert change.std() < 0.1 / math.sqrt(draws)


def test_conjugate_evidence_is_the_sum_over_what_may_be_seen():
    assert sum(math.exp(conjugate.binomial(2.0, 3.0, y, 6)[1]) for y in range(7)) == pytest.approx(1, rel=1e-13)
    assert sum(math.exp(conjugate.poisson(2.0, 1.5, [y], [0.7])[1]) for y in range(80)) == pytest.approx(1, rel=1e-13)
    law, evidence = conjugate.binomial(1.0, 1.0, 3, 10)
    assert evidence == pytest.approx(-math.log(11), rel=1e-13)  # all numbers of successes are as likely
    assert law == (4, 8) and betaln(4, 8) < 0
    narrow = conjugate.normal_mean(conjugate.Normal(0.0, 1.0), [2.0, 4.0], 1.0)
    assert narrow == pytest.approx((2.0, 3**-0.5))
    assert conjugate.normal_mean(None, [2.0, 4.0], 1.0) == pytest.approx((3.0, 2**-0.5))
    assert conjugate.multinomial([1.0, 1.0], [3, 0]).tolist() == [4, 1]
    t = conjugate.normal_both([1.0, 2.0, 6.0])
    assert (t.freedom, t.mean) == (2, 3) and t.scale == pytest.approx(math.sqrt(7 / 3))


def test_a_regression_s_evidence_is_its_double_integral():
    y, x = np.array([1.0, 2.5, 2.0]), np.ones((3, 1))
    found = linear.exact(x, y, linear.half_normal(2.0), mean=1.0, sd=3.0)
    beta, sigma = np.linspace(-20, 22, 1401)[:, None, None], np.exp(np.linspace(-9, 4, 1301))[:, None]
    logs = (-0.5 * ((y - beta) / sigma) ** 2 - np.log(sigma)).sum(-1) - 3 * laws.HALF_LOG_2PI
    logs += -0.5 * ((beta[..., 0] - 1) / 3) ** 2 - math.log(3) - laws.HALF_LOG_2PI
    logs += linear.half_normal(2.0)(sigma[:, 0]) + np.log(sigma[:, 0])
    cell = (42 / 1400) * (13 / 1300)
    p = np.exp(logs)
    assert found.log_evidence == pytest.approx(math.log(p.sum() * cell), abs=1e-6)
    assert found.beta[0] == pytest.approx((p * beta[..., 0]).sum() / p.sum(), rel=1e-6)
    assert found.sigma == pytest.approx((p * sigma[:, 0]).sum() / p.sum(), rel=1e-6)


def test_kilpisjarvi_by_the_sum_over_sigma_is_what_the_sampler_s_table_prints():
    t = linear.table("kilpisjarvi")
    x = np.column_stack([np.ones(len(t["x"])), t["x"]])
    found = linear.exact(x, t["y"], linear.flat, mean=[9.312903, 0.0], sd=[100.0, 0.0333333])
    printed = papers.table("posteriordb/kilpisjarvi").rows
    for name, mean in (("alpha", found.beta[0]), ("beta", found.beta[1]), ("sigma", found.sigma)):
        assert abs(mean - printed[name]["mean"].number) < 4 * printed[name]["mean"].spread


def test_kalman_s_way_is_the_normal_law_of_all_numbers():
    """Filter, smoother and likelihood by one covariance matrix, with a first level that has a huge variance."""
    y, noise, step, far = nile.flows()[1][:8], 15000.0, 1500.0, 1e12
    times = np.arange(len(y))
    levels = far + step * np.minimum(times[:, None], times)
    covariance = levels + noise * np.eye(len(y))
    plain = levels @ np.linalg.solve(covariance, y)
    filtered = nile.kalman(y, noise, step)
    smoothed = nile.smooth(filtered)
    assert smoothed.mean == pytest.approx(plain, rel=1e-3)
    difference = np.diff(np.eye(len(y)), axis=0)  # y₂ − y₁ ...: free of the first level
    own = multivariate_normal(cov=difference @ covariance @ difference.T).logpdf(difference @ y)
    assert filtered.log_likelihood == pytest.approx(own, rel=1e-6)
    assert (smoothed.variance <= filtered.variance).all()


def test_the_smoother_s_means_and_variances_are_those_of_the_whole_normal_law():
    """Flat in the first level, the levels given all numbers have the precision I / noise + DᵀD / step, D the differences."""
    y, noise, step = nile.flows()[1], 15000.0, 1500.0
    differences = np.diff(np.eye(len(y)), axis=0)
    covariance = np.linalg.inv(np.eye(len(y)) / noise + differences.T @ differences / step)
    smoothed = nile.smooth(nile.kalman(y, noise, step))
    assert smoothed.mean == pytest.approx(covariance @ y / noise, rel=1e-10)
    assert smoothed.variance == pytest.approx(np.diag(covariance), rel=1e-10)


def test_improper_posteriors_starts_outside_and_wrong_envelopes_are_one_line():
    flat = models.Model(lambda x: 0.0 * ops.sum(x, axis=-1) + 1e-3 * ops.sum(x, axis=-1), x=models.real())
    gap = models.Model(lambda x: ops.sum(ops.log(x), axis=-1), x=models.real())
    rng = np.random.default_rng(0)
    peak = integration.Peak(np.zeros(1), np.eye(1), 0.0)
    wide = models.Model(lambda x: -0.125 * ops.sum(x * x, axis=-1), x=models.real()).value
    for match, call in (
        ("improper", lambda: conjugate.binomial(0.0, 0.0, 0, 5)),
        ("improper", lambda: conjugate.poisson(0.0, 0.0, [0])),
        ("improper", lambda: conjugate.normal_both([2.0, 2.0])),
        ("improper", lambda: linear.exact(np.ones((2, 2)), np.zeros(2), linear.flat)),
        ("improper", lambda: linear.exact(np.ones((3, 1)), np.full(3, 2.0), linear.flat)),
        ("improper|too small", lambda: integration.grid(flat.value, [(-1.0, 1.0, 11)])),
        ("improper", lambda: chains.sample(flat, hamiltonian.NUTS(), 2, 20, 4, rng)),
        ("outside the support", lambda: chains.sample(gap, hamiltonian.NUTS(), 2, 20, 4, rng, start=[-1.0])),
        ("outside the support", lambda: walks.metropolis(gap, 2, 20, 4, rng, start=[-1.0])),
        ("outside the support", lambda: models.Model(lambda x: x, x=models.positive()).free(x=-1.0)),
        ("envelope", lambda: integration.rejection(wide, integration.Heavy(peak, 30.0), -5.0, 10, rng)),
        ("at least 20", lambda: chains.sample(correlated(), hamiltonian.NUTS(), 2, 1, 4, rng)),
        ("one number a chain", lambda: models.Model(lambda x: x, x=models.real(2)).value(np.zeros((3, 2)))),
        ("no peak", lambda: integration.laplace(flat.value, [0.0])),
        ("all equal", lambda: nile.likeliest(np.ones(9))),
        ("4 draws at least", lambda: diagnostics.r_hat(np.ones((2, 4)))),
        ("improper", lambda: run.exact(*posteriors.schools(), 5.0, math.inf)),
    ):
        with pytest.raises(BadInput, match=match) as caught:
            call()
        assert "\n" not in str(caught.value)


def test_wrong_numbers_are_one_line_and_never_a_posterior():
    value = integration.bioassay_model().value
    peak, rng = integration.Peak(np.zeros(2), np.eye(2), 0.0), np.random.default_rng(0)
    thin = integration.Heavy(peak, -1.0)
    for match, call in (
        ("successes=a", lambda: conjugate.binomial(1.0, 1.0, "a", 2)),
        ("counts='a'", lambda: conjugate.poisson(1.0, 1.0, "a")),
        ("counts of shape", lambda: conjugate.poisson(1.0, 1.0, [[1, 2]])),
        ("prior's sd=-1", lambda: conjugate.normal_mean(conjugate.Normal(0.0, -1.0), [1.0], 1.0)),
        ("prior's mean=nan", lambda: conjugate.normal_mean(conjugate.Normal(math.nan, 1.0), [1.0], 1.0)),
        ("counts=1.5", lambda: conjugate.multinomial([1.0, 1.0], [1.5, 2.0])),
        ("too coarse", lambda: integration.grid(value, [(-8.0, 16.0, 10), (-10.0, 120.0, 10)])),
        ("points is 50.5", lambda: integration.grid(value, [(-8.0, 16.0, 50.5)] * 2)),
        ("finite one", lambda: integration.grid(lambda z: np.full(len(z), np.nan), [(-8.0, 16.0, 10)] * 2)),
        ("order is 0", lambda: integration.gauss_hermite(value, peak, 0)),
        ("at most", lambda: integration.gauss_hermite(value, peak, 400)),
        ("n is 0", lambda: integration.importance(value, integration.Heavy(peak, 3.0), 0, rng)),
        ("n is 0", lambda: integration.rejection(value, integration.Heavy(peak, 3.0), 5.0, 0, rng)),
        ("freedom=-1", lambda: integration.importance(value, thin, 10, rng)),
        ("no number", lambda: linear.exact([["a"]] * 3, [1.0, 2.0, 4.0], linear.flat)),
        ("mean=nan", lambda: linear.exact(np.ones((3, 1)), [1.0, 2.0, 4.0], linear.flat, mean=math.nan)),
        ("sd=", lambda: linear.exact(np.ones((3, 1)), [1.0, 2.0, 4.0], linear.flat, sd=[1.0, 2.0])),
        ("noise=a", lambda: nile.kalman([1.0, 2.0], "a", 1.0)),
        ("no number", lambda: nile.kalman(["a", "b"], 1.0, 1.0)),
        (r"wanted \(chains, 2\)", lambda: integration.grid(value, [(-9.0, 9.0, 50)])),
        (r"wanted \(chains, 2\)", lambda: integration.laplace(value, [0.0])),
        ("k is 0", lambda: models.real(0)),
        ("two numbers", lambda: models.simplex(1)),
        ("two finite bounds", lambda: models.between(0.0, math.inf)),
        ("one number a chain", lambda: models.Model(lambda x: 0.0, x=models.real()).value(np.zeros((3, 1)))),
        ("chains is 2.5", lambda: chains.sample(correlated(), hamiltonian.NUTS(), 2.5, 20, 4, rng)),
        ("draws is nan", lambda: walks.slices(correlated(), 2, 20, math.nan, rng)),
        ("leaps is 1.5", lambda: hamiltonian.HMC(1.5)),
        ("deepest is 'a'", lambda: hamiltonian.NUTS("a")),
        ("draws of shape", lambda: diagnostics.summary(np.ones((10, 0)))),
        ("y of shape", lambda: run.exact([math.nan, 1.0], [1.0, 1.0], 5.0, 5.0)),
    ):
        with pytest.raises(BadInput, match=match) as caught:
            call()
        assert "\n" not in str(caught.value)


def test_draws_may_be_lists():
    rows = [[1.0, 2.0], [2.0, 3.0], [3.0, 4.0], [1.0, 5.0]]
    assert diagnostics.summary(rows) == diagnostics.summary(np.array(rows))


def test_the_largest_order_of_gauss_and_hermite_has_weights_and_is_right():
    square = models.Model(lambda x: -0.5 * ops.sum(x * x, axis=-1), x=models.real()).value
    found = integration.gauss_hermite(square, integration.Peak(np.zeros(1), np.eye(1), 0.0), integration.HIGHEST)
    assert found.log_evidence == pytest.approx(laws.HALF_LOG_2PI, rel=1e-13)
    assert found.sd[0] == pytest.approx(1, rel=1e-12)


def test_a_mean_that_does_not_exist_is_no_number():
    """With flat priors β is Student's t of n − p − 1 degrees and σ² an inverse gamma: a mean needs two, a square three."""
    y = np.array([0.0, 1.0, 3.0, 4.0, 9.0])
    one, two, three = (linear.exact(np.ones((n, 1)), y[:n], linear.flat) for n in (3, 4, 5))
    assert math.isnan(one.beta[0]) and one.sigma == one.sigma_square == one.beta_square[0] == math.inf
    assert two.beta[0] == pytest.approx(2) and two.sigma_square == two.beta_square[0] == math.inf
    rest = ((y[:4] - 2) ** 2).sum()
    assert two.sigma == pytest.approx(math.sqrt(rest * math.pi / 2), rel=1e-6)  # √(RSS/2) Γ(½) / Γ(1)
    assert three.sigma_square == pytest.approx(
        ((y - y.mean()) ** 2).sum(), rel=1e-5
    )  # RSS / (n − p − 3); e^−15 is left
    assert np.isfinite(three.beta_square).all()
