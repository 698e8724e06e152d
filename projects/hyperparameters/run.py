"""Eight searches look for the lowest of three valleys, each with the same few evaluations."""

from dataclasses import dataclass

import numpy as np

import designs
import digits
import ego
import functions
import halving
import pictures
import searches
from abacus.launch import launch
from abacus.settings import at_least, one_of


@dataclass
class Config:
    function: str = one_of(*functions.FUNCTIONS)  # what is minimised
    evaluations: int = at_least(12)  # of the function, for each search


def race(cfg: Config, job):
    """log₁₀ of each search's regret, its least value less the minimum, at half of the evaluations and at the end."""
    function, kinds = functions.FUNCTIONS[cfg.function], [0] * functions.DIMENSIONS[cfg.function]
    found, seen = {}, {}
    for k, (name, make) in enumerate(searches.POINTS.items()):
        points, values = searches.minimise(make(kinds, cfg.evaluations, job.rng(name)), function, cfg.evaluations)
        regret = np.maximum(np.minimum.accumulate(values) - functions.least(cfg.function), FLOOR)
        job.log(search=name, regret=regret)
        job.progress((k + 1) / len(searches.POINTS), name)
        seen[name] = points, regret
        found[name] = {"half": np.log10(regret[cfg.evaluations // 2 - 1]), "end": np.log10(regret[-1])}
    with job.figure("look") as figure:
        pictures.look(figure, cfg.function, seen)
    best = min(seen, key=lambda name: seen[name][1][-1])
    print(
        f"After {cfg.evaluations} evaluations {best} is {seen[best][1][-1]:.2g} above the minimum of {cfg.function}'s "
        f"function, random draws {seen['random'][1][-1]:.2g}."
    )
    return found


FLOOR = 1e-9  # a regret below is none: the minimum itself is known to about as many digits


if __name__ == "__main__":
    launch(
        race, ego.ego, ego.until, halving.schedule, designs.draws, designs.rule, digits.budget,
        figures={race: pictures.races, ego.ego: pictures.counts, digits.budget: pictures.budgets},
    )  # fmt: skip
