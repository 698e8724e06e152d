"""Sparse matrices: their product with a dense one, and softmax by rows. The places of the entries are fixed, the values
may be of any origin: constants, what dropout leaves of them, or (attention over a graph) the output of another op."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.tensor import op


class Pattern:
    """The places of a sparse matrix's entries, row by row: entry k stands in rows[k], columns[k]; `shape` is the matrix's.

    `transposed` holds the way through the same entries column by column, so that no step has to sort anything.
    """

    def __init__(self, rows, columns, shape):
        rows, columns = np.asarray(rows), np.asarray(columns)
        expect_shape("Pattern", "shape", np.shape(shape), (2,))
        expect_shape("Pattern", "rows", rows.shape, ("entries",))
        expect_shape("Pattern", "columns", columns.shape, rows.shape)
        for name, at, size in (("rows", rows, shape[0]), ("columns", columns, shape[1])):
            if at.size and at.dtype.kind not in "iu":
                raise BadInput(f"Pattern: {name} have type {at.dtype}, wanted integers")
            if at.size and not 0 <= at.min() <= at.max() < size:
                raise BadInput(f"Pattern: {name} run from {at.min()} to {at.max()}, wanted 0 to {size - 1}")
        if (rows[1:] < rows[:-1]).any():
            raise BadInput("Pattern: rows are out of order, wanted the entries row by row")
        self.rows, self.columns, self.shape = rows.astype(np.uint32), columns.astype(np.uint32), tuple(shape)
        self.starts = np.searchsorted(rows, np.arange(shape[0] + 1)).astype(np.uint32)
        order = np.argsort(columns, kind="stable")
        ends = np.searchsorted(columns[order], np.arange(shape[1] + 1)).astype(np.uint32)
        self.transposed = order, ends, self.rows[order]

    @staticmethod
    def of(matrix):
        """(values, pattern) of a scipy sparse matrix."""
        matrix = matrix.tocsr().sorted_indices()
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        return matrix.data, Pattern(rows, matrix.indices, matrix.shape)


@op
def sparse_matmul(values, x, pattern):
    """y[i] = Σ values[k] x[columns[k]] over the entries k of row i: values (entries,), x (columns, width) -> (rows, width).

    With heads, values (entries, heads) and x (columns, heads, width): a product for each. The gradient of a value is
    dy[i]·x[columns[k]], that of x the transposed product.
    """
    _check_values("sparse_matmul", values, pattern)
    expect_shape("sparse_matmul", "x", x.shape, (pattern.shape[1], *values.shape[1:], "width"))
    v = _by_head(values)
    dense = np.ascontiguousarray(x).reshape(len(x), v.shape[1], x.shape[-1])
    y = np.empty((pattern.shape[0], *dense.shape[1:]), np.result_type(v, dense))
    kernels.sparse.product(v, pattern.starts, pattern.columns, dense, y)

    def pullback(dy):
        dy = np.ascontiguousarray(dy).reshape(y.shape)

        def dvalues():
            dv = np.empty_like(v)
            kernels.sparse.entries(pattern.starts, pattern.columns, dy, dense, dv)
            return dv.reshape(values.shape)

        def dx():
            order, starts, rows = pattern.transposed
            total = np.empty_like(dense)
            kernels.sparse.product(v[order], starts, rows, dy, total)
            return total.reshape(x.shape)

        return dvalues, dx, None

    return y.reshape(pattern.shape[0], *x.shape[1:]), pullback


@op
def sparse_softmax(z, pattern):
    """softmax over the entries of each row: z (entries,) or (entries, heads), -inf for an entry that counts for nothing."""
    _check_values("sparse_softmax", z, pattern)
    p = np.empty(z.shape, z.dtype)
    columns = _by_head(p)
    kernels.sparse.softmax(_by_head(z), pattern.starts, columns)

    def pullback(dp):
        dz = np.empty_like(columns)
        kernels.sparse.softmax_pullback(_by_head(dp), columns, pattern.starts, dz)
        return dz.reshape(z.shape), None

    return p, pullback


def _check_values(name, values, pattern):
    if values.ndim not in (1, 2) or len(values) != len(pattern.columns):
        wanted = f"({len(pattern.columns)},) or ({len(pattern.columns)}, heads)"
        raise BadInput(f"{name}: values have shape {values.shape}, wanted {wanted} for this pattern")


def _by_head(values):
    """(entries,) as (entries, 1), contiguous; (entries, heads) as it is."""
    return np.ascontiguousarray(values).reshape(len(values), 1 if values.ndim == 1 else values.shape[1])
