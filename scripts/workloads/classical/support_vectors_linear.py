"""A linear machine by dual coordinate descent, squared hinge, tol .01, on 10 662 film reviews: the objective."""

import numpy as np
from workloads.estimators import our, peers


def step_of(LinearSVC):
    words, labels = our("naive_bayes/sentences.sentences_of")("RTs")
    x, labels = our("naive_bayes/sentences.presence")(words, 2).astype(np.float64), np.asarray(labels)
    side = np.where(labels == labels.max(), 1.0, -1.0)

    def step():
        machine = LinearSVC(C=1.0, tol=0.01).fit(x, side)
        w = machine.coef_[0]
        loss = np.maximum(0, 1 - side * machine.decision_function(x)) ** 2
        return float((w @ w + machine.intercept_[0] ** 2) / 2 + loss.sum())

    return step


PEERS = peers(step_of, "support_vectors/linear.LinearSVC", "sklearn.svm.LinearSVC")
