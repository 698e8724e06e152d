"""The Kalman filter of one series, with an exact diffuse start, and the smoother that goes back from its end.

A model is y_t = z·a_t + e_t, a_{t+1} = T a_t + u_t with variances h of e_t and Q of u_t (eq. 1). All variances may be known
up to a common factor only. Missing values are NaN: nothing is learnt there.
"""

from typing import NamedTuple

import numpy as np

from abacus.errors import BadInput

COUNTED = 1e4  # with a prior of large variance: innovations of a larger variance are not counted, as R does it


class Model(NamedTuple):  # eq. 1
    """`z` (m,), `h`, `T` (m, m), `Q` (m, m); the start has mean `a` (m,), variance `P` + ∞ `diffuse`, diagonal of 0 and 1."""

    z: np.ndarray
    h: float
    T: np.ndarray
    Q: np.ndarray
    a: np.ndarray
    P: np.ndarray
    diffuse: np.ndarray

    def with_prior(self, variance):
        """The model that puts a large variance in the place of an infinite one."""
        return self._replace(P=self.P + variance * self.diffuse, diffuse=np.zeros_like(self.P))


class Filtered(NamedTuple):
    """What the forward pass leaves: innovations v (n, c), their variances f (n,), NaN where y is missing, and f∞ (n,), 0 after
    the diffuse start; predicted means a, variances P and diffuse parts, for t = 0 ... n where they were kept, else for n."""

    v: np.ndarray
    f: np.ndarray
    f_diffuse: np.ndarray
    a: np.ndarray
    P: np.ndarray
    diffuse: np.ndarray

    def counted(self, limit=np.inf):
        """Where an innovation has a proper variance: (n,) bool."""
        with np.errstate(invalid="ignore"):
            return (self.f_diffuse == 0) & (self.f < limit)

    def log_determinant(self, limit=np.inf):
        """Σ log f_t + Σ log f∞_t (eq. 6)."""
        start = self.f_diffuse > 0
        return np.log(self.f[self.counted(limit)]).sum() + np.log(self.f_diffuse[start]).sum()


def filtered(model, y, keep=False):
    """The Filtered of y (n,) or of columns (n, c): the first is the series, all others go through the same gains."""
    from passes import forward

    y = np.ascontiguousarray(y.reshape(len(y), -1), np.float64)
    (n, c), m = y.shape, len(model.z)
    kept = n + 1 if keep else 1
    a, P, diffuse = np.empty((kept, m, c)), np.empty((kept, m, m)), np.empty((kept, m, m))
    a[0], P[0], diffuse[0] = model.a[:, None] * (np.arange(c) == 0), model.P, model.diffuse
    rank = np.count_nonzero(np.diag(model.diffuse))
    ti, tj = np.nonzero(model.T)
    zi = np.flatnonzero(model.z)
    v, f, f_diffuse = np.empty((n, c)), np.empty(n), np.zeros(n)
    forward(y, zi, model.z[zi], model.h, ti, tj, model.T[ti, tj], model.Q, a, P, diffuse, rank, v, f, f_diffuse)
    return Filtered(v, f, f_diffuse, a, P, diffuse)


def expect_started(done, name):
    """BadInput where the diffuse start of a Filtered never ended: a part of the state that no value tells anything about."""
    if done.diffuse[-1].any():
        raise BadInput(f"{name} cannot tell where the series begins: a whole season is missing, or too many values are")


def log_likelihood(model, y):
    """log p(y) of a model whose variances are all known (eq. 6); −inf where y is impossible."""
    done = filtered(model, y)
    here = done.counted()
    if not (done.f[here] > 0).all():
        return -np.inf
    squares = (done.v[here, 0] ** 2 / done.f[here]).sum()
    return -0.5 * (here.sum() * np.log(2 * np.pi) + done.log_determinant() + squares)  # eq. 6


def predicted(model, a, P, steps):
    """Means (steps,) and variances (steps,) of the next observations, from the state's mean a (m,) and variance P (m, m)."""
    means, variances = np.empty(steps), np.empty(steps)
    for k in range(steps):
        means[k], variances[k] = model.z @ a, model.z @ P @ model.z + model.h  # eq. 7
        a, P = model.T @ a, model.T @ P @ model.T.T + model.Q
    return means, variances


def smoothed(model, y):
    """The mean (n, m) and variance (n, m, m) of each state given the whole series (Durbin & Koopman 2012, 4.4 and 5.3)."""
    done = filtered(model, y, keep=True)
    n, m = len(y), len(model.z)
    z, T = model.z, model.T
    r, r1 = np.zeros(m), np.zeros(m)
    N, N1, N2 = np.zeros((m, m)), np.zeros((m, m)), np.zeros((m, m))
    means, variances = np.empty((n, m)), np.empty((n, m, m))
    for t in range(n - 1, -1, -1):
        a, P, D, v, f, fd = done.a[t, :, 0], done.P[t], done.diffuse[t], done.v[t, 0], done.f[t], done.f_diffuse[t]
        if np.isnan(f):
            r, r1, N, N1, N2 = T.T @ r, T.T @ r1, T.T @ N @ T, T.T @ N1 @ T, T.T @ N2 @ T
        elif fd > 0:
            k0 = D @ z / fd
            k1 = (P @ z - k0 * f) / fd
            L0, L1 = T - np.outer(T @ k0, z), -np.outer(T @ k1, z)
            r, r1 = L0.T @ r, z * v / fd + L0.T @ r1 + L1.T @ r
            cross = L1.T @ N1.T @ L0
            N2 = -np.outer(z, z) * f / fd**2 + L0.T @ N2 @ L0 + cross + cross.T + L1.T @ N @ L1
            N1 = np.outer(z, z) / fd + L0.T @ N1 @ L0 + L1.T @ N @ L0
            N = L0.T @ N @ L0
        else:
            L = T - np.outer(T @ P @ z, z) / f
            r, r1 = z * v / f + L.T @ r, T.T @ r1  # eq. 8
            N, N1, N2 = np.outer(z, z) / f + L.T @ N @ L, T.T @ N1 @ L, T.T @ N2 @ T
        means[t] = a + P @ r + D @ r1  # eq. 9
        cross = D @ N1 @ P
        variances[t] = P - P @ N @ P - cross - cross.T - D @ N2 @ D
    return means, variances
