"""A random walk that saves after every step: the project that the faults are thrown at."""

from dataclasses import dataclass

import numpy as np

from abacus.launch import launch
from abacus.running import job as jobs
from abacus.settings import at_least, between, one_of

jobs.SAVE_SECONDS = -1.0  # a checkpoint after each round


@dataclass
class Config:
    rounds: int = at_least(1)
    pause: float = between(0, 10)
    kind: str = one_of("walk", "fixed", "nowhere")


def run(cfg: Config, job):
    """Where two walkers stand after `rounds` rounds in one loop and as many in another."""
    import time

    if cfg.kind == "fixed":
        return {"distance": 1.0, "farthest": 2.0}
    first, second, best = {"place": np.zeros(3)}, {"place": np.zeros(40)}, {"step": None, "far": 0.0, "history": []}
    for epoch in job.epochs(cfg.rounds, first):
        first["place"] += job.rng("walk", epoch).normal(size=3)
        time.sleep(cfg.pause)
        job.log(epoch=epoch, place=float(first["place"].sum()))
    for step in job.steps(cfg.rounds, second, best, every=1):
        second["place"] += job.rng("stretch", step).normal(size=40) + first["place"].sum()
        far = float(abs(second["place"]).max())
        best["history"].append(far)
        if far > best["far"]:
            best.update(step=step, far=far)
        job.log(step=step, far=float("nan") if cfg.kind == "nowhere" and job.seed == 1 else far)
    job.save("walkers", first, second)
    with job.figure("far") as figure:
        figure.subplots().plot(best["history"])
    return {"distance": float(np.linalg.norm(first["place"])), "farthest": best["far"]}


def draw(results, save):
    """How far each walker came."""
    with save("all") as figure:
        axes = figure.subplots()
        for record in results:
            axes.plot([line["far"] for line in record["log"] if "far" in line])


if __name__ == "__main__":
    launch(run, figures=draw)
