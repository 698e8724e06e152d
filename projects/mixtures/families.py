"""The fourteen families of covariances Σ_k = λ_k D_k A_k D_k′: volume, shape and orientation, each Equal or Varying (or I).

λ is the volume (det Σ = λᵈ), A the shape (diagonal, det A = 1), D the orientation (orthogonal). Every M-step takes the weights
n_k (K,) and the scatters W_k = Σ_i z_ik (x_i − μ_k)(x_i − μ_k)′, (K, d, d), and gives the covariances (K, d, d): Celeux and
Govaert (1995).
"""

import numpy as np

EPS = np.finfo(np.float64).eps
NAMES = ("EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV")
ALIASES = {"E": "EII", "V": "VII", "spherical": "VII", "diag": "VVI", "tied": "EEE", "full": "VVV"}
ROUNDS = 1000  # of a step that has no closed form; it ends when a round changes nothing


def parameters(name, k, d):
    """How many numbers k covariances of d features have in this family."""
    volume = 1 if name[0] == "E" else k
    shape = 0 if name[1] == "I" else (d - 1) * (1 if name[1] == "E" else k)
    orientation = 0 if name[2] == "I" else d * (d - 1) // 2 * (1 if name[2] == "E" else k)
    return volume + shape + orientation


def maximise(name, n, scatter, before=None):
    """The covariances that maximise −½ Σ_k (n_k log|Σ_k| + tr Σ_k⁻¹ W_k), eq. (6); `before`: where an iteration begins."""
    k, d, _ = scatter.shape
    whole, total = scatter.sum(axis=0), n.sum()
    each = n[:, None, None]
    if name == "EII":
        return _copies(np.eye(d) * np.trace(whole) / (total * d), k)
    if name == "VII":
        return np.eye(d) * (np.trace(scatter, axis1=1, axis2=2) / (n * d))[:, None, None]
    if name == "EEI":
        return _copies(np.diag(np.diag(whole)) / total, k)
    if name == "VVI":
        return _diagonal(scatter) / each
    if name == "EEE":
        return _copies(whole / total, k)
    if name == "VVV":
        return scatter / each
    if name in ("EVI", "EVV"):
        own = _diagonal(scatter) if name == "EVI" else scatter
        volumes = _volume(own)
        return own / volumes[:, None, None] * volumes.sum() / total  # eq. 8
    if name in ("VEI", "VEE"):
        return _varying_volumes(n, _diagonal(scatter) if name == "VEI" else scatter)
    if name in ("EEV", "VEV"):
        sizes, axes = np.linalg.eigh(scatter)
        shapes = _copies(np.diag(sizes.sum(axis=0)) / total, k)
        if name == "VEV":
            shapes = _varying_volumes(n, np.array([np.diag(s) for s in sizes]))
        return axes @ shapes @ axes.transpose(0, 2, 1)
    return _common_axes(name, n, scatter, before)


def _copies(one, k):
    return np.repeat(one[None], k, axis=0)


def _diagonal(matrices):
    return matrices * np.eye(matrices.shape[1])


def _volume(matrices):
    """det^(1/d) of each."""
    sign, log = np.linalg.slogdet(matrices)
    return np.where(sign > 0, np.exp(log / matrices.shape[-1]), 0.0)


def _varying_volumes(n, scatter):
    """λ_k and a common C with det C = 1 in turn, λ_k = tr(W_k C⁻¹) / (d n_k), C ∝ Σ W_k / λ_k, until nothing moves (eq. 9)."""
    d = scatter.shape[1]
    volumes = _volume(scatter / n[:, None, None]).clip(EPS)
    for _ in range(ROUNDS):
        common = (scatter / volumes[:, None, None]).sum(axis=0)
        size = _volume(common[None])[0]
        if size == 0:
            break
        common /= size
        new = np.trace(np.linalg.solve(common, scatter), axis1=1, axis2=2) / (d * n)  # eq. 9
        moved, volumes = np.abs(new - volumes).max(), new
        if moved <= 8 * EPS * volumes.max() or volumes.min() <= 0:
            break
    return volumes[:, None, None] * common


def _common_axes(name, n, scatter, before):
    """EVE, VVE: the sizes along common axes D, and D turned pair by pair, in turn (eqs. 10 and 11)."""
    d = scatter.shape[1]
    axes = np.linalg.eigh(scatter.sum(axis=0) if before is None else before.sum(axis=0))[1]
    value = np.inf
    for _ in range(ROUNDS):
        along = np.einsum("ja,kji,ia->ka", axes, scatter, axes)
        if name == "VVE":
            sizes = along / n[:, None]
        else:
            volumes = np.exp(np.log(along.clip(1e-300)).mean(axis=1))[:, None]
            sizes = along / volumes * volumes.sum() / n.sum()
        if not sizes.min() > 0:
            break
        now = (n[:, None] * np.log(sizes)).sum() + (along / sizes).sum()
        if value - now <= 8 * EPS * max(abs(now), n.sum() * d):
            break
        value = now
        axes = _turn(axes, sizes, scatter)
    return axes @ (sizes[:, :, None] * axes.T)


def _turn(axes, sizes, scatter):
    """Every pair of axes turned to where Σ_k tr(D S_k⁻¹ D′ W_k) is least in their plane: a 2 × 2 eigenproblem (eq. 11)."""
    axes, d = axes.copy(), len(axes)
    for a in range(d):
        for b in range(a + 1, d):
            plane = axes[:, [a, b]]
            weights = 1.0 / sizes[:, a] - 1.0 / sizes[:, b]
            matrix = plane.T @ np.einsum("k,kij->ij", weights, scatter) @ plane
            turn = np.linalg.eigh(matrix)[1]  # eq. 11: the first axis takes the smallest
            axes[:, [a, b]] = plane @ turn
    return axes
