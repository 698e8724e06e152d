"""How large a difference from a printed number is no difference that matters: half a printed unit, and a tolerance."""

import math

Z = 1.96


def margin(printed, column, our_sd, item_sd):
    """half + tolerance around `printed`; None where neither the number of test items nor a spread is known.

    Of a "mean" without printed spread and items, the margin is the sd of one of our runs: a true copy of an average of
    10 runs is then called reproduced with chance .06 by 5 seeds, .63 by 10, .93 by 30.

    `our_sd` is the sd of one of our runs, `item_sd` our sd of the score per test item; None where there is none.
    """
    tolerance = _tolerance(printed, column, our_sd, item_sd)
    return None if tolerance is None else printed.half + tolerance


def rate_tolerance(p, n):
    """1.96 √(p(1 − p)/n), the sampling error of a proportion p of n items; Wilson's half-width where p is 0 or 1."""
    if p in (0, 1):
        return Z**2 / (2 * (n + Z**2))
    return Z * math.sqrt(p * (1 - p) / n)


def paper_sd(printed, column):
    """The sd of one of the paper's runs, as far as it is printed; else None."""
    if printed.spread is None or column.spread == "sd":
        return printed.spread
    return printed.spread * math.sqrt(column.runs) if column.runs else None


def paper_se(printed, column):
    """The standard error of the printed number over the paper's runs: sd/√m; 0 where it cannot be known."""
    if printed.spread is None:
        return 0.0
    if column.spread == "se":
        return printed.spread
    return printed.spread / math.sqrt(column.runs) if column.runs else 0.0


def _tolerance(printed, column, our_sd, item_sd):
    kind, n = column.kind, column.n
    if kind in ("exact", "count"):
        return 0.0
    if kind == "score":
        return None if n is None or item_sd is None else Z * item_sd / math.sqrt(n)
    whole = 100 if column.unit == "%" else 1
    rate = None if n is None else whole * rate_tolerance(printed.number / whole, n)
    if kind == "rate":
        return rate
    one_run = paper_sd(printed, column)
    known = [tolerance for tolerance in (rate, our_sd if one_run is None else one_run) if tolerance is not None]
    return min(known, default=None)
