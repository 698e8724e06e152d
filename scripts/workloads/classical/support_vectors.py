"""A support vector machine for each pair of the ten zip code digits, RBF kernel, tol 1e-3: learn from 7 291, tell 2 007."""

from workloads.estimators import our, peers


def step_of(SVC):
    (x, y), (test, truth) = our("support_vectors/digits.samples")()
    return lambda: float((SVC(C=10, gamma=1 / 128, cache_size=250).fit(x, y).predict(test) == truth).mean())


PEERS = peers(step_of, "support_vectors/machines.SVC", "sklearn.svm.SVC")
