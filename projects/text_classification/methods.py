"""The same sentences by every other method: counts of words, of pairs, hashed counts, averages, an LSTM, a transformer."""

from dataclasses import dataclass

import numpy as np

import bags
import sentences
from abacus.settings import above, at_least, between, one_of

NETWORKS = ("average", "deep average", "pairs average", "windows", "recurrent", "transformer")
ALL = ("MR", "Subj", "CR", "MPQA", "TREC")


@dataclass
class Counting:
    sets: list[str] = one_of(*ALL)  # the sets of sentences: a column each
    longest: int = one_of(1, 2, 3)  # longest run of words that counts as a feature
    columns: int = at_least(0)  # of a hashed matrix; 0: a column for every feature
    alpha: float = above(0)  # smoothing of naive Bayes
    parts: int = at_least(2)  # of the cross-validation


@dataclass
class Learning:
    sets: list[str] = one_of(*ALL)  # the sets of sentences: a column each
    network: str = one_of(*NETWORKS)  # what stands above the rows of the words
    dimensions: int = at_least(4)  # numbers of a word's vector
    rule: str = one_of("adadelta", "adagrad")  # the optimiser
    drop: float = between(0, 0.9)  # share of the words (averages) or of the last numbers that is dropped
    batch: int = at_least(1)  # sentences of a step
    passes: int = at_least(1)  # over the training sentences
    parts: int = at_least(2)  # of the cross-validation
    rounds: int = at_least(1)  # so many of its rounds are run


def counted(cfg: Counting, job):
    """Accuracy in per cent of naive Bayes on the presence of features, over all rounds of cross-validation."""
    out = {}
    for name in cfg.sets:
        labelled = sentences.load(name)
        found = []
        for train, held in sentences.rounds(labelled, cfg.parts, job.rng(f"parts of {name}")):
            halves = [([labelled.documents[i] for i in half], labelled.labels[half]) for half in (train, held)]
            found.append(counted_on(*halves, cfg.longest, cfg.columns, cfg.alpha))
        out[name] = float(np.mean(found))
    return out


def learnt(cfg: Learning, job):
    """Accuracy in per cent of one network after its last pass, the mean over the rounds that are run."""
    out = {}
    for name in cfg.sets:
        labelled = sentences.load(name)
        documents = featured(labelled.documents, cfg.network)
        known, numbers = sentences.numbered(documents)
        found = []
        for k, (train, held) in enumerate(sentences.rounds(labelled, cfg.parts, job.rng(f"parts of {name}"))):
            if k == cfg.rounds:
                break
            model = learner(cfg, len(labelled.names), len(known), job.rng(f"init {name}", k))
            for i in job.epochs(cfg.passes, model):
                rng = job.rng(f"{name}, round {k}", i)
                loss = model.learn([numbers[j] for j in train], labelled.labels[train], cfg.batch, rng)
                job.log(set=name, round=k, epoch=i, loss=loss)
            found.append(model.accuracy([numbers[j] for j in held], labelled.labels[held]))
        out[name] = float(np.mean(found))
    return out


def featured(documents, network):
    """The documents; for fastText's average with their pairs of words, each put into one of 20 000 buckets by its hash."""
    if network != "pairs average":
        return documents
    return [
        words + [f"{bags.bucket(pair, 20_000)} hashed" for pair in bags.grams(words, 2)[len(words) :]]
        for words in documents
    ]


def learner(cfg, classes, words, rng):
    """A Learner with the network that the settings name."""
    import learning
    import networks

    network = {
        "average": lambda: networks.Average(cfg.dimensions, classes, 0, cfg.drop, rng),
        "pairs average": lambda: networks.Average(cfg.dimensions, classes, 0, cfg.drop, rng),
        "deep average": lambda: networks.Average(cfg.dimensions, classes, 3, cfg.drop, rng),
        "windows": lambda: networks.Windows(cfg.dimensions, classes, 100, cfg.drop, rng),
        "recurrent": lambda: networks.Recurrent(cfg.dimensions, classes, cfg.dimensions, cfg.drop, rng),
        "transformer": lambda: networks.Transformer(cfg.dimensions, classes, 4, cfg.drop, rng),
    }[cfg.network]()
    return learning.Learner(network, words, cfg.dimensions, cfg.rule, rng)


def counted_on(learnt, asked, longest, columns=0, alpha=1.0):
    """Accuracy of naive Bayes: learnt and asked are (documents, labels), documents lists of words."""
    halves = [[bags.grams(words, longest) for words in documents] for documents, _ in (learnt, asked)]
    if columns:
        x, z = (bags.hashed(half, columns) for half in halves)
    else:
        known = bags.vocabulary(halves[0])
        x, z = (bags.counted(half, known) for half in halves)
    model = bags.NaiveBayes(alpha).fit(bags.present(x), np.asarray(learnt[1]))
    return bags.accuracy(model.predict(bags.present(z)), asked[1])


def learnt_on(learnt, asked, network, width, batch, passes, job):
    """(the Learner and its vocabulary, its accuracy on `asked`) of a small network, by Adadelta."""
    known, numbers = sentences.numbered(learnt[0])
    labels = np.asarray(learnt[1])
    cfg = Learning([], network, width, "adadelta", 0.2, batch, passes, 2, 1)
    model = learner(cfg, int(labels.max()) + 1, len(known), job.rng(f"init {network}"))
    for i in job.epochs(passes, model):
        loss = model.learn(numbers, labels, cfg.batch, job.rng(f"shuffle {network}", i))
        job.log(network=network, epoch=i, loss=loss)
    return (model, known), model.accuracy([known.encode(words) for words in asked[0]], np.asarray(asked[1]))
