"""A random forest of 100 trees on 5 000 waveforms, 21 numbers of which no two are equal: the error on 20 000 others."""

import numpy as np
from workloads.ensembles import forests
from workloads.estimators import our

ITEMS = 20_000  # that the error is measured on


def step(forest):
    rng, waveform = np.random.default_rng(0), our("trees/samples.waveform")
    learn, new = waveform(5000, rng), waveform(ITEMS, rng)
    return lambda: float((forest().fit(learn.x, learn.y).predict(new.x) != new.y).mean())


PEERS = forests(step)
