"""The compiled loop of one pattern: its gradient is the tape's, its second derivatives those of Appendix C."""

import numpy as np
import pytest

import layers
import levenberg
import networks
import patterns
import second_order as so
from abacus import nn, ops
from abacus.tensor import backward

LABEL = np.uint8(3)


@pytest.fixture(scope="module", params=["LeNet-1", "LeNet-4", "LeNet-5"])
def any_case(request):
    """A network, its vector, and one image."""
    return made(request.param)


@pytest.fixture(scope="module")
def case():
    return made("LeNet-5")


def made(name):
    rng = np.random.default_rng(0)
    network = networks.NETWORKS[name](layers.Start(1, rng))
    return network, levenberg.pack(network), rng.integers(0, 256, (28, 28), dtype=np.uint8)


def twin(network):
    """Another of its kind, with other values."""
    return type(network)(layers.Start(1, np.random.default_rng(1)))


def derivatives(order, network, vector, image):
    """(loss, what the compiled loop finds)."""
    found = np.empty_like(vector)
    return levenberg.derivatives(network)(order, vector, image, LABEL, found), found


def test_packing_there_and_back_changes_nothing(any_case):
    network, vector, _ = any_case
    other = twin(network)
    levenberg.unpack(vector, other)
    pairs = zip(nn.parameters(network).values(), nn.parameters(other).values())
    assert all((a.value == b.value).all() for a, b in pairs)
    assert levenberg.connected(network).sum() == nn.count(network)


def test_the_gradient_of_one_pattern_is_the_tapes(any_case):
    network, vector, image = any_case
    loss, g = derivatives(1, network, vector, image)
    taped = network.loss(patterns.seen(image[None], network.side), np.array([LABEL]))
    assert loss == pytest.approx(float(taped), rel=1e-6)
    gradients, other = backward(taped), twin(network)
    for mine, theirs in zip(nn.parameters(other).values(), nn.parameters(network).values()):
        mine.value[...] = gradients[theirs]
    wanted, present = levenberg.pack(other), levenberg.connected(network) > 0
    for one, other, here in zip(*(so.cut(vector, levenberg.shape(network)) for vector in (g, wanted, present))):
        assert np.abs(one - other)[here].max(initial=0) <= 1e-6 * max(1, np.abs(other).max(initial=0))


@pytest.mark.parametrize("name", ["LeNet-1", "LeNet-4"])
def test_the_second_derivatives_of_half_the_squared_distance(name):
    """∂²E/∂x² = 1: h of the last layer is its squared slope, times squared inputs for the weights."""
    network, vector, image = made(name)
    _, h = derivatives(2, network, vector, image)
    *_, (_, before), (_, last) = network.maps(patterns.seen(image[None], network.side)).items()
    found = so.cut(h, levenberg.shape(network))
    top = (layers.A * layers.S * (1 - last.value[0].astype(float) ** 2)) ** 2
    inputs = layers.A * before.value[0].transpose(1, 2, 0).ravel().astype(float)
    close(found.f6_bias, top)
    close(found.f6, np.outer(top, inputs**2))


def test_the_second_derivatives_of_the_loss_by_the_outputs_are_differences(case):
    centres, rng = case[0].centres.astype(float)[:, :8], np.random.default_rng(2)
    x, step = rng.normal(size=8), np.finfo(float).eps ** 0.25
    loss, first, second = so.distances.py_func(x, 3, centres, 5.0)
    for k, move in enumerate(step * np.eye(8)):
        above, below = (so.distances.py_func(x + sign * move, 3, centres, 5.0)[0] for sign in (1, -1))
        size = 1000 * step**2  # of the fourth derivative's share
        assert first[k] == pytest.approx((above - below) / (2 * step), abs=size)
        assert second[k] == pytest.approx((above - 2 * loss + below) / step**2, abs=size)


def test_the_second_derivatives_of_all_parameters_are_differences_layer_by_layer(case):
    """Where a layer's sums a = L(x) have second derivatives h, ½ Σ h L(x)² is a quadratic, whose second difference in one
    entry of x or of the weights is exact: Σ h L(unit)². So L is applied to units, in float64, from the top to C1."""
    lenet, vector, image = case
    _, found = derivatives(2, lenet, vector, image)
    said = {name: layers.A * map.value[0].astype(float) for name, map in lenet.maps(seen(image)).items()}
    slope = {name: layers.S * (layers.A - x**2 / layers.A) for name, x in said.items()}
    _, _, top = so.distances.py_func(said["F6"], int(LABEL), lenet.centres.astype(float), 1.0)
    h = {"F6": top * slope["F6"] ** 2}
    w = {
        name: layers.connect.__wrapped__(getattr(lenet, name).w.value, getattr(lenet, name).links)[0]
        for name in ("c1", "c3", "c5")
    }
    linear = {
        "F6": ("C5", lambda x: x.reshape(len(x), -1) @ lenet.f6.w.value),
        "C5": ("S4", lambda x: ops.conv2d(x, w["c5"]).value),
        "S4": ("C3", lambda x: sums(x) * lenet.s4.coefficient.value[:, None, None]),
        "C3": ("S2", lambda x: ops.conv2d(x, w["c3"]).value),
        "S2": ("C1", lambda x: sums(x) * lenet.s2.coefficient.value[:, None, None]),
    }
    for name, (before, apply) in linear.items():
        shape = said[before].shape
        units = np.eye(said[before].size, dtype=np.float32).reshape(-1, *shape)
        squares = np.concatenate(
            [(h[name] * apply(part) ** 2).reshape(len(part), -1).sum(1) for part in np.array_split(units, 20)]
        )
        h[before] = squares.reshape(shape) * slope[before] ** 2

    per_map = {name: h[name].reshape(len(h[name]), -1) for name in h}
    found = so.cut(found, levenberg.shape(lenet))
    close(found.f6_bias, h["F6"])
    close(found.f6, np.outer(h["F6"], said["C5"].ravel() ** 2))
    close(found.c5_bias, h["C5"])
    close(found.c5, np.outer(h["C5"], said["S4"].transpose(1, 2, 0).ravel() ** 2))
    close(found.s4_bias, per_map["S4"].sum(1))
    close(found.s4, (per_map["S4"] * sums(said["C3"][None])[0].reshape(16, -1) ** 2).sum(1))
    close(found.c3_bias, per_map["C3"].sum(1))
    close(found.c3, kernels(per_map["C3"], said["S2"]))
    close(found.s2_bias, per_map["S2"].sum(1))
    close(found.s2, (per_map["S2"] * sums(said["C1"][None])[0].reshape(6, -1) ** 2).sum(1))
    close(found.c1_bias, per_map["C1"].sum(1))
    close(found.c1, kernels(per_map["C1"], seen(image)[0].astype(float)))


def test_what_a_table_leaves_out_stays_zero_and_the_rest_moves(any_case):
    lenet, vector, image = any_case
    h = levenberg.mean_curvature(vector, lenet, image[None], np.array([LABEL]))
    rate, moved = levenberg.rates(h, 0.0005, 0.02, lenet), vector.copy()
    loss = levenberg.train_pass(moved, rate, lenet, image[None], np.array([LABEL]), np.zeros(3, int))
    present = levenberg.connected(lenet) > 0
    assert np.isfinite(loss) and not moved[~present].any() and np.mean(moved[present] != vector[present]) > 1 / 2


def seen(image):
    return patterns.seen(image[None], 32)


def sums(x):
    return x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]


def kernels(h, x):
    """Σ over the places of a map: h times the squared input that the kernel's entry sees there; order (map, u, v, input)."""
    side = x.shape[1] - 4
    windows = [x[:, u : u + side, v : v + side].reshape(len(x), -1) ** 2 for u in range(5) for v in range(5)]
    return np.einsum("op,kip->oki", h, np.array(windows))


def close(found, wanted):
    """Equal but for float32's rounding, as far as the largest goes."""
    found, wanted = np.ravel(found), np.ravel(wanted)
    assert np.abs(found - wanted).max() <= 1e-5 * np.abs(wanted).max()
