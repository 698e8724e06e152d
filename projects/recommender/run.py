"""A look: an invented cinema, five ways to recommend the films that its visitors saw last, and the films as a map."""

from dataclasses import dataclass

import numpy as np

import compare
import completion
import demo
import exact
import pictures
import ranking
import stars
import tables
from abacus.launch import launch
from abacus.settings import at_least, between


@dataclass
class Config:
    users: int = at_least(20)  # visitors of the cinema
    asked: float = between(0, 1, open=True)  # share of all visits, the last ones by time, that are looked for
    top: int = at_least(1)  # length of the lists
    factors: int = at_least(2)  # of ALS and BPR


def look(cfg: Config, job):
    """nDCG of popularity, neighbours, rules, ALS and BPR: what is learnt came before what is asked."""
    import ratings
    from factors import ALS, BPR
    from neighbours import ItemNeighbours, Popularity, Rules

    cinema = demo.cinema(cfg.users, job.rng("cinema"))
    before, after = ratings.by_time(cinema.times, cfg.asked)
    known, asked = ratings.kept(cinema.x, before), ratings.kept(cinema.x, after)
    rows = np.flatnonzero((np.diff(asked.indptr) > 0) & (np.diff(known.indptr) > 0))
    als = ALS(cfg.factors, penalty=30.0, seed=job.seed)
    models = {
        "popularity": Popularity(),
        "item neighbours": ItemNeighbours(),
        "rules": Rules(),
        "ALS": als,
        "BPR": BPR(cfg.factors, passes=20, seed=job.seed),
    }
    found = {}
    for name, model in models.items():
        places = ranking.ranks(model.fit(known).scores(known[rows]), known[rows])
        found[name] = {k: 100 * v for k, v in ranking.at_k(places, asked[rows], cfg.top).items()}
        found[name]["coverage"] = 100 * ranking.coverage(places, cfg.top)
    with job.figure("lists") as figure:
        pictures.lists(
            figure, {name: values["nDCG"] for name, values in found.items()}, als.items_, cinema.kinds, list(demo.KINDS)
        )
    best = max(found, key=lambda name: found[name]["nDCG"])
    one, other = found["popularity"], found[best]
    print(
        f"{len(rows)} visitors, their last films hidden: a list of {cfg.top} by popularity has nDCG {one['nDCG']:.1f} %, the "
        f"best of five, {best}, {other['nDCG']:.1f} %; {one['coverage']:.0f} and {other['coverage']:.0f} % of the films are "
        "ever recommended."
    )
    return found


if __name__ == "__main__":
    launch(
        look, tables.breese, tables.readings, completion.complete, completion.transition, exact.optimum, exact.floor,
        compare.compare, stars.surprise,
        figures={
            tables.breese: pictures.scores,
            completion.complete: pictures.residuals,
            completion.transition: pictures.found,
            compare.compare: pictures.beside,
        },
    )  # fmt: skip
