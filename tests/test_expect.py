"""The checks at an operation's door."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abacus.errors import BadInput
from abacus.expect import expect_broadcast, expect_real, expect_shape

SHAPES = st.lists(st.integers(0, 3), max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("got", "wanted", "says"),
    [
        ((3, 8), (4, 8), "lstm: c has shape (3, 8), wanted (4, 8)"),
        ((8,), (4, 8), "lstm: c has shape (8,), wanted (4, 8)"),
        ((), (4,), "lstm: c has shape (), wanted (4,)"),
        ((2, 3), ("time", "batch", 64), "lstm: c has shape (2, 3), wanted (time, batch, 64)"),
        ((5, 2, 3), ("time", 2, 4), "lstm: c has shape (5, 2, 3), wanted (time, 2, 4)"),
        ((5, 3), (..., 4), "lstm: c has shape (5, 3), wanted (…, 4)"),
        ((), ("rows", ...), "lstm: c has shape (), wanted (rows, …)"),
        ((3,), (3, ..., 3), "lstm: c has shape (3,), wanted (3, …, 3)"),
    ],
)
def test_another_shape_is_one_line(got, wanted, says):
    with pytest.raises(BadInput) as raised:
        expect_shape("lstm", "c", got, wanted)
    assert str(raised.value) == says


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        ((), ()),
        ((4, 8), (4, 8)),
        ((9, 2, 64), ("time", "batch", 64)),
        ((0,), ("n",)),
        ((4,), (..., 4)),
        ((7, 1, 4), (..., 4)),
        ((7,), ("rows", ...)),
        ((3, 5, 2), (3, ..., 2)),
        ((), (...,)),
    ],
)
def test_the_wanted_shape_passes(got, wanted):
    expect_shape("lstm", "c", got, wanted)


@given(got=SHAPES, wanted=SHAPES)
def test_what_broadcasts_is_what_numpy_broadcasts(got, wanted):
    try:
        np.broadcast_to(np.empty(got), wanted)
    except ValueError:
        with pytest.raises(BadInput, match=r"bce: weights has shape .* which does not broadcast to"):
            expect_broadcast("bce", "weights", got, wanted)
    else:
        expect_broadcast("bce", "weights", got, wanted)


@pytest.mark.parametrize("dtype", [int, bool, np.float16, complex])
def test_what_is_not_real_is_refused(dtype):
    with pytest.raises(BadInput) as raised:
        expect_real("gelu", "x", np.ones(2, dtype))
    assert str(raised.value) == f"gelu: x has type {np.dtype(dtype)}, wanted float32 or float64"
    expect_real("gelu", "x", np.ones(2, np.float32))
    expect_real("gelu", "x", np.ones(2))
