"""Layers of signals, volumes and groups of channels: their weights, their gradients, and what PyTorch's layers give."""

import numpy as np
import pytest

from abacus import nn, ops
from abacus.tensor import backward

RNG = np.random.default_rng
X = RNG(0).standard_normal((2, 4, 5, 6, 5)).astype(np.float32)
LAYERS = {
    "Conv1d": (lambda: nn.Conv1d(4, 6, 3, RNG(1), stride=2, padding=1, groups=2), X[..., 0, 0], (6, 2, 3)),
    "Conv3d": (lambda: nn.Conv3d(4, 6, (1, 2, 3), RNG(1), padding=1), X, (6, 4, 1, 2, 3)),
    "ConvTranspose1d": (
        lambda: nn.ConvTranspose1d(4, 6, 3, RNG(1), stride=2, output_padding=1),
        X[..., 0, 0],
        (4, 6, 3),
    ),
    "ConvTranspose3d": (lambda: nn.ConvTranspose3d(4, 6, 2, RNG(1), stride=2, groups=2), X, (4, 3, 2, 2, 2)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_convolution_has_the_weights_of_pytorchs_layer_and_its_result(name):
    make, x, shape = LAYERS[name]
    layer = make()
    assert layer.w.shape == shape and layer.b.shape == (6,)
    bound = 1 / np.sqrt(np.prod(shape[1:]))
    assert np.abs(layer.w.value).max() <= bound and np.abs(layer.b.value).max() <= bound
    y = layer(x)
    assert set(backward(ops.sum(y * y))) == {layer.w, layer.b}
    torch = pytest.importorskip("torch")
    inputs = x.shape[1]
    peer = getattr(torch.nn, name)(inputs, 6, shape[2:], **layer.geometry)
    with torch.no_grad():
        peer.weight.copy_(torch.tensor(layer.w.value))
        peer.bias.copy_(torch.tensor(layer.b.value))
        wanted = peer(torch.tensor(x)).numpy()
    np.testing.assert_allclose(y.value, wanted, atol=np.sqrt(np.finfo(np.float32).eps))


def test_a_convolution_may_have_no_bias_and_other_weights_to_start_from():
    layer = nn.Conv3d(1, 2, 2, RNG(0), bias=False, initial=nn.he_normal)
    assert layer.b is None and nn.count(layer) == 16
    assert not nn.Conv1d(1, 2, 2, RNG(0), initial=nn.he_normal).b.value.any()


def test_group_norm_starts_as_the_norm_alone():
    y = nn.GroupNorm(2, 4)(X).value.reshape(2, 2, -1).astype(float)
    rounding = np.sqrt(np.finfo(np.float32).eps)
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=rounding)
    np.testing.assert_allclose((y * y).mean(axis=-1), 1, atol=rounding)
    assert nn.count(nn.GroupNorm(2, 4)) == 8


def test_prelu_has_a_slope_for_each_channel_or_one_for_all():
    for channels, start in ((1, 1), (4, 4)):
        layer = nn.PReLU(channels)
        assert layer.slope.value.tolist() == [0.25] * start
        np.testing.assert_array_equal(layer(X).value, np.where(X > 0, X, X / 4))
        assert backward(ops.sum(layer(X)))[layer.slope].shape == (channels,)


def test_a_gru_with_its_reset_gate_first_is_another_one_only_in_that():
    x = RNG(0).standard_normal((3, 2, 4)).astype(np.float32)
    first, after = nn.GRU(4, 5, RNG(1), reset_first=True), nn.GRU(4, 5, RNG(1))
    (y, last), (z, _) = first(x), after(x)
    assert y.shape == z.shape == (3, 2, 5) and np.array_equal(y.value[-1], last.value)
    assert not np.array_equal(y.value, z.value)
    for layer in (first, after):
        layer.bh.value[:] = 0
        layer.wh.value[:] = 0  # without a recurrent part the order does not matter
    rounding = np.sqrt(np.finfo(np.float32).eps)
    np.testing.assert_allclose(first(x)[0].value, after(x)[0].value, atol=rounding)
    assert set(backward(ops.sum(first(x)[0]))) == set(nn.parameters(first).values())
