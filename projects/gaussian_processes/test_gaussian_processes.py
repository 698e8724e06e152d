"""Facts of the processes: slopes against differences, shortcuts against the exact one, prints, and broken variants."""

import dataclasses
import importlib
import re

import numpy as np
import pytest

import carbon
import climb
import exact
import latent
import masked
import moments
import networks
import shortcuts
import sparse
import structure
import uci
from abacus import papers, verdict
from abacus.errors import BadInput
from abacus.running.job import Job
from covariance import RBF, Constant, Linear, Matern, NeuralNetwork, Periodic, RationalQuadratic, White
from gp import GaussianProcessRegressor

EPS = np.finfo(float).eps
STEP = EPS ** (1 / 3)  # of central differences, whose relative error is then about STEP²


def cloud(n=300, d=2, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    return x, np.sin(2 * x[:, 0]) + x[:, 1] + 0.1 * rng.standard_normal(n)


def agrees(function, theta, slope):
    """Whether a slope is that of central differences, to the digits that they have."""
    told = [(function(theta + STEP * e) - function(theta - STEP * e)) / (2 * STEP) for e in np.eye(len(theta))]
    return np.abs(slope - told).max() <= 1e3 * STEP**2 * max(1.0, np.abs(slope).max(), abs(function(theta)))


KERNELS = [
    2.0 * RBF(1.3) + White(0.1),
    2.0 * RBF([1.0, 2.0]) + White(0.1),
    1.5 * Matern([1.0, 2.0], 0.5) + White(0.1),
    1.5 * Matern(1.2, 1.5) + White(0.1),
    1.5 * Matern([1.0, 2.0], 2.5) + White(0.1),
    1.5 * RationalQuadratic([1.0, 2.0], 0.7) + White(0.1),
    RBF(2.0) * Periodic(1.3, 2.1) + Constant(0.5) + White(0.2),
    Linear(0.4) * Linear(2.0) + White(0.3),
    3.0 * NeuralNetwork(0.7, [1.0, 0.5]) + 0.5 * NeuralNetwork(0.3, 0.4) + White(0.2),
]


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_the_evidence_has_the_slope_of_differences_and_the_kernel_is_one(kernel):
    x, y = cloud()  # more rows than a block has
    evidence, slope = exact.evidence_slope(kernel, x, y, 1e-6)
    assert agrees(lambda t: exact.evidence_slope(kernel.with_theta(t), x, y, 1e-6)[0], kernel.theta, slope)
    k = kernel(x)
    assert np.allclose(np.diagonal(k), kernel.diag(x)) and np.linalg.eigvalsh(k)[0] > 0
    sign, logs = np.linalg.slogdet(k + 1e-6 * np.eye(len(x)))
    plain = -0.5 * (logs + y @ np.linalg.solve(k + 1e-6 * np.eye(len(x)), y) + len(x) * np.log(2 * np.pi))
    assert sign == 1 and evidence == pytest.approx(plain, rel=1e-9)


def test_leaving_one_out_by_formula_is_n_fits():
    x, y = cloud(30)
    kernel = 2.0 * RBF(1.0) + White(0.1)
    process = GaussianProcessRegressor(kernel, normalize_y=False, optimise=False)
    mean, deviation = process.fit(x, y).leave_one_out()
    for i in range(0, 30, 7):
        rest = np.arange(30) != i
        process.fit(x[rest], y[rest])
        other = process.predict(x[i : i + 1], return_std=True)
        assert np.allclose([mean[i], deviation[i]], np.ravel(other), rtol=1e-6)


def test_the_climb_ends_at_the_top_and_at_the_wall():
    valley = lambda x: ((x[0] - 1) ** 2 + 10 * (x[1] - x[0] ** 2) ** 2,  # noqa: E731
                        np.array([2 * (x[0] - 1) - 40 * x[0] * (x[1] - x[0] ** 2), 20 * (x[1] - x[0] ** 2)]))  # fmt: skip
    x, f = climb.lowest(valley, [-1.0, 1.0], np.full(2, -5.0), np.full(2, 5.0), tol=1e-8)
    assert np.allclose(x, 1.0, atol=1e-6) and f < 1e-12
    x, _ = climb.lowest(valley, [-1.0, 1.0], np.full(2, -5.0), np.array([0.5, 5.0]), tol=1e-8)
    assert x[0] == 0.5 and x[1] == pytest.approx(0.25, abs=1e-6)


@pytest.mark.parametrize("name", ["logistic", "probit", "ep"])
def test_the_slopes_of_approximate_evidence_are_those_of_differences(name):
    x, y = cloud(80)
    sign, kernel = np.where(y > 0, 1.0, -1.0), 3.0 * RBF([1.0, 1.5])
    ways = {n: (lambda k, s, link=link: latent.laplace(k, s, link)) for n, link in latent.LINKS.items()}
    way = (ways | {"ep": latent.expectation_propagation})[name]
    _, slope = latent.evidence_slope(way, kernel, x, sign)
    for i, e in enumerate(np.eye(3)):
        ends = [latent.evidence_slope(way, kernel.with_theta(kernel.theta + h * e), x, sign)[0] for h in (1e-3, -1e-3)]
        assert slope[i] == pytest.approx((ends[0] - ends[1]) / 2e-3, abs=1e-3)  # what TINY leaves of the evidence


def test_ep_is_nearer_to_the_true_evidence_than_laplace():
    """Against the evidence of four signs by the share of 400 000 draws that have them (Kuss & Rasmussen 2005)."""
    x, sign = np.array([[-1.0], [-0.3], [0.4], [1.5]]), np.array([-1.0, 1.0, 1.0, 1.0])
    kernel = 9.0 * RBF(1.0)
    k, rng = kernel(x), np.random.default_rng(0)
    f = rng.standard_normal((400_000, 4)) @ np.linalg.cholesky(k).T
    p = latent.ndtr(sign * f).prod(axis=1)
    truth, error = np.log(p.mean()), p.std() / p.mean() / np.sqrt(len(p))
    ep, laplace = latent.expectation_propagation(k, sign).evidence, latent.laplace(k, sign, latent.Probit).evidence
    assert abs(ep - truth) < 0.2 * abs(laplace - truth) and abs(laplace - truth) > 10 * error


def test_ep_all_at_once_ends_where_one_after_the_other_does():
    x, y = cloud(25)
    sign, k = np.where(y > 0, 1.0, -1.0), (4.0 * RBF(1.0))(x)
    tau, nu = np.zeros(25), np.zeros(25)
    for _ in range(60):  # R & W 2006, algorithm 3.5, with inverses as they are written
        for i in range(25):
            cov = np.linalg.inv(np.linalg.inv(k + 1e-10 * np.eye(25)) + np.diag(tau))
            mean = cov @ nu
            rest, pull = 1 / cov[i, i] - tau[i], mean[i] / cov[i, i] - nu[i]
            m, v = pull / rest, 1 / rest
            z = sign[i] * m / np.sqrt(1 + v)
            r = latent.ratio(z)
            new_m, new_v = m + sign[i] * v * r / np.sqrt(1 + v), v - v * v * r * (z + r) / (1 + v)
            tau[i], nu[i] = 1 / new_v - rest, new_m / new_v - pull
    found = latent.expectation_propagation(k, sign)
    assert np.allclose(found.precision, tau, rtol=1e-3)
    assert np.allclose(
        k @ found.weights, np.linalg.inv(np.linalg.inv(k + 1e-10 * np.eye(25)) + np.diag(tau)) @ nu, atol=1e-3
    )


def test_the_bound_is_below_the_evidence_grows_and_meets_it():
    x, y = shortcuts.plane(150)
    kernel = 1.5 * RBF([1.0, 2.0])
    whole = exact.posterior(kernel + White(0.05), x, y, 0.0).evidence
    bounds = [
        sparse.evidence_slope(kernel, 0.05, x, y, x[sparse.chosen(kernel, x, m)], "bound")[0] for m in (10, 40, 150)
    ]
    assert bounds[0] < bounds[1] < bounds[2] <= whole + 1e-3 and bounds[2] == pytest.approx(whole, abs=1e-3)
    places = x[:15]
    for method in sparse.METHODS:
        _, slope = sparse.evidence_slope(kernel, 0.05, x, y, places, method)

        def value(t, method=method):
            return sparse.evidence_slope(kernel.with_theta(t[:-1]), np.exp(t[-1]), x, y, places, method)[0]

        assert agrees(value, np.append(kernel.theta, np.log(0.05)), slope)


@pytest.mark.parametrize("method", sparse.METHODS)
def test_evidence_and_predictions_of_few_points_are_those_of_the_whole_matrix(method):
    """Eqs. (18) to (20) as they are written, with matrices of all samples, far from where both are exact."""
    x, y = shortcuts.plane(100)
    kernel, noise = 1.5 * RBF([1.0, 2.0]), 0.05
    machine = sparse.SparseRegressor(kernel, noise, method, 12, optimise=False).fit(x, y)
    points, new = machine.inducing_, x[:7] + 0.1
    own = kernel(points) + sparse.JITTER * 1.5 * np.eye(12)
    known = kernel(x, points) @ np.linalg.solve(own, kernel(points, x))
    left = np.diagonal(kernel(x) - known)
    covariance = known + np.diag(noise + (left if method == "fitc" else 0.0 * left))
    logs = np.linalg.slogdet(covariance)[1] + 100 * np.log(2 * np.pi)
    plain = -0.5 * (logs + y @ np.linalg.solve(covariance, y)) - (left.sum() / noise / 2 if method == "bound" else 0)
    assert machine.log_evidence_ == pytest.approx(plain, rel=1e-8)
    across = kernel(new, points) @ np.linalg.solve(own, kernel(points, x))
    mean, deviation = machine.predict(new, return_std=True)
    assert np.allclose(mean, across @ np.linalg.solve(covariance, y), atol=1e-6)
    variance = kernel.diag(new) - np.diagonal(across @ np.linalg.solve(covariance, across.T)) + noise
    assert np.allclose(deviation**2, variance, atol=1e-6)


def test_a_line_in_features_is_a_process():
    x, y = cloud(60)
    features = np.hstack([np.ones((60, 1)), x, x**2])
    mean, variance, evidence = sparse.straight(features[:50], y[:50], 0.1, features[50:])
    kernel = features @ features.T
    covariance = kernel[:50, :50] + 0.1 * np.eye(50)
    assert np.allclose(mean, kernel[50:, :50] @ np.linalg.solve(covariance, y[:50]))
    left = np.diagonal(kernel[50:, 50:] - kernel[50:, :50] @ np.linalg.solve(covariance, kernel[:50, 50:]))
    assert np.allclose(variance, left + 0.1)
    logs = np.linalg.slogdet(covariance)[1] + 50 * np.log(2 * np.pi)
    assert evidence == pytest.approx(-0.5 * (logs + y[:50] @ np.linalg.solve(covariance, y[:50])))


@pytest.mark.parametrize(
    "kernel", [RBF([1.0, 2.0]), 2.0 * Matern(1.3, 0.5), Matern(1.3, 1.5), 2.0 * Matern([1.0, 2.0], 2.5)]
)
def test_random_waves_have_the_kernel_s_products(kernel):
    x, waves = cloud(40)[0], 20_000
    features = sparse.random_features(kernel, x, waves, np.random.default_rng(0))
    error = 5 * kernel.diag(x)[0] / np.sqrt(waves)  # five deviations of a mean of cosines
    assert np.abs(features @ features.T - kernel(x)).max() < error


@pytest.mark.parametrize(
    "kernel", [2.0 * Matern(1.2, 0.5), Matern(1.2, 1.5), 2.0 * Matern(1.2, 2.5) + Matern(5.0, 0.5)]
)
def test_a_filter_of_states_is_the_process(kernel):
    rng = np.random.default_rng(0)
    t = np.sort(rng.uniform(0, 20, 80))
    y, new = np.sin(t) + 0.1 * rng.standard_normal(80), np.array([-1.0, t[5], 3.3, 25.0])
    whole = exact.posterior(kernel, t[:, None], y, 0.01)
    evidence, mean, variance = structure.kalman(kernel, 0.01, t, y, new)
    assert evidence == pytest.approx(whole.evidence, rel=1e-9)
    assert structure.kalman(kernel, 0.01, t, y) == pytest.approx(evidence, rel=1e-9)
    for mine, exactly in zip((mean, variance), exact.predict(kernel, t[:, None], whole, new[:, None])):
        assert np.allclose(mine, exactly, atol=1e-9)


def test_a_field_is_the_process_of_all_its_samples_and_its_slope_is_right():
    rng = np.random.default_rng(0)
    places, times, y = rng.uniform(0, 1, (6, 2)), np.arange(8.0)[:, None], rng.standard_normal((6, 8))
    kernels = 2.0 * RBF(0.5), Matern(3.0, 1.5)
    k = np.kron(kernels[0](places), kernels[1](times)) + 0.3 * np.eye(48)
    found = structure.grid(kernels[0](places), kernels[1](times), 0.3, y)
    assert np.allclose(found.weights.ravel(), np.linalg.solve(k, y.ravel()))
    logs = np.linalg.slogdet(k)[1] + 48 * np.log(2 * np.pi)
    assert found.evidence == pytest.approx(-0.5 * (logs + y.ravel() @ np.linalg.solve(k, y.ravel())))

    def value(t):
        parts = kernels[0].with_theta(t[:2]), kernels[1].with_theta(t[2:3])
        return structure.grid_slope(parts, np.exp(t[3]), places, times, y)[0]

    theta = np.concatenate([kernels[0].theta, kernels[1].theta, [np.log(0.3)]])
    assert agrees(value, theta, structure.grid_slope(kernels, 0.3, places, times, y)[1])


def test_moments_of_a_rectifier_are_those_of_draws():
    m, v = np.array([-1.0, 0.3, 2.0]), np.array([0.5, 2.0, 1.0])
    draws = np.maximum(m + np.sqrt(v) * np.random.default_rng(0).standard_normal((400_000, 3)), 0)
    mean, variance, _, _ = moments.rectified(m, v)
    for sample, told in ((draws, mean), ((draws - mean) ** 2, variance)):
        error = sample.std(axis=0) / np.sqrt(len(sample))
        assert (np.abs(sample.mean(axis=0) - told) < 5 * error).all()


def test_a_sample_moves_every_weight_as_the_slope_of_its_log_evidence_says():
    """Eq. (30) against differences: the compiled slopes are those of log N(y; m, v) in every mean and variance."""
    rng = np.random.default_rng(0)
    layers = [rng.standard_normal((3, 3)), np.full((3, 3), 0.4), rng.standard_normal((1, 4)), np.full((1, 4), 0.3)]
    x, y, noise = np.array([[0.5, -1.0, 1.0]]), np.array([0.7]), np.array([6.0, 6.0])

    def log_evidence(parts):
        *_, m, v = moments.forward(*parts, x[0])
        return moments.log_normal(y[0], m, v + noise[1] / (noise[0] - 1))

    after = [a.copy() for a in layers]
    moments.learn(*after, noise.copy(), x, y, np.array([0]))
    for k in (0, 2):
        for place in np.ndindex(layers[k].shape):
            slopes = []
            for part in (k, k + 1):
                ends = []
                for h in (STEP, -STEP):
                    moved = [a.copy() for a in layers]
                    moved[part][place] += h
                    ends.append(log_evidence(moved))
                slopes.append((ends[0] - ends[1]) / (2 * STEP))
            v = layers[k + 1][place]
            assert after[k][place] == pytest.approx(layers[k][place] + v * slopes[0], abs=1e-8)
            assert after[k + 1][place] == pytest.approx(v - v * v * (slopes[0] ** 2 - 2 * slopes[1]), abs=1e-8)


def test_the_prior_of_a_weight_is_matched_as_a_product_of_normal_laws():
    """One weight N(0.5, 0.2), λ ~ Gamma(6, 6): its prior counts as N(0, 6/5), so precisions add: 5 + 5/6."""
    mean, var, law = np.full((1, 1), 0.5), np.full((1, 1), 0.2), np.array([6.0, 6.0])
    hat_mean, hat_precision, hat_law = np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((2, 1, 1))
    moments.refine(mean, var, hat_mean, hat_precision, hat_law, law)
    assert var[0, 0] == pytest.approx(1 / (5 + 5 / 6), rel=10 * EPS)
    assert mean[0, 0] == pytest.approx(2.5 / (5 + 5 / 6), rel=10 * EPS)
    assert hat_precision[0, 0] == pytest.approx(5 / 6, rel=100 * EPS) and law[0] / law[1] != 1  # and λ has learnt of it


def test_weights_decay_by_eq_26_and_biases_do_not(monkeypatch):
    seen, train = {}, masked.train
    monkeypatch.setattr(masked, "train", lambda *a: seen.update(decay=a[5]) or train(*a))
    x, y = cloud(40)
    networks.Dropout(5, 0.2, 3.0, 1).fit(x, y, np.random.default_rng(0))
    assert seen["decay"] == pytest.approx(0.01**2 * (1 - 0.2) / (2 * 40 * 3.0), rel=4 * EPS)
    x, rate, never = x.astype(np.float32), 1e-3, 1e-9
    start = np.random.default_rng(1).standard_normal(2 * 5 + 5 + 5 + 1).astype(np.float32)
    right = masked.forward(start, x, 5, never, np.random.default_rng(2))[2]  # targets that leave no error
    for decay in (0.0, 0.5):
        after = start.copy()
        train(after, x, right, 5, never, decay, 1, 40, rate, np.random.default_rng(3))
        moved = (after - start) / rate
        weights = np.r_[0:10, 15:20]
        assert np.allclose(moved[weights], -np.sign(start[weights]) if decay else 0.0, atol=1e-2)  # Adam's first step
        assert (moved[[10, 11, 12, 13, 14, 20]] == 0).all()


def test_dropout_s_log_density_is_that_of_its_passes():
    x, y = cloud(40)
    network = networks.Dropout(5, 0.2, 3.0, 20).fit(x, y, np.random.default_rng(0))
    mean, logs = network.predict(x, y, np.random.default_rng(1), 50)
    rng = np.random.default_rng(1)
    outs = []
    for _ in range(50):
        out = masked.forward(network.weights, network.inputs(x).astype(np.float32), 5, 0.2, rng)[2]
        outs.append(network.targets.mean + network.targets.deviation * out.astype(float))
    outs = np.array(outs)
    assert np.allclose(mean, outs.mean(axis=0))
    plain = np.log(np.mean(np.sqrt(3 / (2 * np.pi)) * np.exp(-1.5 * (y - outs) ** 2), axis=0))
    assert np.allclose(logs, plain)


GOOD = [65.78, 66.90, 2.398, 90.15, 1.337, 0.664, 1.165, 0.782, 0.1834, 0.1324, 0.1883]  # near the top: a short climb


@pytest.mark.parametrize(("last", "expected"), [(2003, True), (2001, False)])
def test_the_book_s_years_have_the_book_s_evidence_and_other_years_do_not(dataset, last, expected):
    dataset("co2")
    x, y = carbon.measured(last)
    process = carbon.fitted(GOOD, x, y, optimise=False)
    printed = papers.table("rasmussen2006/mauna_loa")
    found = dict(zip(printed.columns[:1], [process.log_marginal_likelihood_value_]))
    assert (verdict.of(printed, "the years to 2003", found)["log evidence"] == "reproduced") is expected


@pytest.mark.parametrize(("epochs", "expected"), [(4000, True), (400, False)])
def test_yacht_needs_four_thousand_epochs(dataset, tmp_path, epochs, expected):
    """Without the grid (its usual choice is taken) and with six splits: shortened alike on both sides."""
    dataset("uci", "regression/yacht")
    printed = papers.table("gal2016/uci")
    setting = dict(set="Yacht", units=50, epochs=epochs, batch=128, rate=1e-3, length=0.01, passes=200, held=0.2)
    cfg = uci.Drop(**setting, probabilities=[0.005], taus=[0.75])
    seeds = [uci.dropout(cfg, Job("Yacht", i, tmp_path / str(i))) for i in range(6)]
    assert (verdict.of(printed, "Yacht", *seeds)["RMSE"] == "reproduced") is expected


@pytest.mark.parametrize(("passes", "expected"), [(40, True), (1, False)])
def test_a_bayesian_network_needs_its_forty_passes(dataset, tmp_path, passes, expected):
    dataset("uci", "regression/yacht")
    printed = papers.table("hernandezlobato2015/pbp")
    cfg = uci.Network(set="Yacht", units=50, passes=passes)
    seeds = [uci.network(cfg, Job("Yacht", i, tmp_path / str(i))) for i in range(20)]
    assert (verdict.of(printed, "Yacht", *seeds)["RMSE"] == "reproduced") is expected


@pytest.mark.parametrize(("noise", "expected"), [(0.1, True), (0.1001, False)])
def test_a_series_has_one_evidence_and_a_thousandth_more_noise_is_seen(tmp_path, noise, expected):
    printed = papers.table("gp_counts/series")
    found = shortcuts.series(shortcuts.Series(2000, noise, 20.0), Job("2 000 samples", 0, tmp_path))
    assert (set(verdict.of(printed, "2 000 samples", found).values()) == {"reproduced"}) is expected


def test_least_sure_questions_need_fewer_answers(tmp_path):
    import active

    cfg = active.Config(pool=300, start=6, ask=50, every=10, noise=0.05)
    found = [active.active(cfg, Job("active", i, tmp_path / str(i))) for i in range(2)]
    assert np.mean([f["error, least sure"] for f in found]) < np.mean([f["error, at random"] for f in found])


@pytest.mark.parametrize(
    ("study", "Config", "change", "words"),
    [
        ("carbon.book", "Book", dict(numbers=[1.0, 2.0]), "numbers has 2 numbers; the kernel has eleven"),
        ("carbon.book", "Book", dict(last=2100), "last=2100: no month after it is measured"),
        ("carbon.learnt", "Learnt", dict(start=[1.0]), "start has 1 numbers"),
        ("digits.digits", "Config", dict(lengths=[1.0]), "wanted two of each"),
        ("digits.digits", "Config", dict(train=5000), "train=5000: wanted fewer than the 1540 images"),
        ("active.active", "Config", dict(pool=10, ask=20), "fewer together than the pool's 10 places"),
        ("uci.dropout", "Drop", dict(probabilities=[]), "an empty list"),
        ("uci.dropout", "Drop", dict(held=0.999999), "wanted some on both sides"),
    ],
)
def test_settings_that_do_not_fit_each_other_are_one_line(dataset, tmp_path, study, Config, change, words):
    needs = {"last": ("co2",), "train": ("usps",), "probabilities": ("uci", "regression/yacht")}
    needs |= {"held": needs["probabilities"]}
    for setting in needs.keys() & change.keys():  # the others are refused before any data is read
        dataset(*needs[setting])
    module, name = (importlib.import_module(study.split(".")[0]), study.split(".")[1])
    usual = dict(numbers=GOOD, last=2003, ahead=1, start=GOOD, lengths=[1.0, 1.0], heights=[1.0, 1.0], train=10)
    usual |= dict(pool=800, ask=1, every=1, noise=0.1, set="Yacht", units=1, epochs=1, batch=1, rate=0.1, length=0.1)
    usual |= dict(passes=1, held=0.2, probabilities=[0.1], taus=[1.0]) | change
    if module.__name__ == "active":
        usual["start"] = 6
    kind = getattr(module, Config)
    cfg = kind(**{field.name: usual[field.name] for field in dataclasses.fields(kind)})
    with pytest.raises(BadInput, match=re.escape(words)) as error:
        getattr(module, name)(cfg, Job("run", 0, tmp_path))
    assert "\n" not in str(error.value)


def test_the_first_example_of_the_lesson():
    x, y = np.array([[0.0], [1.0]]), np.array([1.0, 2.0])
    process = GaussianProcessRegressor(RBF(1.0), alpha=0.0, normalize_y=False, optimise=False).fit(x, y)
    mean, deviation = process.predict(np.array([[0.5], [3.0]]), return_std=True)
    fit, size = -0.5 * y @ process.alpha_, -np.log(np.diagonal(process.L_)).sum()
    found = [*process.alpha_, *mean, deviation[0] ** 2, deviation[1], fit, size, process.log_marginal_likelihood_value_]
    lesson = ["-0.337", "2.204", "1.648", "0.295", "0.0305", "0.99", "-2.036", "0.229", "-3.644"]
    for value, printed in zip(found, lesson, strict=True):
        assert f"{value:.{len(printed.split('.')[1])}f}" == printed
