"""What an estimator accepts: a finite matrix of numbers, with the columns that it was fitted on, or one clear line."""

import warnings

import numpy as np

from abacus import errors


class Column(UserWarning):
    """y came as a column."""


def matrix(X, rows=1, like=None, bytes_too=False):
    """X as (n, d) float32 or float64 (uint8 if bytes_too, others become float64), n >= rows, columns as `like`'s."""
    if hasattr(X, "toarray") and hasattr(X, "nnz"):
        raise errors.BadInput("X is a sparse matrix; a dense one is needed: X.toarray()")
    x = np.asarray(X)
    if np.iscomplexobj(x):
        raise errors.BadInput("Complex data not supported: X holds complex numbers")
    if x.ndim != 2:
        raise errors.BadInput(f"X has {x.ndim} dimensions; 2 are needed. Reshape your data: (n_samples, n_features)")
    if x.dtype not in (np.float32, np.float64) and not (bytes_too and x.dtype == np.uint8):
        try:
            x = x.astype(np.float64)
        except (TypeError, ValueError) as wrong:
            kind = TypeError if isinstance(wrong, TypeError) else errors.BadInput
            raise kind(f"X holds something that is no number: {wrong}") from None
    if len(x) < rows:
        raise errors.BadInput(
            f"Found array with {len(x)} sample(s) while a minimum of {rows} is required; n_samples={len(x)}"
        )
    if x.shape[1] < 1:
        raise errors.BadInput(f"Found array with 0 feature(s) (shape={x.shape}) while a minimum of 1 is required.")
    if like is not None and x.shape[1] != like.n_features_in_:
        name, wanted = type(like).__name__, like.n_features_in_
        raise errors.BadInput(f"X has {x.shape[1]} features, but {name} is expecting {wanted} features as input.")
    finite(x)
    return x


def finite(x):
    """Raise where x holds NaN or infinity, naming the first."""
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(x.sum()):
            return
    wrong = np.argwhere(~np.isfinite(x))
    if len(wrong):
        row, column = wrong[0]
        raise errors.BadInput(f"X contains NaN or infinity, first at row {row}, column {column}")


def classes(y, n):
    """y as (n,) labels of classes; a column (n, 1) is taken with a warning, numbers that are no classes are refused."""
    if y is None:
        raise errors.BadInput("requires y to be passed, but the target y is None")
    labels = np.asarray(y)
    if labels.ndim == 2 and labels.shape[1] == 1:
        warnings.warn("A column-vector y was passed when a 1d array was expected", Column, stacklevel=3)
        labels = labels[:, 0]
    if labels.ndim != 1 or len(labels) != n:
        raise errors.BadInput(f"y has the shape {labels.shape}; ({n},) is needed, one class for each row of X")
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise errors.BadInput(f"y contains NaN or infinity, first at row {np.flatnonzero(~np.isfinite(labels))[0]}")
        if (labels != np.floor(labels)).any():
            raise errors.BadInput("Unknown label type: y holds fractions; classes are whole numbers or words")
    return labels


def fitted(estimator, attribute):
    """Raise unless the estimator has been fitted."""
    if not hasattr(estimator, attribute):
        raise errors.BadInput(f"this {type(estimator).__name__} is not fitted yet: call fit first")
