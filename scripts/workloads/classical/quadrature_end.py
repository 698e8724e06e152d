"""A singularity at an end, ∫ log x cos x from 0 to 1, asked for 1e-10: ours substitutes there, QUADPACK extrapolates.

The integrand is compiled for all. SciPy calls it from Python, "SciPy compiled" as machine code (LowLevelCallable).
"""

import math

from workloads.equal_errors import asked
from workloads.estimators import our

ASKED = 1e-10


def integrand(x):
    return math.log(x) * math.cos(x)


def step_of(integrate):
    from scipy.special import sici

    return asked(integrate, -sici(1)[0], ASKED)


def ours(threads):
    integrate = our("calculus/compiled.integrate")
    return step_of(lambda tolerance: integrate(integrand, 0.0, 1.0, tolerance)[0])


def scipy_python(threads):
    from numba import njit

    return quadpack(njit(error_model="numpy")(integrand))


def scipy_compiled(threads):
    from numba import cfunc, types
    from scipy import LowLevelCallable

    return quadpack(LowLevelCallable(cfunc(types.float64(types.float64), error_model="numpy")(integrand).ctypes))


def quadpack(function):
    from scipy.integrate import quad

    return step_of(lambda tolerance: quad(function, 0.0, 1.0, epsabs=0, epsrel=tolerance, limit=1000)[0])


PEERS = {"abacus": ours, "SciPy": scipy_python, "SciPy compiled": scipy_compiled}
