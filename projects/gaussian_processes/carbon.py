"""The carbon dioxide of Mauna Loa, month by month: a kernel that is a sum of stories (R & W 2006, section 5.4.3)."""

from dataclasses import dataclass

import numpy as np

import pictures
from abacus import data, papers
from abacus.errors import BadInput
from abacus.settings import above, at_least
from covariance import RBF, Periodic, RationalQuadratic, White
from gp import GaussianProcessRegressor


@dataclass
class Book:
    numbers: list[float] = above(0)  # the eleven of the kernel, from which the climb starts: amplitudes, years, shape
    last: int = at_least(1960)  # the last year that is learnt from
    ahead: int = at_least(1)  # years that are told in advance


def book(cfg: Book, job):
    """The eleven numbers that the evidence chooses for the years to 2003, and what they tell of the years after."""
    eleven("numbers", cfg.numbers)
    x, y = measured(cfg.last)
    later, truth = afterwards(cfg.last, cfg.ahead)
    if not len(later):
        raise BadInput(
            f"last={cfg.last}: no month after it is measured; there are months until {afterwards(0, 3000)[0].max():.0f}"
        )
    process = fitted(cfg.numbers, x, y, optimise=True)
    mean, deviation = process.predict(later[:, None], return_std=True)
    mean += y.mean()
    with job.figure("carbon") as figure:
        pictures.carbon(figure, (x, y), (later, truth), (mean, deviation), parts(process, x, y.mean()))
    names = ["log evidence", *(f"number {i}" for i in range(1, 12)), "in the band, %", "error, ppm"]
    inside = 100 * float(np.mean(np.abs(truth - mean) < 1.96 * deviation))
    error = float(np.sqrt(np.mean((truth - mean) ** 2)))
    numbers = told(process.kernel_)
    found = dict(zip(names, [process.log_marginal_likelihood_value_, *numbers, inside, error]))
    return found | {"number 10, months": 12 * numbers[9]}


@dataclass
class Learnt:
    start: list[float] = above(0)  # the eleven numbers from which the climb starts


def learnt(cfg: Learnt, job):
    """On R's edition of the data: the log evidence at the book's numbers, and at the end of a climb."""
    eleven("start", cfg.start)
    x, y = edition()
    given = fitted([66, 67, 2.4, 90, 1.3, 0.66, 1.2, 0.78, 0.18, 0.134, 0.19], x, y, optimise=False)
    found = fitted(cfg.start, x, y, optimise=True)
    names = ["log evidence", *(f"number {i}" for i in range(1, 12))]
    return {
        "the book's numbers": dict(zip(names, [given.log_marginal_likelihood_value_, *told(given.kernel_)])),
        "learnt": dict(zip(names, [found.log_marginal_likelihood_value_, *told(found.kernel_)])),
    }


def eleven(name, numbers):
    """BadInput unless the kernel has all its numbers."""
    if len(numbers) != 11:
        raise BadInput(f"{name} has {len(numbers)} numbers; the kernel has eleven")


def kernel(numbers):
    """A slow rise, a season that slowly changes its shape, irregular years, and noise, part of it of some months: eq. (17)."""
    a = numbers
    rise = a[0] ** 2 * RBF(a[1])
    season = a[2] ** 2 * RBF(a[3]) * Periodic(a[4], 1.0).hold("period")
    irregular = a[5] ** 2 * RationalQuadratic(a[6], a[7])
    return rise + season + irregular + (a[8] ** 2 * RBF(a[9]) + White(a[10] ** 2))  # eq. 17


def told(kernel):
    """The eleven numbers of such a kernel: amplitudes are roots of variances."""
    numbers = np.exp(kernel.theta)
    amplitudes = [0, 2, 5, 8, 10]
    numbers[amplitudes] = np.sqrt(numbers[amplitudes])
    return numbers.tolist()


def fitted(numbers, x, y, optimise):
    """The process of y less its mean; x in years (n,)."""
    process = GaussianProcessRegressor(kernel(numbers), alpha=0.0, normalize_y=False, optimise=optimise)
    return process.fit(x[:, None], y - y.mean())


def parts(process, x, middle):
    """The posterior mean of each of the four stories at x (n,); the first with the mean of the data."""
    stories, rest = [], process.kernel_
    while len(stories) < 3:
        rest, last = rest.left, rest.right
        stories.append(last)
    found = [k(x[:, None], process.X_train_) @ process.alpha_ for k in (rest, *reversed(stories))]
    return [found[0] + middle, *found[1:]]


def measured(last):
    """Years (n,) and parts per million (n,) of the months to the end of a year, of CDIAC; without the missing ones."""
    table = data.load("co2").cdiac
    x, y = table.years[:, None] + np.arange(12) / 12, table.averages
    known = np.isfinite(y) & (table.years[:, None] <= last)
    return x[known], y[known]


def afterwards(last, years):
    """The same of the years that follow, of NOAA."""
    table = data.load("co2").noaa_2026
    which = (table.year > last) & (table.year <= last + years) & np.isfinite(table.average)
    return table.year[which] + (table.month[which] - 1) / 12, table.average[which]


def edition():
    """The 468 months of R's data set co2."""
    _, rows = papers.rows("keeling1997")
    table = np.array(rows, float)
    return (table[:, :1] + np.arange(12) / 12).ravel(), table[:, 1:].ravel()
