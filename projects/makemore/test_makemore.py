"""Facts of makemore: the lecture's counts, the compiled step against the tape, broken variants."""

import math
import random
from pathlib import Path

import numpy as np
import pytest

import bigram
import fused
import inside
import layout as places
import learning
import names
import network
import run
import transformer
from abacus import nn, ops, papers, streams, verdict
from abacus.errors import BadInput
from abacus.evidence import records
from abacus.optim import SGD
from abacus.running.job import Job
from abacus.tensor import Parameter, backward

FACTS = papers.facts("karpathy2022")
WORDS = ["emma", "olivia", "ava", "isabella", "sophia", "mia", "amelia", "harper", "evelyn", "abigail", "emily", "ella"]
NETWORKS = {
    "MLP": ((3,), "none"),
    "MLP with batch norm": ((3,), "moving deviation"),
    "two layers": ((2, 2), "none"),
    "hierarchy": ((2, 2, 2), "whole"),
    "statistics by position": ((2, 2, 2), "by position"),
    "deep": ((3, 1, 1), "whole"),
}


def layout_of(joins, norm, characters=27, embedding=10, hidden=200, norm_last=False):
    return places.Layout(places.Shape(characters, embedding, hidden, joins, norm, norm_last))


def test_the_split_has_the_counts_that_the_lecture_prints(dataset):
    dataset("makemore")
    words = names.names()
    alphabet = names.alphabet_of(words)
    assert len(words) == FACTS["words"] and len(alphabet) == 27
    for part, name in zip(names.split(words), ("training", "validation", "test")):
        assert sum(len(word) + 1 for word in part) == FACTS[f"{name} examples"]
    first = names.split(words)[0][0]
    assert first == "yuheng"  # lecture 6 prints the first contexts: ........ --> y
    contexts, labels = names.examples(names.split(words)[0][:3], alphabet, 8)
    shown = ["".join(alphabet.tokens[i] for i in row) + alphabet.tokens[label] for row, label in zip(contexts, labels)]
    assert shown[:8] == [f"{'.' * 8}{first}."[k : k + 9] for k in range(7)] + ["........d"]


def test_splitting_leaves_the_global_generator_alone():
    before = random.getstate()
    names.split(WORDS)
    assert random.getstate() == before


def test_parameters_are_those_that_the_lectures_print():
    assert layout_of((3,), "none").size == FACTS["parameters of the MLP"]
    assert layout_of((3,), "moving deviation").size == FACTS["parameters with batch norm"]
    deep = layout_of((3, 1, 1, 1, 1), "whole", hidden=100, norm_last=True)
    assert deep.size == FACTS["parameters of the deep network"]
    scaled = layout_of((2, 2, 2), "whole", embedding=24, hidden=128)
    assert scaled.size == FACTS["parameters of the scaled-up hierarchy"]


def test_the_first_loss_of_the_original_is_that_of_a_confident_network_and_log_27_of_the_others():
    alphabet = names.alphabet_of("abcdefghijklmnopqrstuvwxyz")
    contexts, labels = np.arange(3000).reshape(-1, 3) % 27, np.arange(1000) % 27
    layout, first = layout_of((3,), "none", len(alphabet)), {}
    for init in places.INITS:
        p = layout.parameters(places.start(layout, init, 1, streams.rng(0, "init")))
        first[init] = float(ops.softmax_cross_entropy(network.logits(p, layout, contexts, 0), labels))
    assert first["original"] > float(FACTS["first loss of the original"]) / 2 > 3 * math.log(27)
    for init in places.INITS[1:]:
        assert abs(first[init] - math.log(27)) < math.log(27) / 10


def trained_on_the_tape(layout, flat, contexts, labels, picks, rates, eps, momentum):
    """(flat, moving, losses): the steps of fused.train, by the tape."""
    p, moving, losses = layout.parameters(flat), layout.moving_start().astype(flat.dtype), []
    for chosen, rate in zip(picks, rates):
        for k, moments in enumerate(layout.moments(moving)):
            _move(layout, p, moments, contexts[chosen], eps, momentum, k)
        loss = ops.softmax_cross_entropy(network.logits(p, layout, contexts[chosen], eps), labels[chosen])
        losses.append(float(loss))
        SGD(p, lr=float(rate)).step(backward(loss))
    return np.concatenate([p[name].value.ravel() for name in layout.places]), moving, losses


def _move(layout, p, moments, contexts, eps, momentum, k):
    seen = []
    network.logits(p, layout, contexts, eps, seen=seen)
    below = ops.embedding(contexts, p["embedding"]).value if k == 0 else seen[k - 1]
    _, inputs, width, copies, *_ = layout.plan[k]
    z = (below.reshape(-1, inputs) @ p[f"w{k}"].value).reshape(-1, copies, width)
    spread = z.std(axis=0, ddof=1) if layout.shape.norm == "moving deviation" else z.var(axis=0, ddof=1)
    moments += momentum * (np.stack([z.mean(axis=0), spread]) - moments)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("init", ["original", "unit"])
def test_the_compiled_loop_takes_the_steps_of_the_tape(name, init):
    joins, norm = NETWORKS[name]
    alphabet = names.alphabet_of(WORDS)
    layout = layout_of(joins, norm, len(alphabet), embedding=3, hidden=5)
    contexts, labels = names.examples(WORDS, alphabet, layout.shape.context)
    rng = streams.rng(0, "test", len(joins))
    flat = places.start(layout, init, 1, rng).astype(np.float64)
    picks, rates = rng.integers(0, len(labels), (6, 8)), np.array([0.1, 0.1, 0.1, 0.1, 0.05, 0.05])
    wanted = trained_on_the_tape(layout, flat, contexts, labels, picks, rates, 1e-5, 0.1)
    moving, losses = layout.moving_start().astype(np.float64), np.empty(6)
    ends = len(alphabet), 3, layout.last
    settings = 1e-5, 0.1, norm != "moving deviation"
    fused.train(flat, moving, np.array(layout.plan), ends, contexts, labels, picks, rates, *settings, losses)
    for ours, tape in zip((flat, moving, losses), wanted):
        np.testing.assert_allclose(ours, tape, rtol=0, atol=np.sqrt(np.finfo(float).eps) * 0.1)


def test_standardise_has_the_gradient_of_its_formula():
    rng = streams.rng(0, "test")
    x, weights = Parameter(rng.standard_normal((5, 3))), rng.standard_normal((5, 3))
    gradient = backward(ops.sum(network.standardise(x, 1e-5) * weights))[x]
    step = np.finfo(float).eps ** (1 / 3)
    for i in np.ndindex(5, 3):
        sides = []
        for sign in (1, -1):
            moved = x.value.copy()
            moved[i] += sign * step
            sides.append((network.standardise(moved, 1e-5).value * weights).sum())
        assert abs((sides[0] - sides[1]) / (2 * step) - gradient[i]) < 100 * step**2


def test_the_embedding_and_the_deep_network_start_where_the_lecture_starts_them():
    layout = layout_of((3,), "none", 27, 40, 400)
    views = layout.views(places.start(layout, "Kaiming", 1, streams.rng(0, "init")))
    assert abs(views["w0"].std() * math.sqrt(120) - 5 / 3) < 5 * (5 / 3) / math.sqrt(2 * views["w0"].size)
    assert abs(views["embedding"].std() - 1) < 5 / math.sqrt(2 * views["embedding"].size)
    assert not views["b"].any()


def test_bigrams_of_one_word_by_hand():
    alphabet = names.alphabet_of(["aab"])
    table = bigram.counts(["aab"], alphabet)
    assert table.tolist() == [[0, 1, 0], [0, 1, 1], [1, 0, 0]]
    assert bigram.nll(table, 0) == pytest.approx(2 * math.log(2) / 4, abs=4 * np.finfo(float).eps)


def test_the_transformer_sees_only_what_came_before():
    model = transformer.Transformer(27, 16, streams.rng(0, "init"))
    x = streams.rng(0, "words").integers(0, 27, (1, 16))
    before = model(x).value
    x[0, 9] = (x[0, 9] + 1) % 27
    after = model(x).value
    assert np.array_equal(before[0, :9], after[0, :9]) and not np.array_equal(before[0, 9:], after[0, 9:])


def test_the_transformer_has_200_thousand_parameters_and_counts_padding_nowhere():
    alphabet = names.alphabet_of(WORDS)
    model = transformer.Transformer(27, 16, streams.rng(0, "init"))
    block = 12 * 64**2 + 13 * 64  # qkv, out, up, down with their biases, two layer norms
    assert nn.count(model) == 2 * 27 * 64 + 16 * 64 + 4 * block + 2 * 64
    inputs, labels = transformer.rows(WORDS, alphabet, 16)
    assert len(transformer.losses(model, inputs, labels)) == sum(len(word) + 1 for word in WORDS)


def test_a_word_comes_back_and_a_character_unseen_in_training_is_one_line():
    alphabet = names.alphabet_of(WORDS)
    assert names.spelled(alphabet, [*alphabet.encode("emma"), 0, 1]) == "emma"
    with pytest.raises(BadInput, match="'Z' is none of the"):
        alphabet.encode("Zoë")


@pytest.mark.parametrize(
    "words", [[], ["a"] * 9, ["abc"] * 10 + [""], ["abc"] * 10 + ["\x00\x01"], ["abc"] * 10 + ["a.b"]]
)
def test_words_that_cannot_be_learnt_from_are_one_line(words):
    with pytest.raises(BadInput) as error:
        names.checked(words)
    assert "\n" not in str(error.value)


SETTINGS = {
    "embedding": 10,
    "hidden": 200,
    "joins": [3],
    "norm": "none",
    "init": "Kaiming",
    "steps": 3000,
    "batch": 32,
    "rates": [0.1, 0.01],
    "drop": 2000,
}


@pytest.mark.parametrize("setting", [{"joins": []}, {"rates": [0.1]}])
def test_settings_that_do_not_go_together_are_one_line(setting):
    with pytest.raises(BadInput) as error:
        learning.Config(**SETTINGS | setting)
    assert "\n" not in str(error.value) and next(iter(setting)) in str(error.value)


def exchanged(table, row, other):
    """The verdict on a printed row, given the committed values, all seeds and all steps, of another row of the table."""
    path = Path(__file__).parent / "results" / f"{table}.json"
    values = records.results(records.read_results(path))[other]
    cells = verdict.judge(papers.table(f"karpathy2022/{table}"), {row: values})
    return next(cell.verdict for cell in cells if cell.row == row and cell.reported)


@pytest.mark.parametrize(
    ("table", "row", "broken"),
    [
        ("ladder", "Kaiming", "original"),  # the last layer's weights not made small, units that saturate
        ("ladder", "Kaiming", "softmax fixed"),  # units that saturate
        ("ladder", "batch norm", "original"),
        ("hierarchy", "8 characters", "3 characters"),
        ("hierarchy", "scaled up", "batch norm mended"),  # less than half of the embedding and of the units
    ],
)
def test_a_worse_network_is_not_called_the_better_one(table, row, broken):
    """Both were trained for all 200 000 steps; the intact row beside it is reproduced from the same record."""
    assert exchanged(table, row, row) == "reproduced" and exchanged(table, row, broken) == "not reproduced"


def test_what_the_ladder_cannot_tell_stands_in_its_experiment():
    """Its last three rows lie within .005 of each other in print, and the margin of each is .017."""
    last = ("tanh fixed", "Kaiming", "batch norm")
    assert {exchanged("ladder", row, other) for row in last for other in last} == {"reproduced"}


@pytest.mark.slow
def test_the_ladder_cannot_tell_half_the_steps(dataset, tmp_path):
    """Kaiming's row after 100 000 steps, the rate dropped after 50 000: within the margin of the print after twice as many."""
    dataset("makemore")
    half = learning.Config(**SETTINGS | {"steps": 100_000, "drop": 50_000})
    values = [learning.learn(half, Job("Kaiming", seed, tmp_path / str(seed))) for seed in range(3)]
    assert verdict.of(papers.table("karpathy2022/ladder"), "Kaiming", *values)["validation loss"] == "reproduced"


def bigram_verdict(words):
    alphabet = names.alphabet_of(words)
    loss = bigram.nll_running(words, alphabet, bigram.counts(words, alphabet), 0)
    return verdict.of(papers.table("karpathy2022/bigram"), "counts", {"loss, summed in float32": loss})


def test_bigrams_of_half_the_names_are_not_reproduced(dataset):
    words = dataset("makemore").names
    assert set(bigram_verdict(words).values()) == {"reproduced"}
    assert set(bigram_verdict(words[::2]).values()) == {"not reproduced"}


def test_five_layers_with_batch_norm_begin_alike_whatever_the_gain(dataset, tmp_path):
    """Batch norm divides a gain out: every column is the same; without it three times the gain saturates the units."""
    dataset("makemore")
    deep = {"hidden": 20, "joins": [3, 1, 1], "init": "unit"}
    found = {}
    for norm in ("none", "whole"):
        for gain in (1.0, 4.0):  # a power of two: rounding is the same
            cfg = inside.Config(**deep, norm=norm, norm_last=norm == "whole", gain=gain)
            found[norm, gain] = inside.look_inside(cfg, Job("deep", 0, tmp_path / f"{norm} {gain}"))
    assert found["whole", 1.0] == found["whole", 4.0]
    assert found["none", 4.0]["saturated %"] > 2 * found["none", 1.0]["saturated %"]


TEN = ["anna", "berta", "clara", "dora", "emil", "fritz", "gustav", "hans", "ida", "x"]


def test_a_file_of_words_is_learnt_be_there_one_word_to_validate(tmp_path, capsys):
    file = tmp_path / "mine.txt"
    file.write_bytes("\ufeff".encode() + "\r\n".join([*TEN, "", "anna ", "x"]).encode())
    assert names.read(str(file)) == TEN and [len(part) for part in names.split(TEN)] == [8, 1, 1]
    settings = {"embedding": 2, "hidden": 4, "joins": [3], "norm": "none", "init": "Kaiming"}
    cfg = run.Invent(**settings, steps=10, batch=2, rates=[0.1, 0.1], drop=0, words=str(file))
    values = run.invent(cfg, Job("row", 0, tmp_path / "run"))
    assert all(np.isfinite(value).all() for value in values.values())
    assert f"From 10 words of {file} it has learned to invent these: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        (b"", "0 words: at least 10"),
        (b"one\ntwo\n", "2 words: at least 10"),
        ("\n".join([*TEN, "a.b"]).encode(), "word 11 is 'a.b'"),
        ("\n".join([*TEN, "a\x1bb"]).encode(), "word 11 is"),
        (b"\xff\n", "line 1: not UTF-8"),
    ],
)
def test_a_file_that_holds_no_words_is_one_line(content, said, tmp_path):
    file = tmp_path / "mine.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput, match=said) as error:
        names.read(str(file))
    assert str(error.value).startswith("words=") and str(error.value).isprintable()
