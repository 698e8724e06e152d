"""Travelling salesmen: nine printed instances solved with proof, and rules of thumb on points drawn at random."""

import math
from dataclasses import dataclass

import numpy as np

from abacus import papers
from abacus.errors import BadInput
from abacus.settings import at_least, one_of

INSTANCES = ("burma14", "ulysses16", "ulysses22", "att48", "eil51", "berlin52", "st70", "eil76", "kroA100")


@dataclass
class Config:
    instance: str = one_of(*INSTANCES)  # its name in TSPLIB
    kicks: int = at_least(0)  # tries to better the tour from which the search starts


def certified(cfg: Config, job):
    """Length of a shortest tour, the first bound below it, and in how many parts the search had to look."""
    import optimal
    import tours

    d = printed(cfg.instance)
    tour, parts, bound, _ = optimal.shortest(d, 1, cfg.kicks)
    return {"length": int(tours.length(d, tour)), "first bound": bound, "parts": parts}


def printed(instance):
    """Distances of an instance of TSPLIB, whole numbers (n, n), by the rule that it prints for this kind."""
    rows = [row for row in papers.rows("reinelt1991")[1] if row[0] == instance]
    return np.ascontiguousarray(RULES[rows[0][1]](np.array([(float(x), float(y)) for *_, x, y in rows])))


def rounded(points):
    """EUC_2D: the distance in the plane, to the nearest whole number."""
    return np.floor(_plane(points) + 0.5)


def pseudo_euclidean(points):
    """ATT: the root of a tenth of the squared distance, rounded up."""
    return np.ceil(_plane(points) / math.sqrt(10))


def geographical(points):
    """GEO: one more than the kilometres on a ball of radius 6378.388, cut off. Points are degrees.minutes; π is 3.141592."""
    degrees = np.trunc(points)
    latitude, longitude = (3.141592 * (degrees + 5 * (points - degrees) / 3) / 180).T
    q1 = np.cos(longitude[:, None] - longitude)
    q2, q3 = np.cos(latitude[:, None] - latitude), np.cos(latitude[:, None] + latitude)
    d = np.trunc(6378.388 * np.arccos(np.minimum(1, 0.5 * ((1 + q1) * q2 - (1 - q1) * q3))) + 1)
    np.fill_diagonal(d, 0)
    return d


RULES = {"EUC_2D": rounded, "ATT": pseudo_euclidean, "GEO": geographical}


def _plane(points):
    return np.hypot(*(points[:, None] - points).T)


@dataclass
class Drawn:
    cities: list[int] = at_least(4)  # n: points drawn evenly in the unit square, one column each
    instances: int = at_least(2)  # drawn of each size


def construct(cfg: Drawn, job):
    """Mean length of the tour that each rule builds through n points, with the standard deviation of one."""
    import tours

    rules = {
        "nearest insertion": tours.nearest_insertion,
        "random insertion": tours.random_insertion,
        "farthest insertion": tours.farthest_insertion,
        "nearest neighbour": lambda d: tours.nearest_neighbour(d, 0),
        "farthest insertion from city 0": lambda d: tours.insertion(d, tours.order(d, 0, -1)),
        "nearest neighbour, 2-opt": lambda d: tours.two_opt(d, tours.nearest_neighbour(d, 0)),
        "farthest insertion, 2-opt": lambda d: tours.two_opt(d, tours.farthest_insertion(d)),
    }
    return mean_lengths(cfg.cities, cfg.instances, rules, job)


@dataclass
class Solved:
    cities: list[int] = at_least(4)  # n: points drawn evenly in the unit square, one column each
    instances: int = at_least(2)  # drawn of each size
    kicks: int = at_least(0)  # tries to better the tour from which the search starts


def mean_optimum(cfg: Solved, job):
    """Mean length of a shortest tour through n points, with the standard deviation of one."""
    import optimal

    rules = {"optimal": lambda d: optimal.shortest(d, 0, cfg.kicks)[0]}
    return mean_lengths(cfg.cities, cfg.instances, rules, job)


@dataclass
class Sampled:
    cities: int = at_least(4)  # n: points drawn evenly in the unit square
    instances: int = at_least(2)  # drawn; each gets a bound
    rounds: int = at_least(1)  # 1-trees for each bound
    proved: int = at_least(2)  # of them, at equal distances, for which a shortest tour is found and proved
    kicks: int = at_least(0)  # tries to better the tours from which these searches start
    parts: int = at_least(1)  # of a search, at most: what is not proved then has the best tour that was found


def sampled_optimum(cfg: Sampled, job):
    """Mean length of a shortest tour where proofs are dear: that of bounds below, and what the proofs of some add (eq. 25).

    "at least" is the same with the last bound of a search in place of its tour: equal where all is proved.
    """
    import optimal
    import tours

    if cfg.instances % cfg.proved:
        raise BadInput(
            f"instances={cfg.instances}, proved={cfg.proved}: wanted a multiple, so that every so manyth is proved"
        )
    n, every = cfg.cities, cfg.instances // cfg.proved
    known, prices = np.zeros((n, n), np.int8), np.zeros(n)
    found = {"bounds": np.zeros(cfg.instances), "gaps": np.zeros(cfg.proved), "open": np.zeros(cfg.proved)}
    for k in job.steps(cfg.instances, found, every=every):
        d = tours.distances(job.rng("points", n, k).random((n, 2)))
        good = tours.length(d, tours.two_opt(d, tours.farthest_insertion(d)))
        found["bounds"][k] = optimal.ascent(d, known, prices, good, cfg.rounds, 1.0)[0]
        if k % every == 0:
            tour, _, _, last = optimal.shortest(d, 0, cfg.kicks, cfg.parts)
            found["gaps"][k // every] = tours.length(d, tour) - found["bounds"][k]
            found["open"][k // every] = tours.length(d, tour) - last
    bounds, gaps, left = found["bounds"], found["gaps"], found["open"]
    mean = bounds.mean() + gaps.mean()  # eq. 25
    return {
        "optimal": {
            f"n = {n}": (float(mean), float(bounds.std(ddof=1))),
            "at least": float(mean - left.mean()),
            "proved": int((left <= optimal.ROUNDING * n * mean).sum()),
            "bounds": float(bounds.mean()),
            "proofs add": float(gaps.mean()),
            "with an error of": float(gaps.std(ddof=1) / math.sqrt(cfg.proved)),
        }
    }


def mean_lengths(cities, instances, rules, job):
    """{rule: {size: (mean length, standard deviation)}} of the tours that each rule, d -> tour, finds on the same points."""
    import tours

    found = {name: {} for name in rules}
    for n in cities:
        lengths = {name: np.zeros(instances) for name in rules}
        for k in job.steps(instances, lengths, every=1000):
            d = tours.distances(job.rng("points", n, k).random((n, 2)))
            for name, build in rules.items():
                lengths[name][k] = tours.length(d, build(d))
        for name, drawn in lengths.items():
            found[name][f"n = {n}"] = (float(drawn.mean()), float(drawn.std(ddof=1)))
    return found
