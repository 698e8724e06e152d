"""Classics of testing, each from the numbers that its author printed: dice, peas, horse kicks, tea, irises, and their tables."""

import math
from dataclasses import dataclass

import counts
import distributions
import means
import permutation
import relations
from abacus import papers
from abacus.errors import BadInput
from abacus.settings import at_least, between, one_of
from description import exact

IRIS = ("sepal length", "sepal width", "petal length", "petal width")
FAMILIES = {  # name: (P(X > x), P(X < x), how many degrees of freedom they have)
    "normal": (distributions.normal_tail, lambda x: distributions.normal_tail(-x), 0),
    "t": (distributions.t_tail, lambda x, df: distributions.t_tail(-x, df), 1),
    "chi-square": (distributions.chi_square_tail, distributions.chi_square_below, 1),
    "F": (distributions.f_tail, distributions.f_below, 2),
}
TEA = ((3, 1), (1, 3))  # Fisher 1935: of four cups with milk first she named three, of the four others one


@dataclass
class Agreement:
    observed: list[list[int]] = at_least(0)  # counts of the classes; more than one list: the same classes again
    shares: list[float] = at_least(0)  # in which proportion the classes are expected
    df: int = at_least(1)  # degrees of freedom: classes less one, less one for each constant that was fitted


def agreement(cfg: Agreement, job):
    """Chi-square of counts against expected shares, added over the lists, and the chance of so much or more."""
    if not cfg.observed:
        raise BadInput("observed=[]: at least one list of counts is wanted")
    found = sum(counts.chi_square(list(one), cfg.shares) for one in cfg.observed)
    return {"chi-square": float(found), "P": distributions.chi_square_tail(float(found), cfg.df)}


@dataclass
class Kicks:
    observed: list[int] = at_least(0)  # how many units had 0, 1, 2, ... events


def kicks(cfg: Kicks, job):
    """The mean number of events, and how many units Poisson's law expects with each number."""
    m, expected = counts.poisson(list(cfg.observed))
    return {"mean": float(m)} | {str(k): e for k, e in enumerate(expected)}


@dataclass
class Objection:
    chi_square: float = at_least(0)  # the sum that was observed
    df: int = at_least(1)  # its degrees of freedom
    normal: bool = one_of(True, False)  # P by Fisher's normal approximation, and not by the exact integral


def objection(cfg: Objection, job):
    """How likely a chi-square above the observed one is: near 1 where the counts agree too well."""
    exactly = distributions.chi_square_tail(cfg.chi_square, cfg.df)
    z = math.sqrt(2 * cfg.chi_square) - math.sqrt(2 * cfg.df - 1)  # Fisher 1925, beyond 30 degrees of freedom
    return {"P": distributions.normal_tail(z) if cfg.normal else exactly, "exact P": exactly}


@dataclass
class Quantiles:
    family: str = one_of(*FAMILIES)  # the distribution
    df: list[float] = between(1, 1e6)  # its degrees of freedom: none, one, or for F two
    below: list[float] = between(1e-100, 1, open=True)  # the shares of the distribution below the wanted points


def quantiles(cfg: Quantiles, job):
    """The points of a distribution below which the given shares of it lie, from the side whose share is small."""
    above, under, wanted = FAMILIES[cfg.family]
    if len(cfg.df) != wanted:
        raise BadInput(f"df={list(cfg.df)}: {cfg.family} has {wanted} degrees of freedom")
    return {
        f"{p:g}": distributions.point(lambda x: above(x, *cfg.df), 1 - p)
        if p >= 0.5
        else -distributions.point(lambda x: under(-x, *cfg.df), p)
        for p in cfg.below
    }


@dataclass
class Software:
    level: float = between(0, 1, open=True)  # of the confidence intervals


def software(cfg: Software, job):
    """Nine tests of printed data: statistic, degrees of freedom, p, and an interval where the test has one."""
    dextro, laevo = columns("student1908")[1:]
    cars, plants = columns("ezekiel1930"), list(by_group("dobson1983").values())
    drops = [a - b for a, b in zip(*map(exact, columns("hollander1973_depression")))]
    permeability = by_group("hollander1973_permeability")
    paired, welch, r = means.paired(laevo, dextro), means.welch(laevo, dextro), relations.pearson(*cars)
    f, (welch_f, _, welch_df, welch_p) = means.anova(plants), means.welch_anova(plants)
    h, h_df, h_p = permutation.kruskal_wallis(plants)
    v, v_upper, _ = permutation.signed_ranks(drops)
    u, u_upper, _ = permutation.rank_sum(permeability["term"], permeability["early"])
    return {
        "sleep, paired t": _line(paired.t, paired.p, paired.df, paired.interval(cfg.level)),
        "sleep, Welch's t": _line(welch.t, welch.p, welch.df, welch.interval(cfg.level)),
        "cars, correlation": _line(r.t, r.p, r.df, r.interval(cfg.level)),
        "plants, F": _line(f.f, f.p, f.df_within),
        "plants, Welch's F": _line(welch_f, welch_p, welch_df),
        "plants, Kruskal-Wallis": _line(h, h_p, h_df),
        "depression, signed ranks": _line(v, v_upper),
        "permeability, rank sum": _line(u, u_upper),
        "tea, exact": _line(TEA[0][0], counts.fisher_exact(TEA)[0]),
    }


def _line(statistic, p, df=None, interval=None):
    found = {"statistic": float(statistic), "p": float(p)}
    if df is not None:
        found["df"] = float(df)
    return found | (dict(zip(("low", "high"), interval)) if interval else {})


@dataclass
class Iris:
    measurement: str = one_of(*IRIS)  # what was measured of the flowers, in cm


def iris(cfg: Iris, job):
    """The analysis of variance of one measurement of three species of iris, fifty flowers each."""
    found = means.anova(by_group("iris1936", cfg.measurement).values())
    return {"between": float(found.between), "within": float(found.within), "F": float(found.f)}


def columns(key):
    """The columns of papers/<key>.csv, lists of texts."""
    return [list(column) for column in zip(*papers.rows(key)[1])]


def by_group(key, name=None):
    """{group: values} of papers/<key>.csv: the column `name`, or the first, grouped by the last."""
    header, rows = papers.rows(key)
    place, found = header.index(name) if name else 0, {}
    for row in rows:
        found.setdefault(row[-1], []).append(row[place])
    return found
