"""What a network looks like inside before its first step (lecture 4): activations, gradients, and the first loss."""

from dataclasses import dataclass

import numpy as np

import figures
import names
import network
from abacus import ops
from abacus.errors import BadInput
from abacus.settings import above, at_least, one_of
from abacus.tensor import backward
from layout import INITS, NORMS, Layout, Shape, start

EMBEDDING, EXAMPLES = 10, 1000  # numbers a character (lecture 4); ours: enough examples for a histogram
SATURATED = 0.97  # |h| beyond it: the lecture's threshold


@dataclass
class Config:
    hidden: int = at_least(1)  # units a layer
    joins: list[int] = at_least(1)  # neighbours that each layer takes together; the context is their product
    norm: str = one_of(*NORMS)  # batch norm of the hidden layers
    norm_last: bool  # batch norm of the logits too
    init: str = one_of(*INITS)  # the parameters before the first step
    gain: float = above(0)  # on the hidden weights

    def __post_init__(self):
        if not self.joins:
            raise BadInput("joins=[]: wanted one number for each layer, at least one")


def look_inside(cfg: Config, job):
    """Outputs of tanh and their gradients before the first step: spread by layer, share that is saturated, first loss."""
    words = names.names()
    alphabet = names.alphabet_of(words)
    layout = Layout(Shape(len(alphabet), EMBEDDING, cfg.hidden, tuple(cfg.joins), cfg.norm, cfg.norm_last))
    contexts, labels = names.examples(names.split(words)[0], alphabet, layout.shape.context)
    chosen = job.rng("batches").integers(0, len(labels), EXAMPLES)
    p = layout.parameters(start(layout, cfg.init, cfg.gain, job.rng("init")))
    probes, outputs = network.probes(layout, EXAMPLES), []
    z = network.logits(p, layout, contexts[chosen], 0.0, probes=probes, seen=outputs)
    loss = ops.softmax_cross_entropy(z, labels[chosen])
    gradients = backward(loss)
    slopes = [gradients[probe] for probe in probes]
    with job.figure("inside") as figure:
        figures.inside(figure, outputs, slopes, len(layout.plan))
    first, last = outputs[0], outputs[-1]
    return {
        "first loss": float(loss),
        "saturated %": 100 * np.mean([np.mean(np.abs(h) > SATURATED) for h in outputs]),
        "sd, first layer": first.std(),
        "sd, last layer": last.std(),
        "gradient sd, last / first": slopes[-1].std() / slopes[0].std(),
        "parameters": layout.size,
    }
