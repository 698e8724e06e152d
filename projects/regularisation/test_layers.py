"""Facts about layers, norms, what is dropped, first weights: their formulas, and their gradients."""

import numpy as np
import pytest

import images
import learning
import residual
from abacus import nn, ops
from abacus.errors import BadInput
from abacus.tensor import backward
from hidden_units import cap
from layers import INITIAL, NORMS, Layer, capped
from networks import CNN, MLP

STEP = np.finfo(float).eps ** (1 / 3)
EPS32 = float(np.finfo(np.float32).eps)


def rng(seed=0):
    return np.random.default_rng(seed)


def in_float64(model):
    for parameter in nn.parameters(model).values():
        parameter.value = parameter.value.astype(float)
    return model


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_gradient_is_the_central_difference_whatever_the_norm_and_with_the_same_masks(norm, smoothing):
    network = in_float64(
        MLP([3, 16, 4], rng(), activation="tanh", norm=norm, drop=(0.2, 0.3), drop_weights=0.2, initial="he")
    )
    x, labels = rng(1).normal(size=(6, 3)), rng(2).integers(0, 4, 6)
    found = backward(network.loss(x, labels, rng(3), smoothing))
    for parameter in nn.parameters(network).values():
        for place in np.ndindex(parameter.value.shape):
            kept, ends = parameter.value[place], []
            for move in (STEP, -STEP):
                parameter.value[place] = kept + move
                ends.append(float(network.loss(x, labels, rng(3), smoothing)))
            parameter.value[place] = kept
            assert found[parameter][place] == pytest.approx((ends[0] - ends[1]) / (2 * STEP), abs=1000 * STEP**2)


@pytest.mark.parametrize("build", [lambda **how: MLP([784, 9, 10], rng(), **how), lambda **how: CNN(rng(), **how)])
def test_on_average_dropped_inputs_change_nothing_and_in_use_nothing_is_dropped(build):
    linear = {"activation": None, "initial": "glorot", "drop": (0.3, 0.0)}
    x = np.ones((1, 784), np.float32)
    if isinstance(build(), CNN):
        linear["drop"] = (
            0.0,
            0.5,
        )  # of what goes into the last layer: max pooling is not linear in what comes before it
        network = build(**linear)
        network.layers, network.hidden = [], lambda x, rng=None: [nn.Dropout(0.5)(x, rng)]
    else:
        network = build(**linear)
    said = np.array([network(x, masks).value[0] for masks in map(rng, range(400))])
    error = said.std(axis=0, ddof=1) / np.sqrt(len(said))
    assert np.all(np.abs(said.mean(axis=0) - network.outputs(x)[0]) < 4 * error)
    assert (network.outputs(x) == network.outputs(x)).all() and said.std() > 0


def test_dropped_weights_are_0_and_the_others_louder():
    layer = Layer(200, 100, rng(), activation=None, initial="he", drop_weights=0.25)
    used = layer(np.eye(200, dtype=np.float32), rng(1)).value
    dropped = used == 0
    assert dropped.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / dropped.size))
    assert np.allclose(used[~dropped], layer.w.value[~dropped] / 0.75, rtol=2 * EPS32)
    assert np.allclose(layer(np.eye(200, dtype=np.float32)).value, layer.w.value, rtol=2 * EPS32)


def test_a_cap_shortens_what_is_longer_and_leaves_the_rest():
    w = rng().normal(size=(20, 8))
    w[:, 0] = 0
    short = capped(w, 4.0)
    before, after = (np.sqrt((v * v).sum(axis=0)) for v in (w, short))
    assert np.allclose(after, np.minimum(before, 4.0)) and (before > 4).any() and (before < 4).any()
    assert (short[:, before < 4] == w[:, before < 4]).all()


def test_the_example_by_hand():
    x, w = np.array([1.0, 2, 0, 1]), np.array([1, 0.5, 2, -1.0])
    coins = np.array(np.meshgrid(*[[0, 1]] * 4)).reshape(4, -1).T
    assert x @ w == 1 and (2 * coins * x @ w).mean() == 1
    assert (2 * np.array([1, 0, 1, 1]) * x) @ w == 0 and (2 * np.array([1, 1, 0, 0]) * x) @ w == 4
    assert capped(w[:, None], 2.0)[:, 0] == pytest.approx([0.8, 0.4, 1.6, -0.8])


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("kind", ["units", "maps"])
def test_a_cap_is_on_what_a_unit_hears_in_both_networks_and_under_every_norm(kind, norm):
    how = {"initial": "large", "norm": norm}
    network = MLP([784, 8, 8, 10], rng(), **how) if kind == "units" else CNN(rng(), **how)
    cap(network, 0.1)
    for layer in (*network.layers, network.top):
        w = layer.w.value
        if layer.length is not None:
            w = ops.weight_norm(layer.w, layer.length, axis=layer.axis).value
        heard = np.moveaxis(w.astype(float), layer.axis, 0).reshape(w.shape[layer.axis], -1)
        assert np.linalg.norm(heard, axis=1) == pytest.approx(0.1, rel=heard.shape[1] * EPS32)


@pytest.mark.parametrize("norm", ["batch", "layer", "group"])
def test_what_is_normalised_has_mean_0_and_variance_1(norm):
    layer = Layer(10, 16, rng(), activation=None, initial="he", norm=norm)
    said = layer(5 + rng(1).normal(size=(64, 10)).astype(np.float32), rng(2)).value.astype(float)
    axis = 0 if norm == "batch" else 1
    parts = said if norm != "group" else said.reshape(64, 4, 4).transpose(1, 2, 0).reshape(4, 4, 64)
    if norm == "group":
        assert np.allclose(parts.mean(axis=1), 0, atol=100 * EPS32)
        return
    assert np.allclose(said.mean(axis=axis), 0, atol=100 * EPS32)
    assert np.allclose(said.var(axis=axis), 1, atol=1e-5 / said.var(axis=axis).min() + 1000 * EPS32)


def test_batch_norm_in_use_has_the_running_moments_and_the_others_no_memory():
    x = rng(1).normal(size=(64, 10)).astype(np.float32)
    for norm in ("batch", "layer"):
        layer = Layer(10, 16, rng(), activation="relu", initial="he", norm=norm)
        learning_says, using_says = layer(x, rng(2)).value, layer(x).value
        assert np.allclose(learning_says, using_says) == (norm == "layer")


def test_weight_norm_begins_as_the_plain_layer_and_is_blind_to_the_length_of_v():
    plain, normed = (Layer(6, 5, rng(), activation="relu", initial="he", norm=norm) for norm in ("none", "weight"))
    x = rng(1).normal(size=(7, 6)).astype(np.float32)
    assert np.allclose(plain(x).value, normed(x).value, atol=10 * EPS32)
    normed.w.value *= 3
    assert np.allclose(plain(x).value, normed(x).value, atol=10 * EPS32)


def test_orthogonal_weights_keep_lengths_and_kernels_too():
    w = INITIAL["orthogonal"]((30, 30), rng()).astype(float)
    assert np.allclose(w @ w.T, np.eye(30), atol=100 * EPS32)
    kernels = INITIAL["orthogonal"]((8, 4, 3, 3), rng()).reshape(8, -1).astype(float)
    assert np.allclose(kernels @ kernels.T, np.eye(8), atol=100 * EPS32)


@pytest.mark.parametrize("initial", INITIAL)
def test_every_kind_of_first_weights_is_float32_and_makes_both_networks(initial):
    for network in (MLP([784, 12, 10], rng(), initial=initial), CNN(rng(), initial=initial)):
        assert {p.value.dtype for p in nn.parameters(network).values()} == {np.dtype(np.float32)}
        assert network.predict(rng(1).random((3, 784), dtype=np.float32)).shape == (3,)


def test_he_keeps_a_signal_through_relus_and_glorot_halves_it():
    h = rng(1).normal(size=(500, 400))
    for initial, left in (("he", 1.0), ("glorot", 0.5)):
        said = np.maximum(h @ INITIAL[initial]((400, 400), rng(2)).astype(float), 0)
        assert np.mean(said**2) / np.mean(h**2) == pytest.approx(left, rel=4 * np.sqrt(2 / 400))


def test_fixup_begins_as_the_identity_and_he_triples_with_every_block():
    x = rng(1).random((50, 784), dtype=np.float32)
    sizes = {}
    for start in residual.STARTS:
        path = residual.Residual(300, 3, start, rng()).path(x, rng(2))
        sizes[start] = np.array([np.mean(h.value.astype(float) ** 2) for h in path])
    assert (sizes["fixup"] == sizes["fixup"][0]).all()
    assert sizes["he"][1:] / sizes["he"][:-1] == pytest.approx(3, rel=0.5)
    assert sizes["batch norm"][-1] < sizes["he"][-1]


def test_fixup_shrinks_the_first_weights_of_each_branch_by_the_root_of_the_number_of_blocks():
    width, blocks = 64, 16
    for block in residual.Residual(width, blocks, "fixup", rng()).blocks:
        scale = np.sqrt(np.mean(block.first.w.value.astype(float) ** 2) * width / 2)
        assert scale == pytest.approx(blocks**-0.5, rel=4 / np.sqrt(2 * width**2))
        assert not block.second.w.value.any()


def test_a_moved_picture_is_the_same_picture_elsewhere():
    picture = np.zeros((28, 28), np.float32)
    picture[10:14, 12:15] = rng().random((4, 3))
    moved = images.shifted(np.tile(picture.reshape(1, -1), (200, 1)), 2, rng(1)).reshape(-1, 28, 28)
    wanted = {np.roll(picture, (a, b), axis=(0, 1)).tobytes() for a in range(-2, 3) for b in range(-2, 3)}
    assert {one.tobytes() for one in moved} == wanted


def test_torch_shuffles_as_we_say():
    torch = pytest.importorskip("torch")
    for count, seed in ((1, 0), (10, 3), (1000, 1337)):
        wanted = torch.randperm(count, generator=torch.Generator().manual_seed(seed)).numpy()
        assert (images.torch_order(count, seed) == wanted).all()


@pytest.mark.parametrize(("name", "word"), [("activation", "relus"), ("initial", "zeros"), ("norm", "instance")])
def test_a_word_that_is_not_known_is_said_with_those_that_are(name, word):
    with pytest.raises(BadInput, match=f"{name} is '{word}', wanted one of"):
        MLP([2, 2, 2], rng(), **{name: word})


def test_states_come_back_with_the_running_moments():
    network = CNN(rng(), norm="batch")
    kept = learning.state(network)
    network.loss(rng(1).random((4, 784), dtype=np.float32), np.arange(4), rng(2))
    network.layers[0].w.value += 1
    learning.restore(network, kept)
    assert all((kept[name] == value).all() for name, value in learning.state(network).items())
