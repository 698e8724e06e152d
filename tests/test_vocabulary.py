"""Vocabularies of characters and of words: there and back, what is unknown, what is filled up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abacus import vocabulary
from abacus.errors import BadInput
from abacus.vocabulary import Vocabulary

SENTENCES = [["the", "cat", "saw", "the", "dog"], ["the", "dog", "ran"], ["a", "cat"]]


@given(st.text(min_size=1))
def test_a_text_comes_back(text):
    letters = vocabulary.characters(text)
    numbers = letters.encode(text)
    assert "".join(letters.decode(numbers)) == text and numbers.dtype == np.int64
    assert letters.tokens == sorted(set(text)) and len(letters) == len(set(text))


def test_the_characters_that_come_first_have_the_first_numbers():
    letters = vocabulary.characters("banana", first=".")
    assert letters.tokens == [".", "a", "b", "n"] and letters.encode("ban.").tolist() == [2, 1, 3, 0]
    assert vocabulary.characters("a.b", first=".").tokens == [".", "a", "b"]
    again = Vocabulary("".join(letters.tokens))  # as a checkpoint keeps them
    assert again.number == letters.number


def test_words_are_numbered_from_the_commonest_on_and_equally_common_ones_by_the_alphabet():
    known = vocabulary.words(SENTENCES)
    assert known.tokens == ["<pad>", "<unk>", "the", "cat", "dog", "a", "ran", "saw"]
    assert known.encode(["the", "bird", "ran"]).tolist() == [2, 1, 6]
    assert known.decode([2, 1, 6]) == ["the", "<unk>", "ran"] and "bird" not in known and "cat" in known
    assert vocabulary.words(SENTENCES, least=2).tokens == ["<pad>", "<unk>", "the", "cat", "dog"]
    assert vocabulary.words(SENTENCES, ["<bos>"], most=1).tokens == ["<pad>", "<unk>", "<bos>", "the"]
    assert vocabulary.words([*SENTENCES, ["<unk>"] * 9]).tokens == known.tokens
    assert vocabulary.words(SENTENCES[::-1]).tokens == known.tokens


def test_rows_are_filled_up_at_the_right():
    known = vocabulary.words(SENTENCES)
    rows = known.padded([["the", "cat"], [], ["dog"]])
    assert rows.tolist() == [[2, 3], [0, 0], [4, 0]] and rows.dtype == np.int64
    assert known.padded([["the"]], length=3).tolist() == [[2, 0, 0]] and known.padded([]).shape == (0, 0)
    with pytest.raises(BadInput, match="a sequence of 2 tokens in a row of 1"):
        known.padded([["the", "cat"]], length=1)
    with pytest.raises(BadInput, match="no padding"):
        vocabulary.characters("ab").padded(["a"])


def test_characters_may_be_unknown_and_padded_too():
    letters = vocabulary.characters("ab", ["<pad>", "?"], unknown="?", padding="<pad>")
    assert letters.padded(["abc", "b"]).tolist() == [[2, 3, 1], [3, 0, 0]]


def test_what_is_not_there_is_one_line_that_says_what_is():
    with pytest.raises(BadInput, match="'ß' is none of the 3 tokens: 'abc'"):
        vocabulary.characters("abc").encode("aß")
    with pytest.raises(BadInput, match=r"'dogs' is none of the 2 tokens \(did you mean dog\?\)"):
        Vocabulary(["dog", "cat"]).encode(["dogs"])
    with pytest.raises(BadInput, match=r"got the text 'the cat': wanted a list of words"):
        vocabulary.words(SENTENCES).encode("the cat")
    for numbers in ([0, 3], [-1], [10**9]):
        with pytest.raises(BadInput, match="is the number of no token: there are 3"):
            vocabulary.characters("abc").decode(numbers)


def test_a_vocabulary_that_is_none_is_refused():
    with pytest.raises(BadInput, match="'a' in it twice"):
        Vocabulary("aba")
    with pytest.raises(BadInput, match="unknown='<unk>' is none of the special tokens, '<pad>'"):
        Vocabulary("ab", ["<pad>"], unknown="<unk>")
    with pytest.raises(BadInput, match="padding='a' is none of the special tokens, none"):
        Vocabulary("ab", padding="a")
