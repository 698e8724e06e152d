"""Facts of the text: entropy in nats and bits, windows of a text, and what is no text."""

import math

import numpy as np
import pytest

import figures
import information
import text
import training
from abacus import papers, streams, vocabulary
from abacus.errors import BadInput
from abacus.launch import task

FACTS = papers.facts("nanogpt")
ROUNDING = 100 * np.finfo(np.float64).eps


def test_information_in_nats_and_bits():
    coin, loaded = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    assert information.bits(information.entropy(coin)) == 1
    assert information.entropy(np.full(8, 1 / 8)) == pytest.approx(3 * math.log(2), abs=ROUNDING)
    assert information.divergence(loaded, loaded) == 0 < information.divergence(loaded, coin)
    assert information.cross_entropy(coin, np.array([1.0, 0.0])) == math.inf
    assert information.entropy(np.array([1.0, 0.0])) == 0


def test_pairs_say_more_than_characters_and_characters_more_than_nothing(dataset):
    whole = dataset("tinyshakespeare").text
    characters = vocabulary.characters(whole)
    assert len(whole) == FACTS["characters of the text"] and len(characters) == FACTS["different characters"]
    learnt, unseen = text.split(characters.encode(whole), 64)
    assert (len(learnt), len(unseen)) == (FACTS["characters to train"], FACTS["characters to validate"])
    costs = information.baselines(learnt, unseen, len(characters))
    assert costs["uniform"] == math.log(65) > costs["characters"] > costs["pairs"]


def test_one_window_has_a_mean_and_no_spread_and_one_character_a_place():
    assert training.spread(np.array([2.0, 4.0])) == math.sqrt(2) and math.isnan(training.spread(np.array([2.0])))
    assert task._plain("validation loss", (2.0, training.spread(np.array([2.0])))) == 2.0
    from matplotlib.figure import Figure

    for table in (np.ones((1, 3)), np.ones((2, 1)), np.eye(3)):
        figure = Figure()
        figures.embedding(figure, table, "abc"[: len(table)])
        assert len(figure.axes[0].texts) == len(table)


def test_a_text_of_one_character_is_certain():
    costs = information.baselines(np.zeros(90, int), np.zeros(10, int), 1)
    assert costs == {"uniform": 0, "characters": 0, "pairs": 0}
    assert math.copysign(1, information.bits(costs["pairs"])) == 1


def test_windows_are_the_text_and_the_text_one_later():
    numbers = np.arange(23)
    x, y = text.windows(numbers, 5)
    assert np.array_equal(x.ravel(), numbers[:20]) and np.array_equal(y, x + 1)
    x, y = text.batch(numbers, 5, 200, streams.rng(0, "batch"))
    assert np.array_equal(y, x + 1) and x.min() == 0 and y.max() == 22


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b" \n", "empty"), (b"\xff\xfe\x00", "not UTF-8"), (b"ab\0cd", "zero byte at 2")],
)
def test_a_file_that_is_no_text_is_one_line(tmp_path, content, said):
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=said) as error:
        text.read(str(file))
    assert "\n" not in str(error.value)


def test_what_windows_writes_is_the_same_text(tmp_path):
    lines = "To be, or not\nto be\n\n"
    for k, content in enumerate((lines, "\ufeff" + lines, lines.replace("\n", "\r\n"), lines.replace("\n", "\r"))):
        file = tmp_path / f"file {k}"
        file.write_text(content, encoding="utf-8", newline="")
        assert text.read(str(file)) == lines
    with pytest.raises(BadInput, match="a folder, and none of"):
        text.read(str(tmp_path))


def test_no_file_a_short_text_and_a_strange_character_are_one_line():
    with pytest.raises(BadInput, match="no such file, and none of shakespeare, manual"):
        text.read("shakspeare")
    with pytest.raises(BadInput, match="leaves 10 to validate: more than block=10"):
        text.split(np.zeros(100, int), 10)
    with pytest.raises(BadInput, match="'ß' is none of the 3 tokens"):
        vocabulary.characters("abc").encode("aß")
