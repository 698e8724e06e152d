"""The door of operations that compute in floats: whole numbers become floats, what is no real number is refused."""

import functools

import numpy as np

from abacus.errors import BadInput
from abacus.tensor import as_array, op


def floats(name, argument, array):
    """`array` as float32 or float64. Whole numbers, booleans and float16 become float32, long doubles float64, numbers of
    another byte order the machine's. BadInput for complex numbers, text and objects."""
    array = as_array(array)
    if array.dtype in (np.float32, np.float64):
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    if array.dtype.kind not in "iubf":
        raise BadInput(f"{name}: {argument} has type {array.dtype}, wanted real numbers")
    return array.astype(np.float32 if array.dtype.kind != "f" or array.dtype.itemsize < 4 else np.float64)


def entrywise(function):
    """`op` for a function of one array x, and of plain numbers: x comes to it as floats."""

    @functools.wraps(function)
    def of_floats(x, *numbers, **named):
        return function(floats(function.__name__, "x", x), *numbers, **named)

    return op(of_floats)
