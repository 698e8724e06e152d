"""Facts of the samplers: one point in every stratum that is promised, and no place preferred."""

import numpy as np
import pytest
from scipy import stats

import engine

SIGNIFICANCE = 1e-4  # of one comparison: a false alarm in ten thousand


@pytest.mark.parametrize(
    ("sampler", "strata"), [("jittered", [(16, 16)]), ("sobol", [(16, 16), (256, 1), (1, 256), (4, 64)])]
)
def test_samples_are_stratified(sampler, strata):
    for dimension in (0, 5):
        p = engine.points(sampler, 256, 7, dimension)
        for a, b in strata:
            assert len(np.unique(np.floor(p * [a, b]) @ [b, 1])) == 256
    assert not np.array_equal(engine.points(sampler, 256, 7, 0), engine.points(sampler, 256, 7, 1))


@pytest.mark.parametrize("sampler", engine.SAMPLERS)
def test_samples_are_uniform(sampler):
    p = np.concatenate([engine.points(sampler, 64, seed) for seed in range(64)])
    assert all(stats.kstest(p[:, k], "uniform").pvalue > SIGNIFICANCE for k in (0, 1))
