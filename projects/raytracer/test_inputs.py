"""What a reader may get wrong: every mistake is one line with its place, and files come back as they were written."""

import dataclasses
import re
from pathlib import Path

import pytest

import engine
import pack
import run
import scene as sc
import words
from abacus.errors import BadInput
from abacus.launch import compose, studies, sweep

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


SCENES = Path(run.__file__).parent / "conf" / "scene"


def planned(*arguments):
    return compose.plan(studies.gather([run.picture], {}, {}), Path(run.__file__), list(arguments))


def test_a_scene_may_be_a_file_anywhere_and_be_changed(tmp_path, monkeypatch):
    (tmp_path / "mine.yaml").write_bytes(
        b"\xef\xbb\xbf" + (SCENES / "cornell.yaml").read_bytes().replace(b"\n", b"\r\n")
    )
    monkeypatch.chdir(tmp_path)
    named, (mine,) = planned("scene=cornell").rows, planned("scene=./mine.yaml").rows.values()
    assert [mine] == list(named.values())
    (changed,) = planned(
        "scene=mine.yaml", "scene.camera.vfov=30", "scene.camera.aperture=0.5", "scene.shapes.0.flip=true"
    ).rows.values()
    assert changed["scene"]["camera"] == mine["scene"]["camera"] | {"vfov": 30, "aperture": 0.5}
    assert changed["scene"]["shapes"][0] == mine["scene"]["shapes"][0] | {"flip": True}
    assert changed["scene"]["shapes"][1:] == mine["scene"]["shapes"][1:]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file; there are: ball, .*; one of yours: scene=path/of/file.yaml, or put it in conf/scene"),
        ("", "the file holds no settings"),
        ("- a\n- b\n", "wanted lines of the form"),
        ("camera: {from: [0, 0\n", "expected"),
        ("camera: ${oc.env:HOME}\n", "wanted plain values"),
        ("a: &a [*a]\n", "."),
        ("\0", "."),
    ],
)
def test_a_file_that_holds_no_settings_is_one_line(content, said, tmp_path):
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=said) as error:
        planned(f"scene={path}")
    assert str(error.value).isprintable() and str(error.value).startswith("scene=")


def test_a_name_that_is_not_there_says_where_to_put_the_file_and_a_sweep_takes_names(tmp_path):
    with pytest.raises(BadInput, match=r"did you mean cornell.*or put it in conf/scene"):
        planned("scene=cornel")
    with pytest.raises(BadInput, match="put the file in conf/scene"):
        sweep.hand_over(studies.gather([run.picture], {}, {}), Path(run.__file__), ["-m", "scene=cover,mine.yaml"])


@pytest.mark.parametrize("scene", ["1", "null", "[1]", "[[]]", "[{}]", "[cornell,2]", "nosuch"])
def test_what_is_no_scene_is_one_line(scene):
    with pytest.raises(BadInput, match=r"^scene=") as error:
        compose.plan(studies.gather([run.picture], {}, {}), Path(run.__file__), [f"scene={scene}"])
    assert "\n" not in str(error.value)


def test_the_lesson_names_every_word_of_a_scene_and_no_other(tmp_path):
    lesson = (Path(run.__file__).parent / "README.md").read_text(encoding="utf-8")
    section = lesson.partition("## A scene of your own")[2].partition("\n## ")[0]
    kinds = (words.Camera, words.Material, words.Texture, words.Point, words.Environment, *words.SHAPES.values())
    known = {f.name.rstrip("_") for kind in kinds for f in dataclasses.fields(kind) if not f.metadata.get("hidden")} - {
        "kind"
    }
    rows = [line.split("|")[1:4] for line in section.splitlines() if line.startswith("|")][2:]
    named = set(re.findall(r"`([a-z_]+)`", " ".join(third for _, _, third in rows)))
    assert known <= named and named <= known | {"emission", "material"}
    spoken = {kind.strip() for _, kinds, _ in rows for kind in kinds.split(",")} - {""}
    assert spoken == {*words.CAMERAS, *words.MATERIALS, *words.TEXTURES, *words.SHAPES}
    path = tmp_path / "mine.yaml"
    path.write_text(section.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    (settings,) = planned(f"scene={path}").rows.values()
    assert len(sc.read(settings["scene"]).shapes) == 2
