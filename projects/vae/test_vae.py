"""Facts of the network: gradients, counts, bounds that are ordered, discrete latents, controls."""

import math

import numpy as np
import pytest

import densities
import discrete
import images
import network
import objectives
from abacus import nn, ops
from abacus.errors import BadInput
from abacus.optim import Adam
from abacus.tensor import Parameter, backward

RNG = np.random.default_rng(0)
CODE = Parameter(RNG.standard_normal((4, 6)))
Z = Parameter(RNG.standard_normal((3, 4, 3)))
LOGITS = Parameter(20 * RNG.standard_normal((3, 4, 70)))
NOISE, X, PART = RNG.standard_normal((3, 4, 3)), RNG.random((4, 70)), RNG.standard_normal((3, 4))
SMALL = np.cbrt(np.finfo(float).eps)  # the best step of a central difference


def black(n, pixels=70, seed=1):
    return (np.random.default_rng(seed).random((n, pixels)) < 0.3).astype(np.float32)


def small(seed=0, **how):
    return network.VAE(70, [12], 3, np.random.default_rng(seed), **how)


@pytest.mark.parametrize(
    ("function", "parameter"),
    [
        (lambda: ops.sum(densities.draw(CODE, NOISE) * NOISE[::-1]), CODE),
        (lambda: ops.sum(densities.kl(CODE, 2.5) * PART.T), CODE),
        (lambda: ops.sum(densities.log_normal(Z, CODE) * PART), Z),
        (lambda: ops.sum(densities.log_normal(Z, CODE) * PART), CODE),
        (lambda: ops.sum(densities.log_bernoulli(LOGITS, X) * PART), LOGITS),
    ],
)
def test_a_gradient_is_the_difference_quotient(function, parameter):
    gradient, flat = backward(function())[parameter].reshape(-1), parameter.value.reshape(-1)
    for i in RNG.choice(flat.size, min(20, flat.size), replace=False):
        old, values = flat[i], []
        for step in (SMALL, -SMALL):
            flat[i] = old + step
            values.append(float(function()))
        flat[i] = old
        size = max(1.0, abs(values[0]))
        assert abs((values[0] - values[1]) / (2 * SMALL) - gradient[i]) <= 100 * SMALL**2 * size


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_pixels_log_probability_is_the_plain_sum(dtype):
    z, x = LOGITS.value.astype(dtype), X.astype(dtype)
    plain = (x * z.astype(float) - np.logaddexp(0, z.astype(float))).sum(axis=2)
    assert (
        np.abs(densities.log_bernoulli(z, x).value - plain).max() <= 70 * np.finfo(dtype).eps * np.abs(z).sum(2).max()
    )
    extreme = densities.log_bernoulli(np.array([[[1e4, -1e4]]], dtype), np.array([[1.0, 0.0]], dtype)).value
    assert extreme == 0


def test_kl_is_that_of_two_normal_laws():
    mean, variance = CODE.value[:, :3], np.exp(CODE.value[:, 3:])
    z = np.linspace(-30, 30, 60_001)
    for i, j in ((0, 0), (2, 1)):
        q = np.exp(-0.5 * (z - mean[i, j]) ** 2 / variance[i, j]) / np.sqrt(2 * np.pi * variance[i, j])
        log_p = -0.5 * (z * z / 2.5 + np.log(2 * np.pi * 2.5))
        integral = (q * (np.log(np.maximum(q, 1e-300)) - log_p)).sum() * (z[1] - z[0])
        assert densities.kl(CODE, 2.5).value[i, j] == pytest.approx(integral, rel=1e-9)


def test_a_network_of_784_200_200_50_has_so_many_numbers():
    model = network.VAE(784, [200, 200], 50, np.random.default_rng(0))
    encoder = 784 * 200 + 200 + 200 * 200 + 200 + 200 * 100 + 100
    assert nn.count(model) == encoder + 50 * 200 + 200 + 200 * 200 + 200 + 200 * 784 + 784
    told = network.VAE(784, [200, 200], 50, np.random.default_rng(0), classes=10)
    assert nn.count(told) - nn.count(model) == 2 * 10 * 200


def test_with_one_draw_all_bounds_are_the_same_on_average_and_with_more_the_weighted_ones_are_higher():
    model, x = small(), black(200)
    one, many = (np.random.default_rng(2).standard_normal((k, 200, 3), dtype=np.float32) for k in (1, 50))
    elbo, iwae, dreg = (float(objectives.BOUNDS[b](model, x, one, None, 1.0)[0]) for b in ("ELBO", "IWAE", "DReG"))
    assert iwae == pytest.approx(dreg, rel=1e-6)
    log_w = model.log_weights(x, one).value[0]
    code = model.code(x)
    analytic = densities.log_bernoulli(model.decode(densities.draw(code, one)), x).value[0] - densities.kl(
        code
    ).value.sum(1)
    error = (log_w - analytic).std() / math.sqrt(len(x))
    assert abs(elbo - iwae) < 4 * error
    assert objectives.iwae(model, x, many, None, 1.0)[0].item() > iwae
    assert objectives.iwae(model, x, many, None, 1.0)[0].item() == pytest.approx(
        network.log_mean_exp(model.log_weights(x, many).value).mean(), rel=1e-6
    )


def test_dreg_s_decoder_gradient_is_iwae_s_and_its_encoder_gradient_agrees_on_average():
    model, x = small(), black(6)
    encoder, decoder = model.encoder.layers[-1].b, model.decoder.layers[0].w
    rng, found = np.random.default_rng(3), {"IWAE": [], "DReG": []}
    for _ in range(400):
        noise = rng.standard_normal((4, 6, 3), dtype=np.float32)
        own = {b: backward(objectives.BOUNDS[b](model, x, noise, None, 1.0)[0]) for b in found}
        # single precision: the products are added in another order
        assert np.abs(own["IWAE"][decoder] - own["DReG"][decoder]).max() <= 1e4 * np.finfo(np.float32).eps
        for b in found:
            found[b].append(own[b][encoder].copy())
    first, second = (np.array(found[b]) for b in ("IWAE", "DReG"))
    difference = first - second
    error = difference.std(axis=0) / math.sqrt(len(difference))
    assert (np.abs(difference.mean(axis=0)) < 4.5 * error).all()
    assert second.var(axis=0).sum() < first.var(axis=0).sum()


def test_free_bits_let_no_latent_be_pushed_below_its_share():
    """A picture that needs no latents: without free bits KL goes to 0, with them it goes to the share and stays."""
    x, left = np.repeat(black(1), 40, axis=0), {}
    for bits in (0.0, 0.3):
        model, rng = small(), np.random.default_rng(4)
        optimiser = Adam(nn.parameters(model), lr=0.01)
        for _ in range(300):
            optimiser.step(backward(objectives.loss(model, x, 1, "ELBO", 1.0, bits, rng)))
        left[bits] = densities.kl(model.code(x)).value.mean(axis=0)
    assert left[0.0].sum() < 0.3 < left[0.3].sum() and left[0.3].min() > left[0.0].max()


def test_shuffled_latents_and_an_untrained_decoder_cost_what_nothing_learnt_costs():
    """The intact VAE beside both: two kinds of pictures that the latents have to tell apart."""
    kinds = np.repeat(black(2), 30, axis=0)
    x = np.abs(kinds - (np.random.default_rng(5).random(kinds.shape) < 0.05)).astype(np.float32)
    x = x[np.random.default_rng(6).permutation(60)]
    model, rng = small(), np.random.default_rng(7)
    noise = rng.standard_normal((1, 60, 3), dtype=np.float32)
    untrained = sum(objectives.parts(model, x, noise)[:2])
    optimiser = Adam(nn.parameters(model), lr=0.01)
    for _ in range(400):
        optimiser.step(backward(objectives.loss(model, x, 1, "ELBO", 1.0, 0.0, rng)))
    pixels, kl, shuffled = objectives.parts(model, x, noise)
    share = np.clip(x.mean(axis=0), 1e-3, 1 - 1e-3)
    no_latents = -(x * np.log(share) + (1 - x) * np.log(1 - share)).sum(axis=1).mean()
    assert pixels + kl < no_latents < min(untrained, shuffled + kl)


def test_the_conditional_network_needs_labels_and_draws_what_is_asked():
    model = small(classes=4)
    x, labels = black(5), np.array([0, 1, 2, 3, 0])
    assert model.reconstruct(x, labels).shape == model.sample(5, RNG, labels).shape == (5, 70)
    z = np.zeros((2, 3))
    assert np.abs(np.diff(model.pictures(z, np.array([0, 1])), axis=0)).max() > 0


def test_log_likelihoods_do_not_depend_on_the_parts_they_are_computed_in():
    model, x = small(), black(7)
    once = model.log_likelihoods(x, 1000, np.random.default_rng(0))
    again = model.log_likelihoods(x, 1000, np.random.default_rng(0), rows=3000)
    assert np.abs(once - again).max() < 1.0 and once.shape == (7,)


def test_gumbel_s_largest_is_a_draw_from_the_softmax():
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05], np.float32))
    n = 100_000
    counts = discrete.choose(np.broadcast_to(logits, (n, 4)), np.random.default_rng(0)).sum(axis=0)
    p = np.exp(logits)
    assert (np.abs(counts / n - p) < 4.5 * np.sqrt(p * (1 - p) / n)).all()


def test_the_soft_choice_s_gradient_tends_to_the_exact_one_as_it_cools():
    """E f(y) over hard choices of three states is Σ p f, with a known gradient; soft ones are biased, less when cold."""
    logits, values = Parameter(np.array([[[0.5, 0.0, -0.5]]], np.float32)), np.array([1.0, -1.0, 3.0], np.float32)
    p = ops.softmax(logits.value).value[0, 0]
    exact, off = p * (values**2 - p @ values**2), {}
    for temperature in (1.0, 0.2):
        rng, total = np.random.default_rng(0), 0.0
        noise = discrete.noisy(np.zeros((20_000, 1, 3), np.float32), rng)
        y = ops.softmax((logits + noise) * (1 / temperature))
        total = backward(ops.mean(ops.square(ops.sum(y * values, axis=2))))[logits][0, 0]
        off[temperature] = np.abs(total - exact).max()
    assert off[0.2] < off[1.0] / 2


def test_kl_of_words_is_0_for_even_choices_and_log_states_for_certain_ones():
    assert np.abs(discrete.kl_of_words(np.zeros((2, 3, 5), np.float32)).value).max() <= 1e-5
    certain = 100 * np.eye(5, dtype=np.float32)[np.zeros((2, 3), int)]
    assert discrete.kl_of_words(certain).value == pytest.approx(np.full(2, 3 * np.log(5)), rel=1e-6)


def test_quantising_takes_the_nearest_vector_and_passes_the_gradient_unchanged():
    model = discrete.QuantisedVAE(70, [12], 3, 6, 2, np.random.default_rng(0))
    z = Parameter(RNG.standard_normal((4, 3, 2)))
    chosen, index = model.quantise(z)
    distances = ((z.value[..., None, :] - model.book.value) ** 2).sum(axis=-1)
    assert (index == distances.argmin(axis=-1)).all()
    assert np.abs(chosen.value - model.book.value[index]).max() <= 1e-6
    assert (backward(ops.sum(chosen * 3.0))[z] == 3.0).all()


def test_both_discrete_networks_learn():
    x, rng = black(64), np.random.default_rng(0)
    soft, book = discrete.GumbelVAE(70, [32], 4, 4, rng), discrete.QuantisedVAE(70, [32], 4, 8, 3, rng)
    for model, loss in ((soft, lambda: soft.loss(x, 0.7, rng)), (book, lambda: book.loss(x, 0.25))):
        optimiser, losses = Adam(nn.parameters(model), lr=0.01), []
        for _ in range(150):
            losses.append(float(value := loss()))
            optimiser.step(backward(value))
        assert np.mean(losses[-10:]) < 0.9 * np.mean(losses[:10])


def test_a_nan_ends_the_training_at_once():
    model, x = small(), black(3)
    model.decoder.layers[0].w.value[0, 0] = np.nan
    with pytest.raises(FloatingPointError, match="nan"):
        backward(objectives.loss(model, x, 1, "ELBO", 1.0, 0.0, RNG))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: small().code(black(3, 69)), r"wanted \(n, 70\)"),
        (lambda: small().code(black(3)[0]), r"shape \(70,\)"),
        (lambda: small().code(np.full((2, 70), np.nan)), "every pixel a number from 0 to 1"),
        (lambda: small().reconstruct(2 * black(3) - 1), "every pixel a number from 0 to 1"),
        (lambda: small().code(black(3)[:0]), "one picture at least"),
        (lambda: small(prior_sd=0.0), "a positive spread"),
        (lambda: network.VAE(70, [12], 0, RNG), "latents=0"),
        (lambda: small().code(black(3), [0, 1, 2]), "labels are given"),
        (lambda: small(classes=4).code(black(3)), "labels are missing"),
        (lambda: small(classes=4).code(black(3), [0, 1, 4]), "from 0 to 3"),
        (lambda: small().log_likelihoods(black(3), 0, RNG), "k=0"),
        (lambda: densities.kl(CODE, 0.0), "the variance 0.0"),
        (lambda: densities.kl(CODE.value[:, :5]), "means and log variances"),
        (lambda: densities.draw(CODE, NOISE[:, :3]), "noise"),
        (lambda: densities.log_bernoulli(LOGITS, X[:3]), "logits"),
        (lambda: images.load("MNIST", 70_000, 10, RNG), "train is 70000"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(wrong, says):
    with pytest.raises(BadInput, match=says) as raised:
        wrong()
    assert "\n" not in str(raised.value)
