"""Breese, Heckerman and Kadie (1998): ranked lists on the very data that they gave away, and 24 readings of their protocol."""

from dataclasses import dataclass

import numpy as np

import ranking
import ratings
from abacus import papers
from abacus.settings import above, at_least, one_of

ASKED = {"Given2": 2, "Given5": 5, "Given10": 10, "AllBut1": "all but 1"}
MINUS_1 = ranking.HALF_LIFE - 1


def methods(classes, price, seed):
    """{row of the table: an unfitted model}."""
    from belief import Clusters, TreeNetwork
    from neighbours import Popularity, UserNeighbours

    return {
        "BN": TreeNetwork(price),
        "CR+": UserNeighbours("correlation", inverse_frequency=True, amplify=2.5),
        "VSIM": UserNeighbours("cosine", inverse_frequency=True),
        "BC": Clusters(classes, seed=seed),
        "POP": Popularity(),
    }


@dataclass
class Config:
    classes: int = at_least(1)  # of Bayesian clustering
    price: float = above(0)  # factor of a tree's score for each of its leaves
    order: str = one_of(
        "drawn", "first", "last"
    )  # which of a user's areas are known: drawn, or the first, the last of the file
    halving: float = above(0)  # places of the list after which its weight has halved


def breese(cfg: Config, job):
    """Ranked scores of five methods on Microsoft's 5 000 test users, for 2, 5, 10 or all but one known area."""
    train, test, _ = ratings.msweb()
    seed = int(job.rng("clusters").integers(2**31))
    found = {}
    models = {name: model.fit(train) for name, model in methods(cfg.classes, cfg.price, seed).items()}
    for column, count in ASKED.items():
        known, asked = parts(test, count, cfg.order, job.rng("known", *column.encode()))
        for row, model in models.items():
            reached, most = ranking.utilities(
                ranking.ranks(model.scores(known), known), asked, lambda place: 2.0 ** (-place / cfg.halving)
            )
            score = reached.sum() / most.sum()
            spread = (
                np.std(reached - score * most, ddof=1) / most.mean()
            )  # of a ratio of means, by its first-order expansion
            found.setdefault(row, {})[column] = (100 * score, 100 * spread)
        job.progress(len(next(iter(found.values()))) / len(ASKED), column)
    return found


def parts(x, count, order, rng):
    """(known, asked) of the users who have enough areas, in one of the orders that a Config names."""
    if order == "drawn":
        return ratings.given(x, count, rng)
    step = 1 if order == "first" else -1
    rows = np.flatnonzero(np.diff(x.indptr) > (1 if count == "all but 1" else count))
    return ratings.split(x, rows, lambda n: n - 1 if count == "all but 1" else count, lambda n: np.arange(n)[::step])


@dataclass
class Readings:
    users: int = at_least(100)  # training users that are set aside, and asked in the place of the test users
    classes: int = at_least(1)  # of Bayesian clustering
    price: float = above(0)  # factor of a tree's score for each of its leaves


def readings(cfg: Readings, job):
    """How far 24 readings of the protocol are from the printed scores, by users of the training set alone.

    A reading says which areas are known (drawn, the first or the last of the file), after how many places the weight
    has halved (α − 1 or α), whether users with too few areas are left out or are asked for their last one, and whether
    the score is a ratio of sums or a mean of ratios. `distance` is the root of the mean squared difference over the 20 cells.
    """
    train, _, _ = ratings.msweb()
    train, test = ratings.by_user(train, cfg.users / train.shape[0], job.rng("users"))
    printed = papers.table("breese1998/msweb").rows
    models = {name: model.fit(train) for name, model in methods(cfg.classes, cfg.price, 0).items()}
    gaps = {}
    for i, order in enumerate(("drawn", "first", "last")):
        for j, (column, count) in enumerate(ASKED.items()):
            for few in ("left out", "asked for one"):
                rows, needed = np.diff(test.indptr), 1 if count == "all but 1" else count
                usual = test[np.flatnonzero(rows > needed)]
                known, asked = parts(usual, count, order, job.rng("known", i, j))
                if few == "asked for one":
                    others = parts(test[np.flatnonzero(rows <= needed)], "all but 1", order, job.rng("few", i, j))
                    known, asked = (ratings.sparse.vstack(pair, "csr") for pair in zip((known, asked), others))
                for name, model in models.items():
                    places = ranking.ranks(model.scores(known), known)
                    for halving in (MINUS_1, ranking.HALF_LIFE):
                        reached, most = ranking.utilities(places, asked, lambda place, h=halving: 2.0 ** (-place / h))
                        for mean, score in (("sums", reached.sum() / most.sum()), ("means", np.mean(reached / most))):
                            reading = f"{order}, half after {halving}, short ones {few}, ratio of {mean}"
                            gaps.setdefault(reading, []).append((name, 100 * score - printed[name][column].number))
            job.progress((4 * i + j + 1) / 12, f"{order}, {column}")
    gaps = dict(sorted(gaps.items(), key=lambda item: _root(g for _, g in item[1])))
    nearest = next(iter(gaps))
    print(
        f"Of {len(gaps)} readings the nearest is: {nearest} ({_root(g for _, g in gaps[nearest]):.2f} from the print)."
    )
    return {
        reading: {"distance": _root(g for _, g in found), "of POP": _root(g for name, g in found if name == "POP")}
        for reading, found in gaps.items()
    }


def _root(gaps):
    return float(np.sqrt(np.mean(np.square(list(gaps)))))
