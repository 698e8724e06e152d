"""Losses that are minus a log-likelihood of counts, or a divergence given by logarithms."""

import numpy as np

from abacus.errors import BadInput
from abacus.ops.arithmetic import pair, sum_to
from abacus.ops.floats import floats
from abacus.ops.reduction import counted_for, reduced
from abacus.tensor import op


@op
def poisson_nll(z, target, log_input=True, full=False, eps=1e-8, *, reduction="mean"):
    """e^z - target·z, z the logarithm of the rate; without log_input z - target·log(z + eps), z the rate. `full` adds
    Stirling's target·log target - target + log(2π target) / 2 where target > 1, which stands for log target!."""
    name = "poisson_nll"
    z, target = pair(name, floats(name, "z", z), floats(name, "target", target))
    if log_input:
        rate = np.exp(z)
        losses, dz, dtarget = rate - target * z, lambda: rate - target, lambda: -z
    else:
        log = np.log(z + eps)
        losses, dz, dtarget = z - target * log, lambda: 1 - target / (z + eps), lambda: -log
    many = target > 1
    if full:
        safe = np.where(many, target, 1)
        stirling = safe * np.log(safe) - safe + 0.5 * np.log(2 * np.pi * safe)
        losses = losses + np.where(many, stirling, 0).astype(losses.dtype)
    value, spread = reduced(
        losses, (lambda: np.ones_like(losses),), reduction, counted_for(name, reduction, losses.size)
    )

    def of_target():
        return dtarget() + (np.where(many, np.log(safe) + 0.5 / safe, 0).astype(losses.dtype) if full else 0)

    def pullback(d):
        d = spread(d)[0]()
        return lambda: sum_to(d * dz(), z.shape), lambda: sum_to(d * of_target(), target.shape)

    return value, pullback


@op
def kl_log_target(log_q, log_p, *, reduction="mean"):
    """p·(log p - log q) of two arrays of logarithms, 0 where p is: Kullback & Leibler's divergence of q from p. reduction as in
    kl: "mean" is over all entries, "batchmean" over the first axis."""
    name = "kl_log_target"
    log_q, log_p = floats(name, "log_q", log_q), floats(name, "log_p", log_p)
    if log_q.shape != log_p.shape:
        raise BadInput(f"{name}: log_p has shape {log_p.shape}, wanted log_q's {log_q.shape}")
    p = np.exp(log_p)
    off = np.where(p > 0, log_p, 0) - np.where(p > 0, log_q, 0)
    count = len(log_q) if reduction == "batchmean" else log_q.size
    part = counted_for(name, reduction, count, ("mean", "batchmean", "sum", "none"))
    slopes = lambda: -p, lambda: p * (off + 1)
    return reduced(p * off, slopes, reduction, part)
