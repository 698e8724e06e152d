"""The texts: what every Python carries with it, two data sets, or a file of the reader's; as bytes, or as 27 letters."""

import re
from pathlib import Path

import numpy as np

from abacus import data
from abacus.errors import BadInput

LETTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZ"

MOST = 1 << 25  # bytes of a text: compress.py is for larger files


def manual():
    """The language reference that Python carries with it."""
    return "\n\n".join(data.manual().values()).encode()


TEXTS = {
    "manual": manual,
    "The Time Machine": lambda: data.load("timemachine").text.encode(),
    "Tiny Shakespeare": lambda: data.load("tinyshakespeare").text.encode(),
}


def read(name):
    """The bytes of the text called `name`, or of the file at this path. BadInput where there is none, or none of this size."""
    if name in TEXTS:
        return TEXTS[name]()
    if not Path(name).is_file():
        raise BadInput(f"text={name}: no such file, and none of {', '.join(TEXTS)}")
    size = Path(name).stat().st_size
    if not 0 < size <= MOST:
        raise BadInput(f"text={name}: the file has {size} bytes: wanted 1 to {MOST} (compress.py takes more)")
    return data.given(name).read_bytes()


def letters(text):
    """Numbers 0 to 26 of a text's bytes as Shannon has it: capitals, and one space for whatever stands between words."""
    plain = re.sub(rb"[^A-Z]+", b" ", text.upper()).strip()
    return np.searchsorted(np.frombuffer(LETTERS.encode(), np.uint8), np.frombuffer(plain, np.uint8))
