"""Facts about LeNet: counts, Table I, the loss; and that a broken variant is never called reproduced."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import counting
import layers
import levenberg
import minibatches
import networks
import patterns
import rbf
import run
from abacus import nn, ops, papers, verdict
from abacus.errors import BadInput
from abacus.evidence import records
from abacus.running.job import Job
from abacus.tensor import Parameter, backward
from layers import Start

FACTS = papers.facts("lecun1998")
LAYERS = papers.table("lecun1998/layers")
FIG5 = papers.table("lecun1998/fig5")


def network(name, seed=0):
    return networks.NETWORKS[name](Start(1, np.random.default_rng(seed)))


SMALL = run.Config(train=1500, passes=3, batch=32, momentum=0.9, rates=[0.002, 0.002, 0.0008])


def test_lenet5_has_the_parameters_and_connections_that_the_text_counts():
    for layer, found in counting.counts(network("LeNet-5")).items():
        printed = LAYERS.rows[layer]
        assert found == (printed["parameters"].number, printed["connections"].number), layer


def test_the_numbers_of_the_smaller_networks_round_to_those_of_the_text():
    parameters, connections = counting.counts(network("LeNet-1"))["total"]
    assert round(parameters, -2) == FACTS["parameters of LeNet-1, about"]
    assert round(connections, -4) == FACTS["multiply-adds of LeNet-1, about"]
    parameters, connections = counting.counts(network("LeNet-4"))["total"]
    assert round(parameters, -3) == FACTS["parameters of LeNet-4, about"]
    assert round(connections, -4) == FACTS["connections of LeNet-4, about"]


def test_lenet1_has_the_units_of_the_network_of_1990_with_the_bias_as_one():
    x = np.zeros((1, 1, 28, 28), np.float32)
    units = x.size + sum(map.value.size for map in network("LeNet-1").maps(x).values())
    assert units + 1 == papers.facts("lecun1990")["units"]


def test_table_1_gives_each_map_of_s2_to_ten_maps_of_c3():
    seen = layers.links(networks.C3_SEES, 6)
    assert seen.sum(axis=1).tolist() == [3] * 6 + [4] * 9 + [6]
    assert seen.sum(axis=0).tolist() == [10] * 6
    assert len({tuple(row) for row in seen}) == 16  # no two maps see the same


def test_the_squashing_function_leaves_one_at_one():
    printed_digits = 5e-5  # A is printed with four decimals
    assert layers.A * np.tanh(layers.S) == pytest.approx(1, abs=printed_digits)


def test_the_drawn_digits_differ_from_each_other():
    drawn = rbf.bitmaps()
    assert drawn.shape == (10, FACTS["weights of the RBF units"] // 10) and set(np.unique(drawn)) == {-1, 1}
    assert all((drawn[i] != drawn[j]).any() for i in range(10) for j in range(i))


def test_the_loss_is_its_formula_and_its_gradient_a_difference():
    rng = np.random.default_rng(0)
    x, centres, labels, j = rng.normal(size=(4, 6)), rng.choice([-1.0, 1.0], (3, 6)), np.array([0, 2, 1, 1]), 2.0

    def plain(x):
        y = np.array([[sum((a - b) ** 2) for b in centres] for a in x])
        return np.mean([y[n, d] + np.log(np.exp(-j) + np.exp(-y[n]).sum()) for n, d in enumerate(labels)])

    leaf = Parameter(x)
    loss = rbf.map_loss(rbf.distances(leaf, centres), labels, j)
    assert float(loss) == pytest.approx(plain(x), rel=1e-12)
    found, step = backward(loss)[leaf], np.finfo(float).eps ** (1 / 3)
    for place in np.ndindex(x.shape):
        move = np.zeros_like(x)
        move[place] = step
        assert found[place] == pytest.approx((plain(x + move) - plain(x - move)) / (2 * step), abs=100 * step**2)


def test_layers_say_what_the_paper_says():
    """C1 and S2 in the paper's own terms: A tanh(S a) after a weighted sum, after a coefficient times a sum of four."""
    lenet, x = network("LeNet-5"), np.random.default_rng(1).normal(size=(2, 1, 32, 32)).astype(np.float32)
    said = lenet.maps(x)
    a = sum(
        lenet.c1.w.value.reshape(6, 1, 5, 5)[None, :, 0, u, v, None, None] * x[:, :, u : u + 28, v : v + 28]
        for u in range(5)
        for v in range(5)
    )
    c1 = layers.A * np.tanh(layers.S * (a + lenet.c1.b.value[:, None, None]))
    rounding = 50 * np.finfo(np.float32).eps
    assert np.allclose(layers.A * said["C1"].value, c1, atol=rounding)
    four = c1[:, :, ::2, ::2] + c1[:, :, 1::2, ::2] + c1[:, :, ::2, 1::2] + c1[:, :, 1::2, 1::2]
    a = lenet.s2.coefficient.value[:, None, None] * four + lenet.s2.bias.value[:, None, None]
    assert np.allclose(layers.A * said["S2"].value, layers.A * np.tanh(layers.S * a), atol=rounding)


def test_a_map_of_c3_does_not_see_what_table_1_leaves_out():
    lenet, rng = network("LeNet-5"), np.random.default_rng(2)
    t = rng.normal(size=(1, 6, 14, 14)).astype(np.float32)
    before = lenet.c3(t).value
    t[:, 5] += 1  # map 5 of S2
    changed = np.abs(lenet.c3(t).value - before).max(axis=(0, 2, 3)) > 0
    assert changed.tolist() == [5 in sees for sees in networks.C3_SEES]


def test_a_study_counts_all_layers_of_lenet5_at_once_and_another_network_under_its_own_name(tmp_path):
    found = counting.count(counting.Config("LeNet-5"), Job("C1", 0, tmp_path, rows=list(LAYERS.rows)))
    assert list(found) == list(LAYERS.rows)
    assert all(set(verdict.of(LAYERS, row, values).values()) == {"reproduced"} for row, values in found.items())
    table = papers.table("lecun1990/network")
    found = counting.count(counting.Config("LeNet-1"), Job("LeNet-1", 0, tmp_path))
    assert set(verdict.of(table, "LeNet-1", found["LeNet-1"]).values()) == {"reproduced"}


@pytest.mark.parametrize("name", [*networks.NETWORKS, "today's"])
def test_every_parameter_has_a_gradient(name):
    model = networks.Modern(np.random.default_rng(0)) if name == "today's" else network(name)
    x = np.random.default_rng(3).normal(size=(4, 1, model.side, model.side)).astype(np.float32)
    found = backward(model.loss(x, np.array([0, 1, 2, 3])))
    assert set(found) == set(nn.parameters(model).values())


def test_shrunk_digits_keep_their_ink_and_fit_16_by_16():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 4:24] = 200
    small = patterns.shrunk(image)[0]
    assert (small[6:22, 6:22] == 200).all() and small.sum() == 200 * 16 * 16


def test_distortion_of_none_changes_nothing_and_of_all_keeps_the_digit_about_where_it_was():
    rng = np.random.default_rng(4)
    images = np.zeros((50, 28, 28), np.uint8)
    images[:, 9:19, 9:19] = 255
    assert (patterns.distorted(images, 0, rng) == images).all()
    bent = patterns.distorted(images, 1, rng)
    assert (bent != images).any(axis=(1, 2)).all()
    assert (bent[:, 13:15, 13:15] == 255).all() and not bent[:, 0].any()


def test_the_scale_of_the_input_is_the_papers():
    seen = patterns.seen(np.array([[[0, 255]] * 2], np.uint8), 4)[0, 0]
    assert seen[0, 0] == np.float32(patterns.WHITE) and seen[1, 2] == pytest.approx(patterns.BLACK, rel=1e-6)


# Negative controls: real broken variants, judged as a table would be


def test_a_fully_connected_c3_is_not_called_lenet5():
    lenet = network("LeNet-5")
    lenet.c3 = layers.Convolution(layers.everything(16, 6), Start(1, np.random.default_rng(0)))
    for broken, wanted in ((network("LeNet-5"), "reproduced"), (lenet, "not reproduced")):
        for layer in ("C3", "total"):
            values = dict(zip(LAYERS.columns, counting.counts(broken)[layer]))
            assert set(verdict.of(LAYERS, layer, values).values()) == {wanted}


def test_half_the_digits_are_not_called_reproduced():
    """The committed seeds of Fig. 6, judged as if they were Fig. 5's."""
    values = records.read_results(Path(run.__file__).parent / "results" / "fig6.json")["values"]
    halves, whole = ([*values[f"{n} 000 patterns"]["seeds"].values()] for n in (30, 60))
    assert verdict.of(FIG5, "LeNet-5", *halves)["test error"] == "not reproduced"
    assert verdict.of(FIG5, "LeNet-5", *whole)["test error"] == "reproduced"


def test_right_labels_teach_and_shifted_ones_do_not(tmp_path):
    """A few printed digits are enough to read most of fonts never seen; where each label is the next digit, hardly any."""
    digits, errors = patterns.printed(SMALL.train, np.random.default_rng(0)), {}
    for shift in (0, 1):
        taught = digits._replace(labels=(digits.labels + shift) % 10)
        lenet = network("LeNet-5")
        minibatches.descend(SMALL, Job("run", 0, tmp_path / str(shift)), lenet, taught, 0.0)
        errors[shift] = networks.error(networks.answers(lenet, digits.test_images), digits.test_labels)
    assert errors[0] < 50 < 90 < errors[1]  # who guesses has 90


def test_the_connect_op_is_its_own_transpose():
    rng = np.random.default_rng(5)
    seen = rng.random((4, 3)) < 0.5
    w, d = Parameter(rng.normal(size=(int(seen.sum()), 2, 2))), rng.normal(size=(4, 3, 2, 2))
    found = backward(ops.sum(layers.connect(w, seen) * d))[w]
    assert (found == d[seen]).all()


def test_the_bare_study_gives_both_errors_and_says_what_is_seen(tmp_path, capsys):
    values = run.printed_digits(replace(SMALL, train=300, passes=1), Job("run", 0, tmp_path))
    assert set(values) == {"test error", "training error"} and "it misreads" in capsys.readouterr().out


@pytest.mark.parametrize("study", [run.Config, minibatches.Config, minibatches.Today, levenberg.Config])
def test_a_study_without_a_learning_rate_is_refused(study):
    with pytest.raises(BadInput, match="rates"):
        study(**{name: [] for name in study.__dataclass_fields__})


def test_the_rate_of_a_pass_is_its_own_and_the_last_one_stays():
    assert [minibatches.rate_of(SMALL, epoch) for epoch in range(5)] == [*SMALL.rates, *SMALL.rates[-1:] * 2]


def test_no_digit_is_learnt_and_tested(dataset):
    dataset("mnist")
    with pytest.raises(BadInput, match="MNIST has 60000 digits"):
        patterns.mnist(60000, 1)


@pytest.mark.parametrize("study", ["minibatches", "levenberg_marquardt"])
def test_digits_are_held_out_of_the_training_set(study, dataset, tmp_path):
    mnist = dataset("mnist")
    digits = patterns.mnist(100, 30)
    assert (digits.test_images == mnist.train_images[-30:]).all()
    assert (digits.test_labels == mnist.train_labels[-30:]).all()
    common = dict(network="LeNet-1", train=100, held_out=30, exponent=1, passes=1, rates=[0.001], distort=0.5)
    job = Job("row", 0, tmp_path / "run")
    if study == "minibatches":
        values = minibatches.minibatches(minibatches.Config(**common, batch=10, momentum=0), job)
    else:
        values = levenberg.levenberg_marquardt(levenberg.Config(**common, mu=0.02, watched=50), job)
        assert json.loads((tmp_path / "run" / "log.jsonl").read_text())["training_error"] >= 0
    misread = 30 * values["test error"] / 100
    assert misread == pytest.approx(round(misread))
