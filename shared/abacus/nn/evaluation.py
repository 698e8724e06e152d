"""What a network says of many inputs, a part of them at a time."""

import numpy as np

from abacus.errors import BadInput
from abacus.tensor import Tensor, no_grad


def evaluate(function, inputs, size=1000):
    """function(part) over parts of `size` items, under no_grad, one below the other: an array (n, ...).

    `inputs` is an array (n, ...), or a tuple of arrays of n items each, which `function` takes as so many arguments. It
    is a network or any other function that gives a Tensor or an array with a row for each item. Another size may round
    differently in the last digit: a matrix product of other shape adds in another order. BadInput where lengths do not fit.

        answers = nn.evaluate(network, images).argmax(axis=1)
        losses = nn.evaluate(lambda x, y: ops.softmax_cross_entropy(network(x), y, reduction="none"), (images, labels))
    """
    arrays = inputs if isinstance(inputs, tuple) else (inputs,)
    count = len(arrays[0])
    if any(len(array) != count for array in arrays):
        raise BadInput(f"evaluate: arrays of {', '.join(str(len(array)) for array in arrays)} items: wanted as many")
    if size < 1:
        raise BadInput(f"evaluate: parts of {size} items: at least 1 is wanted")
    with no_grad():
        parts = [_rows(function, arrays, slice(i, i + size), count) for i in range(0, max(count, 1), size)]
    return np.concatenate(parts)


def _rows(function, arrays, part, count):
    found = function(*(array[part] for array in arrays))
    found = found.value if isinstance(found, Tensor) else np.asarray(found)
    wanted = min(part.stop, count) - part.start
    if found.ndim == 0 or len(found) != wanted:
        raise BadInput(f"evaluate: {wanted} items gave an array of shape {found.shape}: wanted a row for each")
    return found
