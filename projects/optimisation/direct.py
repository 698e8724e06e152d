"""Minimisation without gradients: Nelder and Mead's simplex, and three evolution strategies."""

import math
from typing import NamedTuple

import numpy as np

import door
from abacus.errors import BadInput


class Found(NamedTuple):
    """The best x (n,), f there, `steps` (generations), `evaluations`, why it ended, and the best or middle x after each step."""

    x: np.ndarray
    f: float
    steps: int
    evaluations: int
    reason: str
    path: np.ndarray


def nelder_mead(f, start, size=0.05, tolerance=1e-8, most=5_000):
    """The simplex of n + 1 points whose worst one is mirrored, stretched or pulled in (Nelder & Mead 1965; eq. 17).

    The start simplex moves each coordinate by `size` of itself (0.00025 where it is 0). Ends where values and corners
    agree within `tolerance`, absolutely.
    """
    door.whole(most=most)
    door.positive(size=size)
    x = _start(f, start)
    n = len(x)
    corners = np.tile(x, (n + 1, 1))
    corners[np.arange(1, n + 1), np.arange(n)] = np.where(x != 0, x * (1 + size), 0.00025)
    values = np.array([_value(f, c) for c in corners])
    evaluations, path = n + 1, []
    for steps in range(most + 1):
        order = np.argsort(values, kind="stable")
        corners, values = corners[order], values[order]
        path.append(corners[0])
        if np.abs(corners[1:] - corners[0]).max() <= tolerance and values[-1] - values[0] <= tolerance:
            return Found(corners[0], values[0], steps, evaluations, "the simplex is small", np.array(path))
        centre, worst = corners[:-1].mean(axis=0), corners[-1]

        def at(t):
            point = centre + t * (centre - worst)  # noqa: B023  eq. 17
            return point, _value(f, point)

        mirrored, evaluations = at(1.0), evaluations + 1
        chosen = mirrored
        if mirrored[1] < values[0]:
            stretched, evaluations = at(2.0), evaluations + 1
            chosen = stretched if stretched[1] < mirrored[1] else mirrored
        elif mirrored[1] >= values[-2]:
            pulled, evaluations = at(0.5 if mirrored[1] < values[-1] else -0.5), evaluations + 1
            chosen = pulled if pulled[1] <= min(mirrored[1], values[-1]) else None
        if chosen is None:
            corners[1:] = corners[0] + 0.5 * (corners[1:] - corners[0])
            values[1:] = [_value(f, c) for c in corners[1:]]
            evaluations += n
        else:
            corners[-1], values[-1] = chosen
    return Found(corners[0], values[0], most, evaluations, f"stopped after {most} steps", np.array(path))


def cma_es(f, start, spread, rng, population=None, target=-math.inf, most=10_000):
    """Covariance matrix adaptation (Hansen 2016, its default weights and rates): x ~ m + σ N(0, C)  (eq. 18).

    m moves to the mean of the better half, C learns from the path of m and from the better half, σ from the path's length.
    Ends at f ≤ target, or where σ times the longest axis is below 1e-12 of the start's.
    """
    mean = _start(f, start)
    n = len(mean)
    size = 4 + int(3 * math.log(n)) if population is None else population
    door.whole(most=most)
    door.whole(2, population=size)
    door.positive(spread=spread)
    half = size // 2
    weights = math.log((size + 1) / 2) - np.log(np.arange(1, half + 1))
    weights /= weights.sum()
    effective = 1 / (weights @ weights)
    c_sigma = (effective + 2) / (n + effective + 5)
    d_sigma = 1 + 2 * max(0.0, math.sqrt((effective - 1) / (n + 1)) - 1) + c_sigma
    c_path = (4 + effective / n) / (n + 4 + 2 * effective / n)
    c_one = 2 / ((n + 1.3) ** 2 + effective)
    c_mu = min(1 - c_one, 2 * (effective - 2 + 1 / effective) / ((n + 2) ** 2 + effective))
    usual = math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))  # E‖N(0, I)‖
    sigma, covariance, path_sigma, path = float(spread), np.eye(n), np.zeros(n), np.zeros(n)
    ways, best = [mean], (mean, _value(f, mean))
    for steps in range(1, most + 1):
        lengths, axes = np.linalg.eigh(covariance)
        lengths = np.sqrt(np.maximum(lengths, 0.0))
        z = rng.standard_normal((size, n))
        moves = (z * lengths) @ axes.T
        values = np.array([_value(f, mean + sigma * move) for move in moves])  # eq. 18
        order = np.argsort(values, kind="stable")[:half]
        if values[order[0]] < best[1]:
            best = mean + sigma * moves[order[0]], values[order[0]]
        move = weights @ moves[order]
        mean = mean + sigma * move
        white = (weights @ z[order]) @ axes.T
        path_sigma = (1 - c_sigma) * path_sigma + math.sqrt(c_sigma * (2 - c_sigma) * effective) * white
        long = np.linalg.norm(path_sigma) / math.sqrt(1 - (1 - c_sigma) ** (2 * steps))
        steady = float(long < (1.4 + 2 / (n + 1)) * usual)
        path = (1 - c_path) * path + steady * math.sqrt(c_path * (2 - c_path) * effective) * move
        ranks = (moves[order].T * weights) @ moves[order]
        left = 1 - c_one - c_mu + (1 - steady) * c_one * c_path * (2 - c_path)
        covariance = left * covariance + c_one * np.outer(path, path) + c_mu * ranks
        sigma *= math.exp(c_sigma / d_sigma * (np.linalg.norm(path_sigma) / usual - 1))
        ways.append(mean)
        if best[1] <= target:
            return Found(*best, steps, steps * size, "the target is reached", np.array(ways))
        if sigma * lengths.max() <= 1e-12 * spread:
            return Found(*best, steps, steps * size, "the distribution is a point", np.array(ways))
    return Found(*best, most, most * size, f"stopped after {most} steps", np.array(ways))


def natural_gradient(f, start, spread, rate, rng, population=50, most=1_000, target=-math.inf):
    """Evolution as a gradient (Salimans et al. 2017): ∇E f ≈ Σ rank(f(x + σε)) ε / (n σ), ε in mirrored pairs  (eq. 19)."""
    door.whole(most=most)
    door.whole(2, population=population)
    door.positive(spread=spread, rate=rate)
    x, sigma = _start(f, start), spread
    best, ways = (x, _value(f, x)), [x]
    for steps in range(1, most + 1):
        half = rng.standard_normal((population // 2, len(x)))
        noise = np.vstack([half, -half])
        values = np.array([_value(f, x + sigma * e) for e in noise])
        if values.min() < best[1]:
            best = x + sigma * noise[values.argmin()], values.min()
        x = x - rate / sigma * (ranks(values) @ noise) / len(noise)  # eq. 19
        ways.append(x)
        if best[1] <= target:
            return Found(*best, steps, 1 + steps * len(noise), "the target is reached", np.array(ways))
    return Found(*best, most, 1 + most * len(noise), f"stopped after {most} steps", np.array(ways))


def pepg(f, start, spread, rate, rng, population=50, most=1_000, target=-math.inf):
    """Parameter-exploring policy gradients (Sehnke et al. 2010): a mean and a spread of each coordinate learn  (eq. 20)."""
    door.whole(most=most)
    door.whole(2, population=population)
    door.positive(spread=spread, rate=rate)
    x = _start(f, start)
    sigma = np.full(len(x), float(spread))
    best, ways = (x, _value(f, x)), [x]
    for steps in range(1, most + 1):
        noise = sigma * rng.standard_normal((population // 2, len(x)))
        plus = np.array([_value(f, x + e) for e in noise])
        minus = np.array([_value(f, x - e) for e in noise])
        both = np.concatenate([plus, minus])
        if both.min() < best[1]:
            k = int(both.argmin())
            best = x + (noise[k] if k < len(plus) else -noise[k - len(plus)]), both.min()
        size = both.std() or 1.0
        x = x - rate * ((plus - minus) / (2 * size)) @ noise / len(noise)
        wider = (((plus + minus) / 2 - both.mean()) / size) @ ((noise**2 - sigma**2) / sigma) / len(noise)
        sigma = np.clip(sigma - rate * wider, 0.8 * sigma, 1.2 * sigma)  # eq. 20
        ways.append(x)
        if best[1] <= target:
            return Found(*best, steps, 1 + steps * len(both), "the target is reached", np.array(ways))
    return Found(*best, most, 1 + most * len(both), f"stopped after {most} steps", np.array(ways))


def ranks(values):
    """−1/2 for the best to 1/2 for the worst: only the order of the values counts."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values)) / (len(values) - 1) - 0.5
    return ranks


def _value(f, x):
    value = float(f(x))
    return value if not math.isnan(value) else math.inf


def _start(f, start):
    x = door.numbers("the start", start)
    if not math.isfinite(f(x)):
        raise BadInput(f"f is {f(x)} at the start {x}: wanted a start where f is finite")
    return x
