"""What a reader may get wrong: every mistake is one line with its place, and files come back as they were written."""

import struct
from pathlib import Path

import numpy as np
import pytest

import engine
import images
import meshes
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("v 0 0 0\nv 1 0 0\nv 0 1 x\nf 1 2 3\n", [":3:"]),
        ("v 0 0 0\nv 1 0 0\nv 0 1 nan\nf 1 2 3\n", [":3:", "finite"]),
        ("v 0 0 0\nv 1 0 0\nf 1 2 3\n", [":3:", "v 3"]),
        ("v 0 0 0\nv 1 0 0\nf 1 2\n", [":3:", "three corners"]),
        ("v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3\n", ["degenerate"]),
        ("v 0 0 0\n", ["no faces"]),
    ],
)
def test_a_broken_obj_names_its_line(tmp_path, text, words):
    (tmp_path / "m.obj").write_text(text)
    says(GOOD | {"shapes": [{"kind": "mesh", "file": str(tmp_path / "m.obj")}]}, "m.obj", *words)


@pytest.mark.parametrize("ending", ["", "end_header\n", "element vertex x\nend_header\n"])
def test_a_broken_ply_is_one_line(tmp_path, ending):
    (tmp_path / "m.ply").write_text("ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\n" + ending)
    says(GOOD | {"shapes": [{"kind": "mesh", "file": str(tmp_path / "m.ply")}]}, "m.ply")


def test_obj_reads_negative_indices_and_polygons(tmp_path):
    path = tmp_path / "m.obj"
    path.write_text("# a square\nv 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvn 0 0 1\nf -4/1/1 -3/1/1 -2/1/1 -1/1/1\n")
    mesh = meshes.load(str(path), "here")
    assert mesh.points.shape == (2, 3, 3) and mesh.normals.shape == (2, 3, 3) and mesh.dropped == 0


@pytest.mark.parametrize("form", ["ascii", "binary_little_endian", "binary_big_endian"])
@pytest.mark.parametrize("corners", [3, 4])
def test_ply_reads_every_format(tmp_path, form, corners):
    points, path = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], "f4"), tmp_path / "m.ply"
    head = f"ply\nformat {form} 1.0\nelement vertex 4\nproperty float x\nproperty float y\nproperty float z\n"
    head += "element face 1\nproperty list uchar int vertex_indices\nend_header\n"
    order = ">" if "big" in form else "<"
    body = points.astype(order + "f4").tobytes() + struct.pack(f"{order}B{corners}i", corners, *range(corners))
    if form == "ascii":
        body = "\n".join(" ".join(map(str, p)) for p in points.tolist()).encode() + b"\n%d " % corners
        body += b" ".join(b"%d" % i for i in range(corners))
    path.write_bytes(head.encode() + body)
    assert meshes.load(str(path), "here").points.shape == (corners - 2, 3, 3)
    path.write_bytes((head.encode() + body)[:-6])
    with pytest.raises(BadInput):
        meshes.load(str(path), "here")


def test_a_nan_in_a_texture_names_the_texel(tmp_path):
    pixels = np.full((4, 5, 3), 0.5)
    pixels[2, 3, 1] = np.nan
    np.save(tmp_path / "t.npy", pixels)
    textures = {"t": {"kind": "image", "file": str(tmp_path / "t.npy")}}
    says(GOOD | {"textures": textures}, "row 2, column 3", "not finite")


@pytest.mark.parametrize("ending", ["png", "pfm", "npy"])
def test_pictures_come_back_as_they_were_written(tmp_path, ending):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3)) / 255
    images.write(tmp_path / f"a.{ending}", pixels)
    back = images.read(str(tmp_path / f"a.{ending}"), "here")
    back = images.srgb(back) if ending == "png" else back
    assert np.allclose(back, pixels, atol=1e-6)


def test_a_torn_picture_is_one_line(tmp_path):
    images.write(tmp_path / "a.png", np.zeros((5, 7, 3)))
    data = (tmp_path / "a.png").read_bytes()
    for n in (4, 30, 60):
        (tmp_path / "a.png").write_bytes(data[:n])
        with pytest.raises(BadInput, match="torn"):
            images.read(str(tmp_path / "a.png"), "here")


def test_exr_holds_the_floats_that_were_written(tmp_path):
    pixels = np.random.default_rng(0).random((3, 4, 3)).astype("f4")
    images.write(tmp_path / "a.exr", pixels)
    data = (tmp_path / "a.exr").read_bytes()
    assert data[:4] == struct.pack("<i", 20000630)
    start = struct.unpack("<Q", data[-3 * (8 + 48) - 24 : -3 * (8 + 48) - 16])[0]
    line = np.frombuffer(data[start + 8 : start + 8 + 48], "<f4").reshape(3, 4)
    assert (pixels[0] == line[::-1].T).all()


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
