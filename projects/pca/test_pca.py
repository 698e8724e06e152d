"""Facts of principal components: the decompositions, and the estimator."""

from fractions import Fraction

import numpy as np
import pytest

import blank
import covariance
import golub_kahan
import jacobi
import planes
import randomised
import tridiagonal
from abacus import errors
from estimator import PCA, SOLVERS

EPS = np.finfo(np.float64).eps
SHAPES = [(1, 1), (5, 1), (1, 5), (4, 4), (7, 3), (3, 7), (40, 25)]


def matrices(m, n):
    """Ordinary ones and awkward ones: of rank 1, with a zero column, graded, of zeros and ones, tiny, all zero."""
    rng = np.random.default_rng(m * 100 + n)
    a = rng.standard_normal((m, n))
    zero_column = a.copy()
    zero_column[:, n // 2] = 0.0
    pattern = np.triu(np.ones((m, n))) * (np.arange(n) % 3 > 0)
    return [a, a[:, :1] @ a[:1], zero_column, a * 10.0 ** -np.arange(n), pattern, a * 1e-160, 0.0 * a]


def bound(m, n, norm):
    """What rounding may do to n steps of arithmetic on m numbers: a small multiple of eps times the size."""
    return 10 * EPS * max(m, n) * norm


@pytest.mark.parametrize("n", [1, 2, 3, 10, 60])
def test_householder_and_implicit_qr_diagonalise_symmetric_matrices(n):
    for a in matrices(n, n):
        a = a + a.T
        w, v = tridiagonal.eigh(a)
        norm = np.abs(w).max()
        assert (np.diff(w) <= 0).all()
        assert np.abs(v.T @ v - np.eye(n)).max() <= bound(n, n, 1.0)
        assert np.abs((v * w) @ v.T - a).max() <= bound(n, n, norm)
        assert np.abs(w - np.linalg.eigvalsh(a)[::-1]).max() <= bound(n, n, norm)


@pytest.mark.parametrize("svd", [jacobi.svd, golub_kahan.svd], ids=["Jacobi", "Golub-Kahan"])
@pytest.mark.parametrize(("m", "n"), SHAPES)
def test_both_singular_value_decompositions_put_the_matrix_together_again(svd, m, n):
    for a in matrices(m, n):
        u, s, vt = svd(a)
        k, norm = min(m, n), s.max()
        assert (np.diff(s) <= 0).all() and (s >= 0).all()
        assert np.abs(u.T @ u - np.eye(k)).max() <= bound(m, n, 1.0)
        assert np.abs(vt @ vt.T - np.eye(k)).max() <= bound(m, n, 1.0)
        assert np.abs((u * s) @ vt - a).max() <= bound(m, n, norm)
        assert np.abs(s - np.linalg.svd(a, compute_uv=False)).max() <= bound(m, n, norm)


def test_jacobi_keeps_the_digits_of_small_singular_values_and_golub_kahan_does_not():
    a = np.random.default_rng(0).standard_normal((6, 6)) * 10.0 ** -np.arange(0, 24, 4)
    small = bound(6, 6, 1.0)
    right = {
        svd: [(below(a, s * (1 - small)), below(a, s * (1 + small))) == (5 - i, 6 - i) for i, s in enumerate(svd(a)[1])]
        for svd in (jacobi.svd, golub_kahan.svd)
    }
    assert all(right[jacobi.svd]) and not all(right[golub_kahan.svd])


def below(a, t):
    """How many singular values of A lie below t: the negative pivots of A'A − t² I (Sylvester), in exact fractions."""
    a = np.array([[Fraction(x) for x in row] for row in a.tolist()])
    g, count = a.T @ a - Fraction(t) ** 2 * np.eye(a.shape[1], dtype=object), 0
    while len(g):
        count += g[0, 0] < 0
        g = g[1:, 1:] - np.outer(g[1:, 0], g[0, 1:]) / g[0, 0]
    return count


def test_a_householder_reflection_sends_a_vector_to_its_first_axis():
    x = np.array([3.0, 4.0, 12.0])
    v, beta, alpha = tridiagonal.householder(x)
    assert v[0] == 1.0 and alpha == -13.0
    assert np.abs(x - beta * v * (v @ x) - [alpha, 0, 0]).max() <= bound(3, 3, 13.0)
    assert tridiagonal.householder(np.array([2.0, 0.0]))[1:] == (0.0, 2.0)


def test_a_tournament_pairs_every_column_with_every_other_once():
    for n in range(1, 10):
        rounds = [list(zip(left, right)) for left, right in jacobi.tournament(n)]
        assert sorted(tuple(sorted(p)) for pairs in rounds for p in pairs) == [
            (i, j) for i in range(n) for j in range(i + 1, n)
        ]
        assert all(len({i for pair in pairs for i in pair}) == 2 * len(pairs) for pairs in rounds)


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_the_covariance_survives_a_mean_that_is_large_beside_the_deviations(shift):
    x = np.random.default_rng(0).standard_normal((200, 4)) + shift
    mean = covariance.mean(x)
    s = covariance.covariance(x, mean)
    assert np.abs(mean - x.mean(axis=0)).max() <= bound(200, 4, 1.0 + shift)
    assert np.abs(s - np.cov(x.T)).max() <= bound(200, 4, 10.0)


def test_blocks_of_single_precision_lose_no_more_than_single_precision(monkeypatch):
    monkeypatch.setattr(covariance, "ROWS", 64)
    x = np.random.default_rng(0).standard_normal((1000, 5)).astype(np.float32) + np.float32(0.5)
    s = covariance.covariance(x, covariance.mean(x))
    assert np.abs(s - np.cov(x.T.astype(np.float64))).max() <= 64 * np.finfo(np.float32).eps * np.abs(s).max()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rows", [1, 511, 512, 1300])
def test_leaving_out_what_is_blank_leaves_out_nothing(rows, dtype):
    """Columns blank in all rows, in some blocks, in all but one entry; the first and the last of them; a block of nothing."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((rows, 9)).astype(dtype)
    x[:, [0, 3, 4, 8]] = 0
    x[:512, 6] = 0
    x[-1, 8] = np.finfo(dtype).tiny
    x[512:1024] = 0
    exact = x.T.astype(np.float64) @ x.astype(np.float64)
    found = blank.gram(x)
    assert np.abs(found - exact).max() <= bound(rows, 9, 1.0) / np.finfo(float).eps * np.finfo(dtype).eps
    assert (found[3] == 0).all() and (found == found.T).all()


@pytest.mark.parametrize("columns", [0, 2])
def test_the_covariance_looks_for_what_is_blank_where_it_pays(columns, monkeypatch):
    x, calls, gram = np.random.default_rng(0).standard_normal((2000, 10)), [], blank.gram
    x[:, :columns] = 0
    monkeypatch.setattr(blank, "gram", lambda x: calls.append(x) or gram(x))
    s = covariance.covariance(x, covariance.mean(x))
    assert len(calls) == (columns > 0)
    assert np.abs(s - np.cov(x.T)).max() <= bound(2000, 10, 1.0)


def test_a_random_sketch_finds_the_axes_of_a_matrix_whose_spectrum_falls():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 8)) @ np.diag(2.0 ** -np.arange(8)) @ rng.standard_normal((8, 120)) + 3.0
    mean = x.mean(axis=0)
    u, s, vt = randomised.svd(x, mean, 8, rng)
    truth = np.linalg.svd(x - mean, compute_uv=False)[:8]
    assert np.abs(s - truth).max() <= bound(300, 120, truth[0])
    assert np.abs((u * s) @ vt - (x - mean)).max() <= bound(300, 120, truth[0])


@pytest.mark.parametrize("solver", [s for s in SOLVERS if s != "auto"])
def test_every_solver_finds_the_same_components_and_scikit_learn_too(solver):
    sklearn = pytest.importorskip("sklearn.decomposition")
    rng = np.random.default_rng(1)
    x = rng.standard_normal((200, 12)) * 2.0 ** -np.arange(12) @ rng.standard_normal((12, 30)) + 2.0
    ours, theirs = PCA(5, solver=solver).fit(x), sklearn.PCA(5, svd_solver="full").fit(x)
    sketched = 1e3 if solver == "randomised" else 1.0  # powers of the ratio of neighbouring singular values remain
    for name in ("explained_variance_", "explained_variance_ratio_", "singular_values_", "components_", "mean_"):
        a, b = getattr(ours, name), getattr(theirs, name)
        if name == "components_":
            b = b * np.sign((a * b).sum(axis=1))[:, None]
        assert np.abs(a - b).max() <= sketched * bound(200, 30, 100 * np.abs(b).max()), name
    assert np.abs(ours.inverse_transform(ours.transform(x)) - theirs.inverse_transform(theirs.transform(x))).max() <= (
        sketched * bound(200, 30, 100 * np.abs(x).max())
    )


def test_axes_of_single_precision_data_are_right_in_single_precision():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((400, 12)) * 2.0 ** -np.arange(12) @ rng.standard_normal((12, 60)) + 2.0
    single = x.astype(np.float32)
    ours, exact = PCA(5, solver="lapack").fit(single), PCA(5, solver="jacobi").fit(single.astype(np.float64))
    assert ours.components_.dtype == ours.transform(single).dtype == np.float32
    largest, *_, least = exact.explained_variance_
    small = 64 * np.finfo(np.float32).eps * largest / least  # the products' rounding, beside the smallest eigenvalue
    assert np.abs(ours.components_ - exact.components_).max() <= small
    assert np.abs(ours.explained_variance_ / exact.explained_variance_ - 1).max() <= small


def test_auto_chooses_by_size():
    rng = np.random.default_rng(0)
    shapes = {"golub-kahan": (50, 4), "tridiagonal": (5000, 50), "lapack": (1500, 250), "lapack-svd": (250, 260)}
    for solver, shape in shapes.items():
        assert PCA(3)._choose(shape, min(shape)) == solver
    assert PCA(3)._choose((1000, 500), 500) == "lapack-svd"
    assert PCA(3)._choose((3000, 2500), 3) == "randomised"
    assert PCA().fit(rng.standard_normal((30, 3))).solver_ == "golub-kahan"


def test_a_fraction_keeps_the_fewest_components_that_hold_it():
    x = planes.standardised(planes.states()[1])
    assert [PCA(f).fit(x).n_components_ for f in (0.5, 0.62, 0.8, 0.9, 0.99)] == [1, 1, 2, 3, 4]


def test_constant_data_have_axes_and_no_variance():
    pca = PCA().fit(np.ones((5, 3)))
    assert not pca.explained_variance_.any() and not pca.explained_variance_ratio_.any()
    assert np.abs(pca.components_ @ pca.components_.T - np.eye(3)).max() <= bound(3, 3, 1.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("solver", SOLVERS)
def test_numbers_whose_squares_overflow_are_said_to(solver, dtype):
    x = np.random.default_rng(0).standard_normal((60, 4)).astype(dtype)
    largest = np.sqrt(np.finfo(dtype).max)
    for size in (largest, largest * np.sqrt(largest)):
        with pytest.raises(errors.BadInput, match=f"squares overflows {np.dtype(dtype)}"):
            PCA(2, solver=solver).fit(x * size)
    few = np.array([[0.6, 0.0], [0.9, 0.0], [0.7, 0.0]], dtype) * np.finfo(dtype).max  # here the mean overflows too
    with pytest.raises(errors.BadInput, match="overflows"):
        PCA(2, solver=solver).fit(few)
    assert np.isfinite(PCA(2, solver=solver).fit(x * (largest / dtype(1000))).explained_variance_).all()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: PCA().fit(np.array([[1.0, np.nan], [2.0, 3.0]])), "contains NaN"),
        (lambda: PCA().fit(np.ones(4)), "got 1D"),
        (lambda: PCA().fit(np.ones((1, 4))), r"1 sample\(s\)"),
        (lambda: PCA().fit([["a", "b"], ["c", "d"]]), "no number"),
        (lambda: PCA(5).fit(np.ones((9, 4))), "n_components is 5"),
        (lambda: PCA(True).fit(np.ones((9, 4))), "n_components is True"),
        (lambda: PCA(1.5).fit(np.ones((9, 4))), "n_components is 1.5"),
        (lambda: PCA(solver="best").fit(np.ones((9, 4))), "solver is 'best'"),
        (lambda: PCA().transform(np.ones((9, 4))), "not fitted"),
        (lambda: PCA().fit(np.eye(4)).transform(np.ones((9, 3))), "X has 3 features"),
        (
            lambda: PCA(2).fit(np.eye(4)).inverse_transform(np.ones((9, 3))),
            "inverse_transform is expecting 2",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(wrong, says):
    with pytest.raises(errors.BadInput, match=says) as raised:
        wrong()
    assert "\n" not in str(raised.value)


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_estimator_checks_pass(estimator_checks):
    estimator_checks(PCA, "Transformer")
