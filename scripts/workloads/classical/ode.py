"""Arenstorf's orbit until it has closed to 1e-6: our DOPRI5 beside SciPy's RK45 and the authors' DOPRI5, translated to C.

The slopes are compiled for all; SciPy calls them from Python, as it can no other way.
"""

import numpy as np
from workloads.equal_errors import tuned
from workloads.estimators import our

MOON, EARTH = 0.012277471, 1 - 0.012277471
START, PERIOD = [0.994, 0.0, 0.0, -2.00158510637908252240537862224], 17.0652165601579625588917206249
CLOSED = 1e-6


def slopes(t, y):
    to_earth = ((y[0] + MOON) ** 2 + y[1] ** 2) ** 1.5
    to_moon = ((y[0] - EARTH) ** 2 + y[1] ** 2) ** 1.5
    a, b = EARTH / to_earth, MOON / to_moon
    return np.array(
        [y[2], y[3], y[0] + 2 * y[3] - a * (y[0] + MOON) - b * (y[0] - EARTH), y[1] - 2 * y[2] - (a + b) * y[1]]
    )


def missed(y):
    return float(np.hypot(y[0] - START[0], y[1] - START[1]))


def step_of(end):
    """The loss is where the orbit is along the axis: that it has closed is what the tolerance was chosen for."""
    found = tuned(lambda tolerance: missed(end(tolerance)), 0.0, CLOSED)
    return lambda: 1 + found()


def ours(threads):
    solve = our("calculus/compiled.solve")
    return step_of(lambda tolerance: solve(slopes, 0.0, START, PERIOD, tolerance, tolerance).values[-1])


def rk45(threads):
    from numba import njit
    from scipy.integrate import solve_ivp

    f = njit(slopes)
    return step_of(lambda e: solve_ivp(f, (0, PERIOD), START, method="RK45", rtol=e, atol=e).y[:, -1])


def dopri5(threads):
    from numba import njit
    from scipy.integrate import ode

    f = njit(slopes)

    def end(tolerance):
        solver = ode(f).set_integrator("dopri5", rtol=tolerance, atol=tolerance, nsteps=1_000_000)
        return solver.set_initial_value(START, 0.0).integrate(PERIOD)

    return step_of(end)


PEERS = {"abacus": ours, "SciPy": rk45, "SciPy compiled": dopri5}
