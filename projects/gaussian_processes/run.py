"""A look: functions drawn before and after a few points are seen, and what the evidence says of the kernel's numbers."""

from dataclasses import dataclass

import numpy as np

import active
import carbon
import digits
import pictures
import shortcuts
import uci
from abacus.launch import launch
from abacus.settings import above, at_least
from covariance import RBF, Constant, Matern, NeuralNetwork, Periodic, White
from gp import GaussianProcessRegressor

PRIORS = {
    "RBF: smooth": RBF(1.0),
    "Matern 1/2: rough": Matern(1.0, 0.5),
    "periodic": Periodic(1.0, 2.0),
    "neural network": 4.0 * NeuralNetwork(2.0, 5.0),
}


@dataclass
class Config:
    points: int = at_least(3)  # that are seen
    noise: float = above(0)  # standard deviation of what is added to each
    draws: int = at_least(1)  # functions that are drawn


def look(cfg: Config, job):
    """The numbers of an RBF kernel that the evidence chooses, and errors in the gap and beside the points."""
    rng = job.rng("points")
    x = np.sort(
        np.concatenate([rng.uniform(-4, -0.5, cfg.points // 2), rng.uniform(1.5, 4, cfg.points - cfg.points // 2)])
    )
    y = truth(x) + cfg.noise * rng.standard_normal(len(x))
    process = GaussianProcessRegressor(Constant() * RBF() + White(), normalize_y=False).fit(x[:, None], y)
    line = np.linspace(-5, 5, 201)[:, None]
    mean, deviation = process.predict(line, return_std=True)
    new = job.rng("new points").uniform(-5, 5, 400)
    guess, spread = process.predict(new[:, None], return_std=True)
    seen = truth(new) + cfg.noise * job.rng("new noise").standard_normal(len(new))
    inside = 100 * float(np.mean(np.abs(seen - guess) < 1.96 * spread))
    left_out = process.leave_one_out()
    with job.figure("process") as figure:
        pictures.process(
            figure, job.rng("draws"), cfg.draws, PRIORS, (x, y), process, (line[:, 0], mean, deviation), truth
        )
    scale, noise = process.kernel_.left.right.length_scale, np.sqrt(process.kernel_.right.value)
    print(
        f"From {cfg.points} points the evidence finds a length of {scale:.2f} and noise of {noise:.2f} (it was {cfg.noise:g}); "
        f"of 400 new points {inside:.1f} % lie in the band that should hold 95 %."
    )
    return {
        "length": float(scale),
        "noise": float(noise),
        "log evidence": process.log_marginal_likelihood_value_,
        "in the band, %": inside,
        "error, one left out": uci.rmse(left_out[0], y),
    }


def truth(x):
    """The function that is to be found."""
    return np.sin(1.5 * x) + 0.3 * x


if __name__ == "__main__":
    launch(
        look, uci.dropout, uci.network, uci.exact, carbon.book, carbon.learnt, digits.digits, shortcuts.few, shortcuts.series,
        shortcuts.field, active.active, figures={uci.dropout: pictures.splits},
    )  # fmt: skip
