"""The compiled loop of probabilistic backpropagation: every weight has a mean and a variance, and so has every unit.

A network with one hidden layer of rectifiers; a layer's mean and var are (units, inputs + 1), its last column the biases.
"""

import math

import numpy as np
from numba import njit

from abacus.kernels import EXACT

ROOT2PI = math.sqrt(2 * math.pi)


@njit(**EXACT)
def linear(mean, var, z, vz):
    """Mean and variance (units,) of W z / √n where W and z (n,) are independent normals: eq. (28)."""
    n = mean.shape[1]
    m, v = np.zeros(len(mean)), np.zeros(len(mean))
    for i in range(len(mean)):
        for j in range(n):
            m[i] += mean[i, j] * z[j]
            v[i] += mean[i, j] ** 2 * vz[j] + var[i, j] * (z[j] ** 2 + vz[j])
    return m / math.sqrt(n), v / n  # eq. 28


@njit(**EXACT)
def rectified(m, v):
    """Mean and variance of max(0, N(m, v)), and the density and the share above 0 (units,) that their slopes need: eq. (29)."""
    mean, var, density, above = np.empty_like(m), np.empty_like(m), np.empty_like(m), np.empty_like(m)
    for i in range(len(m)):
        s = math.sqrt(v[i])
        alpha = m[i] / s
        density[i] = math.exp(-0.5 * alpha * alpha) / ROOT2PI
        above[i] = 0.5 * math.erfc(-alpha / math.sqrt(2.0))
        mean[i] = m[i] * above[i] + s * density[i]  # eq. 29
        var[i] = max((m[i] ** 2 + v[i]) * above[i] + m[i] * s * density[i] - mean[i] ** 2, 0.0)
    return mean, var, density / np.sqrt(v), above


@njit(**EXACT)
def forward(m1, v1, m2, v2, x):
    """What one input (d + 1,) gives: means, variances, parts of slopes of the hidden layer; mean and variance of the output."""
    ma, va = linear(m1, v1, x, np.zeros_like(x))
    mb, vb, density, above = rectified(ma, va)
    z, vz = np.ones(len(mb) + 1), np.zeros(len(mb) + 1)
    z[:-1], vz[:-1] = mb, vb
    my, vy = linear(m2, v2, z, vz)
    return z, vz, density, above, my[0], vy[0]


@njit(**EXACT)
def log_normal(y, m, v):
    return -0.5 * math.log(2 * math.pi * v) - 0.5 * (y - m) ** 2 / v


@njit(**EXACT)
def moved(mean, var, dmean, dvar):
    """Every weight's law after its moments were matched, in place: eq. (30). A variance that would not stay above 0 is kept."""
    for i in range(len(mean)):
        for j in range(mean.shape[1]):
            v = var[i, j] - var[i, j] ** 2 * (dmean[i, j] ** 2 - 2 * dvar[i, j])  # eq. 30
            if v > 1e-100:
                mean[i, j] += var[i, j] * dmean[i, j]
                var[i, j] = v


@njit(**EXACT)
def learn(m1, v1, m2, v2, noise, x, y, order):
    """One pass over the samples x (n, d + 1), y (n,), in this order; noise is (shape, rate) of the law of its precision."""
    n1, n2 = m1.shape[1], m2.shape[1]
    dm1, dv1, dm2, dv2 = np.empty_like(m1), np.empty_like(v1), np.empty_like(m2), np.empty_like(v2)
    for sample in order:
        z, vz, density, above, my, vy = forward(m1, v1, m2, v2, x[sample])
        a, b = noise[0], noise[1]
        v = vy + b / (a - 1)
        gap = y[sample] - my
        dm, dv = gap / v, -0.5 / v + 0.5 * gap**2 / v**2
        for j in range(n2):
            dm2[0, j] = dm * z[j] / math.sqrt(n2) + dv * 2 * m2[0, j] * vz[j] / n2
            dv2[0, j] = dv * (z[j] ** 2 + vz[j]) / n2
        for i in range(n2 - 1):
            db = dm * m2[0, i] / math.sqrt(n2) + dv * 2 * v2[0, i] * z[i] / n2
            dvb = dv * (m2[0, i] ** 2 + v2[0, i]) / n2
            da = db * above[i] + dvb * 2 * z[i] * (1 - above[i])
            dva = db * 0.5 * density[i] + dvb * (above[i] - z[i] * density[i])
            for j in range(n1):
                dm1[i, j] = da * x[sample, j] / math.sqrt(n1)
                dv1[i, j] = dva * x[sample, j] ** 2 / n1
        log0 = log_normal(y[sample], my, v)
        log1 = log_normal(y[sample], my, vy + b / a)
        log2 = log_normal(y[sample], my, vy + b / (a + 1))
        gamma_matched(noise, log0, log1, log2)
        moved(m1, v1, dm1, dv1)
        moved(m2, v2, dm2, dv2)


@njit(**EXACT)
def gamma_matched(law, log0, log1, log2):
    """(shape, rate) of a precision after its first two moments were matched, in place: eq. (31)."""
    a, b = law[0], law[1]
    shape = math.exp(log2 - 2 * log1 + log0) * (a + 1) / a - 1
    rate = math.exp(log2 - log1) * (a + 1) / b - math.exp(log1 - log0) * a / b
    if shape > 0 and rate > 0:
        law[0], law[1] = 1 / shape, 1 / rate  # eq. 31


@njit(**EXACT)
def refine(mean, var, hat_mean, hat_precision, hat_law, law):
    """Expectation propagation on the prior N(0, 1/λ) of each weight, λ ~ Gamma(law): its sites are taken out and matched anew."""
    for i in range(len(mean)):
        for j in range(mean.shape[1]):
            precision = 1 / var[i, j] - hat_precision[i, j]
            if not precision > 0:
                continue
            v = 1 / precision
            m = v * (mean[i, j] / var[i, j] - hat_mean[i, j])
            rest = law - hat_law[:, i, j]
            if not (v < 1e6 and rest[0] > 1 and rest[1] > 0):
                continue
            s = v + rest[1] / (rest[0] - 1)
            dm, dv = -m / s, -0.5 / s + 0.5 * m**2 / s**2
            new_v = v - v**2 * (dm**2 - 2 * dv)
            if not new_v > 0:
                continue
            new_m = m + v * dm
            new_law = rest.copy()
            log1 = log_normal(0.0, m, v + rest[1] / rest[0])
            gamma_matched(new_law, log_normal(0.0, m, s), log1, log_normal(0.0, m, v + rest[1] / (rest[0] + 1)))
            hat_precision[i, j] = 1 / new_v - precision
            hat_mean[i, j] = new_m / new_v - m * precision
            hat_law[:, i, j] = new_law - rest
            law[:] = new_law
            mean[i, j], var[i, j] = new_m, new_v
