"""NIST's 27 nonlinear regressions from their near starts, to the last digit that float64 gives: ours beside MINPACK.

The residuals and the Jacobian (complex steps) are the same NumPy for all, and so is most of the time. SciPy is its
least_squares; "SciPy compiled" is leastsq, the same MINPACK with less of Python around it. Both are asked for 1e-15, and have
no more digits in the mean than ours (a test of the project says so).
"""

import numpy as np
from workloads.estimators import our

TIGHT = 1e-15


def step_of(fit):
    """The loss: the mean of rss / certified rss."""
    nist = our("optimisation/nist.MODELS")
    problem, jacobian = our("optimisation/nist.Problem"), our("optimisation/least_squares.complex_step")
    problems = [problem(name) for name in nist if name != "Lanczos1"]  # its rss is rounding alone

    def step():
        found = 0.0
        with np.errstate(all="ignore"):
            for p in problems:
                x = fit(p.residual, p.starts[1], lambda b, p=p: jacobian(p.residual, b))
                found += (p.residual(x) ** 2).sum() / float(p.rss)
        return found / len(problems)

    return step


def ours(threads):
    fit = our("optimisation/least_squares.levenberg_marquardt")
    return step_of(lambda residual, start, jacobian: fit(residual, start, jacobian).x)


def scipy(threads):
    from scipy.optimize import least_squares

    tight = {"xtol": TIGHT, "ftol": TIGHT, "gtol": TIGHT, "x_scale": "jac", "max_nfev": 10_000}
    return step_of(lambda residual, start, jacobian: least_squares(residual, start, jacobian, method="lm", **tight).x)


def minpack(threads):
    from scipy.optimize import leastsq

    tight = {"xtol": TIGHT, "ftol": TIGHT, "gtol": 0.0, "maxfev": 10_000}
    return step_of(lambda residual, start, jacobian: leastsq(residual, start, Dfun=jacobian, **tight)[0])


PEERS = {"abacus": ours, "SciPy": scipy, "SciPy compiled": minpack}
