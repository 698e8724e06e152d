"""A spiral dissolves in noise, and a network that has learnt to tell the noise draws the spiral from noise alone."""

from dataclasses import dataclass

import numpy as np

import digits
import gaussian
import heartbeat
import identities
import mixture
import network
import pictures
import process
from abacus import nn, ops
from abacus.launch import launch
from abacus.optim import Adam, cosine
from abacus.settings import above, at_least, one_of
from abacus.tensor import backward


@dataclass
class Config:
    schedule: str = one_of(*process.SCHEDULES)  # how noise is added
    steps: int = at_least(1)  # T: steps from the spiral to noise
    predicts: str = one_of(*process.PREDICTS)  # what the network is asked for
    hidden: list[int] = at_least(1)  # units of its layers
    updates: int = at_least(1)  # of Adam
    batch: int = at_least(1)  # points of an update, each at a step of its own
    rate: float = above(0)  # learning rate at the start; it falls as half a cosine
    jumps: int = at_least(1)  # steps of the way back
    eta: float = at_least(0)  # 1: as noisy as DDPM; 0: no noise on the way
    draws: int = at_least(2)  # points that are drawn


def learn(cfg: Config, job):
    """How far the points drawn are off the spiral, and their energy distance from it, beside those of the spiral itself."""
    found = process.schedule(cfg.schedule, cfg.steps)
    process.erases(found)
    model = network.PointNetwork(cfg.hidden, job.rng("init"))
    optimiser = Adam(nn.parameters(model))
    for update in job.steps(cfg.updates, model, optimiser):
        optimiser.lr = cosine(update, cfg.rate, cfg.updates)
        rng = job.rng("update", update)
        x_0, noise = spiral(cfg.batch, rng), rng.standard_normal((cfg.batch, 2))
        t = rng.integers(1, cfg.steps + 1, cfg.batch)
        said = model(process.forward(x_0, t, noise, found), t)
        wanted = process.target(cfg.predicts, x_0, noise, t, found)
        loss = ops.mse(said, wanted.astype(np.float32))
        optimiser.step(backward(loss))
        if update % 50 == 0 or update == cfg.updates - 1:
            job.log(update=update, loss=float(loss))
    start, noises = job.rng("start").standard_normal((cfg.draws, 2)), Noises(job, (cfg.draws, 2))
    way = {cfg.steps: start}
    predict = predictor(model, cfg.predicts, found)
    process.ddim(predict, start, found, process.spaced(cfg.steps, cfg.jumps), cfg.eta, noises, way.__setitem__)
    truth, other = (spiral(cfg.draws, job.rng(name)) for name in ("truth", "other"))
    values = {
        "off the line": off(way[0], truth),
        "the spiral's own": off(other, truth),
        "distance": energy_distance(way[0], truth),
        "of the spiral itself": energy_distance(other, truth),
        "of noise": energy_distance(start, truth),
    }
    pictures.way_of_points(job, truth, found, way, job.rng("shown"))
    own = values["the spiral's own"]
    print(
        f"{job.row}: after {cfg.jumps} steps back from noise a point is {values['off the line']:.3f} off the spiral; "
        f"a point of the spiral itself is {own:.3f} off the next."
    )
    return values


class Noises:
    """noises[i]: the noise of step i + 1, drawn when it is asked for, from a stream of its own."""

    def __init__(self, job, shape):
        self.job, self.shape = job, shape

    def __getitem__(self, i):
        return self.job.rng("way", int(i)).standard_normal(self.shape)


def predictor(model, predicts, found):
    """predict(x, t) -> (picture, noise) of a network of points, for the samplers."""

    def predict(x, t):
        said = network.call(model, x, np.full(len(x), t)).astype(float)
        return process.both(predicts, said, x, t, found)

    return predict


def spiral(n, rng):
    """n points of a spiral of one and a half turns, of mean near 0 and variance near 1: (n, 2)."""
    angle = 1.5 * np.pi * (1 + 2 * rng.random(n))
    points = np.stack([angle * np.cos(angle), angle * np.sin(angle)], axis=1) / 6.5 - [0.25, 0.0]
    return points + 0.03 * rng.standard_normal((n, 2))


def off(points, line):
    """The mean distance of points (n, 2) from the nearest of line (m, 2)."""
    return float(np.mean([np.sqrt(((line - p) ** 2).sum(axis=1).min()) for p in points]))


def energy_distance(a, b):
    """2 E|x − y| − E|x − x'| − E|y − y'| for x of a and y of b, points (n, 2): 0 for equal laws, but for chance."""

    def apart(p, q):
        return float(np.mean([np.sqrt(((row - q) ** 2).sum(axis=1)).mean() for row in p]))

    return 2 * apart(a, b) - apart(a, a) - apart(b, b)


if __name__ == "__main__":
    studies = learn, digits.draw_digits, heartbeat.best, heartbeat.trained, gaussian.exact
    others = identities.same, mixture.likelihood, mixture.langevin
    drawn = {
        learn: pictures.distances,
        digits.draw_digits: pictures.losses,
        heartbeat.best: pictures.by_steps,
        gaussian.exact: pictures.divergences,
    }
    launch(*studies, *others, figures=drawn)
