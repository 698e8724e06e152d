"""Codes that give each message its own word: Huffman's, Fano's and Shannon's word lengths, Kraft's sum, coding both ways."""

import heapq
import string
from dataclasses import dataclass
from fractions import Fraction

from abacus.errors import BadInput
from abacus.settings import at_least, between, one_of
from measures import entropy, shares

DIGITS = string.digits + string.ascii_lowercase  # what words are written in, at most 36 of them


def kraft(lengths, digits=2):
    """Σ D^−l, exact. Words of these lengths, none the beginning of another, exist iff it is at most 1 (Kraft 1949)."""
    return sum(Fraction(1, digits**length) for length in lengths)  # eq. 9


def average(weights, lengths):
    """L = Σ p l: digits a message, on average."""
    return float(shares(weights) @ lengths)  # eq. 10


def huffman(weights, digits=2):
    """The word length of each message in a code of least average length (Huffman 1952).

    The D messages of least weight become one, again and again; each merger makes their words one digit longer. Of equal
    weights, the one that was listed or made last is taken first: that gives the lengths of the paper's own tables.
    Weights are added exactly, so that equal ones are found equal.
    """
    lengths = [0] * len(weights)
    heap = [(Fraction(str(weight)), -k, [k]) for k, weight in enumerate(weights)]
    heapq.heapify(heap)
    merged = 2 + (len(weights) - 2) % (digits - 1)  # eq. 11: the last merger is one of D
    made = len(weights)
    while len(heap) > 1:
        least = [heapq.heappop(heap) for _ in range(merged)]
        members = [k for _, _, group in least for k in group]
        for k in members:
            lengths[k] += 1
        heapq.heappush(heap, (sum(weight for weight, _, _ in least), -made, members))
        made, merged = made + 1, digits
    return lengths


def fano(weights, digits=2):
    """Word lengths by Fano's rule: messages sorted by weight, cut where both halves weigh most nearly the same, and so on."""
    if digits != 2:
        raise BadInput(f"digits={digits}: Fano's rule cuts in two, wanted 2")
    lengths = [0] * len(weights)
    groups = [sorted(range(len(weights)), key=lambda k: -weights[k])]
    while groups:
        group = groups.pop()
        if len(group) < 2:
            continue
        for k in group:
            lengths[k] += 1
        cut = _fairest([Fraction(str(weights[k])) for k in group])
        groups += [group[:cut], group[cut:]]
    return lengths


def _fairest(weights):
    """How many of `weights`, from the first, come nearest to half of their sum: at least one, and not all."""
    whole, left, best = sum(weights), Fraction(0), None
    for count, weight in enumerate(weights[:-1], 1):
        left += weight
        unfair = abs(whole - 2 * left)
        if best is None or unfair < best[0]:
            best = unfair, count
    return best[1]


def shannon(weights, digits=2):
    """Shannon's word lengths: the smallest l with D^−l ≤ p, exact. BadInput where a message has no weight."""
    exact = [Fraction(str(weight)) for weight in weights]
    if min(exact) == 0:
        raise BadInput(f"weights={list(weights)}: a message of weight 0 would need an endless word")
    return [_places(weight / sum(exact), digits) for weight in exact]


def _places(p, digits):
    length = 0
    while Fraction(1, digits**length) > p:  # eq. 12
        length += 1
    return length


METHODS = {"Huffman": huffman, "Fano": fano, "Shannon": shannon}


def words(lengths, digits=2):
    """Words of these lengths, none the beginning of another: numbers counted upwards, by length, then in the given order.

    BadInput where Kraft's sum is above 1: then there are none.
    """
    if kraft(lengths, digits) > 1:
        raise BadInput(f"no code has words of lengths {list(lengths)}: Kraft's sum is {kraft(lengths, digits)}")
    found, number, before = [""] * len(lengths), 0, 0
    for k in sorted(range(len(lengths)), key=lambda k: lengths[k]):
        number *= digits ** (lengths[k] - before)  # eq. 13
        found[k], before = _written(number, lengths[k], digits), lengths[k]
        number += 1
    return found


def _written(number, places, digits):
    text = ""
    for _ in range(places):
        number, digit = divmod(number, digits)
        text = DIGITS[digit] + text
    return text


def encode(messages, code):
    """The words of `messages`, one after the other; code: {message: word}."""
    return "".join([code[message] for message in messages])


def decode(digits, code, count):
    """The first `count` messages of a string of digits. BadInput where the digits end too early, too late or mean nothing."""
    meaning = {word: message for message, word in code.items()}
    found, word, longest = [], "", max(map(len, meaning), default=0)
    if count and "" in meaning:  # the only message there is: its word is empty
        found = [meaning[""]] * count
    for digit in digits:
        word += digit
        if word in meaning and len(found) < count:
            found.append(meaning[word])
            word = ""
        elif len(word) >= longest:
            raise BadInput(f"the digits {word[:40]} are no word of this code")
    if word or len(found) < count:
        raise BadInput(f"the digits end within a word, after {len(found)} of {count} messages")
    return found


@dataclass
class Code:
    messages: list[str]  # their names
    weights: list[float] = at_least(0)  # of the messages: probabilities or counts
    method: str = one_of(*METHODS)  # whose word lengths
    digits: int = between(2, len(DIGITS))  # of the alphabet that words are written in, the paper's D


def codewords(cfg: Code, job):
    """Word lengths of a code, and what a message costs on average beside the entropy."""
    if len(cfg.messages) != len(cfg.weights) or len(set(cfg.messages)) < len(cfg.messages):
        raise BadInput(f"messages: {len(cfg.messages)} for {len(cfg.weights)} weights: wanted as many, no name twice")
    p = shares(cfg.weights)
    lengths = METHODS[cfg.method](cfg.weights, cfg.digits)
    for message, share, word in zip(cfg.messages, p, words(lengths, cfg.digits)):
        print(f"{message:>8} {share:.4f} {word}")
    found = {f"L({message})": length for message, length in zip(cfg.messages, lengths)}
    return found | {"average": average(cfg.weights, lengths), "entropy": entropy(p)}
