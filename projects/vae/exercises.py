"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

from linear import Decoder


def log_mean_exp():
    yield "one weight", (np.array([-3.0]),)
    yield "three weights, 1, 2 and 6", (np.log([1.0, 2.0, 6.0]),)
    yield "weights that no float64 can hold", (np.array([-2000.0, -2001.0]),)
    yield "and such that overflow", (np.array([[1500.0, 0.0], [1501.0, 1.0]]), 1)
    rng = np.random.default_rng(0)
    yield "twenty weights of five pictures", (rng.normal(-90, 10, (20, 5)), 0)
    yield "the other way round", (rng.normal(-90, 10, (5, 20)), 1)


def loadings():
    yield "two eigenvalues, one axis", (np.array([5.0, 1.0]), np.eye(2), 1, 1.0)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    yield "turned axes", (np.array([4.0, 2.0]), turn, 2, 0.5)
    yield "an eigenvalue below the noise", (np.array([4.0, 2.0]), turn, 2, 3.0)
    a = np.random.default_rng(0).standard_normal((6, 6))
    values, axes = np.linalg.eigh(a @ a.T)
    yield "six pixels, four axes", (values[::-1].copy(), np.ascontiguousarray(axes[:, ::-1]), 4, 0.3)


def posterior():
    yield "one pixel, one latent", (Decoder(np.array([[1.0]]), np.zeros(1), 1.0),)
    w = np.array([[2.0, 1.0], [-1.0, 2.0], [0.0, 0.0]])
    yield "three pixels, two latents", (Decoder(w, np.zeros(3), 0.5),)
    yield "KL counted four times", (Decoder(w, np.ones(3), 0.5), 4.0)
    yield "a latent that says nothing", (Decoder(w * [1.0, 0.0], np.zeros(3), 0.5), 2.0)


def posterior_use(function, *arguments):
    encoder = function(*arguments)
    return {"v": np.asarray(encoder.v), "variances": np.asarray(encoder.variances)}
