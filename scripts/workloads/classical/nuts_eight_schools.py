"""Eight schools by the no-U-turn sampler: the time for an equal error of the slowest mean, warm-up included."""

import math

import numpy as np
from workloads import nuts
from workloads.estimators import our

EQUAL_ERROR = True
NAMES = ("theta", "mu", "tau")  # whose effective sizes count
Y, SD = np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


def in_numpyro():
    import numpyro
    from numpyro import distributions as law

    mu, tau = numpyro.sample("mu", law.Normal(0, 5)), numpyro.sample("tau", law.HalfCauchy(5))
    with numpyro.plate("schools", 8):
        eta = numpyro.sample("eta", law.Normal(0, 1))
        theta = numpyro.deterministic("theta", mu + tau * eta)
        numpyro.sample("y", law.Normal(theta, SD), obs=Y)


def by_compiled(threads):
    from numba import njit

    @njit
    def target(z, gradient):
        tau, value = math.exp(z[9]), z[9]
        gradient[8], gradient[9] = -z[8] / 25, 1.0
        value -= z[8] ** 2 / 50 + math.log1p((tau / 5) ** 2)
        gradient[9] -= 2 * tau**2 / (25 + tau**2)
        for j in range(8):
            away = (Y[j] - z[8] - tau * z[j]) / SD[j]
            value -= 0.5 * (z[j] ** 2 + away**2)
            gradient[j] = -z[j] + tau * away / SD[j]
            gradient[8] += away / SD[j]
            gradient[9] += tau * z[j] * away / SD[j]
        return value

    def natural(z):
        tau = np.exp(z[:, 9:])
        return np.hstack([z[:, 8:9] + tau * z[:, :8], z[:, 8:9], tau])

    return nuts.compiled(target, natural, 10)


PEERS = {
    "abacus": lambda threads: nuts.ours(our("bayes/posteriors.eight_schools")(Y, SD, 5.0, 5.0)),
    "NumPyro": lambda threads: nuts.numpyros(in_numpyro, NAMES, nuts.CHAINS, nuts.WARMUP, nuts.DRAWS),
    "NumPyro, 4 chains": lambda threads: nuts.numpyros(in_numpyro, NAMES, nuts.FEW, nuts.LONG, nuts.LONG),
    "compiled chains": by_compiled,
}
