"""Draws from logits: the plain formula, the shares that come out, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abacus.errors import BadInput
from abacus.sampling import categorical

LOGITS = np.log(np.array([0.1, 0.2, 0.3, 0.4], np.float32))


def shares(temperature, top_k, top_p, draws=4000):
    """How often each of the four numbers is drawn."""
    rng = np.random.default_rng(7)
    drawn = [categorical(LOGITS, temperature, top_k, top_p, rng) for _ in range(draws)]
    return np.bincount(drawn, minlength=4) / draws


def expected(kept, temperature=1.0):
    p = np.array([0.1, 0.2, 0.3, 0.4]) ** (1 / temperature)
    p[[i for i in range(4) if i not in kept]] = 0
    return p / p.sum()


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p", "kept"),
    [
        (1, 0, 1, {0, 1, 2, 3}),
        (0.5, 0, 1, {0, 1, 2, 3}),
        (1, 2, 1, {2, 3}),
        (1, 9, 1, {0, 1, 2, 3}),
        (1, 0, 0.65, {2, 3}),  # 0.4 is too little, 0.4 + 0.3 enough
        (1, 0, 0.75, {1, 2, 3}),
        (1, 0, 1e-9, {3}),
        (1, 2, 0.5, {3}),  # of the two largest alone the first has 4/7
        (2, 3, 0.75, {1, 2, 3}),
    ],
)
def test_each_number_comes_as_often_as_its_probability_says(temperature, top_k, top_p, kept):
    p, found = expected(kept, temperature), shares(temperature, top_k, top_p)
    assert (found[p == 0] == 0).all()
    assert (np.abs(found - p) <= 5 * np.sqrt(p * (1 - p) / 4000)).all()  # five standard deviations


@given(st.integers(1, 60), st.floats(0.05, 5), st.integers(0, 70), st.integers(0, 2**32))
def test_a_draw_is_the_inverse_of_the_cumulative_sum(n, temperature, top_k, seed):
    """The formula that the projects' tables were computed with, number for number."""
    rng = np.random.default_rng(seed)
    logits = (3 * rng.standard_normal(n)).astype(np.float32)
    z = logits.astype(np.float64) / temperature
    if 0 < top_k < n:
        z[z < np.sort(z)[-top_k]] = -np.inf
    mass = np.cumsum(np.exp(z - z.max()))
    wanted = int(np.searchsorted(mass, np.random.default_rng(seed).random() * mass[-1], side="right"))
    assert categorical(logits, temperature, top_k, 1, np.random.default_rng(seed)) == wanted


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=30), st.floats(0.01, 1), st.integers(0, 2**32))
def test_the_nucleus_is_the_fewest_that_reach_the_share(logits, top_p, seed):
    p = np.exp(np.array(logits) - max(logits))
    order = np.argsort(-p, kind="stable")
    taken = [order[0]]
    while p[taken].sum() < top_p * p.sum() * (1 - 1e-12):  # the sums may round in another order
        taken.append(order[len(taken)])
    drawn = categorical(logits, 1, 0, top_p, np.random.default_rng(seed))
    assert p[drawn] >= p[taken].min() * (1 - 1e-12)


def test_temperature_0_takes_the_largest_without_a_draw_and_so_does_one_too_small_to_divide_by():
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    assert categorical(LOGITS, 0, 0, 1, None) == 3 and categorical(-LOGITS, 5e-324, 0, 1, rng) == 0
    assert rng.bit_generator.state == before


def test_minus_infinity_is_never_drawn_and_equal_logits_stay_together():
    rng = np.random.default_rng(0)
    assert {categorical([-np.inf, 0.0, -np.inf], 1, 0, 1, rng) for _ in range(50)} == {1}
    assert {categorical([1, 1, 1, 0], 1, 2, 1, rng) for _ in range(200)} == {0, 1, 2}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((-1, 0, 1), "temperature=-1: wanted 0 or more"),
        ((np.inf, 0, 1), "temperature=inf"),
        ((np.nan, 0, 1), "temperature=nan"),
        ((1, -1, 1), "top_k=-1: wanted a whole number"),
        ((1, 1.5, 1), r"top_k=1\.5"),
        ((1, 0, 0), "top_p=0: wanted above 0"),
        ((1, 0, 1.01), r"top_p=1\.01"),
        ((1, 0, np.nan), "top_p=nan"),
    ],
)
def test_arguments_that_make_no_sense_are_one_line(arguments, said):
    with pytest.raises(BadInput, match=said) as error:
        categorical(LOGITS, *arguments, np.random.default_rng(0))
    assert "\n" not in str(error.value)


def test_logits_that_are_none_are_refused():
    for wrong in ([], [[1.0, 2.0]], 3.0):
        with pytest.raises(BadInput, match="logits of shape"):
            categorical(wrong, 1, 0, 1, None)
    for wrong in ([0.0, np.nan], [np.inf, 0.0], [-np.inf, -np.inf]):
        with pytest.raises(FloatingPointError, match="the largest of 2 logits is"):
            categorical(wrong, 1, 0, 1, None)
