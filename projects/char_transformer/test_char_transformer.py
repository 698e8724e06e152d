"""Facts of the transformer: attention three times, the cache, counts that papers print, broken variants."""

import math
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import attention
import counting
import generate
import model
import sample
import training
from abacus import nn, ops, papers, streams, verdict, vocabulary
from abacus.errors import BadInput
from abacus.running import checkpoint
from abacus.running.job import Job
from abacus.tensor import Parameter, backward, no_grad

FACTS = papers.facts("nanogpt")
SMALL = model.Shape(characters=11, layers=2, heads=2, width=8, block=6)
ROUNDING = 100 * np.finfo(np.float64).eps


def small(seed=0, shape=SMALL):
    return model.Transformer(shape, streams.rng(seed, "init"))


@pytest.mark.parametrize(("batch", "time", "heads", "width"), [(1, 1, 1, 2), (2, 5, 2, 6), (3, 4, 3, 3)])
def test_attention_by_loops_by_matrices_and_as_one_op_is_the_same(batch, time, heads, width):
    rng = streams.rng(0, "test", time)
    qkv, weights = rng.standard_normal((batch, time, 3 * width)), rng.standard_normal((batch, time, width))
    loops = attention.by_loops(qkv, heads)
    slopes = []
    for form in (lambda x: attention.by_matrices(x, heads), lambda x: ops.self_attention(x, heads, causal=True)):
        x = Parameter(qkv)
        y = form(x)
        np.testing.assert_allclose(y.value, loops, rtol=0, atol=ROUNDING)
        slopes.append(backward(ops.sum(y * weights))[x])
    np.testing.assert_allclose(*slopes, rtol=0, atol=ROUNDING)


def test_attention_weights_are_shares_of_the_past():
    weights = attention.weights(streams.rng(0, "test").standard_normal((1, 5, 12)), 2)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=0, atol=ROUNDING)
    assert not np.triu(weights[0, 0], 1).any() and weights[0, 1, 0, 0] == 1


def test_dropout_drops_in_training_only():
    x = streams.rng(0, "test").integers(0, 11, (2, 6))
    one, two = (small()(x, 0.5, streams.rng(seed, "dropout")).value for seed in (1, 2))
    assert not np.array_equal(one, two)
    assert np.array_equal(small()(x).value, small()(x, 0.5, None).value)


def test_no_logit_depends_on_a_later_character():
    x = streams.rng(0, "test").integers(0, 11, (1, 6))
    for t in range(6):
        other = x.copy()
        other[0, t] = (other[0, t] + 1) % 11
        same = (small()(x).value == small()(other).value).all(axis=-1)[0]
        assert same[:t].all() and not same[t:].any()


def test_the_first_loss_is_that_of_a_uniform_guess():
    x = streams.rng(0, "test").integers(0, 11, (50, 6))
    each = model.losses(small(), x[:, :-1], x[:, 1:], size=16)
    assert each.shape == (50, 5) and abs(each.mean() - math.log(11)) < 0.02 * math.sqrt(8)  # sd of a logit


@pytest.mark.parametrize(
    ("layers", "heads", "width", "block", "name"), [(4, 4, 128, 64, "CPU"), (6, 6, 384, 256, "GPU")]
)
def test_the_parameters_of_nanogpt(layers, heads, width, block, name):
    shape = model.Shape(FACTS["different characters"], layers, heads, width, block)
    but_places = counting.gpt(shape.characters, block, layers, width, bias=False) - block * width
    assert f"{but_places / 1e6:.2f}" == FACTS[f"millions of parameters but for the places, {name}"]
    if name == "CPU":
        assert nn.count(small(shape=shape)) == but_places + block * width


def test_counting_is_what_building_gives():
    assert counting.gpt(11, 6, 2, 8, bias=False) == nn.count(small())
    rng, width = streams.rng(0, "init"), 8
    with_biases = [
        [nn.SelfAttention(width, 2, rng), nn.LayerNorm(width), nn.LayerNorm(width)]
        + [nn.Affine(width, 4 * width, rng), nn.Affine(4 * width, width, rng)]
        for _ in range(2)
    ]
    tables = [nn.Embedding(11, width, rng), nn.Embedding(6, width, rng), nn.LayerNorm(width)]
    assert counting.gpt(11, 6, 2, width, bias=True) == nn.count([with_biases, tables])

    def block(decoder):
        parts = [nn.SelfAttention(width, 2, rng, bias=False), nn.LayerNorm(width), nn.LayerNorm(width)]
        parts += [nn.CrossAttention(width, 2, rng, bias=False), nn.LayerNorm(width)] if decoder else []
        return parts + [nn.Affine(width, 20, rng), nn.Affine(20, width, rng)]

    built = [[block(False), block(True)] for _ in range(3)]
    assert counting.encoder_decoder(11, 3, width, 20, 2, 4, 4) == nn.count([built, nn.Embedding(11, width, rng)])


def test_gpt_2_by_arithmetic():
    sizes = {(12, 768): 124_439_808, (24, 1024): 354_823_168, (36, 1280): 774_030_080, (48, 1600): 1_557_611_200}
    for (layers, width), parameters in sizes.items():  # the sizes of the published checkpoints
        assert counting.gpt(50257, 1024, layers, width, bias=True) == parameters


def test_what_millions_cannot_tell_the_groups_do(tmp_path):
    """GPT-2 without a bias: the same 124 million, and refused by the count to the last parameter. Intact: reproduced."""
    cfg, job = counting.Decoder(50304, 1024, 12, 768), Job("run", 0, tmp_path)
    intact, matrices = counting.groups(cfg, job), counting.grouped(50304, 1024, 12, 768)["decayed parameters"]
    without = counting.gpt(50304, 1024, 12, 768, bias=False) - matrices
    bare = intact | {"other tensors": 25, "other parameters": without}  # a gain of each layer norm is left
    groups, millions = papers.table("build_nanogpt/groups"), papers.table("nanogpt/sizes")
    assert set(verdict.of(groups, "12 layers x 768", intact).values()) == {"reproduced"}
    said = verdict.of(groups, "12 layers x 768", bare)
    assert {said["other tensors"], said["other parameters"]} == {"not reproduced"}
    for bias in (True, False):
        found = {"millions of parameters": counting.gpt(50257, 1024, 12, 768, bias) / 1e6}
        assert verdict.of(millions, "gpt2", found)["millions of parameters"] == "reproduced"


def test_the_counts_of_vaswani_cannot_tell_biases_and_layer_norms(tmp_path):
    """Without them all ten rows that come out still come out (vaswani_41100 says so): less than half a printed digit."""
    table, base = papers.table("vaswani2017/table3_parameters"), (41100, 6, 512, 2048, 8, 64, 64)
    for row, (_, layers, width, hidden, heads, key, value) in (("base", base), ("N = 8", (0, 8, *base[2:]))):
        weights = 41100 * width + layers * (3 * heads * (2 * key + 2 * value) * width + 2 * 2 * width * hidden)
        whole = counting.encoder_decoder(41100, layers, width, hidden, heads, key, value)
        for count in (whole, weights):
            assert verdict.of(table, row, {"millions of parameters": count / 1e6}) == {
                "millions of parameters": "reproduced"
            }


def test_no_vocabulary_gives_all_counts_of_vaswani_and_those_from_41004_to_41208_all_but_big():
    base = {"layers": 6, "width": 512, "feed_forward": 2048, "heads": 8, "key": 64, "value": 64}
    rows = {
        "base": {},
        "d_k = 16": {"key": 16},
        "d_k = 32": {"key": 32},
        "N = 2": {"layers": 2},
        "N = 4": {"layers": 4},
        "N = 8": {"layers": 8},
        "d_model = 256": {"width": 256, "key": 32, "value": 32},
        "d_model = 1024": {"width": 1024, "key": 128, "value": 128},
        "d_ff = 1024": {"feed_forward": 1024},
        "d_ff = 4096": {"feed_forward": 4096},
        "big": {"width": 1024, "feed_forward": 4096, "heads": 16},
    }
    printed = papers.table("vaswani2017/table3_parameters").rows

    def right(vocabulary):
        counts = {
            row: counting.encoder_decoder(vocabulary, **base | different) / 1e6 for row, different in rows.items()
        }
        cells = {row: printed[row]["millions of parameters"] for row in rows}
        return {row for row in rows if abs(counts[row] - cells[row].number) <= cells[row].half}

    fits = {vocabulary: right(vocabulary) for vocabulary in range(30000, 45000)}
    assert max(map(len, fits.values())) == len(rows) - 1
    best = [vocabulary for vocabulary, names in fits.items() if len(names) == len(rows) - 1]
    assert best == list(range(41004, 41209)) and fits[best[0]] == set(rows) - {"big"}


def test_weight_decay_is_for_matrices_only():
    network = small()
    optimiser = training.optimiser_of(network)
    for parameter, decay in zip(nn.parameters(network).values(), optimiser.decays, strict=True):
        assert (decay > 0) == (parameter.ndim == 2)


def test_a_text_that_repeats_is_learnt_to_the_end(tmp_path):
    file = tmp_path / "tides.txt"
    file.write_text("ebb and flow, " * 80)
    short = SETTINGS | {"text": str(file), "iterations": 200, "lr": 1e-2, "block": 20, "batch": 4, "width": 16}
    job = Job("run", 1, tmp_path / "job")
    values = training.train(SimpleNamespace(**short), job)
    assert values["validation loss"][0] < values["training loss, log"][0] + 0.1 < 0.5 < math.log(11)
    network, known = sample.load(job.folder / "model.checkpoint")
    written = generate.write(network, known.encode("ebb and flow, "), 40, 0, 0, None)
    assert "".join(known.decode(list(written))) in "ebb and flow, " * 80


@pytest.mark.parametrize("time", [1, 3, 6])
def test_the_cache_gives_the_logits_of_the_whole_model(time):
    x = streams.rng(0, "test").integers(0, 11, time)
    network = small()
    reader = generate.Reader(network)
    with no_grad():
        wanted = network(x[None]).value[0]
    for t in range(time):
        np.testing.assert_allclose(reader.read(x[t]), wanted[t], rtol=0, atol=100 * np.finfo(np.float32).eps)


def test_a_text_longer_than_the_block_goes_on_from_its_last_half():
    x = streams.rng(0, "test").integers(0, 11, 7)
    network = small()
    reader = generate.Reader(network)
    logits = [reader.read(c) for c in x]
    with no_grad():
        wanted = network(x[None, 3:]).value[0, -1]
    np.testing.assert_allclose(logits[-1], wanted, rtol=0, atol=100 * np.finfo(np.float32).eps)
    alone = generate.Reader(small(shape=SMALL._replace(block=1)))
    assert np.array_equal(alone.read(3), [alone.read(c) for c in (5, 3)][-1])


def test_a_checkpoint_of_another_model_is_one_line(tmp_path):
    path = tmp_path / "model.checkpoint"
    checkpoint.write(path, {"0": {"w": np.zeros(3)}})
    with pytest.raises(BadInput, match="not of a model of this project"):
        sample.load(path)
    job = Job("run", 0, tmp_path / "job")
    training.keep(job, small(), vocabulary.characters("abcdefghijk"))
    tree = checkpoint.read(job.folder / "model.checkpoint")
    for change in ({"width": 16}, {"layers": 3}, {"characters": 12}):
        checkpoint.write(path, {"0": tree["0"] | {"shape": tree["0"]["shape"] | change}})
        with pytest.raises(BadInput) as error:
            sample.load(path)
        assert str(path) in str(error.value) and "\n" not in str(error.value)


def test_the_script_writes_and_says_in_one_line_what_is_wrong(tmp_path):
    training.keep(Job("run", 0, tmp_path), small(), vocabulary.characters("abcdefghijk"))

    def script(*arguments):
        command = [sys.executable, "sample.py", *arguments]
        return subprocess.run(command, cwd=Path(training.__file__).parent, capture_output=True, text=True)

    done = script(str(tmp_path), "--prompt", "abc", "--length", "30", "--seed", "1")
    assert done.returncode == 0 and done.stdout.startswith("abc") and len(done.stdout) == 34
    assert script(str(tmp_path), "--prompt", "abc", "--length", "30", "--seed", "1").stdout == done.stdout
    for arguments in (["--prompt", "xyz"], ["--temperature", "nan"], ["--prompt", ""]):
        wrong = script(str(tmp_path), *arguments)
        assert wrong.returncode == 1 and len(wrong.stderr.splitlines()) == 1 and not wrong.stdout.strip()


SETTINGS = {
    "text": "shakespeare",
    "layers": 1,
    "heads": 2,
    "width": 8,
    "block": 64,
    "batch": 12,
    "parts": 1,
    "iterations": 20,
    "lr": 1e-3,
    "decay_iterations": 2000,
    "dropout": 0.0,
    "evaluate": 1000,
}


@pytest.mark.parametrize("setting", [{"heads": 3}, {"dropout": 1.0}, {"parts": 13}])
def test_settings_that_do_not_go_together_are_one_line(setting):
    with pytest.raises(BadInput, match=next(iter(setting))):
        training.Config(**SETTINGS | setting)


def test_a_batch_in_parts_has_the_gradient_of_the_whole(tmp_path):
    network, job = small(), Job("run", 0, tmp_path)
    x, y = streams.rng(0, "test").integers(0, 11, (2, 5, 6))
    whole, parted = (
        training.in_parts(SimpleNamespace(parts=parts, dropout=0.0), job, 0, network, x, y) for parts in (1, 3)
    )
    rounding = 100 * np.finfo(np.float32).eps
    assert abs(whole[0] - parted[0]) < rounding
    for parameter in nn.parameters(network).values():
        np.testing.assert_allclose(whole[1][parameter], parted[1][parameter], rtol=0, atol=rounding)
