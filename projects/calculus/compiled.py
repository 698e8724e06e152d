"""The loops of adaptive.py and runge_kutta.py as machine code, for integrands and slopes that are compiled too."""

from functools import cache
from types import FunctionType

import numpy as np

from abacus.kernels import FAST  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

import adaptive
import runge_kutta

_jit = njit(error_model="numpy", fastmath=FAST)
_estimate = _jit(adaptive.estimate)


@_jit
def _piece(f, low, high, start, way, nodes, weights, coarse):
    """`adaptive.piece` for a compiled f of one number: one pass over the points, and one over their values."""
    half = (high - low) / 2
    y = np.empty(len(nodes))
    fine, rough, size, spread, bad = 0.0, 0.0, 0.0, 0.0, np.nan
    for i in range(len(nodes)):
        x = low + half + half * nodes[i]
        y[i] = f(x) if way == 0 else f(start + way * (1 - x) / x) / (x * x)
        if not np.isfinite(y[i]):
            bad = x
        fine += weights[i] * y[i]
        rough += coarse[i] * y[i]
        size += weights[i] * abs(y[i])
    for i in range(len(nodes)):
        spread += weights[i] * abs(y[i] - fine / 2)
    return fine * half, _estimate(abs(fine - rough), size, spread) * half, size * half, bad


@_jit
def _at_end(f, low, high, upper, start, way, shares, weights, coarse):
    """`adaptive.at_end` for a compiled f of one number."""
    end, width = (high, low - high) if upper else (low, high - low)
    y, count = np.empty(len(shares)), 0
    fine, rough, size, spread = 0.0, 0.0, 0.0, 0.0
    for i in range(len(shares)):
        x = end + width * shares[i]
        if x == end:
            break
        y[i] = f(x) if way == 0 else f(start + way * (1 - x) / x) / (x * x)
        if not np.isfinite(y[i]):
            break
        fine += weights[i] * y[i]
        rough += coarse[i] * y[i]
        size += weights[i] * abs(y[i])
        count += 1
    if count == 0:
        return 0.0, np.inf, 0.0
    for i in range(count):
        spread += weights[i] * abs(y[i] - fine)
    beyond = weights[count - 1] * abs(y[count - 1])
    return fine * abs(width), (_estimate(abs(fine - rough), size, spread) + beyond) * abs(width), size * abs(width)


_pieces = _jit(adaptive.pieces)


@cache
def _core(f):
    """`adaptive.pieces` as one piece of machine code, f and the rules included."""
    f, rule, end_rule = _own(f), adaptive.pair(), adaptive.end_rule()

    @_jit
    def core(low, high, start, way, tolerance):
        return _pieces(_piece, _at_end, f, low, high, start, way, tolerance, rule, end_rule)

    return core


def integrate(f, a, b, tolerance=1e-10):
    """`adaptive.integrate` of a function of one number that numba can compile, or has compiled."""
    return adaptive.integrate(f, a, b, tolerance, lambda f, *place: _core(f)(*place))


def solve(f, t, y, end, rtol, atol):
    """`runge_kutta.solve` of slopes f(t, y) that numba can compile, or has compiled; y and f's value are arrays (n,)."""
    return runge_kutta.solve(_own(f), t, y, end, rtol, atol, _pair())


@cache
def _own(f):
    return f if hasattr(f, "py_func") else _jit(f)


@_jit
def _mixed(weights, k, count):
    total = weights[0] * k[0]
    for j in range(1, count):
        total += weights[j] * k[j]
    return total


@cache
def _pair():
    """runge_kutta.pair with all that it calls compiled."""
    scope = vars(runge_kutta) | {"mixed": _mixed}
    for name in ("norm", "first_step", "doubled", "pair"):
        function = getattr(runge_kutta, name)
        scope[name] = _jit(FunctionType(function.__code__, scope, name))
    return scope["pair"]
