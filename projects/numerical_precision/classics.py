"""Sums that went wrong in print: Goldberg's three digits, Rump's expression, Muller's sequence, a missile's clock, and limits."""

import math
from dataclasses import dataclass
from fractions import Fraction

from abacus.errors import BadInput
from abacus.settings import at_least, between, one_of
from formats import FORMATS, exponent_of

MINUS_555 = Fraction(-555, 1000)  # Goldberg's y in Theorem 5
SCALE = 10**60  # of a square root before it is rounded: no digit that matters is beyond


@dataclass
class Limits:
    format: str = one_of(*FORMATS)  # whose limits are wanted


def limits(cfg: Limits, job):
    """The unit roundoff of a format, and its largest and smallest numbers."""
    form = FORMATS[cfg.format]
    return {
        "unit roundoff": form.unit_roundoff,
        "smallest": form.smallest,
        "largest subnormal": form.decode(2**form.fraction_bits - 1),
        "smallest normal": form.smallest_normal,
        "largest": form.largest,
    }


def fields(cfg: Limits, job):
    """The parameters of a format: what its bits are for."""
    form = FORMATS[cfg.format]
    return {"bits": form.bits, "precision": form.precision, "emax": form.emax, "emin": form.emin, "bias": form.bias}


def significant(x, digits, base=10, up=False):
    """A Fraction x rounded to so many digits of a base; a tie goes to the even digit, or `up`, away from 0."""
    if x == 0:
        return x
    e = exponent_of(abs(x)) if base == 2 else len(str(int(abs(x)))) - 1 if abs(x) >= 1 else -_zeros(abs(x)) - 1
    unit = Fraction(base) ** (e - digits + 1)
    steps = abs(x) / unit
    whole = math.floor(steps + Fraction(1, 2)) if up else round(steps)
    return whole * unit * (1 if x > 0 else -1)


def _zeros(x):
    """How many zeros follow the point of a decimal 0 < x < 1."""
    return next(k for k in range(10**6) if x * 10 ** (k + 1) >= 1)


def root(x):
    """√x of a Fraction to some sixty digits, cut off."""
    return Fraction(math.isqrt(x.numerator * SCALE * SCALE // x.denominator), SCALE)


@dataclass
class Goldberg:
    digits: int = between(2, 20)  # decimal digits of every result


def decimals(cfg: Goldberg, job):
    """Goldberg's examples with few decimal digits: each result beside the one without rounding."""

    def r(x):
        return significant(x, cfg.digits)

    def whole(x):
        return x

    a, b, c = map(Fraction, ("1.22", "3.34", "2.28"))
    sides = [Fraction(text) for text in ("9", "4.53", "4.53")]
    pairs = {
        "b^2 - 4ac": [f(f(b * b) - f(f(4 * a) * c)) for f in (r, whole)],
        "half the perimeter": [f(f(sides[0] + f(sides[1] + sides[2])) / 2) for f in (r, whole)],
        "Heron's area": [heron(*sides, f) for f in (r, whole)],
        "Kahan's area": [kahans_area(*sides, f) for f in (r, whole)],
        "drift, ties up": [drift(1000, lambda x: significant(x, cfg.digits, up=True)), Fraction(1)],
        "drift, ties to even": [drift(1000, r), Fraction(1)],
    }
    return {row: {"rounded": float(rounded), "exact": float(truth)} for row, (rounded, truth) in pairs.items()}


def heron(a, b, c, r):
    """The area of a triangle by √(s(s − a)(s − b)(s − c)), s half the perimeter  (Goldberg, eq. 6)."""
    s = r(r(a + r(b + c)) / 2)
    return r(root(r(r(r(s * r(s - a)) * r(s - b)) * r(s - c))))


def kahans_area(a, b, c, r):
    """The area of a triangle of sides a ≥ b ≥ c by differences that lose nothing  (Goldberg, eq. 7)."""
    product = r(r(a + r(b + c)) * r(c - r(a - b)))
    return r(r(root(r(r(product * r(c + r(a - b))) * r(a + r(b - c))))) / 4)


def drift(steps, r):
    """x after so many times x ← (x − y) + y, from x = 1 and with y = −0.555  (Goldberg, Theorem 5)."""
    x = Fraction(1)
    for _ in range(steps):
        x = r(r(x - MINUS_555) + MINUS_555)
    return x


@dataclass
class Savings:
    precision: int = between(8, 60)  # bits of every result
    rate: float = between(0, 1, open=True)  # of interest, a year
    days: int = at_least(1)  # of a year; 100 dollars are paid in each day


def cents(cfg: Savings, job):
    """100 ((1 + x)ⁿ − 1)/x dollars, x = rate/n, by three ways to compute (1 + x)ⁿ, and exactly."""

    def r(x):
        return significant(Fraction(x), cfg.precision, base=2)

    rate = Fraction(str(cfg.rate))
    x = r(r(rate) / cfg.days)
    grown = Fraction(1)
    for _ in range(cfg.days):
        grown = r(grown * r(1 + x))
    wrong = r(math.exp(r(cfg.days * x)))
    right = r(math.exp(r(cfg.days * logarithm(x, r))))
    exact_x = rate / cfg.days
    powers = {"as written": grown, "ln(1 + x) = x": wrong, "Theorem 4": right}
    dollars = {row: r(100 * r(r(power - 1) / x)) for row, power in powers.items()}
    dollars["exact"] = 100 * ((1 + exact_x) ** cfg.days - 1) / exact_x
    return {row: {"dollars": float(value)} for row, value in dollars.items()}


def logarithm(x, r):
    """ln(1 + x) as x ln(1 + x)/((1 + x) − 1), the same rounded 1 + x in both places  (Goldberg, Theorem 4)."""
    w = r(1 + x)
    return x if w == 1 else r(r(x * r(math.log(w))) / r(w - 1))


@dataclass
class Rump:
    precision: int = between(8, 1000)  # bits of every result
    a: int = at_least(1)  # Rump's two numbers
    b: int = at_least(1)


def rump(cfg: Rump, job):
    """(333.75 − a²) b⁶ + a² (11a²b² − 121b⁴ − 2) + 5.5 b⁸ + a/(2b), every step rounded."""

    def r(x):
        return significant(x, cfg.precision, base=2)

    a, b = Fraction(cfg.a), Fraction(cfg.b)
    a2, b2 = r(a * a), r(b * b)
    b4 = r(b2 * b2)
    b6, b8 = r(b4 * b2), r(b4 * b4)
    inner = r(r(r(11 * r(a2 * b2)) - r(121 * b4)) - 2)
    first = r(r(Fraction("333.75") - a2) * b6)
    total = r(r(r(first + r(a2 * inner)) + r(Fraction("5.5") * b8)) + r(a / r(2 * b)))
    return {"value": float(total)}


@dataclass
class Muller:
    format: str = one_of(*FORMATS)  # of every step
    shown: list[int] = at_least(3)  # the n whose terms are wanted


def muller(cfg: Muller, job):
    """u₁ = 2, u₂ = −4, uₙ = 111 − 1130/uₙ₋₁ + 3000/(uₙ₋₁uₙ₋₂): by a format, and by fractions."""
    if not cfg.shown:
        raise BadInput("shown=[]: wanted the number of at least one term, such as [30]")
    r = FORMATS[cfg.format].round
    u, truth, found = [2.0, -4.0], [Fraction(2), Fraction(-4)], {}
    for n in range(3, max(cfg.shown) + 1):
        product = r(u[-1] * u[-2])
        if not product or not math.isfinite(product):
            raise BadInput(f"format={cfg.format}: too coarse for this sequence, the terms before {n} are {u[-2:]}")
        u.append(r(r(111 - r(1130 / u[-1])) + r(3000 / product)))
        truth.append(111 - 1130 / truth[-1] + 3000 / (truth[-1] * truth[-2]))
        if n in cfg.shown:
            found[str(n)] = {"computed": u[-1], "exact": float(truth[-1])}
    return found


@dataclass
class Clock:
    fraction_bits: int = between(1, 60)  # of the tenth of a second, cut off after them
    hours: list[int] = at_least(0)  # since the system was started


def patriot(cfg: Clock, job):
    """A clock that counts tenths of seconds and multiplies by 0.1, cut to so many bits: what it says, and its error."""
    if not cfg.hours:
        raise BadInput("hours=[]: wanted at least one time, such as [100]")
    tenth = Fraction(math.floor(Fraction(2**cfg.fraction_bits, 10)), 2**cfg.fraction_bits)
    found = {}
    for hours in cfg.hours:
        seconds = 3600 * hours
        clock = 10 * seconds * tenth
        found[f"{hours} h"] = {"clock": float(clock), "off by": float(seconds - clock)}
    return found
