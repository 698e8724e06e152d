"""Lottery tickets (Frankle & Carbin 2019) in a small MLP: train, drop the smallest weights, rewind, train again."""

from dataclasses import dataclass

import numpy as np

from abacus import nn, ops
from abacus.errors import BadInput
from abacus.optim import Adam
from abacus.settings import above, at_least, between, one_of
from abacus.tensor import backward
from classification import accuracy, batch, points
from networks import MLP

HIDDEN = 500


class Masked:
    """A network whose weights and biases are held at 0 where `masks` are 0; `start` are the values to rewind to."""

    def __init__(self, rng):
        self.model = MLP(rng, HIDDEN)
        self.parameters = nn.parameters(self.model)
        self.start = [p.value.copy() for p in self.parameters.values()]
        self.masks = [np.ones_like(value) for value in self.start]

    def rewind(self, masks):
        """Back to the initial values, but for what `masks` drop."""
        for own, mask in zip(self.masks, masks):
            own[...] = mask
        for parameter, start, mask in zip(self.parameters.values(), self.start, self.masks):
            parameter.value[...] = start * mask
            parameter.version += 1

    def smallest_dropped(self, sparsity):
        """Masks that keep the largest |w| of each layer, weights and biases together, at this sparsity."""
        values = [p.value for p in self.parameters.values()]
        return self._masks(lambda layer: np.abs(np.concatenate([v.ravel() for v in layer])), values, sparsity)

    def random_dropped(self, sparsity, rng):
        """Masks that keep as many numbers of each layer, whichever."""
        values = [p.value for p in self.parameters.values()]
        return self._masks(lambda layer: rng.random(sum(v.size for v in layer)), values, sparsity)

    def _masks(self, score, values, sparsity):
        masks = []
        for layer in zip(values[::2], values[1::2]):  # weights and biases
            worth = score(layer)
            kept = np.zeros(len(worth), np.float32)
            count = round((1 - sparsity) * len(worth))
            kept[np.argsort(-worth, kind="stable")[:count]] = 1
            cut = layer[0].size
            masks += [kept[:cut].reshape(layer[0].shape), kept[cut:]]
        return masks


def fit(ticket, parts, lr, updates, size):
    """Train the ticket from where it stands, on batches of `size` in order; its last test accuracy in per cent."""
    x, y, test, test_labels = parts
    optimiser = Adam(ticket.parameters, lr=lr)
    masks = dict(zip(ticket.parameters.values(), ticket.masks))
    for step in range(updates):
        now = batch(step, size, len(x))
        loss = ops.softmax_cross_entropy(ticket.model(x[now]), y[now])
        gradients = backward(loss)
        optimiser.step(
            {p: g * masks[p] for p, g in gradients.items()}
        )  # Adam leaves a weight of 0 without gradient at 0
    return accuracy(ticket.model, test, test_labels)


@dataclass
class Config:
    ticket: str = one_of("lottery", "random")  # which weights are dropped: the smallest, or any
    updates: int = at_least(1)  # steps of Adam in a round
    batch: int = at_least(1)  # signals in a step
    lr: float = above(0)  # learning rate
    sparsities: list[float] = between(0, 1)  # share of the weights that is dropped by each round

    def __post_init__(self):
        check_rising(self.sparsities)


def check_rising(sparsities):
    """BadInput unless every round drops at least as much as the one before."""
    if sparsities != sorted(sparsities):
        raise BadInput(f"sparsities={sparsities}: wanted them in rising order, since a round drops more")


def tickets(cfg: Config, job):
    """Test accuracy by sparsity."""
    return rounds(Masked(job.rng("init")), points(), cfg, job)


def rounds(ticket, parts, cfg, job):
    """{sparsity: test accuracy} of what `cfg.ticket` makes of `ticket`: each round drops the smallest of the one before."""
    state = {"accuracy": []}
    for i in job.epochs(len(cfg.sparsities), ticket, state):
        sparsity = cfg.sparsities[i]
        if cfg.ticket == "random":
            masks = ticket.random_dropped(sparsity, job.rng("ticket", i))
        else:
            masks = ticket.smallest_dropped(sparsity) if i else ticket.masks
        ticket.rewind(masks)
        state["accuracy"].append(fit(ticket, parts, cfg.lr, cfg.updates, cfg.batch))
        job.log(sparsity=sparsity, accuracy=state["accuracy"][-1])
    return {f"{100 * s:.0f} %": value for s, value in zip(cfg.sparsities, state["accuracy"], strict=True)}
