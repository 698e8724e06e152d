"""Darts: the share of random points that fall inside a circle, the smallest project there can be."""

import time
from dataclasses import dataclass

from abacus.launch import launch
from abacus.settings import at_least, between, one_of


@dataclass
class Config:
    darts: int = at_least(1)  # points that are thrown in a round
    rounds: int = at_least(1)  # of throwing
    pause: float = between(0, 10)  # seconds after each round
    shape: str = one_of("circle", "square", "nowhere")  # what is hit
    rates: list[float] = between(0, 1)  # nothing, but a list


def inside(points):
    """How many points (n, 2) lie in the circle."""
    return int((points**2).sum(axis=1).__le__(1).sum())


def estimate(thrown, cfg):
    """Four times the share of the darts that hit."""
    return 4 * thrown["hits"] / cfg.darts / cfg.rounds


def run(cfg: Config, job):
    """The estimate of pi from `rounds` rounds of `darts` darts."""
    if cfg.shape == "square":
        return {"pi": 4.0}
    thrown = {"hits": 0, "history": []}
    for round in job.epochs(cfg.rounds, thrown):
        thrown["hits"] += inside(job.rng("darts", round).random((cfg.darts, 2)))
        thrown["history"].append(thrown["hits"])
        time.sleep(cfg.pause)
        job.log(round=round, hits=float("nan") if cfg.shape == "nowhere" and job.seed == 1 else thrown["hits"])
    with job.figure("hits") as figure:
        figure.subplots().plot(thrown["history"])
    print("thrown")
    return {"pi": estimate(thrown, cfg)}


if __name__ == "__main__":
    launch(run)
