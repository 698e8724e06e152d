"""Adaptive quadrature: Gauss and Kronrod's rules on ever smaller pieces; at a hard end, the double exponential rule."""

import itertools
import math
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache

import numpy as np

import series
from abacus.errors import BadInput
from expressions import Formula
from quadrature import gauss_legendre

POINTS = 10  # of Gauss's rule; Kronrod's has 21, of which these are 10
PIECES = 1500  # at most
NARROWEST = 2.0**-400  # of a piece, against the whole: x⁻⁰·⁹ needs 330 halvings, and 1/x never ends
FLOOR = 50 * np.finfo(float).eps  # of the error's estimate, against ∫|f|: rounding
LEAST, MOST = 1e-13, 1e-8  # tolerance: what rounding allows; a looser one takes poles for peaks
STEP = 1 / 8  # of the rule for an end, in t
NEAR, FAR = 5.5, 3.25  # largest |t| on its two sides: 10⁻¹⁶⁷ of the piece is where x⁻⁰·⁹ ends
NARROW = 0.3  # of the range: a piece at an end is tried by that rule once it was halved twice
SPLITS = 8  # points in the inside at which the integrand may be infinite or undefined


def kronrod(n, digits=30):
    """Kronrod's rule of 2n + 1 points on [−1, 1] that contains the n of Gauss (eq. 18): nodes, weights, Gauss's weights.

    Three lists of Decimals, nodes ascending; Gauss's weight is 0 at the nodes that are not his.
    """
    with localcontext() as context:
        context.prec = digits + 15
        x, w = gauss_legendre(n, digits + 5)
        own = _roots(_stieltjes(n))
        nodes = sorted([(a, b) for a, b in zip(x, w)] + [(a, Decimal(0)) for a in own])
        at, gauss_weights = [a for a, _ in nodes], [b for _, b in nodes]
        finer = list(zip(*gauss_legendre(n + 1, digits + 5)))  # exact to degree 2n + 1, and Lagrange's have 2n
        weights = [sum(b * _lagrange(at, i, a) for a, b in finer) for i in range(len(at))]
    return at, weights, gauss_weights


def _stieltjes(n):
    """Coefficients, lowest first, of the polynomial E of degree n + 1 with ∫ Pₙ E xᵏ = 0 for k = 0 … n, in fractions (eq. 18)."""
    below, p = [Fraction(1)], [Fraction(0), Fraction(1)]
    for k in range(2, n + 1):
        ahead, back = [Fraction(0), *p], [*below, Fraction(0), Fraction(0)]
        below, p = p, [((2 * k - 1) * a - (k - 1) * b) / k for a, b in zip(ahead, back)]
    powers = range((n + 1) % 2, n + 1, 2)  # E is even or odd
    integral = {m: sum(2 * c / (m + i + 1) for i, c in enumerate(p) if (m + i) % 2 == 0) for m in range(2 * n + 2)}
    rows = [[integral[m + k] for m in powers] + [-integral[n + 1 + k]] for k in range(1, n + 1, 2)]  # eq. 18
    for i in range(len(rows)):
        pivot = next(r for r in range(i, len(rows)) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [entry / rows[i][i] for entry in rows[i]]
        rows = [r if k == i else [a - r[i] * b for a, b in zip(r, rows[i])] for k, r in enumerate(rows)]
    found = [Fraction(0)] * (n + 1) + [Fraction(1)]
    for m, row in zip(powers, rows):
        found[m] = row[-1]
    return found


def _roots(coefficients):
    c = [Decimal(x.numerator) / Decimal(x.denominator) for x in coefficients]
    slope, found = [k * a for k, a in enumerate(c)][1:], []
    for start in np.roots([float(x) for x in reversed(c)]).real:
        x = Decimal(float(start))
        for _ in range(4):  # of Newton's steps: each doubles the digits, 16 to begin with
            x -= series.value(c, x) / series.value(slope, x)
        found.append(x)
    return found


def _lagrange(at, i, x):
    return math.prod((x - a) / (at[i] - a) for j, a in enumerate(at) if j != i)


@cache
def pair(n=POINTS):
    """Nodes, Kronrod's and Gauss's weights, (2n + 1,) each, in float64."""
    return tuple(np.array(values, dtype=np.float64) for values in kronrod(n))


def piece(f, low, high, start, way, nodes, weights, coarse):
    """(∫ f, its error, ∫|f|, x) over one piece by both rules (eq. 19); f takes and returns arrays.

    With way = 0 the piece is low to high; with way = ±1 it is one of s, in x = start ± (1 − s)/s (eq. 20). The last
    number is NaN, or a place where f was not finite.
    """
    half = (high - low) / 2
    x = low + half + half * nodes
    y = f(x) + 0 * x if way == 0 else f(start + way * (1 - x) / x) / (x * x)  # eq. 20
    fine, rough, size = (weights * y).sum(), (coarse * y).sum(), (weights * np.abs(y)).sum()
    spread = (weights * np.abs(y - fine / 2)).sum()
    finite = np.isfinite(y)
    bad = np.nan if finite.all() else x[finite.argmin()]
    return fine * half, estimate(abs(fine - rough), size, spread) * half, size * half, bad


def estimate(gap, size, spread):
    """The error that a gap between the two rules tells of (eq. 19)."""
    error = spread * min(1.0, (200 * gap / spread) ** 1.5) if spread > 0 else gap  # eq. 19
    return max(error, FLOOR * size)


@cache
def end_rule():
    """The rule for a piece that is hard at one end (eq. 21), in float64, the points farthest from that end first.

    Shares of the way from that end to the other, weights, and the weights of the rule with twice the step.
    """
    k = np.arange(round(FAR / STEP), -round(NEAR / STEP) - 1, -1)
    t = STEP * k
    share, rest = (1 / (1 + np.exp(-sign * np.pi * np.sinh(t))) for sign in (1, -1))
    weights = STEP * np.pi * np.cosh(t) * share * rest  # eq. 21
    return share, weights, np.where(k % 2 == 0, 2 * weights, 0.0)


def at_end(f, low, high, upper, start, way, shares, weights, coarse):
    """(∫ f, its error, ∫|f|) over one piece by both rules for an end: its lower one, or its upper where `upper` is 1.

    Points that rounding has moved to the end itself, or at which f is not finite, are left out with all behind them; what
    lies there is taken to be as large as the last term that is left.
    """
    end, width = (high, low - high) if upper else (low, high - low)
    x = end + width * shares
    y = f(x) + 0 * x if way == 0 else f(start + way * (1 - x) / x) / (x * x)
    wrong = ~np.isfinite(y) | (x == end)
    count = wrong.argmax() if wrong.any() else len(y)
    if count == 0:
        return 0.0, np.inf, 0.0
    y, weights, coarse = y[:count], weights[:count], coarse[:count]
    fine, rough, size = (weights * y).sum(), (coarse * y).sum(), (weights * np.abs(y)).sum()
    error = estimate(abs(fine - rough), size, (weights * np.abs(y - fine)).sum()) + weights[-1] * abs(y[-1])
    return fine * abs(width), error * abs(width), size * abs(width)


def pieces(piece, at_end, f, low, high, start, way, tolerance, rule, end_rule):
    """∫ f: halves the piece with the largest error until all errors together are below tolerance · ∫|f|.

    `rule` and `end_rule` are the three arrays of `pair` and of the function of that name. Returns (integral, error, ∫|f|,
    evaluations, x), x as of `piece`. Numba compiles it as it stands.
    """
    table = np.empty((5, PIECES))  # rows: lower end, upper end, integral, error, ∫|f|
    table[0, 0], table[1, 0], count, fresh, bad = low, high, 1, 0, np.nan
    evaluations, tried = len(rule[0]), np.zeros(2)
    while True:
        for k in range(fresh, count, max(1, count - 1 - fresh)):  # the two halves, or the whole
            found = piece(f, table[0, k], table[1, k], start, way, rule[0], rule[1], rule[2])
            table[2, k], table[3, k], table[4, k] = found[0], found[1], found[2]
            bad = found[3] if np.isnan(bad) else bad
        total = table[3, :count].sum()
        worst = table[3, :count].argmax()
        width = table[1, worst] - table[0, worst]
        middle = table[0, worst] + width / 2
        split = table[0, worst] < middle < table[1, worst] and width > NARROWEST * (high - low) and count < PIECES
        if total <= tolerance * table[4, :count].sum() or not split or not np.isnan(bad):
            return table[2, :count].sum(), total, table[4, :count].sum(), evaluations, bad
        upper = 0 if table[0, worst] == low else 1
        if width < NARROW * (high - low) and table[upper, worst] == (high if upper else low) and not tried[upper]:
            last = at_end(f, table[0, worst], table[1, worst], upper, start, way, end_rule[0], end_rule[1], end_rule[2])
            tried[upper], fresh, evaluations = 1, count, evaluations + len(end_rule[0])
            if last[1] < table[3, worst]:
                table[2, worst], table[3, worst], table[4, worst] = last
            continue
        table[0, count], table[1, count], table[1, worst] = middle, table[1, worst], middle
        fresh, count, evaluations = worst, count + 1, evaluations + 2 * len(rule[0])


def plain(*arguments):
    """`pieces` of (f, low, high, start, way, tolerance) by NumPy; what is not finite is found, and said."""
    with np.errstate(all="ignore"):
        return pieces(piece, at_end, *arguments, pair(), end_rule())


def integrate(f, a, b, tolerance=1e-10, core=plain):
    """(∫ f from a to b, its error, evaluations); the ends may be ±∞. f takes and returns arrays.

    The error is an estimate, at most tolerance · ∫|f|, and no proof. Where f is infinite or undefined at a point in the
    inside the range is split there. Where it is hard at an end other than 0, a Formula is taken as one of the distance
    from there; other functions are not, and float64 is too coarse there to see much. BadInput where the tolerance is not
    reached: the integral diverges, or nearly.
    """
    if math.isnan(a) or math.isnan(b):
        raise BadInput(f"integral from {a} to {b}: the ends are numbers, or inf")
    if not LEAST <= tolerance <= MOST:
        raise BadInput(f"tolerance={tolerance}: wanted {LEAST} to {MOST}")
    if a >= b:
        value, error, evaluations = integrate(f, b, a, tolerance, core) if a > b else (0.0, 0.0, 0)
        return 0.0 - value, error, evaluations
    cuts = {a, b}
    if math.isinf(b - a):  # the end that is finite, and the one that is not, each in a range of its own
        cuts |= {x for x in (a + 1, b - 1) if math.isfinite(x)} or {-1.0, 1.0}
    return _joined(f, itertools.pairwise(sorted(cuts)), tolerance, core, SPLITS)


def _joined(f, ends, tolerance, core, splits):
    """The sum over ranges (a, b), each judged by itself: a divergence must not cancel against another."""
    value, error, evaluations = 0.0, 0.0, 0
    for a, b in ends:
        way = (b == math.inf) - (a == -math.inf)
        low, high, start = (0.0, 1.0, a if way > 0 else b) if way else (a, b, 0.0)
        part, off, size, count, bad = core(f, float(low), float(high), float(start), way, tolerance)
        stuck = way == 0 and (bad in (a, b) or (math.isnan(bad) and math.isfinite(part) and off > tolerance * size))
        moved = _from_its_ends(f, a, b, tolerance, core) if stuck and isinstance(f, Formula) else None
        if moved:
            part, off, more = moved
            count += more
        elif not math.isnan(bad):
            x = float(start + way * (1 - bad) / bad if way else bad)
            if not splits or not a < x < b:
                raise BadInput(
                    f"the integrand is infinite or undefined at x = {x:.17g}: the integral diverges there, or has no "
                    "meaning (if it has one, let that place be 0: numbers are finest there)"
                )
            part, off, count = _joined(f, [(a, x), (x, b)], tolerance, core, splits - 1)
        elif not math.isfinite(part):
            raise BadInput(
                f"no value for the integral from {a:g} to {b:g}: it diverges, or is beyond what float64 "
                f"holds, {np.finfo(float).max:.2g}"
            )
        elif off > tolerance * size:
            raise BadInput(
                f"no value for the integral from {a:g} to {b:g}: after {count} evaluations the error is still "
                f"{off / size:.1g} of the integral of |f|, above the tolerance {tolerance:g}: it diverges, or nearly, or "
                "oscillates too much"
            )
        value, error, evaluations = value + part, error + off, evaluations + count
    return value, error, evaluations


def _from_its_ends(f, a, b, tolerance, core):
    """(∫ f, its error, evaluations) of a Formula by its distance from the nearer end; None where that does not succeed.

    The end is then at 0, where numbers are finest.
    """
    half = (b - a) / 2
    found = 0.0, 0.0, 0
    for end, sign in ((a, 1.0), (b, -1.0)):
        try:
            side = _joined(lambda d, e=end, s=sign: f.beside(e, s * d), [(0.0, half)], tolerance, core, 0)
        except BadInput:
            return None
        found = tuple(x + y for x, y in zip(found, side))
    return found if math.isfinite(found[0]) else None
