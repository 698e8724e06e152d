"""NIST Statistical Reference Datasets: data and certified values as decimal strings, exactly as they are printed.

Parts are the files' names without .dat: `data.load("nist-strd", "linear/Longley")`; `data.load("nist-strd")` gives all,
each kind as a dict by name.
"""

import re
from typing import NamedTuple

from abacus.data import catalogue, formats
from abacus.errors import Damaged

PARTS = tuple(name.removesuffix(".dat") for name in catalogue.read("nist-strd").files)
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][-+]?\d+)?"


class Parameter(NamedTuple):
    """A certified estimate and its standard deviation; `starts` are the two starting values of a nonlinear problem."""

    estimate: str
    sd: str
    starts: tuple


class Row(NamedTuple):
    """A line of an analysis of variance: degrees of freedom, sum of squares, mean square."""

    df: str
    ss: str
    ms: str


class Linear(NamedTuple):
    """`y` a list of n strings, `x` of n tuples of strings with their `names`; `model` as printed; f may be
    'Infinity'.
    """

    y: list
    x: list
    names: list
    model: str
    parameters: dict
    residual_sd: str
    r_squared: str
    regression: Row
    residual: Row
    f: str


class Nonlinear(NamedTuple):
    """`y` a list of n strings, `x` of n tuples of strings with their `names`; `model` as printed.

    `df` is as printed too: Rat43's file says 9 where its residual sd is computed with 11.
    """

    y: list
    x: list
    names: list
    model: str
    parameters: dict
    residual_ss: str
    residual_sd: str
    df: str


class Anova(NamedTuple):
    """`treatment` and `y`, lists of n strings."""

    treatment: list
    y: list
    between: Row
    within: Row
    f: str
    r_squared: str
    residual_sd: str


class Univariate(NamedTuple):
    """`y` a list of n strings; `autocorrelation` at lag 1."""

    y: list
    mean: str
    sd: str
    autocorrelation: str


class NistStrd(NamedTuple):
    """Each kind as a dict from the set's name to a Linear, Nonlinear, Anova or Univariate."""

    linear: dict
    nonlinear: dict
    anova: dict
    univariate: dict


def load(file):
    """All 58 sets."""
    kinds = NistStrd({}, {}, {}, {})
    for name in PARTS:
        kind, _, short = name.partition("/")
        getattr(kinds, kind)[short] = part(file, name)
    return kinds


def part(file, name):
    """One set."""
    path = file(f"{name}.dat")
    lines = formats.lines(path, "latin-1")
    try:
        return {"linear": _linear, "nonlinear": _nonlinear, "anova": _anova, "univariate": _univariate}[
            name.partition("/")[0]
        ](lines)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise Damaged(f"{path}: not a file of the StRD as we know them ({error})") from error


def _linear(lines):
    y, x, names = _observations(lines)
    text = "\n".join(lines[:60])
    found = re.findall(rf"^\s*(B\d+)\s+({_NUMBER})\s+({_NUMBER})\s*$", text, re.MULTILINE)
    f = re.search(rf"^Regression\s+(\d+)\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER}|Infinity)\s*$", text, re.MULTILINE)
    return Linear(
        y=y,
        x=x,
        names=names,
        model=_model(lines),
        parameters={name: Parameter(estimate, sd, ()) for name, estimate, sd in found},
        residual_sd=_after(text, r"Residual\s+Standard Deviation"),
        r_squared=_after(text, r"R-Squared"),
        regression=Row(*f.groups()[:3]),
        residual=_row(text, "Residual"),
        f=f[4],
    )


def _nonlinear(lines):
    y, x, names = _observations(lines)
    text = "\n".join(lines[:60])
    four = rf"\s+({_NUMBER})" * 4
    found = re.findall(rf"^\s*(b\d+)\s*={four}\s*$", text, re.MULTILINE)
    return Nonlinear(
        y=y,
        x=x,
        names=names,
        model=_model(lines),
        parameters={name: Parameter(estimate, sd, (one, two)) for name, one, two, estimate, sd in found},
        residual_ss=_after(text, "Residual Sum of Squares:"),
        residual_sd=_after(text, "Residual Standard Deviation:"),
        df=_after(text, "Degrees of Freedom:"),
    )


def _anova(lines):
    start, end = _range(lines)
    rows = [line.split() for line in lines[start:end]]
    text = "\n".join(lines[:60])
    between = re.search(rf"^Between .*?(\d+)\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s*$", text, re.MULTILINE)
    return Anova(
        treatment=[row[0] for row in rows],
        y=[row[1] for row in rows],
        between=Row(*between.groups()[:3]),
        within=_row(text, "Within .*?"),
        f=between[4],
        r_squared=_after(text, "Certified R-Squared"),
        residual_sd=_after(text, r"Certified Residual\s+Standard Deviation"),
    )


def _univariate(lines):
    text = "\n".join(lines)
    if lines[0].startswith("#"):  # Lew and Lottery come with a header of their own
        y = [line.strip() for line in lines if re.fullmatch(_NUMBER, line.strip())]
        named = ("mean", "standardDeviation", "autocorrelationCoefficient")
        return Univariate(y, *(_after(text, rf"{name}\s*=") for name in named))
    start, end = _range(lines)
    y = [line.strip() for line in lines[start:end]]
    return Univariate(y, *(_after(text, rf"{name}:") for name in ("ybar", "s", r"r\(1\)")))


def _observations(lines):
    """y, x and the names of x: the header says in which lines they stand."""
    start, end = _range(lines)
    rows = [tuple(line.split()) for line in lines[start:end]]
    names = lines[start - 1].split()[2:]  # Data: y x1 x2
    if any(len(row) != 1 + len(names) or not all(re.fullmatch(_NUMBER, entry) for entry in row) for row in rows):
        raise ValueError("rows of another width than their header")
    return [row[0] for row in rows], [row[1:] for row in rows], names


def _range(lines):
    said = (re.search(r"Data\s*(?::\s*lines|\(lines)\s*(\d+)\s+to\s+(\d+)", line) for line in lines)
    match = next(filter(None, said))
    start, end = int(match[1]) - 1, int(match[2])
    if end > len(lines):
        raise ValueError(f"{len(lines)} lines where the header says {end}")
    return start, end


def _model(lines):
    first = next(i for i, line in enumerate(lines) if line.startswith("Model:"))
    equation = next(i for i in range(first, len(lines)) if re.match(r"\s+(y|log\[y\])\s*=", lines[i]))
    wanted = [lines[equation]]
    while lines[equation + len(wanted)].strip() and not lines[equation + len(wanted)].lstrip().startswith(
        ("Starting", "Cert")
    ):
        wanted.append(lines[equation + len(wanted)])
    return " ".join(" ".join(wanted).split())


def _row(text, start):
    return Row(*re.search(rf"^{start}\s+(\d+)\s+({_NUMBER})\s+({_NUMBER})\s*$", text, re.MULTILINE).groups())


def _after(text, words):
    return re.search(rf"(?:{words})\s*({_NUMBER})", text)[1]
