"""From log p(c) + log p(x | c), which every classifier here provides, to predictions: the methods they share."""

import numpy as np

from abacus import inputs
from abacus.errors import BadInput

BLOCK = 512  # samples at a time, so that the double-precision copy of a block stays in the cache


def predict(self, x):
    """The class with the largest posterior, eq. (2), for every sample."""
    best = self.joint_log_likelihood(x).argmax(axis=1)  # eq. 2
    return self.classes_[best]


def predict_log_proba(self, x):
    """log p(c | x), eq. (3): the joint less its log-sum-exp over the classes."""
    joint = self.joint_log_likelihood(x)
    top = joint.max(axis=1, keepdims=True)
    return joint - top - np.log(np.exp(joint - top).sum(axis=1, keepdims=True))  # eq. 3


def predict_proba(self, x):
    """p(c | x), (samples, classes)."""
    return np.exp(self.predict_log_proba(x))


def score(self, x, y):
    """The proportion of samples whose class is predicted."""
    said = self.predict(x)
    return float(np.mean(said == inputs.column(y, len(said))))


def priors(index, classes, given):
    """log p(c): the frequencies of the training labels, or the given ones."""
    if given is None:
        return np.log(np.bincount(index, minlength=classes) / len(index))
    prior = np.asarray(given)
    if prior.dtype.kind not in "fiu" or prior.shape != (classes,) or not _distribution(prior):
        raise BadInput(f"class_prior must be {classes} positive numbers that sum to one, got {given}")
    return np.log(prior.astype(np.float64))


def _distribution(prior):
    return (prior > 0).all() and abs(prior.sum() - 1) <= 1e-9


def blocks(samples):
    """Slices that walk over the samples."""
    return (slice(start, start + BLOCK) for start in range(0, samples, BLOCK))
