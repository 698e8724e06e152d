"""Facts of the methods: divergences, bounds, flows, and what cannot be computed."""

import math

import numpy as np
import pytest

import advi
import coal
import divergences
import flows
import gaussian
import schools
import targets
import weights
from abacus import nn, ops, papers
from abacus.errors import BadInput
from abacus.tensor import Tensor, backward
from mixture import VariationalMixture

RNG = np.random.default_rng


def monte_carlo(terms):
    return terms.mean(), 5 * terms.std() / math.sqrt(len(terms))


def test_divergences_are_means_of_log_ratios():
    stats = pytest.importorskip("scipy.stats")
    rng = RNG(0)
    x = rng.gamma(3.0, 1 / 2.0, 200_000)
    mean, error = monte_carlo(stats.gamma.logpdf(x, 3, scale=1 / 2) - stats.gamma.logpdf(x, 2, scale=1 / 1.5))
    assert abs(divergences.gamma(3.0, 2.0, 2.0, 1.5) - mean) <= error
    p = rng.dirichlet([2, 3, 4.0], 50_000)
    terms = stats.dirichlet.logpdf(p.T, [2, 3, 4]) - stats.dirichlet.logpdf(p.T, [1, 1, 2])
    mean, error = monte_carlo(terms)
    assert abs(divergences.dirichlet(np.array([2, 3, 4.0]), np.array([1, 1, 2.0])) - mean) <= error
    w, t = np.array([[1, 0.3], [0.3, 0.5]]), np.array([[0.7, 0], [0, 0.9]])
    draws = stats.wishart.rvs(6, w, size=4000, random_state=rng)
    mean, error = monte_carlo(np.array([stats.wishart.logpdf(d, 6, w) - stats.wishart.logpdf(d, 4, t) for d in draws]))
    assert abs(divergences.wishart(6.0, np.linalg.inv(w), 4.0, np.linalg.inv(t)) - mean) <= error
    a, b = np.array([[1, 0.5], [0.5, 2]]), np.eye(2)
    z = rng.multivariate_normal([0, 1], a, 100_000)
    terms = stats.multivariate_normal.logpdf(z, [0, 1], a) - stats.multivariate_normal.logpdf(z, [1, 0], b)
    mean, error = monte_carlo(terms)
    assert abs(divergences.normal([0, 1], a, [1, 0], b) - mean) <= error


def test_a_divergence_from_itself_is_0():
    w = np.array([[1, 0.3], [0.3, 0.5]])
    assert abs(divergences.wishart(5.0, w, 5.0, w)) < 1e-14 and divergences.gamma(2.0, 3.0, 2.0, 3.0) == 0
    assert divergences.dirichlet(np.ones(3), np.ones(3)) == 0 and abs(divergences.normal([1, 2], w, [1, 2], w)) < 1e-14


def test_coordinate_ascent_finds_the_mean_and_too_little_variance_in_any_dimension():
    root = RNG(1).standard_normal((6, 6))
    precision = root @ root.T + np.eye(6)
    found = gaussian.coordinate_ascent(np.arange(6.0), precision, np.zeros(6))
    assert np.allclose(found.means, np.arange(6.0)) and np.array_equal(found.variances, 1 / np.diag(precision))
    assert (found.variances <= np.diag(np.linalg.inv(precision)) + 1e-15).all()


def test_bounds_rise_and_stay_below_the_evidence():
    x = RNG(0).standard_normal(20) + 3
    found = gaussian.mean_and_precision(x, 1.0, 0.5, 2.0, 3.0)
    assert (np.diff(found.bounds) >= -1e-12).all() and found.bounds[-1] < found.log_evidence
    _, y = coal.yearly()
    q, p = coal.mean_field(y, 2.0, 1.0), coal.exact(y, 2.0, 1.0)
    assert (np.diff(q.bounds) >= -1e-9).all() and q.bounds[-1] < p.log_evidence
    assert abs(q.bounds[-1] + q.divergence - p.log_evidence) <= 1e-10
    assert abs(p.after.sum() - 1) < 1e-12


def heaps(n=150, seed=0):
    rng = RNG(seed)
    return np.concatenate([rng.standard_normal((n, 2)), rng.standard_normal((n, 2)) * [0.5, 2] + [8, 3]])


def test_a_mixture_s_bound_rises_and_lengths_and_order_do_not_matter():
    x = heaps()
    model = VariationalMixture(5).fit(x)
    assert (np.diff(model.bounds_) >= -1e-8).all() and len(model.survivors_) == 2
    assert (model.predict(x[:150]) != model.predict(x[150:])).all()
    scaled = VariationalMixture(5).fit(1e3 * x + 7)
    assert np.allclose(scaled.bounds_ + x.size * math.log(1e3), model.bounds_)
    assert np.allclose(scaled.means_, 1e3 * model.means_ + 7)
    assert np.allclose(model.predict_proba(x).sum(axis=1), 1)


def test_one_component_is_its_closed_form():
    """With one component mean field is exact but for μ and Λ apart, which the normal-Wishart keeps together: log evidence."""
    stats = pytest.importorskip("scipy.special")
    x = RNG(0).standard_normal((40, 1))
    model = VariationalMixture(1, freedom0=3.0).fit(x)
    z, n = ((x - x.mean()) / x.std())[:, 0], 40
    grown, rate0 = 3.0 + n, 3.0
    rate = rate0 + (z**2).sum() - n**2 * z.mean() ** 2 / (1 + n)
    evidence = stats.gammaln(grown / 2) - stats.gammaln(1.5) + 1.5 * math.log(rate0) - grown / 2 * math.log(rate)
    evidence += 0.5 * math.log(1 / (1 + n)) - 0.5 * n * math.log(math.pi) - n * math.log(x.std())
    assert model.bounds_[-1] == pytest.approx(evidence)


def test_scikit_learn_s_mixture_keeps_the_same_two():
    sklearn = pytest.importorskip("sklearn.mixture")
    x = np.array(papers.rows("faithful1990")[1], float)
    prior = dict(weight_concentration_prior=1e-3, mean_precision_prior=1.0, degrees_of_freedom_prior=2.0)
    theirs = sklearn.BayesianGaussianMixture(n_components=2, weight_concentration_prior_type="dirichlet_distribution",
        covariance_prior=2 * np.cov(x.T, bias=True), tol=1e-12, max_iter=1000, random_state=0, **prior).fit(x)  # fmt: skip
    ours = VariationalMixture(2, alpha0=1e-3, beta0=1.0, freedom0=2, tol=0.0, max_iter=5000).fit(x)
    order, other = np.argsort(ours.weights_), np.argsort(theirs.weights_)
    assert np.allclose(ours.weights_[order], theirs.weights_[other], rtol=1e-6)
    assert np.allclose(ours.means_[order], theirs.means_[other], rtol=1e-6)
    loose = VariationalMixture(2, alpha0=2e-3, beta0=1.0, freedom0=2, tol=0.0, max_iter=5000).fit(x)
    assert not np.allclose(np.sort(loose.weights_), np.sort(theirs.weights_), rtol=1e-6)


def families(d=2):
    return [advi.MeanField(d), advi.FullRank(d), flows.Planar(d, 5, RNG(1)), flows.Coupling(d, 4, 8, RNG(2))]


@pytest.mark.parametrize("family", families(), ids=lambda f: type(f).__name__)
def test_log_q_is_the_law_s_own_by_the_change_of_volume(family):
    """log q(z(ε)) + log |det ∂z/∂ε| = log N(ε), the determinant by differences."""
    rng = RNG(3)
    for parameter in nn.parameters(family).values():
        parameter.value += 0.3 * rng.standard_normal(parameter.value.shape)
    noise, h = rng.standard_normal((6, 2)), 1e-6
    z, log_q = (t.value for t in family.draw(noise))
    columns = [(family.draw(noise + h * e)[0].value - family.draw(noise - h * e)[0].value) / (2 * h) for e in np.eye(2)]
    determinant = np.linalg.det(np.stack(columns, axis=-1))
    assert np.allclose(log_q + np.log(np.abs(determinant)), advi.log_normal(noise), atol=1e-6)
    if isinstance(family, flows.Coupling):
        assert np.allclose(family.log_density(z), log_q)


@pytest.mark.parametrize("family", families(), ids=lambda f: type(f).__name__)
def test_gradients_are_differences(family):
    rng = RNG(4)
    noise, across = rng.standard_normal((7, 2)), rng.standard_normal((7, 2))

    def value():
        z, log_q = family.draw(noise)
        return ops.sum(ops.sin(z) * across) + ops.sum(log_q * log_q)

    gradients = backward(value())
    for parameter in nn.parameters(family).values():
        flat, own, h = parameter.value.reshape(-1), gradients[parameter].reshape(-1), 1e-6
        for i in rng.permutation(flat.size)[:4]:
            old = flat[i]
            flat[i] = old + h
            up = value().item()
            flat[i] = old - h
            down = value().item()
            flat[i] = old
            assert own[i] == pytest.approx((up - down) / (2 * h), rel=1e-4, abs=1e-5)


def test_a_coupling_s_density_sums_to_1():
    flow = flows.Coupling(2, 4, 8, RNG(2))
    for parameter in nn.parameters(flow).values():
        parameter.value += 0.1 * RNG(5).standard_normal(parameter.value.shape)
    side = np.linspace(-14, 14, 701)
    points = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    assert np.exp(flow.log_density(points)).sum() * (side[1] - side[0]) ** 2 == pytest.approx(1, abs=1e-4)


def test_annealing_begins_nearly_flat_ends_as_it_is_and_finds_both_heaps():
    slow = targets.Annealed(lambda z: z, 4)
    weights_seen = [slow(1.0) for _ in range(6)]
    assert weights_seen == [0.01, 0.01 + 1 / 4, 0.01 + 2 / 4, 0.01 + 3 / 4, 1.0, 1.0]
    ring = targets.TARGETS["ring"]
    for density, shares in ((ring, {0.0, 1.0}), (targets.Annealed(ring, 300), None)):
        family = targets.FAMILIES["coupling flow"](RNG(0))
        advi.fit(family, density, 600, 32, 0.02, RNG(10))
        right = float((advi.sample(family, 2000, RNG(5))[0][:, 0] > 0).mean())
        assert right in shares if shares else 0.1 < right < 0.9


def test_steps_that_are_lost_are_counted():
    calls = []

    def sometimes(z):
        calls.append(1)
        return ops.sum(-0.5 * z * z, axis=1) * (math.nan if len(calls) == 5 else 1.0)

    run = advi.fit(advi.MeanField(1), sometimes, 40, 8, 0.05, RNG(0))
    assert run.lost == 1 and np.isnan(run.bounds).sum() == 1


def test_the_prior_of_weights_is_its_formula():
    w = RNG(0).standard_normal((3, 4))
    wide, narrow = np.exp(-0.5 * w**2 / 4) / 2, np.exp(-0.5 * w**2 / 0.01) / 0.1
    both = weights.log_prior(Tensor(w), 0.25, 2.0, 0.1).item()
    assert both == pytest.approx(np.log(0.25 * wide + 0.75 * narrow).sum())
    assert weights.log_prior(Tensor(w), 1, 2.0, 0.1).item() == pytest.approx(np.log(wide).sum())
    assert weights.log_prior(Tensor(w), 0, 2.0, 0.1).item() == pytest.approx(np.log(narrow).sum())


def test_the_cost_of_weights_is_their_divergence_on_average():
    """Eq. (33)'s second part, averaged over draws, is Σ KL(N(mean, sd²) ‖ N(0, wide²)) by eq. (3)."""
    rng, wide = RNG(0), 0.7
    network = weights.Network([3], 0.2, rng)
    costs = []
    for _ in range(400):
        drawn = network.draw(rng)
        costs.append(
            sum((weights.log_posterior(sd, e) - weights.log_prior(w, 1, wide, 1.0)).item() for w, sd, e in drawn)
        )
    exact = 0.0
    for layer in network.layers:
        mean, sd = layer.mean.value.astype(float).ravel(), np.log1p(np.exp(layer.rho.value.astype(float))).ravel()
        exact += divergences.normal(mean, np.diag(sd**2), np.zeros(len(mean)), wide**2 * np.eye(len(mean)))
    mean, error = monte_carlo(np.array(costs))
    assert abs(mean - exact) <= error


def test_means_that_still_move_are_said():
    close = 1 - 1e-9
    with pytest.warns(gaussian.NotConverged, match="still move"):
        gaussian.coordinate_ascent([0, 0], np.linalg.inv([[1, close], [close, 1]]), [1.0, -1.0])


def test_rounds_that_were_too_few_are_said_and_columns_may_have_any_scale():
    with pytest.warns(gaussian.NotConverged, match="no rest after 2 rounds"):
        model = VariationalMixture(5, max_iter=2).fit(heaps())
    assert (model.n_iter_, model.converged_) == (2, False)
    model = VariationalMixture(5).fit(heaps() * [1, 1e18])
    assert model.converged_ and len(model.survivors_) == 2
    assert (VariationalMixture(5).fit_predict(heaps()) == model.predict(heaps() * [1, 1e18])).all()


def test_the_costs_of_all_batches_are_the_bound_of_all_digits():
    """With one draw for all: Σ of eq. (33) is −log p(y | x, w) of every digit + log q(w) − log p(w), each by its formula."""
    stats, rng = pytest.importorskip("scipy.stats"), RNG(0)
    network = weights.Network([3], 0.2, rng)
    x, y = rng.standard_normal((8, 784)).astype(np.float32), rng.integers(0, 10, 8)
    parts = [(x[:5], y[:5]), (x[5:], y[5:])]
    found = sum(len(b) * weights.cost(network, a, b, 2, (0.25, 0.9, 0.1), RNG(1)).item() for a, b in parts)
    drawn = network.draw(RNG(1))
    logits = network(x, [w for w, _, _ in drawn]).value.astype(float)
    exact = -(logits - np.logaddexp.reduce(logits, axis=1)[:, None])[np.arange(8), y].sum()
    for layer, (w, sd, _) in zip(network.layers, drawn):
        w, sd = w.value.astype(float), sd.value.astype(float)
        exact += stats.norm.logpdf(w, layer.mean.value, sd).sum()
        exact -= np.log(0.25 * stats.norm.pdf(w, 0, 0.9) + 0.75 * stats.norm.pdf(w, 0, 0.1)).sum()
    assert found == pytest.approx(exact, rel=1e-5)


def flat(z):
    return ops.sum(0.0 * z, axis=1)


def nowhere(z):
    return ops.sum(0.0 * z, axis=1) - math.inf


def broken(z):
    return ops.sum(z, axis=1) * math.nan


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: gaussian.mean_and_precision([3.0]), "improper"),
        (lambda: gaussian.mean_and_precision([3.0, 3.0]), "improper"),
        (lambda: gaussian.mean_and_precision([]), "1 or more numbers"),
        (lambda: gaussian.mean_and_precision([1.0, math.nan]), "finite"),
        (lambda: gaussian.mean_and_precision([1.0, 2.0], lambda0=-1.0), "lambda0"),
        (lambda: gaussian.coordinate_ascent([0, 0], [[1, 1], [1, 1]], [0, 0]), "improper"),
        (lambda: gaussian.coordinate_ascent([0, 0], [[1, 2], [0, 1]], [0, 0]), "symmetric"),
        (lambda: gaussian.coordinate_ascent([0, 0], "no", [0, 0]), "precision: wanted numbers"),
        (lambda: gaussian.coordinate_ascent([0, 0], [[1, 0], [0]], [0, 0]), "rows of"),
        (lambda: gaussian.mean_and_precision([1e200, 2e200]), "other units"),
        (lambda: gaussian.mean_and_precision([1.0, 2.0], mu0=math.nan, lambda0=1.0), "mu0"),
        (lambda: gaussian.mean_and_precision([1.0, 2.0], lambda0=1e-200), "lambda0"),
        (lambda: gaussian.mean_and_precision([1.0, 2.0], lambda0="1"), "wanted a number"),
        (lambda: schools.exact([1.0], [1.0], 5, 5), "2 or more"),
        (lambda: schools.exact([1.0, 2.0], [1.0, 1.0], 1e300, 5), "mu_sd"),
        (lambda: schools.exact([1.0, 2.0], [1.0, 1.0], 5, 1e-20), "tau_scale"),
        (lambda: schools.exact([1.0, 2.0], [1.0, 1.0], 5, 1e20), "tau_scale"),
        (lambda: VariationalMixture(2).fit(1e200 * np.eye(4)), "other units"),
        (lambda: VariationalMixture(2).fit(1e-250 * heaps()), "no scale"),
        (lambda: VariationalMixture(2, max_iter=0).fit(heaps()), "max_iter"),
        (lambda: VariationalMixture(2.5).fit(heaps()), "n_components"),
        (lambda: coal.exact([3], 1, 1), "2 or more"),
        (lambda: coal.exact([3, -1], 1, 1), "whole numbers"),
        (lambda: coal.mean_field([3, 1], 0, 1), "above 0"),
        (lambda: schools.exact([1.0, 2.0], [1.0], 5, 5), "as many"),
        (lambda: schools.exact([1.0, 2.0], [1.0, 1.0], math.inf, 5), "mu_sd"),
        (lambda: VariationalMixture(2).fit(np.ones((5, 2))), "no scale"),
        (lambda: VariationalMixture(9).fit(np.eye(4)), "wanted 1 to 4"),
        (lambda: VariationalMixture(2, alpha0=0.0).fit(heaps()), "alpha0"),
        (lambda: VariationalMixture(2, freedom0=1.0).fit(heaps()), "freedom0"),
        (lambda: VariationalMixture().predict(heaps()), "not fitted"),
        (lambda: VariationalMixture().set_params(depth=1), "no setting"),
        (lambda: advi.fit(advi.MeanField(2), flat, 2000, 4, 0.5, RNG(0)), "improper"),
        (lambda: advi.fit(advi.MeanField(2), nowhere, 10, 4, 0.5, RNG(0)), "outside the support"),
        (lambda: advi.fit(advi.MeanField(2), broken, 10, 4, 0.5, RNG(0)), "outside the support"),
        (lambda: advi.fit(advi.MeanField(2), flat, 0, 4, 0.5, RNG(0)), "at least 1"),
        (lambda: advi.MeanField(0), "at least 1"),
        (lambda: flows.Coupling(1, 2, 3, RNG(0)), "two coordinates"),
        (lambda: flows.Planar(2, 0, RNG(0)), "at least 1"),
        (lambda: flows.Coupling(2, 2, 3, RNG(0)).log_density(np.ones(2)), "wanted"),
    ],
)
def test_what_cannot_be_computed_is_said_in_one_line(wrong, says):
    with pytest.raises(BadInput, match=says) as raised:
        wrong()
    assert "\n" not in str(raised.value)


def test_components_that_meet_on_one_point_keep_their_prior_s_width():
    x = np.concatenate([np.zeros((50, 2)), RNG(0).standard_normal((50, 2)) + 6])
    model = VariationalMixture(4).fit(x)
    assert all(np.linalg.eigvalsh(c)[0] > 0 for c in model.covariances_) and np.isfinite(model.bounds_).all()
