"""Pictures of digits, of any size and colours, are framed as MNIST framed them."""

import numpy as np
import pytest

from abacus.data import fonts, pictures
from abacus.errors import BadInput


def painted(paint, ink):
    """Dark on white, light on black, grey ink on grey paper, ink on nothing."""
    colours = np.ones((*ink.shape, 4))
    greys = {"plain": 1 - ink, "dark": ink, "paper": 0.9 - 0.5 * ink, "ink": 0 * ink, "light ink": 1 + 0 * ink}
    colours[..., :3] = greys[paint][..., None]
    if "ink" in paint:
        colours[..., 3] = ink
    return colours


@pytest.mark.parametrize("paint", ["plain", "dark", "paper", "ink", "light ink"])
def test_ink_of_any_colour_fills_twenty_pixels_about_its_centre_of_mass(paint, tmp_path):
    from matplotlib.image import imsave

    images, _ = fonts.digits(fonts.SEEN, 10, np.random.default_rng(0))
    for image in images[:3]:
        imsave(tmp_path / "digit.png", painted(paint, np.kron(image, np.ones((8, 8))) / 255))
        found = pictures.digit(tmp_path / "digit.png")
        assert found.shape == (28, 28) and found.dtype == np.uint8 and found.max() == 255
        box = [np.ptp(np.flatnonzero(found.any(axis=axis))) + 1 for axis in (0, 1)]
        assert max(box) == pictures.BOX and not found[[0, -1]].any() and not found[:, [0, -1]].any()
        weights = found.astype(float)
        centre = [np.average(np.arange(28), weights=weights.sum(axis=axis)) for axis in (0, 1)]
        assert max(abs(c - 13.5) for c in centre) <= 0.5 + 1 / 255  # a whole pixel's place


def test_thin_wide_and_tiny_pictures_have_a_frame():
    for shape in ((3, 300), (300, 3), (3, 3)):
        ink = np.zeros(shape)
        ink[1:-1, 1:-1] = 1
        assert pictures.framed(ink).max() == 255


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file"),
        (b"", "not a picture"),
        (b"no picture", "not a picture"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a picture"),
    ],
)
def test_what_is_no_picture_is_one_line(content, why, tmp_path):
    path = tmp_path / "digit.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=why) as error:
        pictures.digit(path)
    assert str(error.value).startswith(str(path)) and str(error.value).isprintable()


def test_a_picture_of_one_colour_is_one_line(tmp_path):
    from matplotlib.image import imsave

    imsave(tmp_path / "blank.png", np.ones((9, 9, 3)))
    with pytest.raises(BadInput, match="one colour"):
        pictures.digit(tmp_path / "blank.png")
