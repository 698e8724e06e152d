"""Whether classes can be told apart by planes, some samples on the planes allowed: then no likelihood has a maximum."""

import numpy as np

LARGEST = 2_000_000  # coefficients of a linear programme; beyond, only a plane without samples on it is found


class Separation(UserWarning):
    """The classes are separable, so that the likelihood has no maximum."""


def separable(x, index, weights):
    """Whether some V has V_{y_i}·x_i ≥ V_c·x_i for all samples and classes c, not always equal (Albert & Anderson 1984).

    x (n, p) with the constant, index (n,) the classes, weights (K, p) where a descent has ended: mostly these are proof
    enough. Else a linear programme decides, exact but for its solver's tolerance.
    """
    scores = x @ weights.T
    own = np.arange(len(x)), index
    margins = scores[own][:, None] - scores
    margins[own] = np.inf
    if (margins > 0).all():
        return True
    basis = _basis(x)
    if _overlap(basis, index, scores):
        return False
    if margins.size * 2 * basis.shape[1] > LARGEST:
        return False
    return _programme(basis, index, scores.shape[1])


def _overlap(basis, index, scores):
    """Whether p - onehot, made orthogonal to x, is positive off the classes: with R of that kind no V separates, since
    0 = Σ_c V_c·(Rᵀx)_c = Σ_i Σ_c R_ic (V_c - V_{y_i})·x_i has no term above 0."""
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    onehot = np.eye(scores.shape[1], dtype=bool)[index]
    residuals = p - onehot
    residuals -= basis @ (basis.T @ residuals) / len(basis)
    return bool((residuals[~onehot] > 0).all())


def _programme(basis, index, classes):
    """The largest Σ of margins that all lie in [0, 1]: 0 where nothing separates, else at least 1, since V has no scale."""
    from scipy import optimize, sparse

    unit = np.eye(classes)[:, :-1]  # V of the last class is 0: only differences count
    margins = sparse.vstack(
        [
            sparse.kron((unit[own] - unit[other])[None], basis[index == own])
            for own in range(classes)
            for other in range(classes)
            if own != other
        ]
    ).tocsr()
    ones = np.ones(margins.shape[0])
    found = optimize.linprog(
        -(margins.T @ ones),
        A_ub=sparse.vstack([margins, -margins]),
        b_ub=np.concatenate([ones, 0 * ones]),
        bounds=(None, None),
    )
    return found.status == 0 and -found.fun > 0.5


def _basis(x):
    """An orthogonal basis of the columns of x, each column of mean square 1."""
    size = np.abs(x).max(axis=0)
    u, s, _ = np.linalg.svd(x / np.where(size > 0, size, 1), full_matrices=False)
    return np.sqrt(len(x)) * u[:, s > s[0] * max(x.shape) * np.finfo(np.float64).eps]
