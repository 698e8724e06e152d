"""The bounds L_k of importance weighting: by sampling, and exactly for the model z ~ N(0, 1), x | z ~ N(z, 1)."""

from dataclasses import dataclass

import numpy as np

from abacus.errors import BadInput
from abacus.settings import above, any_number, at_least

LOG_2PI = float(np.log(2 * np.pi))
Z = np.linspace(-12.0, 12.0, 1601)  # nodes of the trapezoidal rule over a standard normal variable
T = np.linspace(-40.0, 40.0, 3201)  # and over log t


@dataclass
class Config:
    x: float = any_number()  # what is observed; z is not
    k: int = at_least(1)  # draws of z in one bound
    bounds: int = at_least(2)  # bounds that are averaged


def bound(cfg: Config, job):
    """L_k by sampling with its standard error, the exact L_k, and how far below log p(x) that is; q(z) is the prior."""
    rng, log_weights = job.rng("z"), []
    for start in range(0, cfg.bounds, 1000):
        z = rng.standard_normal((min(1000, cfg.bounds - start), cfg.k))
        log_weights.append(log_mean_exp(log_normal(cfg.x, z, 1.0), axis=1))  # eq. 1, q being the prior
        job.progress(start / cfg.bounds)
    found = np.concatenate(log_weights)
    evidence, exact = float(log_normal(cfg.x, 0.0, 2.0)), exact_bound(cfg.x, cfg.k)
    return {
        "L_k": (float(found.mean()), float(found.std() / np.sqrt(len(found)))),
        "exact L_k": (exact, 0.0),
        "gap": (evidence - exact, 0.0),
    }


def log_normal(x, mean, variance):
    """log N(x; mean, variance), entry by entry."""
    return -0.5 * (LOG_2PI + np.log(variance) + np.square(x - mean) / variance)


def log_mean_exp(log_w, axis=0):
    """log of the mean of the weights along an axis, of which only the logarithms are given (eq. 7). BadInput where there
    is no weight."""
    log_w = np.asarray(log_w, float)
    if log_w.ndim == 0 or not log_w.shape[axis]:
        raise BadInput(f"log_mean_exp: no weights along axis {axis} of shape {log_w.shape}, wanted k >= 1")
    largest = log_w.max(axis=axis, keepdims=True)
    shares = np.exp(log_w - largest)
    return np.log(shares.mean(axis=axis)) + np.squeeze(largest, axis)  # eq. 7


def exact_bound(x, k):
    """L_k for q = the prior, by two integrals: log S = ∫ (e^-t − e^-tS) / t dt, and E e^-tS is the k-th power of one
    weight's own E e^(-tw/k) (eq. 8). Trapezoidal rule over log t and over z; both integrands fall off on both sides."""
    if k < 1:
        raise BadInput(f"k is {k}: a bound needs at least one draw")
    evidence = log_normal(x, 0.0, 2.0)
    ratios = np.exp(log_normal(x, Z, 1.0) - evidence)  # weights over their mean, p(x)
    density = np.exp(-0.5 * Z * Z - 0.5 * LOG_2PI) * (Z[1] - Z[0])
    t = np.exp(T)
    one = np.array([density @ np.exp(-u / k * ratios) for u in t])  # E e^(-u w / k)
    inside = np.exp(-t) - np.exp(k * np.log(one))
    return float(evidence + (T[1] - T[0]) * inside.sum())  # eq. 8


@dataclass
class Toy:
    points: int = at_least(1)  # observations
    dimensions: int = at_least(1)  # of an observation, and of its latent
    away: float = above(0)  # how far the parameters lie from their best ones, standard deviation
    draws: list[int] = at_least(1)  # k of the bounds
    repeats: int = at_least(3)  # gradients of each


def signal(cfg: Toy, job):
    """How the signal of a gradient (|mean| over standard deviation) grows with k: its slope in logarithms of both, for three
    gradients of the model z ~ N(μ, I), x | z ~ N(z, I), q(z | x) = N(x/2 + b, 2/3·I) (Rainforth et al. 2018, section 4)."""
    rng, found = job.rng("toy"), {name: [] for name in ("IWAE, encoder", "DReG, encoder", "IWAE, decoder")}
    x = rng.standard_normal((cfg.points, cfg.dimensions)) * np.sqrt(2)
    mu = x.mean(axis=0) + cfg.away * rng.standard_normal(cfg.dimensions)
    b = mu / 2 + cfg.away * rng.standard_normal(cfg.dimensions)
    for step, k in enumerate(cfg.draws):
        job.progress(step / len(cfg.draws), f"k = {k}")
        noise = job.rng("noise", k)
        several = [gradients(x, mu, b, noise.standard_normal((k, *x.shape))) for _ in range(cfg.repeats)]
        ratios = {name: np.array([one[name] for one in several]) for name in found}
        for name, g in ratios.items():
            found[name].append(float(np.mean(np.abs(g.mean(axis=0)) / g.std(axis=0, ddof=1))))
        job.log(k=k, **{name: values[-1] for name, values in found.items()})
    logs = np.log(cfg.draws)
    return {name: {"slope": float(np.polyfit(logs, np.log(values), 1)[0])} for name, values in found.items()}


def gradients(x, mu, b, noise):
    """Of L_k, the mean over x (n, d): by b in both ways (eqs. 11, 12) and by μ (eq. 11), for one draw of noise (k, n, d)."""
    variance = 2 / 3
    z = x / 2 + b + np.sqrt(variance) * noise
    log_w = (log_normal(z, mu, 1.0) + log_normal(x, z, 1.0) - log_normal(z, x / 2 + b, variance)).sum(axis=2)
    shares = np.exp(log_w - log_w.max(axis=0))
    shares = (shares / shares.sum(axis=0))[..., None]
    whole = (mu - z) + (x - z)  # of log p by z; log q does not change where z moves along with its mean
    path = whole + np.sqrt(1 / variance) * noise  # of log w by z, q held
    return {
        "IWAE, encoder": (shares * whole).sum(axis=0).mean(axis=0),  # eq. 11
        "DReG, encoder": (shares**2 * path).sum(axis=0).mean(axis=0),  # eq. 12
        "IWAE, decoder": (shares * (z - mu)).sum(axis=0).mean(axis=0),
    }
