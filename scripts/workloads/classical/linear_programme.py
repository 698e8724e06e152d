"""Netlib's e226 (223 rows, 282 columns) by the interior point: ours in Python on SuperLU beside HiGHS's in C++."""

import numpy as np
import scipy.sparse as sparse
from workloads.estimators import our

from abacus import data


def programme():
    return our("optimisation/programmes.from_mps")(data.load("netlib", "e226"))


def ours(threads):
    p, solve, method = programme(), our("optimisation/programmes.solve"), our("optimisation/interior.solve")
    return lambda: solve(p, method).objective


def highs(threads):
    from scipy.optimize import linprog

    p = programme()
    equal = p.row_low == p.row_high
    upper, lower = ~equal & np.isfinite(p.row_high), ~equal & np.isfinite(p.row_low)
    rows = sparse.vstack([p.matrix[upper], -p.matrix[lower]]).tocsc()
    right, ends = np.concatenate([p.row_high[upper], -p.row_low[lower]]), np.column_stack([p.low, p.high])
    same = p.matrix[equal], p.row_low[equal]
    return lambda: float(linprog(p.costs, rows, right, *same, ends, method="highs-ipm").fun)


PEERS = {"abacus": ours, "SciPy": highs}
