"""Kim's network with random word vectors (CNN-rand): one set of sentences, the best pass on sentences kept apart."""

from dataclasses import dataclass

import numpy as np

import sentences
from abacus.settings import above, at_least, between, one_of


@dataclass
class Config:
    set: str = one_of("TREC", "CR", "MPQA", "Subj", "MR")  # the sentences
    dimensions: int = at_least(1)  # numbers of a word's vector
    maps: int = at_least(1)  # filters of each width
    widths: list[int] = at_least(1)  # words in a window, a number for each kind of filter
    batch: int = at_least(1)  # sentences of a step
    passes: int = at_least(1)  # over the training sentences
    drop: float = between(0, 1)  # share of the strongest answers that dropout sets to 0
    longest: float = above(0)  # length to which a class's column of the last matrix is cut (eq. 10)
    parts: int = at_least(2)  # of the cross-validation, where the set has no test sentences of its own
    apart: float = between(0, 0.9)  # share of the training sentences that choose the pass


def accuracy(cfg: Config, job):
    """Accuracy in per cent, the mean over the rounds of cross-validation, or of TREC's own 500 questions."""
    labelled = sentences.load(cfg.set)
    known, documents = sentences.numbered(labelled.documents)
    pairs = sentences.rounds(labelled, cfg.parts, job.rng("parts"))
    found = [one_round(cfg, job, labelled, documents, len(known), k, *pair) for k, pair in enumerate(pairs)]
    return {cfg.set: float(np.mean(found))}


def one_round(cfg, job, labelled, documents, words, k, train, held):
    """The accuracy on the sentences `held`, after the last of the passes that were best on those kept apart."""
    import learning
    import networks

    order = job.rng("apart", k).permutation(train)
    cut = round(cfg.apart * len(order))
    asked, learnt = order[:cut], order[cut:]
    rng = job.rng("init", k)
    network = networks.Windows(cfg.dimensions, len(labelled.names), cfg.maps, cfg.drop, rng, widths=tuple(cfg.widths))
    model = learning.Learner(network, words, cfg.dimensions, "adadelta", rng)
    kept = {"best": -1.0, "accuracy": 0.0}
    for i in job.epochs(cfg.passes, model, kept):
        rng = job.rng(f"round {k}", i)
        loss = model.learn([documents[j] for j in learnt], labelled.labels[learnt], cfg.batch, rng, cfg.longest)
        right = model.accuracy([documents[j] for j in asked], labelled.labels[asked]) if cut else 0.0
        if right >= kept["best"]:
            said = model.accuracy([documents[j] for j in held], labelled.labels[held])
            kept.update(best=right, accuracy=said)
        job.log(round=k, epoch=i, loss=loss, apart=right, accuracy=kept["accuracy"])
    return kept["accuracy"]
