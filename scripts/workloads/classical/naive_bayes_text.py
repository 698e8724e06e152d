"""Multinomial naive Bayes on 10 662 film reviews, sparse: words and pairs present; learn from nine tenths, classify one."""

import sys
from pathlib import Path

import numpy as np


def step_of(classifier):
    sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "naive_bayes"))
    import sentences

    words, labels = sentences.sentences_of("RTs")
    x, held = sentences.presence(words, 2), np.arange(len(labels)) % 10 == 0
    train, test = x[~held], x[held]
    return lambda: float((classifier().fit(train, labels[~held]).predict(test) == labels[held]).mean())


def abacus(threads):
    sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "naive_bayes"))
    from counts import MultinomialNB

    return step_of(MultinomialNB)


def sklearn(threads):
    from sklearn.naive_bayes import MultinomialNB

    return step_of(MultinomialNB)


PEERS = {"abacus": abacus, "scikit-learn": sklearn}
