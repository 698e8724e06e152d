"""Multinomial naive Bayes on 10 662 film reviews, sparse: words and pairs present; learn from nine tenths, classify one."""

import numpy as np
from workloads.estimators import our, peers


def step_of(classifier):
    words, labels = our("naive_bayes/sentences.sentences_of")("RTs")
    x, held = our("naive_bayes/sentences.presence")(words, 2), np.arange(len(labels)) % 10 == 0
    train, test = x[~held], x[held]
    return lambda: float((classifier().fit(train, labels[~held]).predict(test) == labels[held]).mean())


PEERS = peers(step_of, "naive_bayes/counts.MultinomialNB", "sklearn.naive_bayes.MultinomialNB")
