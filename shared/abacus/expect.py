"""What must hold of an argument before a loop takes its bounds from it: one line of BadInput where it does not.

A compiled loop reads as far as one array's shape says, in all its arrays: another array that is shorter would be read past
its end. So every public operation and optimiser asks here first.
"""

from abacus import settings
from abacus.dtypes import DOUBLE, SINGLE
from abacus.errors import BadInput


def expect_real(name, argument, array):
    """BadInput unless the array is of float32 or float64: one that is written in place cannot become another type."""
    if array.dtype not in (SINGLE, DOUBLE):
        raise BadInput(f"{name}: {argument} has type {array.dtype}, wanted float32 or float64")


def expect_shape(name, argument, got, wanted):
    """BadInput unless the shape `got` is `wanted`: expect_shape("lstm", "c", c.shape, h.shape).

    `name` is the operation and `argument` the argument as its caller knows them. A length may be a word, which says what
    an axis of any length is: ("time", "batch", 64). One entry may be ..., which stands for any number of axes.
    """
    if got != wanted and not _fits(got, wanted):
        raise BadInput(f"{name}: {argument} has shape {_written(got)}, wanted {_written(wanted)}")


def expect_broadcast(name, argument, got, wanted):
    """BadInput unless an array of shape `got` can be repeated, by NumPy's rules, to the shape `wanted` and no further."""
    if got != wanted:
        spare = len(wanted) - len(got)
        if spare < 0 or any(n not in (1, m) for n, m in zip(got, wanted[spare:])):
            raise BadInput(
                f"{name}: {argument} has shape {_written(got)}, which does not broadcast to {_written(wanted)}"
            )


def expect_word(name, argument, word, words):
    """BadInput unless `word` is one of `words` (None may be one), with the word that was perhaps meant."""
    if not (word is None or isinstance(word, str)) or word not in words:
        *first, last = ("None" if w is None else w for w in words)
        known = [w for w in words if w is not None]
        wanted = f"{', '.join(first)} or {last}" if first else last
        raise BadInput(f"{name}: {argument} is {word!r}, wanted {wanted}{settings.suggestion(word, known)}")


def _fits(got, wanted):
    if ... in wanted:
        place, spare = wanted.index(...), len(got) - (len(wanted) - 1)
        got, wanted = got[:place] + got[place + spare :], wanted[:place] + wanted[place + 1 :]
        if spare < 0:
            return False
    return len(got) == len(wanted) and all(type(m) is str or n == m for n, m in zip(got, wanted))


def _written(shape):
    """As Python writes a shape, words and … without quotes: (time, 4, 8), (8,)."""
    entries = ["…" if n is ... else str(n) for n in shape]
    return f"({', '.join(entries)}{',' * (len(entries) == 1)})"
