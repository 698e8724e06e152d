"""5-NN among MNIST's 60 000 training images in float32: the classes of 1 000 test digits by brute force."""

from workloads.estimators import digits, peers

QUERIES = 1000


def step_of(classifier):
    x, y, test, truth = digits()
    fitted = classifier(5, algorithm="brute").fit(x, y)
    return lambda: float((fitted.predict(test[:QUERIES]) == truth[:QUERIES]).mean())


PEERS = peers(step_of, "nearest_neighbours/estimator.NearestNeighbours", "sklearn.neighbors.KNeighborsClassifier")
