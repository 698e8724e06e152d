"""Folds: everything is held out once, the parts are as even as they can be, and the generator alone decides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abacus import folds
from abacus.errors import BadInput


def parts(rounds, n):
    """The held-out part of each sample, once it is seen that every round is a partition of the n samples."""
    part = np.full(n, -1)
    for i, (train, held) in enumerate(rounds):
        assert (np.diff(train) > 0).all() and (np.diff(held) > 0).all() and len(train) and len(held)
        assert np.array_equal(np.sort(np.concatenate([train, held])), np.arange(n))
        assert (part[held] == -1).all()
        part[held] = i
    assert (part >= 0).all()
    return part


@given(st.integers(2, 60), st.data())
def test_every_sample_is_held_out_once_in_even_parts(n, data):
    k, seed = data.draw(st.integers(2, n)), data.draw(st.integers(0, 2**32))
    part = parts(folds.k_fold(n, k, np.random.default_rng(seed)), n)
    assert np.ptp(np.bincount(part)) <= 1
    assert (part == np.random.default_rng(seed).permutation(n) % k).all()  # as the projects' tables were computed


@given(st.lists(st.integers(2, 12), min_size=1, max_size=5), st.data())
def test_every_class_is_spread_evenly(sizes, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    labels = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    k = data.draw(st.integers(2, len(labels)))
    part = parts(folds.stratified(labels, k, rng), len(labels))
    assert np.ptp(np.bincount(part)) <= 1
    for c in range(len(sizes)):
        assert np.ptp(np.bincount(part[labels == c], minlength=k)) <= 1


def test_the_folds_are_by_lot():
    """Each pair of ten samples is in one of two parts together as often as chance has it: 4 of 9 times."""
    labels = np.repeat([0, 1], 5)
    for draw in (lambda rng: folds.k_fold(10, 2, rng), lambda rng: folds.stratified(labels, 2, rng)):
        rng = np.random.default_rng(0)
        with_first = np.array([parts(draw(rng), 10) for _ in range(2000)])
        together = (with_first == with_first[:, :1]).mean(axis=0)[1:5]  # with sample 0, those of its class
        assert np.ptp(together) <= 10 * np.sqrt(0.25 / 2000)  # five standard deviations either way


def test_one_is_left_out_at_a_time():
    found = list(folds.leave_one_out(4))
    assert [held.tolist() for _, held in found] == [[0], [1], [2], [3]]
    assert found[1][0].tolist() == [0, 2, 3]


@pytest.mark.parametrize(("n", "k"), [(10, 1), (10, 0), (10, 11), (0, 2)])
def test_folds_that_cannot_be_are_one_line(n, k):
    for draw in (folds.k_fold, lambda n, k, rng: folds.stratified(np.zeros(n, int), k, rng)):
        with pytest.raises(BadInput, match=f"{k} folds of {n} samples: wanted at least 2"):
            draw(n, k, np.random.default_rng(0))


def test_nothing_is_left_to_learn_from_a_class_of_one_or_a_single_sample():
    with pytest.raises(BadInput, match="class b has one member"):
        folds.stratified(["a", "a", "b"], 2, np.random.default_rng(0))
    with pytest.raises(BadInput, match="1 folds of 1 samples"):
        folds.leave_one_out(1)
