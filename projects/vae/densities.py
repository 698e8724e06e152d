"""What a VAE adds to the tape's operations: draws that a gradient passes, KL, and densities; float32 or float64."""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.tensor import op

LOG_2PI = float(np.log(2 * np.pi))
# A code is what an encoder says of n items: (n, 2·latents), the means of q(z | x) and the logarithms of its variances.


def split(name, code):
    """(means, log variances), both (n, latents), as views."""
    if code.ndim != 2 or not code.shape[1] or code.shape[1] % 2:
        raise BadInput(f"{name}: code has shape {code.shape}, wanted (n, 2·latents): means and log variances")
    half = code.shape[1] // 2
    return code[:, :half], code[:, half:]


@op
def draw(code, noise):
    """z = μ + σ·noise (eq. 3): code (n, 2·latents), noise (k, n, latents) of standard normal numbers; z like the noise."""
    mean, log_variance = split("draw", code)
    expect_shape("draw", "noise", noise.shape, (noise.shape[0], *mean.shape))
    deviation = np.exp(0.5 * log_variance)
    z = mean + deviation * noise  # eq. 3

    def pullback(dz):
        moved = dz.sum(axis=0)
        return np.concatenate([moved, 0.5 * deviation * (dz * noise).sum(axis=0)], axis=1), lambda: dz * deviation

    return z, pullback


@op
def kl(code, variance=1.0):
    """KL of q(z | x) from the prior N(0, variance), latent by latent (eq. 4): code (n, 2·latents) to (n, latents)."""
    mean, log_variance = split("kl", code)
    if not variance > 0:
        raise BadInput(f"kl: the prior has the variance {variance}, wanted a positive one")
    spread = np.exp(log_variance)
    value = 0.5 * ((mean * mean + spread) / variance - 1.0 - log_variance + np.log(variance))  # eq. 4

    def pullback(d):
        return np.concatenate([d * mean / variance, 0.5 * d * (spread / variance - 1.0)], axis=1), None

    return value.astype(code.dtype), pullback


@op
def log_normal(z, code):
    """Σ over the latents of log N(z; μ, σ²): z (k, n, latents), code (n, 2·latents); (k, n)."""
    mean, log_variance = split("log_normal", code)
    expect_shape("log_normal", "z", z.shape, (z.shape[0], *mean.shape))
    precision = np.exp(-log_variance)
    away = z - mean
    scaled = away * precision
    value = -0.5 * ((away * scaled).sum(axis=2) + log_variance.sum(axis=1) + z.dtype.type(mean.shape[1] * LOG_2PI))

    def dcode(d):
        dmean = (d[..., None] * scaled).sum(axis=0)
        dlog = 0.5 * (d[..., None] * (away * scaled - 1)).sum(axis=0)
        return np.concatenate([dmean, dlog], axis=1)

    return value, lambda d: (lambda: -d[..., None] * scaled, lambda: dcode(d))


@op
def log_bernoulli(logits, x):
    """Σ over the pixels of log p(x | logits), black or grey pixels x in [0, 1] (eq. 5): logits (k, n, pixels), x (n, pixels);
    (k, n). Its gradient is x − σ(logits)."""
    expect_shape("log_bernoulli", "logits", logits.shape, (logits.shape[0], *x.shape))
    import pixels

    total, off = np.empty(logits.shape[:2], logits.dtype), np.empty(logits.shape, logits.dtype)
    rows = np.ascontiguousarray(logits).reshape(-1, x.shape[1])
    source = np.ascontiguousarray(x, logits.dtype)
    pixels.log_bernoulli(rows, source, total.reshape(-1), off.reshape(rows.shape))  # eq. 5
    return total, lambda d: (lambda: d[..., None] * off, None)


@op
def gated(z, gate):
    """z, whose gradient is multiplied by `gate` on the way back: the array as it is then, filled between forward and
    backward (eq. 12)."""
    expect_shape("gated", "gate", gate.shape, (*z.shape[:-1], 1))
    return z, lambda dz: (dz * gate, None)  # eq. 12
