"""The revised simplex method with bounds: one basis, its sparse LU, and a row of elementary columns on top of it."""

import math

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import splu

import door
from programmes import Solution

FEASIBLE, DUAL, PIVOT = 1e-9, 1e-9, 1e-9
REFACTOR = 64  # elementary columns before the basis is factored anew
BASIC, LOW, HIGH, FREE = 0, 1, 2, 3


class Basis:
    """B = L U E₁ E₂ ...: E_k is the identity with one column exchanged (the product form; eq. 22)."""

    def __init__(self, columns):
        self.lu, self.etas = splu(columns, permc_spec="COLAMD"), []

    def solve(self, b):
        """B⁻¹ b."""
        x = self.lu.solve(b)
        for r, column in self.etas:
            t = x[r] / column[r]  # eq. 22
            x -= t * column
            x[r] = t
        return x

    def solve_transposed(self, b):
        """B⁻ᵀ b."""
        b = b.copy()
        for r, column in reversed(self.etas):
            b[r] += (b[r] - column @ b) / column[r]
        return self.lu.solve(b, trans="T")

    def exchange(self, r, column):
        """The r-th column of B is exchanged for one whose B⁻¹ a is `column`."""
        self.etas.append((r, column))


class _State:
    """Which variables are basic, where the others stand, and all values."""

    def __init__(self, asked):
        m, n = asked.matrix.shape
        self.whole = sparse.csc_array(sparse.hstack([asked.matrix, -sparse.eye_array(m)]))
        self.rows = sparse.csr_array(self.whole.T)
        self.low, self.high = np.concatenate([asked.low, asked.row_low]), np.concatenate([asked.high, asked.row_high])
        self.costs = np.concatenate([asked.costs, np.zeros(m)])
        self.basis = np.arange(n, n + m)
        lowest, highest = np.isfinite(self.low), np.isfinite(self.high)
        near = np.abs(np.where(lowest, self.low, np.inf)) <= np.abs(np.where(highest, self.high, np.inf))
        self.place = np.where(lowest & near, LOW, np.where(highest, HIGH, np.where(lowest, LOW, FREE)))
        self.place[self.basis] = BASIC
        self.x = np.select([self.place == LOW, self.place == HIGH], [self.low, self.high], 0.0)
        self.weight = np.ones(m + n)
        self.factor()

    def factor(self):
        self.lu = Basis(self.whole[:, self.basis])
        self.x[self.basis] = 0.0
        right = -(self.whole @ self.x)
        found = self.lu.solve(right)
        found += self.lu.solve(right - self.whole[:, self.basis] @ found)
        self.x[self.basis] = found

    def infeasibility(self):
        """−1 for each basic variable below its low end, 1 above its high end; and the sum of what is missing."""
        x, low, high = self.x[self.basis], self.low[self.basis], self.high[self.basis]
        wrong = (x > high + FEASIBLE) * 1.0 - (x < low - FEASIBLE)
        return wrong, float(np.where(wrong > 0, x - high, 0).sum() + np.where(wrong < 0, low - x, 0).sum())


def solve(asked, most=50_000, watch=lambda x: None):
    """The Solution of a Programme: first the sum of infeasibilities is made 0, then c·x is made least  (eq. 23).

    Each step lets the variable in whose reduced cost is largest for its weight (devex; Forrest & Goldfarb 1992), and out
    the one that the two-pass test of Harris (1973) chooses. Where c·x stands still for long the ends are moved apart a
    little, at random from one seed, and moved back at the end. `watch` is given x before each step.
    """
    door.whole(most=most)
    state, stalled, true, steps = _State(asked), 0, None, 0
    n, rng, last = len(asked.costs), np.random.default_rng(0), math.inf
    while True:
        if len(state.lu.etas) >= REFACTOR:
            state.factor()
        wrong, missing = state.infeasibility()
        first = missing > 0
        y = state.lu.solve_transposed(wrong if first else state.costs[state.basis])
        reduced = (0.0 if first else state.costs) - state.rows @ y  # eq. 23
        reduced[state.basis] = 0.0
        entering = _price(state, reduced)
        if entering is None and true is not None:
            state.low, state.high = true
            true, stalled = None, -math.inf
            state.x = np.select([state.place == LOW, state.place == HIGH], [state.low, state.high], state.x)
            state.factor()
            continue
        if entering is None and state.lu.etas:  # once more, with a basis that is not worn by exchanges
            state.factor()
            continue
        watch(state.x[:n])
        if entering is None:
            return _solution(asked, state, y, "infeasible" if first else "optimal", steps, y if first else None)
        if steps == most:
            return _solution(asked, state, y, "stopped", steps, None)
        value = missing if first else float(state.costs @ state.x)
        stalled, last = stalled + 1 if value >= last - 1e-12 * abs(last) else 0, value
        if stalled > 100 and true is None:
            true, stalled = (state.low.copy(), state.high.copy()), 0
            _loosen(state, rng)
            continue
        ray = _step(state, entering, reduced[entering], wrong if first else None)
        steps += 1
        if ray is not None:
            return _solution(asked, state, y, "unbounded", steps, ray[:n])


def _solution(asked, state, y, status, steps, certificate):
    x = state.x[: len(asked.costs)].copy()
    return Solution(status, x, float(asked.costs @ x), y, steps, certificate)


def _loosen(state, rng):
    """Ends moved apart by a random millionth of their size: degenerate vertices fall apart into simple ones."""
    for ends, sign, place in ((state.low, -1.0, LOW), (state.high, 1.0, HIGH)):
        free = np.isfinite(ends) & (state.low != state.high)
        shift = sign * 1e-6 * (1 + np.abs(ends)) * (0.5 + rng.random(len(ends)))
        ends[free] += shift[free]
        at = state.place == place
        state.x[at] = ends[at]
    state.factor()


def _price(state, reduced):
    """The variable that enters: the largest d²/weight of those whose move lowers the objective; None where there is none."""
    good = (state.place == LOW) & (reduced < -DUAL) | (state.place == HIGH) & (reduced > DUAL)
    good |= (state.place == FREE) & (np.abs(reduced) > DUAL)
    good &= state.low != state.high
    score = np.where(good, reduced * reduced / state.weight, 0.0)
    best = int(score.argmax())
    return best if score[best] > 0 else None


def _step(state, entering, slope, wrong):
    """Move `entering` until an end stops it; the ray (n + m,) where none does."""
    way = -1.0 if slope > 0 else 1.0
    begin, end = state.whole.indptr[entering], state.whole.indptr[entering + 1]
    a = np.zeros(len(state.basis))
    a[state.whole.indices[begin:end]] = state.whole.data[begin:end]
    column = state.lu.solve(a)
    down = way * column  # the basic variables fall by so much for each unit
    x, low, high = state.x[state.basis], state.low[state.basis], state.high[state.basis]
    towards_low, towards_high = down > PIVOT, down < -PIVOT
    if wrong is not None:  # what is outside goes to the end that it misses, and stops there
        low, high = np.where(wrong > 0, high, low), np.where(wrong < 0, low, high)
        towards_low &= wrong >= 0
        towards_high &= wrong <= 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        room = np.where(towards_low, x - low, np.where(towards_high, high - x, math.inf))
        speed = np.abs(down)
        moving = towards_low | towards_high
        longest = np.where(moving, (room + FEASIBLE) / speed, math.inf).min(initial=math.inf)
        ratio = np.where(moving, room / speed, math.inf)
    across = state.high[entering] - state.low[entering]
    if longest == math.inf and across == math.inf:
        ray = np.zeros(len(state.x))
        ray[entering], ray[state.basis] = way, -down
        return ray
    if across <= longest:  # it moves to its other end, and the basis stays
        state.x[state.basis] = x - across * down
        state.place[entering] = HIGH if way > 0 else LOW
        state.x[entering] = state.high[entering] if way > 0 else state.low[entering]
        return None
    r = int(np.where(ratio <= longest, speed, 0.0).argmax())
    length = max(0.0, ratio[r])
    leaving = state.basis[r]
    state.x[state.basis] = x - length * down
    state.x[entering] += way * length
    at_low = wrong[r] < 0 if wrong is not None and wrong[r] else towards_low[r]
    state.place[leaving] = LOW if at_low else HIGH
    state.x[leaving] = state.low[leaving] if at_low else state.high[leaving]
    _weigh(state, entering, leaving, r, column)
    state.place[entering], state.basis[r] = BASIC, entering
    state.lu.exchange(r, column)
    if abs(column[r]) < 1e-7:
        state.factor()
    return None


def _weigh(state, entering, leaving, r, column):
    """Devex: the weight of each variable grows with its entry in the pivot's row."""
    unit = np.zeros(len(state.basis))
    unit[r] = 1.0
    row = state.rows @ state.lu.solve_transposed(unit) / column[r]
    own = state.weight[entering]
    np.maximum(state.weight, row * row * own, out=state.weight)
    state.weight[leaving] = max(own / column[r] ** 2, 1.0)
    if own > 1e8:
        state.weight[:] = 1.0
