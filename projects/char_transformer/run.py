"""A transformer that learns a text character by character, and the parameter counts of larger ones."""

from dataclasses import dataclass

import numpy as np

import counting
import figures
import information
from abacus import nn, ops
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.optim import AdamW, clip, cosine
from abacus.settings import above, at_least, between, one_of
from abacus.tensor import backward
from generate import write
from model import Shape, Transformer, attention_weights, losses
from text import Vocabulary, batch, read, split, windows

LOG = 10  # a line of the log every so many steps


@dataclass
class Config:
    study: str = one_of("train", "count")
    text: str  # shakespeare, manual, or the path of a file
    layers: int = at_least(1)
    heads: int = at_least(1)
    width: int = at_least(1)
    block: int = at_least(1)  # characters that are seen at once
    batch: int = at_least(1)
    parts: int = at_least(1)  # that a batch is computed in, one after the other: less memory, the same gradient
    iterations: int = at_least(1)
    lr: float = above(0)  # after the warm-up
    lowest: float = at_least(0)  # learning rate at the end of the cosine
    warm_up: int = at_least(0)  # steps
    decay_iterations: int = at_least(1)  # where the cosine ends
    dropout: float = between(0, 1)
    evaluate: int = at_least(1)  # steps between two looks at the validation part
    sample: int = at_least(0)  # characters to write at the end
    network: str = one_of("decoder", "encoder-decoder")  # count: GPT-2's or Vaswani's
    vocabulary: int = at_least(1)  # count
    feed_forward: int = at_least(1)  # count, encoder-decoder
    key: int = at_least(1)  # count, encoder-decoder: d_k
    value: int = at_least(1)  # d_v

    def __post_init__(self):
        """Heads divide the width, a batch has parts, and a dropout of 1 would leave nothing."""
        if self.study == "train" and self.width % self.heads:
            raise BadInput(f"heads={self.heads}: wanted a divisor of width={self.width}")
        if self.parts > self.batch:
            raise BadInput(f"parts={self.parts}: wanted no more than batch={self.batch}")
        if self.dropout == 1:
            raise BadInput("dropout=1.0: nothing would be left; wanted below 1")


def run(cfg: Config, job):
    return train(cfg, job) if cfg.study == "train" else counting.count(cfg)


def train(cfg, job):
    """Train on a text; nats per character over the whole validation part, at the end and at the best moment."""
    text = read(cfg.text)
    vocabulary = Vocabulary(text)
    learnt, unseen = split(vocabulary.encode(text), cfg.block)
    for name, nats in information.baselines(learnt, unseen, len(vocabulary)).items():
        print(f"{name}: {nats:.3f} nats, {information.bits(nats):.3f} bits a character")
    model = Transformer(Shape(len(vocabulary), cfg.layers, cfg.heads, cfg.width, cfg.block), job.rng("init"))
    optimiser = optimiser_of(model)
    best = {"loss": np.inf, "sd": 0.0}
    for step in job.steps(cfg.iterations, model, optimiser, best):
        optimiser.lr = cosine(step, cfg.lr, cfg.decay_iterations, cfg.lowest, cfg.warm_up)
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
    keep(job, model, vocabulary)
    if job.seed == 0:
        show(cfg, job, model, vocabulary, unseen)
    equally = windows(learnt, cfg.block)
    some = np.linspace(0, len(equally[0]) - 1, len(windows(unseen, cfg.block)[0])).astype(int)
    on_learnt = losses(model, equally[0][some], equally[1][some]).mean(axis=1)
    mean, sd = float(final.mean()), float(final.std(ddof=1))
    return {
        "validation loss": (mean, sd),
        "training loss, log": (on_learnt.mean(), on_learnt.std(ddof=1)),
        "validation loss, log": (mean, sd),
        "best validation loss": (best["loss"], best["sd"]),
        "bits": information.bits(mean),
        "parameters": nn.count(model),
    }


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
        best.update(loss=float(each.mean()), sd=float(each.std(ddof=1)))


def optimiser_of(model):
    """AdamW with nanoGPT's constants; the decay is for matrices, not for the gains of the layer norms."""
    parameters = nn.parameters(model)
    decay = {name: 0.1 for name, parameter in parameters.items() if parameter.ndim >= 2}
    return AdamW(parameters, betas=(0.9, 0.99), weight_decay=decay)


def keep(job, model, vocabulary):
    """What sample.py needs, in the run's folder."""
    job.save("model", {"vocabulary": vocabulary.characters, "shape": model.shape._asdict(), "model": model})


def show(cfg, job, model, vocabulary, unseen):
    """Pictures, and a sample that continues the beginning of the validation part."""
    prompt = unseen[: min(cfg.block, 32)]
    with job.figure("attention") as figure:
        figures.attention_maps(figure, attention_weights(model, prompt[None]), vocabulary.decode(prompt))
    with job.figure("embedding") as figure:
        figures.embedding(figure, model.characters.table.value, vocabulary.characters)
    with job.figure("schedule") as figure:
        figures.schedule(figure, cfg)
    written = write(model, prompt[:1], cfg.sample, temperature=0.8, top_k=0, rng=job.rng("sample"))
    print(vocabulary.decode([*prompt[:1], *written]))


if __name__ == "__main__":
    launch(run, figures=figures.draw)
