"""Facts of word vectors: tables and their broken variants, gradients, draws, trees, pieces that join to the text, the door."""

import itertools
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import counts
import glove
import latent
import masked
import merges
import optimum
import passes
import texts
import unigram
import word2vec
from abacus import nn, papers, verdict
from abacus.errors import BadInput

EPS = np.finfo(np.float64).eps
WORDS, OFTEN = ["low", "lower", "newest", "widest"], [5, 2, 6, 3]
TEXT = [line.split() for line in ("the cat sat on the mat", "the dog sat on the cat", "a dog and a cat sat")] * 5


def judged(found, table):
    """Verdicts of all printed rows of a table, given {row: {column: value}}; a row that did not come has none."""
    printed = papers.table(table)
    return [
        word for row in printed.rows if row in found for word in verdict.of(printed, row, found[row]).values() if word
    ]


def test_the_merges_are_those_of_the_paper_and_others_without_the_end_of_a_word():
    intact = merges.merge(merges.Merging(WORDS, OFTEN, 10), None)
    assert set(judged(intact, "sennrich2016/merges")) == {"reproduced"}
    broken = {
        a + b: {"step": step} for step, (a, b, _) in enumerate(merges.learn(list(map(tuple, WORDS)), OFTEN, 10), 1)
    }
    assert "not reproduced" in judged(broken, "sennrich2016/merges")


def test_a_query_in_two_dimensions_is_gensims_and_in_three_it_is_not():
    query = "Human computer interaction"
    assert set(judged(latent.titles(latent.Query(query, 2), None), "gensim/similarities")) == {"reproduced"}
    assert "not reproduced" in judged(latent.titles(latent.Query(query, 3), None), "gensim/similarities")


def test_the_books_singular_values():
    assert judged(latent.book(latent.Book(2), None), "manning2008/lsa") == ["reproduced"] * 5


def test_the_optimum_is_pmi_less_ln_k_and_no_other_shift():
    a, b = np.array([3.0, 1.0, 20.0]), np.array([1.5, 10.0, 2.0])
    x = optimum.best(a, 5 * b)
    table = papers.table("levy2014/optimum")
    shift = float((np.log(a / b) - x).mean())
    assert verdict.of(table, "k = 5", {"PMI - x": shift})["PMI - x"] == "reproduced"
    assert verdict.of(table, "k = 15", {"PMI - x": shift})["PMI - x"] == "not reproduced"


def test_the_counts_of_bert_and_of_a_small_encoder_that_is_built():
    assert masked.encoder(30522, 512, 2, 12, 768, 3072) == 109_482_240
    model = masked.Masked(11, 5, 2, 8, 2, np.random.default_rng(0))
    head = 8 * 8 + 8 + 2 * 8  # a matrix, its bias and a layer norm: BERT has a pooler of the same matrix in its place
    assert nn.count(model) == masked.encoder(11, 5, 0, 2, 8, 32) - (8 * 8 + 8) + head


def test_cooccurrence_is_what_two_loops_count():
    vocabulary, _ = texts.common(TEXT, 1)
    words, starts = texts.numbered(TEXT, vocabulary)
    for harmonic in (False, True):
        plain = np.zeros((len(vocabulary),) * 2)
        for line in TEXT:
            for i, j in itertools.permutations(range(len(line)), 2):
                if abs(i - j) <= 2:
                    plain[vocabulary[line[i]], vocabulary[line[j]]] += 1 / abs(i - j) if harmonic else 1
        assert np.array_equal(counts.cooccurrence(words, starts, len(vocabulary), 2, harmonic).toarray(), plain)


def test_pmi_of_independent_words_is_zero_and_the_sketch_finds_the_singular_values():
    x = np.outer([1.0, 2, 5], [3.0, 1, 4])
    assert np.abs(counts.pmi(x).toarray()).max() <= 8 * EPS  # a logarithm of a number that is 1 up to a few roundings
    a = np.random.default_rng(0).standard_normal((30, 20))
    s = counts.truncated(a, 20, np.random.default_rng(1))[1]
    assert np.allclose(s, np.linalg.svd(a)[1], rtol=a.size * EPS)


def test_the_alias_table_has_exactly_the_shares():
    weights = np.array([50.0, 30, 10, 5, 5, 1]) ** 0.75
    chance, other = word2vec.alias(weights)
    drawn = np.zeros(6)
    for i in range(6):
        drawn[i] += chance[i] / 2**32 / 6
        drawn[other[i]] += (1 - chance[i] / 2**32) / 6
    assert np.abs(drawn - weights / weights.sum()).max() <= 2**-32


def test_huffmans_tree_is_as_short_as_can_be_and_its_probabilities_sum_to_one():
    often = np.array([40, 20, 10, 8, 3, 1])
    units, signs, ends = word2vec.huffman(often)
    assert sum(often * np.diff(ends)) == 40 * 1 + 20 * 2 + 10 * 3 + 8 * 4 + (3 + 1) * 5
    scores = np.random.default_rng(0).standard_normal(5)
    p = [
        math.prod(1 / (1 + math.exp(-scores[u] if s else scores[u])) for u, s in zip(units[a:b], signs[a:b]))
        for a, b in itertools.pairwise(ends)
    ]
    assert abs(sum(p) - 1) <= 6 * 5 * EPS


def test_one_step_goes_along_the_gradient():
    rng = np.random.default_rng(0)
    h, out = (rng.standard_normal(shape).astype(np.float32) for shape in (4, (1, 4)))
    before, dh = out.copy(), np.empty(4, np.float32)
    path, chance, other = word2vec.alone(1), *word2vec.alias(np.ones(1))
    passes._predict(h, dh, 0, out, *path, chance, other, 0, np.float32(1), passes.TABLE, np.uint64(1))
    score = float(h @ before[0])
    step = 1 - 1 / (1 + math.exp(-score))
    coarse = (
        2 * passes.REACH / passes.STEPS / 4
    )  # a cell of the table, times the largest slope of the logistic function
    assert np.abs(dh - step * before[0]).max() <= coarse * np.abs(before).max()
    assert np.abs(out - before - step * h).max() <= coarse * np.abs(h).max()


@pytest.mark.parametrize("architecture", ["skip-gram", "cbow"])
@pytest.mark.parametrize("output", ["negative", "tree"])
def test_words_that_stand_in_the_same_places_come_to_lie_together(architecture, output):
    rng = np.random.default_rng(0)
    lines = [[f"{'ab'[side]}{n}" for n in rng.integers(0, 5, 8)] for side in rng.integers(0, 2, 400)]
    model = word2vec.Word2Vec(10, 3, 1, architecture, output, sample=0, rate=0.05, passes=10).fit(lines)
    assert {name[0] for name, _ in model.nearest("a0", 4)} == {"a"}
    again = word2vec.Word2Vec(10, 3, 1, architecture, output, sample=0, rate=0.05, passes=10).fit(lines)
    assert np.array_equal(model.vectors_, again.vectors_)
    if output == "negative":
        assert model.surprise(lines) < 6 * math.log(2)  # what six coins would surprise by


def test_glove_goes_down_and_fits_what_has_rank_one():
    model = glove.GloVe(5, 3, 1, most=1.0, passes=60).fit(TEXT)
    assert model.losses_[-1] < model.losses_[10] < model.losses_[0]
    assert set(model.vocabulary_) == {word for line in TEXT for word in line}


def test_merges_are_those_of_counting_anew_each_time():
    words = Counter(word for text in texts.read("manual")[:3] for word in text.split())
    listed, often = [tuple(word) for word in words], list(words.values())
    now, plain = [list(word) for word in listed], []
    for _ in range(30):
        pairs = Counter()
        for word, n in zip(now, often):
            for pair in itertools.pairwise(word):
                pairs[pair] += n
        best = max(pairs, key=pairs.get)  # of equal ones the first that was counted
        plain.append((*best, pairs[best]))
        now = [merges.joined(word, best) for word in now]
    assert merges.learn(listed, often, 30) == plain


@pytest.mark.parametrize("text", ["", " ", "low  lower\n\nnewest ", "naïve 你好 🙂", "\0\t\r\n", "x" * 3000])
def test_every_text_comes_back(text):
    pairs = merges.BytePairs(20).fit(["low lower newest widest"])
    assert pairs.decode(pairs.encode(text)) == text


def test_unigram_pieces_join_to_the_word_and_em_makes_the_text_likelier():
    found = texts.read("manual")[:3]
    model = unigram.Unigram(300).fit(found)
    assert len(model.scores_) == 300
    for word in ("class", "unbelievable", "你好"):
        assert "".join(model.pieces(word)) == unigram.SPACE + word
    words = Counter(unigram.SPACE + word for word in found[0].split())
    scores, totals = unigram.seeds(words, 200), []
    for _ in range(3):
        chances = {piece: math.exp(score) for piece, score in scores.items()}
        totals.append(
            sum(n * math.log(unigram.use(w, n, chances, dict.fromkeys(scores, 0.0))) for w, n in words.items())
        )
        scores, _ = unigram.step(words, scores)
    assert totals[0] < totals[1] < totals[2]


def test_pieces_are_hidden_as_often_as_said_and_the_others_stay():
    rows = np.tile(np.arange(20), (50, 1))
    shown, wanted = masked.hide(rows, 21, np.random.default_rng(0))
    share, sd = (wanted >= 0).mean(), math.sqrt(0.15 * 0.85 / rows.size)
    assert abs(share - 0.15) < 4 * sd and np.array_equal(shown[wanted < 0], rows[wanted < 0])


WRONG = {
    "empty": b"",
    "no words": b"12 34 -- 5",
    "binary": b"\x00\x01word word\x00",
    "latin-1": "caf\xe9 au lait ".encode("latin-1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_cannot_be_read_is_one_line(name, tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(WRONG[name])
    with pytest.raises(BadInput) as error:
        texts.sentences(str(path))
    assert "\n" not in str(error.value)


def test_one_huge_line_and_html_that_never_closes_are_texts(tmp_path):
    path = tmp_path / "text.html"
    path.write_text("<p><b>words " + "and words " * 100_000, encoding="utf-16")
    assert texts.common(texts.sentences(str(path)), 5)[0].keys() == {"and", "words"}


@pytest.mark.parametrize(
    "wrong", [{"size": 0}, {"output": "softmax"}, {"architecture": "glove"}, {"rate": -1}, {"sample": 2}]
)
def test_settings_are_refused(wrong):
    with pytest.raises(BadInput):
        word2vec.Word2Vec(**wrong).fit(TEXT)


def test_texts_are_refused():
    for fit in (word2vec.Word2Vec().fit, counts.PPMI().fit, glove.GloVe().fit):
        for lines in ("a text", [], [[]], [[1, 2]], [["rare", "words"]]):
            with pytest.raises(BadInput):
                fit(lines)
    with pytest.raises(BadInput, match="not fitted"):
        word2vec.Word2Vec().nearest("cat")
    with pytest.raises(BadInput, match="none of the"):
        counts.PPMI(2, 2, 1).fit(TEXT).nearest("elephant")


def test_a_file_of_the_readers_own_is_one_command(tmp_path):
    path = tmp_path / "own.txt"
    path.write_text("the cat sat on the mat and the dog sat on the cat\n\n" * 20)
    command = [sys.executable, str(Path(__file__).parent / "run.py"), f"text={path}", "words=[cat]", "passes=2"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert shown.returncode == 0 and "near cat: " in shown.stdout
    command[3] = "words=[zebra]"
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert shown.returncode == 2 and "'zebra' is none of the" in shown.stderr
