"""Mini-batches of arrays."""

from abacus.errors import BadInput


def batches(arrays, size, rng=None):
    """Tuples of `size` items of each array (the last: what remains), in the order of a permutation by `rng`, or as is.

    `arrays` is a tuple of arrays of equal length. Without `rng` the batches are views.
    """
    lengths = {len(array) for array in arrays}
    if len(lengths) != 1:
        raise BadInput(f"arrays of {', '.join(str(len(array)) for array in arrays)} items cannot go in one batch")
    if size < 1:
        raise BadInput(f"a batch of {size} items: at least 1 is wanted")
    count = lengths.pop()
    order = None if rng is None else rng.permutation(count)
    for start in range(0, count, size):
        chosen = slice(start, start + size) if order is None else order[start : start + size]
        yield tuple(array[chosen] for array in arrays)
