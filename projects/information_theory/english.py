"""Shannon (1951): how far English can be foretold. His bounds from guesses, his words by rank, and his game played by counts."""

import math
from dataclasses import dataclass

import numpy as np

import texts
from abacus import papers
from abacus.errors import BadInput
from abacus.settings import above, at_least, between, one_of
from measures import entropy, shares, surprise


def bounds(guesses):
    """(lower, upper) bounds in bits of the entropy a letter, from the shares q_i of letters that the i-th guess found (p. 61).

    The upper one holds for every way of guessing; the lower one for the best way, whose q_i do not rise.
    """
    i, falls = np.arange(1, len(guesses) + 1), guesses - np.append(guesses[1:], 0)
    return float((i * falls * np.log2(i)).sum()), entropy(guesses)  # eq. 30


def pooled(counts):
    """Neighbouring rows averaged in groups, no more of them than makes the column fall: pool adjacent violators."""
    groups = []
    for count in counts:
        groups.append((count, 1))
        while len(groups) > 1 and groups[-2][0] < groups[-1][0]:
            (b, n), (a, m) = groups.pop(), groups.pop()
            groups.append(((a * m + b * n) / (m + n), m + n))
    return np.repeat([mean for mean, _ in groups], [size for _, size in groups])


def tail(counts):
    """The first three rows as they are, and the others shared out evenly up to the last one: what p. 64 says of column 4."""
    last = int(np.flatnonzero(counts)[-1]) + 1
    return np.append(counts[:3], np.full(last - 3, counts[3:].sum() / (last - 3)))


SMOOTHINGS = {"none": np.asarray, "tail": tail, "pooled": pooled}


def table1(column):
    """A column of the paper's Table I: in how many of 100 letters the first, second, … guess was right."""
    names, rows = papers.rows("shannon1951")
    place = names.index(str(column))
    return np.array([float(row[place] or 0) for row in rows])


def words_until_one(first):
    """(n, entropy in bits) of words with p_n = first/n, up to the rank n where they sum to 1; the last takes what is left."""
    total, bits, n = 0.0, 0.0, 0
    while total + first / (n + 1) < 1:
        n += 1
        total += first / n
        bits += first / n * float(surprise(first / n))  # eq. 31
    rest = 1 - total
    return n + 1, bits + (rest * float(surprise(rest)) if rest > 0 else 0.0)


class Counts:
    """A player of the game who knows a text by heart and nothing else: how often each letter followed each few letters."""

    def __init__(self, letters, known):
        self._known, self._seen = known, []
        for order in range(
            known + 1
        ):  # of each order: sorted numbers of (context, letter), and how often each occurred
            self._seen.append(np.unique(_blocks(letters, order)[1], return_counts=True))

    def predict(self, letters):
        """Probabilities (n − known, 27) of what follows each `known` letters; the longest context that was seen weighs most."""
        p = np.full((len(letters) - self._known, len(texts.LETTERS)), 1 / len(texts.LETTERS))
        for order, (blocks, times) in enumerate(self._seen):
            contexts = _blocks(letters, order)[0][self._known - order :]
            asked = contexts[:, None] * len(texts.LETTERS) + np.arange(len(texts.LETTERS))
            place = np.minimum(np.searchsorted(blocks, asked), len(blocks) - 1)
            counts = np.where(blocks[place] == asked, times[place], 0)
            kinds = (counts > 0).sum(axis=1, keepdims=True)
            total = counts.sum(axis=1, keepdims=True)
            p = np.where(total > 0, (counts + kinds * p) / np.maximum(total + kinds, 1), p)  # eq. 32
        return p


def _blocks(letters, order):
    """Numbers of the `order` letters before each letter that has so many, and of those with the letter itself."""
    contexts = np.zeros(len(letters) - order, np.int64)
    for k in range(order):
        contexts = contexts * len(texts.LETTERS) + letters[k : len(letters) - order + k]
    return contexts, contexts * len(texts.LETTERS) + letters[order:]


def play(player, letters, known):
    """At which guess each letter was found (1 to 27), and the probability that it had been given."""
    p, found = player.predict(letters), letters[known:]
    own = p[np.arange(len(found)), found]
    better = (p > own[:, None]).sum(axis=1)
    level = ((p == own[:, None]) & (np.arange(p.shape[1]) < found[:, None])).sum(
        axis=1
    )  # of equal ones, by the alphabet
    return better + level + 1, own


@dataclass
class Column:
    column: int = one_of(*range(1, 16), 100)  # of Table I: one more than the letters that were known
    smoothing: str = one_of(*SMOOTHINGS)  # of the counts, before the bounds are taken


def guesses(cfg: Column, job):
    """Bounds of the entropy of English from what Shannon's subject guessed."""
    lower, upper = bounds(shares(SMOOTHINGS[cfg.smoothing](table1(cfg.column))))
    return {"upper": upper, "lower": lower}


@dataclass
class Words:
    first: float = between(0.06, 1)  # the probability of the most frequent word; below, the words would be ten million
    letters: int = at_least(2)  # of the alphabet
    length: float = above(0)  # letters a word, on average, the space among them where it is one


def zipf(cfg: Words, job):
    """The entropy of English from how often words occur."""
    rank, bits = words_until_one(cfg.first)
    return {"F0": math.log2(cfg.letters), "F word": bits / cfg.length, "last word": rank, "bits a word": bits}


@dataclass
class Game:
    text: str  # "manual", "The Time Machine", "Tiny Shakespeare", or the path of a file
    learn: float = between(0, 1, open=True)  # the part of the text that the player knows; the game is about the rest
    known: int = between(0, 12)  # letters that are seen before each guess


def game(cfg: Game, job):
    """Shannon's game on a text: bounds from the player's guesses, and what its probabilities cost."""
    letters = texts.letters(texts.read(cfg.text))
    cut = int(cfg.learn * len(letters))
    if min(cut, len(letters) - cut) <= cfg.known:
        raise BadInput(
            f"text={cfg.text}: {len(letters)} letters are too few: both parts need more than known={cfg.known}"
        )
    tries, own = play(Counts(letters[:cut], cfg.known), letters[cut:], cfg.known)
    shown = slice(0, 72)
    print("".join(texts.LETTERS[k] for k in letters[cut + cfg.known :][shown]))
    print("".join(str(n) if n < 10 else "+" for n in tries[shown]), " (+: the tenth guess or later)")
    lower, upper = bounds(np.bincount(tries, minlength=28)[1:] / len(tries))
    return {
        "first guess": 100 * float((tries == 1).mean()),
        "upper": upper,
        "lower": lower,
        "cross-entropy": float(surprise(own).mean()),
    }
