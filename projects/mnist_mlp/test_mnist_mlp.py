"""Facts about the tables: the sizes that the papers print, the rules of choice; and that a broken variant is never called
reproduced."""

import itertools
from pathlib import Path

import numpy as np
import pytest

import digits
import figures
import learning
import nielsen
import run
from abacus import nn, papers, verdict
from abacus.errors import BadInput
from abacus.evidence import records
from abacus.launch import compose, studies
from abacus.running.job import Job, Stopped
from network import Network

FIG11 = papers.facts("lecun1998")
CHAPTER1 = papers.table("nielsen2015/chapter1")
SIMARD = papers.table("simard2003/undistorted")
RUN_FILE = Path(run.__file__)


def settings(name, row, **changes):
    """The Config of a row of an experiment, or of the bare run (""), with changes."""
    plan = compose.plan(studies.of_file(RUN_FILE), RUN_FILE, [f"experiment={name}"] if name else [])
    Config = {"printed_digits": run.Config, "learn": learning.Config, "best_of_several": nielsen.Config}[
        plan.study.name
    ]
    return Config(**plan.rows[row] | changes)


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
    assert list(nielsen.reported(curves).values()) == [95.0, 93.5, 93.0]


def test_the_two_greys_are_two():
    with pytest.raises(BadInput, match="wanted two"):
        settings("speed", "784-300-100-10", greys=[0.5])


def test_a_few_printed_digits_are_enough_to_read_most_of_fonts_never_seen(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(digits, "PRINTED_TESTS", 500)
    config = settings("", "784-300-100-10, as today", train=1000, passes=3)
    values = run.printed_digits(config, Job("today", 0, tmp_path))
    assert values["test error"] < 50 < 90  # per cent; who guesses has 90
    assert f"it misreads {round(5 * values['test error'])}." in capsys.readouterr().out


def test_a_run_that_is_stopped_in_its_second_network_goes_on_to_the_same_end(tmp_path, monkeypatch):
    given = digits.printed(300, np.random.default_rng(0))
    monkeypatch.setattr(digits, "mnist", lambda *_: given)
    config = settings("chapter1", "[784, 30, 10]", passes=4, networks=2, hidden=[20])
    whole = Job("whole", 0, tmp_path / "whole")
    values = nielsen.best_of_several(config, whole)
    asked = itertools.count()
    with pytest.raises(Stopped):
        nielsen.best_of_several(config, Job("whole", 0, tmp_path / "parts", stopping=lambda: next(asked) > 10))
    parts = Job("whole", 0, tmp_path / "parts")
    assert nielsen.best_of_several(config, parts) == values
    assert parts.logged() == whole.logged()


def test_the_pictures_are_drawn_even_where_nothing_is_misread(tmp_path):
    network, job = Network([784, 3, 10], np.random.default_rng(0)), Job("row", 0, tmp_path)
    x = np.zeros((2, 784), np.float32)
    read = network.predict(x)
    figures.draw_run(job, network, digits.Digits(x, read, x, read))
    assert [path.stem for path in job.figures] == ["weights", "misread"]


# Negative controls: real broken variants, judged as the table would be, beside what is whole


class TopOnly(learning.Descent):
    """A gradient that does not reach the hidden layer."""

    def __init__(self, network, *settings):
        super().__init__(network, *settings)
        bottom = set(nn.parameters(network.layers[0]).values())
        step = self.optimiser.step
        self.optimiser.step = lambda found: step({p: g for p, g in found.items() if p not in bottom})


def whole(digits):
    return digits


def quarter(digits):
    n = len(digits.labels) // 4
    return digits._replace(x=digits.x[:n], labels=digits.labels[:n])


def shifted(digits):
    return digits._replace(labels=(digits.labels + 1) % 10)


@pytest.mark.parametrize(
    ("change", "descent", "wanted"),
    [
        (whole, learning.Descent, "reproduced"),
        (quarter, learning.Descent, "not reproduced"),
        (shifted, learning.Descent, "not reproduced"),
        (whole, TopOnly, "not reproduced"),
    ],
)
def test_chapter_1s_hundred_units_are_reproduced_whole_and_not_broken(
    change, descent, wanted, some, tmp_path, monkeypatch
):
    """By today's descent, so that two passes over 32 000 digits get where his thirty do."""
    monkeypatch.setattr(learning, "Descent", descent)
    config = settings("speed", "784-300-100-10", hidden=[100], passes=2, batch=32)
    given, values = change(some(32_000)), []
    for seed in range(5 if wanted == "reproduced" else 3):
        _, accuracies = learning.train(config, Job("row", seed, tmp_path / str(seed)), given)
        values.append({"test accuracy": float(100 * accuracies[-1])})
    assert verdict.of(CHAPTER1, "[784, 100, 10]", *values)["test accuracy"] == wanted


def committed(experiment, row):
    """The values of the seeds of a committed row."""
    return records.read_results(RUN_FILE.parent / "results" / f"{experiment}.json")["values"][row]["seeds"].values()


def test_half_the_data_with_all_else_as_in_chapter_1_is_not_reproduced_and_the_whole_is():
    row = "[784, 30, 10]"
    for experiment, wanted in (("chapter1", "reproduced"), ("half", "not reproduced")):
        assert verdict.of(CHAPTER1, row, *committed(experiment, row))["test accuracy"] == wanted


def test_squares_or_no_momentum_are_not_simards_network_and_his_is():
    for experiment, row, wanted in (
        ("simard", "2 layer MLP (CE), none", "reproduced"),
        ("why", "1998: tanh, squares, one small rate", "not reproduced"),
        ("why", "and ReLU", "not reproduced"),
    ):
        assert verdict.of(SIMARD, "2 layer MLP (CE), none", *committed(experiment, row))["test error"] == wanted
