"""What the core computes in, float32 and float64, and what becomes of numbers of other types: decided here, once.

float16 becomes float32 and a longer float float64; another byte order becomes the machine's own. Whole numbers and truth
values stay what they are in a Tensor, since they may be labels or places; an op that computes in floats turns them into
the floats that it is given besides, float32 where there are none. Complex numbers, texts, dates and objects are BadInput.
"""

import numpy as np

from abacus.errors import BadInput

SINGLE, DOUBLE, WHOLE = np.dtype(np.float32), np.dtype(np.float64), np.dtype(np.int64)


def plain(array, name):
    """`array` as float32, float64, whole numbers or truth values of the machine's byte order: itself where it is that.
    BadInput, in the name of what it is, where it holds anything else, or numbers that float64 cannot hold."""
    dtype = array.dtype
    if dtype in (SINGLE, DOUBLE):
        return array
    expect_numbers(array, name)
    if dtype.kind != "f":
        return array if dtype.isnative else array.astype(dtype.newbyteorder("="))
    with np.errstate(over="ignore"):
        changed = array.astype(SINGLE if dtype.itemsize <= SINGLE.itemsize else DOUBLE)
    if dtype.itemsize > DOUBLE.itemsize and (np.isinf(changed) & ~np.isinf(array)).any():
        raise BadInput(f"{name} holds a {dtype} that is beyond float64, wanted float32 or float64")
    return changed


def expect_numbers(array, name):
    """BadInput unless the array is of floats, whole numbers or truth values."""
    if array.dtype.kind not in "fiub":
        what = "texts" if array.dtype.kind in "US" else array.dtype
        raise BadInput(f"{name} has type {what}, wanted real numbers")


def floats(array, dtype):
    """`array` where it is of float32 or float64, else its numbers as that `dtype`."""
    return array if array.dtype in (SINGLE, DOUBLE) else array.astype(dtype)


def settled(arguments, names, keep, whole):
    """An op's `arguments`, which have these `names`, in numbers of one kind; those of which `keep` is true are left alone.

    Whole numbers become floats of the widest type among the others, float32 where there is none. Where no float is among
    the arguments and `whole` is "exact" they become int64, so that eight bits do not overflow; where it is "same" they stay.
    """
    found = [
        _argument(a, name, first=i == 0) if not kept else _kept(a, name)
        for i, (a, name, kept) in enumerate(zip(arguments, names, keep))
    ]
    own = [a for a, kept in zip(found, keep) if not kept and type(a) is np.ndarray]
    wanted = max((a.dtype for a in own if a.dtype.kind == "f"), key=lambda d: d.itemsize, default=None)
    if wanted is None:
        some = any(isinstance(a, float | np.floating) for a, kept in zip(found, keep) if not kept)
        wanted = SINGLE if some or whole == "floats" else WHOLE if whole == "exact" else None
    if wanted is None:
        return found
    return [
        _whole(a, name, wanted) if not kept and type(a) is np.ndarray and a.dtype.kind in "iub" else a
        for a, name, kept in zip(found, names, keep)
    ]


def _argument(a, name, first):
    """An argument that may be an array of numbers, or a number of NumPy's; anything else but a list in the first place is
    a setting of the op, which looks at it itself."""
    if isinstance(a, np.ndarray):
        return plain(a, name)
    if isinstance(a, list) and first:
        return listed(a, name)
    if isinstance(a, np.float16 | np.longdouble):
        return plain(np.asarray(a), name)[()]
    if isinstance(a, complex):
        raise BadInput(f"{name} is {a}, wanted a real number")
    return a


def _kept(a, name):
    if isinstance(a, np.ndarray):
        expect_numbers(a, name)
    return a


def listed(value, name):
    """A list, or a number of Python's, as an array: float32, or whole where all of it is. BadInput where it is ragged."""
    try:
        array = np.asarray(value)
    except BadInput:  # what stands in the list has said why
        raise
    except ValueError:
        raise BadInput(f"{name} is a list of parts of several lengths, wanted a rectangle of numbers") from None
    if array.dtype == DOUBLE and not isinstance(value, np.generic):
        return array.astype(SINGLE)
    return plain(array, name)


def _whole(array, name, wanted):
    if wanted == WHOLE and array.dtype == np.uint64 and array.size and array.max() > np.iinfo(WHOLE).max:
        raise BadInput(f"{name} holds {array.max()}, wanted whole numbers up to {np.iinfo(WHOLE).max}")
    return array.astype(wanted, copy=False)
