"""The loop of the comparison: one network learns with whatever its row asks for; and what is then read off it."""

import numpy as np

import images
from abacus import data, nn
from abacus.errors import BadInput
from abacus.optim import SGD
from abacus.tensor import backward
from hidden_units import cap
from networks import CNN, MLP
from schedules import SCHEDULES

HIDDEN = 256, 256  # units of the MLP's two layers
LOOK = 2000  # pictures that are read after each pass, for the curves
BINS = np.linspace(-0.5, 0.5, 41), np.linspace(0, 2, 41)  # of weights, and of what hidden units say
NETWORKS = {
    "MLP": lambda rng, **how: MLP([images.SIDE**2, *HIDDEN, images.CLASSES], rng, **how),
    "CNN": lambda rng, **how: CNN(rng, **how),
}


def check_patience(patience, held_out):
    """BadInput where learning is to stop early and nothing is set aside to see when."""
    if patience and not held_out:
        raise BadInput(f"patience={patience} and held_out=0: to stop early, pictures to choose the pass by are wanted")


def given(cfg, job):
    """The pictures that a row asks for."""
    if cfg.pictures == "printed digits":
        return images.printed(cfg.train, cfg.held_out, job.rng("fonts"))
    return images.from_disk(cfg.pictures, cfg.train, cfg.held_out)


def train(cfg, job, given):
    """The network after its last pass; where `patience` counts, as it was after the pass with the least held-out error."""
    how = {"initial": cfg.initial, "norm": cfg.norm, "drop": cfg.drop, "drop_weights": cfg.drop_weights}
    network = NETWORKS[cfg.network](job.rng("init"), **how)
    optimiser = SGD(
        nn.parameters(network), momentum=cfg.momentum, weight_decay=dict.fromkeys(network.weights(), cfg.decay)
    )
    best = {"error": 1.0, "pass": -1, "state": state(network)}
    for epoch in job.epochs(cfg.passes, network, optimiser, best):
        if cfg.patience and epoch - best["pass"] > cfg.patience:
            break
        optimiser.lr = SCHEDULES[cfg.schedule](epoch, cfg.rate, cfg.passes)
        loss = one_pass(cfg, job, epoch, network, optimiser, given)
        errors = {"test": 1 - network.score(given.test_x[:LOOK], given.test_labels[:LOOK])}
        errors["training"] = 1 - network.score(given.x[:LOOK], given.labels[:LOOK])
        if cfg.patience:
            held = 1 - network.score(given.held_x, given.held_labels)
            if held < best["error"]:
                best["error"], best["pass"], best["state"] = held, epoch, state(network)
        job.log(epoch=epoch, loss=loss, **{f"{name}_error": 100 * error for name, error in errors.items()})
    if cfg.patience:
        restore(network, best["state"])
    return network


def one_pass(cfg, job, epoch, network, optimiser, given):
    """Every picture once, in an order of its own: the mean loss."""
    masks, moves, total = job.rng("masks", epoch), job.rng("moves", epoch), 0.0
    for x, labels in data.batches((given.x, given.labels), cfg.batch, job.rng("shuffle", epoch)):
        if len(x) == 1:
            continue  # one picture has no variance to be normalised by
        loss = network.loss(images.shifted(x, cfg.shift, moves), labels, masks, cfg.smoothing)
        optimiser.step(backward(loss))
        if cfg.most:
            cap(network, cfg.most)
        total += float(loss) * len(labels)
    return total / len(given.x)


def state(network):
    """Copies of all that a network has learnt, batch norm's running moments too."""
    found = {name: p.value.copy() for name, p in nn.parameters(network).items()}
    for k, layer in enumerate(network.layers):
        if isinstance(layer.norm, nn.BatchNorm):
            found[f"mean {k}"], found[f"var {k}"] = layer.norm.mean.copy(), layer.norm.var.copy()
    return found


def restore(network, kept):
    """Put back what `state` has copied."""
    for name, p in nn.parameters(network).items():
        p.value[...] = kept[name]
    for k, layer in enumerate(network.layers):
        if isinstance(layer.norm, nn.BatchNorm):
            layer.norm.mean[...], layer.norm.var[...] = kept[f"mean {k}"], kept[f"var {k}"]


def measured(network, given):
    """Errors in per cent, the root mean square of the weights, and the share of the last hidden units that say 0."""
    errors = [100 * (1 - network.score(*pair)) for pair in ((given.test_x, given.test_labels), (given.x, given.labels))]
    weights = np.concatenate([w.value.ravel() for w in network.weights().values()])
    said = last_hidden(network, given.test_x)
    return {
        "test error": errors[0],
        "training error": errors[1],
        "gap": errors[0] - errors[1],
        "weights": float(np.sqrt(np.mean(np.square(weights, dtype=float)))),
        "silent": 100 * float(np.mean(said == 0)),
    }


def last_hidden(network, x):
    """What the last hidden layer says of inputs, as a plain array (n, units)."""
    return nn.evaluate(lambda part: network.hidden(part)[-1], x)


def shapes(network, given):
    """Histograms, as shares: of the weights, and of what the last hidden layer says where that is not 0."""
    weights = np.concatenate([w.value.ravel() for w in network.weights().values()])
    said = last_hidden(network, given.test_x)
    parts = {"weights": (weights, BINS[0]), "said": (said[said != 0], BINS[1])}
    return {name: np.histogram(v, bins)[0] / max(1, len(v)) for name, (v, bins) in parts.items()}
