"""Training as nanoGPT does it: AdamW, a warm-up and a cosine, the loss of the whole validation part now and then."""

from dataclasses import dataclass

import numpy as np

import figures
import information
from abacus import nn, ops, vocabulary
from abacus.errors import BadInput
from abacus.optim import AdamW, clip, cosine
from abacus.settings import above, at_least, between
from abacus.tensor import backward
from generate import write
from model import Shape, Transformer, attention_weights, losses
from text import batch, read, split, windows

LOG = 10  # a line of the log every so many steps
SAMPLE = 400  # characters that are written at the end
WARM_UP = 100  # steps in which the learning rate grows to lr; nanoGPT, config/train_shakespeare_char.py
LOWEST = 0.1  # share of lr that the cosine ends at; nanoGPT, config/train_shakespeare_char.py: learning_rate / 10


@dataclass
class Config:
    text: str  # what is learnt: shakespeare, manual (the one that Python carries with it), or the path of a file
    layers: int = at_least(1)  # blocks of attention and MLP, one after the other
    heads: int = at_least(1)  # attention heads of a block: a divisor of the width
    width: int = at_least(1)  # numbers that stand for a character
    block: int = at_least(1)  # characters that are seen at once
    batch: int = at_least(1)  # windows of a step
    parts: int = at_least(1)  # that a batch is computed in, one after the other: less memory, the same gradient
    iterations: int = at_least(1)  # steps of training
    lr: float = above(0)  # learning rate after the warm-up
    decay_iterations: int = at_least(1)  # step at which the cosine of the learning rate ends
    dropout: float = between(0, 1)  # share of the activations that is dropped in training
    evaluate: int = at_least(1)  # steps between two looks at the validation part

    def __post_init__(self):
        """Heads divide the width, a batch has parts, and a dropout of 1 would leave nothing."""
        if self.width % self.heads:
            raise BadInput(f"heads={self.heads}: wanted a divisor of width={self.width}")
        if self.parts > self.batch:
            raise BadInput(f"parts={self.parts}: wanted no more than batch={self.batch}")
        if self.dropout == 1:
            raise BadInput("dropout=1.0: nothing would be left; wanted below 1")


def train(cfg: Config, job):
    """Train on a text; nats per character over the whole validation part, at the end and at the best moment."""
    text = read(cfg.text)
    characters = vocabulary.characters(text)
    learnt, unseen = split(characters.encode(text), cfg.block)
    baselines = information.baselines(learnt, unseen, len(characters))
    model = Transformer(Shape(len(characters), cfg.layers, cfg.heads, cfg.width, cfg.block), job.rng("init"))
    optimiser = optimiser_of(model)
    best = {"loss": np.inf, "sd": 0.0}
    for step in job.steps(cfg.iterations, model, optimiser, best):
        optimiser.lr = rate(step, cfg)
        x, y = batch(learnt, cfg.block, cfg.batch, job.rng("batch", step))
        loss, gradients = in_parts(cfg, job, step, model, x, y)
        optimiser.step(clip(gradients, 1.0))
        if (step + 1) % cfg.evaluate == 0 and step + 1 < cfg.iterations:
            each = losses(model, *windows(unseen, cfg.block)).mean(axis=1)
            job.log(step=step + 1, loss=loss, validation=each.mean())
            note(best, each)
        elif step % LOG == 0:
            job.log(step=step, loss=loss)
    final = losses(model, *windows(unseen, cfg.block)).mean(axis=1)  # of each window: what train.py draws at random
    job.log(step=cfg.iterations, validation=final.mean())
    note(best, final)
    keep(job, model, characters)
    if job.seed == 0:
        show(cfg, job, model, characters, unseen)
    equally = windows(learnt, cfg.block)
    some = np.linspace(0, len(equally[0]) - 1, len(windows(unseen, cfg.block)[0])).astype(int)
    on_learnt = losses(model, equally[0][some], equally[1][some]).mean(axis=1)
    mean, sd = float(final.mean()), spread(final)
    print(
        f"A character that it has not seen costs the transformer {information.bits(mean):.2f} bits, a table of pairs "
        f"{information.bits(baselines['pairs']):.2f}, a guess {information.bits(baselines['uniform']):.2f}."
    )
    return {
        "validation loss": (mean, sd),
        "training loss, log": (on_learnt.mean(), spread(on_learnt)),
        "validation loss, log": (mean, sd),
        "best validation loss": (best["loss"], best["sd"]),
        "bits": information.bits(mean),
        "parameters": nn.count(model),
    }


def rate(step, cfg):
    """The learning rate of a step."""
    return cosine(step, cfg.lr, cfg.decay_iterations, LOWEST * cfg.lr, WARM_UP)  # eq. 13


def in_parts(cfg, job, step, model, x, y):
    """(loss, gradients) of a batch, as the sums over its parts."""
    loss, gradients = 0.0, {}
    for k, part in enumerate(np.array_split(np.arange(len(x)), cfg.parts)):
        dropped = job.rng("dropout", step, k) if cfg.dropout else None
        share = ops.softmax_cross_entropy(model(x[part], cfg.dropout, dropped), y[part]) * (len(part) / len(x))
        loss, more = loss + float(share), backward(share)
        gradients = {p: gradients[p] + more[p] for p in more} if gradients else more
    return loss, gradients


def note(best, each):
    """Keep the lowest mean, and its sd."""
    if each.mean() < best["loss"]:
        best.update(loss=float(each.mean()), sd=spread(each))


def spread(each):
    """The sd of a window's loss; NaN, which is recorded as none, of a single window."""
    return float(each.std(ddof=1)) if len(each) > 1 else np.nan


def optimiser_of(model):
    """AdamW with nanoGPT's constants; the decay is for matrices, not for the gains of the layer norms."""
    parameters = nn.parameters(model)
    decay = {name: 0.1 for name, parameter in parameters.items() if parameter.ndim >= 2}
    return AdamW(parameters, betas=(0.9, 0.99), weight_decay=decay)


def keep(job, model, characters):
    """What sample.py needs, in the run's folder."""
    job.save("model", {"vocabulary": "".join(characters.tokens), "shape": model.shape._asdict(), "model": model})


def show(cfg, job, model, characters, unseen):
    """Pictures, and a sample that continues the beginning of the validation part."""
    prompt = unseen[: min(cfg.block, 32)]
    with job.figure("attention") as figure:
        figures.attention_maps(figure, attention_weights(model, prompt[None]), "".join(characters.decode(prompt)))
    with job.figure("embedding") as figure:
        figures.embedding(figure, model.characters.table.value, characters.tokens)
    with job.figure("schedule") as figure:
        figures.schedule(figure, cfg.iterations, lambda step: rate(step, cfg))
    written = write(model, prompt[:1], SAMPLE, temperature=0.8, top_k=0, rng=job.rng("sample"))
    print("".join(characters.decode([*prompt[:1], *written])))
