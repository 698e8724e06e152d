"""Facts of manifolds: closed forms, other roads to the same map, gradients against differences, and what must miss a table."""

from types import SimpleNamespace

import numpy as np
import pytest
import scipy.sparse

import closed
import mds
import neighbours
import run
from abacus import papers, verdict
from abacus.errors import BadInput
from abacus.running.job import Job
from eigenmaps import LocallyLinearEmbedding, SpectralEmbedding, laplacian, mixtures, smallest
from fuzzy import UMAP, curve, memberships
from tsne import STEP, TSNE, AllPairs, Interpolated, affinities, all_pairs_total, divergence, kernel

EPS = np.finfo(np.float64).eps
HALF, THIRD = EPS ** (1 / 2), EPS ** (1 / 3)  # what is left of eigenvectors and differences


def points(n=200, d=5, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d))


def plain(x, k):
    """The k nearest others by a look at all differences."""
    square = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    np.fill_diagonal(square, np.inf)
    which = np.argsort(square, axis=1, kind="stable")[:, :k]
    return np.sqrt(np.take_along_axis(square, which, axis=1)), which


def aligned(a, b):
    """a (n, c) with each column's sign as in b."""
    return a * np.sign((a * b).sum(axis=0))


# --- neighbours


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("far", [0.0, 1e6])
def test_the_search_finds_what_a_look_at_all_pairs_finds(far, threads):
    x = points(700)
    x[350:] += far  # float32 alone could not tell neighbours apart
    distance, which = neighbours.nearest(x, 7, threads)
    wanted, names = plain(x, 7)
    assert np.array_equal(which, names)
    assert np.allclose(distance, wanted, rtol=8 * EPS * x.shape[1], atol=0)


def test_equal_rows_are_neighbours_at_distance_0_and_none_is_its_own():
    distance, which = neighbours.nearest(np.zeros((30, 2)), 3)
    assert not distance.any()
    assert not (which == np.arange(30)[:, None]).any()
    assert neighbours.graph(np.zeros((30, 2)), 3).nnz >= 30 * 3


def test_shortest_paths_are_those_of_scipy():
    edges = neighbours.graph(points(300, 2), 4)
    assert np.array_equal(neighbours.shortest(edges), scipy.sparse.csgraph.dijkstra(edges))


def test_trustworthiness_is_1_of_the_rows_themselves_and_that_of_the_definition_else():
    x, y = points(60), points(60, 2, seed=1)
    assert neighbours.trustworthiness(x, 3 * x) == 1.0
    k, order, near = 5, plain(x, 59)[1], plain(y, 5)[1]
    late = sum(max(0, int(np.flatnonzero(order[i] == j)[0]) + 1 - k) for i in range(60) for j in near[i])
    assert neighbours.trustworthiness(x, y) == pytest.approx(1 - 2 * late / (60 * k * (120 - 3 * k - 1)), rel=4 * EPS)


# --- maps from distances


def test_classical_scaling_of_euclidean_distances_gives_the_principal_components():
    x = points()
    off = x - x.mean(axis=0)
    u, s, _ = np.linalg.svd(off, full_matrices=False)
    y = mds.ClassicalMDS(3).fit(x)
    assert np.allclose(aligned(y.embedding_, u[:, :3] * s[:3]), u[:, :3] * s[:3], atol=len(x) * EPS * s[0])
    assert np.allclose(y.eigenvalues_, s[:3] ** 2)


def test_isomap_with_all_others_as_neighbours_is_classical_scaling():
    x = points(80)
    straight, through = mds.ClassicalMDS().fit_transform(x), mds.Isomap(79).fit_transform(x)
    assert np.allclose(straight, through, atol=len(x) ** 2 * EPS * np.abs(straight).max())


def test_isomap_lays_a_helix_straight_with_its_steps_unchanged():
    t = np.arange(60) * 0.2
    helix = np.stack([np.cos(t), np.sin(t), 0.3 * t], axis=1)
    step = np.linalg.norm(helix[1] - helix[0])
    line = mds.Isomap(radius=1.5 * step, n_components=1).fit(helix)
    assert np.allclose(np.abs(np.diff(line.embedding_[:, 0])), step, atol=60**2 * EPS)
    assert line.eigenvalues_[0] == pytest.approx(step**2 * 60 * (60**2 - 1) / 12)  # Σ of the squares of equal steps
    assert line.reconstruction_error() < 60**2 * EPS
    assert np.allclose(line.transform(helix), line.embedding_, atol=60**2 * EPS)


def test_smacof_never_raises_the_stress_and_ends_below_classical_scaling():
    x = points(60)
    d = neighbours.pairwise(x)
    stresses = [mds.MDS(max_iter=steps, eps=0.0).fit(x).stress_ for steps in (1, 2, 5, 20)]
    classical = ((d - neighbours.pairwise(mds.ClassicalMDS().fit_transform(x))) ** 2).sum() / 2
    assert sorted([classical, *stresses], reverse=True) == [classical, *stresses]
    random = mds.MDS(init="random", n_init=2).fit(x)
    assert random.stress_ == pytest.approx(((d - neighbours.pairwise(random.embedding_)) ** 2).sum() / 2)


def test_a_map_that_has_the_distances_already_stays():
    y = points(40, 2)
    y -= y.mean(axis=0)
    kept = mds.MDS(init=y, metric="precomputed").fit(neighbours.pairwise(y))
    assert np.allclose(kept.embedding_, y, atol=40 * EPS * np.abs(y).max())


# --- maps from small eigenvectors


def test_eigenvectors_of_a_path_are_cosines_by_lapack_and_by_lanczos():
    for n in (50, 1500):
        values, vectors = smallest(laplacian(closed.path(n))[0], 4)
        i = np.arange(n) + 0.5
        for j in (1, 2, 3):
            cosine = np.cos(np.pi * j * i / n) * np.sqrt(2 / n)
            assert abs(abs(vectors[:, j] @ cosine) - 1) < n * HALF
            assert values[j] == pytest.approx(2 - 2 * np.cos(np.pi * j / n), rel=0, abs=4 * n * EPS)


def test_the_eigenmap_of_a_ring_is_a_circle():
    y = SpectralEmbedding(affinity="precomputed").fit_transform(closed.ring(40).toarray())
    radius = np.linalg.norm(y, axis=1)
    assert np.allclose(radius, radius[0], atol=40 * EPS)


def test_weights_of_lle_sum_to_1_and_do_not_see_shifts_turns_and_scales():
    x = points(30, 3)
    which = neighbours.nearest(x, 4)[1]
    w = mixtures(x, x[which], 1e-3)
    assert np.allclose(w.sum(axis=1), 1.0, atol=8 * EPS * np.abs(w).max())
    turn = np.linalg.qr(points(3, 3, seed=1))[0]
    moved = 7 * x @ turn + [1.0, -2.0, 3.0]
    assert np.allclose(mixtures(moved, moved[which], 1e-3), w, rtol=HALF)


def test_lle_of_a_flat_sheet_is_the_sheet_but_for_a_linear_map():
    sheet = np.random.default_rng(0).uniform(size=(200, 2))
    turned = np.c_[sheet, np.zeros(200)] @ np.linalg.qr(points(3, 3))[0]
    y = LocallyLinearEmbedding(8, reg=HALF).fit(turned)
    basis = np.c_[sheet, np.ones(200)]
    left = y.embedding_ - basis @ np.linalg.lstsq(basis, y.embedding_)[0]
    assert np.abs(left).max() < HALF**0.5 * np.abs(y.embedding_).max()
    assert np.allclose(y.transform(turned[:5]), y.embedding_[:5], atol=HALF**0.5)


# --- t-SNE


def test_every_row_has_the_perplexity_that_was_asked_for():
    distance, which = neighbours.nearest(points(), 90)
    n, k = distance.shape
    import forces

    p = np.empty((n, k))
    forces.calibrate(distance**2, np.log(30.0), p, 0, n)
    assert np.allclose(np.exp(-(p * np.log(p)).sum(axis=1)), 30.0, rtol=HALF)
    both = affinities(distance, which, 30.0)
    assert both.sum() == pytest.approx(1.0)
    assert abs(both - both.T).max() == 0.0


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_the_gradient_is_that_of_the_divergence(dimensions):
    x = points(30)
    p = TSNE(perplexity=5)._probabilities(x, exact=True)
    y = points(30, dimensions, seed=1)
    slope = AllPairs(p, 1)(np.ascontiguousarray(y.T), 1.0)
    h = THIRD
    for i, c in ((0, 0), (7, dimensions - 1)):
        value = []
        for sign in (-1, 1):
            moved = y.copy()
            moved[i, c] += sign * h
            value.append(divergence(p, moved, all_pairs_total(moved)))
        assert (value[1] - value[0]) / (2 * h) == pytest.approx(slope[c, i], abs=10 * h**2)


@pytest.mark.parametrize("size", [1e-4, 1.0, 20.0])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_field_pushes_as_all_pairs_do(size, threads):
    p = affinities(*neighbours.nearest(points(3000), 15), 5.0)
    y = np.ascontiguousarray(size * points(3000, 2, seed=1).T)
    exact, grid = AllPairs(p, threads), Interpolated(p, threads)
    wanted, got = exact(y, 1.0), grid(y, 1.0)
    assert grid.total == pytest.approx(exact.total, rel=STEP**4)  # cubic splines err by the step's fourth power
    assert np.linalg.norm(got - wanted) < 2 * STEP**4 * np.linalg.norm(wanted)


def test_a_finer_grid_pushes_more_exactly(monkeypatch):
    p = affinities(*neighbours.nearest(points(1000), 15), 5.0)
    y = np.ascontiguousarray(5 * points(1000, 2, seed=1).T)
    wanted = AllPairs(p, 1)(y, 0.0)
    errors = []
    for step in (1.0, 0.5, 0.25):
        monkeypatch.setattr("tsne.STEP", step)
        errors.append(np.linalg.norm(Interpolated(p, 1)(y, 0.0) - wanted))
    assert errors[0] > 4 * errors[1] > 16 * errors[2]  # better than the square of the step


def test_the_grid_s_kernel_gives_back_the_kernel_at_the_nodes():
    shape, step = (32, 40), 0.5
    one = np.zeros(shape)
    one[0, 0] = 1.0  # a charge on a node: splines spread it over 3 × 3
    sixth = np.array([4.0, 1.0, 1.0]) / 6
    for a, wa in zip((0, 1, -1), sixth):
        for b, wb in zip((0, 1, -1), sixth):
            one[a, b] = wa * wb
    field = np.fft.irfft2(np.fft.rfft2(one) * kernel(shape, step), shape)
    at_node = sum(field[3 + a, 4 + b] * wa * wb for a, wa in zip((0, 1, -1), sixth) for b, wb in zip((0, 1, -1), sixth))
    assert at_node == pytest.approx(1 / (1 + (3 * step) ** 2 + (4 * step) ** 2), rel=HALF)


def test_both_methods_part_what_is_apart_and_reach_the_same_divergence():
    x = points(300)
    x[:100] += 20
    x[100:200] -= 20
    labels = np.repeat([0, 1, 2], 100)
    exact, grid = (TSNE(method=method, max_iter=500).fit(x) for method in ("exact", "fft"))
    for map_ in (exact, grid):
        assert neighbours.one_neighbour_error(map_.embedding_, labels) == 0.0
    assert grid.kl_divergence_ == pytest.approx(exact.kl_divergence_, rel=0.1)  # p of 90 neighbours, p of all
    given = TSNE(metric="precomputed", max_iter=500).fit(neighbours.pairwise(x))
    assert neighbours.one_neighbour_error(given.embedding_, labels) == 0.0


# --- UMAP


def test_memberships_of_a_row_add_up_to_log2_of_the_neighbours_and_the_graph_is_symmetric():
    distance, which = neighbours.nearest(points(), 14)
    import forces

    p = np.empty(distance.shape)
    forces.bandwidths(distance, np.log2(15.0), distance.mean(), p)
    assert np.allclose(p.sum(axis=1), np.log2(15.0), rtol=HALF)
    assert (p[:, 0] == 1.0).all()
    w = memberships(distance, which)
    assert abs(w - w.T).max() <= EPS
    assert w.max() <= 1.0 + EPS


def test_the_curve_of_umap_has_the_published_constants():
    a, b = curve(0.1, 1.0)
    assert (round(a, 3), round(b, 4)) == (1.577, 0.8951)  # umap-learn's documentation, min_dist 0.1


def test_umap_parts_what_is_apart_and_repeats_itself():
    x = points(150)
    x[:50] += 20
    x[50:100] -= 20
    first, second = (UMAP(10, n_epochs=100).fit_transform(x) for _ in range(2))
    assert np.array_equal(first, second)
    assert neighbours.one_neighbour_error(first, np.repeat([0, 1, 2], 50)) == 0.0


# --- the door


@pytest.mark.parametrize(
    ("make", "x", "says"),
    [
        (lambda: mds.Isomap(10), points(10), "n_neighbors is 10, and each row has only 9 others"),
        (lambda: LocallyLinearEmbedding(0), points(10), "n_neighbors is 0"),
        (lambda: SpectralEmbedding(n_neighbors=10), points(10), "n_neighbors is 10"),
        (lambda: UMAP(15), points(10), "n_neighbors is 15; it counts the row itself"),
        (lambda: TSNE(perplexity=30), points(10), "perplexity is 30; it must be from 1 on and less than 9"),
        (lambda: TSNE(method="fft", n_components=3), points(50), "method 'fft' makes maps of 2 dimensions"),
        (lambda: TSNE(method="barnes_hut"), points(50), "method is 'barnes_hut'; it must be one of auto, exact, fft"),
        (lambda: TSNE(init="spectral"), points(50), "init is 'spectral'"),
        (lambda: TSNE(), np.ones((50, 2)), "all rows are equal"),
        (lambda: mds.ClassicalMDS(5), points(5), "n_components is 5"),
        (lambda: mds.ClassicalMDS(metric="precomputed"), points(5, 3), "wanted as many rows as columns"),
        (lambda: mds.ClassicalMDS(metric="precomputed"), np.eye(3), "0 from each row to itself"),
        (lambda: mds.MDS(init=np.zeros((3, 2))), points(5), "init is an array of shape (3, 2)"),
        (lambda: mds.MDS(eps=-1.0), points(5), "eps is -1.0; it must be a number from 0 on"),
        (lambda: mds.Isomap(3), np.r_[points(20), points(20) + 1e3], "is in 2 parts that no edge joins"),
        (lambda: SpectralEmbedding(affinity="precomputed"), points(5, 3), "wanted square, symmetric"),
        (lambda: SpectralEmbedding(affinity="cosine"), points(5), "affinity is 'cosine'"),
        (lambda: UMAP(min_dist=2.0), points(50), "min_dist is 2.0; it must be at most spread"),
        (lambda: TSNE(), np.full((50, 2), np.nan), "contains NaN"),
        (lambda: mds.Isomap(3), np.zeros(50), "expected a 2D array"),
        (lambda: mds.MDS(), points(1), "a minimum of 2 is required"),
    ],
)
def test_bad_input_is_said_in_one_line(make, x, says):
    with pytest.raises(BadInput) as caught:
        make().fit(x)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_was_not_fitted_does_not_transform():
    for estimator in (mds.Isomap(), LocallyLinearEmbedding()):
        with pytest.raises(BadInput, match="not fitted yet"):
            estimator.transform(points(5))


# --- tables, and what must miss them


def job(folder):
    return Job("row", 0, folder)


def test_half_a_ring_has_not_the_eigenvalues_of_a_ring(tmp_path):
    printed = papers.table("chung1997/spectra")
    settings = {"path": 10, "ring": 12, "height": 4, "width": 6, "cube": 5, "star": 9}
    intact = closed.spectra(SimpleNamespace(**settings), job(tmp_path))
    broken = closed.spectra(SimpleNamespace(**settings | {"ring": 6}), job(tmp_path))
    assert set(verdict.of(printed, "ring, L", intact["ring, L"]).values()) == {"reproduced"}
    assert verdict.of(printed, "ring, L", broken["ring, L"])["second"] == "not reproduced"


def test_a_misprinted_distance_moves_every_city(tmp_path, monkeypatch):
    printed, (names, distance) = papers.table("r_manual/cmdscale"), closed.roads()
    intact = closed.cities(closed.Cities(dimensions=2), job(tmp_path))
    moved = distance.copy()
    i, j = names.index("Cologne"), names.index("Geneva")
    moved[i, j] = moved[j, i] = 662.0  # what it should have been
    monkeypatch.setattr(closed, "roads", lambda: (names, moved))
    broken = closed.cities(closed.Cities(dimensions=2), job(tmp_path))
    for name in names:
        assert set(verdict.of(printed, name, intact[name]).values()) == {"reproduced"}
        assert "not reproduced" in verdict.of(printed, name, broken[name]).values()


def test_isomap_with_a_shortcut_between_the_layers_does_not_unroll(tmp_path):
    printed = papers.table("manifold_peers/roll")
    x, flat = run.roll(1000)
    found = {}
    for k in (10, 60):  # 60 neighbours reach the next layer
        y = mds.Isomap(k).fit_transform(x)
        found[k] = {
            "trustworthiness": neighbours.trustworthiness(x, y),
            "residual variance": mds.residual_variance(neighbours.pairwise(flat), y),
        }
    assert set(verdict.of(printed, "Isomap", found[10]).values()) == {"reproduced"}
    assert verdict.of(printed, "Isomap", found[60])["residual variance"] == "not reproduced"


def test_the_roll_is_a_sheet_that_was_bent_and_not_stretched():
    x, flat = run.roll(2000)
    near = plain(flat[:300], 1)[1][:, 0]
    there = np.linalg.norm(x[:300] - x[near], axis=1)
    assert (there <= np.linalg.norm(flat[:300] - flat[near], axis=1) + 100 * EPS).all()


# --- beside scikit-learn


def test_the_maps_are_those_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.manifold")
    x = run.roll(300)[0]
    mine = mds.Isomap(8).fit(x)
    other = theirs.Isomap(n_neighbors=8).fit(x)
    assert np.allclose(aligned(mine.embedding_, other.embedding_), other.embedding_, atol=HALF)
    assert mine.reconstruction_error() == pytest.approx(other.reconstruction_error())
    assert np.allclose(
        aligned(mine.transform(x[:9] + 0.1), other.transform(x[:9] + 0.1)), other.transform(x[:9] + 0.1), atol=HALF
    )
    mine = LocallyLinearEmbedding(8).fit_transform(x)
    other = theirs.LocallyLinearEmbedding(n_neighbors=8, eigen_solver="dense").fit_transform(x)
    assert np.allclose(aligned(mine, other), other, atol=THIRD)
    mine = SpectralEmbedding(n_neighbors=8).fit(x)
    other = theirs.SpectralEmbedding(affinity="precomputed").fit_transform(mine.affinity_matrix_.toarray())
    assert np.allclose(aligned(mine.embedding_, other), other, atol=HALF)
    y = mine.embedding_
    assert neighbours.trustworthiness(x, y, 7) == pytest.approx(theirs.trustworthiness(x, y, n_neighbors=7), rel=1e-12)
