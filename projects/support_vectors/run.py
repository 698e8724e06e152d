"""A look: the borders that three kernels draw between two half moons, a tube around a curve, and the skin of a cloud."""

from dataclasses import dataclass

import numpy as np

import by_hand
import digits
import guide
import pictures
from abacus.launch import launch
from abacus.settings import above, at_least, between
from machines import SVC
from regression import NuSVR, OneClassSVM


@dataclass
class Config:
    points: int = at_least(10)  # in each moon
    noise: float = at_least(0.0)  # standard deviation of what is added to each coordinate
    C: float = above(0)  # price of a violation
    gamma: float = above(0)  # of the RBF kernel; the polynomial takes half of it
    degree: int = at_least(1)  # of the polynomial
    nu: float = between(0.01, 1)  # share of points that may lie outside the tube and the skin


def look(cfg: Config, job):
    """For each kernel its support vectors and the share of new points on the wrong side."""
    (x, y), (new, truth) = (moons(cfg.points, cfg.noise, job.rng(name)) for name in ("points", "new points"))
    machines = {
        "linear": SVC(cfg.C, "linear"),
        f"polynomial of degree {cfg.degree}": SVC(cfg.C, "poly", cfg.degree, cfg.gamma / 2, coef0=1.0),
        "RBF": SVC(cfg.C, "rbf", gamma=cfg.gamma),
    }
    found = {}
    for name, machine in machines.items():
        machine.fit(x, y)
        wrong = 100 * float(np.mean(machine.predict(new) != truth))
        found[name] = {"support vectors": len(machine.support_), "wrong, %": wrong}
    rng = job.rng("curve")
    t = np.sort(rng.uniform(-3, 3, cfg.points))
    curve = np.sinc(t) + 0.1 * rng.standard_normal(len(t))
    tube = NuSVR(cfg.nu, C=10.0, gamma=cfg.gamma).fit(t[:, None], curve)
    skin = OneClassSVM(cfg.nu, gamma=cfg.gamma / 2).fit(x[y == 0])
    with job.figure("borders") as figure:
        pictures.borders(figure, x, y, machines, (t, curve, tube), skin)
    bent = found["RBF"]
    print(
        f"Of {2 * cfg.points} points {bent['support vectors']} hold the border of the RBF kernel, and {bent['wrong, %']:.1f} % "
        f"of new points lie on its wrong side; a straight border has {found['linear']['wrong, %']:.1f} % there."
    )
    return found


def moons(n, noise, rng):
    """Two interlocking half circles of n points each: x (2n, 2) and the classes 0 and 1 (2n,)."""
    angle = rng.uniform(0, np.pi, 2 * n)
    y = np.repeat([0, 1], n)
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x[n:] = [1.0, 0.5] - x[n:]
    return x + noise * rng.standard_normal(x.shape), y


if __name__ == "__main__":
    launch(look, by_hand.four_points, digits.usps, digits.nearest, digits.two_three, guide.guide)
