"""What mean field misses: one density, followed by four families of laws."""

from dataclasses import dataclass

import coal
import gaussian
import mixture
import pictures
import schools
import targets
import weights
from abacus.launch import launch
from abacus.settings import above, at_least, one_of


@dataclass
class Config:
    target: str = one_of(*targets.TARGETS)  # density that is to be followed
    steps: int = at_least(1)  # of Adam, for each family
    samples: int = at_least(1)  # draws in each step
    rate: float = above(0)  # learning rate at the start
    draws: int = at_least(2)  # for the bounds at the end


def look(cfg: Config, job):
    """One row for each family: KL(q, p) and the spread of the first coordinate, beside that of the density itself."""
    constant, spread = targets.log_constant(targets.TARGETS[cfg.target]), targets.spread(targets.TARGETS[cfg.target])
    rows, clouds = {}, {}
    for k, name in enumerate(targets.FAMILIES):
        job.progress(k / len(targets.FAMILIES), name)
        row, family = targets.followed(
            targets.Config(cfg.target, name, cfg.steps, cfg.samples, cfg.rate, cfg.draws), job
        )
        cloud = targets.advi.sample(family, cfg.draws, job.rng("shown", k))[0]
        rows[name], clouds[name] = row | {"sd of x": float(cloud[:, 0].std())}, cloud
    with job.figure("families") as figure:
        pictures.families(figure, targets.TARGETS[cfg.target], constant, clouds, rows)
    narrow, bent = rows["mean field"], rows["planar flow"]
    gap = max(0.0, bent["KL(q, p)"][0])
    print(
        f"Mean field gives x a standard deviation of {narrow['sd of x']:.2f} where it is {spread:.2f}, and stays "
        f"{narrow['KL(q, p)'][0]:.2f} away; a flow gives {bent['sd of x']:.2f} and stays {gap:.3f} away."
    )
    return rows | {"the density itself": {"sd of x": spread, "log Z": (constant, 0.0)}}


if __name__ == "__main__":
    launch(
        look,
        gaussian.correlated,
        gaussian.univariate,
        mixture.faithful,
        coal.change,
        targets.follow,
        targets.follow_slowly,
        schools.quadrature,
        schools.approximate,
        weights.by_backprop,
        figures={gaussian.correlated: pictures.products, schools.approximate: pictures.eight_schools},
    )
