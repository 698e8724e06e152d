"""Maximum likelihood where something was not observed: EM, and Rao's 197 animals, on which Dempster, Laird and Rubin show it."""

import math
from dataclasses import dataclass

import numpy as np

import likelihood
from abacus.errors import BadInput
from abacus.settings import at_least, between


def em(step, start, steps):
    """The iterates p₀ = start, p₁ = step(p₀), ... (steps + 1,) of one E step and M step after the other, eq. (12)."""
    iterates = [float(start)]
    for _ in range(steps):
        iterates.append(float(step(iterates[-1])))  # eq. 12
    return np.array(iterates)


class Linkage:
    """Animals in four cells of probability ½ + p/4, (1 − p)/4, (1 − p)/4, p/4: eq. (10); theta is (p,)."""

    def __init__(self, counts):
        counts = likelihood.weights(counts)
        if len(counts) != 4 or counts[3] + counts[0] == 0 or counts[1] + counts[2] == 0:
            raise BadInput(
                f"counts {counts.tolist()}: wanted four, with animals among the first and last and among the others"
            )
        if counts[3] == 0 and counts[0] <= 2 * (counts[1] + counts[2]):
            raise BadInput(f"counts {counts.tolist()}: the likeliest p is 0, at the edge, where no slope is 0")
        self.counts = counts

    def cells(self, p):
        """The four probabilities, eq. (10), and their slopes by p."""
        return np.array([0.5 + p / 4, (1 - p) / 4, (1 - p) / 4, p / 4]), np.array([1, -1, -1, 1]) / 4  # eq. 10

    def log_likelihood(self, theta):
        if not 0 < theta[0] < 1:
            return -math.inf
        return float(self.counts @ np.log(self.cells(theta[0])[0]))

    def score(self, theta):
        q, slope = self.cells(theta[0])
        return np.array([self.counts @ (slope / q)])

    def observed(self, theta):
        q, slope = self.cells(theta[0])
        return np.array([[self.counts @ (slope / q) ** 2]])

    def expected(self, theta):
        q, slope = self.cells(theta[0])
        return np.array([[self.counts.sum() * (slope**2 / q).sum()]])

    def step(self, p):
        """E step: of the first cell's animals, those that belong to its part p/4; M step: the share of a coin's heads."""
        first, second, third, fourth = self.counts
        hidden = first * p / (2 + p)  # eq. 11
        return (hidden + fourth) / (hidden + second + third + fourth)  # eq. 12

    def limit(self):
        """The maximum itself: the likelihood's slope is 0 where a quadratic is."""
        first, second, third, fourth = self.counts
        a, b, c = self.counts.sum(), first - 2 * (second + third) - fourth, -2 * fourth
        return (b + math.sqrt(b * b - 4 * a * c)) / (2 * a)

    def missing(self, p):
        """The share of the complete data's information that the first cell hides, eq. (13): what EM's distances shrink by."""
        first, second, third, fourth = self.counts
        hidden = first * p / (2 + p)
        complete = (hidden + fourth) / p**2 + (second + third) / (1 - p) ** 2
        return 1 - float(self.observed([p])[0, 0] / complete)  # eq. 13


@dataclass
class Config:
    counts: list[int] = at_least(0)  # animals in the four cells
    start: float = between(0, 1, open=True)  # of p
    steps: int = at_least(1)  # of EM


def linkage(cfg: Config, job):
    """Table 1 of Dempster, Laird and Rubin: iterates, distances from the maximum, ratios of these; and two rivals."""
    model = Linkage(cfg.counts)
    iterates, limit = em(model.step, cfg.start, cfg.steps), model.limit()
    distance = np.abs(iterates - limit)
    rows = {str(k): {"p": p, "distance": d} for k, (p, d) in enumerate(zip(iterates, distance))}
    del rows["0"]["p"]  # a setting
    for k in range(min(6, cfg.steps)):
        if distance[k] > 0:
            rows[str(k)]["ratio"] = distance[k + 1] / distance[k]
    rows["limit"] = {"p": limit, "ratio": model.missing(limit)}
    for name, climb in (("Newton", likelihood.newton), ("scoring", likelihood.scoring)):
        found = climb(model, [cfg.start])
        rows |= {f"{name}, {k}": {"p": p, "distance": abs(p - limit)} for k, p in enumerate(found.path[1:, 0], 1)}
    return rows
