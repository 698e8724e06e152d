"""makemore: words letter by letter, from counting pairs to a hierarchy of batch-normalised layers and a transformer."""

from dataclasses import dataclass

import bigram
import figures
import inside
import learning
import names
import network
import transformer
from abacus.launch import launch
from learning import Config

NEW = 12  # words that are invented


@dataclass
class Invent(Config):
    words: (
        str  # what is learnt: manual (words of the one that Python carries with it), names, or a file of a word a line
    )


def invent(cfg: Invent, job):
    """Train on some words, and invent a dozen new ones."""
    words = names.read(cfg.words)
    alphabet = names.alphabet_of(words)
    trained, values = learning.train(words, alphabet, cfg, job)
    layout, flat, _ = trained
    if cfg.embedding == 2:
        with job.figure("embedding") as figure:
            figures.embedding(figure, layout.views(flat)["embedding"], alphabet)
    new = ", ".join(network.sample(*trained, alphabet, NEW, job.rng("sample")))
    source = {"manual": "Python's own manual", "names": "the list of names"}.get(cfg.words, cfg.words)
    print(f"From {len(words)} words of {source} it has learned to invent these: {new}.")
    return values


if __name__ == "__main__":
    launch(
        invent,
        bigram.count,
        inside.look_inside,
        learning.learn,
        transformer.train_transformer,
        figures={learning.learn: learning.draw},
    )
