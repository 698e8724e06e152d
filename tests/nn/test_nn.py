"""Layers, the walk over parameters, and initialisations."""

import numpy as np
import pytest

from abacus import nn, ops
from abacus.errors import BadInput
from abacus.tensor import Parameter, backward

RNG = np.random.default_rng


class Tied:
    def __init__(self):
        self.embedding = nn.Embedding(5, 3, RNG(0))
        self.blocks = [nn.Affine(3, 3, RNG(1)), {"norm": nn.LayerNorm(3)}]
        self.head = self.embedding.table
        self.constant, self.itself = np.ones(3), self

    def __call__(self, index):
        x = self.blocks[1]["norm"](self.blocks[0](self.embedding(index)))
        return x @ ops.transpose(self.head)


def test_parameters_are_named_by_their_path_and_shared_ones_are_there_once():
    model = Tied()
    found = nn.parameters(model)
    assert list(found) == ["embedding.table", "blocks.0.w", "blocks.0.b", "blocks.1.norm.gain", "blocks.1.norm.bias"]
    assert [p.name for p in found.values()] == list(found)
    assert nn.count(model) == 5 * 3 + 3 * 3 + 3 + 3 + 3
    loss = ops.softmax_cross_entropy(model(np.array([0, 4])), np.array([1, 2]))
    assert set(backward(loss)) == set(found.values())


def test_a_lone_parameter_keeps_its_name():
    w = Parameter(1.0, "w")
    assert nn.parameters(w) == {"": w} and w.name == "w"


SHAPE = 400, 300
VARIANCES = {
    "uniform_by_inputs": 1 / (3 * 400),
    "lecun_uniform": 2.4**2 / (3 * 400**2),
    "lecun_normal": 1 / 400,
    "glorot_uniform": 2 / 700,
    "glorot_normal": 2 / 700,
    "he_uniform": 2 / 400,
    "he_normal": 2 / 400,
}


@pytest.mark.parametrize("name", VARIANCES)
def test_initial_weights_have_the_variance_of_the_formula(name):
    w = getattr(nn, name)(SHAPE, RNG(0))
    assert w.shape == SHAPE and w.dtype == np.float32
    n, variance = w.size, VARIANCES[name]
    kurtosis = 3 if name.endswith("normal") else 9 / 5
    assert abs(w.var() - variance) < 5 * variance * np.sqrt((kurtosis - 1) / n)  # five standard errors
    assert abs(w.mean()) < 5 * np.sqrt(variance / n)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4)])
def test_an_orthogonal_matrix_is_one(shape):
    w = nn.orthogonal(shape, RNG(0)).astype(float)
    product = w.T @ w if shape[0] >= shape[1] else w @ w.T
    assert np.abs(product - np.eye(min(shape))).max() < np.sqrt(np.finfo(np.float32).eps)


def test_fans_of_a_convolution_count_its_field():
    assert nn.fans((16, 3, 5, 5)) == (75, 400) and nn.fans((7, 2)) == (7, 2)


def test_the_same_generator_gives_the_same_layer():
    a, b = (nn.LSTM(3, 4, RNG(7)) for _ in range(2))
    assert all(np.array_equal(p.value, q.value) for p, q in zip(nn.parameters(a).values(), nn.parameters(b).values()))


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_recurrent_layer_says_what_it_wants(kind):
    layer = getattr(nn, kind)(3, 4, RNG(0))
    for shape in ((3,), (5, 3), (5, 2, 4), (1, 5, 2, 3)):
        with pytest.raises(BadInput) as raised:
            layer(np.ones(shape, np.float32))
        assert str(raised.value) == f"{kind}: x has shape {shape}, wanted (time, batch, 3)"


def test_a_state_of_another_shape_is_refused():
    x, h = np.ones((5, 2, 3), np.float32), np.ones((2, 4), np.float32)
    for state in ((h, h[:, :3]), (h, np.ones((2000, 4), np.float32)), (h[:1], h)):
        with pytest.raises(BadInput, match=r"lstm: [hc] has shape .*, wanted \(2, 4\)"):
            nn.LSTM(3, 4, RNG(0))(x, state)
    with pytest.raises(BadInput, match=r"gru: h has shape \(1, 4\), wanted \(2, 4\)"):
        nn.GRU(3, 4, RNG(0))(x, h[:1])


def test_layers_run_and_give_gradients_to_all_their_parameters():
    x = RNG(0).standard_normal((6, 2, 8)).astype(np.float32)
    cross = nn.CrossAttention(8, 2, RNG(0))
    layers = {
        "affine": nn.Sequential(nn.Affine(8, 4, RNG(0), activation="relu"), ops.tanh, nn.Affine(4, 1, RNG(1))),
        "he": nn.Affine(8, 4, RNG(0), bias=False, initial=nn.he_normal),
        "norms": nn.Sequential(nn.LayerNorm(8), nn.RMSNorm(8), nn.Dropout(0.5)),
        "attention": nn.SelfAttention(8, 2, RNG(0), causal=True),
    }
    for layer in layers.values():
        assert set(backward(ops.sum(ops.square(layer(x))))) == set(nn.parameters(layer).values())
    assert set(backward(ops.sum(cross(x, x[:, :1])))) == set(nn.parameters(cross).values())
    for layer in (nn.RNN(8, 4, RNG(0)), nn.LSTM(8, 4, RNG(0)), nn.GRU(8, 4, RNG(0))):
        y, state = layer(x)
        y2, _ = layer(x[:3], state)
        assert set(backward(ops.sum(y2))) == set(nn.parameters(layer).values()) and y.shape == (6, 2, 4)
