"""Meshes and pictures in files: whatever is legal is read, whatever is torn is one line, and what was written comes back."""

import io
import struct
import zlib

import numpy as np
import pytest

import images
import meshes
import pack
import scene as sc
from abacus.errors import BadInput

QUAD = {"kind": "quad", "at": [0, 0, 0], "u": [1, 0, 0], "v": [0, 1, 0]}
GOOD = {"camera": {"from": [0, 0, 3], "to": [0, 0, 0]}, "shapes": [QUAD], "environment": {"colour": 1}}


def says(d, *words):
    with pytest.raises(BadInput) as error:
        pack.pack(sc.read(d), 4, 4)
    message = str(error.value)
    assert message.isprintable() and all(word in message for word in words), message


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


TETRAHEDRON = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 2 3\nf 1 2 4\n"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("inside", ["\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("before", ["# made by{}v 9 9 9\n", "g part{}v 9 9 9\n", "# a folder C:\\\n", "\ufeff"])
def test_only_a_line_feed_ends_a_line(before, inside, ending):
    text = (before.format(inside) + TETRAHEDRON).replace("\n", ending)
    assert np.array_equal(meshes.obj(text.encode(), "m").points, meshes.obj(TETRAHEDRON.encode(), "m").points)


def test_an_obj_may_continue_its_lines_and_give_one_texture_coordinate():
    text = "v 0 0 \\\n0\nv 1 0 0\nv 0 \\\r\n1 0\nvt 0.5\nvt 0.5 1\nvt 0 1 0\nf 1/1 2/2 \\\n3/3\n"
    mesh = meshes.obj(text.encode(), "m")
    assert mesh.points.tolist() == [[[0, 0, 0], [1, 0, 0], [0, 1, 0]]] and mesh.uv.tolist() == [
        [[0.5, 0], [0.5, 1], [0, 1]]
    ]
    with pytest.raises(BadInput, match="m:2:"):
        meshes.obj(b"v 0 0 0\nv 0 0 \\\nx\n", "m")


@pytest.mark.parametrize(("place", "edge"), [((5e6, 4e5), 0.25), ((1e5, 0), 2.0**-7), ((0, 0), 1e-12), ((0, 0), 1e9)])
def test_a_triangle_is_judged_by_its_own_size_and_place(place, edge):
    ground = np.array([[[-1e3, -1e3, 0], [1e3, -1e3, 0], [1e3, 1e3, 0]]])
    small = np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0]]]) * edge + [*place, 0]
    flat = np.array([[[0.1, 0.1, 0.1], [0.2, 0.2, 0.2], [0.3, 0.3, 0.3]]]) * edge + [*place, 0]
    assert meshes.has_area(np.concatenate([ground, small, flat])).tolist() == [True, True, False]


@pytest.mark.parametrize("form", ["ascii", "binary_little_endian", "binary_big_endian"])
@pytest.mark.parametrize("corners", [(3, 3), (3, 4)])
def test_faces_of_a_ply_may_carry_flags_and_more_lists(form, corners):
    head = f"ply\r\nformat {form} 1.0\ncomment end_header\x0cproperty\nelement vertex 4\nproperty float x\n"
    head += "property float y\nproperty float z\nelement face 2\nproperty uchar flags\nproperty list uchar int vertex_index\n"
    head += "property list ushort float weights\nend_header\n"
    points, order = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], ">" if "big" in form else "<"
    body = np.array(points, order + "f4").tobytes()
    for n in corners:
        body += struct.pack(f"{order}BB{n}iH1f", 7, n, *range(n), 1, 0.5)
    if form == "ascii":
        lines = [*points, *([7, n, *range(n), 1, 0.5] for n in corners)]
        body = "\n".join(" ".join(map(str, line)) for line in lines).encode()
    assert len(meshes.ply(head.encode() + body, "m").points) == sum(n - 2 for n in corners)
    with pytest.raises(BadInput, match=r"^m: "):
        meshes.ply(head.encode() + body[:-5], "m")


def test_what_a_file_says_never_reaches_the_terminal_raw(tmp_path):
    (tmp_path / "m.obj").write_text("v 0 0 \x1b[31mred\nf 1 1 1\n")
    says(GOOD | {"shapes": [{"kind": "mesh", "file": str(tmp_path / "m.obj")}]}, "m.obj:1")
    (tmp_path / "m.ply").write_text("ply\nformat ascii 1.0\nelement \x1b[31m 1\nend_header\n")
    says(GOOD | {"shapes": [{"kind": "mesh", "file": str(tmp_path / "m.ply")}]}, "m.ply")


@pytest.mark.parametrize("kind", ["u1", ">u2"])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_png_of_any_filter_is_read(kind, depth):
    """Grey or colour, with or without alpha, 8 or 16 bits; row k has the filter k mod 5 of the PNG specification."""
    pixels = np.random.default_rng(0).integers(0, np.iinfo(kind).max, (7, 5, depth), endpoint=True).astype(kind)
    found = images.png_values(filtered(pixels))
    expected = (pixels[..., :3] if depth > 2 else pixels[..., :1].repeat(3, -1)) / np.iinfo(kind).max
    assert np.array_equal(found, expected)


def filtered(pixels):
    """The bytes of a PNG of these pixels, written by the specification."""
    (h, w, depth), step = pixels.shape, pixels.shape[2] * pixels.dtype.itemsize
    x = np.frombuffer(pixels.tobytes(), np.uint8).reshape(h, -1).astype(int)
    a, b, c = np.zeros((3, *x.shape), int)
    a[:, step:], b[1:], c[1:, step:] = x[:, :-step], x[:-1], x[:-1, :-step]
    near = np.abs([b - c, a - c, a + b - 2 * c]).argmin(0)  # the first of equal ones: a, then b, then c
    guesses = np.stack([0 * x, a, b, (a + b) // 2, np.choose(near, [a, b, c])])
    kinds = np.arange(h) % 5
    rows = np.column_stack([kinds, (x - guesses[kinds, np.arange(h)]) % 256]).astype(np.uint8)
    head = struct.pack(">2I5B", w, h, 8 * pixels.dtype.itemsize, {1: 0, 2: 4, 3: 2, 4: 6}[depth], 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b"")
    chunks = (struct.pack(">I", len(s)) + k + s + struct.pack(">I", zlib.crc32(k + s)) for k, s in parts)
    return images.SIGNATURE + b"".join(chunks)


def test_a_png_may_have_a_palette():
    from PIL import Image

    image, file = Image.new("P", (2, 1)), io.BytesIO()
    image.putpalette([0, 51, 255, 255, 0, 0])
    image.putdata([0, 1])
    image.save(file, "PNG")
    assert images.png_values(file.getvalue()).tolist() == [[[0, 0.2, 1], [1, 0, 0]]]
