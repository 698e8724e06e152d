"""How fast the samplers' averages converge: four integrals over the unit square, by the engine's own points."""

import numpy as np

GAUSS = 0.5577462853510337  # (∫ exp(-x²) dx over [0, 1])²
FUNCTIONS = {
    "disk": (lambda x, y: x * x + y * y < 2 / np.pi, 0.5),
    "triangle": (lambda x, y: y > x, 0.5),
    "Gaussian": (lambda x, y: np.exp(-x * x - y * y), GAUSS),
    "bilinear": (lambda x, y: x * y, 0.25),
}
RUNS = 400


def errors(sampler, n, job):
    """{function: (root mean square error of the mean of n points, its standard error)} over RUNS independent sets."""
    squares = squared_errors(sampler, n, int(job.rng("points").integers(2**20)), RUNS)
    out = {}
    for name, square in squares.items():
        rmse = np.sqrt(square.mean())
        out[name] = float(rmse), float(square.std(ddof=1) / np.sqrt(len(square)) / (2 * rmse))
    return out


def squared_errors(sampler, n, seed, runs):
    """{function: squared errors (runs,)}."""
    import engine

    out = {name: np.zeros(runs) for name in FUNCTIONS}
    for k in range(runs):
        x, y = engine.points(sampler, n, seed * 4096 + k).astype(float).T
        for name, (f, value) in FUNCTIONS.items():
            out[name][k] = (f(x, y).mean() - value) ** 2
    return out
