"""Every decomposition on awkward matrices: its factors multiply to A, LAPACK agrees, closed forms come out, bad input is told."""

import ast
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

import elimination
import exact
import ill_conditioned
import orthogonal
import pagerank
import schur
import spectra
import svd
import symmetric
from abacus.errors import BadInput

EPS = np.finfo(float).eps
RNG = np.random.default_rng(22)


def _orthogonal(n):
    return np.linalg.qr(RNG.standard_normal((n, n)))[0]


SQUARE = {
    "one": [[-3.0]],
    "zero": np.zeros((4, 4)),
    "identity": np.eye(5),
    "random": RNG.standard_normal((24, 24)),
    "huge": 1e300 * RNG.standard_normal((6, 6)),
    "tiny": 1e-300 * RNG.standard_normal((6, 6)),
    "graded": 10.0 ** -np.add.outer(np.arange(12), np.arange(12)) * RNG.standard_normal((12, 12)),
    "rank two": RNG.standard_normal((9, 2)) @ RNG.standard_normal((2, 9)),
    "shear": [[1, 0.8], [0, 1]],
    "rotation": [[0, -1], [1, 0]],
    "a cycle": np.eye(7)[[1, 2, 3, 4, 5, 6, 0]],
    "Jordan": 2 * np.eye(8) + np.eye(8, k=1),
    "companion": ill_conditioned.companion(ill_conditioned.wilkinson(12, 0)),
    "orthogonal": _orthogonal(15),
    "skew": np.triu(np.ones((6, 6)), 1) - np.tril(np.ones((6, 6)), -1),
    "integers": np.arange(25).reshape(5, 5),
    "Hilbert": ill_conditioned.hilbert(10).astype(float),
    "Rosser": spectra.rosser(),
    "W21+": spectra.w21(),
    "one column": np.outer(np.arange(6), np.eye(6)[2]),
}
OBLONG = {
    "tall": RNG.standard_normal((20, 6)),
    "wide": RNG.standard_normal((5, 13)),
    "column": [[1.0], [2.0], [-2.0]],
    "row": [[3.0, 4.0]],
    "tall of rank one": np.outer(np.arange(7.0), [1, -1, 2]),
}
each_square = pytest.mark.parametrize("a", [np.array(a, float) for a in SQUARE.values()], ids=list(SQUARE))
each = pytest.mark.parametrize("a", [np.array(a, float) for a in (SQUARE | OBLONG).values()], ids=[*SQUARE, *OBLONG])


def _bound(a):
    """Rounding of a backward stable method: ε for each of the n sums that an entry goes through, times ‖A‖, in two factors."""
    scale = np.abs(a).max() or 1.0
    return 2 * max(a.shape) * EPS * np.linalg.norm(a / scale) * scale


def _is_product(a, *factors):
    return np.abs(np.linalg.multi_dot(factors) - a).max() <= _bound(a)


def _is_orthogonal(q):
    return np.abs(q.T @ q - np.eye(q.shape[1])).max() <= _bound(np.eye(len(q)))


def test_francis_ends_where_its_plain_shifts_would_turn_in_a_circle():
    a = np.array([[0, 1, 0, 0], [1, 0, 1e-6, 0], [0, -1e-6, 0, 1], [0, 0, 1, 0]])  # Day 1996
    t, q = schur.schur(a)
    rounding = 2 * schur.STALLED * len(a) * EPS  # two pairs of shifts are tried before it goes on
    assert np.abs(q.T @ q - np.eye(4)).max() <= rounding and np.abs(q @ t @ q.T - a).max() <= rounding


@each_square
def test_lu_multiplies_to_a_and_no_factor_is_above_one(a):
    order, lower, upper, sign = elimination.lu(a)
    assert _is_product(a[order], lower, upper)
    assert np.abs(lower).max() == 1 and (np.triu(lower, 1) == 0).all() and (np.tril(upper, -1) == 0).all()
    assert sign == round(np.linalg.det(np.eye(len(a))[order]))


@each
@pytest.mark.parametrize("qr", [orthogonal.qr, orthogonal.givens_qr])
def test_qr_multiplies_to_a(a, qr):
    q, r = qr(a)
    assert q.shape == (len(a), min(a.shape)) and _is_orthogonal(q) and _is_product(a, q, r)
    assert (np.tril(r, -1) == 0).all()


@each
def test_the_diagonal_of_r_falls_with_pivoting(a):
    q, r, order = orthogonal.pivoted_qr(a)
    assert _is_orthogonal(q) and _is_product(a[:, order], q, r)
    assert (np.diff(np.abs(np.diag(r))) <= _bound(a)).all()


@each_square
def test_the_schur_form_multiplies_to_a_and_has_blocks_for_complex_pairs_alone(a):
    t, q = schur.schur(a)
    assert _is_orthogonal(q) and _is_product(a, q, t, q.T)
    below = np.diag(t, -1) != 0
    assert (np.tril(t, -2) == 0).all() and not (below[1:] & below[:-1]).any()
    for k in np.flatnonzero(below):
        assert np.linalg.eigvals(t[k : k + 2, k : k + 2]).imag.all()


def test_francis_ends_where_the_sizes_of_rows_are_decades_apart():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        a = rng.standard_normal((9, 9)) * 10.0 ** rng.integers(-200, 100, (9, 1))
        t, q = schur.schur(a)
        assert _is_orthogonal(q) and _is_product(a / np.abs(a).max(), q, t / np.abs(a).max(), q.T)


@each_square
def test_every_column_is_an_eigenvector(a):
    w, v = schur.eigenvectors(a)
    scale = np.abs(a).max() or 1.0
    assert np.abs((a / scale) @ v - v * (w / scale)).max() * scale <= len(a) * _bound(a)
    assert np.abs(np.linalg.norm(v, axis=0) - 1).max() <= len(a) * EPS


@each_square
def test_eigenvalues_of_a_symmetric_matrix_are_lapacks(a):
    a = a / 2 + a.T / 2
    w, v = symmetric.eigenvectors(a)
    assert _is_orthogonal(v) and _is_product(a, v * (w / (np.abs(a).max() or 1)), (np.abs(a).max() or 1) * v.T)
    assert np.abs(w - np.linalg.eigvalsh(a)[::-1]).max() <= _bound(a)
    assert (symmetric.eigenvalues(a) == w).all()


@each
def test_singular_values_are_lapacks_and_the_factors_multiply_to_a(a):
    u, s, vt = svd.svd(a)
    assert _is_orthogonal(u) and _is_orthogonal(vt.T) and _is_product(a, u * (s / (s[0] or 1)), (s[0] or 1) * vt)
    assert (np.diff(s) <= 0).all() and np.abs(s - np.linalg.svd(a, compute_uv=False)).max() <= _bound(a)


@pytest.mark.parametrize("name", ["random", "orthogonal", "a cycle", "skew", "rotation", "Rosser", "W21+"])
def test_eigenvalues_of_a_general_matrix_are_lapacks(name):
    a = np.array(SQUARE[name], float)
    theirs, v = np.linalg.eig(a)
    found = schur.eigenvalues(a)
    cost = np.abs(np.subtract.outer(found, theirs))
    rows, columns = scipy.optimize.linear_sum_assignment(cost)
    assert cost[rows, columns].max() <= np.linalg.cond(v) * _bound(a)  # Bauer & Fike 1960


def test_the_square_roots_of_one_come_out_of_a_cycle_where_francis_shifts_stall():
    found = schur.eigenvalues(np.eye(12)[[*range(1, 12), 0]])
    assert np.abs(found**12 - 1).max() <= 12 * _bound(np.eye(12))


def test_balancing_rounds_nothing_and_brings_rows_and_columns_to_like_size():
    a = np.array(SQUARE["random"]) * 2.0 ** np.subtract.outer(np.arange(24), np.arange(24))
    balanced, scale = schur.balance(a)
    assert (balanced * scale[:, None] / scale == a).all()
    size = np.abs(balanced - np.diag(np.diag(balanced)))
    assert (np.abs(np.log2(size.sum(axis=0) / size.sum(axis=1))) <= 2).all()


def test_small_singular_values_keep_their_digits_where_columns_are_graded():
    a = np.array([[Fraction(int(8 * x), 8) for x in row] for row in RNG.standard_normal((5, 4))])
    a = a * np.array([Fraction(1, 2 ** (20 * k)) for k in (2, 0, 3, 1)])
    squares = exact.eigenvalues(a.T @ a, 4.0 ** -np.arange(0, 80, 20), 80)
    truth = np.sqrt([float(w) for w in sorted(squares, reverse=True)])
    assert (np.abs(svd.svd(a)[1] / truth - 1) <= 5 * 4 * EPS).all()
    assert (np.abs(np.linalg.svd(a.astype(float))[1] / truth - 1) > 5 * 4 * EPS).any()  # LAPACK loses them


def test_least_squares_by_four_ways_is_that_of_lstsq():
    a, b = OBLONG["tall"], RNG.standard_normal((20, 3))
    theirs = np.linalg.lstsq(a, b, rcond=None)[0]
    lower = elimination.cholesky(a.T @ a)
    normal = elimination.back(lower.T, elimination.forward(lower, a.T @ b))
    q, r = orthogonal.givens_qr(a)
    tolerance = np.linalg.cond(a) ** 2 * _bound(a) * np.abs(theirs).max()
    for x in (normal, elimination.back(r, q.T @ b), orthogonal.least_squares(a, b), svd.least_squares(a, b)):
        assert np.abs(x - theirs).max() <= tolerance
    assert np.abs(svd.least_squares(a, b[:, 0]) - theirs[:, 0]).max() <= tolerance


def test_the_shortest_of_many_solutions_is_that_of_the_pseudoinverse():
    for name in ("wide", "tall of rank one"):
        a = np.array(OBLONG[name])
        b = RNG.standard_normal(len(a))
        shortest = np.linalg.pinv(a) @ b
        assert np.abs(svd.least_squares(a, b) - shortest).max() <= np.linalg.norm(b) * _bound(np.linalg.pinv(a)) * 10


def test_no_matrix_of_rank_k_is_nearer_than_the_truncated_one():
    a = SQUARE["random"]
    s = np.linalg.svd(a, compute_uv=False)
    for k in (1, 5, 24):
        gap = np.linalg.norm(a - svd.of_rank(a, k), 2)
        assert abs(gap - np.append(s, 0)[k]) <= _bound(a)


def test_elimination_without_the_largest_pivot_would_lose_everything():
    x = elimination.solve([[1e-20, 1], [1, 1]], [1, 2])
    assert np.abs(x - 1).max() <= 2 * EPS
    lower, upper = np.array([[1, 0], [1e20, 1]]), np.array([[1e-20, 1], [0, 1 - 1e20]])  # as (1) without (2) has them
    naive = elimination.back(upper, elimination.forward(lower, np.array([1.0, 2.0])))
    assert naive.tolist() == [0, 1]


def test_products_and_sums_beyond_float64_on_the_way_do_no_harm():
    """Each of these overflows or vanishes on the way, and its result does not; by the same text in fractions."""
    awkward = ([1e200, 1e200, 1e-300], [1e-200, 1e-200, 1e300], [1e200, 1e200, 0.0], [-3e150] * 4)
    for diagonal in map(np.diag, awkward):
        exactly = elimination.determinant([[Fraction(entry) for entry in row] for row in diagonal.tolist()])
        beyond = abs(exactly) > np.finfo(float).max
        assert elimination.determinant(diagonal) == pytest.approx(np.inf if beyond else float(exactly), rel=4 * EPS)
    large = np.array([[1e308, 1e308], [1e308, -1e308]])
    assert (elimination.solve(large, [1e308, 0]) == 0.5).all() and elimination.determinant(large) == -np.inf
    assert elimination.condition(large) == pytest.approx(2, rel=4 * EPS)
    assert elimination.inverse(np.diag([1e-300, 1e300])).diagonal().tolist() == [1 / 1e-300, 1e-300]
    for qr in (orthogonal.qr, orthogonal.givens_qr):
        q, r = qr([[8e307, 1], [8e307, 2]])
        assert _is_orthogonal(q) and abs(abs(r[0, 0]) / 8e307 - np.sqrt(2)) <= 4 * EPS
    assert symmetric.eigenvalues([[5e-324]]) == [5e-324] and elimination.cholesky([[4e-320]]) ** 2 > 0


BEYOND = {  # A, of entries that float64 holds, has a result that it does not
    "eigenvalues": schur.eigenvalues,
    "eigenvectors": schur.eigenvectors,
    "Schur's form": schur.schur,
    "symmetric eigenvalues": symmetric.eigenvalues,
    "symmetric eigenvectors": symmetric.eigenvectors,
    "singular values": svd.svd,
    "the nearest of rank one": lambda a: svd.of_rank(a, 1),
    "least squares": lambda a: svd.least_squares(a, [1, 1, 1]),
    "R": orthogonal.qr,
    "R with pivoting": orthogonal.pivoted_qr,
    "R by rotations": orthogonal.givens_qr,
    "power iteration": pagerank.dominant,
}


@pytest.mark.parametrize("name", BEYOND)
def test_a_result_beyond_float64_is_told_in_one_line_and_one_below_is_given(name):
    """Warnings are errors here. The eigenvalue of a matrix of ones is 3, and √3 the length of its columns."""
    with pytest.raises(BadInput, match=r"^the matrix has an entry of 9e\+307 or more.*divide it by a power of two$"):
        BEYOND[name](np.full((3, 3), 1.5e308))
    BEYOND[name](np.full((3, 3), 0.5e308))


def test_eigenvalues_that_are_complex_and_beyond_float64_are_told_too_and_a_ratio_never_is():
    turned = np.array([[1.0, -1.0], [1.0, 1.0]])  # 1 ± i, of size √2
    w, last = schur.eigenvalues(1.5e308 * turned), 1.7e308
    assert (w == [1.5e308 - 1.5e308j, 1.5e308 + 1.5e308j]).all()
    with pytest.raises(BadInput, match="beyond float64"):
        schur.eigenvalues(np.kron(np.ones((2, 2)), last * turned))  # 2 ± 2i, as often as 0
    with pytest.raises(BadInput, match="beyond float64"):
        svd.svd(last * turned)
    assert svd.condition(last * np.diag([1, 0.25])) == 4
    assert svd.condition(last * turned) == svd.condition(turned)


def test_the_condition_number_of_the_maximum_norm_sums_rows():
    a = [[1, 2], [0, 4]]  # its inverse is [[1, -1/2], [0, 1/4]]: rows sum to 4 and 3/2, columns to 6 and 1
    assert elimination.condition(a) == 6 == elimination.condition(np.array(a, dtype=object) * Fraction(1))
    exactly = elimination.condition(ill_conditioned.hilbert(7))
    assert isinstance(exactly, Fraction) and exactly == Fraction(1970389773, 2)
    b = np.array(SQUARE["random"])
    assert elimination.condition(b) == pytest.approx(np.linalg.cond(b, np.inf), rel=np.linalg.cond(b) * _bound(b))


def test_a_matrix_is_symmetric_but_for_rounding():
    a = SQUARE["random"] + SQUARE["random"].T
    off = np.zeros_like(a)
    off[3, 1] = np.abs(a).max()
    assert np.abs(symmetric.eigenvalues(a + EPS * off) - symmetric.eigenvalues(a)).max() <= _bound(a)
    with pytest.raises(BadInput, match=r"entry \((4, 2|2, 4)\)"):
        symmetric.eigenvalues(a + 4 * len(a) * EPS * off)


@pytest.mark.parametrize("n", [8, 30, 60])
def test_where_eigenvectors_are_missing_the_columns_stay_finite_and_right(n):
    """A Jordan block has one: each of the others grows by 1/ε a row, beyond float64 from the twentieth on."""
    for a in (2 * np.eye(n) + np.eye(n, k=1), np.triu(np.ones((n, n))), np.eye(n, k=1)):
        w, v = schur.eigenvectors(a)
        assert np.abs(a @ v - v * w).max() <= n * _bound(a) and np.abs(np.linalg.norm(v, axis=0) - 1).max() <= n * EPS


def test_with_pivoting_entries_grow_at_most_twofold_a_column():
    n = 12
    wilkinsons = np.eye(n) - np.tril(np.ones((n, n)), -1)
    wilkinsons[:, -1] = 1
    assert np.abs(elimination.lu(wilkinsons).upper).max() == 2 ** (n - 1)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(st.integers(-9, 9), min_size=n, max_size=n), min_size=n, max_size=n)
    )
)
def test_a_matrix_of_integers_obeys_its_characteristic_polynomial(rows):
    """Cayley & Hamilton: p(A) = 0, exactly; and det A = (−1)ⁿ p(0) by elimination in fractions."""
    a = np.array(rows, dtype=object)
    p = exact.characteristic(a)
    value = 0 * a
    for c in p:
        value = value @ a + c * np.eye(len(a), dtype=int)
    assert (value == 0).all()
    fractions = a * Fraction(1)
    assert elimination.determinant(fractions) == (-1) ** len(a) * p[-1]
    if p[-1]:
        assert (elimination.inverse(fractions) @ fractions == np.eye(len(a), dtype=int)).all()
        assert abs(elimination.determinant(a.astype(float)) - float((-1) ** len(a) * p[-1])) <= 9.0**5 * 120 * 25 * EPS


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(st.integers(-9, 9), min_size=n, max_size=n), min_size=n, max_size=n)
    ),
    st.integers(-900, 900),
)
def test_systems_of_integers_are_solved_at_every_scale_unless_they_are_singular(rows, power):
    """The error of solve is at most n³ 2ⁿ⁻¹ ε κ (Higham 2002, theorem 9.4 and its growth factor); powers of two round nothing."""
    exactly, n = np.array(rows, dtype=object) * Fraction(1), len(rows)
    a, b = np.array(rows, dtype=float), np.arange(1.0, n + 1)
    if elimination.determinant(exactly) == 0:
        with pytest.raises(BadInput, match="singular"):
            elimination.solve(exactly, exactly[0])
        return
    x = elimination.solve(exactly, np.arange(1, n + 1, dtype=object) * Fraction(1))
    tolerance = n**3 * 2 ** (n - 1) * EPS * float(elimination.condition(exactly)) * max(map(abs, x))
    found = elimination.solve(a, b)
    assert np.abs(found - x.astype(float)).max() <= tolerance
    assert (elimination.solve(np.ldexp(a, power), np.ldexp(b, power)) == found).all()
    square_of = np.vstack([a, a])
    closest = orthogonal.least_squares(square_of, np.hstack([b, b]))
    assert np.abs(closest - x.astype(float)).max() <= 6 * 2 * n * tolerance  # 2n rows, six roundings a reflection
    assert np.isfinite(orthogonal.least_squares(np.ldexp(square_of, power), np.hstack([b, b]))).all()


def test_the_roots_of_a_polynomial_come_out_with_all_their_digits():
    found = exact.roots([1, -5, 7, -3], [0.9, 1.2, 3.1], 50)  # (x − 1)²(x − 3)
    for (x, y), truth in zip(found, (1, 1, 3)):
        assert abs(x - truth) < Fraction(1, 10**50) and abs(y) < Fraction(1, 10**50)
    (x, y), _ = exact.roots([4, 0, 9], [1j, -1j], 40)  # ±1.5i
    assert abs(x) < Fraction(1, 10**40) and abs(y - Fraction(3, 2)) < Fraction(1, 10**40)


def test_rossers_characteristic_polynomial_has_the_factors_of_its_closed_form():
    product = [1]
    for factor in ([1, 0], [1, -1020], [1, -1020, 100], [1, -1000], [1, -1000], [1, 0, -1040500]):
        product = np.convolve(np.array(product, dtype=object), np.array(factor, dtype=object))
    assert list(product) == exact.characteristic(spectra.rosser().astype(object))


@pytest.mark.parametrize("n", [2, 7, 20])
def test_eigenvalues_have_their_closed_forms(n):
    """Gregory & Karney 1969: the second difference, min(i, j), and Clement's matrix, which is not symmetric."""
    k = np.arange(1, n + 1)
    second = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
    assert np.abs(symmetric.eigenvalues(second)[::-1] - (2 - 2 * np.cos(k * np.pi / (n + 1)))).max() <= _bound(second)
    least = np.minimum.outer(k, k)
    truth = 0.25 / np.sin((2 * k - 1) * np.pi / (4 * n + 2)) ** 2
    assert np.abs(symmetric.eigenvalues(least) - truth).max() <= _bound(least)
    assert elimination.determinant(least * Fraction(1)) == 1
    clement = np.diag(k[:-1].astype(float), 1) + np.diag(k[:-1][::-1].astype(float), -1)
    similar = np.sqrt(np.diag(clement, 1) * np.diag(clement, -1))  # by a diagonal D, whose condition is Bauer & Fike's
    d = np.cumprod(np.append(1, np.diag(clement, 1) / similar))
    truth = np.arange(1 - n, n, 2)
    assert np.abs(schur.eigenvalues(clement) - truth).max() <= d.max() / d.min() * _bound(clement)


def test_pascals_matrix_has_determinant_one_and_the_cholesky_factor_pascal_himself():
    n = 8
    lower = np.array([[scipy.special.comb(i, j, exact=True) for j in range(n)] for i in range(n)], dtype=float)
    pascal = lower @ lower.T
    assert (elimination.cholesky(pascal) == lower).all()
    assert elimination.determinant([[Fraction(int(entry)) for entry in row] for row in pascal]) == 1


def test_power_iteration_shrinks_its_changes_by_the_ratio_of_two_eigenvalues():
    a = np.diag([-3.0, 2.0, 1.0]) + np.eye(3, k=1)
    w, x, changes = pagerank.dominant(a)
    assert abs(w + 3) <= _bound(a) and np.abs(a @ x + 3 * x).max() <= 3 * _bound(a)
    assert abs(changes[40] / changes[39] - 2 / 3) <= 40 * (1 / 2) ** 40 + 40 * EPS / changes[40]


def test_power_iteration_finds_a_vector_that_equal_entries_would_miss():
    """The largest eigenvalue of [[2, -1], [-1, 2]] is 3, with (1, -1); (1, 1) is an eigenvector too, with 1."""
    for n in (2, 3, 8):
        a = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
        assert abs(pagerank.dominant(a)[0] - np.linalg.eigvalsh(a)[-1]) <= len(a) * _bound(a)
    assert pagerank.dominant([[2, -1], [-1, 2]], [1, 1])[0] == pytest.approx(1, rel=4 * EPS)


BAD = {
    "not square": lambda: elimination.lu(np.ones((2, 3))),
    "rows of different lengths": lambda: elimination.lu([[1, 2], [3]]),
    "a vector": lambda: svd.svd([1, 2, 3]),
    "empty": lambda: svd.svd(np.zeros((0, 3))),
    "text": lambda: symmetric.eigenvalues([["1", "two"], ["two", "1"]]),
    "None": lambda: elimination.lu([[1, None], [None, 1]]),
    "complex": lambda: schur.eigenvalues([[1j]]),
    "not finite": lambda: schur.eigenvectors([[1, np.nan], [0, 1]]),
    "infinite": lambda: orthogonal.qr([[1, np.inf]]),
    "singular": lambda: elimination.solve([[1, 2], [2, 4]], [1, 1]),
    "singular, in fractions": lambda: elimination.inverse([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(4)]]),
    "singular but for rounding": lambda: elimination.solve([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [1, 2, 4]),
    "the inverse of such a one": lambda: elimination.inverse([[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
    "dependent but for rounding": lambda: orthogonal.least_squares([[0.1, 0.3], [0.2, 0.6], [0.7, 2.1]], [1, 2, 3]),
    "singular, not positive definite": lambda: elimination.cholesky([[1, 1], [1, 1]]),
    "an integer beyond float64": lambda: svd.svd([[10**400, 1], [1, 1]]),
    "the same among floats": lambda: elimination.lu([[10**400, 1.5], [1, 1]]),
    "rank 1.5": lambda: svd.of_rank(np.eye(2), 1.5),
    "a start of zeros": lambda: pagerank.dominant(np.eye(2), [0, 0]),
    "a start of another length": lambda: pagerank.dominant(np.eye(2), [1]),
    "beyond float64": lambda: elimination.solve([[1e-320, 0], [0, 1]], [1, 1]),
    "not symmetric": lambda: symmetric.eigenvectors([[1, 2], [3, 1]]),
    "not positive definite": lambda: elimination.cholesky([[1, 2], [2, 1]]),
    "another length": lambda: elimination.solve(np.eye(2), [1, 2, 3]),
    "a right side with text": lambda: svd.least_squares(np.eye(2), ["a", "b"]),
    "dependent columns": lambda: orthogonal.least_squares(np.ones((3, 2)), [1, 2, 3]),
    "more unknowns": lambda: orthogonal.least_squares(np.ones((1, 2)), [1]),
    "rank 0": lambda: svd.of_rank(np.eye(2), 0),
    "rank 3 of 2": lambda: svd.of_rank(np.eye(2), 3),
    "no dominant eigenvalue": lambda: pagerank.dominant([[1, 1], [1, -1]]),
    "no image": lambda: pagerank.dominant([[1, -1], [1, -1]]),
}


@pytest.mark.parametrize("call", list(BAD.values()), ids=list(BAD))
def test_bad_input_is_one_line(call):
    with pytest.raises(BadInput) as wrong:
        call()
    assert "\n" not in str(wrong.value)


def test_defined_values_at_the_edges():
    assert elimination.determinant(np.zeros((3, 3))) == 0 and svd.condition(np.zeros((2, 2))) == np.inf
    assert svd.condition([[2.0]]) == 1 and elimination.condition(np.diag([1, 4])) == 4
    assert (svd.least_squares(np.zeros((3, 2)), [1, 2, 3]) == 0).all()
    assert elimination.determinant(np.diag([1e200, 1e200])) == np.inf


def test_no_decomposition_is_borrowed():
    for path in Path(__file__).parent.glob("*.py"):
        if not path.name.startswith("test_"):
            names = [
                getattr(node, "attr", getattr(node, "module", "")) for node in ast.walk(ast.parse(path.read_text()))
            ]
            assert not any("linalg" in (name or "") or "scipy" in (name or "") for name in names), path.name
