"""All ways to make a list, beside each other: on the same users, for the item that each of them took last."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

import ranking
import ratings
from abacus import data
from abacus.settings import at_least


@dataclass
class Config:
    users: int = at_least(100)  # of the training set that are learnt from
    asked: int = at_least(10)  # test users with more than one area, who are asked for their last
    top: int = at_least(1)  # length of the lists


def compare(cfg: Config, job):
    """nDCG, hit rate and more of eleven methods: the last area in the file of each test user, the others known."""
    web = data.load("msweb")
    items = len(web.titles)
    train = np.split(web.train_area[: web.train_start[cfg.users]], web.train_start[1 : cfg.users])
    test = [s for s in np.split(web.test_area, web.test_start[1:-1]) if len(s) > 1][: cfg.asked]
    x, known = (matrix(sequences, items) for sequences in (train, [s[:-1] for s in test]))
    asked = matrix([s[-1:] for s in test], items)
    found = {}
    for name, scores in lists(x, known, train, [s[:-1] for s in test], int(job.rng("models").integers(2**31))):
        places = ranking.ranks(scores, known)
        measured = ranking.at_k(places, asked, cfg.top)
        found[name] = {k: 100 * measured[k] for k in ("nDCG", "hit rate")} | {
            "ranked score": ranking.ranked_score(places, asked),
            "coverage": 100 * ranking.coverage(places, cfg.top),
            "novelty in bits": ranking.novelty(places, cfg.top, x),
        }
        job.log(method=name, **found[name])
        job.progress(len(found) / 11, name)
    return found


def matrix(sequences, items):
    """The matrix of ones of lists of items."""
    start = np.concatenate([[0], np.cumsum([len(s) for s in sequences])])
    return ratings.histories(start, np.concatenate(sequences), items)


def lists(x, known, train, sequences, seed):
    """(name, scores (rows of known, items)) of every method; `train` and `sequences` are x and known in their order."""
    from belief import Clusters, TreeNetwork
    from factors import ALS, BPR
    from machines import FactorisationMachine
    from neighbours import ItemNeighbours, Popularity, Rules, UserNeighbours
    from neural import AutoRec, NeuMF, SequenceModel

    models = {
        "popularity": Popularity(),
        "user neighbours": UserNeighbours("correlation", inverse_frequency=True, amplify=2.5),
        "item neighbours": ItemNeighbours(),
        "rules": Rules(),
        "clusters": Clusters(seed=seed),
        "trees": TreeNetwork(),
        "ALS": ALS(seed=seed),
        "BPR": BPR(seed=seed),
        "factorisation machine": FactorisationMachine(seed=seed),
        "AutoRec": AutoRec(seed=seed),
    }
    for name, model in models.items():
        yield name, model.fit(x).scores(known)
    neumf = NeuMF(seed=seed).fit(sparse.vstack([x, known], "csr"))
    yield "NeuMF", neumf.scores_of(np.arange(x.shape[0], x.shape[0] + known.shape[0]))
    yield "sequence model", SequenceModel(seed=seed).fit(train, x.shape[1]).scores_of(sequences)
