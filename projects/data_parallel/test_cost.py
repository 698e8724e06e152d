"""The cost model: its minimum, its limits, and that a fit finds what it was made from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cost

STEPS = st.builds(cost.Step, st.floats(1e-4, 1e-2), st.floats(1e-6, 1e-2), st.integers(8, 512), st.integers(4, 10**8))
LINKS = st.sampled_from(list(cost.NETWORKS.values()))


@settings(deadline=None)
@given(STEPS, LINKS)
def test_no_other_number_of_machines_is_better_than_the_one_up_to_which_it_pays(step, network):
    best, one = cost.pays_up_to(step, network), step.computing(step.batch)
    time = one if best == 1 else cost.same_batch(step, best, network)
    for n in {*range(1, 50), best + 1, 2 * best, 10 * best}:
        assert time <= (one if n == 1 else cost.same_batch(step, n, network)) * (1 + 1e-12)


@settings(deadline=None)
@given(st.integers(2, 1000), st.integers(1, 10**9))
def test_each_process_sends_less_than_twice_the_bytes_however_many_there_are(n, size):
    assert size <= cost.sent(n, size) < 2 * size
    assert cost.sent(2, size) == size


@settings(deadline=None)
@given(STEPS, LINKS, st.integers(2, 100))
def test_a_larger_batch_loses_only_to_the_network(step, network, n):
    def efficiency(step):
        return step.computing(step.batch) / cost.batch_each(step, n, network)

    assert 0 < efficiency(step) < efficiency(step._replace(batch=2 * step.batch)) < 1


@pytest.mark.parametrize("n", [2, 4])
def test_a_fit_finds_the_network_and_the_step_that_it_was_made_from(n):
    link = cost.Network(3e-5, 2e9)
    sizes = 2.0 ** np.arange(10, 25)
    found = cost.fitted(n, sizes, [cost.all_reduce(n, size, link) for size in sizes])
    assert np.allclose(found, link)
    step = cost.Step(2e-3, 1e-4, 32, 1000)
    assert np.allclose(cost.fitted_step([8, 16, 64], [step.computing(b) for b in (8, 16, 64)], 32, 1000), step)
    slower = cost.fitted_step([8, 16], [1.0, 3.0], 16, 0)  # the line would begin below 0
    assert slower.fixed < 1e-9 and slower.each > 0
