"""The small transformer that makemore.py trains by default: 4 layers, 4 heads, 64 wide, words of at most 15 letters."""

import numpy as np

from abacus import nn, ops
from abacus.tensor import Parameter, no_grad

LAYERS, HEADS, WIDTH = 4, 4, 64
PADDING = -100  # a label that does not count
TEST = 1000  # words


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
        labels[i, : len(word) + 1] = [*numbers, 0]
    return inputs, labels


def losses(model, inputs, labels):
    """-log p(label) of every label that counts."""
    with no_grad():
        each = ops.softmax_cross_entropy(model(inputs), labels, ignore_index=PADDING, reduction="none").value
    return each[labels != PADDING].astype(np.float64)
