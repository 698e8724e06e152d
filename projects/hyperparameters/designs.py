"""Points chosen before anything is known: a grid, at random, Latin hypercubes, Sobol's sequence; all in the unit cube."""

import itertools
import math
from dataclasses import dataclass

import numpy as np

import functions
from abacus.errors import BadInput
from abacus.settings import at_least, between, one_of

BITS = 30  # of Sobol's numbers
PRIMITIVE = (  # (degree, inner coefficients as bits, first direction numbers) of Joe & Kuo 2008, dimensions 2 to 16
    (1, 0, (1,)), (2, 1, (1, 3)), (3, 1, (1, 3, 1)), (3, 2, (1, 1, 1)), (4, 1, (1, 1, 3, 3)), (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)), (5, 4, (1, 1, 5, 5, 5)), (5, 7, (1, 1, 7, 11, 19)), (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)), (5, 14, (1, 3, 5, 5, 31)), (6, 1, (1, 3, 3, 9, 7, 49)), (6, 13, (1, 1, 1, 15, 21, 21)),
    (6, 16, (1, 3, 1, 13, 27, 49)),
)  # fmt: skip
MOST = 1 + len(PRIMITIVE)  # dimensions
TRIES = 50  # hypercubes of which the evenest is taken


def grid(n, d):
    """The middles of the cells of a grid with the most steps a side that n points allow: (k^d, d), k^d ≤ n, k at least 1."""
    k = 1
    while (k + 1) ** d <= n:
        k += 1
    return np.array(list(itertools.product((np.arange(k) + 0.5) / k, repeat=d)))


def uniform(n, d, rng):
    """n independent points (n, d)."""
    return rng.random((n, d))


def latin_hypercube(n, d, rng):
    """n points of which each of the n slices of every dimension holds one, at a place within it that is drawn (n, d)."""
    slices = np.stack([rng.permutation(n) for _ in range(d)], axis=1)
    return (slices + rng.random((n, d))) / n  # eq. 2


def even_hypercube(n, d, rng):
    """The most even of some hypercubes with their points in the middles of their slices, by `discrepancy` (n, d)."""
    tried = [(np.stack([rng.permutation(n) for _ in range(d)], 1) + 0.5) / n for _ in range(TRIES)]
    return min(tried, key=discrepancy)


def discrepancy(x):
    """Hickernell's centred L₂ discrepancy, squared, of points x (n, d): 0 would be even everywhere  (eq. 3)."""
    n, d = x.shape
    c = np.abs(x - 0.5)
    single = np.prod(1 + c / 2 - c**2 / 2, axis=1).sum()
    pairs = np.ones((n, n))
    for j in range(d):
        pairs *= 1 + (c[:, None, j] + c[:, j] - np.abs(x[:, None, j] - x[:, j])) / 2
    return (13 / 12) ** d - 2 / n * single + pairs.sum() / n**2  # eq. 3


def sobol(n, d, rng=None):
    """The first n points of Sobol's sequence (n, d) with d ≤ 16, the origin first; with rng, all digits are shifted at random.

    BadInput for more dimensions.

    Point k is the sum modulo 2, digit by digit, of the direction numbers of the ones in k's Gray code, so that each point
    differs from the one before by one direction number a dimension (Antonov & Saleev 1979).
    """
    if d > MOST:
        raise BadInput(f"Sobol's points: at most {MOST} dimensions, and there are {d}")
    v = _directions(d)
    numbers = np.zeros((n, d), np.int64)
    for k in range(1, n):
        low = (k & -k).bit_length() - 1  # place of the lowest 1 of k: the digit in which the Gray code changes
        numbers[k] = numbers[k - 1] ^ v[low]  # eq. 4
    if rng is None:
        return numbers / 2**BITS
    return (numbers ^ rng.integers(2**BITS, size=d)) / 2**BITS + 0.5 / 2**BITS


def _directions(d):
    """Direction numbers (BITS, d), as whole numbers of BITS binary places."""
    columns = [[1 << (BITS - 1 - k) for k in range(BITS)]]
    for degree, inner, first in PRIMITIVE[: d - 1]:
        m = [f << (BITS - 1 - k) for k, f in enumerate(first)]
        for k in range(degree, BITS):
            new = m[k - degree] ^ (m[k - degree] >> degree)
            for j in range(1, degree):
                if inner >> (degree - 1 - j) & 1:
                    new ^= m[k - j]
            m.append(new)
        columns.append(m)
    return np.array(columns, np.int64).T


def draws_needed(share, sure):
    """The least n with 1 − (1 − share)ⁿ ≥ sure: so many random draws have one in the best `share` of the space  (eq. 1)."""
    return math.ceil(math.log(1 - sure) / math.log(1 - share))  # eq. 1


@dataclass
class Draws:
    draws: int = at_least(1)  # points of a search
    share: float = between(0, 1, open=True)  # of the space that is good
    searches: int = at_least(2)  # that are tried
    design: str = one_of("random", "Latin hypercube", "Sobol", "grid")  # how a search chooses its points


def draws(cfg: Draws, job):
    """How often a search has a point among the best, in per cent: of Branin's function, and where one setting of two counts.

    Sobol's points and the grid are moved by a random step, over the edges and in again at the other side.
    """
    rng, bar = job.rng("designs"), np.quantile(functions.branin(grid(10**6, 2)), cfg.share)
    first = {"Sobol": sobol(cfg.draws, 2), "grid": grid(cfg.draws, 2)}
    hits = np.zeros((cfg.searches, 2), bool)
    for k in range(cfg.searches):
        if cfg.design in first:
            x = (first[cfg.design] + rng.random(2)) % 1
        else:
            x = {"random": uniform, "Latin hypercube": latin_hypercube}[cfg.design](cfg.draws, 2, rng)
        middle = cfg.share / 2 + (1 - cfg.share) * rng.random()
        hits[k] = functions.branin(x).min() <= bar, np.abs(x[:, 0] - middle).min() <= cfg.share / 2
    found = {}
    for name, hit in zip(("best of Branin", "one of two counts"), 100 * hits.T):
        found[name] = hit.mean(), hit.std(ddof=1) / np.sqrt(cfg.searches)
    return found


@dataclass
class Rule:
    draws: int = at_least(1)  # points at random
    share: float = between(0, 1, open=True)  # of the space that is good
    sure: float = between(0, 1, open=True)  # probability that is wanted


def rule(cfg: Rule, job):
    """Probability in per cent that one of the draws is good, and how many are needed to be so sure."""
    return {"probability": 100 * (1 - (1 - cfg.share) ** cfg.draws), "draws needed": draws_needed(cfg.share, cfg.sure)}
