"""What the workloads of time series share: Box and Jenkins's airline passengers, and an autoregression of a thousand values."""

import numpy as np

from abacus import papers


def passengers():
    """Thousands a month, 1949 to 1960: (144,)."""
    _, rows = papers.rows("box1976")
    return np.array([float(row[1]) for row in rows])


def wandering(n=1000):
    """An ARMA(2, 1) about 5, (n,)."""
    e = np.random.default_rng(0).standard_normal(n + 1)
    y = np.zeros(n)
    for t in range(n):
        y[t] = 0.6 * y[t - 1] + 0.2 * y[t - 2] + e[t + 1] + 0.4 * e[t]
    return 5.0 + y
