"""A small BERT (Devlin et al. 2019): pieces of a text are hidden, and an encoder foretells them from both sides."""

from dataclasses import dataclass

import numpy as np

import merges
import texts
from abacus import nn, ops, optim
from abacus.errors import BadInput
from abacus.settings import above, at_least
from abacus.tensor import backward, no_grad

CHOSEN, HIDDEN, RANDOM = 0.15, 0.8, 0.1  # p. 4174: of the pieces; of the chosen ones
HELD_OUT = 0.1  # of the text, its end
SD = 0.02  # of the first weights (the authors' code)


@dataclass
class Config:
    text: str  # "manual", "news", "20 newsgroups", or the path of a file or folder
    merges: int = at_least(1)  # of the byte pairs that the text is cut by
    block: int = at_least(2)  # pieces that are seen at once
    layers: int = at_least(1)  # blocks of attention and MLP
    width: int = at_least(1)  # numbers that stand for a piece
    heads: int = at_least(1)  # of attention; the width is shared out among them
    batch: int = at_least(1)  # rows of `block` pieces in a step
    steps: int = at_least(1)  # of Adam
    rate: float = above(0)  # learning rate, after the warm-up of a tenth of the steps


@dataclass
class Encoder:
    vocabulary: int = at_least(1)  # word pieces
    places: int = at_least(1)  # each with a learnt vector
    segments: int = at_least(1)  # first and second sentence
    layers: int = at_least(1)
    width: int = at_least(1)  # numbers that stand for a piece
    feed_forward: int = at_least(1)  # inner width of the MLP


def parameters(cfg: Encoder, job):
    """The parameters of an encoder such as BERT's, with the layer above the first piece ("pooler"), without the head."""
    count = encoder(cfg.vocabulary, cfg.places, cfg.segments, cfg.layers, cfg.width, cfg.feed_forward)
    return {"millions of parameters": count / 1e6, "parameters": count}


def encoder(vocabulary, places, segments, layers, width, feed_forward):
    """Tables and their layer norm; per block q, k, v, output, two matrices, two layer norms; the pooler. All have biases."""
    tables = (vocabulary + places + segments + 2) * width
    attention = 4 * (width * width + width)
    mlp = 2 * width * feed_forward + feed_forward + width
    return tables + layers * (attention + mlp + 4 * width) + width * width + width  # eq. 21


def foretell(cfg: Config, job):
    """Nats by which a hidden piece surprises: by how common each piece is, and by an encoder that sees both sides."""
    if cfg.width % cfg.heads:
        raise BadInput(f"width={cfg.width}: wanted a multiple of heads={cfg.heads}")
    pieces, vocabulary = cut(cfg)
    held = max(1, round(HELD_OUT * len(pieces)))
    seen, unseen = pieces[:-held], pieces[-held:]
    model = Masked(vocabulary, cfg.block, cfg.layers, cfg.width, cfg.heads, job.rng("init"))
    optimiser = optim.Adam(nn.parameters(model), lr=cfg.rate)
    for step in job.steps(cfg.steps, model, optimiser):
        rng = job.rng("batch", step)
        rows = seen[rng.integers(0, len(seen), cfg.batch)]
        optimiser.lr = cfg.rate * min(1.0, (step + 1) / max(1, cfg.steps // 10))
        loss = model.loss(*hide(rows, vocabulary, rng))
        optimiser.step(optim.clip(backward(loss), 1.0))
        if (step + 1) % max(1, cfg.steps // 20) == 0:
            job.log(step=step + 1, loss=float(loss.value))
    shown, wanted = hide(unseen, vocabulary, np.random.default_rng(0))
    with no_grad():
        at = range(0, len(shown), cfg.batch)
        losses = [float(model.loss(shown[i : i + cfg.batch], wanted[i : i + cfg.batch]).value) for i in at]
    numbers = [int((wanted[i : i + cfg.batch] >= 0).sum()) for i in at]
    share = (np.bincount(seen.ravel(), minlength=vocabulary) + 1) / (seen.size + vocabulary)
    alone = float(-np.log(share[wanted[wanted >= 0]]).mean())
    both = float(np.average(losses, weights=numbers))
    print(
        f"A hidden piece surprises by {alone:.2f} nats when only frequencies are known, by {both:.2f} after reading both sides."
    )
    return {"frequencies": alone, "both sides": both, "parameters": nn.count(model)}


def cut(cfg):
    """(rows of pieces int64 (rows, block), size of the vocabulary with the mask as its last token)."""
    found = texts.read(cfg.text)
    pairs = merges.BytePairs(cfg.merges).fit(found)
    numbers = np.array([number for text in found for number in pairs.encode(text)], np.int64)
    rows = len(numbers) // cfg.block
    if rows < 2:
        raise BadInput(f"text={cfg.text}: {len(numbers)} pieces; wanted at least two rows of block={cfg.block}")
    return numbers[: rows * cfg.block].reshape(rows, cfg.block), len(pairs.pieces_) + 1


def hide(rows, vocabulary, rng):
    """(what is shown, what is wanted): of 15 % of the pieces 80 % become the mask, 10 % a random piece, 10 % stay.

    Wanted is the piece itself where it was chosen, and −100 elsewhere; at least one piece is chosen.
    """
    chosen = rng.random(rows.shape) < CHOSEN
    chosen.flat[rng.integers(rows.size)] = True
    dice = rng.random(rows.shape)
    shown = np.where(chosen & (dice < HIDDEN), vocabulary - 1, rows)
    other = chosen & (dice >= HIDDEN) & (dice < HIDDEN + RANDOM)
    shown = np.where(other, rng.integers(0, vocabulary - 1, rows.shape), shown)
    return shown, np.where(chosen, rows, -100)


class Block:
    """norm(x + attention(x)), then norm(x + down(GELU(up(x)))): BERT normalises after adding."""

    def __init__(self, width, heads, rng):
        self.attention = nn.SelfAttention(width, heads, rng, initial=_initial)
        self.up = nn.Affine(width, 4 * width, rng, initial=_initial)
        self.down = nn.Affine(4 * width, width, rng, initial=_initial)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)

    def __call__(self, x):
        x = self.first(x + self.attention(x))
        return self.second(x + self.down(ops.gelu(self.up(x))))


class Masked:
    """Logits (rows, block, vocabulary) of the pieces at all places, from shown pieces (rows, block)."""

    def __init__(self, vocabulary, places, layers, width, heads, rng):
        self.pieces, self.places = (nn.Embedding(n, width, rng, sd=SD) for n in (vocabulary, places))
        self.norm, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.blocks = [Block(width, heads, rng) for _ in range(layers)]
        self.head = nn.Affine(width, width, rng, initial=_initial)

    def __call__(self, shown):
        x = self.norm(self.pieces(shown) + self.places(np.arange(shown.shape[1])))
        for block in self.blocks:
            x = block(x)
        x = self.after(ops.gelu(self.head(x)))
        return x @ ops.swapaxes(self.pieces.table, 0, 1)  # the table that reads also writes

    def loss(self, shown, wanted):
        """Mean of −ln p over the chosen pieces alone (eq. 20)."""
        return ops.softmax_cross_entropy(self(shown), wanted)


def _initial(shape, rng):
    return (SD * rng.standard_normal(shape)).astype(np.float32)
