"""What is made small: minus the ELBO, with β and free bits, or minus L_k, with two estimates of its gradient."""

import numpy as np

import densities
from abacus import ops
from abacus.tensor import no_grad


def elbo(model, x, noise, labels, beta):
    """eq. 2, KL by its formula and counted beta times; the mean over the draws and the pictures."""
    code = model.code(x, labels)
    logits = model.decode(densities.draw(code, noise), labels)
    fit = ops.mean(densities.log_bernoulli(logits, x))
    divergences = densities.kl(code, model.prior_sd**2)
    return fit - (beta / len(x)) * ops.sum(divergences), divergences  # eq. 2


def iwae(model, x, noise, labels, beta):
    """eq. 7: the mean over the pictures of the log of the mean weight. Its gradient weighs each draw by its share (eq. 11)."""
    code = model.code(x, labels)
    log_w = model.weights_of(code, x, noise, labels, beta)
    return ops.mean(ops.logsumexp(log_w, axis=0)) - float(np.log(len(noise))), densities.kl(code, model.prior_sd**2)


def dreg(model, x, noise, labels, beta):
    """The value of eq. 7, with the gradient of Tucker et al. 2019: the encoder's is weighed by the square of the share, and
    log q does not pull at the encoder itself (eq. 12)."""
    code = model.code(x, labels)
    gate = np.empty((*noise.shape[:2], 1), noise.dtype)
    log_w = model.weights_of(code, x, noise, labels, beta, gate, code.detach())
    shares = share(log_w.value)
    gate[..., 0] = 1 - beta + beta * shares
    surrogate = ops.sum(log_w * shares) * (1 / len(x))  # eq. 12, with `gated`
    bound = np.mean(ops.logsumexp(log_w.detach(), axis=0).value) - np.log(len(noise))
    return surrogate + float(bound - surrogate.value), densities.kl(code, model.prior_sd**2)


BOUNDS = {"ELBO": elbo, "IWAE": iwae, "DReG": dreg}


def loss(model, x, k, bound, beta, free_bits, rng, labels=None):
    """Minus one of BOUNDS by k draws for each picture of x (n, pixels). A latent whose KL, on the mean of the batch, lies
    below `free_bits` nats is counted with so much, and so is not pushed down any more (eq. 10)."""
    noise = rng.standard_normal((k, len(x), model.latents), dtype=np.float32)
    value, divergences = BOUNDS[bound](model, x, noise, labels, beta)
    if free_bits:
        missing = ops.relu(free_bits - ops.mean(divergences, axis=0))
        value = value - beta * ops.sum(missing)  # eq. 10
    return -value


def parts(model, x, noise, labels=None):
    """Nats a picture, as floats: for the pixels, for the latents (KL), and for the pixels where each picture is decoded
    from the latents of the one before it. x (n, pixels), noise (1, n, latents)."""
    with no_grad():
        code = model.code(x, labels)
        z = densities.draw(code, noise)
        pixels, shuffled = (
            -float(densities.log_bernoulli(model.decode(from_, labels), x).value.mean())
            for from_ in (z, np.roll(z.value, 1, axis=1))
        )
        return pixels, float(densities.kl(code, model.prior_sd**2).value.sum(axis=1).mean()), shuffled


def share(log_w):
    """The weights over their sum, over the first axis: (k, n) to (k, n) (eq. 11)."""
    w = np.exp(log_w - log_w.max(axis=0))
    return w / w.sum(axis=0)  # eq. 11
