"""What a stationary model says of one observation and of two that are k steps apart, and what a series shows of it."""

import numpy as np


def of(model):
    """(mean, variance) of a Poisson observation: δλ and δλ + δλ² − (δλ)² (eq. 20)."""
    rates = model.emission.rates[:, 0]
    mean = model.start @ rates
    return float(mean), float(mean + model.start @ rates**2 - mean**2)  # eq. 20


def autocorrelation(model, lag):
    """Corr(X_t, X_{t + lag}) = (δ Λ Γ^lag λ − (δλ)²) / Var X (eq. 21)."""
    mean, variance = of(model)
    rates = model.emission.rates[:, 0]
    later = np.linalg.matrix_power(model.transition, lag) @ rates
    return float(((model.start * rates) @ later - mean**2) / variance)  # eq. 21


def decay(model):
    """Coefficients and ratios of the autocorrelation Σ a ωᵏ: ω the eigenvalues of Γ but 1, the largest first (eq. 22)."""
    rates = model.emission.rates[:, 0]
    ratios, vectors = np.linalg.eig(model.transition)
    coefficients = (
        ((model.start * rates) @ vectors) * np.linalg.solve(vectors, rates.astype(vectors.dtype)) / of(model)[1]
    )
    order = np.argsort(-ratios.real)[1:]  # eq. 22
    return coefficients[order].real, ratios[order].real


def autocorrelations(x, lags):
    """Those of a series x (n,): Σ (x_t − m)(x_{t+k} − m) / Σ (x_t − m)² for k = 1 … lags."""
    off = x - x.mean()
    return np.array([off[lag:] @ off[:-lag] for lag in range(1, lags + 1)]) / (off @ off)
