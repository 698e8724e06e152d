"""Evaluation in parts: the loops that it replaces, and what it refuses."""

import numpy as np
import pytest

from abacus import nn, ops
from abacus.errors import BadInput
from abacus.tensor import Tensor, no_grad

RNG = np.random.default_rng(0)
NETWORK = nn.Sequential(nn.Affine(5, 8, RNG, activation="relu"), nn.Affine(8, 3, RNG))
X, LABELS = RNG.standard_normal((23, 5)).astype(np.float32), RNG.integers(0, 3, 23)


@pytest.mark.parametrize("size", [1, 4, 23, 1000])
def test_it_is_the_loop_over_parts_to_the_byte(size):
    with no_grad():
        parts = [NETWORK(X[i : i + size]).value for i in range(0, len(X), size)]
    found = nn.evaluate(NETWORK, X, size)
    assert found.tobytes() == np.concatenate(parts).tobytes() and found.shape == (23, 3)


def test_several_arrays_are_several_arguments_and_nothing_is_kept_for_backward():
    seen = []

    def losses(x, y):
        seen.append(ops.softmax_cross_entropy(NETWORK(x), y, reduction="none"))
        return seen[-1]

    found = nn.evaluate(losses, (X, LABELS), 10)
    assert [len(part.value) for part in seen] == [10, 10, 3] and all(part.node is None for part in seen)
    z = nn.evaluate(NETWORK, X).astype(float)
    wanted = np.log(np.exp(z).sum(axis=1)) - z[np.arange(23), LABELS]
    assert np.allclose(found, wanted, rtol=0, atol=8 * np.finfo(np.float32).eps * np.abs(z).max())


def test_nothing_gives_nothing_of_the_right_shape_and_arrays_are_as_good_as_tensors():
    assert nn.evaluate(NETWORK, X[:0]).shape == (0, 3)
    assert nn.evaluate(lambda x: x[:, 0] > 0, X, 7).dtype == bool
    assert nn.evaluate(Tensor, X, 7).tobytes() == X.tobytes()


def test_what_does_not_fit_is_one_line():
    with pytest.raises(BadInput, match="arrays of 23, 22 items"):
        nn.evaluate(lambda x, y: x, (X, LABELS[1:]))
    with pytest.raises(BadInput, match="parts of 0 items"):
        nn.evaluate(NETWORK, X, 0)
    with pytest.raises(BadInput, match=r"23 items gave an array of shape \(\): wanted a row for each"):
        nn.evaluate(lambda x, y: ops.softmax_cross_entropy(NETWORK(x), y), (X, LABELS))
