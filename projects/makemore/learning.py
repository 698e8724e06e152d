"""The lectures' networks trained on the names (lectures 3 to 6), by the compiled steps of fused.py."""

from dataclasses import dataclass

import numpy as np

import figures
import names
import network
from abacus.errors import BadInput
from abacus.settings import above, at_least, one_of
from layout import EPS, INITS, MOMENTUM, NORMS, Layout, Shape, start

CHUNK = 500  # steps between two checkpoints


@dataclass
class Config:
    embedding: int = at_least(1)  # numbers a character
    hidden: int = at_least(1)  # units a layer
    joins: list[int] = at_least(1)  # neighbours that each layer takes together; the context is their product
    norm: str = one_of(*NORMS)  # batch norm: over which numbers, and what its moving average is of
    init: str = one_of(*INITS)  # the parameters before the first step
    steps: int = at_least(1)  # of stochastic gradient descent
    batch: int = at_least(2)  # examples a step
    rates: list[float] = above(0)  # learning rate before and after step `drop`
    drop: int = at_least(0)  # the step from which the second rate holds

    def __post_init__(self):
        if not self.joins:
            raise BadInput("joins=[]: wanted one number for each layer, at least one")
        if len(self.rates) != 2:
            raise BadInput(f"rates={self.rates}: wanted two, before and after drop={self.drop}")


def learn(cfg: Config, job):
    """Train on the names; mean loss over all of the training and all of the validation part."""
    words = names.names()
    return train(words, names.alphabet_of(words), cfg, job)[1]


def train(words, alphabet, cfg, job):
    """((layout, flat, moving) of the trained network, {column: value})."""
    import fused

    layout = Layout(Shape(len(alphabet), cfg.embedding, cfg.hidden, tuple(cfg.joins), cfg.norm))
    seen, unseen = (names.examples(part, alphabet, layout.shape.context) for part in names.split(words)[:2])
    state = {"flat": start(layout, cfg.init, 1, job.rng("init")), "moving": layout.moving_start()}
    plan, ends = np.array(layout.plan), (len(alphabet), cfg.embedding, layout.last)
    batch_norm = np.float32(EPS[cfg.norm]), np.float32(MOMENTUM[cfg.norm]), cfg.norm != "moving deviation"
    for chunk in job.steps(-(-cfg.steps // CHUNK), state, every=1):
        steps = np.arange(chunk * CHUNK, min((chunk + 1) * CHUNK, cfg.steps))
        picks = job.rng("batches", chunk).integers(0, len(seen[1]), (len(steps), cfg.batch))
        rates = np.where(steps < cfg.drop, *cfg.rates).astype(np.float32)
        losses = np.empty(len(steps))
        fused.train(state["flat"], state["moving"], plan, ends, *seen, picks, rates, *batch_norm, losses)
        job.log(step=int(steps[-1]) + 1, loss=losses.mean())
    trained = layout, state["flat"], state["moving"]
    each = [network.losses(*trained, *part) for part in (unseen, seen)]
    return trained, {
        "validation loss": (each[0].mean(), each[0].std(ddof=1)),
        "training loss": (each[1].mean(), each[1].std(ddof=1)),
        "parameters": layout.size,
    }


def draw(results, save):
    """Training curves of every row, and each seed's validation loss beside the printed one."""
    if len({record["row"] for record in results}) > 1:
        with save("curves", figsize=(8, 3.6)) as figure:
            figures.curves(figure, results)
