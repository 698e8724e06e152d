"""Latents that are words: drawn softly by Gumbel noise, or the nearest of a book of vectors. Two studies."""

from dataclasses import dataclass

import numpy as np

import densities
import images
from abacus import data, nn, ops
from abacus.optim import Adam, cosine
from abacus.running import plot
from abacus.settings import above, at_least, one_of
from abacus.tensor import Parameter, backward, no_grad
from network import stack


@dataclass
class Soft:
    pictures: str = one_of(*images.NAMES)  # what is learnt
    train: int = at_least(1)  # pictures to learn from
    tests: int = at_least(2)  # pictures that all is measured on
    hidden: list[int] = at_least(1)  # units of the encoder's layers; the decoder has them in reverse order
    words: int = at_least(1)  # latents
    states: int = at_least(2)  # values of each
    warm: float = above(0)  # temperature at the start: how soft a choice is
    cold: float = above(0)  # temperature at the end
    passes: int = at_least(1)  # times that every picture is shown
    batch: int = at_least(1)  # pictures of a step
    rate: float = above(0)  # learning rate at the start; it falls as half a cosine


@dataclass
class Nearest:
    pictures: str = one_of(*images.NAMES)  # what is learnt
    train: int = at_least(1)  # pictures to learn from
    tests: int = at_least(2)  # pictures that all is measured on
    hidden: list[int] = at_least(1)  # units of the encoder's layers; the decoder has them in reverse order
    words: int = at_least(1)  # latents
    states: int = at_least(2)  # vectors of the book
    width: int = at_least(1)  # numbers of a vector
    commitment: float = at_least(0)  # how much the encoder is pulled to the vector it has chosen
    passes: int = at_least(1)  # times that every picture is shown
    batch: int = at_least(1)  # pictures of a step
    rate: float = above(0)  # learning rate at the start; it falls as half a cosine


def gumbel(cfg: Soft, job):
    """Nats of an unseen picture with hard choices: −ELBO, for the pixels, for the words (KL); and what softness hides."""
    model = GumbelVAE(images.SIDE**2, cfg.hidden, cfg.words, cfg.states, job.rng("init"))

    def loss(x, epoch, rng):
        share = epoch / max(1, cfg.passes - 1)
        return model.loss(x, cfg.warm * (cfg.cold / cfg.warm) ** share, rng)

    test = _train(cfg, job, model, loss)
    with no_grad():
        logits, rng = model.logits(test), job.rng("choice")
        divergence = float(ops.mean(kl_of_words(logits)))
        hard, soft = (
            -float(ops.mean(densities.log_bernoulli(model.decode(y)[None], test)))
            for y in (choose(logits.value, rng), ops.softmax(noisy(logits, rng) * (1 / cfg.cold)))
        )
    _samples(job, model.decode(np.eye(cfg.states, dtype=np.float32)[_words(50, cfg, job)]))
    return {"−ELBO": hard + divergence, "pixels": hard, "KL": divergence, "pixels, soft": soft}


def quantised(cfg: Nearest, job):
    """Nats of an unseen picture for its pixels, the words used (perplexity), and the code's length were all as likely."""
    model = QuantisedVAE(images.SIDE**2, cfg.hidden, cfg.words, cfg.states, cfg.width, job.rng("init"))
    test = _train(cfg, job, model, lambda x, epoch, rng: model.loss(x, cfg.commitment))
    with no_grad():
        z, index = model.quantise(model.encode(test))
        pixels = -float(ops.mean(densities.log_bernoulli(model.decode(z)[None], test)))
    _samples(job, model.decode(model.book.value[_words(50, cfg, job)]))
    shares = np.bincount(index.ravel(), minlength=cfg.states) / index.size
    used = float(np.exp(-np.sum(shares * np.log(np.maximum(shares, 1e-300)))))
    return {"pixels": pixels, "perplexity": used, "code": float(cfg.words * np.log(cfg.states))}


class GumbelVAE:
    """`words` latents of `states` values each, all as likely before a picture is seen; q(word | x) is a softmax."""

    def __init__(self, pixels, hidden, words, states, rng):
        self.shape = words, states
        self.encoder = stack([pixels, *hidden, words * states], rng)
        self.decoder = stack([words * states, *hidden[::-1], pixels], rng)

    def logits(self, x):
        """(n, words, states), a Tensor."""
        return self.encoder(x).reshape(len(x), *self.shape)

    def decode(self, y):
        """The logits of the pixels for choices y (n, words, states), onehot or soft."""
        return self.decoder(ops.reshape(y, (len(y), -1)))

    def loss(self, x, temperature, rng):
        """−ELBO with soft choices at a temperature: the mean over x (n, pixels)."""
        logits = self.logits(x)
        y = ops.softmax(noisy(logits, rng) * (1 / temperature))  # eq. 20
        return ops.mean(kl_of_words(logits)) - ops.mean(densities.log_bernoulli(self.decode(y)[None], x))


class QuantisedVAE:
    """`words` latents, each the nearest of `states` vectors of `width` numbers (van den Oord et al. 2017)."""

    def __init__(self, pixels, hidden, words, states, width, rng):
        self.words, self.width = words, width
        self.encoder = stack([pixels, *hidden, words * width], rng)
        self.decoder = stack([words * width, *hidden[::-1], pixels], rng)
        self.book = Parameter(rng.standard_normal((states, width)).astype(np.float32))

    def encode(self, x):
        """(n, words, width), a Tensor."""
        return self.encoder(x).reshape(len(x), self.words, self.width)

    def quantise(self, z):
        """(the vectors chosen, as a Tensor through which the gradient passes to z unchanged; their numbers (n, words))."""
        index = nearest(z.value, self.book.value)
        return z + (self.book.value[index] - z.value), index  # eq. 22

    def decode(self, z):
        """The logits of the pixels for vectors z (n, words, width)."""
        return self.decoder(ops.reshape(z, (len(z), -1)))

    def loss(self, x, commitment):
        """eq. 22: nats of the pixels, the book drawn to the encoder, and the encoder, `commitment` times, to the book."""
        z = self.encode(x)
        chosen, index = self.quantise(z)
        fit = ops.mean(densities.log_bernoulli(self.decode(chosen)[None], x))
        book = ops.sum(ops.square(ops.embedding(index, self.book) - z.detach()))
        encoder = ops.sum(ops.square(z - self.book.value[index]))
        return (book + commitment * encoder) * (1 / len(x)) - fit  # eq. 22


def noisy(logits, rng):
    """Logits plus Gumbel noise −log(−log u): the largest is state s with probability softmax(logits)[s] (eq. 19)."""
    u = rng.random(logits.shape)
    return logits - np.log(-np.log(np.maximum(u, np.finfo(float).tiny))).astype(np.float32)  # eq. 19


def choose(logits, rng):
    """Onehot choices of probability softmax(logits), over the last axis: an array like the logits, float32."""
    best = np.argmax(noisy(logits, rng), axis=-1)
    return np.eye(logits.shape[-1], dtype=np.float32)[best]


def kl_of_words(logits):
    """KL of softmax(logits) from states that are all as likely, summed over the words: (n, words, states) to (n,) (eq. 21)."""
    log_q = ops.log_softmax(logits)
    return ops.sum(ops.sum(ops.exp(log_q) * (log_q + float(np.log(logits.shape[-1]))), axis=2), axis=1)  # eq. 21


def nearest(z, book):
    """The number of the nearest row of book (states, width) to each vector z (..., width), by squared distance."""
    return np.argmin((book * book).sum(axis=1) - 2 * z @ book.T, axis=-1)


def _train(cfg, job, model, loss):
    """Train on black and white pictures; the test pictures, black and white."""
    given = images.load(cfg.pictures, cfg.train, cfg.tests, job.rng("fonts"))
    optimiser = Adam(nn.parameters(model))
    for epoch in job.epochs(cfg.passes, model, optimiser):
        optimiser.lr = cosine(epoch, cfg.rate, cfg.passes)
        noise, chance, total = job.rng("noise", epoch), job.rng("binarise", epoch), 0.0
        for (x,) in data.batches((given.x,), cfg.batch, job.rng("shuffle", epoch)):
            value = loss(images.binarised(x, chance), epoch, noise)
            optimiser.step(backward(value))
            total += float(value) * len(x)
        job.log(epoch=epoch, loss=total / len(given.x))
    return images.binarised(given.test_x, job.rng("evaluation"))


def _words(n, cfg, job):
    return job.rng("samples").integers(0, cfg.states, (n, cfg.words))


def _samples(job, logits):
    with job.figure("samples") as figure:
        pictures = ops.sigmoid(logits).value.reshape(-1, images.SIDE, images.SIDE)
        plot.grid(figure, pictures, limits=(0, 1))
