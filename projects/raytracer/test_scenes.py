"""What a scene means: an image of the sky is light, a mirrored mesh keeps its outside, textures are albedos."""

import numpy as np
import pytest
from scipy import stats

import engine
import images
import pack
import scene as sc
from abacus.errors import BadInput

SIGNIFICANCE = 1e-4  # of one comparison: a false alarm in ten thousand
FLOOR = {"kind": "quad", "at": [-1, 0, 1], "u": [2, 0, 0], "v": [0, 0, -2], "material": "wall"}
ROOF = {"kind": "quad", "at": [-1, 1, 1], "u": [2, 0, 0], "v": [0, 0, -2], "material": "wall"}
ABOVE = {"kind": "orthographic", "from": [0, 5, 0], "to": [0, 0, 0], "up": [0, 0, -1], "vfov": 2}


def film_of(d, size=16, spp=64, **settings):
    packed, film = pack.pack(sc.read(d), size, size), engine.Film(size, size)
    engine.expose(packed, engine.settings(packed, spp, "random", **settings), film, spp)
    return film


def differ(a, b):
    """|difference of two films' means| in standard errors."""
    error = np.sqrt(sum(f.variance().mean(-1).sum() for f in (a, b))) / len(a.pixels)
    return abs(a.image().mean() - b.image().mean()) / max(error, 1e-9)


@pytest.mark.parametrize("strategy", engine.STRATEGIES)
def test_an_image_of_a_white_sky_is_a_white_sky(tmp_path, strategy):
    """With nothing else that shines, and a roof that hides most of it."""
    images.write(tmp_path / "sky.pfm", np.ones((4, 8, 3)))
    camera = {"from": [0, 0.5, 3], "to": [0, 0.3, 0], "vfov": 40}
    d = {"camera": camera, "materials": {"wall": {"albedo": 0.5}}, "shapes": [FLOOR, ROOF]}
    image = film_of(d | {"environment": {"file": str(tmp_path / "sky.pfm")}}, strategy=strategy)
    colour = film_of(d | {"environment": {"colour": 1}}, strategy=strategy)
    assert differ(image, colour) < stats.norm.isf(SIGNIFICANCE / 2) and colour.image().mean() < 0.9


def test_the_only_lamp_hides_the_sky():
    """Under a lamp that shines upwards, close to the floor: all light that the floor gets comes past its edges."""
    lamp = {"kind": "quad", "at": [-1, 0.02, 1], "u": [2, 0, 0], "v": [0, 0, -2], "emission": 1, "material": "wall"}
    camera = ABOVE | {"from": [0, 0.01, 0], "vfov": 1}
    d = {
        "camera": camera,
        "materials": {"wall": {"albedo": 0.5}},
        "shapes": [FLOOR, lamp],
        "environment": {"colour": 1},
    }
    films = [film_of(d, strategy=strategy, max_depth=2) for strategy in ("mis", "bsdf")]
    assert differ(*films) < stats.norm.isf(SIGNIFICANCE / 2) and films[0].image().mean() < 0.01


@pytest.mark.parametrize("flip", [False, True])
def test_a_mirrored_mesh_keeps_its_outside(tmp_path, flip):
    """A tetrahedron that shines outwards (or inwards, with flip), and its image in the origin."""
    path = tmp_path / "t.obj"
    path.write_text("v 1 1 1\nv 1 -1 -1\nv -1 1 -1\nv -1 -1 1\nf 1 2 3\nf 1 4 2\nf 1 3 4\nf 2 4 3\n")
    mesh = {"kind": "mesh", "file": str(path), "emission": 1, "flip": flip}
    camera = {"from": [0, 0, 6], "to": [0, 0, 0]}  # its outline is a square, and so is its image's
    right, mirrored = (film_of({"camera": camera, "shapes": [mesh | {"scale": s}]}, max_depth=1) for s in (1, -1))
    assert right.image().max() == mirrored.image().max() == (0 if flip else 1)
    assert differ(right, mirrored) < stats.norm.isf(SIGNIFICANCE / 2)


@pytest.mark.parametrize("kind", ["mirror", "glass"])
def test_mirror_and_glass_take_no_light_unless_a_scene_says_so(kind):
    ball = {"kind": "sphere", "center": [0, 0, 0], "radius": 1, "material": "m"}
    d = {"camera": {"from": [0, 0, 4], "to": [0, 0, 0], "vfov": 20}, "shapes": [ball], "environment": {"colour": 1}}
    clear = film_of(d | {"materials": {"m": {"kind": kind}}}, strategy="bsdf", max_depth=200, rr_depth=1000)
    assert np.abs(clear.image() - 1).max() < 1e-5
    dark = film_of(
        d | {"materials": {"m": {"kind": kind, "albedo": 0.5}}}, strategy="bsdf", max_depth=200, rr_depth=1000
    )
    assert dark.image().max() < 0.51


@pytest.mark.parametrize("colours", [{"even": [1.5, 0, 0]}, {"odd": [0, -0.1, 0]}, {"odd": 2}, {"scale": 0}])
@pytest.mark.parametrize("kind", ["checker", "perlin"])
def test_a_texture_obeys_the_range_of_an_albedo(kind, colours):
    d = {"textures": {"t": {"kind": kind} | colours}, "shapes": [FLOOR], "environment": {"colour": 1}}
    with pytest.raises(BadInput, match=r"scene\.textures\.t\.(even|odd|scale)"):
        sc.read(d | {"materials": {"wall": {"albedo": "t"}}})


@pytest.mark.parametrize("height", [0, -0.5, 0.7, 3])
@pytest.mark.parametrize("scale", [0.1, 0.5, 1.0])
def test_a_checker_on_a_border_of_cells_is_no_noise(scale, height):
    """A floor whose height is a multiple of the scale: every pixel that no border of cells crosses has one colour."""
    k = round(height / scale)
    floor = FLOOR | {"at": [-1, k * scale, 1]}
    texture = {"kind": "checker", "scale": scale, "even": [0, 0, 0], "odd": [1, 1, 1]}
    d = {"camera": ABOVE, "textures": {"t": texture}, "materials": {"wall": {"albedo": "t"}}, "shapes": [floor],
         "environment": {"colour": 1}}  # fmt: skip
    size = 8 * round(2 / scale)
    image = film_of(d, size, spp=16, strategy="bsdf", max_depth=2).image()[..., 0]
    x = (np.arange(size) + 0.5) / size * 2 - 1  # the middles of the pixels, to the right and towards the camera's feet
    cells = np.floor(x / scale).astype(int)
    odd = (cells + cells[:, None] + k) % 2
    inner = np.arange(size) % 8 % 7 > 0  # the pixels that touch no border, which lies a hair beside the multiples
    assert np.abs(image - odd)[np.ix_(inner, inner)].max() < 1e-5


@pytest.mark.parametrize("shape", [
    {"kind": "triangle", "points": [[0.1, 0.1, 0.1], [0.2, 0.2, 0.2], [0.3, 0.3, 0.3]]},
    {"kind": "quad", "at": [5e6, 0, 0], "u": [0.1, 0.2, 0.3], "v": [0.3, 0.6, 0.9]},
])  # fmt: skip
def test_a_shape_without_size_but_for_rounding_is_refused(shape):
    with pytest.raises(BadInput, match="without size"):
        sc.read({"shapes": [shape], "environment": {"colour": 1}})
