"""Linear programmes: minimise c·x over row_low ≤ A x ≤ row_high, low ≤ x ≤ high; presolve, scaling, certificates."""

import math
from typing import NamedTuple

import numpy as np
import scipy.sparse as sparse

from abacus.errors import BadInput

ROUNDS = 20  # of presolve
LARGEST = math.sqrt(np.finfo(float).max)  # of a cost or an entry: products of two are numbers still


class Programme(NamedTuple):
    """costs (n,), matrix A (m, n) sparse by columns, ends of the rows (m,) and of x (n,), which may be infinite."""

    costs: np.ndarray
    matrix: sparse.csc_array
    row_low: np.ndarray
    row_high: np.ndarray
    low: np.ndarray
    high: np.ndarray
    constant: float = 0.0


class Solution(NamedTuple):
    """`status` is "optimal", "infeasible", "unbounded" or "stopped"; x (n,), objective c·x, a price for each row (m,).

    `certificate` proves the second and the third: multipliers of the rows (m,) for `shows_infeasible`, a ray (n,) for
    `shows_unbounded`; else None.
    """

    status: str
    x: np.ndarray
    objective: float
    prices: np.ndarray
    steps: int
    certificate: np.ndarray | None


def programme(costs, matrix, row_low=-math.inf, row_high=math.inf, low=0.0, high=math.inf, constant=0.0):
    """A Programme from arrays or lists; an end may be one number for all. BadInput where shapes or ends do not fit."""
    try:
        costs, matrix = np.atleast_1d(np.asarray(costs, float)), sparse.csc_array(matrix, dtype=float, copy=True)
    except (TypeError, ValueError) as wrong:
        raise BadInput(f"programme: costs or matrix are no numbers: {wrong}") from None
    matrix.eliminate_zeros()
    m, n = matrix.shape
    if not m or not n:
        raise BadInput(f"programme: {m} rows and {n} columns; wanted at least one of each")
    if costs.shape != (n,):
        raise BadInput(f"programme: {costs.shape} costs for {n} columns")
    if not ((np.abs(costs) <= LARGEST).all() and (np.abs(matrix.data) <= LARGEST).all()):
        raise BadInput(f"programme: costs and matrix must be finite, and at most {LARGEST:.2g} in size")
    if not math.isfinite(constant):
        raise BadInput(f"programme: the constant is {constant}, wanted a finite number")
    ends = []
    for name, given, length in (
        ("row_low", row_low, m), ("row_high", row_high, m), ("low", low, n), ("high", high, n)
    ):  # fmt: skip
        given = np.asarray(given, float)
        if given.shape not in ((), (length,)) or np.isnan(given).any():
            raise BadInput(f"programme: {name} has shape {given.shape} or holds nan; wanted a number or ({length},)")
        ends.append(np.broadcast_to(given, (length,)).copy())
    for kind, below, above in (("row", *ends[:2]), ("variable", *ends[2:])):
        wrong = np.flatnonzero((below > above) | (below == math.inf) | (above == -math.inf))
        if len(wrong):
            k = wrong[0]
            raise BadInput(f"programme: {kind} {k}: {below[k]:g} to {above[k]:g} is empty: its sides cross")
    return Programme(costs, matrix, *ends, float(constant))


def from_mps(loaded):
    """The Programme of a file that abacus.data.mps has read."""
    shape = len(loaded.row_low), len(loaded.costs)
    matrix = sparse.csc_array((loaded.values, (loaded.rows, loaded.columns)), shape=shape)
    return programme(loaded.costs, matrix, loaded.row_low, loaded.row_high, loaded.low, loaded.high, loaded.constant)


def solve(asked, method, presolve=True):
    """The Solution of a Programme by simplex.solve or interior.solve, after presolve and scaling; both are undone in it."""
    reduced = reduce(asked) if presolve else Reduced(asked, *_all_of(asked), [], "")
    if reduced.wrong:
        return solve(asked, method, presolve=False)  # the method itself proves what presolve has seen
    if not len(reduced.columns):  # nothing is left to choose
        x, prices = reduced.restore(np.zeros(0), np.zeros(0), asked)
        return Solution("optimal", x, float(asked.costs @ x), prices, 0, None)
    scaled, row_scale, column_scale = scale(reduced.programme)
    found = method(scaled)
    if found.status in ("infeasible", "unbounded"):
        if presolve:
            return solve(asked, method, presolve=False)
        by = row_scale if found.status == "infeasible" else column_scale
        return found._replace(certificate=found.certificate * by, x=found.x * column_scale)
    x, prices = reduced.restore(found.x * column_scale, found.prices * row_scale, asked)
    return found._replace(x=x, prices=prices, objective=float(asked.costs @ x))


def scale(asked):
    """(the Programme R A C with entries near 1, diag R, diag C): powers of two, so nothing is rounded  (eq. 21)."""
    size = abs(asked.matrix).tocoo()
    m, n = asked.matrix.shape
    r, c = np.ones(m), np.ones(n)
    i, j = size.coords
    for _ in range(4):
        for own, other, at, across, length in ((r, c, i, j, m), (c, r, j, i, n)):
            values = size.data * other[across]
            most, least = np.zeros(length), np.full(length, math.inf)
            np.maximum.at(most, at, values)
            np.minimum.at(least, at, values)
            own[:] = 1 / np.sqrt(np.where(most > 0, most, 1.0) * np.where(most > 0, least, 1.0))
    r, c = 2.0 ** np.round(np.log2(r)), 2.0 ** np.round(np.log2(c))  # eq. 21
    matrix = sparse.csc_array(sparse.diags_array(r) @ asked.matrix @ sparse.diags_array(c))
    return (
        Programme(asked.costs * c, matrix, asked.row_low * r, asked.row_high * r, asked.low / c, asked.high / c),
        r,
        c,
    )


class Reduced(NamedTuple):
    """A smaller Programme; the rows and columns of the first that it keeps; x with what is fixed; rows that became ends."""

    programme: Programme
    rows: np.ndarray
    columns: np.ndarray
    fixed: np.ndarray
    singles: list
    wrong: str

    def restore(self, x, prices, first):
        """x (n,) and prices (m,) of the first Programme: a row of one entry has the price of the end that it stands for."""
        whole, price = self.fixed.copy(), np.zeros(len(first.row_low))
        whole[self.columns], price[self.rows] = x, prices
        reduced = first.costs - first.matrix.T @ price
        for i, j, a in reversed(self.singles):
            near = 1e-9 * max(1.0, abs(whole[j]))
            own = (whole[j] - first.low[j] <= near and reduced[j] > 0) or (
                first.high[j] - whole[j] <= near and reduced[j] < 0
            )
            end = first.row_low[i] if (reduced[j] > 0) == (a > 0) else first.row_high[i]
            if not own and reduced[j] and abs(a * whole[j] - end) <= near * abs(a):
                price[i] = reduced[j] / a
                reduced[j] = 0.0
        return whole, price


def reduce(asked):
    """Presolve: fixed and empty columns leave, rows of one entry become ends of x, empty rows are checked and leave."""
    matrix, by_rows = asked.matrix, sparse.csr_array(asked.matrix)
    pattern = sparse.csr_array((np.ones(by_rows.nnz), by_rows.indices, by_rows.indptr), shape=by_rows.shape)
    rows, columns, x, singles, wrong = *_masks(asked), np.zeros(len(asked.costs)), [], ""
    low, high = asked.low.copy(), asked.high.copy()
    for _ in range(ROUNDS):
        count = pattern @ columns.astype(float)
        single, empty = rows & (count == 1), rows & (count == 0)
        lonely = columns & (pattern.T @ rows.astype(float) == 0)
        fixed = columns & (low == high)
        if not (single.any() or empty.any() or lonely.any() or fixed.any()):
            break
        moved = matrix @ np.where(columns, 0.0, x)
        near = 1e-9 * (1 + np.abs(moved))
        if (empty & ((asked.row_low - moved > near) | (moved - asked.row_high > near))).any():
            wrong = "a row without entries asks for a number other than 0"
        for i in np.flatnonzero(single):
            places = slice(by_rows.indptr[i], by_rows.indptr[i + 1])
            alive = columns[by_rows.indices[places]]
            j, a = by_rows.indices[places][alive][0], by_rows.data[places][alive][0]
            ends = sorted(((asked.row_low[i] - moved[i]) / a, (asked.row_high[i] - moved[i]) / a))
            low[j], high[j] = max(low[j], ends[0]), min(high[j], ends[1])
            singles.append((i, j, a))
            if low[j] > high[j]:
                if low[j] - high[j] > 1e-9 * (1 + abs(low[j])):
                    wrong = "a row of one entry asks for more than its variable may be"
                low[j] = high[j]
        for j in np.flatnonzero(lonely):
            x[j] = _cheapest(asked.costs[j], low[j], high[j])
            if not math.isfinite(x[j]):
                wrong = "a variable in no row may fall in cost for ever"
        x = np.where(fixed, low, x)
        rows, columns = rows & ~single & ~empty, columns & ~lonely & ~fixed
        if wrong:
            break
    moved = matrix @ np.where(columns, 0.0, x)
    kept = Programme(
        asked.costs[columns],
        matrix[:, columns][rows],
        (asked.row_low - moved)[rows],
        (asked.row_high - moved)[rows],
        low[columns],
        high[columns],
    )
    return Reduced(kept, np.flatnonzero(rows), np.flatnonzero(columns), np.where(columns, 0.0, x), singles, wrong)


def _cheapest(cost, low, high):
    if cost > 0 or (cost == 0 and math.isfinite(low)):
        return low
    if cost < 0 or math.isfinite(high):
        return high
    return 0.0


def _masks(asked):
    return np.ones(len(asked.row_low), bool), np.ones(len(asked.costs), bool)


def _all_of(asked):
    return np.arange(len(asked.row_low)), np.arange(len(asked.costs)), np.zeros(len(asked.costs))


def shows_infeasible(asked, y):
    """By how much the multipliers y prove that no x exists: y·(A x) over the box lies above y·(row) over the ends  (eq. 24).

    Above 0 it is a proof (Farkas); entries of Aᵀy below rounding count as 0.
    """
    r = asked.matrix.T @ y
    noise = 1e-9 * (abs(asked.matrix).T @ np.abs(y))
    r = np.where(np.abs(r) <= noise, 0.0, r)
    y = np.where(np.abs(y) <= 1e-9 * np.abs(y).max(initial=0.0), 0.0, y)
    return max(  # eq. 24, with either sign of y
        _least(s * r, asked.low, asked.high) + _least(-s * y, asked.row_low, asked.row_high) for s in (1.0, -1.0)
    )


def shows_unbounded(asked, ray):
    """By how much each step along the ray lowers c·x, if A ray and ray leave all ends that are there; else −inf."""
    size = np.abs(ray).max(initial=0.0)
    activity = asked.matrix @ ray
    noise = 1e-9 * (abs(asked.matrix) @ np.abs(ray) + size)
    for move, near, low, high in (
        (activity, noise, asked.row_low, asked.row_high), (ray, 1e-9 * size, asked.low, asked.high)
    ):  # fmt: skip
        if (((move < -near) & np.isfinite(low)) | ((move > near) & np.isfinite(high))).any():
            return -math.inf
    return float(-(asked.costs @ ray))


def _least(r, low, high):
    """min r·x over low ≤ x ≤ high."""
    used = r != 0
    ends = np.where(r > 0, low, high)
    return float((r[used] * ends[used]).sum()) if used.any() else 0.0
