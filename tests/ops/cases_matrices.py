"""Cases of triangles, factors, inverses, determinants and decompositions of matrices."""

import itertools

import numpy as np

from abacus import ops


def _positive(some, *lead, n):
    """A positive definite matrix, well conditioned."""
    x = some.array(*lead, n, n, plain=True)
    return x @ x.swapaxes(-1, -2) / n + np.eye(n)


def _triangle(some, *lead, n):
    return np.tril(some.array(*lead, n, n, plain=True)) + 2 * np.eye(n)


def _symmetric(a):
    return ops.divide(ops.add(a, ops.swapaxes(a, -1, -2)), 2)


def _t(a):
    return a.swapaxes(-1, -2)


def _kept(name, below):
    def case(some):
        k = some.one_of(-1, 0, 2)
        return {
            "call": lambda x: getattr(ops, name)(x, k),
            "arrays": (some.array(*some.shape(2, 3)),),
            "plain": lambda x: x * below(np.arange(x.shape[-1]) - np.arange(x.shape[-2])[:, None], k),
            "torch": lambda t, x: getattr(t, name)(x, k),
        }

    return case


tril, triu = _kept("tril", np.less_equal), _kept("triu", np.greater_equal)


def diagonal(some):
    offset, axes = some.one_of(-1, 0, 2), some.one_of((-2, -1), (0, 2), (1, 0))
    return {
        "call": lambda x: ops.diagonal(x, offset, axes),
        "arrays": (some.array(*some.shape(3, 3)),),
        "plain": lambda x: np.diagonal(x, offset, *axes),
        "torch": lambda t, x: t.diagonal(x, offset, *axes),
    }


def diagonal_matrix(some):
    offset = some.one_of(-1, 0, 2)

    def plain(x):
        return np.apply_along_axis(lambda row: np.diag(row, offset), -1, x)

    return {
        "call": lambda x: ops.diagonal_matrix(x, offset),
        "arrays": (some.array(*some.shape(1, 2)),),
        "plain": plain,
        "torch": lambda t, x: t.diag_embed(x, offset),
    }


def trace(some):
    return {
        "call": ops.trace,
        "arrays": (some.array(*some.shape(2, 3)),),
        "plain": lambda x: np.einsum("...ii->...", x[..., : min(x.shape[-2:]), : min(x.shape[-2:])]),
        "torch": lambda t, x: t.diagonal(x, 0, -2, -1).sum(-1),
    }


def cholesky(some):
    upper, a = some.one_of(False, True), _positive(some, *some.shape(0, 1), n=some.size())

    def plain(a):
        l = np.zeros_like(a)
        for i, j in itertools.product(range(a.shape[-1]), repeat=2):
            if j <= i:
                rest = a[..., i, j] + a[..., j, i] - 2 * (l[..., i, :j] * l[..., j, :j]).sum(-1)
                l[..., i, j] = np.sqrt(rest / 2) if i == j else rest / 2 / l[..., j, j]
        return _t(l) if upper else l

    return {
        "call": lambda a: ops.cholesky(_symmetric(a), upper),
        "arrays": (a,),
        "plain": plain,
        "torch": lambda t, a: t.linalg.cholesky((a + a.mT) / 2, upper=upper),
    }


def solve_triangular(some):
    n, columns, upper, transposed = some.size(), some.size(0), some.one_of(False, True), some.one_of(False, True)
    lead = some.one_of(((), ()), ((2,), (2,)), ((2, 1), (3,)), ((), (2,)))
    unit = some.one_of(False, True)
    a = some.array(*lead[0], n, n) * 0.3 + 2 * np.eye(n)  # what is beyond the triangle is not read

    def triangle(a):
        kept = np.triu(a, int(unit)) if upper else np.tril(a, -int(unit))
        return kept + unit * np.eye(n)

    def torch(t, a, b):
        a = a.triu() if upper else a.tril()
        if transposed:
            return t.linalg.solve_triangular(a.mT, b, upper=not upper, unitriangular=unit)
        return t.linalg.solve_triangular(a, b, upper=upper, unitriangular=unit)

    return {
        "call": lambda a, b: ops.solve_triangular(a, b, upper, transposed, unit),
        "arrays": (a, some.array(*lead[1], n, columns)),
        "plain": lambda a, b: np.linalg.inv(_t(triangle(a)) if transposed else triangle(a)) @ b,
        "torch": torch,
    }


def cholesky_solve(some):
    n, lead = some.size(), some.one_of((), (2,))
    return {
        "call": ops.cholesky_solve,
        "arrays": (some.array(*lead, n, some.size()), _triangle(some, *lead, n=n)),
        "plain": lambda b, l: np.linalg.inv(np.tril(l) @ _t(np.tril(l))) @ b,
        "torch": lambda t, b, l: t.cholesky_solve(b, l.tril()),
    }


def _regular(some, *lead, n):
    """Of determinant far from 0, of either sign."""
    a = some.array(*lead, n, n) * 0.4 / n + 2 * np.eye(n)
    return a[..., ::-1, :] if some.one_of(False, True) else a


def solve(some):
    n = some.size()
    lead = some.one_of(((), ()), ((2,), (2,)), ((2, 1), (3,)), ((2,), ()))
    return {
        "call": ops.solve,
        "arrays": (_regular(some, *lead[0], n=n), some.array(*lead[1], n, some.size())),
        "plain": lambda a, b: np.linalg.inv(a) @ b,
        "torch": lambda t, a, b: t.linalg.solve(a, b),
    }


def inverse(some):
    return {
        "call": ops.inverse,
        "arrays": (_regular(some, *some.shape(0, 1), n=some.size()),),
        "plain": lambda a: np.linalg.solve(a, np.broadcast_to(np.eye(a.shape[-1]), a.shape)),
        "torch": lambda t, a: t.linalg.inv(a),
    }


def _by_permutations(a):
    """Leibniz's formula."""
    n, total = a.shape[-1], 0
    for order in itertools.permutations(range(n)):
        sign = np.linalg.det(np.eye(n)[list(order)])
        total = total + sign * a[..., range(n), order].prod(axis=-1)
    return total


def det(some):
    return {
        "call": ops.det,
        "arrays": (some.array(*some.shape(0, 1), *[some.size(1, 3)] * 2),),
        "plain": _by_permutations,
        "torch": lambda t, a: t.linalg.det(a),
    }


def det__singular(some):
    n = some.size(1, 3)
    a = some.array(n, n)
    a[-1] = a[0] if n > 1 else 0
    return {"call": ops.det, "arrays": (a,), "plain": _by_permutations}


def slogdet(some):
    def plain(a):
        d = _by_permutations(a)
        return np.sign(d), np.log(np.abs(d))

    return {
        "call": ops.slogdet,
        "arrays": (_regular(some, *some.shape(0, 1), n=some.size()),),
        "plain": plain,
        "torch": lambda t, a: tuple(t.linalg.slogdet(a)),
    }


def logdet(some):
    return {
        "call": ops.logdet,
        "arrays": (_positive(some, *some.shape(0, 1), n=some.size()),),
        "plain": lambda a: np.log(_by_permutations(a)),
        "torch": lambda t, a: t.logdet(a),
    }


def _apart(some, *lead, rows, columns):
    """A matrix whose singular values, or eigenvalues, are well apart."""
    k = min(rows, columns)
    return (
        some.array(*lead, rows, columns) * 0.1
        + np.eye(rows, columns) * np.arange(1, k + 1)[:1].repeat(columns).cumsum()
    )


def eigh(some):
    n = some.size()

    def joined(values, v, concat):
        return concat([values[..., None, :], v * v], -2)  # no matter which of its two signs a vector has

    def plain(a):
        values, v = np.linalg.eig((a + _t(a)) / 2)
        order = np.argsort(values.real, axis=-1)
        v = np.take_along_axis(v.real, order[..., None, :], axis=-1)
        return joined(np.take_along_axis(values.real, order, axis=-1), v, np.concatenate)

    return {
        "call": lambda a: joined(*ops.eigh(_symmetric(a)), ops.concat),
        "arrays": (_apart(some, *some.shape(0, 1), rows=n, columns=n),),
        "plain": plain,
        "torch": lambda t, a: joined(*t.linalg.eigh((a + a.mT) / 2), t.cat),
    }


def _by_eigenvectors(a):
    s, v = np.linalg.eigh(_t(a) @ a)
    k = min(a.shape[-2:])
    s, v = np.sqrt(s[..., ::-1][..., :k]), v[..., ::-1][..., :k]
    return a @ v / s[..., None, :], s, _t(v)


def _svd(part):
    """A case of part(u, s, vt, concat), which must not depend on the signs of the vectors."""

    def case(some):
        a = _apart(some, *some.shape(0, 1), rows=some.size(), columns=some.size())
        return {
            "call": lambda a: part(*ops.svd(a), ops.concat),
            "arrays": (a,),
            "plain": lambda a: part(*_by_eigenvectors(a), np.concatenate),
            "torch": lambda t, a: part(*t.linalg.svd(a, full_matrices=False), t.cat),
        }

    return case


svd = _svd(lambda u, s, vt, concat: concat([s[..., None, :], u * u], -2))
svd__right = _svd(lambda u, s, vt, concat: concat([s[..., :, None], vt * vt], -1))
svd__both = _svd(lambda u, s, vt, concat: (u * s[..., None, :] * s[..., None, :]) @ vt)


X = np.ones((2, 3))
WRONG = {
    "tril: x has shape (3,), wanted (…, rows, columns)": lambda: ops.tril(X[0]),
    "triu: x has shape (3,), wanted (…, rows, columns)": lambda: ops.triu(X[0]),
    "diagonal: axes are (0, -2), wanted two of the axes of x (2, 3)": lambda: ops.diagonal(X, 0, (0, -2)),
    "diagonal_matrix: x has shape (), wanted (…, n)": lambda: ops.diagonal_matrix(np.ones(())),
    "trace: x has shape (3,), wanted (…, rows, columns)": lambda: ops.trace(X[0]),
    "cholesky: a has shape (2, 3), wanted square matrices": lambda: ops.cholesky(X),
    "cholesky: a is not positive definite": lambda: ops.cholesky(-np.eye(2)),
    "cholesky: a holds NaN": lambda: ops.cholesky(np.full((2, 2), np.nan)),
    "solve_triangular: a has a zero on its diagonal": lambda: ops.solve_triangular(np.diag([1.0, 0]), X),
    "solve_triangular: b has shape (3, 3), wanted (…, 2, columns)": lambda: ops.solve_triangular(np.eye(2), np.eye(3)),
    "solve_triangular: leading axes of (2, 2, 2) and (3, 2, 1) do not": lambda: ops.solve_triangular(
        np.ones((2, 2, 2)), np.ones((3, 2, 1))
    ),
    "cholesky_solve: l has shape (2, 3), wanted square": lambda: ops.cholesky_solve(X, X),
    "cholesky_solve: b has shape (3, 2), wanted (…, 2, columns)": lambda: ops.cholesky_solve(X.T, np.eye(2)),
    "cholesky_solve: l has a zero on its diagonal": lambda: ops.cholesky_solve(X, np.diag([1.0, 0])),
    "solve: a matrix of a (2, 2) is singular": lambda: ops.solve(np.ones((2, 2)), X),
    "solve: b has shape (3,), wanted (…, 2, columns)": lambda: ops.solve(np.eye(2), X[0]),
    "solve: leading axes of a (2, 2, 2) and b (3, 2, 1) do not": lambda: ops.solve(
        np.ones((2, 2, 2)), np.ones((3, 2, 1))
    ),
    "inverse: a matrix of a (2, 2) is singular": lambda: ops.inverse(np.ones((2, 2))),
    "det: a has shape (2, 3), wanted square": lambda: ops.det(X),
    "slogdet: a has shape (2, 3), wanted square": lambda: ops.logdet(X),
    "eigh: a holds NaN or infinity": lambda: ops.eigh(np.full((2, 2), np.inf)),
    "svd: a holds NaN or infinity": lambda: ops.svd(np.full((2, 2), np.nan)),
    "svd: a has shape (3,), wanted (…, m, n)": lambda: ops.svd(X[0]),
}
