"""Named streams: the same name gives the same draws, another name others."""

import itertools

import numpy as np

from abacus import streams

RAW = [17333011572527444532, 7642996706480859375]


def test_the_same_stream_gives_the_same_draws():
    assert np.array_equal(streams.rng(3, "shuffle", 7).random(5), streams.rng(3, "shuffle", 7).random(5))


def test_seed_purpose_and_index_each_make_another_stream():
    names = itertools.product((0, 1), ("init", "shuffle"), (0, 1, 2))
    first = {streams.rng(seed, purpose, index).integers(2**63) for seed, purpose, index in names}
    assert len(first) == 12


def test_the_streams_stay_what_they_are():
    """A change here changes every committed result. (SeedSequence and PCG64 are stable across NumPy's versions.)"""
    assert streams.rng(0, "init").bit_generator.random_raw(2).tolist() == RAW
