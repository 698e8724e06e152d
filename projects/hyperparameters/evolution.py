"""CMA-ES (Hansen 2016): a normal cloud of points that moves, grows and turns towards the better half of them."""

import numpy as np

from abacus.errors import BadInput

TRIES = 100  # draws until a point lies inside the cube; after that it is moved to its edge


class Evolution:
    """ask() for a point of the unit cube, tell(point, value); it minimises. A generation ends when `size` values have come."""

    def __init__(self, d, rng, mean=None, step=0.3):
        if d < 1:
            raise BadInput(f"Evolution: {d} dimensions; at least 1 is wanted")
        self.rng, self.d = rng, d
        self.mean = np.full(d, 0.5) if mean is None else np.array(mean, float)
        self.step, self.covariance = step, np.eye(d)
        self.path, self.length_path = np.zeros(d), np.zeros(d)
        self.size = 4 + int(3 * np.log(d))
        half = self.size // 2
        raw = np.log((self.size + 1) / 2) - np.log(np.arange(1, half + 1))
        self.weights = raw / raw.sum()
        self.mass = 1 / (self.weights**2).sum()
        m = self.mass
        self.c_length, self.c_path = (m + 2) / (d + m + 5), (4 + m / d) / (d + 4 + 2 * m / d)
        self.damping = 1 + 2 * max(0, np.sqrt((m - 1) / (d + 1)) - 1) + self.c_length
        self.c_one = 2 / ((d + 1.3) ** 2 + m)
        self.c_many = min(1 - self.c_one, 2 * (m - 2 + 1 / m) / ((d + 2) ** 2 + m))
        self.usual = np.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))  # E‖N(0, I)‖
        self.generation, self.told = 0, []
        self._turn()

    def ask(self):
        """A point (d,) of the cloud, inside the cube."""
        for _ in range(TRIES):
            point = self.mean + self.step * self.axes @ (self.lengths * self.rng.standard_normal(self.d))  # eq. 14
            if ((point >= 0) & (point <= 1)).all():
                return point
        return np.clip(point, 0, 1)

    def tell(self, point, value):
        """The value at a point; the last of a generation moves the cloud."""
        self.told.append((np.inf if np.isnan(value) else float(value), np.asarray(point, float)))
        if len(self.told) == self.size:
            self._move()
            self.told = []

    def _move(self):
        best = sorted(self.told, key=lambda pair: pair[0])[: len(self.weights)]
        steps = (np.array([point for _, point in best]) - self.mean) / self.step
        mean_step = self.weights @ steps
        self.mean = self.mean + self.step * mean_step  # eq. 15
        self.generation += 1
        c, m = self.c_length, self.mass
        round_step = self.axes @ (self.axes.T @ mean_step / self.lengths)
        self.length_path = (1 - c) * self.length_path + np.sqrt(c * (2 - c) * m) * round_step
        length = np.linalg.norm(self.length_path)
        calm = length / np.sqrt(1 - (1 - c) ** (2 * self.generation)) < (1.4 + 2 / (self.d + 1)) * self.usual
        c = self.c_path
        self.path = (1 - c) * self.path + calm * np.sqrt(c * (2 - c) * m) * mean_step
        kept = 1 - self.c_one - self.c_many + (not calm) * self.c_one * c * (2 - c)
        many = (self.weights[:, None] * steps).T @ steps
        self.covariance = (
            kept * self.covariance + self.c_one * np.outer(self.path, self.path) + self.c_many * many
        )  # eq. 16
        self.step *= np.exp(self.c_length / self.damping * (length / self.usual - 1))  # eq. 17
        self._turn()

    def _turn(self):
        """The cloud's axes and the lengths of them, from its covariance."""
        values, self.axes = np.linalg.eigh((self.covariance + self.covariance.T) / 2)
        self.lengths = np.sqrt(np.maximum(values, 1e-20))
