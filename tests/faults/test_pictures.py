"""The ray tracer's pictures and binary meshes against mutants and bombs: see test_loaders.py."""

import tempfile
import zlib
from pathlib import Path

import bombs
import mutating
import numpy as np
import pytest

from abacus.errors import BadInput

RAYTRACER = Path(__file__).resolve().parents[2] / "projects" / "raytracer"
images = mutating.module(RAYTRACER / "images.py")
meshes = mutating.module(RAYTRACER / "meshes.py")

OBJ = b"""# two triangles
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
vt 0 0
vn 0 0 1
f 1/1/1 2/1/1 3/1/1 4/1/1
f -4 -3 -2
"""
HEAD = b"element vertex 4\nproperty float x\nproperty float y\nproperty float z\nelement face 2\n"
HEAD += b"property list uchar int vertex_indices\nend_header\n"
POINTS = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], "<f4").tobytes()
FACES = b"\x03" + np.array([0, 1, 2], "<i4").tobytes() + b"\x04" + np.array([0, 1, 2, 3], "<i4").tobytes()
PLY = b"ply\nformat ascii 1.0\n" + HEAD + b"0 0 0\n1 0 0\n1 1 0\n0 1 0\n3 0 1 2\n4 0 1 2 3\n"
PLY_BINARY = b"ply\nformat binary_little_endian 1.0\n" + HEAD + POINTS + FACES


def picture(name):
    """A small picture as its writer writes it."""
    with tempfile.TemporaryDirectory() as folder:
        pixels = np.random.default_rng(0).random((4, 5, 3))
        return mutating.made(lambda path: images.write(path, pixels), Path(folder) / name)


SAMPLES = {name: picture(name) for name in ("i.png", "i.pfm", "i.npy")}
SAMPLES |= {"m.obj": OBJ, "m.ply": PLY, "b.ply": PLY_BINARY}


def read(path):
    return (meshes.load if path.suffix in (".obj", ".ply") else images.read)(str(path), "scene")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_itself_is_read(name, tmp_path):
    assert mutating.attack(tmp_path / name, read, BadInput, [SAMPLES[name]]) == 0


@pytest.mark.parametrize("count", [100, pytest.param(4000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", SAMPLES)
def test_mutants_end_in_one_named_error(name, count, tmp_path):
    found = mutating.mutants(SAMPLES[name], np.random.default_rng(zlib.crc32(name.encode())), count)
    assert mutating.attack(tmp_path / name, read, BadInput, found) > 0


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b"property float x", b"property float y"),
        (b"property float x", b"property float float x"),
        (b"property float x", b"property list uchar int x"),
        (b"property float x\nproperty float y\nproperty float z\n", b""),
        (b"list uchar int", b"list float int"),
        (b"list uchar int", b"list uchar float"),
        (b"list uchar int", b"list"),
        (b"list uchar int", b"int"),
        (b"end_header\n", b"end_header"),
    ],
)
@pytest.mark.parametrize("body", [PLY, PLY_BINARY], ids=["ascii", "binary"])
def test_a_header_that_makes_no_sense_is_named(said, instead, body, tmp_path):
    (tmp_path / "x.ply").write_bytes(body.replace(said, instead))
    with pytest.raises(BadInput, match=r"x\.ply"):
        meshes.load(str(tmp_path / "x.ply"), "scene")


def test_an_array_of_a_type_that_there_is_not_is_named(tmp_path):
    for kind in (b"<f0", b"<f3", b"<i9", b">b8"):
        (tmp_path / "i.npy").write_bytes(SAMPLES["i.npy"].replace(b"<f8", kind))
        with pytest.raises(BadInput, match=r"i\.npy"):
            images.read(str(tmp_path / "i.npy"), "scene")


BOMBS = """
import struct, sys, zlib
from pathlib import Path

import bombs
import images, meshes
from abacus.errors import BadInput

folder = Path(sys.argv[1])


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


side = 18000
squeeze = zlib.compressobj(9)
rows = b"".join([squeeze.compress(bytes(1 << 20)) for _ in range(1024)]) + squeeze.flush()
head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
(folder / "i.png").write_bytes(b"\\x89PNG\\r\\n\\x1a\\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
(folder / "i.pfm").write_bytes(b"PF\\n100000 100000\\n-1.0\\n" + bytes(1000))
npy = b"{'descr': '<f8', 'fortran_order': False, 'shape': (30000, 30000, 3), }".ljust(117) + b"\\n"
(folder / "i.npy").write_bytes(b"\\x93NUMPY\\x01\\x00" + struct.pack("<H", len(npy)) + npy + bytes(1000))
ply = "ply\\nformat {} 1.0\\nelement vertex 2000000000\\nproperty float x\\nproperty float y\\nproperty float z\\n"
ply += "element face 1\\nproperty list int int vertex_indices\\nend_header\\n"
(folder / "a.ply").write_bytes(ply.format("ascii").encode() + b"0 0 0\\n" * 100)
(folder / "b.ply").write_bytes(ply.format("binary_little_endian").encode() + bytes(1000))
ply = "ply\\nformat binary_little_endian 1.0\\nelement vertex 1\\nproperty float x\\nproperty float y\\nproperty float z\\n"
ply += "element face 1\\nproperty list int int vertex_indices\\nend_header\\n"
(folder / "c.ply").write_bytes(ply.encode() + bytes(12) + struct.pack("<i", 2**31 - 1) + bytes(1000))

readers = {
    "i.png": lambda path: images.read(str(path), "scene"),
    "i.pfm": lambda path: images.read(str(path), "scene"),
    "i.npy": lambda path: images.read(str(path), "scene"),
    "a.ply": lambda path: meshes.load(str(path), "scene"),
    "b.ply": lambda path: meshes.load(str(path), "scene"),
    "c.ply": lambda path: meshes.load(str(path), "scene"),
}
with bombs.bounded():
    bombs.refused(folder, readers, BadInput)
"""


def test_files_that_claim_or_expand_to_a_gigabyte_are_refused_in_bounded_memory(tmp_path):
    assert bombs.are_refused(BOMBS, tmp_path, RAYTRACER)
