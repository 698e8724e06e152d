"""Rows of a table, by number."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.tensor import op


@op(keeps=("index",))
def embedding(index, table, padding_index=None):
    """table[index]: index (…) integers, table (rows, width), the result (…, width).

    The gradient adds dy into the rows that were taken, in order; the row padding_index gets none.
    """
    index = np.asarray(index)
    expect_shape("embedding", "table", table.shape, ("rows", "width"))
    if index.dtype.kind not in "iu":
        raise BadInput(f"embedding: index has type {index.dtype}, wanted integers")
    if index.size and not 0 <= index.min() <= index.max() < len(table):
        raise BadInput(f"embedding: index runs from {index.min()} to {index.max()}, wanted 0 to {len(table) - 1}")

    def dtable(dy):
        total = np.zeros_like(table)
        rows = np.ascontiguousarray(dy).reshape(index.size, table.shape[1])
        kernels.scatter.add_rows(total, index.reshape(-1).astype(np.intp), rows)
        if padding_index is not None:
            total[padding_index] = 0
        return total

    return table[index], lambda dy: (None, lambda: dtable(dy))
