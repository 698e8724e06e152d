"""Facts of diffusion: forward law, posterior, samplers, scores, the heartbeat, networks; and what must not pass."""

import itertools

import numpy as np
import pytest

import digits
import gaussian
import heartbeat
import identities
import mixture
import network
import process
import run
import score
from abacus import nn, ops, papers, verdict
from abacus.errors import BadInput
from abacus.optim import Adam
from abacus.tensor import backward

EPS = np.finfo(float).eps
LINEAR = process.schedule("linear", 1000)
MIXER = network.Mixer(8, 4, 8, 1, 3, np.random.default_rng(0))


def recursion(found, mean, sd, steps, eta):
    """Mean and sd of what DDIM makes of N(0, 1), by eqs. 9, 10 and 17 put together by hand."""
    m, v = 0.0, 1.0
    for t, after in zip(steps, [*steps[1:], 0]):
        a, b = found.alpha_bar[t], found.alpha_bar[after]
        s2 = eta**2 * (1 - b) / (1 - a) * (1 - a / b)
        c, k = np.sqrt(1 - a) / (a * sd * sd + 1 - a), np.sqrt(max(1 - b - s2, 0))
        slope = np.sqrt(b / a) * (1 - np.sqrt(1 - a) * c) + k * c
        m, v = slope * m + (np.sqrt(b / a) * np.sqrt(1 - a) - k) * c * np.sqrt(a) * mean, slope**2 * v + s2
    return m, np.sqrt(v)


def test_a_thousand_linear_steps_leave_four_parts_in_a_hundred_thousand():
    assert f"{LINEAR.alpha_bar[-1]:.2e}" == "4.04e-05"
    assert process.schedule("cosine", 1000).alpha_bar[-1] < 1e-8


@pytest.mark.parametrize("name", process.SCHEDULES)
def test_steps_one_after_the_other_are_the_forward_law(name):
    found = process.schedule(name, 50)
    mean, variance = 1.0, 0.0
    for t in range(1, 51):
        mean, variance = mean * np.sqrt(1 - found.beta[t]), variance * (1 - found.beta[t]) + found.beta[t]
        x = process.forward(np.ones(1), t, np.zeros(1), found)
        assert x[0] == pytest.approx(mean, rel=50 * EPS) and 1 - found.alpha_bar[t] == pytest.approx(
            variance, rel=50 * EPS
        )


def test_each_row_may_have_a_step_of_its_own():
    x, noise, t = (
        np.random.default_rng(0).standard_normal((3, 6)).reshape(3, 3, 2)[0],
        np.ones((3, 2)),
        np.array([1, 500, 1000]),
    )
    rows = process.forward(x, t, noise, LINEAR)
    for i, step in enumerate(t):
        assert (rows[i] == process.forward(x[i], step, noise[i], LINEAR)).all()


@pytest.mark.parametrize("predicts", process.PREDICTS)
def test_picture_and_noise_come_back_from_whatever_is_asked_for(predicts):
    x_0, noise = np.random.default_rng(0).standard_normal((2, 5, 3))
    t = np.array([1, 10, 100, 500, 900])
    x_t = process.forward(x_0, t, noise, LINEAR)
    picture, again = process.both(predicts, process.target(predicts, x_0, noise, t, LINEAR), x_t, t, LINEAR)
    bound = 100 * EPS / np.sqrt(LINEAR.alpha_bar[900] * LINEAR.beta[1])
    assert np.abs(picture - x_0).max() <= bound and np.abs(again - noise).max() <= bound


def test_the_printed_gaussian_table_is_the_recursion():
    rows = papers.table("ho2020/gaussian").rows
    for eta, name, T, S in ((1, "DDPM, linear, T = 100", 100, 100), (0, "DDIM, 20 of 1000", 1000, 20)):
        found = process.schedule("linear", T)
        mean, sd = recursion(found, 2.0, 0.5, process.spaced(T, S), eta)
        assert [rows[name][c].text for c in ("mean", "sd")] == [f"{mean:.8f}", f"{sd:.8f}"]


def test_more_steps_come_nearer_and_the_limit_is_the_flow_s():
    """DDIM tends to the probability-flow ODE, which leaves only what the start N(0, 1) has wrong."""
    divergences = [
        gaussian.kl(*gaussian.pushed(LINEAR, 2.0, 0.5, process.spaced(1000, s), 0.0), 2.0, 0.5)
        for s in (5, 20, 100, 1000)
    ]
    assert (np.diff(divergences) < 0).all()
    a = LINEAR.alpha_bar[-1]
    spread = np.sqrt(a * 0.25 + 1 - a)
    limit = gaussian.kl(2 - 0.5 / spread * np.sqrt(a) * 2, 0.5 / spread, 2.0, 0.5)
    assert limit < divergences[-1]


def gaussian_verdicts(found, steps, eta, row):
    mean, sd = gaussian.pushed(found, 2.0, 0.5, steps, eta)
    values = {"mean": mean, "sd": sd, "KL": gaussian.kl(mean, sd, 2.0, 0.5)}
    return set(verdict.of(papers.table("ho2020/gaussian"), row, values).values())


def test_a_schedule_that_keeps_the_image_a_step_less_and_other_noise_are_not_reproduced():
    row, found = "DDPM, linear, T = 100", process.schedule("linear", 100)
    steps = process.spaced(100, 100)
    assert gaussian_verdicts(found, steps, 1.0, row) == {"reproduced"}
    keeps = process.of_beta(found.beta[1:] / 10)  # the last step still holds a third of the picture's variance
    assert "reproduced" not in gaussian_verdicts(keeps, steps, 1.0, row)
    assert "not reproduced" in gaussian_verdicts(found, steps[1:], 1.0, row)
    assert "not reproduced" in gaussian_verdicts(found, steps, 0.5, row)
    with pytest.raises(BadInput, match="still holds 3"):
        process.erases(keeps)


def test_ddim_with_eta_1_is_ddpm_and_with_eta_0_it_is_the_same_twice_and_can_be_undone():
    rng = np.random.default_rng(0)
    x, noises = rng.standard_normal(50), rng.standard_normal((100, 50))
    found = process.schedule("linear", 100)
    predict, steps = gaussian.predictor(found, 2.0, 0.5), process.spaced(100, 100)
    one = process.ddpm(predict, x, found, noises)
    other = process.ddim(predict, x, found, steps, 1.0, noises)
    assert np.abs(one - other).max() <= 100 * EPS / np.sqrt(found.alpha_bar[-1])
    assert (process.ddim(predict, x, found, steps) == process.ddim(predict, x, found, steps)).all()
    away = []
    for T in (100, 1000):  # back up with the noise of the step below: exact as T grows
        law = process.schedule("linear", T)
        predict = gaussian.predictor(law, 2.0, 0.5)
        down = process.ddim(predict, x, law, process.spaced(T, T))
        up = down
        for t in range(T):
            up = process.jump(*predict(up, max(t, 1)), t, t + 1, law)
        away.append(np.abs(up - x).max())
    assert away[1] < away[0] / 5


def test_the_identities_are_counted_and_can_fail():
    a = np.array([1.0, 2.0, 3.0])
    assert identities.differ(a, a + [0, 1e-3, 1], 1e-2) == 1
    ours, bayes = identities.posterior_twice(a, a[::-1], process.schedule("linear", 20))
    assert np.abs(ours - bayes).max() <= 1000 * EPS
    assert np.subtract(*identities.guidance_twice(a, LINEAR)) == pytest.approx(0, abs=1000 * EPS)


def test_the_ring_s_score_is_the_slope_of_its_log_density_and_the_divergence_that_of_the_score():
    centres = mixture.ring(2.0)
    x, h = mixture.sample(centres, 0.4, 20, np.random.default_rng(0)), np.cbrt(EPS)
    for t in (0.0, 0.3, 1.0):
        found, divergence = mixture.score(x, centres, 0.4, t)
        shifts = h * np.eye(2)
        slopes = [
            (mixture.log_density(x + s, centres, 0.4, t) - mixture.log_density(x - s, centres, 0.4, t)) / (2 * h)
            for s in shifts
        ]
        second = [
            (mixture.score(x + s, centres, 0.4, t)[0] - mixture.score(x - s, centres, 0.4, t)[0]) / (2 * h)
            for s in shifts
        ]
        scale = 1e3 * h * h / 0.4**4
        assert np.abs(np.array(slopes).T - found).max() <= scale
        assert np.abs(second[0][:, 0] + second[1][:, 1] - divergence).max() <= 10 * scale


def test_the_printed_entropy_is_the_integral_over_the_plane_and_a_wrong_flow_has_another():
    side = np.linspace(-6, 6, 601)
    plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    centres = mixture.ring(2.0)
    log_p = mixture.log_density(plane, centres, 0.4, 0.0)
    entropy = -(np.exp(log_p) * log_p).sum() * (side[1] - side[0]) ** 2
    table, row = papers.table("song2021/ring"), "eight normal laws"
    assert table.rows[row]["−log p"].text == f"{entropy:.6f}"
    x = mixture.sample(centres, 0.4, 1000, np.random.default_rng(1))
    found = -mixture.flow_log_density(x, centres, 0.4, 30)
    wrong = -mixture.flow_log_density(x, mixture.ring(1.0), 0.4, 30)

    def judged(values):
        return verdict.of(table, row, {"−log p": (values.mean(), values.std() / np.sqrt(len(values)))})["−log p"]

    assert judged(found) == "reproduced" and judged(wrong) == "not reproduced"


def test_langevin_settles_a_little_too_wide_by_a_known_factor():
    rng, size = np.random.default_rng(0), 0.5
    x = mixture.walk(lambda x: -x, np.zeros(20_000), size, 60, rng)
    exact = mixture.stationary_variance(size)
    assert exact == 1 / (1 - 0.125) and abs(x.var() - exact) < 4 * exact * np.sqrt(2 / len(x))
    assert abs(x.var() - 1) > 4 * exact * np.sqrt(2 / len(x))


def test_a_linear_score_by_score_matching_is_minus_the_precision_and_nothing_is_better():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((500, 3)) @ rng.standard_normal((3, 3))
    a = score.implicit(x)
    assert np.abs(a @ np.cov(x.T, ddof=0) + np.eye(3)).max() <= 1e4 * EPS
    b, noise = score.denoising(x, 0.5), rng.standard_normal((200, 500, 3))
    for change in np.eye(9).reshape(9, 3, 3):
        for step in (0.05, -0.05):
            assert score.implicit_loss(a + step * change, x) > score.implicit_loss(a, x)
    for step in (0.9, 1.1):
        assert score.denoising_loss(step * b, x, 0.5, noise) > score.denoising_loss(b, x, 0.5, noise)


def test_the_best_chain_of_the_heartbeat_by_drawing_sequences():
    """Whole sequences, bit by bit and not by counts of ones: the same divergences within the error of 20 000 draws."""
    steps, rate, rng = 4, 0.2, np.random.default_rng(0)
    found = heartbeat.best_divergences(steps, rate)
    for t in (2, 3, 4):
        keep = heartbeat.kept(t, steps)
        beat = rng.integers(0, 5, 20_000)
        x = (rng.random((20_000, 20)) < keep * heartbeat.BEATS[beat] + (1 - keep) * rate).astype(int)
        rates = keep * heartbeat.BEATS + (1 - keep) * rate  # (5 phases, 20 bits)
        phase = np.prod(np.where(x[:, None] == 1, rates, 1 - rates), axis=2)
        phase /= phase.sum(axis=1, keepdims=True)
        a, x_0 = heartbeat.backward_rates(t, steps, rate), heartbeat.BEATS[beat].astype(int)
        each = a[x[:, None], heartbeat.BEATS.astype(int)]  # P(x_{t-1} = 1 | x_t, phase), (n, 5, 20)
        lost = heartbeat.kl(a[x, x_0], (phase[..., None] * each).sum(axis=1)).sum(axis=1)
        assert abs(lost.mean() - found[t - 1]) <= 4.5 * lost.std() / np.sqrt(len(lost)) + 1e-12


def test_bayes_rule_of_a_bit_by_counting():
    steps, rate, t = 5, 0.3, 3
    beta, keep = 1 / (steps - t + 1), heartbeat.kept(t - 1, steps)
    for x_0, x_t in itertools.product((0, 1), (0, 1)):
        joint = []
        for before in (0, 1):
            first = keep * x_0 + (1 - keep) * rate
            second = (1 - beta) * before + beta * rate
            joint.append((first if before else 1 - first) * (second if x_t else 1 - second))
        assert heartbeat.backward_rates(t, steps, rate)[x_t, x_0] == pytest.approx(joint[1] / sum(joint), rel=10 * EPS)


def test_the_heartbeat_table_sees_a_step_less_and_another_rate():
    table, row = papers.table("sohldickstein2015/heartbeat"), "T = 50"

    def judged(steps, rate):
        bound = -heartbeat.best_divergences(steps, rate).sum() - heartbeat.first_entropy(steps, rate)
        return verdict.of(table, row, {"K": bound, "noise alone": -20 * heartbeat.entropy(rate)})

    assert set(judged(50, 0.2).values()) == {"reproduced"}
    assert judged(49, 0.2)["K"] == "not reproduced"
    assert set(judged(50, 0.21).values()) == {"not reproduced"}


def test_no_network_passes_the_best_chain_and_a_trained_one_comes_near():
    """T = 5 steps: the bound of a network that never saw data, and after 250 updates."""
    cfg = heartbeat.Trained(steps=5, rate=0.2, hidden=[30], updates=250, batch=200, learning=0.03, draws=2)
    model, rng = heartbeat.Reverse(5, [30], np.random.default_rng(0)), np.random.default_rng(1)
    steps = np.tile(np.arange(2, 6), 500)

    def lost():
        return float(ops.sum(heartbeat.divergence(model, steps, cfg, np.random.default_rng(2)))) / 500 / np.log(2)

    best, before = heartbeat.best_divergences(5, 0.2).sum(), lost()
    optimiser = Adam(nn.parameters(model), lr=0.03)
    for _ in range(250):
        t = rng.integers(2, 6, 200)
        optimiser.step(backward(ops.mean(heartbeat.divergence(model, t, cfg, rng))))
    assert best < 1.1 * lost() < before  # 2 000 draws are a few per cent off


def test_a_mixer_puts_its_patches_back_where_they_were_and_learns():
    rng = np.random.default_rng(0)
    model = network.Mixer(8, 4, 16, 2, 3, rng)
    x = rng.standard_normal((5, 64)).astype(np.float32)
    assert (model._join(model._cut(x)).value == x).all()
    assert (network.call(model, x, np.arange(1, 6), np.zeros(5, int)) == 0).all()  # its last layer begins at 0
    optimiser, losses = Adam(nn.parameters(model), lr=0.01), []
    for _ in range(100):
        loss = ops.mse(model(x, np.arange(1, 6), np.array([0, 1, 2, 3, 0])), x)
        optimiser.step(backward(loss))
        losses.append(float(loss))
    assert losses[-1] < losses[0] / 4


def test_the_running_mean_of_parameters_is_swapped_in_and_out():
    model = network.PointNetwork([4], np.random.default_rng(0))
    average = network.Average(model, 0.9)
    before = model.layers[0].w.value.copy()
    model.layers[0].w.value += 1
    average.update(model)
    average.swap(model)
    assert np.abs(model.layers[0].w.value - (before + 1 - 2 / 11)).max() <= 4 * np.finfo(np.float32).eps * 2
    average.swap(model)
    assert np.abs(model.layers[0].w.value - (before + 1)).max() == 0


def test_pictures_of_the_training_set_are_read_as_asked_and_noise_is_not():
    rng = np.random.default_rng(0)
    (x, labels), _ = digits.load("printed digits", 300, rng)
    right = digits.judged(x[:100], labels[:100], x, labels)
    noise = digits.judged(np.clip(rng.standard_normal((100, 784)), -1, 1).astype(np.float32), labels[:100], x, labels)
    shuffled = digits.judged(x[:100], np.roll(labels[:100], 1), x, labels)
    assert right["as asked"] == 100 and right["different nearest"] > 90
    assert max(noise["as asked"], shuffled["as asked"]) < 50


def test_equal_laws_have_no_energy_distance_but_for_chance():
    rng = np.random.default_rng(0)
    a, b = run.spiral(400, rng), run.spiral(400, rng)
    assert abs(run.energy_distance(a, b)) < run.energy_distance(a, b + 0.3)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: process.schedule("linear", 0), "T is 0"),
        (lambda: process.schedule("quadratic", 10), "linear or cosine"),
        (lambda: process.of_beta([0.1, 1.0]), "inside"),
        (lambda: process.of_beta([]), "T >= 1"),
        (lambda: process.erases(process.of_beta([0.1] * 3)), "still holds 72.9%"),
        (lambda: process.spaced(10, 11), "11 jumps"),
        (lambda: process.target("score", 0, 0, 1, LINEAR), "velocity"),
        (lambda: heartbeat.best_divergences(0, 0.2), "T=0"),
        (lambda: heartbeat.best_divergences(10, 1.0), "rate"),
        (lambda: network.Mixer(28, 5, 8, 1, 10, np.random.default_rng(0)), "patches of 5"),
        (lambda: MIXER(np.zeros((2, 65)), np.ones(2), np.zeros(2, int)), r"wanted \(n, 64\)"),
        (lambda: score.denoising(np.eye(3), 0.0), "size 0.0"),
        (lambda: score.implicit(np.ones((4, 2))), "no inverse"),
        (lambda: mixture.stationary_variance(4.0), "settles only"),
        (lambda: digits.load("MNIST", 70_000, None), "train is 70000"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(wrong, says):
    with pytest.raises(BadInput, match=says) as raised:
        wrong()
    assert "\n" not in str(raised.value)


def test_a_nan_ends_the_training_at_once():
    model = network.PointNetwork([4], np.random.default_rng(0))
    model.layers[0].w.value[0, 0] = np.nan
    with pytest.raises(FloatingPointError, match="nan"):
        backward(ops.mean(model(np.ones((3, 2)), np.ones(3))))
