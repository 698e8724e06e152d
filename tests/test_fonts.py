"""Digits drawn from matplotlib's fonts: what is drawn, and that nothing else than the generator decides it."""

import numpy as np
import pytest

from abacus.data import fonts
from abacus.errors import BadInput


def test_the_same_stream_gives_the_same_digits_as_many_of_each():
    (images, labels), (again, _) = (fonts.digits(fonts.SEEN, 100, np.random.default_rng(0)) for _ in range(2))
    assert (images == again).all() and images.dtype == np.uint8 and images.shape == (100, 28, 28)
    assert np.bincount(labels).tolist() == [10] * 10
    assert (images.max(axis=(1, 2)) > 128).all() and not set(fonts.SEEN) & set(fonts.UNSEEN)


def plainly(names, count, rng):
    """The digits as they are defined: every pixel asks its place in the glyph, in heights of a glyph, one by one."""
    labels = rng.permutation(np.arange(count) % 10)
    chosen = rng.integers(len(names), size=count)
    maps = rng.standard_normal((6, count)) * np.array([0.12, 0.2, 0.12, 0.12, 0.04, 0.04])[:, None]
    images = np.empty((count, 28, 28))
    for n, (turn, shear, wide, high, right, down) in enumerate(maps.T):
        glyph = fonts._fine(names[chosen[n]], labels[n])
        for i, j in np.ndindex(28, 28):
            u, v = (j - 13.5) / 20 - right, (i - 13.5) / 20 - down
            y = (np.cos(turn) * v - np.sin(turn) * u) / np.exp(high)
            x = (np.cos(turn) * u + np.sin(turn) * v) / np.exp(wide) + shear * y
            images[n, i, j] = between(glyph, y * fonts.FINE + fonts.FINE, x * fonts.FINE + fonts.FINE)
    return np.rint(images).astype(np.uint8), labels


def between(bitmap, y, x):
    """The grey between four pixels; 0 outside."""
    i, j = int(np.floor(y)), int(np.floor(x))
    if not (0 <= i < len(bitmap) - 1 and 0 <= j < bitmap.shape[1] - 1):
        return 0.0
    a, b = y - i, x - j
    four = bitmap[i : i + 2, j : j + 2].astype(float)
    return np.array([1 - a, a]) @ four @ np.array([1 - b, b])


def test_digits_are_those_of_the_definition():
    images, labels = fonts.digits(fonts.UNSEEN, 30, np.random.default_rng(5))
    wanted, known = plainly(fonts.UNSEEN, 30, np.random.default_rng(5))
    assert (labels == known).all() and (images == wanted).all()


def test_an_undistorted_digit_is_as_tall_as_was_asked_and_stands_in_the_middle():
    for side, height in ((28, 20), (16, 12), (64, 50)):
        still = {"turn": 0, "shear": 0, "stretch": 0, "shift": 0}
        images, labels = fonts.digits(["DejaVuSans"], 20, np.random.default_rng(1), side=side, height=height, **still)
        for digit in range(10):
            first, second = images[labels == digit]
            assert (first == second).all()
            rows = np.flatnonzero((first > 0).any(axis=1))
            assert abs(len(rows) - height) <= 2  # a pixel at each end that has a little of it
            assert abs(rows[0] + rows[-1] - (side - 1)) <= 1  # twice the distance from the middle, half a pixel's


def test_a_bitmap_is_seen_through_its_map():
    rng = np.random.default_rng(2)
    bitmap = rng.integers(0, 256, (9, 7)).astype(np.uint8)
    same, moved, mirrored = fonts.seen(
        [bitmap] * 3, [np.eye(2), np.eye(2), np.diag([1, -1])], [(0, 0), (1, -2), (0, 0)], 7
    )
    assert (same == bitmap[1:8]).all()  # the middle of nine lines
    assert (moved[:, 2:] == bitmap[2:9, :5]).all() and not moved[:, :2].any()  # and 0 beyond the edge
    assert (mirrored == bitmap[1:8, ::-1]).all()
    assert fonts.seen([], np.empty((0, 2, 2)), np.empty((0, 2)), 5).shape == (0, 5, 5)


@pytest.mark.parametrize("name", fonts.SEEN + fonts.UNSEEN)
def test_a_glyph_has_its_height_and_its_middle(name):
    for digit in range(10):
        glyph = fonts.glyph(name, digit, 40, 60, 48)
        assert glyph.shape == (60, 60) and glyph.dtype == np.uint8
        for axis in (0, 1):
            inked = np.flatnonzero(glyph.any(axis=1 - axis))
            assert abs(inked[0] + inked[-1] - 59) <= 1
        assert (
            abs(np.ptp(np.flatnonzero(glyph.any(axis=1))) + 1 - 40) <= 2
        )  # a pixel at each end that has a little of it


def test_a_font_that_is_not_there_or_has_no_digits_is_one_line():
    with pytest.raises(BadInput, match=r"no font 'DejaVuSan' \(did you mean DejaVuSans\?\)"):
        fonts.digits(["DejaVuSan"], 10, np.random.default_rng(0))
    with pytest.raises(BadInput, match="STIXNonUni has no digits"):
        fonts.ink("STIXNonUni", 3, 40)
