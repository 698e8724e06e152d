"""NIST's 27 nonlinear regressions from both starts: estimates, standard deviations, sums of squares, to all printed digits."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

import doubled
import least_squares
from abacus import data
from abacus.settings import between, one_of

DIGITS = 11.0  # that NIST certifies


def _exponentials(b, x, pi):
    return b[0] * np.exp(-b[1] * x) + b[2] * np.exp(-b[3] * x) + b[4] * np.exp(-b[5] * x)


def _peaks(b, x, pi):
    first, second = ((x - b[3]) / b[4]) ** 2, ((x - b[6]) / b[7]) ** 2
    return b[0] * np.exp(-b[1] * x) + b[2] * np.exp(-first) + b[5] * np.exp(-second)


def _cubic_over_cubic(b, x, pi):
    above = b[0] + x * (b[1] + x * (b[2] + x * b[3]))
    return above / (1.0 + x * (b[4] + x * (b[5] + x * b[6])))


def _seasons(b, x, pi):
    year, one, two = (x * (2.0 * pi / period) for period in (12.0, b[3], b[6]))
    cycles = b[1] * np.cos(year) + b[2] * np.sin(year) + b[4] * np.cos(one) + b[5] * np.sin(one)
    return b[0] + cycles + b[7] * np.cos(two) + b[8] * np.sin(two)


MODELS = {  # name: (the file's model in b (p,) and x, its degrees of difficulty as NIST says them)
    "Misra1a": lambda b, x, pi: b[0] * (1.0 - np.exp(-b[1] * x)),
    "Chwirut2": lambda b, x, pi: np.exp(-b[0] * x) / (b[1] + b[2] * x),
    "Chwirut1": lambda b, x, pi: np.exp(-b[0] * x) / (b[1] + b[2] * x),
    "Lanczos3": _exponentials,
    "Gauss1": _peaks,
    "Gauss2": _peaks,
    "DanWood": lambda b, x, pi: b[0] * np.exp(b[1] * np.log(x)),
    "Misra1b": lambda b, x, pi: b[0] * (1.0 - (1.0 + b[1] * x / 2.0) ** -2),
    "Kirby2": lambda b, x, pi: (b[0] + x * (b[1] + x * b[2])) / (1.0 + x * (b[3] + x * b[4])),
    "Hahn1": _cubic_over_cubic,
    "Nelson": lambda b, x, pi: b[0] - b[1] * x[0] * np.exp(-b[2] * x[1]),  # of log y
    "MGH17": lambda b, x, pi: b[0] + b[1] * np.exp(-x * b[3]) + b[2] * np.exp(-x * b[4]),
    "Lanczos1": _exponentials,
    "Lanczos2": _exponentials,
    "Gauss3": _peaks,
    "Misra1c": lambda b, x, pi: b[0] * (1.0 - (1.0 + 2.0 * b[1] * x) ** -0.5),
    "Misra1d": lambda b, x, pi: b[0] * b[1] * x / (1.0 + b[1] * x),
    "Roszman1": lambda b, x, pi: b[0] - b[1] * x - np.arctan(b[2] / (x - b[3])) / pi,
    "ENSO": _seasons,
    "MGH09": lambda b, x, pi: b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]),
    "Thurber": _cubic_over_cubic,
    "BoxBOD": lambda b, x, pi: b[0] * (1.0 - np.exp(-b[1] * x)),
    "Rat42": lambda b, x, pi: b[0] / (1.0 + np.exp(b[1] - b[2] * x)),
    "MGH10": lambda b, x, pi: b[0] * np.exp(b[1] / (x + b[2])),
    "Eckerle4": lambda b, x, pi: b[0] / b[1] * np.exp(-0.5 * ((x - b[2]) / b[1]) ** 2),
    "Rat43": lambda b, x, pi: b[0] / (1.0 + np.exp(b[1] - b[2] * x)) ** (1.0 / b[3]),
    "Bennett5": lambda b, x, pi: b[0] * (b[1] + x) ** (-1.0 / b[2]),
}


class Problem:
    """A data set with its model: residuals for floats, complex numbers and Doubles; certified values as printed."""

    def __init__(self, name):
        loaded = data.load("nist-strd", f"nonlinear/{name}")
        self.model, self.certified, self.rss = MODELS[name], loaded.parameters, loaded.residual_ss
        self.starts = [[float(p.starts[k]) for p in self.certified.values()] for k in (0, 1)]
        columns = list(zip(*loaded.x))
        self.exact_y, exact_x = doubled.Double.read(loaded.y), [doubled.Double.read(c) for c in columns]
        self.y, x = self.exact_y.high, [c.high for c in exact_x]
        if name == "Nelson":
            self.exact_y, self.y = np.log(self.exact_y), np.log(self.y)
        self.x, self.exact_x = (x, exact_x) if len(x) > 1 else (x[0], exact_x[0])

    def residual(self, b):
        """The model less y, float or complex (n,)."""
        return self.model(b, self.x, np.pi) - self.y

    def exact(self, b):
        """The same of Doubles."""
        return self.model(b, self.exact_x, doubled.PI) - self.exact_y

    def fit(self, start):
        """The float64 Fit from start 1 or 2."""
        with np.errstate(all="ignore"):
            found = least_squares.levenberg_marquardt(self.residual, self.starts[start - 1])
        if found.reason.startswith("stopped"):
            print(found.reason)
        return found

    def last_steps(self, fit):
        """The Certificate that last steps in double-double make of a Fit."""
        with np.errstate(all="ignore"):
            return least_squares.last_steps(self.exact, self.residual, fit.x)


@dataclass
class Regression:
    name: str = one_of(*MODELS)  # NIST's data set
    start: int = between(1, 2)  # which of its two starts: 1 is far from the solution, 2 is near


def regression(cfg: Regression, job):
    """Every parameter of a data set with its standard deviation, and the residual sum of squares, by Levenberg and Marquardt
    in float64 and last steps in double-double."""
    problem = Problem(cfg.name)
    fit = problem.fit(cfg.start)
    last = problem.last_steps(fit)
    found = {
        f"{cfg.name} {b}": {"estimate": float(e), "sd": float(s)}
        for b, e, s in zip(problem.certified, last.estimates, last.deviations)
    }
    return found | {f"{cfg.name} rss": {"estimate": last.rss}}


def digits(cfg: Regression, job):
    """Correct digits of the worst parameter and of the worst standard deviation, with and without the last steps."""
    problem = Problem(cfg.name)
    fit = problem.fit(cfg.start)
    with np.errstate(all="ignore"):
        spread = least_squares.deviations(least_squares.complex_step(problem.residual, fit.x), fit.f)
    last = problem.last_steps(fit)
    wanted = problem.certified.values()
    return {
        "float64": worst(fit.x, [p.estimate for p in wanted]),
        "sd": worst(spread, [p.sd for p in wanted]),
        "with last steps": worst(last.estimates, [p.estimate for p in wanted]),
        "sd with last steps": worst(last.deviations, [p.sd for p in wanted]),
        "steps": fit.steps,
    }


def worst(values, certified):
    """The smallest LRE: correct digits of the worst value, 0 to 11  (eq. 16)."""
    return min(map(correct_digits, values, certified))


def correct_digits(value, certified):
    """LRE = −log₁₀(|value − c| / |c|), cut at 0 and at 11  (eq. 16)."""
    c = Fraction(certified)
    if not math.isfinite(value):
        return 0.0
    error = abs(Fraction(float(value)) - c) / abs(c)
    return min(DIGITS, max(0.0, -math.log10(error))) if error else DIGITS  # eq. 16
