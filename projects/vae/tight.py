"""Studies of the linear model: log p(x) in closed form beside the ELBO; and which latents of a linear VAE fall silent."""

from dataclasses import dataclass

import numpy as np

import images
import linear
from abacus.settings import above, at_least


@dataclass
class Exactly:
    digits: int = at_least(2)  # USPS digits, from the first on
    latents: int = at_least(1)  # components


def closed_form(cfg: Exactly, job):
    """Both in nats a digit: log p(x), and the ELBO with the encoder that Bayes' rule gives (no random number is drawn)."""
    x = images.usps(cfg.digits)
    model = linear.ProbabilisticPCA(cfg.latents).fit(x)
    decoder, s = model.decoder(), linear.covariance(x)
    encoder = linear.posterior(decoder)
    bound = float(linear.elbo(s, decoder.w, decoder.noise, *encoder).item())
    kept = {"noise variance": decoder.noise, "active units": linear.active(encoder.v, s)}
    with job.figure("components") as figure:
        images.components(figure, model)
    return {
        "exact": {"nats a digit": model.score(x)} | kept,
        "ELBO, the encoder of Bayes' rule": {"nats a digit": bound} | kept,
    }


@dataclass
class Learnt:
    digits: int = at_least(2)  # USPS digits, from the first on
    latents: int = at_least(1)  # numbers that a digit is told by
    noise: float = at_least(0)  # variance of a pixel given the latents; 0: it is learnt
    beta: float = above(0)  # how often KL counts
    steps: int = at_least(1)  # of Adam, each with the whole covariance
    rate: float = above(0)  # learning rate at the start


def collapse(cfg: Learnt, job):
    """The bound that is reached, the active latents, and how many eigenvalues lie above β times the noise (eq. 18)."""
    x = images.usps(cfg.digits)
    s = linear.covariance(x)
    model = linear.LinearVAE(x.shape[1], cfg.latents, job.rng("init"), cfg.noise or None)
    bound = linear.train(model, s, cfg.steps, cfg.rate, cfg.beta, job)
    values, _ = linear.spectrum(s)
    noise = float(np.exp(getattr(model.log_noise, "value", model.log_noise)))
    return {
        "bound": bound,
        "active units": linear.active(model.v.value, s),
        "eigenvalues above": int((values[: cfg.latents] > cfg.beta * noise).sum()),  # eq. 18
        "noise": noise,
    }
