"""Study: a small MLP-Mixer learns to take the noise off digits, and draws digits of the labels that are asked for."""

from dataclasses import dataclass

import numpy as np

import network
import pictures
import process
from abacus import data, nn, ops
from abacus.data import fonts
from abacus.errors import BadInput
from abacus.optim import Adam, clip, cosine
from abacus.settings import above, at_least, between, one_of
from abacus.tensor import backward

SIDE, CLASSES = 28, 10
SETS = {"MNIST": "mnist", "Fashion-MNIST": "fashion-mnist"}
LOOK = 500  # updates after which a page of digits is drawn


@dataclass
class Config:
    pictures: str = one_of("printed digits", *SETS)  # what is learnt
    train: int = at_least(1)  # pictures to learn from
    schedule: str = one_of(*process.SCHEDULES)  # how noise is added
    steps: int = at_least(1)  # T
    predicts: str = one_of(*process.PREDICTS)  # what the network is asked for
    patch: int = at_least(1)  # side of the squares that a picture is cut into
    width: int = at_least(1)  # numbers of a square
    blocks: int = at_least(1)  # of the Mixer
    unlabelled: float = between(0, 1)  # share of the pictures whose label is hidden, as guidance wants it
    updates: int = at_least(1)  # of Adam
    batch: int = at_least(1)  # pictures of an update
    rate: float = above(0)  # learning rate at the start; it falls as half a cosine
    average: float = between(0, 1)  # share of the old in the running mean of the parameters
    jumps: int = at_least(1)  # steps of the way back
    eta: float = at_least(0)  # 1: as noisy as DDPM; 0: no noise on the way
    guidance: float = at_least(0)  # w: how far the label pulls
    draws: int = at_least(10)  # pictures that are drawn and read


def draw_digits(cfg: Config, job):
    """Of the pictures drawn: the share whose nearest real picture has the label asked for, how many real ones are somebody's
    nearest, and the loss on unseen pictures."""
    (x, labels), (test_x, test_labels) = load(cfg.pictures, cfg.train, job.rng("fonts"))
    found = process.schedule(cfg.schedule, cfg.steps)
    process.erases(found)
    model = network.Mixer(SIDE, cfg.patch, cfg.width, cfg.blocks, CLASSES, job.rng("init"))
    optimiser, average = Adam(nn.parameters(model)), network.Average(model, cfg.average)
    for update in job.steps(cfg.updates, model, optimiser, average):
        optimiser.lr = cosine(update, cfg.rate, cfg.updates, warm=min(200, cfg.updates // 10))
        rng = job.rng("update", update)
        chosen = rng.integers(0, len(x), cfg.batch)
        hidden = np.where(rng.random(cfg.batch) < cfg.unlabelled, CLASSES, labels[chosen])
        loss = loss_of(model, x[chosen], hidden, cfg, found, rng)
        optimiser.step(clip(backward(loss), 1.0))
        average.update(model)
        if update % 50 == 0 or update == cfg.updates - 1:
            job.log(update=update, loss=float(loss))
        if (update + 1) % LOOK == 0 and update + 1 < cfg.updates:
            average.swap(model)
            pictures.page(job, "progress", drawn(model, np.arange(50) // 5, cfg, found, job)[0])
            average.swap(model)
    average.swap(model)
    asked = np.arange(cfg.draws) % CLASSES
    made, way = drawn(model, asked, cfg, found, job)
    pictures.page(job, "digits", made[np.argsort(asked[:100], kind="stable")])
    pictures.fading(job, way, asked)
    job.save("model", model)
    test_loss = [
        float(loss_of(model, test_x[i : i + 250], test_labels[i : i + 250], cfg, found, job.rng("test", i)))
        for i in range(0, 1000, 250)
    ]
    return judged(made, asked, x, labels) | {"test loss": float(np.mean(test_loss))}


def load(name, train, rng):
    """((pictures, labels) to learn from, the first 1000 of the test set): rows of 784 pixels from -1 to 1, float32."""
    if name not in SETS:
        parts = fonts.digits(fonts.SEEN, train, rng), fonts.digits(fonts.UNSEEN, 1000, rng)
    else:
        found = data.load(SETS[name])
        if train > len(found.train_images):
            raise BadInput(f"train is {train}: {name} has {len(found.train_images)} pictures to learn from")
        parts = (
            (found.train_images[:train], found.train_labels[:train]),
            (found.test_images[:1000], found.test_labels[:1000]),
        )
    return [(p.reshape(len(p), -1).astype(np.float32) / np.float32(127.5) - 1, c.astype(np.int64)) for p, c in parts]


def loss_of(model, x_0, labels, cfg, found, rng):
    """The mean squared error of what is asked for, each picture at a step of its own (eq. 8)."""
    t = rng.integers(1, cfg.steps + 1, len(x_0))
    noise = rng.standard_normal(x_0.shape, dtype=np.float32)
    said = model(process.forward(x_0, t, noise, found), t, labels)
    return ops.mse(said, process.target(cfg.predicts, x_0, noise, t, found))


def drawn(model, labels, cfg, found, job):
    """(pictures of these labels (n, 784), {step: what they were there} of nine steps of the way)."""
    rng, n = job.rng("start"), len(labels)
    jumps, way = process.spaced(cfg.steps, cfg.jumps), {}
    kept = {jumps[i] for i in np.linspace(0, len(jumps) - 1, min(8, len(jumps))).astype(int)} | {0}

    def predict(x, t):
        steps = np.full(n, t)
        said = network.call(model, x, steps, labels)
        picture, noise = process.both(cfg.predicts, said, x, t, found)
        if cfg.guidance:
            bare = network.call(model, x, steps, np.full(n, CLASSES))
            noise = process.guided(noise, process.both(cfg.predicts, bare, x, t, found)[1], cfg.guidance)
            picture = process.both("noise", noise, x, t, found)[0]
        picture = np.clip(picture, -1, 1)
        return picture, process.both("picture", picture, x, t, found)[1]

    def seen(t, x):
        if t in kept:
            way[t] = x[:10].copy()

    start = rng.standard_normal((n, SIDE * SIDE), dtype=np.float32)
    noises = rng.standard_normal((cfg.steps, n, SIDE * SIDE), dtype=np.float32) if cfg.eta else None
    made = process.ddim(predict, start, found, jumps, cfg.eta, noises, seen)
    return np.clip(made, -1, 1), {cfg.steps: start[:10]} | way


def judged(made, asked, x, labels):
    """Read each picture by its nearest real one: share of right labels, per cent, and how many real ones are a nearest."""
    squares = (x * x).sum(axis=1)
    nearest = np.concatenate(
        [(squares - 2 * part @ x.T).argmin(axis=1) for part in np.array_split(made, max(1, len(made) // 100))]
    )
    return {
        "as asked": 100 * float((labels[nearest] == asked).mean()),
        "different nearest": 100 * len(np.unique(nearest)) / len(made),
    }
