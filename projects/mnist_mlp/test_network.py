"""Facts about the network itself: its formulas, its gradients, its dropout, and that it learns things that are no digits."""

from itertools import pairwise

import numpy as np
import pytest

import losses
from abacus import nn
from abacus.errors import BadInput
from abacus.tensor import backward
from descent import SCHEDULES, Descent
from network import ACTIVATIONS, INITIAL, Network

STEP = np.finfo(float).eps ** (1 / 3)


def in_float64(network):
    for parameter in nn.parameters(network).values():
        parameter.value = parameter.value.astype(float)
    return network


def rng(seed=0):
    return np.random.default_rng(seed)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", losses.LOSSES)
def test_the_gradient_is_the_central_difference(activation, loss):
    network = in_float64(Network([3, 4, 2], rng(), activation=activation, loss=loss, initial="unit normal"))
    x = rng(1).normal(size=(5, 3))
    targets = rng(2).normal(size=(5, 2)) if loss == "numbers" else np.array([0, 1, 1, 0, 1])
    found = backward(network.loss(x, targets))
    for parameter in nn.parameters(network).values():
        for place in np.ndindex(parameter.value.shape):
            kept, ends = parameter.value[place], []
            for move in (STEP, -STEP):
                parameter.value[place] = kept + move
                ends.append(float(network.loss(x, targets)))
            parameter.value[place] = kept
            assert found[parameter][place] == pytest.approx((ends[0] - ends[1]) / (2 * STEP), abs=1000 * STEP**2)


def test_a_step_is_that_of_the_four_equations_of_chapter_2():
    """BP1 to BP4 in loops over the digits of a mini-batch, as Nielsen writes them."""
    network = in_float64(Network([6, 5, 4], rng(), activation="sigmoid", loss="quadratic", initial="unit normal"))
    w1, b1, w2, b2 = (parameter.value.copy() for parameter in nn.parameters(network).values())
    x, labels, rate = rng(1).random((10, 6)), rng(2).integers(0, 4, 10), 3.0
    step = [np.zeros_like(p) for p in (w1, b1, w2, b2)]
    for a0, label in zip(x, labels):
        a1 = sigmoid(a0 @ w1 + b1)
        a2 = sigmoid(a1 @ w2 + b2)
        delta2 = (a2 - np.eye(4)[label]) * a2 * (1 - a2)  # BP1
        delta1 = (w2 @ delta2) * a1 * (1 - a1)  # BP2
        for total, part in zip(step, (np.outer(a0, delta1), delta1, np.outer(a1, delta2), delta2)):  # BP3, BP4
            total += part / len(x)
    Descent(network, rate, 0.0, 0.0, "constant").run(network, (x, labels), 10, 0.0, rng(), None)
    for parameter, start, part in zip(nn.parameters(network).values(), (w1, b1, w2, b2), step):
        assert np.allclose(parameter.value, start - rate * part, rtol=1e-12, atol=1e-12)


def test_the_losses_are_their_formulas():
    z, labels, y = rng().normal(size=(6, 3)), np.array([0, 1, 2, 2, 1, 0]), np.eye(3)[[0, 1, 2, 2, 1, 0]]
    a = sigmoid(z)
    assert float(losses.quadratic(a, labels)) == pytest.approx(((a - y) ** 2).sum() / 12)
    assert float(losses.signed(z, labels)) == pytest.approx(((z - (2 * y - 1)) ** 2).sum() / 12)
    entropy = -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum() / 6
    assert float(losses.sigmoid_cross_entropy(z, labels)) == pytest.approx(entropy)
    assert float(losses.squares(z, y)) == pytest.approx(((z - y) ** 2).sum() / 12)


def test_an_output_that_is_surely_wrong_learns_from_cross_entropy_and_not_from_squares():
    """Why whole digits go missing (eq. 5): dC/db is (a − 1) a(1 − a) for squares, a − 1 for cross-entropy, a being near 0."""
    gradients = {}
    for loss in ("quadratic", "sigmoid"):
        network = in_float64(Network([1, 1], rng(), loss=loss))
        bias = network.layers[0].affine.b
        bias.value[:] = -10
        gradients[loss] = backward(network.loss(np.zeros((1, 1)), np.array([0])))[bias].item()
    a = sigmoid(-10)
    assert gradients["quadratic"] == pytest.approx((a - 1) * a * (1 - a), rel=1e-9)
    assert gradients["sigmoid"] == pytest.approx(a - 1, rel=1e-9)


def test_the_scaled_tanh_is_one_at_one():
    network = in_float64(Network([1, 1, 2], rng(), activation="scaled tanh"))
    hidden = network.layers[0]
    hidden.affine.w.value[:] = 1
    assert hidden(np.array([[1.0], [-1.0]])).value == pytest.approx(np.array([[1.0], [-1.0]]), abs=1e-5)


@pytest.mark.parametrize(
    ("initial", "spread"),
    [("unit normal", 1), ("lecun normal", 400**-0.5), ("small normal", 0.05), ("he", (2 / 400) ** 0.5)],
)
def test_initial_weights_have_their_spread_and_biases_are_0_or_drawn(initial, spread):
    layer = Network([400, 300, 2], rng(), initial=initial).layers[0].affine
    assert layer.w.value.std() == pytest.approx(spread, rel=4 / np.sqrt(2 * layer.w.value.size))
    assert layer.b.value.any() == (initial == "unit normal")


def test_only_weights_decay():
    network = Network([3, 2, 2], rng(), initial="unit normal")
    before = {name: p.value.copy() for name, p in nn.parameters(network).items()}
    descent = Descent(network, 0.5, 0.0, 0.1, "constant")
    descent.optimiser.step({p: np.zeros_like(p.value) for p in nn.parameters(network).values()})
    for name, p in nn.parameters(network).items():
        factor = 1 - 0.5 * 0.1 if name.endswith(".w") else 1
        assert np.allclose(p.value, factor * before[name], rtol=1e-6), name


def test_dropped_inputs_change_nothing_on_average_and_nothing_at_all_in_use():
    network = Network([50, 2], rng(), drop=(0.4, 0.0))
    x = np.ones((1, 50), np.float32)
    outputs = np.array([network(x, drop).value[0] for drop in map(rng, range(2000))])
    error = outputs.std(axis=0) / np.sqrt(len(outputs))
    assert np.all(np.abs(outputs.mean(axis=0) - network.outputs(x)[0]) < 4 * error)
    assert (network.outputs(x) == network.outputs(x)).all()


def test_schedules_begin_at_the_rate_and_never_rise():
    for schedule in SCHEDULES.values():
        factors = [schedule(k / 20) for k in range(20)]
        assert factors[0] == 1 and all(a >= b > 0 for a, b in pairwise(factors))


def spirals(n, rng):
    """Points (n, 2) on three spiral arms, and which arm."""
    arm, along = rng.integers(0, 3, n), rng.random(n)
    angle = 4 * along + 2 * np.pi / 3 * arm
    noise = 0.03 * rng.standard_normal((n, 2))
    return (along[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1) + noise).astype(np.float32), arm


def test_three_spirals_need_hidden_units():
    (x, arm), (test, answer) = spirals(600, rng(1)), spirals(600, rng(2))
    right = {}
    for sizes in ([2, 3], [2, 40, 40, 3]):
        network = Network(sizes, rng())
        curve = network.fit(x, arm, passes=60, rate=0.05, momentum=0.9, schedule="cosine")
        assert curve[-1] < curve[0]
        right[len(sizes)] = np.mean(network.predict(test) == answer)
    assert right[4] > 0.9 > 2 / 3 > right[2]


def test_it_fits_a_function_of_numbers():
    x = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
    y = np.sin(4 * x)
    network = Network([1, 30, 1], rng(), activation="tanh", loss="numbers", initial="unit normal")
    network.fit(x, y, passes=150, rate=0.05, momentum=0.9, batch=20, schedule="linear")
    assert np.mean((network.predict(x) - y) ** 2) < np.var(y) / 100


def test_the_same_seed_gives_the_same_weights():
    x, arm = spirals(100, rng(3))
    runs = [Network([2, 5, 3], rng(), drop=(0.0, 0.2)) for _ in range(2)]
    for network in runs:
        network.fit(x, arm, passes=3, rate=0.1, seed=4)
    assert all((a.value == b.value).all() for a, b in zip(*(nn.parameters(network).values() for network in runs)))


@pytest.mark.parametrize(("name", "word"), [("activation", "relus"), ("loss", "entropy"), ("initial", "zeros")])
def test_a_word_that_is_not_known_is_said_with_those_that_are(name, word):
    with pytest.raises(BadInput, match=f"{name} is '{word}', wanted one of"):
        Network([2, 2], rng(), **{name: word})


@pytest.mark.parametrize("initial", INITIAL)
def test_every_initialisation_gives_float32(initial):
    assert {p.value.dtype for p in nn.parameters(Network([4, 3, 2], rng(), initial=initial)).values()} == {
        np.dtype(np.float32)
    }
