"""A look: a rolled sheet, two maps that keep distances and cannot unroll it, and five that keep neighbours."""

from dataclasses import dataclass

import numpy as np

import closed
import maps
import mds
import neighbours
import pictures
from abacus.launch import launch
from abacus.settings import at_least
from eigenmaps import LocallyLinearEmbedding, SpectralEmbedding
from fuzzy import UMAP
from tsne import TSNE

INNER, OUTER = 1.5 * np.pi, 4.5 * np.pi  # radii of the roll, whose curve is r = angle
HEIGHT = 21.0
PLASTIC = 1.3247179572447460  # x³ = x + 1: its powers spread points evenly over a square (Roberts 2018)


@dataclass
class Config:
    points: int = at_least(50)  # on the roll
    neighbours: int = at_least(2)  # of each point
    judged: int = at_least(1)  # neighbours by which trustworthiness is counted


def look(cfg: Config, job):
    """For each map its trustworthiness, and the variance of the sheet's distances that its own leave unexplained."""
    x, flat = roll(cfg.points)
    k = cfg.neighbours
    ways = {
        "classical": mds.ClassicalMDS(),
        "SMACOF": mds.MDS(),
        "Isomap": mds.Isomap(k),
        "LLE": LocallyLinearEmbedding(k),
        "eigenmaps": SpectralEmbedding(n_neighbors=k),
        "t-SNE": TSNE(),
        "UMAP": UMAP(k + 1),
    }
    distance = neighbours.pairwise(flat)
    found, drawn = {}, {}
    for name, way in ways.items():
        y = drawn[name] = way.fit_transform(x)
        found[name] = {
            "trustworthiness": neighbours.trustworthiness(x, y, cfg.judged),
            "residual variance": mds.residual_variance(distance, y),
        }
    with job.figure("roll") as figure:
        pictures.roll(figure, x, flat[:, 0], drawn)
    print(
        f"Isomap leaves {found['Isomap']['residual variance']:.2%} of the variance of the sheet's distances unexplained, "
        f"classical scaling of the roll {found['classical']['residual variance']:.0%}."
    )
    return found


def roll(n):
    """n points spread evenly over a sheet, rolled up: x (n, 3), and their places on the flat sheet (n, 2). No random numbers."""
    i = np.arange(1, n + 1)
    along, height = (0.5 + i / PLASTIC) % 1.0, (0.5 + i / PLASTIC**2) % 1.0
    first, last = length(INNER), length(OUTER)
    arc = first + along * (last - first)
    angle = np.sqrt(2.0 * arc)  # length(r) is near r² / 2; then Newton's steps
    for _ in range(6):
        angle -= (length(angle) - arc) / np.sqrt(1.0 + angle**2)
    x = np.stack([angle * np.cos(angle), HEIGHT * height, angle * np.sin(angle)], axis=1)
    return x, np.stack([arc, HEIGHT * height], axis=1)


def length(angle):
    """The length of the spiral r = angle from its centre: (a √(1 + a²) + arsinh a) / 2."""
    return 0.5 * (angle * np.sqrt(1.0 + angle**2) + np.arcsinh(angle))


if __name__ == "__main__":
    launch(look, closed.spectra, closed.cities, closed.states, maps.digits, maps.clouds)
