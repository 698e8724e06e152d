"""The texts: what every Python carries with it, two data sets, or a file of the reader's; as bytes, or as 27 letters."""

import re
from pathlib import Path

import numpy as np

from abacus import data
from abacus.errors import BadInput

LETTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def manual():
    """The language reference that Python carries with it."""
    from pydoc_data.topics import topics

    return "\n\n".join(topics[name] for name in sorted(topics)).encode()


TEXTS = {
    "manual": manual,
    "The Time Machine": lambda: data.load("timemachine").text.encode(),
    "Tiny Shakespeare": lambda: data.load("tinyshakespeare").text.encode(),
}


def read(name):
    """The bytes of the text called `name`, or of the file at this path. BadInput where there is none, or it is empty."""
    if name in TEXTS:
        return TEXTS[name]()
    if not Path(name).is_file():
        raise BadInput(f"text={name}: no such file, and none of {', '.join(TEXTS)}")
    found = Path(name).read_bytes()
    if not found:
        raise BadInput(f"text={name}: the file is empty")
    return found


def letters(text):
    """Numbers 0 to 26 of a text's bytes as Shannon has it: capitals, and one space for whatever stands between words."""
    plain = re.sub(rb"[^A-Z]+", b" ", text.upper()).strip()
    return np.searchsorted(np.frombuffer(LETTERS.encode(), np.uint8), np.frombuffer(plain, np.uint8))
