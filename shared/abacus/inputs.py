"""Checks at an estimator's door: a matrix of samples, its labels or targets, and whether it was fitted."""

from numbers import Integral, Real

import numpy as np

from abacus.errors import BadInput

FLOATS = (np.float32, np.float64)


def matrix(x, features=None, name="this estimator", sparse=False, samples=1, kinds=FLOATS):
    """The samples as a finite array (n, features); what is not of these `kinds` becomes float64.

    With `sparse`, a SciPy sparse matrix comes back as CSR. `features` is the number that fit saw, if it ran.
    """
    x = unchecked(x, features, name, sparse, samples, kinds)
    finite(x.data if hasattr(x, "tocsr") else x, name)
    return x


def unchecked(x, features=None, name="this estimator", sparse=False, samples=1, kinds=FLOATS):
    """As `matrix`, for callers that ask `finite` themselves where something that they compute is not."""
    if hasattr(x, "tocsr"):
        if not sparse:
            raise BadInput(f"{name} got a sparse matrix and takes dense data only: pass X.toarray()")
        x = x.tocsr()
        x = x if x.dtype in kinds else x.astype(np.float64)
        if not x.has_canonical_format:  # an entry in several parts, which is their sum
            x = x.copy()
            x.sum_duplicates()
    else:
        x = _dense(x, name, kinds)
    if x.ndim != 2:
        raise BadInput(
            f"{name} expected a 2D array of samples by features, got {x.ndim}D. Reshape your data: "
            "X.reshape(-1, 1) for one feature, X.reshape(1, -1) for one sample"
        )
    if x.shape[0] < samples:
        raise BadInput(
            f"{name} got {x.shape[0]} sample(s) (n_samples={x.shape[0]}); a minimum of {samples} is required."
        )
    if x.shape[1] < 1:
        raise BadInput(f"{name} got 0 feature(s) (shape={x.shape}) while a minimum of 1 is required.")
    if features is not None and x.shape[1] != features:
        raise BadInput(f"X has {x.shape[1]} features, but {name} is expecting {features} features as input")
    return x


def finite(x, name):
    """Raises for NaN and infinity; the sum is finite unless an element is not (or it overflows), and is cheap."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = x.sum()
    if np.isfinite(total) or np.isfinite(x).all():
        return
    what = "NaN" if np.isnan(x).any() else "infinity"
    raise BadInput(f"{name} got an array that contains {what}: every number must be finite")


def labels(y, samples):
    """The sorted classes and, for every sample, the place of its class among them: (classes, index)."""
    y = column(y, samples)
    if y.dtype.kind == "f":
        finite(y, "y")
        if (y != np.floor(y)).any():
            raise BadInput("Unknown label type: continuous numbers; a classifier needs discrete classes")
    return np.unique(y, return_inverse=True)


def targets(y, samples):
    """The finite numbers to be predicted, as float64, one per sample."""
    y = column(y, samples)
    if y.dtype.kind == "c":
        raise BadInput("Complex data not supported in y")
    try:
        y = y.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput(f"y got something that is no number: {error}") from None
    finite(y, "y")
    return y


def fitted(estimator, attribute):
    """The estimator's fitted attribute, or a message that fit was not called."""
    if not hasattr(estimator, attribute):
        raise BadInput(f"this {type(estimator).__name__} is not fitted yet: call fit first")
    return getattr(estimator, attribute)


def _dense(x, name, kinds):
    x = np.asarray(x)
    if x.dtype.kind == "c":
        raise BadInput(f"Complex data not supported by {name}")
    try:
        return x if x.dtype in kinds else x.astype(np.float64)
    except ValueError as wrong:
        raise BadInput(f"{name} got something that is no number: {wrong}") from None


def column(y, samples):
    """y as one value for each of so many samples: what `score` compares with."""
    if y is None:
        raise BadInput("fit requires y to be passed, but the target y is None")
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise BadInput(f"y should be a 1d array, got an array of shape {y.shape}")
    if len(y) != samples:
        raise BadInput(f"X and y must have as many samples: X has {samples}, y has {len(y)}")
    return y


def counts(**settings):
    """BadInput unless each of these settings is a whole number from 1 on."""
    for name, value in settings.items():
        if not _whole(value) or value < 1:
            raise BadInput(f"{name} is {value!r}; it must be a whole number from 1 on")


def seed(value):
    """BadInput unless random numbers can be drawn from this seed."""
    if value is not None and not (_whole(value) and value >= 0):
        raise BadInput(f"seed is {value!r}; it must be a whole number from 0 on, or None")


def tolerance(value):
    """BadInput unless the setting tol is a number from 0 on."""
    if not isinstance(value, Real) or not value >= 0:
        raise BadInput(f"tol is {value!r}; it must be a number from 0 on")


def _whole(value):
    return isinstance(value, Integral) and not isinstance(value, bool)
