"""Facts of the lesson: the identity of the gradients, sums in pairs and by a ring, shares of a batch, AlexNet's counts."""

import itertools
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alexnet
import cost
import group
import train
from abacus import nn, ops, papers, streams, verdict
from abacus.errors import BadInput
from abacus.tensor import Parameter, backward
from shares import Replicas, backward_in_threads
from sums import add_in_pairs, ring

EPS = np.finfo(float).eps
INTEGERS = st.integers(-100, 100)
EXAMPLES = st.lists(st.tuples(INTEGERS, INTEGERS, INTEGERS), min_size=1, max_size=12)


def gradient(w, examples):
    """Of the mean of (w·x − y)² / 2 over examples (x1, x2, ..., y), in whatever numbers they are: eq. 1."""
    errors = [sum(a * b for a, b in zip(w, x)) - y for *x, y in examples]
    return [sum(e * x[k] for e, x in zip(errors, examples)) / len(examples) for k in range(len(w))]


@given(EXAMPLES, st.tuples(INTEGERS, INTEGERS), st.data())
def test_the_gradient_of_a_batch_is_the_mean_of_its_shares_gradients_exactly(examples, w, data):
    w, examples = [Fraction(n, 7) for n in w], [tuple(map(Fraction, example)) for example in examples]
    cuts = sorted(data.draw(st.lists(st.integers(1, len(examples)), max_size=4)))
    edges = [0, *cuts, len(examples)]
    shares = [examples[a:b] for a, b in itertools.pairwise(edges) if a < b]
    parts = [(Fraction(len(share), len(examples)), gradient(w, share)) for share in shares]
    assert [sum(weight * part[k] for weight, part in parts) for k in (0, 1)] == gradient(w, examples)


@pytest.mark.parametrize("parts", [1, 2, 4, 8])
@pytest.mark.parametrize("way", ["replicas", "threads"])
def test_on_the_tape_too_bit_for_bit_where_no_number_is_rounded(parts, way):
    rng = np.random.default_rng(0)
    x, y, w = (rng.integers(-8, 9, shape).astype(float) for shape in ((16, 3), (16, 2), (3, 2)))
    w = Parameter(w)

    def loss_of(x, y):
        return ops.mse(x @ w, y)

    whole = loss_of(x, y)
    if way == "replicas":
        loss, gradients = Replicas(group.Alone(), {"w": w}, parts).backward(loss_of, (x, y))
    else:
        loss, gradients = backward_in_threads(loss_of, (x, y), parts)
    assert loss.value == whole.value and (gradients[w] == backward(whole)[w]).all()


@pytest.mark.parametrize("parts", [1, 2, 3, 5])
def test_threads_and_replicas_give_the_same_bits_and_the_gradient_of_the_whole_to_rounding(parts):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((7, 3)), rng.standard_normal((7, 2))
    w = Parameter(rng.standard_normal((3, 2)))

    def loss_of(x, y):
        return ops.mse(ops.tanh(x @ w), y)

    loss, gradients = backward_in_threads(loss_of, (x, y), parts)
    other, others = Replicas(group.Alone(), {"w": w}, parts).backward(loss_of, (x, y))
    assert gradients[w].tobytes() == others[w].tobytes() and loss.value == other.value
    whole = loss_of(x, y)
    np.testing.assert_allclose(loss.value, whole.value, rtol=EPS * 10)
    np.testing.assert_allclose(gradients[w], backward(whole)[w], rtol=EPS * 100)


def test_parts_are_a_multiple_of_the_processes_and_no_more_than_the_batch():
    class Three(group.Alone):
        size = 3

    with pytest.raises(BadInput, match="parts=4: wanted a multiple of the 3 processes"):
        Replicas(Three(), {}, 4)
    with pytest.raises(BadInput, match="a batch of 3 examples cannot be cut into 4 parts"):
        Replicas(group.Alone(), {"w": Parameter(np.ones(2))}, 4).backward(None, (np.ones(3),))
    with pytest.raises(BadInput, match="a batch of 3 examples cannot be cut into 4 parts"):
        backward_in_threads(None, (np.ones(3),), 4)
    with pytest.raises(BadInput, match="parts=-1: wanted a multiple"):
        Replicas(group.Alone(), {}, -1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--batch=0"], "--batch 0: wanted at least 1"),
        (["--parts=-1"], "--parts -1 --seed 0: wanted at least 0"),
        (["--seed=-1"], "--parts 0 --seed -1: wanted at least 0"),
        (["--keep=/nowhere/w.npy"], "--keep /nowhere/w.npy: no such folder"),
        (["--threads=9", "--batch=4"], "a batch of 4 examples cannot be cut into 9 parts"),
    ],
)
def test_a_wrong_option_of_the_training_is_one_line_and_status_2(words, said, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["train.py", "convolutional", *words])
    assert train.main() == 2
    assert capsys.readouterr().err == f"train: {said}\n"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.integers(0, 4))
def test_neighbours_may_be_summed_beforehand(numbers, power):
    size = 2**power
    blocks = [add_in_pairs(numbers[i : i + size]) for i in range(0, len(numbers), size)]
    assert add_in_pairs(blocks) == add_in_pairs(list(numbers))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 9), st.integers(0, 9))
def test_the_sum_is_near_the_exact_one(n, seed):
    arrays = np.random.default_rng(seed).standard_normal((n, 100))
    exact, bound = arrays.sum(axis=0), n * EPS * np.abs(arrays).sum(axis=0)
    assert (np.abs(add_in_pairs(arrays) - exact) <= bound).all()


@given(st.integers(1, 9), st.integers(1, 30))
def test_a_ring_gives_all_the_sum_for_the_numbers_and_messages_of_the_cost_model(p, n):
    arrays = np.random.default_rng(n).integers(-99, 99, (p, n * p))
    held, sent, messages = ring(arrays)
    assert all((one == arrays.sum(axis=0)).all() for one in held)
    assert set(sent) == {cost.sent(p, n * p)} and messages == 2 * (p - 1)


def test_a_ring_sums_each_slice_in_another_order():
    arrays = np.array([[1.0] * 3, [2.0**53] * 3, [-(2.0**53)] * 3])
    assert [held.tolist() for held in ring(arrays)[0]] == [[0, 1, 1]] * 3  # 1 + 2⁵³ is rounded to 2⁵³
    assert add_in_pairs(arrays.copy()).tolist() == [0, 0, 0]


def test_the_lessons_example():
    examples = [(1, 0, 2, 0, 1), (0, 1, 0, 1, 4), (1, 1, 0, 0, 0), (0, 0, 1, 2, 1)]
    first, second = (gradient([1] * 4, share) for share in (examples[:2], examples[2:]))
    assert first == [1, -1, 2, -1] and second == [1, 1, 1, 2]
    held, sent, _ = ring(np.array([first, second]))
    assert (held[0] / 2).tolist() == gradient([1] * 4, examples) == [1, 0, 1.5, 0.5] and sent == [4, 4]
    thirds = np.array([0.1, 0.2, 0.3])
    assert (thirds[0] + thirds[1]) + thirds[2] != thirds[0] + (thirds[1] + thirds[2])


@pytest.mark.parametrize("name", train.NETWORKS)
def test_both_networks_lower_the_loss_and_the_stripes_are_of_ten_directions(name):
    images, labels = train.stripes(64, streams.rng(0, "batch", 0))
    assert images.shape == (64, 1, 28, 28) and images.dtype == np.float32 and set(labels) <= set(range(10))
    model = train.NETWORKS[name](streams.rng(0, "init"))
    loss = ops.softmax_cross_entropy(model(images), labels)
    parameters = nn.parameters(model)
    gradients = backward(loss)
    step = 0.01 / np.sqrt(sum(float((gradients[p] ** 2).sum()) for p in parameters.values()))
    for parameter in parameters.values():
        parameter.value = parameter.value - np.float32(step) * gradients[parameter]
    assert float(ops.softmax_cross_entropy(model(images), labels)) < float(loss)
    weights = np.concatenate([parameter.value.reshape(-1) for parameter in parameters.values()])
    first = train.NETWORKS[name].kernels(weights)
    assert (
        first[3].tobytes()
        == (model.first.w.value[3] if name == "convolutional" else model.first.w.value[:, 3]).tobytes()
    )


def counted(towers):
    return alexnet.count(SimpleNamespace(towers=towers), None)


def neurons(layers=alexnet.LAYERS):
    return {layer.name: {"neurons": layer.neurons()} for layer in layers}


@pytest.mark.parametrize(("row", "towers"), [("two towers", 2), ("one tower", 1)])
def test_the_parameters_with_towers_and_without_are_reproduced(row, towers):
    assert verdict.of(papers.table("dlcookbook/alexnet"), row, counted(towers))["parameters"] == "reproduced"


@pytest.mark.parametrize("broken", ["conv3 in towers too", "all in one", "a layer less"])
def test_towers_in_the_wrong_layers_are_not_reproduced(broken):
    layers = {
        "conv3 in towers too": [layer._replace(within=layer in alexnet.CONVOLUTIONS[1:]) for layer in alexnet.LAYERS],
        "all in one": [layer._replace(within=False) for layer in alexnet.LAYERS],
        "a layer less": alexnet.LAYERS[:-1],
    }[broken]
    values = {"parameters": alexnet.total("parameters", 2, layers)}
    assert verdict.of(papers.table("dlcookbook/alexnet"), "two towers", values)["parameters"] == "not reproduced"


def test_the_neurons_of_all_layers_but_the_first_are_reproduced():
    table = papers.table("krizhevsky2012/layers")
    found = {name: verdict.of(table, name, values)["neurons"] for name, values in neurons().items()}
    assert found == dict.fromkeys(found, "reproduced") | {"conv1": "not reproduced"}
    smaller = [layer._replace(side=layer.side - 1) for layer in alexnet.CONVOLUTIONS]
    broken = {name: verdict.of(table, name, values)["neurons"] for name, values in neurons(smaller).items()}
    assert set(broken.values()) == {"not reproduced"}


def test_the_abstracts_round_numbers_are_not_the_counts():
    found = verdict.of(papers.table("krizhevsky2012/abstract"), "AlexNet", counted(2))
    assert {found[name] for name in ("parameters, millions", "neurons, thousands")} == {"not reproduced"}


def test_the_convolutions_have_the_work_and_the_dense_layers_the_parameters():
    facts, found = papers.facts("krizhevsky2014"), counted(1)
    low, high = (facts[f"computation in the convolutional layers, %, {end}"] for end in ("from", "to"))
    assert low <= found["work of the convolutions, %"] <= high
    assert papers.facts("krizhevsky2012")["values of an input image"] == 224 * 224 * 3


@pytest.mark.parametrize("towers", [1, 2])
def test_the_arithmetic_counts_what_the_layers_hold(towers):
    for layer in alexnet.CONVOLUTIONS:
        groups = towers if layer.within else 1
        built = nn.Conv2d(layer.inputs, layer.outputs, layer.size, np.random.default_rng(0), groups=groups)
        assert nn.count(built) == layer.parameters(towers)


def test_a_layer_that_cannot_be_cut_is_refused():
    with pytest.raises(BadInput, match="towers=5: wanted a divisor"):
        counted(5)


def test_what_gpus_send():
    assert cost.everywhere(1) == cost.weird(1, 128) == 0
    assert cost.everywhere(2) == 4 * counted(1)["parameters"]
    crossing = (9216 + 4096 + 4096) * 128 * 4  # bytes of the dense layers' inputs of one GPU's images
    convolutions = 4 * alexnet.total("parameters", 1, alexnet.CONVOLUTIONS)
    assert cost.weird(2, 128) == convolutions + 2 * crossing
    assert cost.weird(8, 128) == 2 * 7 / 8 * convolutions + 2 * 7 * crossing
    assert cost.towers(256) == 2 * (43264 // 2 + 9216 // 2 + 4096) * 256 * 4


def test_the_model_has_its_limits_in_it():
    setting = dict(batch=128, hours=98.05, epochs=90, images=1281167)
    fast = cost.exchange(SimpleNamespace(gpus=8, bandwidth=1e30, **setting), None)
    assert fast["speed-up"] == fast["data parallel: speed-up"] == 8
    real = cost.exchange(SimpleNamespace(gpus=8, bandwidth=6e9, **setting), None)
    assert real["data parallel: speed-up"] < real["speed-up"] < 8 and "two towers: MB sent" not in real
