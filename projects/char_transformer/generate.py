"""Writing: one character after the other, each step with the keys and values of the earlier ones kept."""

import math

import numpy as np

from abacus import ops, sampling
from abacus.errors import BadInput
from abacus.tensor import no_grad


class Reader:
    """Reads a text character by character: `read(c)` gives the logits of the next one, at a cost linear in the time.

    The places are learnt for `block` characters. When these are full, the last half is read again from place 0.
    """

    def __init__(self, model):
        self.model, shape = model, model.shape
        self.seen = []
        size = shape.layers, 2, shape.heads, shape.block, shape.width // shape.heads
        self.cache = np.empty(size, np.float32)  # keys and values

    def read(self, character):
        """Logits (characters,) after one character more."""
        if len(self.seen) == self.model.shape.block:
            again, self.seen = self.seen[(self.model.shape.block + 1) // 2 :], []
            for earlier in again:
                self.read(earlier)
        self.seen.append(int(character))
        with no_grad():
            return self._logits(character, len(self.seen) - 1)

    def _logits(self, character, t):
        model, heads = self.model, self.model.shape.heads
        x = model.characters(np.array([[character]])) + model.places.table[t : t + 1]
        for block, (keys, values) in zip(model.blocks, self.cache, strict=True):
            q, keys[:, t], values[:, t] = block.qkv(block.before(x)).value.reshape(3, heads, -1)
            scores = np.einsum("hd,hsd->hs", q, keys[:, : t + 1]) / math.sqrt(q.shape[1])
            weights = np.exp(scores - scores.max(axis=1, keepdims=True))
            weights /= weights.sum(axis=1, keepdims=True)
            y = np.einsum("hs,hsd->hd", weights, values[:, : t + 1]).astype(np.float32)
            x = x + block.out(y.reshape(1, 1, -1))
            x = x + block.down(ops.gelu(block.up(block.between(x))))
        return model.read(x).value[0, 0]


def write(model, prompt, length, temperature, top_k, rng):
    """Yield `length` characters that follow `prompt` (numbers, at least one), each drawn from what the model says."""
    if len(prompt) == 0:
        raise BadInput("the prompt is empty: at least one character is wanted to begin with")
    reader = Reader(model)
    for character in prompt:
        logits = reader.read(character)
    for _ in range(length):
        character = sampling.categorical(logits, temperature, top_k, 1, rng)
        yield character
        logits = reader.read(character)
