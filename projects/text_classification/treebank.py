"""Naive Bayes on the sentences of the Stanford treebank, with words and with pairs of words (Socher et al. 2013, Table 1)."""

from dataclasses import dataclass

import bags
from abacus import data
from abacus.settings import above, one_of


@dataclass
class Config:
    longest: int = one_of(1, 2)  # the longest run of words that counts as a feature
    alpha: float = above(0)  # smoothing of naive Bayes


def judged(cfg: Config, job):
    """Accuracy in per cent on the test sentences, of two classes and of five; learnt from whole training sentences."""
    return {"fine": share("sst1", cfg), "binary": share("sst2", cfg)}


def share(part, cfg):
    """Accuracy on one part, "sst1" (five classes) or "sst2" (two)."""
    found = data.load("sentence-classification", part)
    documents, asked = (
        [bags.grams(text.split(), cfg.longest) for text in half.texts] for half in (found.train, found.test)
    )
    columns = bags.vocabulary(documents)
    model = bags.NaiveBayes(cfg.alpha).fit(bags.counted(documents, columns), found.train.labels)
    return bags.accuracy(model.predict(bags.counted(asked, columns)), found.test.labels)
