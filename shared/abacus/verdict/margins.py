"""How large a difference from a printed number is no difference that matters: half a printed unit, and a tolerance."""

import math

from abacus.verdict import intervals

Z = 1.96


def margin(printed, column, our_sd, item_sd):
    """half + tolerance around `printed`; None where neither the number of test items nor the paper's spread is known.

    Our own spread alone is never the margin: a copy that is noisier would be the more easily called a true one.
    `our_sd` is the sd of one of our runs, `item_sd` our sd of the score per test item; None where there is none.
    """
    tolerance = _tolerance(printed, column, our_sd, item_sd)
    return None if tolerance is None else printed.half + tolerance


def undecidable(printed, column):
    """Why no number of our seeds could bring the interval into the margin, or "": known before any run.

    However many seeds we have, the paper's own error stays: the interval is never narrower than ± t(0.95, m - 1) se_R.
    """
    error, m, allowed = paper_se(printed, column), column.runs or math.inf, margin(printed, column, None, None)
    _, high = intervals.t_interval(0.0, (error**2, m - 1 if m > 1 else math.inf))
    if allowed is None or high <= allowed:
        return ""
    runs = f"the paper's {m} run{'s' * (m > 1)} leave" if column.runs else "the paper's own error leaves"
    return f"{runs} ±{high:.3g}, and the margin is ±{allowed:.2g}: no number of seeds could decide"


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
    if rate is None or one_run is not None:
        return one_run if rate is None else min(rate, one_run)
    return rate if our_sd is None else min(rate, our_sd)
