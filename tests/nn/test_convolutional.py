"""The layers over images: shapes, counts, the start of their weights, and what evaluation of batch norm uses."""

import numpy as np

from abacus import nn, ops
from abacus.tensor import backward

RNG = np.random.default_rng
ROUGHLY = np.sqrt(np.finfo(np.float32).eps)


def test_layers_run_and_give_gradients_to_all_their_parameters():
    x = RNG(0).standard_normal((3, 2, 8, 8)).astype(np.float32)
    norm = nn.BatchNorm(4)
    model = [nn.Conv2d(2, 4, (3, 2), RNG(1), stride=2, padding=1, groups=2, activation="relu"), norm, nn.Subsample(4)]
    back = nn.ConvTranspose2d(4, 2, 3, RNG(2), stride=2, output_padding=1)
    h = model[2](norm(model[0](x), True, activation="relu"))
    y = back(h)
    assert h.shape == (3, 4, 2, 2) and y.shape == (3, 2, 6, 6)
    gradients = backward(ops.sum(y * y))
    named = nn.parameters([*model, back])
    assert set(gradients) == set(named.values())
    assert all(gradients[p].shape == p.shape and gradients[p].dtype == np.float32 for p in gradients)
    assert all(np.isfinite(gradients[p]).all() and np.any(gradients[p]) for p in gradients)


def test_counts_of_the_layers_of_lenet_5():
    """LeCun et al. 1998, p. 2284 and 2285: C1 156, S2 12, S4 32, C5 48 120."""
    counts = {
        "C1": nn.Conv2d(1, 6, 5, RNG(0)),
        "S2": nn.Subsample(6),
        "S4": nn.Subsample(16),
        "C5": nn.Conv2d(16, 120, 5, RNG(0)),
    }
    assert {name: nn.count(layer) for name, layer in counts.items()} == {"C1": 156, "S2": 12, "S4": 32, "C5": 48120}


def test_weights_start_within_the_bound_of_their_inputs():
    layer = nn.Conv2d(6, 16, 5, RNG(0), groups=2)
    bound = 1 / np.sqrt(3 * 25)
    for p in (layer.w, layer.b):
        assert p.value.dtype == np.float32 and np.abs(p.value).max() <= bound and np.abs(p.value).max() > bound / 2
    assert nn.Conv2d(3, 8, 3, RNG(0), bias=False).b is None
    assert not nn.Conv2d(3, 8, 3, RNG(0), initial=nn.he_normal).b.value.any()


def test_batch_norm_evaluates_with_the_running_moments():
    x = RNG(0).standard_normal((16, 2, 3, 3)).astype(np.float32) * 3 + 1
    norm = nn.BatchNorm(2, momentum=1.0)
    trained, before = norm(x, True).value, norm.mean.copy()
    evaluated = norm(x, False).value
    assert (norm.mean == before).all()
    m = x.size // 2
    np.testing.assert_allclose(evaluated, trained * np.sqrt((m - 1) / m), rtol=ROUGHLY, atol=ROUGHLY)


def test_subsampling_starts_as_the_mean():
    x = RNG(0).standard_normal((2, 3, 4, 6)).astype(np.float32)
    np.testing.assert_allclose(nn.Subsample(3)(x).value, ops.avg_pool2d(x, 2).value, rtol=ROUGHLY)
