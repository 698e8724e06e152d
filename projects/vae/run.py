"""A digit is told by two numbers: a variational autoencoder draws the map of all digits between which it can walk."""

from dataclasses import dataclass

import numpy as np

import discrete
import images
import importance
import learning
import network
import objectives
import pictures
import tight
from abacus import nn
from abacus.launch import launch
from abacus.optim import Adam, cosine
from abacus.settings import above, at_least, one_of


@dataclass
class Config:
    pictures: str = one_of(*images.NAMES)  # what is learnt
    train: int = at_least(1)  # pictures to learn from
    tests: int = at_least(2)  # pictures that all is measured on
    hidden: list[int] = at_least(1)  # units of the encoder's layers; the decoder has them in reverse order
    latents: int = at_least(1)  # numbers that a picture is told by
    prior_sd: float = above(0)  # standard deviation of a latent before a picture is seen
    conditional: bool  # whether encoder and decoder are told the label
    bound: str = one_of(*objectives.BOUNDS)  # what is climbed
    k: int = at_least(1)  # draws of z for each picture in a step
    beta: float = above(0)  # how often KL counts
    free_bits: float = at_least(0)  # nats of KL that each latent has for nothing
    passes: int = at_least(1)  # times that every picture is shown
    batch: int = at_least(1)  # pictures of a step
    rate: float = above(0)  # learning rate at the start; it falls as half a cosine
    evaluation: int = at_least(1)  # draws by which log p(x) is estimated


def learn(cfg: Config, job):
    """Nats a test picture: −log p(x) by importance weights, −ELBO and its two parts; and the active latents."""
    given = images.load(cfg.pictures, cfg.train, cfg.tests, job.rng("fonts"))
    classes = images.CLASSES if cfg.conditional else 0
    model = network.VAE(
        images.SIDE**2, cfg.hidden, cfg.latents, job.rng("init"), classes=classes, prior_sd=cfg.prior_sd
    )
    optimiser = Adam(nn.parameters(model), eps=learning.EPS)
    how = {"bound": cfg.bound, "k": cfg.k, "batch": cfg.batch, "beta": cfg.beta, "free_bits": cfg.free_bits}
    for epoch in job.epochs(cfg.passes, model, optimiser):
        optimiser.lr = cosine(epoch, cfg.rate, cfg.passes)
        job.log(epoch=epoch, loss=learning.one_pass(model, optimiser, given, epoch, job, **how))
    values = measured(model, given, cfg.evaluation, job.rng("evaluation"))
    pictures.all_of(job, model, given)
    job.save("model", model)
    print(
        f"{job.row}: {cfg.latents} numbers tell an unseen picture; with them it costs {values['−ELBO']:.1f} nats, "
        f"{values['KL']:.1f} of which are for the numbers, and {values['shuffled']:.0f} with another picture's numbers."
    )
    return values


def measured(model, given, evaluation, rng):
    """The table's columns, on black and white test pictures; "shuffled" decodes each from its neighbour's latents."""
    x, labels = images.binarised(given.test_x, rng), given.test_labels if model.classes else None
    noise = rng.standard_normal((1, len(x), model.latents), dtype=np.float32)
    pixels, divergence, shuffled = objectives.parts(model, x, noise, labels)
    likelihoods = model.log_likelihoods(x, evaluation, rng, labels)
    return {
        "−log p(x)": -float(likelihoods.mean()),
        "−ELBO": pixels + divergence,
        "pixels": pixels,
        "KL": divergence,
        "active units": network.active(model.mean(x, labels)),
        "shuffled": shuffled + divergence,
    }


if __name__ == "__main__":
    studies = learn, tight.closed_form, tight.collapse, importance.bound, importance.signal
    learnt = learning.staged, discrete.gumbel, discrete.quantised
    drawn = {
        learn: pictures.compared,
        tight.collapse: pictures.collapsed,
        importance.bound: pictures.bounds,
        importance.signal: pictures.signals,
        learning.staged: pictures.stages,
    }
    launch(*studies, *learnt, figures=drawn)
