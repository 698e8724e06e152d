"""Whether classes can be told apart by planes, some samples on the planes allowed: then no likelihood has a maximum."""

import warnings

import numpy as np

import design

LARGEST = 2_000_000  # coefficients of a linear programme
WIDEST = 1000  # columns times classes of a Newton step


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
    narrow, few = weights.size <= WIDEST, margins.size * 2 * x.shape[1] <= LARGEST
    if narrow or few:
        basis, _ = design.whitened(x)
        if narrow and _overlap(basis, index, scores):
            return False
        if few:
            return _programme(basis, index, len(weights))
    warnings.warn(
        f"whether the classes are separable is left open: {margins.size} margins are too many for a linear programme",
        Separation,
        stacklevel=4,
    )
    return False


def _overlap(basis, index, scores):
    """Whether Newton's next step would leave every p_ic, c ≠ y_i, more than half of what it is: that proves overlap.

    What the step leaves to first order, R, has Rᵀx = 0. If V separated, 0 = Σ_c V_c·(Rᵀx)_c = Σ R_ic (V_c - V_{y_i})·x_i
    would have no term above 0 and some below, as R_ic > 0. Where V exists, the step leaves 0 of some.
    """
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    onehot, free = np.eye(scores.shape[1], dtype=bool)[index], range(scores.shape[1] - 1)
    weights = [[p[:, a] * ((a == b) - p[:, b]) for b in free] for a in free]
    hessian = np.block([[basis.T @ (w[:, None] * basis) for w in row] for row in weights])
    gradient = ((p - onehot)[:, :-1].T @ basis).ravel()
    try:
        step = np.linalg.solve(hessian, gradient).reshape(len(free), -1)
    except np.linalg.LinAlgError:
        return False
    lost = np.column_stack([basis @ step.T, np.zeros(len(p))])
    left = 1 - lost + (p * lost).sum(axis=1, keepdims=True)
    return bool(((left > 0.5) & (p > 0))[~onehot].all())


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
