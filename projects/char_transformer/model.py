"""The transformer of GPT-2 as nanoGPT trains it: pre-norm blocks, GELU, one table for reading and writing characters."""

import math
from typing import NamedTuple

import numpy as np

import attention
from abacus import nn, ops
from abacus.tensor import no_grad


class Shape(NamedTuple):
    """What fixes the parameters."""

    characters: int
    layers: int
    heads: int
    width: int
    block: int  # characters that are seen at once


class Block:
    """x + out(attention(norm x)), then x + down(GELU(up(norm x))); no biases."""

    def __init__(self, shape, rng):
        width, residual = shape.width, 0.02 / math.sqrt(2 * shape.layers)  # 2 · layers terms add up in x
        self.heads = shape.heads
        self.before, self.between = nn.LayerNorm(width, bias=False), nn.LayerNorm(width, bias=False)  # eq. 8
        self.qkv = _matrix(width, 3 * width, 0.02, rng)
        self.out = _matrix(width, width, residual, rng)
        self.up = _matrix(width, 4 * width, 0.02, rng)
        self.down = _matrix(4 * width, width, residual, rng)

    def __call__(self, x, dropout, rng):
        qkv = self.qkv(self.before(x))
        if rng is None:
            y = ops.self_attention(qkv, self.heads, causal=True)  # eqs. 11 and 12
        else:
            y = attention.by_matrices(qkv, self.heads, dropout, rng)
        x = x + ops.dropout(self.out(y), dropout, rng)  # eq. 5
        return x + ops.dropout(self.down(ops.gelu(self.up(self.between(x)))), dropout, rng)  # eqs. 6 and 9


class Transformer:
    """Logits (texts, time, characters) of the next character, from characters (texts, time ≤ block)."""

    def __init__(self, shape, rng):
        self.shape = shape
        self.characters = nn.Embedding(shape.characters, shape.width, rng, sd=0.02)
        self.places = nn.Embedding(shape.block, shape.width, rng, sd=0.02)
        self.blocks = [Block(shape, rng) for _ in range(shape.layers)]
        self.after = nn.LayerNorm(shape.width, bias=False)

    def __call__(self, x, dropout=0.0, rng=None):
        """With a generator (in training, where dropout > 0) some activations are dropped."""
        return self.read(self.stream(x, dropout, rng)[-1])

    def stream(self, x, dropout=0.0, rng=None):
        """The residual stream before the first block and after each: layers + 1 Tensors (texts, time, width)."""
        start = self.characters(x) + self.places.table[: x.shape[1]]  # eq. 4
        stream = [ops.dropout(start, dropout, rng)]
        for block in self.blocks:
            stream.append(block(stream[-1], dropout, rng))
        return stream

    def read(self, x):
        """Logits from the end of the stream, by the same table that the characters came in by."""
        return ops.affine(self.after(x), ops.transpose(self.characters.table))  # eq. 7


def losses(model, x, y, size=64):
    """-log p of every character of y (texts, time), given those before it in x; `size` texts at a time."""
    each = nn.evaluate(lambda x, y: ops.softmax_cross_entropy(model(x), y, reduction="none"), (x, y), size)
    return each.astype(np.float64)


def attention_weights(model, x):
    """(layers, heads, time, time) of one text x (1, time)."""
    with no_grad():
        stream = model.stream(x)
        return np.stack(
            [attention.weights(b.qkv(b.before(s)), b.heads)[0] for b, s in zip(model.blocks, stream, strict=False)]
        )


def _matrix(inputs, outputs, sd, rng):
    return nn.Affine(inputs, outputs, rng, bias=False, initial=lambda shape, rng: nn.normal(shape, sd, rng))
