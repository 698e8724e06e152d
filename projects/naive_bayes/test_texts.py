"""Texts of one's own: the vectoriser, the classifier and what each word adds, the command and the files that it reads."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import classify_text
from abacus.errors import BadInput
from texts import TextClassifier, Vectoriser

EPS = np.finfo(np.float64).eps
FIVE = ["win free", "free free now", "lunch now", "now lunch lunch", "free lunch"]  # the lesson's first example
KINDS = ["spam", "spam", "other", "other", "other"]
OURS = Path(classify_text.__file__).parent / "messages.csv"


def test_the_lesson_s_five_messages():
    learnt = TextClassifier().fit(FIVE, KINDS)
    why = learnt.explain("free win")
    assert learnt.predict(["free win"]).tolist() == ["spam"] and (why.label, why.rival) == ("spam", "other")
    assert [word for _, word in why.words] == ["free", "win"] or [word for _, word in why.words] == ["win", "free"]
    spam, other = 2 / 5 * 4 / 9 * 2 / 9, 3 / 5 * 2 / 11 * 1 / 11  # as in the lesson
    assert learnt.predict_proba(["free win"])[0].tolist() == pytest.approx(
        [other / (spam + other), spam / (spam + other)], rel=10 * EPS
    )
    assert why.log_odds == pytest.approx(np.log(spam / other), rel=10 * EPS)
    assert why.beforehand == pytest.approx(np.log(2 / 3), rel=10 * EPS) and learnt.score(FIVE, KINDS) == 1.0


def test_counts_are_those_of_a_counter_and_new_words_are_skipped():
    texts = ["The cat sat, the CAT!", "a dog's day", "", "día Straße 10"]
    words = Vectoriser()
    x = words.fit_transform(texts)
    assert list(words.vocabulary_) == sorted(words.vocabulary_) == list(words.get_feature_names_out())
    assert dict(zip(words.vocabulary_, x.toarray()[0])) == dict.fromkeys(words.vocabulary_, 0) | Counter(
        the=2, cat=2, sat=1
    )
    assert set(words.vocabulary_) == {"the", "cat", "sat", "dog", "day", "día", "straße", "10"}
    assert words.transform(["the bird", "cat"]).toarray().sum(axis=1).tolist() == [1, 1]
    assert (words.fit(texts).transform(texts).toarray() == x.toarray()).all()


def test_pairs_presence_and_rare_words():
    texts = ["not good not good", "good", "not bad"]
    pairs = Vectoriser(ngram_range=(1, 2)).fit(texts)
    assert list(pairs.vocabulary_) == ["bad", "good", "good not", "not", "not bad", "not good"]
    assert Vectoriser(binary=True).fit_transform(texts).toarray().max() == 1
    assert list(Vectoriser(min_df=2).fit(texts).vocabulary_) == ["good", "not"]
    assert list(Vectoriser(lowercase=False).fit(["Ab ab"]).vocabulary_) == ["Ab", "ab"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: TextClassifier().fit(["!!", "?"], ["a", "b"]), "no word occurs"),
        (lambda: TextClassifier().fit("one text", ["a"]), "one text was given"),
        (lambda: TextClassifier().fit(["one", 2], ["a", "b"]), "text 2 of the list is no text: 2"),
        (lambda: TextClassifier().fit(["one", "two"], ["a"]), "as many samples"),
        (lambda: TextClassifier().predict(["one"]), "call fit first"),
        (lambda: Vectoriser(ngram_range=(2, 1)).fit(["one"]), "ngram_range"),
        (lambda: TextClassifier().fit(["one", "two"], ["a", "a"]).explain("one"), "one label only"),
        (lambda: TextClassifier(alpha=-1).fit(["one", "two"], ["a", "b"]), "alpha"),
    ],
)
def test_what_cannot_be_learnt_is_said(make, said):
    with pytest.raises(BadInput, match=said):
        make()


def test_the_command_as_the_lesson_shows_it(capsys):
    assert classify_text.main([str(OURS), "win a free prize, my friend"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    lesson = (OURS.parent / "README.md").read_text(encoding="utf-8")
    shown = lesson.partition('my friend"\n```\nprints\n```\n')[2].partition("```")[0]
    assert shown and " ".join(shown.split()) in said
    assert classify_text.main([str(OURS)]) == 0
    said = capsys.readouterr().out
    assert "speak most for" in said and said.index("ham: ") < said.index("tomorrow") < said.index(
        "spam: "
    ) < said.index("prize")


def test_the_trial_is_that_of_a_classifier_that_has_not_seen_the_part():
    from abacus import folds, streams

    _, texts, labels, _ = classify_text.material(OURS, "messages.csv")
    learnt = TextClassifier(vectoriser=Vectoriser(token_pattern=r"\b\w+\b")).fit(texts, labels)
    right = 0
    for train, held in folds.k_fold(len(texts), 10, streams.rng(0, "folds")):
        fresh = TextClassifier(vectoriser=Vectoriser(token_pattern=r"\b\w+\b"))
        fresh.fit([texts[k] for k in train], [labels[k] for k in train])
        right += sum(fresh.predict([texts[k] for k in held]) == [labels[k] for k in held])
    assert classify_text.tried(learnt, texts, labels) == (right, 10)


def write(tmp_path, text, name="mine.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return str(path)


@pytest.mark.parametrize(
    "lines", ['good day,one\r\n"bad, bad\r\nday",zwei\r\n', "label;text\n1;good day\n2;bad, bad day\n"]
)
def test_texts_in_and_labels_out(lines, tmp_path, capsys):
    head = "" if lines.startswith("label") else "\ufeffwhat was said,class\r\n"
    path, out = write(tmp_path, head + lines), tmp_path / "out.csv"
    new = write(tmp_path, "a good one\r\n\r\na bad one\r\n=unknown, entirely\r\n", "new.txt")
    assert classify_text.main([path, "--read", new, "--out", str(out)]) == 0
    with open(out, encoding="utf-8", newline="") as file:
        (name, *_), *rows = csv.reader(file)
    first, second = ("1", "2") if head == "" else ("one", "zwei")
    assert [(row[0], row[1]) for row in rows[:2]] == [("a good one", first), ("a bad one", second)] and len(rows) == 3
    again = write(tmp_path, f'{name},x\n"good, good",1\n', "other.csv")
    assert classify_text.main([path, "--read", again, "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8").splitlines()[1].startswith(f'"good, good",{first},')


def test_a_long_text_and_an_unknown_one(tmp_path, capsys):
    words = [f"w{k}" for k in range(60)]
    path = write(tmp_path, "text,label\n" + "".join(f"{' '.join(words[k:])},{'ab'[k % 2]}\n" for k in range(50)))
    assert classify_text.main([path, " ".join(words), "quite unknown \x1b[31m"]) == 0
    said = capsys.readouterr().out
    assert "36 words more" in said and "no word of it is known" in said and "\x1b" not in said
    assert "not known: quite, unknown" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("text,label\n", "0 rows below the names"),
        ("text,label\none,a\n", "1 row below the names"),
        ("text,label\none,a\ntwo,a\n", 'the column "label" holds 1 different labels'),
        ("text,label\n,a\none,\n", 'the column "label" holds 0 different labels'),
        ("a,b,c\n1,2,3\n4,5,6\n", "which column holds the texts"),
        ("text\none\ntwo\n", "which column holds the labels"),
        ("text,label\n!!,a\n...,b\n", "no word occurs"),
        ("text,label\none,a\ntwo\n", "line 3: 1 fields under 2 names"),
    ],
)
def test_what_is_no_file_of_texts_is_one_line_and_status_2(text, said, tmp_path, capsys):
    assert classify_text.main([write(tmp_path, text), "one"]) == 2
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and said in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--label", "lable"], 'no column "lable"'),
        (["--label", "text", "--text", "text"], "same column"),
        (["--read", "x"], "go together"),
        (["--read", "no such", "--out", "x"], "No such file"),
        (["--alpha", "-1", "one"], "alpha"),
    ],
)
def test_a_wrong_option_is_one_line_and_status_2(options, said, tmp_path, capsys):
    assert classify_text.main([str(OURS), *options]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and said in err
