"""Rosenbrock's function of 1 000 variables by L-BFGS with ten pairs to a gradient below 1e-5: ours beside SciPy's.

The function and its gradient are the same NumPy for both, and much of the time; SciPy's method itself is compiled.
"""

import numpy as np
from workloads.estimators import our

VARIABLES, SMALL = 1000, 1e-5


def step_of(minimise):
    """The loss: 1 + f where it ends, which is near 0."""
    fun, start = our("optimisation/problems.rosenbrock"), np.tile([-1.2, 1.0], VARIABLES // 2)

    def step():
        x = minimise(fun, start)
        f, gradient = fun(x)
        if np.abs(gradient).max() > SMALL:
            raise ArithmeticError(f"the gradient is {np.abs(gradient).max()}, wanted {SMALL}")
        return 1 + f

    return step


def ours(threads):
    minimise, rule = our("optimisation/descent.minimise"), our("optimisation/descent.LBFGS")
    return step_of(lambda fun, start: minimise(fun, start, rule(10), SMALL).x)


def scipy(threads):
    from scipy.optimize import minimize

    options = {"maxcor": 10, "gtol": SMALL, "ftol": 0.0, "maxiter": 100_000, "maxfun": 100_000}
    return step_of(lambda fun, start: minimize(fun, start, jac=True, method="L-BFGS-B", options=options).x)


PEERS = {"abacus": ours, "SciPy": scipy}
