"""The loop that trains a VAE; and a study: the schedule of the paper on importance weighting, as far as one likes."""

from dataclasses import dataclass

import numpy as np

import images
import network
import objectives
from abacus import data, nn
from abacus.optim import Adam
from abacus.settings import at_least, one_of
from abacus.tensor import backward

EPS = 1e-4  # of Adam, as in the paper on importance weighting (section 5)


@dataclass
class Schedule:
    pictures: str = one_of(*images.NAMES)  # what is learnt
    train: int = at_least(1)  # pictures to learn from
    tests: int = at_least(2)  # pictures that the bound is measured on
    hidden: list[int] = at_least(1)  # units of the encoder's layers; the decoder has them in reverse order
    latents: int = at_least(1)  # numbers that a picture is told by
    bound: str = one_of(*objectives.BOUNDS)  # what is climbed
    k: int = at_least(1)  # draws of z for each picture in a step
    stages: int = at_least(1)  # stage i lasts 3^i passes, at the rate 0.001 · 10^(−i/7)
    batch: int = at_least(1)  # pictures of a step
    evaluation: int = at_least(1)  # draws by which log p(x) is estimated in the end


def staged(cfg: Schedule, job):
    """−L_k of the test pictures for many draws, in nats, and active latents, after so many stages; each pass is logged."""
    given = images.load(cfg.pictures, cfg.train, cfg.tests, job.rng("fonts"))
    model = network.VAE(images.SIDE**2, cfg.hidden, cfg.latents, job.rng("init"))
    rates = [0.001 * 10 ** (-i / 7) for i in range(cfg.stages) for _ in range(3**i)]
    optimiser = Adam(nn.parameters(model), eps=EPS)
    test = images.binarised(given.test_x, job.rng("black or white"))
    for epoch in job.epochs(len(rates), model, optimiser):
        optimiser.lr = rates[epoch]
        loss = one_pass(model, optimiser, given, epoch, job, bound=cfg.bound, k=cfg.k, batch=cfg.batch)
        nll = -model.log_likelihoods(test[:500], 50, job.rng("look")).mean()
        job.log(epoch=epoch, loss=loss, nll=float(nll))
    found = model.log_likelihoods(test, cfg.evaluation, job.rng("evaluation"))
    return {"NLL": (-float(found.mean()), float(found.std())), "active units": network.active(model.mean(given.test_x))}


def one_pass(model, optimiser, given, epoch, job, *, bound, k, batch, beta=1.0, free_bits=0.0):
    """Every picture once, black or white by new chance; the mean loss in nats a picture."""
    noise, chance, total = job.rng("noise", epoch), job.rng("binarise", epoch), 0.0
    labels = given.labels if model.classes else np.zeros(len(given.x), np.int64)
    for x, told in data.batches((given.x, labels), batch, job.rng("shuffle", epoch)):
        told = told if model.classes else None
        loss = objectives.loss(model, images.binarised(x, chance), k, bound, beta, free_bits, noise, told)
        optimiser.step(backward(loss))
        total += float(loss) * len(x)
    return total / len(given.x)
