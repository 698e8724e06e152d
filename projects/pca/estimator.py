"""PCA as people expect it: fit, transform, inverse_transform; what was learnt ends in an underscore."""

from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

import covariance
import golub_kahan
import jacobi
import randomised
import tridiagonal
from abacus import errors, inputs

SOLVERS = ("auto", "golub-kahan", "jacobi", "tridiagonal", "lapack", "lapack-svd", "randomised")
SMALL = 200  # columns up to which our own reductions cost less than the reader's patience


class PCA:
    """The directions of largest variance of the rows of X, one after the other (eqs. 1 to 3).

    n_components: how many; None: all min(n, d); a fraction: the fewest that hold this part of the variance.
    solver: "golub-kahan" and "jacobi" decompose the centred X, "tridiagonal" and "lapack" its covariance, "lapack-svd"
    X by LAPACK, "randomised" a sketch of X (from seed). "auto": Golub-Kahan for a small X, else the covariance where
    X is long, else LAPACK's or the sketch. The sign of a component is arbitrary: here its largest loading is positive.
    After fit: components_ (k, d), explained_variance_, explained_variance_ratio_, singular_values_ (k,), mean_ (d,),
    n_components_, n_features_in_, solver_.
    """

    def __init__(self, n_components=None, solver="auto", seed=0):
        self.n_components = n_components
        self.solver = solver
        self.seed = seed

    def fit(self, X, y=None):
        """Learn mean and axes from the rows of X (n, d), n >= 2; y is ignored. Returns self."""
        x = inputs.unchecked(X, name="PCA", samples=2)
        mean = covariance.mean(x)
        if not np.isfinite(mean).all():
            inputs.finite(x, "PCA")
        wanted = self._wanted(min(x.shape))
        solver = self._choose(x.shape, wanted)
        spectrum, axes, total = _decompose(x, mean, solver, wanted, self.seed)
        if isinstance(self.n_components, float):
            share = np.cumsum(spectrum) / total if total > 0.0 else np.ones_like(spectrum)
            wanted = min(int(np.searchsorted(share, self.n_components)) + 1, len(spectrum))
        spectrum, axes = spectrum[:wanted], axes[:wanted]
        largest = np.abs(axes).argmax(axis=1)
        axes = axes * np.where(axes[np.arange(len(axes)), largest] < 0.0, -1.0, 1.0)[:, None]
        self.mean_ = mean.astype(x.dtype)
        self.components_ = axes.astype(x.dtype)
        self.explained_variance_ = spectrum.astype(x.dtype)
        self.explained_variance_ratio_ = (spectrum / total if total > 0.0 else np.zeros_like(spectrum)).astype(x.dtype)
        self.singular_values_ = np.sqrt(spectrum * (len(x) - 1)).astype(x.dtype)
        self.n_components_, self.n_features_in_, self.solver_ = len(axes), x.shape[1], solver
        return self

    def transform(self, X):
        """The coordinates of the rows of X on the axes: (X − m) V, shape (n, k) (eq. 3)."""
        axes = inputs.fitted(self, "components_")
        return (inputs.matrix(X, self.n_features_in_, name="PCA") - self.mean_) @ axes.T  # eq. 3

    def fit_transform(self, X, y=None):
        """fit(X), then transform(X)."""
        return self.fit(X).transform(X)

    def inverse_transform(self, Z):
        """The points of the original space with coordinates Z (n, k): Z V' + m, the closest of the plane (eq. 3)."""
        axes = inputs.fitted(self, "components_")
        return inputs.matrix(Z, self.n_components_, name="PCA's inverse_transform") @ axes + self.mean_  # eq. 3

    def _wanted(self, most):
        k = self.n_components
        if k is None or (isinstance(k, float) and 0.0 < k < 1.0):
            return most
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 1 <= k <= most:
            raise errors.BadInput(
                f"n_components is {k!r}; it must be None, a fraction between 0 and 1, or a whole number from 1 to "
                f"min(n_samples, n_features) = {most}"
            )
        return int(k)

    def _choose(self, shape, wanted):
        if self.solver not in SOLVERS:
            raise errors.BadInput(f"solver is {self.solver!r}; it must be one of {', '.join(SOLVERS)}")
        if self.solver != "auto":
            return self.solver
        n, d = shape
        if n * d <= SMALL * SMALL and min(shape) <= SMALL // 2:
            return "golub-kahan"
        if d <= 2000 and n >= 5 * d:
            return "lapack" if d > SMALL else "tridiagonal"
        return "randomised" if wanted < 0.1 * min(shape) else "lapack-svd"


def _decompose(x, mean, solver, k, seed):
    """Variances along the axes (falling), the axes (rows), and the total variance."""
    n = len(x)
    if solver in ("tridiagonal", "lapack"):
        with _large():
            s = covariance.covariance(x, mean)
        _fits((n - 1) * np.trace(s), x.dtype)
        w, v = tridiagonal.eigh(s) if solver == "tridiagonal" else _lapack_eigh(s, min(k, len(s)), x.dtype)
        return np.maximum(w[:k], 0.0), v.T[:k], np.trace(s)
    if solver == "randomised":
        with _large():
            squares = sum(((b - mean) ** 2).sum() for b in covariance.blocks(x, covariance.ROWS))
        _fits(squares, x.dtype)
        rng = np.random.default_rng(np.random.SeedSequence(seed))
        _, sigma, axes = randomised.svd(x, mean, k, rng)
        return sigma**2 / (n - 1), axes, squares / (n - 1)
    svd = {"golub-kahan": golub_kahan.svd, "jacobi": jacobi.svd, "lapack-svd": _lapack_svd}[solver]
    with _large():
        centred = x - mean
        _fits(np.vdot(centred, centred), x.dtype)
    _, sigma, axes = svd(centred)
    return sigma**2 / (n - 1), axes, (sigma**2).sum() / (n - 1)


def _large():
    return np.errstate(over="ignore", invalid="ignore")


def _fits(squares, kind):
    """The sum of all squares must be a number of this kind; NaN, of infinities less one another, is none."""
    if not squares <= np.finfo(kind).max:
        raise errors.BadInput(f"PCA: the numbers are too large, the sum of their squares overflows {kind}: scale X")


def _lapack_eigh(s, k, kind):
    """The k largest eigenvalues, falling, and vectors (d, k): LAPACK's reduction, bisection and inverse iteration.

    A few axes of float32 data are sought in float32, twice as fast, and polished by one step of Rayleigh and Ritz in
    float64: what error the axes keep enters the eigenvalues squared.
    """
    import scipy.linalg

    d = len(s)
    rough = kind == np.float32 and 4 * k < d
    with _pools().limit(limits=1):  # two threads only wait for one another here
        w, v = scipy.linalg.eigh(
            s.astype(np.float32) if rough else s, subset_by_index=[d - k, d - 1], driver="evx", check_finite=False
        )
        if rough:
            v, _ = np.linalg.qr(s @ v)
            w, turn = np.linalg.eigh(v.T @ s @ v)
            v = v @ turn
    return w[::-1], v[:, ::-1]


@cache
def _pools():
    return ThreadpoolController()


def _lapack_svd(x):
    return np.linalg.svd(x, full_matrices=False)
