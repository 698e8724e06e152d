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

HEAD = b"element vertex 4\nproperty float x\nproperty float y\nproperty float z\nelement face 2\n"
HEAD += b"property list uchar int vertex_indices\nend_header\n"
POINTS = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], "<f4").tobytes()
FACES = b"\x03" + np.array([0, 1, 2], "<i4").tobytes() + b"\x04" + np.array([0, 1, 2, 3], "<i4").tobytes()
PLY_BINARY = b"ply\nformat binary_little_endian 1.0\n" + HEAD + POINTS + FACES


def picture(name):
    """A small picture as its writer writes it."""
    with tempfile.TemporaryDirectory() as folder:
        pixels = np.random.default_rng(0).random((4, 5, 3))
        return mutating.made(lambda path: images.write(path, pixels), Path(folder) / name)


SAMPLES = {name: picture(name) for name in ("i.png", "i.pfm", "i.npy")} | {"b.ply": PLY_BINARY}


def read(path):
    return (meshes.load if path.suffix == ".ply" else images.read)(str(path), "scene")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_itself_is_read(name, tmp_path):
    assert mutating.attack(tmp_path / name, read, BadInput, [SAMPLES[name]]) == 0


@pytest.mark.parametrize("count", [100, pytest.param(4000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", SAMPLES)
def test_mutants_end_in_one_named_error(name, count, tmp_path):
    found = mutating.mutants(SAMPLES[name], np.random.default_rng(zlib.crc32(name.encode())), count)
    assert mutating.attack(tmp_path / name, read, BadInput, found) > 0


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
ply = "ply\\nformat binary_little_endian 1.0\\nelement vertex 1\\nproperty float x\\nproperty float y\\nproperty float z\\n"
ply += "element face 1\\nproperty list int int vertex_indices\\nend_header\\n"
(folder / "c.ply").write_bytes(ply.encode() + bytes(12) + struct.pack("<i", 2**31 - 1) + bytes(1000))

readers = {
    "i.png": lambda path: images.read(str(path), "scene"),
    "i.pfm": lambda path: images.read(str(path), "scene"),
    "i.npy": lambda path: images.read(str(path), "scene"),
    "c.ply": lambda path: meshes.load(str(path), "scene"),
}
with bombs.bounded():
    bombs.refused(folder, readers, BadInput)
"""


def test_files_that_claim_or_expand_to_a_gigabyte_are_refused_in_bounded_memory(tmp_path):
    assert bombs.are_refused(BOMBS, tmp_path, RAYTRACER)
