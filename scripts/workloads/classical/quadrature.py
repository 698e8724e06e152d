"""A peak in an oscillation, ∫ cos(50x²)/((x − 1.3)² + 10⁻⁶) from 0 to 4, asked for 1e-10 of it: ours beside QUADPACK.

The integrand is compiled for all. SciPy calls it from Python, "SciPy compiled" as machine code (LowLevelCallable).
"""

import math

from workloads.equal_errors import asked
from workloads.estimators import our

LOW, HIGH, ASKED = 0.0, 4.0, 1e-10  # the range; the relative error


def integrand(x):
    return math.cos(50 * x * x) / ((x - 1.3) ** 2 + 1e-6)


def step_of(integrate):
    truth = our("calculus/compiled.integrate")(integrand, LOW, HIGH, 1e-13)[0]
    return asked(integrate, truth, ASKED)


def ours(threads):
    integrate = our("calculus/compiled.integrate")
    return step_of(lambda tolerance: integrate(integrand, LOW, HIGH, tolerance)[0])


def scipy_python(threads):
    from numba import njit

    return quadpack(njit(error_model="numpy")(integrand))


def scipy_compiled(threads):
    from numba import cfunc, types
    from scipy import LowLevelCallable

    function = cfunc(types.float64(types.float64), error_model="numpy")(integrand)
    return quadpack(LowLevelCallable(function.ctypes))


def quadpack(function):
    from scipy.integrate import quad

    return step_of(lambda tolerance: quad(function, LOW, HIGH, epsabs=0, epsrel=tolerance, limit=1000)[0])


PEERS = {"abacus": ours, "SciPy": scipy_python, "SciPy compiled": scipy_compiled}
