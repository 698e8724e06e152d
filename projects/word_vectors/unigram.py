"""Pieces of words by a unigram language model (Kudo 2018): the likeliest segmentation, learnt by EM, then pruned."""

import math
from collections import Counter
from dataclasses import dataclass

import merges
import texts
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.inputs import counts as whole_numbers
from abacus.inputs import fitted
from abacus.settings import at_least

LONGEST = 16  # characters of a piece
SPACE = "▁"  # stands before the first letter of a word, as in SentencePiece
KEPT = 0.6  # of the pieces in each round of pruning
SMALLEST = 1e-300  # a piece that EM uses nowhere keeps this much


@dataclass
class Config:
    text: str  # "manual", "news", "20 newsgroups", or the path of a file or folder
    pieces: int = at_least(300)  # of each vocabulary; byte pairs begin with 256 of them
    word: list[str]  # words that are cut up as an example


def cut(cfg: Config, job):
    """How many characters a piece has on the text, by byte pairs and by unigram pieces, and how each cuts some words."""
    found = texts.read(cfg.text)
    pairs = merges.BytePairs(cfg.pieces - 256).fit(found)
    job.progress(0.3, "byte pairs")
    unigram = Unigram(cfg.pieces).fit(found)
    whole = [word for text in found for word in text.split()]
    letters = sum(map(len, whole))
    for word in cfg.word:
        pieces = [pairs.decode([number]) for number in pairs.encode(" " + word)]
        print(f"{word}: byte pairs {'|'.join(pieces)}, unigram {'|'.join(unigram.pieces(word))}")
    counts = Counter(whole)
    by_pairs = sum(len(pairs.encode(" " + word)) * often for word, often in counts.items())
    by_unigram = sum(len(unigram.pieces(word)) * often for word, often in counts.items())
    return {
        "byte pairs": {"letters a piece": letters / by_pairs, "pieces": len(pairs.pieces_)},
        "unigram": {"letters a piece": letters / by_unigram, "pieces": len(unigram.scores_)},
    }


class Unigram(Estimator):
    """A vocabulary of `size` pieces, each with a log probability; a word is cut where the sum of its pieces' is largest.

    `fit(texts)` takes str; scores_ {piece: ln p}. Characters that were not seen are pieces of their own.
    """

    def __init__(self, size=1000, rounds=2):
        self.size, self.rounds = size, rounds

    def fit(self, sentences):
        """Begin with all frequent strings, then EM and pruning in turn until `size` are left. BadInput for what cannot be."""
        whole_numbers(size=self.size, rounds=self.rounds)
        words = Counter(SPACE + word for text in merges.plain(sentences) for word in text.split())
        single = {letter for word in words for letter in word}
        if self.size < len(single):
            raise BadInput(f"size={self.size}: the texts have {len(single)} different characters, each is a piece")
        scores = seeds(words, 3 * self.size)
        while True:
            for _ in range(self.rounds):
                scores, expected = step(words, scores)
            if len(scores) <= self.size:
                break
            scores = pruned(scores, expected, single, max(self.size, int(KEPT * len(scores))))
        self.scores_ = scores
        return self

    def pieces(self, word):
        """The pieces of one word, of the largest probability together (Viterbi, eq. 19)."""
        fitted(self, "scores_")
        if not isinstance(word, str) or len(word.split()) != 1:
            raise BadInput(f"pieces wants one word, got {word!r}")
        return likeliest(SPACE + word.strip(), self.scores_)[0]


def seeds(words, most):
    """{piece: ln p}: all characters, and the `most` strings of 2 to 16 characters with the largest count times length."""
    found = Counter()
    for word, often in words.items():
        for begin in range(len(word)):
            for end in range(begin + 1, min(len(word), begin + LONGEST) + 1):
                found[word[begin:end]] += often
    longer = sorted((p for p, n in found.items() if len(p) > 1 and n > 1), key=lambda p: (-found[p] * len(p), p))
    kept = {p: found[p] for p in [*sorted(p for p in found if len(p) == 1), *longer[:most]]}
    total = sum(kept.values())
    return {piece: math.log(count / total) for piece, count in kept.items()}


def step(words, scores):
    """One step of EM: ({piece: ln p}, {piece: expected count}) from how often each piece is used on average (eq. 18)."""
    expected = dict.fromkeys(scores, 0.0)
    chances = {piece: math.exp(score) for piece, score in scores.items()}
    for word, often in words.items():
        use(word, often, chances, expected)
    total = sum(expected.values())
    return {piece: math.log(max(count / total, SMALLEST)) for piece, count in expected.items()}, expected


def use(word, often, chances, expected):
    """Add to `expected` the pieces' mean counts over all ways to cut a word that comes so often (forward, backward).

    Returns the probability of the word, the sum over all ways.
    """
    n = len(word)
    forward, backward = [1.0] + [0.0] * n, [0.0] * n + [1.0]
    edges = []
    for begin in range(n):
        for end in range(begin + 1, min(n, begin + LONGEST) + 1):
            chance = chances.get(word[begin:end])
            if chance is not None:
                edges.append((begin, end, chance))
                forward[end] += forward[begin] * chance
    if forward[n] == 0:
        return 0.0  # so long that every way underflows: it has no say
    for begin, end, chance in reversed(edges):
        backward[begin] += chance * backward[end]
    for begin, end, chance in edges:
        expected[word[begin:end]] += often * forward[begin] * chance * backward[end] / forward[n]
    return forward[n]


def likeliest(word, scores, without=None):
    """(pieces, ln p) of the best way to cut a word, without the piece `without`; a character nobody knows costs dear."""
    n, strange = len(word), min(scores.values()) - 10
    best, back = [0.0] + [-math.inf] * n, [0] * (n + 1)
    for end in range(1, n + 1):
        for begin in range(max(0, end - LONGEST), end):
            piece = word[begin:end]
            score = scores.get(piece, strange if end - begin == 1 else None) if piece != without else None
            if score is not None and best[begin] + score > best[end]:
                best[end], back[end] = best[begin] + score, begin
    pieces = []
    while n > 0:
        pieces.append(word[back[n] : n])
        n = back[n]
    return pieces[::-1], best[-1]


def pruned(scores, expected, single, count):
    """The `count` pieces whose loss would cost most: what each is used, times ln p less its best replacement's.

    Single characters always stay: without one of them some word could not be written.
    """

    def loss(piece):
        return expected[piece] * (scores[piece] - likeliest(piece, scores, without=piece)[1])

    longer = sorted((piece for piece in scores if piece not in single), key=lambda piece: (-loss(piece), piece))
    kept = [*sorted(single), *longer[: count - len(single)]]
    return {piece: scores[piece] for piece in kept}
