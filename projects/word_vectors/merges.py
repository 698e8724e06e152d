"""Byte-pair encoding: the commonest pair of neighbours becomes one piece, again and again (Sennrich et al. 2016)."""

import heapq
import itertools
import re
from collections import Counter
from dataclasses import dataclass

from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.inputs import counts as whole_numbers
from abacus.inputs import fitted
from abacus.settings import at_least

CHUNK = re.compile(r" ?\S+|\s+?(?= \S)|\s+")  # a word with the space before it; other white space by itself
END = "·"  # stands behind the last letter of a word


@dataclass
class Merging:
    words: list[str]  # the words that are learnt from
    often: list[int] = at_least(1)  # how often each of them comes
    merges: int = at_least(1)  # pairs that are joined


@dataclass
class Size:
    alphabet: int = at_least(1)  # pieces to begin with: the bytes
    merges: int = at_least(0)  # pairs that are joined, a new piece each
    special: int = at_least(0)  # tokens that are no text, such as the end of a text


def merge(cfg: Merging, job):
    """At which step each piece is made, and how often its pair stood in the words then."""
    if len(cfg.words) != len(cfg.often) or len(set(cfg.words)) < len(cfg.words) or not all(cfg.words):
        raise BadInput(
            f"{len(cfg.words)} words and {len(cfg.often)} counts: wanted one for each, no word twice or empty"
        )
    found = learn([(*word, END) for word in cfg.words], cfg.often, cfg.merges)
    return {a + b: {"step": step, "pairs": often} for step, (a, b, often) in enumerate(found, 1)}


def size(cfg: Size, job):
    """Pieces of a vocabulary made by byte-pair encoding."""
    return {"tokens": cfg.alphabet + cfg.merges + cfg.special}  # eq. 17


def learn(words, often, merges):
    """[(left, right, how often)]: the merges in order, from words (tuples of pieces) that come so often.

    The commonest pair is merged (eq. 16); of equally common ones that which stands first in the words as they are listed.
    Ends early where no pair is left.
    """
    words, pairs, holders = [list(word) for word in words], Counter(), {}
    for number, word in enumerate(words):
        for pair in itertools.pairwise(word):
            pairs[pair] += often[number]
            holders.setdefault(pair, set()).add(number)
    heap = [(-count, *_first(words, holders[pair], pair), pair) for pair, count in pairs.items()]
    heapq.heapify(heap)
    found = []
    while heap and len(found) < merges:
        count, number, place, pair = heapq.heappop(heap)
        if pairs[pair] != -count:
            continue  # an entry of before its count changed: another one is in the heap
        first = _first(words, holders[pair], pair)
        if first != (number, place):
            heapq.heappush(heap, (count, *first, pair))
            continue
        found.append((*pair, -count))
        for changed in _join(pair, words, often, pairs, holders):
            if pairs[changed] > 0:
                heapq.heappush(heap, (-pairs[changed], *_first(words, holders[changed], changed), changed))
    return found


def _first(words, holders, pair):
    """(word's number, letters before it) of the first place of a pair."""
    number, letters = min(holders), 0
    for left, right in zip(words[number], words[number][1:]):
        if (left, right) == pair:
            return number, letters
        letters += len(left)
    raise AssertionError("a pair that its word does not hold")


def _join(pair, words, often, pairs, holders):
    """Merge the pair in all words that hold it; the pairs whose counts have changed."""
    changed = set()
    for number in list(holders[pair]):
        old, count = words[number], often[number]
        new = joined(old, pair)
        before, after = Counter(itertools.pairwise(old)), Counter(itertools.pairwise(new))
        for other in before.keys() | after.keys():
            if before[other] == after[other]:
                continue
            pairs[other] += (after[other] - before[other]) * count
            changed.add(other)
            held = holders.setdefault(other, set())
            held.add(number) if after[other] else held.discard(number)
        words[number] = new
    return changed


def joined(word, pair):
    """A word (list of pieces) in which each such pair, from left to right, has become one piece."""
    left, right = pair
    new, at, last = [], 0, len(word) - 1
    while at <= last:
        if at < last and word[at] == left and word[at + 1] == right:
            new.append(left + right)
            at += 2
        else:
            new.append(word[at])
            at += 1
    return new


class BytePairs(Estimator):
    """Byte-pair encoding of bytes, as GPT-2 has it: every text, in whatever language, can be written and read back.

    `fit(texts)` learns from str; `pieces_` are the 256 bytes and then the merges, in order.
    """

    def __init__(self, merges=1000):
        self.merges = merges

    def fit(self, texts):
        """Learn `merges` merges from a list of texts (str). BadInput for anything else, or where there is no text."""
        whole_numbers(merges=self.merges)
        chunks = Counter(chunk for text in plain(texts) for chunk in CHUNK.findall(text))
        words = [tuple(bytes([b]) for b in chunk.encode()) for chunk in chunks]
        found = learn(words, list(chunks.values()), self.merges)
        self.pieces_ = [bytes([b]) for b in range(256)] + [a + b for a, b, _ in found]
        self.ranks_ = {(a, b): rank for rank, (a, b, _) in enumerate(found)}
        self._number = {piece: number for number, piece in reversed(list(enumerate(self.pieces_)))}
        self._known = {}
        return self

    def encode(self, text):
        """The numbers of a text's pieces, a list: merges in the order in which they were learnt."""
        fitted(self, "pieces_")
        if not isinstance(text, str):
            raise BadInput(f"encode wants a str, got {type(text).__name__}")
        known, found = self._known, []
        for chunk in CHUNK.findall(text):
            if chunk not in known:
                known[chunk] = self._numbers(chunk)
            found += known[chunk]
        return found

    def _numbers(self, chunk):
        try:
            word = [bytes([b]) for b in chunk.encode()]
        except UnicodeEncodeError as wrong:
            raise BadInput(f"character {chunk[wrong.start]!r} is half of a pair: no text in UTF-8 has it") from None
        never = len(self.ranks_)
        while len(word) > 1:
            pair = min(itertools.pairwise(word), key=lambda pair: self.ranks_.get(pair, never))
            if pair not in self.ranks_:
                break
            word = joined(word, pair)
        return [self._number[piece] for piece in word]

    def decode(self, numbers):
        """The text of some numbers; bytes that are no UTF-8 become the replacement character. BadInput for another number."""
        pieces = fitted(self, "pieces_")
        numbers = list(numbers)
        for number in numbers:
            if not 0 <= number < len(pieces):
                raise BadInput(f"{number} is the number of no piece: there are {len(pieces)}, from 0 on")
        return b"".join(pieces[number] for number in numbers).decode(errors="replace")


def plain(texts):
    """The texts, a list of str. BadInput for anything else, or where all are empty."""
    if isinstance(texts, str):
        raise BadInput("wanted a list of texts, got one str: put it in a list")
    texts = list(texts)
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise BadInput(f"text {number} is no str")
    if not any(texts):
        raise BadInput("there is no text to learn from")
    return texts
