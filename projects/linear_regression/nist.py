"""The eleven linear data sets of NIST's Statistical Reference Datasets: decimals, design matrices, certified values."""

from typing import NamedTuple

import numpy as np

from abacus import data, papers
from double_double import decimals, stack

WAMPLERS = ("Wampler1", "Wampler2", "Wampler3", "Wampler4", "Wampler5")
NAMES = ("Norris", "Pontius", "NoInt1", "NoInt2", "Filip", "Longley", *WAMPLERS)
DEGREE = {"Norris": 1, "Pontius": 2, "Filip": 10} | dict.fromkeys(WAMPLERS, 5)  # the others are linear in x
NO_INTERCEPT = ("NoInt1", "NoInt2")
PRINTED = {"Norris": "norris", "Longley": "longley1967"}  # rows that stand in papers/*.csv
FILES = ("Pontius", "Filip")  # rows that come from NIST's own files
# errors that Wampler added to Σ x^k, for x = 0 to 10; those for 11 to 20 mirror them
DELTA = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048]


class Observed(NamedTuple):
    """y (n,) and x (n, m), as the decimal strings that are printed."""

    y: list
    x: list


def observed(name):
    """The rows of a set as they are printed; for NoInt and Wampler, as their formula gives them."""
    if name in PRINTED:
        rows = papers.rows(PRINTED[name])[1]
    elif name in FILES:
        found = data.load("nist-strd", f"linear/{name}")
        return Observed(found.y, found.x)
    else:
        rows = _generated(name)
    return Observed([row[0] for row in rows], [row[1:] for row in rows])


def design(name):
    """y (n,) and X (n, p) in float64: each decimal rounded once, each power of it once more."""
    y, x = observed(name)
    return np.array(y, dtype=np.float64), np.stack(_terms(name, np.array(x, dtype=np.float64)), axis=1)


def exact_design(name):
    """y (n,) and X (n, p) as DoubleDouble: the decimals in 106 bits, the powers formed there."""
    y, x = observed(name)
    return decimals(y), stack(_terms(name, decimals(x)))


def coefficient_names(name):
    """b0, b1, ... as the certificate counts them: a model without an intercept begins with b1."""
    first = int(name in NO_INTERCEPT)
    count = DEGREE.get(name, 0) + 1 if name in DEGREE else len(observed(name).x[0]) + 1 - first
    return [f"b{k}" for k in range(first, first + count)]


def statistics(name, fit):
    """{column of the certificate: float64} of an `inference.Fit` in double-double; no F where the fit is perfect."""
    names = coefficient_names(name)
    values = dict(zip(names, fit.b.round())) | {f"sd {b}": sd for b, sd in zip(names, fit.sd.round())}
    values |= {"residual sd": fit.residual_sd.round(), "R2": fit.r2.round()}
    return values if fit.f is None else values | {"F": fit.f.round()}


def worst(b, certified):
    """The least number of correct digits over the coefficients  (eq. 1)."""
    return min(correct_digits(c, t) for c, t in zip(b, certified, strict=True))


def digits(solve, name):
    """Correct digits of `solve` on a set's worst coefficient; 0 where its arithmetic breaks down."""
    printed = papers.table("nist_strd/" + ("linear_files" if name in FILES else "linear")).rows[name]
    try:
        return worst(solve(name), [printed[b].number for b in coefficient_names(name)])
    except ArithmeticError:
        return 0.0


def correct_digits(c, t):
    """LRE = −log₁₀(|c − t| / |t|), absolute where t = 0, never above 15 nor below 0  (eq. 1; McCullough 1998)."""
    error = abs(c - t) / abs(t) if t else abs(c)  # eq. 1
    return 15.0 if error == 0 else float(np.clip(-np.log10(error), 0.0, 15.0))


def standardised(name):
    """x (n, m) with mean 0 and length √n a column, y (n,) with mean 0, of a set that is linear in x."""
    y, x = observed(name)
    y, x = np.array(y, dtype=np.float64), np.array(x, dtype=np.float64)
    return (x - x.mean(axis=0)) / x.std(axis=0), y - y.mean()


def _terms(name, x):
    ones = [] if name in NO_INTERCEPT else [x[:, 0] * 0 + 1]
    return ones + [x[:, j] ** k for j in range(x.shape[1]) for k in range(1, DEGREE.get(name, 1) + 1)]


def _generated(name):
    if name == "NoInt1":
        return [[str(70 + x), str(x)] for x in range(60, 71)]
    if name == "NoInt2":
        return [["3", "4"], ["4", "5"], ["4", "6"]]
    if name == "Wampler2":  # y = Σ (x/10)^k, five decimals
        return [[f"{sum(x**k * 10 ** (5 - k) for k in range(6)) / 10**5:.5f}", str(x)] for x in range(21)]
    factor = {"Wampler1": 0, "Wampler3": 1, "Wampler4": 100, "Wampler5": 10_000}[name]
    errors = DELTA + DELTA[-2::-1]
    return [[str(sum(x**k for k in range(6)) + factor * errors[x]), str(x)] for x in range(21)]
