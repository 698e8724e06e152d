"""Facts of the codes: every text comes back, no code beats the entropy, and the fast form writes what the plain one does."""

import contextlib
import functools
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import arithmetic
import contexts
import lz78
import prefix
import texts
from abacus.errors import BadInput
from measures import entropy, shares

texts_of_bytes = st.one_of(st.binary(max_size=60), st.lists(st.sampled_from(b"ab"), max_size=200).map(bytes))
weights = st.lists(st.integers(1, 10**6), min_size=1, max_size=40)
EPS = np.finfo(float).eps


@given(weights, st.integers(2, 6))
def test_huffman_lies_within_one_digit_of_the_entropy_and_fills_krafts_sum(counts, digits):
    lengths = prefix.huffman(counts, digits)
    least, mean = entropy(shares(counts)) / math.log2(digits), prefix.average(counts, lengths)
    rounding = len(counts) * EPS * max(least, 1)
    assert least - rounding <= mean < least + 1
    empty = Fraction(
        (1 - len(counts)) % (digits - 1), digits ** max(lengths)
    )  # places that D leaves at the deepest level
    assert prefix.kraft(lengths, digits) == 1 - empty


@given(weights)
def test_fano_and_shannon_never_beat_huffman_and_stay_within_their_bounds(counts):
    least = entropy(shares(counts))
    best, fano, shannon = (prefix.average(counts, lengths(counts)) for lengths in prefix.METHODS.values())
    rounding = len(counts) * EPS * max(least, 1)
    assert best <= min(fano, shannon) + rounding and shannon < least + 1 and fano < least + 2
    assert all(prefix.kraft(lengths(counts)) <= 1 for lengths in prefix.METHODS.values())


@given(st.lists(st.integers(1, 30), min_size=2, max_size=5), st.integers(2, 3))
def test_no_lengths_that_kraft_allows_are_better_than_huffmans(counts, digits):
    falling = sorted(counts, reverse=True)  # the heavier, the shorter
    best = min(sum(w * l for w, l in zip(falling, lengths)) for lengths in _allowed(len(counts), digits))
    assert sum(w * l for w, l in zip(counts, prefix.huffman(counts, digits))) == best


@functools.cache
def _allowed(messages, digits):
    """All rising lengths, none above the number of messages, that Kraft's sum allows."""
    rising = itertools.combinations_with_replacement(range(1, messages + 1), messages)
    return [lengths for lengths in rising if prefix.kraft(lengths, digits) <= 1]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=20), st.integers(2, 4))
def test_words_exist_exactly_where_kraft_says_and_none_begins_another(lengths, digits):
    if prefix.kraft(lengths, digits) > 1:
        with pytest.raises(BadInput, match="Kraft"):
            prefix.words(lengths, digits)
        return
    words = prefix.words(lengths, digits)
    assert [len(word) for word in words] == lengths
    assert not any(a.startswith(b) for a, b in itertools.permutations(words, 2))


@given(texts_of_bytes, st.sampled_from(list(prefix.METHODS)))
def test_a_code_of_words_gives_every_text_back(data, method):
    counts = {byte: data.count(byte) for byte in data}
    lengths = prefix.METHODS[method](list(counts.values())) if counts else []
    code = dict(zip(counts, prefix.words(lengths)))
    assert bytes(prefix.decode(prefix.encode(data, code), code, len(data))) == data


@pytest.mark.parametrize(("digits", "count"), [("01", 1), ("0", 2), ("011", 2), ("1", 1), ("", 1)])
def test_digits_that_are_no_whole_text_are_refused(digits, count):
    with pytest.raises(BadInput):
        prefix.decode(digits, {"a": "0", "b": "10"}, count)


def test_fano_cuts_in_two_and_shannon_wants_every_message_possible():
    with pytest.raises(BadInput, match="wanted 2"):
        prefix.fano([1, 1], 3)
    with pytest.raises(BadInput, match="endless"):
        prefix.shannon([1, 0])


@given(st.text("abc", max_size=30), st.lists(st.integers(1, 50), min_size=3, max_size=3))
def test_an_interval_is_as_wide_as_its_text_is_likely_and_its_tag_two_bits_longer_at_most(message, counts):
    share_of = {symbol: Fraction(count) for symbol, count in zip("abc", counts)}
    p = math.prod(share_of[symbol] / sum(counts) for symbol in message)
    assert p == ([Fraction(1)] + [width for _, width in arithmetic.narrow(message, share_of)])[-1]
    bits = arithmetic.encode(message, share_of)
    assert 2 ** len(bits) < 4 / p
    assert "".join(arithmetic.decode(bits, share_of, len(message))) == message


def test_the_intervals_of_all_texts_of_one_length_fill_the_line_without_overlap():
    share_of = {"a": Fraction(1, 2), "b": Fraction(1, 3), "c": Fraction(1, 6)}
    ends = Fraction(0)
    for message in itertools.product("abc", repeat=4):
        *_, (low, width) = arithmetic.narrow(message, share_of)
        assert low == ends
        ends = low + width
    assert ends == 1


def test_a_symbol_without_a_share_is_refused():
    with pytest.raises(BadInput, match="no share"):
        arithmetic.encode("ax", {"a": Fraction(1), "x": Fraction(0)})


@settings(deadline=None)  # the first example may compile
@given(texts_of_bytes, st.integers(0, 12), st.integers(1, 50))
def test_the_compiled_code_gives_every_text_back_in_blocks_of_any_size(data, order, size):
    encoder = contexts.Encoder(order)
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    code = b"".join([encoder.encode(block) for block in blocks] + [encoder.finish()])
    assert code == contexts.encode(data, order)
    decoder = contexts.Decoder(code, order)
    assert b"".join([decoder.decode(len(block)) for block in blocks]) == data
    decoder.finish()


@pytest.mark.parametrize("order", [0, 1, 3])
def test_the_compiled_code_is_that_of_a_plain_dictionary_of_contexts(order):
    data = texts.manual()[:600]
    assert contexts.encode(data, order) == _plain(data, order)


def test_the_longer_the_contexts_the_shorter_the_code_of_a_text_that_repeats_itself():
    data = b"the rain in spain stays mainly in the plain; " * 20
    lengths = [len(contexts.encode(data, order)) for order in (0, 1, 2, 4)]
    assert lengths == sorted(lengths, reverse=True) and lengths[-1] < len(data) / 8


def test_counters_that_are_full_are_halved_and_the_text_still_comes_back():
    data = b"a" * 40_000 + b"b" * 40_000
    code = contexts.encode(data, 0)
    assert contexts.decode(code, len(data), 0) == data


def _plain(data, order):
    """The arithmetic code by its equations: a dictionary of nodes, Python's own integers, nothing shared or hashed."""
    nodes, low, high, code = {}, 0, 2**32 - 1, bytearray()
    for place, byte in enumerate(data):
        past = [0] * order + [b + 1 for b in data[:place]]
        for k in range(8):
            asked = [(o, *past[len(past) - o :], 1 << k | byte >> (8 - k)) for o in range(order + 1)]
            counts = [nodes.setdefault(key, [0, 0, np.float32(1)]) for key in asked]
            own = [(ones + 0.5) / (zeros + ones + 1) for zeros, ones, _ in counts]
            mixed = own[-1:]
            for (*_, odds), p in zip(counts[-2::-1], own[-2::-1]):
                mixed.insert(0, (float(odds) * p + mixed[0]) / (float(odds) + 1))
            cut = low + ((high - low) * min(max(int(mixed[0] * 65536), 1), 65535) >> 16)
            bit = byte >> 7 - k & 1
            low, high = (low, cut) if bit else (cut + 1, high)
            while low >> 24 == high >> 24:
                code.append(high >> 24)
                low, high = low << 8 & 0xFFFFFFFF, high << 8 & 0xFFFFFFFF | 255
            for o, node in enumerate(counts):
                if o < order:
                    told = own[o] / mixed[o + 1] if bit else (1 - own[o]) / (1 - mixed[o + 1])
                    node[2] = np.float32(min(max(float(node[2]) * told, contexts.FLOOR), contexts.CEILING))
                node[bit] += 1
    return bytes(code) + low.to_bytes(4)


@given(texts_of_bytes)
def test_lz78_gives_every_text_back_and_no_phrase_comes_twice(data):
    pairs = lz78.parse(data)
    assert bytes(lz78.unparse(pairs)) == data
    assert len(set(pairs[:-1])) == len(pairs[:-1])
    code = lz78.encode(data)
    assert 8 * len(code) - sum(k.bit_length() + 8 for k in range(len(pairs))) in range(8)  # eq. 18
    assert lz78.decode(code, len(data)) == data


@pytest.mark.parametrize("phrases", [1, 2, 5])
def test_lz78_begins_a_new_dictionary_when_the_old_one_is_full(phrases, monkeypatch):
    monkeypatch.setattr(lz78, "PHRASES", phrases)
    data = texts.manual()[:2000]
    encoder = lz78.Encoder()
    code = b"".join([encoder.encode(data[at : at + 7]) for at in range(0, len(data), 7)] + [encoder.finish()])
    assert code == lz78.encode(data) and lz78.decode(code, len(data)) == data


@settings(deadline=None)
@given(texts_of_bytes, st.sampled_from([contexts, lz78]), st.data())
def test_a_code_that_was_cut_or_made_longer_is_refused(data, codec, draw):
    order = () if codec is lz78 else (2,)
    code = codec.encode(data, *order)
    kept = draw.draw(st.integers(0, len(code)))
    if kept < len(code):
        with pytest.raises(BadInput, match="truncated"):
            codec.decode(code[:kept], len(data), *order)
    with pytest.raises(BadInput):
        codec.decode(code + b"x", len(data), *order)


def test_a_code_of_phrases_that_says_more_than_is_asked_is_refused():
    data = b"ab" * 20
    for count in range(len(data)):
        with pytest.raises(BadInput, match="damaged"):
            lz78.decode(lz78.encode(data), count)


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(0, 300), st.sampled_from([contexts, lz78]))
def test_any_bytes_are_decoded_or_refused_in_words(code, count, codec):
    with contextlib.suppress(BadInput):
        assert len(codec.decode(code, count, *(() if codec is lz78 else (2,)))) == count
