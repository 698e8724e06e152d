"""Facts of the linear model: log-likelihood, tightness, collapse; and the exact bounds L_k."""

import numpy as np
import pytest

import images
import importance
import linear
from abacus import papers, verdict
from abacus.errors import BadInput

RNG = np.random.default_rng(0)
X = RNG.standard_normal((300, 4)) @ RNG.standard_normal((4, 9)) + 0.5 * RNG.standard_normal((300, 9)) + 3.0
EPS = np.finfo(float).eps


class Loop:
    """A job that only counts."""

    def steps(self, n, *objects):
        return range(n)

    def log(self, **values):
        pass


def rounding(*sizes):
    return 100 * EPS * np.prod(sizes)


def test_the_density_is_that_of_a_normal_law_with_covariance_wwt_and_noise():
    stats = pytest.importorskip("scipy.stats")
    model = linear.ProbabilisticPCA(3).fit(X)
    w, mean, noise = model.decoder()
    law = stats.multivariate_normal(mean, w @ w.T + noise * np.eye(9))
    assert np.abs(model.score_samples(X) - law.logpdf(X)).max() <= rounding(9, 9, 10)
    values = np.linalg.eigvalsh(np.cov(X.T, ddof=0))
    assert model.noise_variance_ == pytest.approx(values[:6].mean(), rel=rounding(9))


def test_no_other_decoder_is_as_likely():
    model = linear.ProbabilisticPCA(3).fit(X)
    w, mean, noise = model.decoder()
    for step in (-1e-3, 1e-3):
        assert linear.log_likelihoods(X, linear.Decoder(w * (1 + step), mean, noise)).mean() < model.score(X)
        assert linear.log_likelihoods(X, linear.Decoder(w, mean, noise * (1 + step))).mean() < model.score(X)


def test_the_elbo_is_tight_with_the_encoder_of_bayes_and_lower_with_any_other():
    model, s = linear.ProbabilisticPCA(3).fit(X), linear.covariance(X)
    w, _, noise = decoder = model.decoder()
    v, variances = linear.posterior(decoder)
    tight = linear.elbo(s, w, noise, v, variances).item()
    assert abs(tight - model.score(X)) <= rounding(9, 9, 10)
    assert linear.elbo(s, w, noise, 1.01 * v, variances).item() < tight
    assert linear.elbo(s, w, noise, v, 1.01 * variances).item() < tight


def test_the_elbo_without_sampling_is_the_mean_of_the_elbos_of_the_rows():
    decoder, s = linear.ProbabilisticPCA(2).fit(X).decoder(), linear.covariance(X)
    v, variances = RNG.standard_normal((2, 9)), np.array([0.3, 0.7])
    away = X - X.mean(axis=0)
    means = away @ v.T
    off = ((away - means @ decoder.w.T) ** 2).sum(axis=1) + ((decoder.w**2).sum(axis=0) * variances).sum()
    fit = -0.5 * (9 * np.log(2 * np.pi * decoder.noise) + off / decoder.noise)
    kl = 0.5 * (means**2 + variances - np.log(variances) - 1).sum(axis=1)
    found = linear.elbo(s, decoder.w, decoder.noise, v, variances, 3.0).item()
    assert found == pytest.approx((fit - 3 * kl).mean(), rel=rounding(9, 9))


@pytest.mark.parametrize("beta", [1.0, 4.0, 30.0])
def test_beta_counts_the_eigenvalues_above_beta_times_the_noise_and_nothing_is_better(beta):
    s, noise = linear.covariance(X), 0.25
    values, axes = linear.spectrum(s)
    decoder = linear.Decoder(linear.loadings(values, axes, 4, beta * noise), X.mean(axis=0), noise)
    encoder = linear.posterior(decoder, beta)
    assert linear.active(encoder.v, s, 1e-12) == (values[:4] > beta * noise).sum()
    best = linear.elbo(s, decoder.w, noise, *encoder, beta).item()
    for step in (0.99, 1.01):
        assert linear.elbo(s, step * decoder.w, noise, *encoder, beta).item() <= best
        assert linear.elbo(s, decoder.w, noise, encoder.v, step * encoder.variances, beta).item() < best


def test_gradients_find_the_closed_form_and_a_broken_vae_does_not():
    """The numbers of the table `collapse`, its row β = 20, shortened: intact, never trained, and with shuffled latents."""
    table, row = papers.table("lucas2019/collapse"), "noise 0.5, β = 20"
    x = images.usps(3000)
    s = linear.covariance(x)
    model = linear.LinearVAE(256, 10, np.random.default_rng(0), 0.5)
    unseen = float(model.elbo(s, 20.0)), linear.active(model.v.value, s)
    bound = linear.train(model, s, 1500, 0.01, 20.0, Loop())

    def judged(bound, units):
        return set(verdict.of(table, row, {"bound": bound, "active units": units}).values())

    units = linear.active(model.v.value, s)
    assert judged(bound, units) == {"reproduced"}
    assert "reproduced" not in judged(*unseen)
    away = x - x.mean(axis=0)
    means = away @ model.v.value.T
    right, wrong = (
        (((away - m @ model.w.value.T) ** 2).sum(axis=1)).mean() for m in (means, np.roll(means, 1, axis=0))
    )
    assert judged(bound - (wrong - right) / (2 * 0.5), units) != {
        "reproduced"
    }  # each digit from its neighbour's latents


def test_half_of_the_digits_or_a_component_less_is_another_likelihood():
    table, row = papers.table("tipping1999/usps"), "exact"
    x = images.usps(3000)

    def judged(x, latents):
        model = linear.ProbabilisticPCA(latents).fit(x)
        units = linear.active(linear.posterior(model.decoder()).v, linear.covariance(x))
        values = {"nats a digit": model.score(x), "noise variance": model.noise_variance_, "active units": units}
        return verdict.of(table, row, values)

    assert set(judged(x, 10).values()) == {"reproduced"}
    assert judged(x[:1500], 10)["nats a digit"] == judged(x, 9)["nats a digit"] == "not reproduced"


def test_the_printed_optimum_of_each_beta_is_the_closed_form():
    s = linear.covariance(images.usps(3000))
    values, axes = linear.spectrum(s)
    rows = papers.table("lucas2019/collapse").rows
    for beta in (1, 8, 10, 20, 32, 60):
        decoder = linear.Decoder(linear.loadings(values, axes, 10, beta * 0.5), np.zeros(256), 0.5)
        best = linear.elbo(s, decoder.w, 0.5, *linear.posterior(decoder, beta), beta).item()
        printed = rows[f"noise 0.5, β = {beta}"]
        assert f"{best:.2f}" == printed["bound"].text
        assert int((values[:10] > beta * 0.5).sum()) == int(printed["active units"].text)


def test_samples_have_the_model_s_covariance():
    model = linear.ProbabilisticPCA(3).fit(X)
    drawn = model.sample(40_000, np.random.default_rng(0))
    w, mean, noise = model.decoder()
    exact = w @ w.T + noise * np.eye(9)
    sd = np.sqrt((exact**2 + np.outer(np.diag(exact), np.diag(exact))) / len(drawn))  # of a normal law's covariance
    assert np.abs((np.cov(drawn.T) - exact) / sd).max() < 4.5 and drawn.mean(axis=0) == pytest.approx(mean, abs=0.1)


def test_l_1_and_l_2_are_those_of_the_line_and_of_the_plane():
    assert importance.exact_bound(2.0, 1) == pytest.approx(-0.5 * np.log(2 * np.pi) - 2.5, rel=1e-12)
    z = importance.Z
    density = np.exp(importance.log_normal(z, 0.0, 1.0)) * (z[1] - z[0])
    w = np.exp(importance.log_normal(2.0, z, 1.0))
    assert importance.exact_bound(2.0, 2) == pytest.approx(density @ np.log((w[:, None] + w) / 2) @ density, rel=1e-11)


def test_l_k_grows_with_k_towards_log_p_and_the_gap_falls_as_half_the_variance_over_k():
    bounds = np.array([importance.exact_bound(2.0, k) for k in (1, 2, 5, 50, 500, 5000)])
    evidence = importance.log_normal(2.0, 0.0, 2.0)
    assert (np.diff(bounds) > 0).all() and bounds[-1] < evidence
    z = importance.Z
    w = np.exp(importance.log_normal(2.0, z, 1.0) - evidence)
    variance = np.exp(importance.log_normal(z, 0.0, 1.0)) @ (w - 1) ** 2 * (z[1] - z[0])
    assert 5000 * (evidence - bounds[-1]) == pytest.approx(
        variance / 2, rel=1 / 500
    )  # the next term is of order 1 / k²
    printed = [p["L_k"].number for p in papers.table("burda2016/bounds").rows.values()]
    assert np.abs(bounds - printed).max() <= 0.5e-6 * (1 + 1e-9)


def test_a_sampled_bound_is_judged_and_one_of_the_wrong_k_is_not_reproduced():
    table, noise = papers.table("burda2016/bounds"), np.random.default_rng(0)
    log_w = importance.log_normal(2.0, noise.standard_normal((20_000, 5)), 1.0)

    def judged(log_w):
        found = importance.log_mean_exp(log_w, axis=1)
        return verdict.of(table, "k = 5", {"L_k": (found.mean(), found.std() / np.sqrt(len(found)))})["L_k"]

    assert judged(log_w) == "reproduced"
    assert judged(log_w[:, :4]) == judged(log_w + 0.05) == "not reproduced"


def test_both_gradients_have_the_same_mean_and_the_second_one_is_less_noisy():
    """Of L_8 by the encoder's shift: in 4 000 draws the means agree within their errors, and the variances do not."""
    rng = np.random.default_rng(0)
    x, mu, b = rng.standard_normal((3, 2)), np.array([0.5, -0.5]), np.array([0.3, 0.3])
    both = [importance.gradients(x, mu, b, rng.standard_normal((8, 3, 2))) for _ in range(4000)]
    first, second = (np.array([g[name] for g in both]) for name in ("IWAE, encoder", "DReG, encoder"))
    difference = first - second
    assert (np.abs(difference.mean(axis=0)) < 4 * difference.std(axis=0) / np.sqrt(len(both))).all()
    assert (second.var(axis=0) < first.var(axis=0) / 2).all()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: linear.ProbabilisticPCA(9).fit(X), "n_components is 9"),
        (lambda: linear.ProbabilisticPCA(0).fit(X), "n_components"),
        (lambda: linear.ProbabilisticPCA(2).score(X), "not fitted"),
        (lambda: linear.ProbabilisticPCA(2).fit(X).transform(X[:, :5]), "5 features"),
        (lambda: linear.ProbabilisticPCA(2).fit(np.outer(np.arange(9.0), np.ones(5))), "leave no variance"),
        (lambda: linear.ProbabilisticPCA(2).fit(np.full((4, 5), np.nan)), "NaN"),
        (lambda: importance.exact_bound(2.0, 0), "k is 0"),
        (lambda: importance.log_mean_exp(np.zeros((0, 3))), "no weights"),
        (lambda: images.usps(8000), "digits is 8000"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(wrong, says):
    with pytest.raises(BadInput, match=says) as raised:
        wrong()
    assert "\n" not in str(raised.value)


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_estimator_checks_pass(estimator_checks):
    estimator_checks(linear.ProbabilisticPCA, "Transformer")
