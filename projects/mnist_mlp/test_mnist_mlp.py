"""Facts about the tables: the sizes that the papers print, the rules of choice; and that a broken variant is never called
reproduced."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import digits
import figures
import fonts
import run
from abacus import nn, papers, verdict
from abacus.evidence import records
from abacus.launch import compose
from abacus.running.job import Job, Stopped
from network import Network

FIG11 = papers.facts("lecun1998")
CHAPTER1 = papers.table("nielsen2015/chapter1")
SIMARD = papers.table("simard2003/undistorted")


def settings(experiment, row, **changes):
    """The Config of a row of an experiment, with changes."""
    plan = compose.plan(run.Config, Path(run.__file__), [f"experiment={experiment}"] if experiment else [])
    return replace(compose.to_object(run.Config, plan.rows[row]), **changes)


@pytest.fixture
def some(dataset):
    """The first 5 000 training digits and all test digits of MNIST, as `digits.mnist` gives them."""

    def load(n=5000):
        found = dataset("mnist")
        tests = found.test_images, found.test_labels
        return digits.prepared(found.train_images[:n], found.train_labels[:n], *tests, 0, 1)

    return load


@pytest.mark.parametrize("sizes", ["28x28-1000-10", "28x28-300-100-10", "28x28-500-150-10", "20x20-300-10"])
def test_fig_11_counts_the_weights_and_biases_of_our_networks(sizes):
    """As thousands of multiply-adds. 1000-150, as the text has it once, would be 936."""
    first, *others = sizes.split("-")
    network = Network([int(first[:2]) ** 2, *map(int, others)], np.random.default_rng(0))
    assert round(nn.count(network) / 1000) == FIG11[f"thousand multiply-adds, {sizes}"]


def test_nielsen_leaves_a_sixth_of_the_training_set_for_validation():
    facts, config = papers.facts("nielsen2015"), settings("chapter1", "[784, 30, 10]")
    assert (config.train, config.networks) == (facts["training images"], facts["networks of which the best is printed"])


def test_held_out_digits_are_training_digits_that_are_not_learnt(dataset):
    found = dataset("mnist")
    given = digits.mnist(60000, "held-out digits", 0, 1)
    assert len(given.x) + len(given.test_x) == len(found.train_images)
    assert (given.test_labels == found.train_labels[len(given.x) :]).all()


def test_inputs_are_white_and_black_at_the_ends():
    x = digits.inputs(np.array([[[0, 255]]], np.uint8), -0.1, 1.175)
    assert x.dtype == np.float32 and np.allclose(x, [[-0.1, 1.175]])


def test_the_best_of_all_looks_is_above_the_last_and_both_are_reported():
    curves = np.array([[90.0, 95.0, 94.0], [91.0, 92.0, 93.0]])
    assert list(run.at_the_best(curves, None, None).values()) == [95.0, 93.5, 93.0]


def test_rendered_digits_are_the_same_each_time_and_stand_in_the_middle():
    (images, labels), (again, _) = (fonts.rendered(fonts.UNSEEN, 200, np.random.default_rng(3)) for _ in range(2))
    assert (images == again).all() and set(labels) == set(range(10))
    for axis in (1, 2):
        inked = (images > 0).any(axis=axis)
        first, last = inked.argmax(axis=1), 27 - inked[:, ::-1].argmax(axis=1)
        assert np.all(np.abs(first + last - 27) < 7) and np.all(last - first > 5)  # half pixels from the middle; pixels


def test_a_few_rendered_digits_are_enough_to_read_most_of_fonts_never_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "FONT_TESTS", 500)
    config = settings("", "784-300-100-10, as today", train=1000, passes=3, pictures=[])
    values = run.run(config, Job("today", 0, tmp_path))
    assert values["test error"] < 50 < 90  # per cent; who guesses has 90


def test_a_run_that_is_stopped_in_its_second_network_goes_on_to_the_same_end(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "FONT_TESTS", 300)
    config = settings("", "784-300-100-10, as today", train=300, passes=4, networks=2, hidden=[20], pictures=[])
    whole = Job("whole", 0, tmp_path / "whole")
    values = run.run(config, whole)
    asked = itertools.count()
    with pytest.raises(Stopped):
        run.run(config, Job("whole", 0, tmp_path / "parts", stopping=lambda: next(asked) > 10))
    parts = Job("whole", 0, tmp_path / "parts")
    assert run.run(config, parts) == values
    assert parts.logged() == whole.logged()


def test_the_pictures_are_drawn_even_where_nothing_is_misread(tmp_path):
    network, job = Network([784, 3, 10], np.random.default_rng(0)), Job("row", 0, tmp_path)
    x = np.zeros((2, 784), np.float32)
    read = network.predict(x)
    figures.draw_run(job, ["weights", "misread"], network, digits.Digits(x, read, x, read))
    assert [path.stem for path in job.figures] == ["weights", "misread"]


# Negative controls: real broken variants, judged as the table would be


def judged(table, row, config, given, tmp_path):
    """The verdict on three seeds of `config` on the digits `given`."""
    values = []
    for seed in range(3):
        curves = [run.train(config, Job(row, seed, tmp_path / str(seed)), given, k)[1] for k in range(config.networks)]
        values.append(run.REPORTS[config.report](100 * np.array(curves), StandIn(), given))
    (column,) = table.columns
    return verdict.of(table, row, *values)[column]


class StandIn:
    """For the training error, which nobody asks here."""

    def predict(self, x):
        return np.zeros(len(x))


@pytest.mark.parametrize("broken", ["labels shifted by one", "a part of the data", "only the top layer learns"])
def test_a_broken_variant_of_chapter_1_is_not_reproduced(broken, some, tmp_path, monkeypatch):
    config, given = settings("chapter1", "[784, 30, 10]", passes=2, networks=1), some()
    if broken == "labels shifted by one":
        given = given._replace(labels=(given.labels + 1) % 10)
    elif broken == "only the top layer learns":
        monkeypatch.setattr(run, "Descent", TopOnly)
    assert judged(CHAPTER1, "[784, 30, 10]", config, given, tmp_path) == "not reproduced"


def test_half_the_data_with_all_else_as_in_chapter_1_is_not_reproduced():
    """The whole training of experiment=half, from its committed values."""
    path = Path(run.__file__).parent / "results" / "half.json"
    if not path.exists():
        pytest.skip("results/half.json is not there yet: python run.py experiment=half")
    (about,) = records.read_results(path)["values"].values()
    found = verdict.of(CHAPTER1, "[784, 30, 10]", *about["seeds"].values())
    assert found["test accuracy"] == "not reproduced"


class TopOnly(run.Descent):
    """A gradient that does not reach the hidden layer."""

    def __init__(self, network, *settings):
        super().__init__(network, *settings)
        bottom = set(nn.parameters(network.layers[0]).values())
        step = self.optimiser.step
        self.optimiser.step = lambda found: step({p: g for p, g in found.items() if p not in bottom})


@pytest.mark.parametrize("broken", ["few data", "no hidden layer"])
def test_a_broken_variant_of_simards_network_is_not_reproduced(broken, some, tmp_path):
    """In two passes and with 50 units, so that the test is quick."""
    given = some(10_000 if broken == "few data" else 20_000)
    hidden = [] if broken == "no hidden layer" else [50]
    config = settings("simard", "2 layer MLP (CE), none", passes=2, hidden=hidden)
    assert judged(SIMARD, "2 layer MLP (CE), none", config, given, tmp_path) == "not reproduced"
