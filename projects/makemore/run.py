"""makemore: words letter by letter, from counting pairs to a hierarchy of batch-normalised layers and a transformer."""

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


def invent(cfg: Config, job):
    """Train on the words of the manual that Python carries with it, and invent a dozen new ones."""
    words = names.manual()
    alphabet = names.alphabet_of(words)
    trained, values = learning.train(words, alphabet, cfg, job)
    layout, flat, _ = trained
    if cfg.embedding == 2:
        with job.figure("embedding") as figure:
            figures.embedding(figure, layout.views(flat)["embedding"], alphabet)
    new = ", ".join(network.sample(*trained, alphabet, NEW, job.rng("sample")))
    print(f"From the {len(words)} words of Python's own manual it has learned to invent these: {new}.")
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
