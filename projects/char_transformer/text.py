"""A text: reading it, its two parts, and windows of its numbers."""

import re
from pathlib import Path

import numpy as np

from abacus import data
from abacus.errors import BadInput


def shakespeare():
    """Tiny Shakespeare: 1 115 394 characters, 65 of them different (Karpathy 2015)."""
    return data.load("tinyshakespeare").text


def manual():
    """The language reference that Python carries with it: ASCII, without what indents its lines."""
    text = "\n\n".join(data.manual().values())
    return re.sub(" {2,}", " ", text.encode("ascii", "ignore").decode())


TEXTS = {"shakespeare": shakespeare, "manual": manual}


def read(name):
    """The text called `name`, or that of the file at this path: UTF-8, a mark at its head left out, each line ending in LF.

    BadInput where it is no text.
    """
    if name in TEXTS:
        return TEXTS[name]()
    path = Path(name)
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no such file"
        raise BadInput(f"text={name}: {what}, and none of {', '.join(TEXTS)}")
    try:
        text = data.given(path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise BadInput(f"text={name}: not a text: byte {error.start} is not UTF-8") from None
    if not text.strip():
        raise BadInput(f"text={name}: the file is empty")
    if "\0" in text:
        raise BadInput(f"text={name}: not a text: there is a zero byte at {text.index(chr(0))}")
    return text


def split(numbers, block):
    """The first 90 % to train, the rest to validate. BadInput where a part is not longer than one window of `block`."""
    cut = int(0.9 * len(numbers))
    parts = numbers[:cut], numbers[cut:]
    if min(map(len, parts)) <= block:
        raise BadInput(
            f"a text of {len(numbers)} characters leaves {len(parts[1])} to validate: more than block={block} are wanted"
        )
    return parts


def batch(numbers, block, size, rng):
    """(x, y), each (size, block): windows at random places, and the same one character later."""
    starts = rng.integers(0, len(numbers) - block, size)
    places = starts[:, None] + np.arange(block + 1)
    windows = numbers[places]
    return windows[:, :-1], windows[:, 1:]


def windows(numbers, block):
    """(x, y), each (windows, block): the whole text cut into windows that do not overlap; what remains is left out."""
    count = (len(numbers) - 1) // block
    return numbers[: count * block].reshape(count, block), numbers[1 : count * block + 1].reshape(count, block)
