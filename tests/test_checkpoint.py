"""Checkpoints and states: what goes in comes out to the bit, in place; a torn or altered file is an error."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from abacus.errors import BadInput, Damaged
from abacus.running import checkpoint, state

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    | hnp.arrays(hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.floating_dtypes(), hnp.array_shapes(min_dims=0, min_side=0))
)  # fmt: skip
TREES = st.recursive(LEAVES, lambda child: st.dictionaries(st.text(), child, max_size=4), max_leaves=8)


def same(a, b):
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return type(a) is type(b) and a == b


@given(tree=st.dictionaries(st.text(), TREES, max_size=4))
def test_any_tree_comes_back_to_the_bit(tree, tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoint") / "x"
    checkpoint.write(path, tree)
    assert same(tree, checkpoint.read(path))


def test_every_torn_or_altered_file_is_named(tmp_path):
    path = tmp_path / "x"
    checkpoint.write(path, {"w": np.arange(3.0), "step": 7})
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(Damaged, match=r"x: not a whole checkpoint"):
            checkpoint.read(path)
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Damaged):
            checkpoint.read(path)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "x"
    checkpoint.write(path, {"step": 1})
    with pytest.raises(TypeError, match="not set"):
        checkpoint.write(path, {"step": {1, 2}})
    assert checkpoint.read(path) == {"step": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


class Layer:
    def __init__(self, n):
        self.w, self.active, self.name = np.zeros(n), True, "layer"
        self.squash = np.tanh


class Model:
    def __init__(self):
        self.flat = np.zeros(5)
        self.layers = [Layer(2), Layer(3)]
        self.tied = self.layers[0]
        self.history = []


def test_a_state_is_restored_in_place():
    trained, fresh = Model(), Model()
    trained.layers[1].w += 1
    trained.layers[0].active = False
    trained.history.append(0.5)
    view = fresh.layers[1].w
    state.restore(fresh, state.collect(trained))
    assert view.tolist() == [1, 1, 1]
    assert fresh.layers[0].active is False and fresh.tied is fresh.layers[0] and fresh.history == [0.5]


def test_the_state_of_another_model_is_refused():
    other = Model()
    other.layers[0].w = np.zeros(9)
    with pytest.raises(BadInput, match=r"layers.0.w is \(9,\) float64, wanted \(2,\) float64"):
        state.restore(Model(), state.collect(other))
