"""A network learns one set of sentences after the other; sentences that are kept apart choose the pass."""

from dataclasses import dataclass

import numpy as np

import bags
import sentences
from abacus.settings import above, at_least, between, one_of

NETWORKS = ("windows", "average", "deep average", "pairs average", "recurrent", "transformer")
BUCKETS = 20_000  # that the pairs of words of fastText's average share


@dataclass
class Config:
    sets: list[str] = one_of(*sentences.SETS)  # the sets of sentences: a column each
    network: str = one_of(*NETWORKS)  # what stands above the vectors of the words
    dimensions: int = at_least(4)  # numbers of a word's vector
    rule: str = one_of("adadelta", "adagrad")  # the optimiser
    drop: float = between(0, 0.9)  # share that dropout takes: of the words (averages), of the last numbers (the others)
    longest: float = above(0)  # length to which a class's column of the last matrix is cut (eq. 10)
    batch: int = at_least(1)  # sentences of a step
    passes: int = at_least(1)  # over the training sentences
    apart: float = between(0.01, 0.9)  # share of the training sentences that choose the pass
    parts: int = at_least(2)  # of the cross-validation, where a set has no test sentences of its own
    rounds: int = at_least(1)  # so many rounds of the cross-validation are run


def learnt(cfg: Config, job):
    """Accuracy in per cent on each set: the mean over the rounds of cross-validation, or on the set's own test sentences."""
    return {name: on_one_set(cfg, name, job) for name in cfg.sets}


def on_one_set(cfg, name, job):
    """The mean accuracy over the rounds of one set; the vocabulary is that of all its sentences, as in Kim's code."""
    labelled = sentences.load(name)
    documents = [featured(words, cfg.network) for words in labelled.documents]
    known, numbers = sentences.numbered(documents)
    found = []
    for k, (train, held) in enumerate(sentences.rounds(labelled, cfg.parts, job.rng(f"parts of {name}"))[: cfg.rounds]):
        rng = job.rng(f"init {name}", k)
        order = rng.permutation(train)
        cut = max(1, round(cfg.apart * len(order)))
        halves = [([numbers[i] for i in half], labelled.labels[half]) for half in (order[cut:], order[:cut], held)]
        model = learner(cfg, len(labelled.names), len(known), rng)
        found.append(best_pass(model, *halves, cfg, job, f"{name}, round {k}"))
    return float(np.mean(found))


def best_pass(model, learnt, apart, held, cfg, job, where):
    """Accuracy on `held` after the last of the passes that were best on `apart`; each is (documents, labels)."""
    kept = {"best": -1.0, "accuracy": 0.0}
    for i in job.epochs(cfg.passes, model, kept):
        loss = model.learn(*learnt, cfg.batch, job.rng(where, i), cfg.longest)
        right = model.accuracy(*apart)
        if right >= kept["best"]:
            kept.update(best=right, accuracy=model.accuracy(*held))
        job.log(where=where, epoch=i, loss=loss, apart=right, accuracy=kept["accuracy"])
    return kept["accuracy"]


def featured(words, network):
    """The words; for fastText's average their pairs too, each as the bucket of its hash (eq. 4)."""
    if network != "pairs average":
        return words
    return words + [f"bucket {bags.bucket(pair, BUCKETS)}" for pair in bags.grams(words, 2)[len(words) :]]


def learner(cfg, classes, words, rng):
    """A Learner with the network that the settings name, for so many classes and words."""
    import learning  # numba and the operations are wanted by who trains, and not by --help
    import networks

    width, drop = cfg.dimensions, cfg.drop
    network = {
        "windows": lambda: networks.Windows(width, classes, drop, rng),
        "average": lambda: networks.Average(width, classes, 0, drop, rng),
        "pairs average": lambda: networks.Average(width, classes, 0, drop, rng),
        "deep average": lambda: networks.Average(width, classes, 3, drop, rng),
        "recurrent": lambda: networks.Recurrent(width, classes, drop, rng),
        "transformer": lambda: networks.Transformer(width, classes, drop, rng),
    }[cfg.network]()
    return learning.Learner(network, words, width, cfg.rule, rng)
