"""A child's test score on the mother's IQ (434 rows) by NUTS: the time for an equal error of its slowest mean."""

import math

import numpy as np
from workloads import nuts
from workloads.estimators import our

EQUAL_ERROR = True
NAMES = ("beta", "sigma")  # whose effective sizes count


def data():
    """(x (434, 2), y (434,)), the first column ones."""
    x, y, _ = our("bayes/linear.kidiq")()["kidiq-kidscore_momiq"]
    return x, y


def by_abacus(threads):
    x, y = data()
    model, normal, ops = our("bayes/models.Model"), our("bayes/laws.normal"), our("bayes/laws.ops")
    cauchy, columns = our("bayes/laws.half_cauchy"), np.ascontiguousarray(x.T)

    def log_density(beta, sigma):
        return normal(y, ops.matmul(beta, columns), sigma) + cauchy(sigma, 2.5)

    return nuts.ours(model(log_density, beta=our("bayes/models.real")(2), sigma=our("bayes/models.positive")()))


def in_numpyro():
    import jax.numpy as jnp
    import numpyro
    from numpyro import distributions as law

    x, y = data()
    beta = numpyro.sample("beta", law.ImproperUniform(law.constraints.real_vector, (), (2,)))
    sigma = numpyro.sample("sigma", law.HalfCauchy(2.5))
    numpyro.sample("y", law.Normal(jnp.asarray(x) @ beta, sigma), obs=y)


def by_compiled(threads):
    from numba import njit

    x, y = data()
    iq = np.ascontiguousarray(x[:, 1])

    @njit
    def target(z, gradient):
        sigma = math.exp(z[2])
        first = second = square = 0.0
        for i in range(len(y)):
            away = y[i] - z[0] - z[1] * iq[i]
            first += away
            second += away * iq[i]
            square += away * away
        gradient[0], gradient[1] = first / sigma**2, second / sigma**2
        gradient[2] = square / sigma**2 - len(y) + 1 - 2 * sigma**2 / (6.25 + sigma**2)
        return -0.5 * square / sigma**2 - (len(y) - 1) * z[2] - math.log1p(sigma**2 / 6.25)

    return nuts.compiled(target, lambda z: np.column_stack([z[:, :2], np.exp(z[:, 2])]), 3)


PEERS = {
    "abacus": by_abacus,
    "NumPyro": lambda threads: nuts.numpyros(in_numpyro, NAMES, nuts.CHAINS, nuts.WARMUP, nuts.DRAWS),
    "NumPyro, 4 chains": lambda threads: nuts.numpyros(in_numpyro, NAMES, nuts.FEW, nuts.LONG, nuts.LONG),
    "compiled chains": by_compiled,
}
