"""k-means: the bounds change nothing, the objective is scikit-learn's, and what happens to empty clusters."""

import numpy as np
import pytest

import nearest
from abacus import streams
from abacus.errors import BadInput
from kmeans import EmptyClusters, KMeans, plus_plus

EPS = np.finfo(np.float64).eps


def points(n=600, d=3, k=6, kind=np.float64):
    rng = streams.rng(0, "points", n, d, k)
    return (4 * rng.standard_normal((k, d))[rng.integers(0, k, n)] + rng.standard_normal((n, d))).astype(kind)


def plain(x, centres, rounds):
    """Lloyd's rounds as they stand in the book."""
    for _ in range(rounds):
        labels = ((x[:, None].astype(np.float64) - centres) ** 2).sum(axis=2).argmin(axis=1)
        centres = np.array([x[labels == k].mean(axis=0) if (labels == k).any() else c for k, c in enumerate(centres)])
    return ((x[:, None].astype(np.float64) - centres) ** 2).sum(axis=2).argmin(axis=1)


@pytest.mark.parametrize("algorithm", ["lloyd", "elkan", "hamerly"])
@pytest.mark.parametrize(
    ("d", "k", "kind"), [(1, 4, np.float64), (3, 7, np.float64), (40, 12, np.float32), (2, 1, np.float64)]
)
def test_every_algorithm_makes_lloyd_s_rounds(algorithm, d, k, kind):
    x = points(d=d, kind=kind)
    start = x[plus_plus(x, k, streams.rng(0, "start"))].astype(np.float64)
    for rounds in (1, 2, 5, 200):
        model = KMeans(k, init=start, algorithm=algorithm, max_iter=rounds, tol=0.0).fit(x)
        np.testing.assert_array_equal(model.labels_, plain(x, start, rounds))
        means = np.array([x[model.labels_ == j].mean(axis=0, dtype=np.float64) for j in range(k)])
        np.testing.assert_allclose(
            model.cluster_centers_, means, rtol=8 * np.finfo(kind).eps, atol=8 * np.finfo(kind).eps
        )
        inertia = ((x - means[model.labels_]) ** 2).sum()
        np.testing.assert_allclose(model.inertia_, inertia, rtol=len(x) * EPS)


@pytest.mark.parametrize("algorithm", ["lloyd", "elkan", "hamerly"])
def test_an_empty_cluster_takes_the_farthest_row(algorithm):
    x = np.array([[0.0], [1.0], [2.0], [10.0]])
    model = KMeans(3, init=[[1.0], [50.0], [60.0]], algorithm=algorithm).fit(x)
    assert sorted(np.bincount(model.labels_)) == [1, 1, 2] and model.inertia_ == 0.5


def test_fewer_different_rows_than_clusters_is_said():
    x = np.repeat([[1.0, 2.0], [3.0, 4.0]], 5, axis=0)
    with pytest.warns(EmptyClusters, match="2 different rows only: 1 of 3 clusters"):
        model = KMeans(3).fit(x)
    assert model.inertia_ == 0
    with pytest.warns(EmptyClusters, match="1 different rows"):
        assert KMeans(2).fit(np.full((9, 1), 7.0)).inertia_ == 0


def test_a_plus_plus_start_takes_far_rows_and_none_twice():
    x = np.repeat(1000.0 * np.arange(5), 20)[:, None] + streams.rng(0, "near").random((100, 1))
    rows = plus_plus(x, 5, streams.rng(0, "rows"))
    assert sorted(rows // 20) == list(range(5))
    squares = np.full(100, np.inf)
    total = nearest.closer(x, x[rows[0]], squares, squares)
    np.testing.assert_allclose(total, ((x - x[rows[0]]) ** 2).sum(), rtol=1e-12)


def test_the_best_of_many_starts_is_no_worse_than_scikit_learn_s():
    theirs = pytest.importorskip("sklearn.cluster").KMeans
    x = points(k=9)
    best = theirs(9, n_init=20, random_state=0, tol=0.0).fit(x).inertia_
    assert KMeans(9, n_init=20, tol=0.0).fit(x).inertia_ <= best * (1 + 1e-9)
    start = x[:9]
    ours, other = KMeans(9, init=start, tol=0.0).fit(x), theirs(9, init=start, n_init=1, tol=0.0).fit(x)
    np.testing.assert_array_equal(ours.labels_, other.labels_)
    np.testing.assert_array_equal(ours.predict(x[::-1]), other.predict(x[::-1]))
    np.testing.assert_allclose(ours.transform(x), other.transform(x), rtol=1e-6)
    np.testing.assert_allclose(ours.score(x), other.score(x), rtol=1e-9)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: KMeans(0).fit(np.eye(3)), "n_clusters is 0"),
        (lambda: KMeans(4).fit(np.eye(3)), "n_samples=3"),
        (lambda: KMeans(2, algorithm="full").fit(np.eye(3)), "algorithm is 'full'"),
        (lambda: KMeans(2, init="first").fit(np.eye(3)), "init is 'first'"),
        (lambda: KMeans(2, init=np.ones((3, 3))).fit(np.eye(3)), "init has 3 centres"),
        (lambda: KMeans(2, init=np.ones((2, 2))).fit(np.eye(3)), "expecting 3 features"),
        (lambda: KMeans(2, tol=-1.0).fit(np.eye(3)), "tol is -1.0"),
        (lambda: KMeans(2).fit([[1.0], [np.inf]]), "infinity"),
        (lambda: KMeans(2).predict(np.eye(3)), "not fitted"),
        (lambda: KMeans(2).fit(1e200 * np.arange(9.0)[:, None]), "overflow: scale X"),
        (lambda: KMeans(2).fit(1e-200 * np.arange(9.0)[:, None]), "squared distances are 0: scale X"),
        (lambda: KMeans(2, init=[[1e300], [0.0]]).fit(np.arange(9.0)[:, None]), "init: the numbers are too large"),
        (lambda: KMeans(2).fit(np.arange(9.0)[:, None]).predict([[1e300]]), "overflow: scale X"),
        (lambda: KMeans(2).fit(np.arange(9.0)[:, None]).transform([[1e300]]), "overflow: scale X"),
        (lambda: KMeans(2, algorithm=np.array(["lloyd", "elkan"])).fit(np.eye(3)), "algorithm is array"),
        (lambda: KMeans(2, seed=-1).fit(np.eye(3)), "seed is -1"),
        (lambda: KMeans(2, seed="a").fit(np.eye(3)), "seed is 'a'"),
    ],
)
def test_a_mistake_is_named(make, message):
    with pytest.raises(BadInput, match=message):
        make()


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_checks_pass(estimator_checks):
    estimator_checks(KMeans, "Transformer", "Cluster")
