"""Facts of nearest neighbours: the searches against a look at every pair, the printed counts, and what must miss them."""

from types import SimpleNamespace

import numpy as np
import pytest

import brute
import digits
import glyphs
import images
import kdtree
import wines
from abacus import errors, papers, verdict
from abacus.running.job import Job
from estimator import NearestNeighbours, majority, votes

SEARCHES = ("brute", "kd_tree")


def points(kind, n, d):
    """Rows and queries: ordinary, on a grid full of equal distances, bytes, far from the origin, of one value."""
    rng = np.random.default_rng(n * 100 + d)
    x, q = rng.standard_normal((n, d)), rng.standard_normal((30, d))
    grid = rng.integers(0, 3, (n, d)).astype(float)
    whole = rng.integers(0, 256, (n, d)).astype(np.uint8)
    return {
        "ordinary": (x, q),
        "grid": (grid, grid[:30]),
        "bytes": (whole, whole[:30]),
        "far": (x + 1e4, q + 1e4),
        "large": (x * 1e30, q * 1e30),
        "single": (x.astype(np.float32), q.astype(np.float32)),
        "constant": (np.ones((n, d)), np.ones((30, d))),
    }[kind]


@pytest.mark.parametrize("kind", ["ordinary", "grid", "bytes", "far", "large", "single", "constant"])
@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize("search", SEARCHES)
def test_both_searches_find_what_a_look_at_every_pair_finds(search, p, kind):
    for n, d in ((40, 1), (300, 3), (200, 25)):
        x, q = points(kind, n, d)
        powers = (np.abs(q[:, None].astype(float) - x[None].astype(float)) ** p).sum(axis=2)
        distances, which = NearestNeighbours(4, p, search).fit(x, np.arange(n) % 3).kneighbors(q)
        wanted = np.sort(powers, axis=1)[:, :4] ** (1 / p)
        assert np.abs(distances - wanted).max() <= 4 * d * np.finfo(float).eps * np.abs(wanted).max()
        assert (np.diff(distances, axis=1) >= 0).all()
        if kind in ("grid", "bytes", "constant"):  # whole numbers: no rounding, so ties are ties
            assert (which == np.argsort(powers, axis=1, kind="stable")[:, :4]).all()


def test_a_search_whose_candidates_are_too_few_looks_at_every_row(monkeypatch):
    """A thousand points closer to each other than float32 can tell, from far away."""
    rng = np.random.default_rng(0)
    x = np.vstack([1.0 + 1e-9 * rng.standard_normal((1000, 8)), -np.ones((50, 8))])
    powers = ((x[:20, None] - x[None]) ** 2).sum(axis=2)
    _, which = NearestNeighbours(3, algorithm="brute").fit(x, np.zeros(1050)).kneighbors(x[:20])
    assert (which == np.argsort(powers, axis=1, kind="stable")[:, :3]).all()
    monkeypatch.setattr(brute, "U", 0.0)  # the negative control: believe float32
    _, which = NearestNeighbours(3, algorithm="brute").fit(x, np.zeros(1050)).kneighbors(x[:20])
    assert (which != np.argsort(powers, axis=1, kind="stable")[:, :3]).any()


def test_hoelder_s_bound_never_exceeds_the_distance_and_is_met_by_equal_differences():
    rng = np.random.default_rng(0)
    for row in rng.standard_normal((100, 12)) * (rng.random((100, 12)) < 0.5):
        m = np.count_nonzero(row)
        if m:
            assert (row**2).sum() ** 3 <= m * (np.abs(row) ** 3).sum() ** 2 * (1 + 12 * np.finfo(float).eps)
    row = np.full(5, 2.0)
    assert (row**2).sum() ** 3 == 5 * (row**3).sum() ** 2


@pytest.mark.parametrize("n", [1, 5, 16, 17, 33, 1000])
def test_a_tree_holds_every_row_once_in_boxes_that_hold_it(n):
    x = np.random.default_rng(n).standard_normal((n, 2))
    tree = kdtree.build(x)
    leaves = [i for i, first in enumerate(tree.first) if first >= 0 and not _children(tree, i)]
    held = np.concatenate([tree.order[tree.first[i] : tree.last[i]] for i in leaves])
    assert sorted(held) == list(range(n))
    for i in range(len(tree.first)):
        rows = x[tree.order[tree.first[i] : tree.last[i]]] if tree.first[i] >= 0 else np.empty((0, 2))
        assert (rows >= tree.low[i]).all() and (rows <= tree.high[i]).all()


def _children(tree, i):
    return 2 * i + 1 < len(tree.first) and tree.first[2 * i + 1] >= 0


@pytest.mark.parametrize("p", [1, 2, 3])
def test_classes_and_parts_are_those_of_scikit_learn(p):
    sklearn = pytest.importorskip("sklearn.neighbors")
    rng = np.random.default_rng(0)
    x, y, q = rng.standard_normal((300, 6)), rng.integers(0, 4, 300), rng.standard_normal((80, 6))
    ours, theirs = NearestNeighbours(7, p).fit(x, y), sklearn.KNeighborsClassifier(7, p=p).fit(x, y)
    assert (ours.predict(q) == theirs.predict(q)).all()
    assert (ours.predict_proba(q) == theirs.predict_proba(q)).all()
    assert (ours.kneighbors(q)[1] == theirs.kneighbors(q)[1]).all()
    assert ours.score(x, y) == theirs.score(x, y)


def test_votes_and_the_rule_for_ties():
    labels = np.array([[2, 1, 1], [2, 1, 0], [0, 1, 1]])
    assert votes(labels, 3).tolist() == [[0, 2, 1], [1, 1, 1], [1, 2, 0]]
    assert majority(labels, 3).tolist() == [1, 2, 1]
    near = NearestNeighbours(3).fit(np.array([[0.0], [1.0], [2.0]]), np.array(["c", "b", "a"]))
    assert near.predict([[0.1]]).tolist() == ["a"]  # the first of classes_, as predict_proba's largest


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: NearestNeighbours().fit([[np.inf, 1.0]], [1]), "contains infinity"),
        (lambda: NearestNeighbours().fit(np.ones((3, 2)), [1, 2]), "X has 3, y has 2"),
        (lambda: NearestNeighbours().fit(np.ones((3, 2)), [0.5, 1.0, 2.0]), "Unknown label type"),
        (lambda: NearestNeighbours().fit(np.ones((3, 2)), None), "y is None"),
        (lambda: NearestNeighbours(0).fit(np.ones((3, 2)), [1, 2, 3]), "n_neighbors is 0"),
        (lambda: NearestNeighbours(p=4).fit(np.ones((3, 2)), [1, 2, 3]), "p is 4"),
        (lambda: NearestNeighbours(algorithm="ball").fit(np.ones((3, 2)), [1, 2, 3]), "algorithm is 'ball'"),
        (lambda: NearestNeighbours(5).fit(np.ones((3, 2)), [1, 2, 3]).predict(np.ones((1, 2))), "at most 3"),
        (lambda: NearestNeighbours().predict(np.ones((1, 2))), "not fitted"),
        (lambda: NearestNeighbours(1).fit(np.ones((3, 2)), [1, 2, 3]).predict(np.ones((1, 3))), "X has 3 features"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(wrong, says):
    with pytest.raises(errors.BadInput, match=says) as raised:
        wrong()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("k", [0, -1, 2.5, "a", True, 51])
@pytest.mark.parametrize("search", SEARCHES)
def test_no_search_is_asked_for_a_number_of_neighbours_that_there_is_not(search, k):
    x = np.random.default_rng(0).standard_normal((50, 3))
    near = NearestNeighbours(3, algorithm=search).fit(x, np.arange(50) % 2)
    with pytest.raises(errors.BadInput, match=f"n_neighbors is {k!r}; .* at most 50"):
        near.kneighbors(x[:2], k)


def test_score_compares_a_column_as_its_numbers_and_refuses_a_wrong_length():
    x, y = np.arange(6.0)[:, None], np.arange(6) % 3
    near = NearestNeighbours(1).fit(x, y)
    assert near.score(x, y[:, None]) == near.score(x, y) == 1.0
    for wrong in (y[:1], y[:5], None):
        with pytest.raises(errors.BadInput, match="y"):
            near.score(x, wrong)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("p", [1, 2, 3])
def test_distances_that_overflow_are_said_to(search, p):
    x = np.random.default_rng(0).choice([-1.0, 1.0], (40, 9)) * np.finfo(float).max
    near = NearestNeighbours(3, p, search).fit(x, np.arange(40) % 2)
    with pytest.raises(errors.BadInput, match="too large"):
        near.kneighbors(x[:5])


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_estimator_checks_pass(estimator_checks):
    estimator_checks(NearestNeighbours, "Classifier")


def test_every_digit_fits_the_box_and_deslanting_makes_a_slanted_bar_upright():
    bar = np.zeros((1, 28, 28), np.uint8)
    for y in range(5, 22):
        bar[0, y, y : y + 3] = 255
    assert images.slants(bar) == tuple(np.array([value]) for value in (14.0, 13.0, 1.0))
    upright, boxed = images.deslanted(bar)[0], images.boxed(bar)[0]
    assert upright.shape == boxed.shape == (20, 20)
    assert (upright[upright.any(axis=1)] == upright[10]).all()
    assert np.count_nonzero(upright) == np.count_nonzero(boxed) == np.count_nonzero(bar)


def test_boxes_of_mnist_hold_all_its_ink_in_twenty_by_twenty(dataset):
    mnist = dataset("mnist")
    some = mnist.test_images[:2000]
    assert (images.boxed(some).sum(axis=(1, 2)) == some.sum(axis=(1, 2))).all()
    assert set(np.unique(images.boxed_bilevel(some))) == {0, 255}


def test_rendered_digits_are_the_same_for_the_same_stream_and_as_many_of_each():
    first, labels = glyphs.sample(100, glyphs.SEEN, np.random.default_rng(0))
    again, _ = glyphs.sample(100, glyphs.SEEN, np.random.default_rng(0))
    assert (first == again).all() and first.dtype == np.uint8
    assert np.bincount(labels).tolist() == [10] * 10
    assert (first.max(axis=(1, 2)) > 128).all() and not set(glyphs.SEEN) & set(glyphs.UNSEEN)


def judged(table, row, values):
    """The verdict of a table's row whose deterministic value is given."""
    cells = verdict.judge(papers.table(table), {row: verdict.Result({0: values}, deterministic=True)})
    [cell] = [cell for cell in cells if cell.ours is not None and cell.reported]
    return cell.verdict


@pytest.mark.parametrize("p", [1, 2, 3])
def test_some_digits_are_read_as_scikit_learn_reads_them(p, dataset):
    sklearn = pytest.importorskip("sklearn.neighbors")
    mnist = dataset("mnist")
    x, y = mnist.train_images[:2000].reshape(2000, -1), mnist.train_labels[:2000]
    q = mnist.test_images[:100].reshape(100, -1)
    theirs = sklearn.KNeighborsClassifier(1, p=p, algorithm="brute").fit(x.astype(float), y).predict(q.astype(float))
    assert (NearestNeighbours(1, p).fit(x, y).predict(q) == theirs).all()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, True, marks=pytest.mark.slow),
        ({"train": 6000}, False),
        pytest.param({"train": 30000}, False, marks=pytest.mark.slow),
        pytest.param({"k": 3}, False, marks=pytest.mark.slow),
    ],
    ids=["whole", "a tenth", "half", "k = 3"],
)
def test_the_euclidean_count_is_exact_and_a_part_of_the_digits_does_not_give_it(change, expected, dataset, tmp_path):
    dataset("mnist")
    cfg = SimpleNamespace(**{"k": 1, "p": 2, "train": 60000, "images": "regular"} | change)
    found = digits.mnist(cfg, Job("row", 0, tmp_path))
    found_is = judged("lecun_mnist_page/neighbours", "K-nearest-neighbors, Euclidean (L2)", found)
    assert (found_is == "reproduced") is expected
    if expected:
        assert round(found["test error"] * 100) == 309


def test_shifted_labels_read_nothing(dataset, tmp_path, monkeypatch):
    mnist = dataset("mnist")
    few = mnist._replace(train_labels=np.roll(mnist.train_labels, 1), test_images=mnist.test_images[:500])
    monkeypatch.setattr(digits.data, "load", lambda name: few._replace(test_labels=mnist.test_labels[:500]))
    cfg = SimpleNamespace(k=1, p=2, train=5000, images="regular")
    found = digits.mnist(cfg, Job("row", 0, tmp_path))
    assert judged("lecun_mnist_page/neighbours", "K-nearest-neighbors, Euclidean (L2)", found) != "reproduced"


@pytest.mark.parametrize(
    ("scale", "expected"), [("within classes", True), ("all", False), ("range", False), ("none", False)]
)
def test_only_the_scale_within_classes_gives_the_printed_wines(scale, expected, dataset):
    dataset("uci")
    found = wines.classify(SimpleNamespace(scale=scale, k=1, p=2), None)
    assert (judged("aeberhard1992/nearest", "1NN", found) == "reproduced") is expected


def test_half_the_wines_or_shifted_kinds_do_not_give_it(dataset, monkeypatch):
    uci = dataset("uci")
    for wine in (
        uci.wine._replace(features=uci.wine.features[::2], labels=uci.wine.labels[::2]),
        uci.wine._replace(labels=np.roll(uci.wine.labels, 20)),
    ):
        monkeypatch.setattr(wines.data, "load", lambda name, wine=wine: uci._replace(wine=wine))
        found = wines.classify(SimpleNamespace(scale="within classes", k=1, p=2), None)
        assert judged("aeberhard1992/nearest", "1NN", found) != "reproduced"


def test_leaving_one_out_asks_the_others_only():
    x, y = np.array([[0.0], [0.1], [5.0], [5.1], [9.0]]), np.array([0, 0, 1, 1, 0])
    assert wines.leave_one_out(x, y, 1, 2).tolist() == [0, 0, 1, 1, 1]
