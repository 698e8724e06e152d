"""Words as examples: a window of characters, and the character that follows. The lecture's split, bit by bit."""

import random
import re

import numpy as np

from abacus import data, settings, sheet, vocabulary
from abacus.errors import BadInput

END = "."  # begins and ends every word; its number is 0


def alphabet_of(words):
    """The characters of some words, sorted; END is 0."""
    return vocabulary.characters("".join(words), END)


def spelled(alphabet, numbers):
    """The word of some numbers, up to the first END."""
    return "".join(alphabet.decode(numbers)).split(END)[0]


def names():
    """The 32 033 names, in the order of the file."""
    return checked(list(data.load("makemore").names))


def manual():
    """The distinct words of four letters and more in the manual that Python carries with it, in their order."""
    return checked(list(dict.fromkeys(re.findall(r"\b[a-z]{4,15}\b", " ".join(data.manual().values())))))


def read(name):
    """The words called `name` ("manual" or "names"), or those of the file at this path, one a line, each once."""
    if name in WORDS:
        return WORDS[name]()
    try:
        words = [line.strip() for line in sheet.lines(data.given(name))]
        return checked(list(dict.fromkeys(filter(None, words))))
    except BadInput as error:
        raise BadInput(f"words={settings.shown(name)}: {error}") from None


WORDS = {"manual": manual, "names": names}


def checked(words):
    """`words`, once they can be learnt from: some, none empty, none with END or an unprintable character in it."""
    if len(words) < 10:
        raise BadInput(f"{len(words)} words: at least 10 are wanted, for training, validation and test")
    for i, word in enumerate(words, 1):
        if not word or END in word or not word.isprintable():
            raise BadInput(f"word {i} is {word!r}: wanted printable characters, and no {END!r}")
    return words


def split(words):
    """80 % to train, 10 % to validate, 10 % to test: shuffled as in the lecture, by Python's generator from seed 42."""
    words = list(words)
    random.Random(42).shuffle(words)
    first, second = int(0.8 * len(words)), int(0.9 * len(words))
    return words[:first], words[first:second], words[second:]


def examples(words, alphabet, block):
    """(contexts (n, block), labels (n,)): each character of each word, END too, with the `block` characters before it."""
    numbers = [np.concatenate([[0] * block, alphabet.encode(word), [0]]) for word in words]
    windows = np.lib.stride_tricks.sliding_window_view(np.concatenate(numbers), block + 1)
    starts = np.cumsum([0] + [len(each) for each in numbers[:-1]])
    chosen = np.concatenate([start + np.arange(len(word) + 1) for start, word in zip(starts, words)])
    return windows[chosen, :block], windows[chosen, block]
