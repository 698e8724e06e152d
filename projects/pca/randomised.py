"""Principal axes of a large matrix from a random sketch (Halko, Martinsson & Tropp 2011); X is never copied."""

import numpy as np

import golub_kahan

OVER = 10  # columns more than asked for
POWERS = 4  # passes of (Y Y'): each raises the ratio of neighbouring singular values to its third, fifth, … power


def svd(x, mean, k, rng):
    """The k largest singular triples of Y = X − 1 m': U (n, k), s (k,), V' (k, d), nearly (eqs. 14 and 15)."""
    size = min(k + OVER, *x.shape)
    q = rng.standard_normal((x.shape[1], size)).astype(x.dtype)
    mean = mean.astype(x.dtype)
    for _ in range(POWERS):
        q, _ = np.linalg.qr(_times(x, mean, q))  # LAPACK: n is large here
        q, _ = np.linalg.qr(_transposed_times(x, mean, q))  # eq. 14
    q, _ = np.linalg.qr(_times(x, mean, q))
    b = _transposed_times(x, mean, q)  # eq. 15, d x size
    v, s, ut = _small_svd(b)
    return q @ ut[:k].T.astype(x.dtype), s[:k], v[:, :k].T


def _small_svd(b):
    """B = V diag(s) U' for a tall B (d, size): R of B = Q R by LAPACK, and R's decomposition by our own Golub-Kahan."""
    q, r = np.linalg.qr(b)
    u, s, vt = golub_kahan.svd(r)
    return q @ u, s, vt


def _times(x, mean, q):
    """(X − 1 m') Q."""
    return x @ q - mean @ q


def _transposed_times(x, mean, q):
    """(X − 1 m')' Q."""
    return x.T @ q - np.outer(mean, q.sum(axis=0))
