"""Threes against fives of the zip codes: two approximations to one posterior (R & W 2006, section 3.7.3)."""

from dataclasses import dataclass

import numpy as np

from abacus import data
from abacus.errors import BadInput
from abacus.settings import any_number, at_least
from covariance import RBF
from gp import GaussianProcessClassifier

METHODS = {"Laplace": "laplace", "EP": "ep"}


@dataclass
class Config:
    train: int = at_least(2)  # images that are learnt from, drawn from all threes and fives; the others are the test
    lengths: list[float] = any_number()  # log length of the kernel for Laplace and for EP
    heights: list[float] = any_number()  # log amplitude of the kernel for Laplace and for EP


def digits(cfg: Config, job):
    """Of each approximation the log evidence, errors among the new images, and the bits it knows of each."""
    if len(cfg.lengths) != 2 or len(cfg.heights) != 2:
        raise BadInput(f"lengths={cfg.lengths}, heights={cfg.heights}: wanted two of each, for Laplace and for EP")
    x, sign = pool()
    if cfg.train >= len(x):
        raise BadInput(f"train={cfg.train}: wanted fewer than the {len(x)} images, for the others are the test")
    order = job.rng("split").permutation(len(x))
    train, test = order[: cfg.train], order[cfg.train :]
    found = {}
    for (name, method), length, height in zip(METHODS.items(), cfg.lengths, cfg.heights):
        kernel = np.exp(2 * height) * RBF(np.exp(length))
        machine = GaussianProcessClassifier(kernel, method, "probit", optimise=False).fit(x[train], sign[train])
        p = machine.predict_proba(x[test])[:, 1]
        wrong = int(((p > 0.5) != (sign[test] > 0)).sum())
        bits = 1 + float(np.mean(np.log2(np.maximum(np.where(sign[test] > 0, p, 1 - p), 1e-300))))
        found[name] = {"log evidence": machine.log_marginal_likelihood_value_, "errors": wrong, "bits": bits}
    return found


def pool():
    """All threes (+1) and fives (−1) of USPS: x (1 540, 256), pixels −1 to 1, and the signs."""
    usps = data.load("usps")
    images = np.concatenate([usps.train_images, usps.test_images]).reshape(-1, 256).astype(np.float64)
    labels = np.concatenate([usps.train_labels, usps.test_labels])
    which = (labels == 3) | (labels == 5)
    return images[which], np.where(labels[which] == 3, 1.0, -1.0)
