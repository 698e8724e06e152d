"""makemore: words letter by letter, from counting pairs to a hierarchy of batch-normalised layers and a transformer."""

import math
from dataclasses import dataclass

import numpy as np

import bigram
import figures
import network
import transformer
from abacus import nn, ops
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.optim import AdamW, clip
from abacus.settings import above, at_least, between, one_of
from abacus.tensor import backward
from names import WORDS, Alphabet, examples, split

CHUNK = 500  # steps between two checkpoints


@dataclass
class Config:
    study: str = one_of("bigram", "network", "inside", "transformer")
    words: str = one_of(*WORDS)
    added: int = at_least(0)  # bigram: to every count
    context: int = at_least(1)  # characters that are seen
    embedding: int = at_least(1)  # numbers a character
    hidden: int = at_least(1)  # units a layer
    joins: list[int] = at_least(1)  # neighbours that each layer takes together
    norm: str = one_of(*network.NORMS)
    norm_last: bool
    init: str = one_of(*network.INITS)
    gain: float = above(0)  # on the hidden weights at the start
    eps: float = at_least(0)  # of batch norm
    momentum: float = between(0, 1)  # of its moving moments
    steps: int = at_least(1)
    batch: int = at_least(2)
    rates: list[float] = above(0)  # before and after `drop`
    drop: int = at_least(0)  # the step from which the second rate holds
    evaluate: int = at_least(1)  # transformer: every so many steps
    names: int = at_least(0)  # new words to print at the end

    def __post_init__(self):
        """Settings that only make sense together."""
        if math.prod(self.joins) != self.context:
            raise BadInput(f"joins={self.joins}: their product is the context, {self.context}")
        if len(self.rates) != 2:
            raise BadInput(f"rates={self.rates}: wanted two, before and after drop={self.drop}")
        if self.norm_last and self.study != "inside":
            raise BadInput(f"norm_last=true: only study=inside looks at such a network, not study={self.study}")


def run(cfg: Config, job):
    return STUDIES[cfg.study](cfg, job)


def count_pairs(cfg, job):
    """Loss of the bigram model on the words it counted, and what a running sum in float32 makes of it."""
    words = WORDS[cfg.words]()
    alphabet = Alphabet(words)
    table = bigram.counts(words, alphabet)
    if not cfg.added:
        with job.figure("pairs") as figure:
            figures.pairs(figure, table, alphabet)
    running = bigram.nll_running(words, alphabet, table, cfg.added)
    return {"loss, summed in float32": running, "loss": bigram.nll(table, cfg.added)}


def _prepared(cfg):
    words = WORDS[cfg.words]()
    alphabet = Alphabet(words)
    norms = cfg.norm, cfg.norm_last
    layout = network.Layout(
        network.Shape(len(alphabet), cfg.context, cfg.embedding, cfg.hidden, tuple(cfg.joins), *norms)
    )
    return alphabet, layout, split(words)


def train_network(cfg, job):
    """Train by fused.py; mean loss over all of the training and all of the validation part."""
    import fused

    alphabet, layout, parts = _prepared(cfg)
    train, validation = (examples(part, alphabet, cfg.context) for part in parts[:2])
    state = {"flat": network.start(layout, cfg.init, cfg.gain, job.rng("init")), "moving": layout.moving_start()}
    plan, ends = np.array(layout.plan), (len(alphabet), cfg.embedding, layout.last)
    batch_norm = np.float32(cfg.eps), np.float32(cfg.momentum), cfg.norm != "moving deviation"
    for chunk in job.steps(-(-cfg.steps // CHUNK), state, every=1):
        steps = np.arange(chunk * CHUNK, min((chunk + 1) * CHUNK, cfg.steps))
        picks = job.rng("batches", chunk).integers(0, len(train[1]), (len(steps), cfg.batch))
        rates = np.where(steps < cfg.drop, *cfg.rates).astype(np.float32)
        losses = np.empty(len(steps))
        fused.train(state["flat"], state["moving"], plan, ends, *train, picks, rates, *batch_norm, losses)
        job.log(step=int(steps[-1]) + 1, loss=losses.mean())
    flat, moving = state["flat"], state["moving"]
    if cfg.embedding == 2:
        with job.figure("embedding") as figure:
            figures.embedding(figure, layout.views(flat)["embedding"], alphabet)
    for word in network.sample(layout, flat, moving, alphabet, cfg.eps, cfg.names, job.rng("sample")):
        print(word)
    each = [network.losses(layout, flat, moving, *part, cfg.eps) for part in (train, validation)]
    return {
        "validation loss": (each[1].mean(), each[1].std(ddof=1)),
        "training loss": (each[0].mean(), each[0].std(ddof=1)),
        "parameters": layout.size,
    }


def look_inside(cfg, job):
    """Activations and gradients at the start: their spread by layer, how many tanh are saturated, and the first loss."""
    alphabet, layout, parts = _prepared(cfg)
    contexts, labels = examples(parts[0], alphabet, cfg.context)
    chosen = job.rng("batches").integers(0, len(labels), cfg.batch)
    p = layout.parameters(network.start(layout, cfg.init, cfg.gain, job.rng("init")))
    probes, outputs = network.probes(layout, cfg.batch), []
    z = network.logits(p, layout, contexts[chosen], cfg.eps, probes=probes, seen=outputs)
    loss = ops.softmax_cross_entropy(z, labels[chosen])
    gradients = backward(loss)
    slopes = [gradients[probe] for probe in probes]
    with job.figure("inside") as figure:
        figures.inside(figure, outputs, slopes, len(layout.plan))
    first, last = outputs[0], outputs[-1]
    return {
        "first loss": float(loss),
        "saturated %": 100 * np.mean([np.mean(np.abs(h) > 0.97) for h in outputs]),
        "sd, first layer": first.std(),
        "sd, last layer": last.std(),
        "gradient sd, last / first": slopes[-1].std() / slopes[0].std(),
        "parameters": layout.size,
    }


def train_transformer(cfg, job):
    """makemore.py's default: the lowest loss on the test words over all evaluations, as its README quotes it."""
    words = WORDS[cfg.words]()
    alphabet, time = Alphabet(words), 1 + max(map(len, words))
    order = job.rng("split").permutation(len(words))
    inputs, labels = transformer.rows([words[i] for i in order], alphabet, time)
    tests = min(transformer.TEST, len(words) // 10)
    model = transformer.Transformer(len(alphabet), time, job.rng("init"))
    optimiser = AdamW(nn.parameters(model), lr=cfg.rates[0], betas=(0.9, 0.99), weight_decay=0.01)
    best = {"loss": math.inf, "sd": 0.0}
    for step in job.steps(cfg.steps, model, optimiser, best):
        chosen = job.rng("batches", step).integers(0, len(words) - tests, cfg.batch)
        optimiser.lr = cfg.rates[step >= cfg.drop]
        loss = ops.softmax_cross_entropy(model(inputs[chosen]), labels[chosen], ignore_index=transformer.PADDING)
        optimiser.step(clip(backward(loss), 1.0))
        if (step + 1) % cfg.evaluate == 0 or step + 1 == cfg.steps:
            each = transformer.losses(model, inputs[-tests:], labels[-tests:])
            job.log(step=step + 1, loss=float(loss), test=each.mean())
            if each.mean() < best["loss"]:
                best.update(loss=float(each.mean()), sd=float(each.std(ddof=1)))
    return {"test loss": (best["loss"], best["sd"]), "parameters": nn.count(model)}


STUDIES = {
    "bigram": count_pairs,
    "network": train_network,
    "inside": look_inside,
    "transformer": train_transformer,
}

if __name__ == "__main__":
    launch(run, figures=figures.draw)
