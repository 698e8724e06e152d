"""What a reader may get wrong: every mistake is one line with its place, and files come back as they were written."""

from pathlib import Path

import pytest

import engine
import pack
import run
import scene as sc
from abacus.errors import BadInput
from abacus.launch import compose, studies

QUAD = {"kind": "quad", "at": [0, 0, 0], "u": [1, 0, 0], "v": [0, 1, 0]}
GOOD = {"camera": {"from": [0, 0, 3], "to": [0, 0, 0]}, "shapes": [QUAD], "environment": {"colour": 1}}


def says(d, *words, width=4):
    with pytest.raises(BadInput) as error:
        pack.pack(sc.read(d), width, width)
    message = str(error.value)
    assert "\n" not in message and all(word in message for word in words), message


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"camera": {"from": [0, 0, 0], "to": [0, 0, 0]}}, ["scene.camera", "same point"]),
        ({"camera": {"from": [0, 1, 0], "to": [0, 0, 0]}}, ["scene.camera.up", "parallel"]),
        ({"camera": {"vfov": 180}}, ["scene.camera.vfov", "180"]),
        ({"camera": {"form": [0, 0, 1]}}, ["scene.camera", "'form'", "did you mean 'from'"]),
        ({"camera": {"from": [0, 0, float("nan")]}}, ["scene.camera.from[2]", "not finite"]),
        ({"materials": {"red": {"albedo": [1.2, 0, 0]}}}, ["scene.materials.red.albedo", "1.2", "above 1"]),
        ({"materials": {"red": {"kind": "conductor", "alpha": -0.1}}}, ["materials.red.alpha", "-0.1"]),
        ({"materials": {"red": {"kind": "lambrt"}}}, ["materials.red.kind", "did you mean 'lambert'"]),
        ({"materials": {"red": {"kind": "glass", "ior": 0}}}, ["materials.red.ior"]),
        ({"materials": {"red": {"albedo": "bricks"}}}, ["unknown texture 'bricks'"]),
        ({"shapes": [QUAD | {"material": "rde"}], "materials": {"red": {}}}, ["shapes[0].material", "did you mean 'red'"]),
        ({"shapes": [QUAD | {"v": [2, 0, 0]}]}, ["shapes[0]", "without size"]),
        ({"shapes": [QUAD | {"v": [2, 0, 0], "emission": 1}]}, ["shapes[0]", "light of zero size"]),
        ({"shapes": [{"kind": "sphere", "center": [0, 0, 0], "radius": 0, "emission": 1}]}, ["light of zero size"]),
        ({"shapes": [{"kind": "sphere", "center": [0, 0, 0]}]}, ["shapes[0].radius is missing"]),
        ({"shapes": [{"kind": "triangle", "points": [[0, 0, 0], [1, 1, 1], [2, 2, 2]]}]}, ["shapes[0]", "without size"]),
        ({"shapes": [{"kind": "qaud"}]}, ["shapes[0].kind", "did you mean 'quad'"]),
        ({"shapes": []}, ["scene.shapes", "nothing to see"]),
        ({"environment": {}}, ["there is no light"]),
        ({"environment": {"colour": [-1, 0, 0]}}, ["scene.environment.colour", "-1"]),
        ({"shapes": [{"kind": "mesh", "file": "no/such.obj"}]}, ["shapes[0].file", "no/such.obj"]),
        ({"textures": {"t": {"kind": "image", "file": "no.png"}}}, ["scene.textures.t.file", "no.png"]),
        ({"colour": 1}, ["scene: unknown key 'colour'"]),
    ],
)  # fmt: skip
def test_a_wrong_scene_is_one_line_with_its_place(part, words):
    says(GOOD | part, *words)


def test_jitter_needs_a_power_of_two():
    with pytest.raises(BadInput, match="power of two; try 16"):
        engine.settings(pack.pack(sc.read(GOOD), 4, 4), 10, "jittered")


def test_a_crop_lies_inside_the_film():
    with pytest.raises(BadInput, match="inside 8 x 8"):
        engine.Film(8, 8, [4, 4, 5, 1])


@pytest.mark.parametrize("scene", ["1", "null", "[1]", "[[]]", "[{}]", "[cornell,2]", "nosuch"])
def test_what_is_no_scene_is_one_line(scene):
    with pytest.raises(BadInput, match=r"^scene=") as error:
        compose.plan(studies.gather([run.picture], {}, {}), Path(run.__file__), [f"scene={scene}"])
    assert "\n" not in str(error.value)
