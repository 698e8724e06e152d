"""Linear programmes of Netlib, of the reader, and Stigler's diet, each by the simplex method or the interior point."""

from dataclasses import dataclass

import numpy as np

import interior
import programmes
import simplex
from abacus import data, papers
from abacus.data import mps
from abacus.errors import BadInput
from abacus.sets import netlib
from abacus.settings import at_least, one_of

SOLVERS = {"simplex": simplex.solve, "interior point": interior.solve}


@dataclass
class Linear:
    name: str  # one of Netlib's (afiro, adlittle, ...), or the path of an MPS file of yours, ending in .mps
    method: str = one_of(*SOLVERS)  # along the edges, or through the inside
    most: int = at_least(1)  # steps, at most


def linear(cfg: Linear, job):
    """The optimum of a linear programme, without and with the constant of its objective row."""
    if cfg.name.endswith(".mps"):
        loaded = mps.read(data.given(cfg.name))
    elif cfg.name in netlib.PARTS:
        loaded = data.load("netlib", cfg.name)
    else:
        raise BadInput(
            f"name={cfg.name}: wanted one of {', '.join(netlib.PARTS)}, or the path of a file ending in .mps"
        )
    asked = programmes.from_mps(loaded)
    found = solved(asked, cfg.method, cfg.most, loaded.name)
    return {
        "optimum": found.objective,
        "with the constant": found.objective + asked.constant,
        "steps": found.steps,
        "rows": len(asked.row_low),
        "columns": len(asked.costs),
    }


def solved(asked, name, most, title):
    """The Solution of a Programme by the method of that name; BadInput where there is none."""
    found = programmes.solve(asked, lambda p: SOLVERS[name](p, most=most))
    expect_optimal(asked, found, title)
    return found


def expect_optimal(asked, found, title):
    """BadInput where a Solution is none: with what proves it."""
    if found.status == "infeasible":
        y = found.certificate / np.abs(found.certificate).max()
        used, gap = np.count_nonzero(y), programmes.shows_infeasible(asked, y)
        raise BadInput(f"{title} is infeasible: {used} of its rows, weighted and added, miss one another by {gap:.3g}")
    if found.status == "unbounded":
        ray = found.certificate / np.abs(found.certificate).max()
        gain = programmes.shows_unbounded(asked, ray)
        raise BadInput(
            f"{title} is unbounded: a ray in {np.count_nonzero(ray)} variables lowers it by {gain:.3g} a unit"
        )
    if found.status == "stopped":
        raise BadInput(f"{title}: stopped after {found.steps} steps without an optimum; wanted a larger most")


@dataclass
class Diet:
    method: str = one_of(*SOLVERS)  # along the edges, or through the inside
    days: int = at_least(1)  # that are paid for


def diet(cfg: Diet, job):
    """Stigler's diet: the cheapest foods of 1939 that hold a day's nine nutrients, in dollars for so many days."""
    foods, contents, needs = diet_table()
    asked = programmes.programme(np.ones(len(foods)), contents.T, row_low=needs)
    found = solved(asked, cfg.method, 10_000, "the diet")
    bought = {name: cfg.days * float(x) for name, x in zip(foods, found.x) if x > 1e-9}
    whole = {"all foods": {"dollars": cfg.days * found.objective}}
    return whole | {name: {"dollars": dollars} for name, dollars in bought.items()}


def diet_table():
    """(names of 77 foods, their nine nutrients for a dollar (77, 9), a day's needs (9,))."""
    _, rows = papers.rows("stigler1945")
    needs = [float(value) for value in rows[0][1:]]
    return [row[0] for row in rows[1:]], np.array([[float(v) for v in row[1:]] for row in rows[1:]]), np.array(needs)
