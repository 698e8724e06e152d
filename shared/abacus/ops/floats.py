"""Arguments that are arrays of floats, also where they come as a list or a plain number, which `op` leaves as they are."""

import functools

import numpy as np

from abacus import dtypes
from abacus.tensor import op


def floats(name, argument, array):
    """`array` as float32 or float64: what becomes of other types is said in abacus.dtypes. BadInput where it holds no real
    numbers."""
    if type(array) is np.ndarray and array.dtype in (dtypes.SINGLE, dtypes.DOUBLE):
        return array
    named = f"{name}: {argument}"
    array = dtypes.plain(array, named) if isinstance(array, np.ndarray) else dtypes.listed(array, named)
    return dtypes.floats(array, dtypes.SINGLE)


def entrywise(function):
    """`op` for a function of one array x, and of plain numbers: a number or a list will do for x."""

    @functools.wraps(function)
    def of_floats(x, *numbers, **named):
        return function(floats(function.__name__, "x", x), *numbers, **named)

    return op(of_floats)
