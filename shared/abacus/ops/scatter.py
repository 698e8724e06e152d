"""Reading and writing by index: gather, scatter, and sums of segments, with PyTorch's conventions (gather: torch.gather)."""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape, expect_word
from abacus.ops.conv import whole
from abacus.ops.floats import floats
from abacus.tensor import op

REDUCE = ("set", "sum", "multiply", "max", "min")


@op(whole="same", keeps=("index",))
def gather(x, index, axis=-1):
    """y[i, j] = x[i, index[i, j]] for axis 1, and so on; index has as many axes as x and is at most as long on the others. An
    entry that is read several times gets the sum of the gradients."""
    index = _places("gather", index)
    return _read(x, _place("gather", "x", x, index, axis))


@op(keeps=("index",))
def scatter(x, index, source, axis=-1, reduce="set"):
    """x, but y[i, index[i, j]] = source[i, j] for axis 1, and so on; index has as many axes as x and is at most as long as
    source on each.

    reduce: "set", where several name one entry the last one stands; "sum", "multiply", "max" or "min" of x's entry and all
    that name it. The gradient of an extreme goes to those that reach it, in equal parts.
    """
    index, x, source = _places("scatter", index), floats("scatter", "x", x), floats("scatter", "source", source)
    expect_word("scatter", "reduce", reduce, REDUCE)
    place = _place("scatter", "x", x, index, axis)
    if source.ndim != index.ndim or any(n > m for n, m in zip(index.shape, source.shape)):
        raise BadInput(f"scatter: source has shape {source.shape}, wanted at least the index's {index.shape}")
    part = tuple(slice(n) for n in index.shape)
    return _scattered(x, place, source, part, reduce)


@op(keeps=("index",))
def scatter_nd(x, index, source, reduce="set"):
    """x, but y[index[i]] = source[i], index (…, depth) naming entries, or slices, of the first `depth` axes of x; source
    (…, *x.shape[depth:]). reduce as in scatter. ONNX's ScatterND; for one axis index_add and index_copy of PyTorch."""
    index, x, source = (
        _places("scatter_nd", index),
        floats("scatter_nd", "x", x),
        floats("scatter_nd", "source", source),
    )
    expect_word("scatter_nd", "reduce", reduce, REDUCE)
    place = _deep_place("scatter_nd", x, index)
    expect_shape("scatter_nd", "source", source.shape, (*index.shape[:-1], *x.shape[index.shape[-1] :]))
    return _scattered(x, place, source, (), reduce)


@op(whole="same", keeps=("index",))
def gather_nd(x, index):
    """y[i] = x[index[i]], index (…, depth) naming entries, or slices, of the first `depth` axes of x: (…, *x.shape[depth:])."""
    index = _places("gather_nd", index)
    return _read(x, _deep_place("gather_nd", x, index))


def _read(x, place):
    """The entries of x at `place`, and the way back: an entry that is read several times gets the sum."""

    def pullback(dy):
        dx = np.zeros(x.shape, dy.dtype)
        np.add.at(dx, place, dy)
        return dx, None

    return x[place], pullback


@op(keeps=("segments",))
def segment_sum(x, segments, count):
    """y[s] = Σ x[i] over the rows i with segments[i] = s: x (rows, …), segments (rows,) in any order, y (count, …). A
    segment without a row is zero."""
    x, segments = floats("segment_sum", "x", x), _places("segment_sum", segments)
    expect_shape("segment_sum", "x", x.shape, ("rows", ...))
    expect_shape("segment_sum", "segments", segments.shape, (len(x),))
    if segments.size and not 0 <= segments.min() <= segments.max() < count:
        raise BadInput(
            f"segment_sum: segments run from {segments.min()} to {segments.max()}, wanted 0 to {count - 1}, count being {count}"
        )
    y = np.zeros((count, *x.shape[1:]), x.dtype)
    np.add.at(y, segments, x)
    return y, lambda dy: (lambda: dy[segments], None)


def one_hot(index, classes, axis=-1):
    """A float32 array of zeros with a one at index along a new axis of `classes` entries: index (…) of whole numbers; a
    negative one counts from the end. It has no gradient, and is a NumPy array."""
    index = _places("one_hot", index)
    if not whole(classes) or classes < 0:
        raise BadInput(f"one_hot: classes is {classes}, wanted a whole number of at least 0")
    if not -index.ndim - 1 <= axis <= index.ndim:
        raise BadInput(f"one_hot: axis is {axis}, wanted {-index.ndim - 1} to {index.ndim}")
    if index.size and not -classes <= index.min() <= index.max() < classes:
        raise BadInput(f"one_hot: index runs from {index.min()} to {index.max()}, wanted {-classes} to {classes - 1}")
    hot = np.expand_dims(index % max(classes, 1), -1) == np.arange(classes)
    return np.moveaxis(hot, -1, axis).astype(np.float32)


def _scattered(x, place, source, part, reduce):
    """(value, pullback) of x with source[part] put at `place`; part () is all of it."""
    given, y = source[part], x.astype(np.result_type(x, source))
    if reduce == "set":
        y[place] = given
    else:
        how = {"sum": np.add, "multiply": np.multiply, "max": np.maximum, "min": np.minimum}[reduce]
        how.at(y, place, given)

    def pullback(d):
        of_x, of_given = PULLBACKS[reduce](d, x, y, place, given)
        dsource = np.zeros(source.shape, d.dtype)
        dsource[part] = of_given
        return of_x, None, dsource

    return y, pullback


def _pull_set(d, x, y, place, given):
    own = np.full(x.shape, -1)  # the number of the last that was put here
    numbers = np.arange(given.size).reshape(given.shape)
    own[place] = numbers
    return d * (own < 0), d[place] * (own[place] == numbers)


def _pull_sum(d, x, y, place, given):
    return d, d[place]


def _pull_multiply(d, x, y, place, given):
    """Of each factor the product of the others: zeros are counted, so that nothing is divided by one."""
    zeros = np.array(x == 0, int)
    np.add.at(zeros, place, given == 0)
    rest = np.array(np.where(x == 0, 1, x))
    np.multiply.at(rest, place, np.where(given == 0, 1, given))

    def others(own, zeros, rest):
        without = rest / np.where(own == 0, 1, own)
        return np.where(zeros == (own == 0), without, 0)

    return d * others(x, zeros, rest), d[place] * others(given, zeros[place], rest[place])


def _pull_extreme(d, x, y, place, given):
    reach = np.array(x == y, d.dtype)
    hit, many = given == y[place], reach.copy()
    np.add.at(many, place, hit)
    share = d / np.maximum(many, 1)
    return share * reach, share[place] * hit


PULLBACKS = {"set": _pull_set, "sum": _pull_sum, "multiply": _pull_multiply, "max": _pull_extreme, "min": _pull_extreme}


def _places(name, index):
    index = np.asarray(index)
    if index.dtype.kind not in "iu" and index.size:
        raise BadInput(f"{name}: index has type {index.dtype}, wanted integers")
    return index.astype(np.intp)


def _place(name, argument, x, index, axis):
    """What NumPy takes for the entries [i, index[i, j], …]."""
    if index.ndim != x.ndim or not -x.ndim <= axis < max(x.ndim, 1):
        raise BadInput(
            f"{name}: index has shape {index.shape} and axis is {axis}, wanted as many axes as {argument} {x.shape}"
        )
    axis = axis % max(x.ndim, 1)
    if any(n > m for k, (n, m) in enumerate(zip(index.shape, x.shape)) if k != axis):
        raise BadInput(f"{name}: index has shape {index.shape}, wanted at most {x.shape} but for axis {axis}")
    _within(name, index, x.shape[axis] if x.ndim else 1)
    grid = list(np.indices(index.shape, sparse=True))
    if not x.ndim:
        return ()
    grid[axis] = index
    return tuple(grid)


def _deep_place(name, x, index):
    if not index.ndim or not 1 <= index.shape[-1] <= x.ndim:
        raise BadInput(
            f"{name}: index has shape {index.shape}, wanted (…, depth), depth from 1 to the {x.ndim} axes of x {x.shape}"
        )
    parts = tuple(np.moveaxis(index, -1, 0))
    for part, n in zip(parts, x.shape):
        _within(name, part, n)
    return parts


def _within(name, index, n):
    if index.size and (index.min() < -n or index.max() >= n):
        raise BadInput(f"{name}: index runs from {index.min()} to {index.max()}, wanted {-n} to {n - 1}")
