"""The small transformer that makemore.py trains by default: 4 layers, 4 heads, 64 wide, words of at most 15 letters."""

import math
from dataclasses import dataclass

import numpy as np

import names
from abacus import nn, ops
from abacus.optim import AdamW, clip
from abacus.settings import above, at_least
from abacus.tensor import Parameter, backward

LAYERS, HEADS, WIDTH = 4, 4, 64
PADDING = -100  # a label that does not count
TEST = 1000  # words


@dataclass
class Config:
    steps: int = at_least(1)  # of AdamW
    batch: int = at_least(1)  # words a step
    rate: float = above(0)  # learning rate
    evaluate: int = at_least(1)  # the test words are looked at every so many steps


def train_transformer(cfg: Config, job):
    """makemore.py's default: the lowest loss on the test words over all evaluations, as its README quotes it."""
    words = names.names()
    alphabet, time = names.alphabet_of(words), 1 + max(map(len, words))
    order = job.rng("split").permutation(len(words))
    inputs, labels = rows([words[i] for i in order], alphabet, time)
    tests = min(TEST, len(words) // 10)
    model = Transformer(len(alphabet), time, job.rng("init"))
    optimiser = AdamW(nn.parameters(model), lr=cfg.rate, betas=(0.9, 0.99), weight_decay=0.01)
    best = {"loss": math.inf, "sd": 0.0}
    for step in job.steps(cfg.steps, model, optimiser, best):
        chosen = job.rng("batches", step).integers(0, len(words) - tests, cfg.batch)
        loss = ops.softmax_cross_entropy(model(inputs[chosen]), labels[chosen], ignore_index=PADDING)
        optimiser.step(clip(backward(loss), 1.0))
        if (step + 1) % cfg.evaluate == 0 or step + 1 == cfg.steps:
            each = losses(model, inputs[-tests:], labels[-tests:])
            job.log(step=step + 1, loss=float(loss), test=each.mean())
            if each.mean() < best["loss"]:
                best.update(loss=float(each.mean()), sd=float(each.std(ddof=1)))
    return {"test loss": (best["loss"], best["sd"]), "parameters": nn.count(model)}


def initial(shape, rng):
    """N(0, 0.02²)."""
    return nn.normal(shape, 0.02, rng)


class Block:
    """x + attention(norm(x)), then x + mlp(norm(x))."""

    def __init__(self, rng):
        self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attention = nn.SelfAttention(WIDTH, HEADS, rng, causal=True, initial=initial)
        self.up = nn.Affine(WIDTH, 4 * WIDTH, rng, initial=initial)
        self.down = nn.Affine(4 * WIDTH, WIDTH, rng, initial=initial)

    def __call__(self, x):
        x = x + self.attention(self.before(x))
        return x + self.down(ops.gelu_tanh(self.up(self.between(x))))


class Transformer:
    """Logits (n, time, characters) from characters (n, time); weights as `initial`, biases 0."""

    def __init__(self, characters, time, rng):
        self.characters = Parameter(initial((characters, WIDTH), rng))
        self.places = Parameter(initial((time, WIDTH), rng))
        self.blocks = [Block(rng) for _ in range(LAYERS)]
        self.after = nn.LayerNorm(WIDTH)
        self.head = nn.Affine(WIDTH, characters, rng, bias=False, initial=initial)

    def __call__(self, x):
        y = ops.embedding(x, self.characters) + self.places[: x.shape[1]]
        for block in self.blocks:
            y = block(y)
        return self.head(self.after(y))


def rows(words, alphabet, time):
    """(inputs, labels), each (words, time): END and the word, the word and END; behind that padding."""
    inputs = np.zeros((len(words), time), np.int64)
    labels = np.full((len(words), time), PADDING)
    for i, word in enumerate(words):
        numbers = alphabet.encode(word)
        inputs[i, 1 : len(word) + 1] = numbers
        labels[i, : len(word)], labels[i, len(word)] = numbers, 0
    return inputs, labels


def losses(model, inputs, labels):
    """-log p(label) of every label that counts."""

    def of_part(inputs, labels):
        return ops.softmax_cross_entropy(model(inputs), labels, ignore_index=PADDING, reduction="none")

    each = nn.evaluate(of_part, (inputs, labels), size=len(inputs))
    return each[labels != PADDING].astype(np.float64)
