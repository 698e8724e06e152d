"""Broadcasting arithmetic, which the operators + - * / @ ** of a Tensor are. A Python number never changes a type."""

import math

import numpy as np

from abacus.errors import BadInput
from abacus.tensor import as_array, op


def sum_to(d, shape):
    """Undo broadcasting: sum `d` over the axes along which an array of `shape` was repeated."""
    if d.shape == shape:
        return d
    d = d.sum(axis=tuple(range(d.ndim - len(shape))))
    return d.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def _operand(a):
    """An array, or a plain Python number: NumPy's own float64 scalars are numbers too, and must not turn float32 into
    float64; neither must a list."""
    if isinstance(a, np.ndarray | float | int):
        return float(a) if isinstance(a, np.float64) else a
    return as_array(a) if isinstance(a, list | tuple) else np.asarray(a)


def _broadcasts(name, a, b):
    try:
        np.broadcast_shapes(np.shape(a), np.shape(b))
    except ValueError:
        raise BadInput(f"{name}: the shapes {np.shape(a)} and {np.shape(b)} do not broadcast together") from None


def pair(name, a, b):
    """Both operands, of shapes that broadcast together; BadInput, in the name of the operation, where they do not."""
    a, b = _operand(a), _operand(b)
    _broadcasts(name, a, b)
    return a, b


@op(whole="exact")
def add(a, b):
    """a + b."""
    a, b = pair("add", a, b)
    return a + b, lambda d: (lambda: sum_to(d, np.shape(a)), lambda: sum_to(d, np.shape(b)))


@op(whole="exact")
def subtract(a, b):
    """a - b."""
    a, b = pair("subtract", a, b)
    return a - b, lambda d: (lambda: sum_to(d, np.shape(a)), lambda: -sum_to(d, np.shape(b)))


@op(whole="exact")
def multiply(a, b):
    """a·b, entry by entry."""
    a, b = pair("multiply", a, b)
    return a * b, lambda d: (lambda: sum_to(d * b, np.shape(a)), lambda: sum_to(d * a, np.shape(b)))


@op
def divide(a, b):
    """a / b, entry by entry."""
    a, b = pair("divide", a, b)
    return a / b, lambda d: (lambda: sum_to(d / b, np.shape(a)), lambda: sum_to(-d * a / (b * b), np.shape(b)))


@op
def power(a, b):
    """a^b. The gradient with respect to b wants a >= 0 and takes a^b·log a as 0 at a = 0."""
    a, b = pair("power", a, b)
    y = a * a if np.ndim(b) == 0 and b == 2 else a**b

    def da(d):
        if np.ndim(b) == 0 and b == 2:
            return sum_to(d * (2 * a), np.shape(a))
        slope = np.where(b == 0, 0, b * np.power(a, np.where(b == 0, 1, b - 1), dtype=y.dtype))
        return sum_to(d * slope.astype(y.dtype), np.shape(a))

    def db(d):
        log = np.log(np.where(a > 0, a, 1)).astype(y.dtype)
        return sum_to(d * y * log, np.shape(b))

    return y, lambda d: (lambda: da(d), lambda: db(d))


@op(whole="exact")
def negative(a):
    """-a."""
    return -a, lambda d: (-d,)


@op(whole="exact")
def matmul(a, b):
    """a @ b with NumPy's rules: the last two axes are matrices, the others broadcast, a vector is a row or a column."""
    a, b = np.asarray(a), np.asarray(b)
    inner = b.shape[-2] if b.ndim > 1 else b.shape[-1:]
    if a.ndim == 0 or b.ndim == 0 or a.shape[-1] != (inner if b.ndim > 1 else b.shape[0]):
        raise BadInput(
            f"matmul: a has shape {a.shape}, b {b.shape}: the last axis of a must be the first of b's matrix"
        )
    _broadcasts("matmul", np.empty(a.shape[:-2]), np.empty(b.shape[:-2]))
    rows = a[None, :] if a.ndim == 1 else a
    columns = b[:, None] if b.ndim == 1 else b

    def pullback(d):
        if b.ndim == 1:
            d = d[..., None]
        if a.ndim == 1:
            d = d[..., None, :]

        def db():
            if b.ndim == 2 and a.ndim > 2:  # one product instead of many that are summed
                n = math.prod(rows.shape[:-1])  # said, since -1 is nothing where an axis has no entry
                return rows.reshape(n, rows.shape[-1]).T @ d.reshape(n, d.shape[-1])
            return sum_to(rows.swapaxes(-1, -2) @ d, columns.shape).reshape(b.shape)

        return lambda: sum_to(d @ columns.swapaxes(-1, -2), rows.shape).reshape(a.shape), db

    return a @ b, pullback
