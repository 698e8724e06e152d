"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

import fisher


def products():
    yield "two plants", (np.array([[1.0, 2.0, 3.0, 4.0], [3.0, 2.0, 1.0, 4.0]]),)
    yield "fifty plants", (fisher.irises()["setosa"],)


def hybrid():
    yield "the irises", (fisher.irises(),)
    rng = np.random.default_rng(0)
    yield "made-up plants", ({name: rng.normal(k, 1.0, (50, 4)) for k, name in enumerate(fisher.SPECIES)},)
