"""Triangle meshes: readers of Wavefront OBJ and of PLY (ASCII and binary), and two that need no file.

Faces of more corners become fans. Errors name the file and the line. A triangle without area is dropped and counted.
(More than 300 lines: the readers of other people's files stand alone, so that tests/faults can attack this file by itself.)
"""

import os
import re
from typing import NamedTuple

import numpy as np

from abacus.data.given import given
from abacus.errors import BadInput
from abacus.settings import shown

SCALARS = {
    "char": "i1",
    "uchar": "u1",
    "short": "i2",
    "ushort": "u2",
    "int": "i4",
    "uint": "u4",
    "float": "f4",
    "double": "f8",
}
SCALARS |= {
    "int8": "i1",
    "uint8": "u1",
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
    "uint32": "u4",
    "float32": "f4",
    "float64": "f8",
}


MARK = b"\xef\xbb\xbf"  # UTF-8's byte-order mark


class Triangles(NamedTuple):
    """Corners (n, 3, 3); unit normals and texture coordinates at the corners, or None; how many had no area."""

    points: np.ndarray
    normals: np.ndarray | None
    uv: np.ndarray | None
    dropped: int


def load(path, place):
    """The Triangles of the OBJ or PLY file at `path`; `place` is where the scene names it."""
    if not os.path.isfile(path):
        raise BadInput(f"{place}.file: there is no mesh {path}")
    with open(given(path), "rb") as f:
        data = f.read()
    if path.lower().endswith(".obj"):
        return obj(data, path)
    if path.lower().endswith(".ply"):
        return ply(data, path)
    raise BadInput(f"{place}.file: {path} is neither .obj nor .ply")


def obj(data, path):
    """Wavefront OBJ: v, vn, vt and f (negative indices count from the end); other lines say nothing about the shape."""
    kinds, faces = {"v": [], "vn": [], "vt": []}, []
    for number, line in lines_of(data):
        words = line.split("#")[0].split()
        if not words or words[0] not in ("v", "vn", "vt", "f"):
            continue
        try:
            if words[0] == "f":
                corners = [corner(w, kinds) for w in words[1:]]
                if len(corners) < 3:
                    raise ValueError("a face has at least three corners")
                faces += [(corners[0], corners[k], corners[k + 1]) for k in range(1, len(corners) - 1)]
            else:
                numbers = [float(w) for w in words[1:4]]
                least = 1 if words[0] == "vt" else 3  # a vt may be u, u v or u v w
                if len(numbers) < least or not np.isfinite(numbers).all():
                    raise ValueError(f"{line.strip()!r} does not hold finite coordinates")
                kinds[words[0]].append((numbers + [0.0])[:2] if words[0] == "vt" else numbers)
        except ValueError as error:
            raise BadInput(f"{path}:{number}: {error}") from None
    if not faces:
        raise BadInput(f"{path}: no faces")
    index = np.array(faces)  # (n, corner, v vt vn), -1 where absent
    gather = [
        np.array(kinds[k])[index[..., j]] if len(kinds[k]) and (index[..., j] >= 0).all() else None
        for j, k in enumerate(("v", "vt", "vn"))
    ]
    return checked(gather[0], gather[2], gather[1], path)


def lines_of(data):
    """(number, text) of every line of an OBJ: "\\n" or "\\r\\n" ends one and nothing else does.

    A "\\" at its end continues a line, unless that is a comment."""
    held, first = "", 1
    for number, line in enumerate(data.removeprefix(MARK).decode("utf-8", "replace").split("\n"), 1):
        line = line.removesuffix("\r")
        if line.endswith("\\") and not (held + line).lstrip().startswith("#"):
            first, held = (first if held else number), held + line[:-1] + " "
            continue
        yield (first if held else number), held + line
        held = ""
    if held:
        yield first, held


def corner(word, kinds):
    """(v, vt, vn) of one corner of a face, from 0, or -1 where it does not say."""
    out = []
    for part, kind in zip((word.split("/") + ["", ""])[:3], ("v", "vt", "vn")):
        n = len(kinds[kind])
        i = int(part) if part else 0
        if part and not (1 <= i <= n or 1 <= -i <= n):
            raise ValueError(f"the face names {kind} {i}, and there are {n}")
        out.append(i - 1 if i > 0 else n + i if i < 0 else -1)
    if out[0] < 0:
        raise ValueError(f"{word!r} names no point")
    return out


def ply(data, path):
    """PLY: elements vertex (x y z, and nx ny nz, u v or s t) and face (a list of indices), ASCII or binary."""
    data = data.removeprefix(MARK)
    header = re.match(rb"ply[ \t]*\r?\n(?:.*\n)*?end_header[ \t]*\r?\n", data)
    if header is None:
        raise BadInput(f"{path}: no PLY header")
    start, form, elements = header.end(), None, []
    for number, line in enumerate(header[0].decode("ascii", "replace").split("\n"), 1):
        words = line.split()
        try:
            if words[:1] == ["format"]:
                form = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}[words[1]]
            elif words[:1] == ["element"]:
                elements.append((words[1], counted(words[2]), []))
            elif words[:1] == ["property"]:
                elements[-1][2].append((words[-1], scalars(words[1:-1])))
        except (KeyError, IndexError, ValueError):
            raise BadInput(f"{path}:{number}: {line.strip()!r} is not a PLY header line") from None
    for name, _, properties in elements:
        if not properties or len(dict(properties)) < len(properties):
            raise BadInput(f"{path}: {shown(name)} has no property, or two of one name")
    body = data[start:]
    if form is None:
        raise BadInput(f"{path}: the header names no format")
    columns = ascii_elements(body, elements, path) if form == "" else binary_elements(body, elements, form, path)
    listed = {(name, p): types[1] for name, _, properties in elements for p, types in properties if len(types) == 2}
    vertex = {p: values for p, values in columns.get("vertex", {}).items() if ("vertex", p) not in listed}
    faces = {p: values for p, values in columns.get("face", {}).items() if "f" not in listed.get(("face", p), "f")}
    lists = next((faces[k] for k in ("vertex_indices", "vertex_index") if k in faces), None)
    if lists is None or not {"x", "y", "z"} <= set(vertex):
        raise BadInput(f"{path}: a mesh has vertices x y z and faces with vertex_indices")
    fans = [(f[0], f[k], f[k + 1]) for f in lists for k in range(1, len(f) - 1)]
    if not fans:
        raise BadInput(f"{path}: no faces")
    index, n = np.array(fans, np.int64), len(vertex["x"])
    if index.min() < 0 or index.max() >= n:
        raise BadInput(
            f"{path}: a face names vertex {index.max() if index.max() >= n else index.min()}, and there are {n}"
        )

    def pick(*names):
        return np.stack([vertex[k] for k in names], -1).astype(float)[index] if set(names) <= set(vertex) else None

    uv = pick("u", "v") if "u" in vertex else pick("s", "t")
    return checked(pick("x", "y", "z"), pick("nx", "ny", "nz"), uv, path)


def scalars(words):
    """The type of a property, or the two of a list: of its length and of its numbers; ValueError where it is none."""
    listed = words[0] == "list"
    types = [SCALARS[word] for word in words[listed:]]
    if len(types) != 1 + listed or (listed and "f" in types[0]):
        raise ValueError(words)
    return types


def counted(word):
    """A count; ValueError where it is none."""
    if int(word) < 0:
        raise ValueError(word)
    return int(word)


def ascii_elements(body, elements, path):
    """{element: {property: values}} of an ASCII body, one line an item."""
    lines, at, out = [line for line in body.decode("ascii", "replace").split("\n") if line.strip()], 0, {}
    for name, count, properties in elements:
        columns = {p: [] for p, _ in properties}
        for i in range(at, at + count):
            words = iter(lines[i].split() if i < len(lines) else [])
            try:
                for p, kinds in properties:
                    kind = float if "f" in kinds[-1] or len(kinds) == 1 else int
                    found = [kind(next(words)) for _ in range(int(next(words)) if len(kinds) == 2 else 1)]
                    columns[p].append(found if len(kinds) == 2 else found[0])
            except (StopIteration, ValueError):
                raise BadInput(f"{path}: {shown(name)} {i - at} of {count} is missing or torn") from None
        at += count
        out[name] = {p: v if len(k) == 2 else np.array(v) for (p, k), v in zip(properties, columns.values())}
    return out


def binary_elements(body, elements, order, path):
    """{element: {property: values}} of a binary body, in one piece where all lists are as long as the first item's."""
    at, out = 0, {}
    for name, count, properties in elements:
        columns, at = together(body, at, count, properties, order) or one_by_one(
            body,
            at,
            count,
            properties,
            order,
            f"{path}: the file ends before the {shown(name)}s that its header counts",
        )
        out[name] = {p: values for (p, _), values in zip(properties, columns)}
    return out


def together(body, at, count, properties, order):
    """(columns, end) of `count` items from `at` on whose lists are as long as the first item's; None where they are not."""
    lengths, end = [], at
    for _, kinds in properties:
        if len(kinds) == 2 and count:
            found = np.frombuffer(body, order + kinds[0], 1, end) if end + width(kinds[0]) <= len(body) else [-1]
            lengths.append(int(found[0]))
            if lengths[-1] < 0 or lengths[-1] * width(kinds[1]) > len(body) - end:
                return None
            end += width(kinds[0]) + lengths[-1] * width(kinds[1])
        else:
            lengths.append(0)
            end += width(kinds[0])
    parts = []
    for i, ((_, kinds), n) in enumerate(zip(properties, lengths)):
        listed = len(kinds) == 2
        parts += (
            [(f"n{i}", order + kinds[0]), (f"p{i}", order + kinds[1], (n,))]
            if listed
            else [(f"p{i}", order + kinds[0])]
        )
    kind = np.dtype(parts)
    if count > (len(body) - at) // kind.itemsize:
        return None
    whole = np.frombuffer(body, kind, count, at)
    if any((whole[f"n{i}"] != n).any() for i, n in enumerate(lengths) if f"n{i}" in kind.names):
        return None
    return [whole[f"p{i}"] for i in range(len(properties))], at + count * kind.itemsize


def one_by_one(body, at, count, properties, order, message):
    """(columns, end) of `count` items from `at` on; BadInput(message) where the body ends before."""
    columns = [[] for _ in properties]

    def read(kind, n):
        nonlocal at
        size = n * width(kind)
        if n < 0 or at + size > len(body):
            raise BadInput(message)
        found = np.frombuffer(body, order + kind, n, at).tolist()
        at += size
        return found

    for _ in range(count):
        for column, (_, kinds) in zip(columns, properties):
            (value,) = read(kinds[0], 1)
            column.append(read(kinds[1], value) if len(kinds) == 2 else value)
    return [c if len(kinds) == 2 else np.array(c) for c, (_, kinds) in zip(columns, properties)], at


def width(kind):
    """Bytes of one number of a type such as "f4"."""
    return int(kind[1])


def checked(points, normals, uv, path):
    """The Triangles with area; the points must be finite."""
    if not np.isfinite(points).all():
        raise BadInput(f"{path}: a vertex is not finite")
    good = has_area(points)
    if not good.any():
        raise BadInput(f"{path}: every triangle is degenerate (no area)")
    normals, uv = (None if a is None else a[good] for a in (normals, uv))
    return Triangles(points[good], normals, uv, int((~good).sum()))


def has_area(points):
    """Which of the triangles (n, 3, 3) have an area: more than the rounding of their own corners could make of none.

    A corner p is known to ε|p|, an edge e then to as much, and the cross product of two edges to about ε|p||e|."""
    with np.errstate(over="ignore", invalid="ignore"):  # where a product is not finite there is no area either
        edges = np.roll(points, -1, 1) - points
        cross = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1)
        longest = np.linalg.norm(edges, axis=2).max(1)
        known = 8 * np.finfo(float).eps * np.abs(points).max((1, 2)) * longest
        return (cross > known) & np.isfinite(cross)


def bumps(n):
    """A bumpy sphere of n × n points on a square ground."""
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, n, endpoint=False), np.linspace(0.02, np.pi - 0.02, n), indexing="ij")
    r = 1 + 0.08 * np.sin(9 * u) * np.sin(7 * v) + 0.03 * np.sin(31 * u + 2) * np.sin(29 * v)
    p = (
        np.stack([r * np.sin(v) * np.cos(u), 1.05 + r * np.cos(v), r * np.sin(v) * np.sin(u)], -1)
        .astype(np.float32)
        .astype(float)
    )
    a, b = p[:, :-1], p[:, 1:]
    c, d = np.roll(a, -1, 0), np.roll(b, -1, 0)
    body = np.concatenate([np.stack([d, c, a], -2).reshape(-1, 3, 3), np.stack([b, d, a], -2).reshape(-1, 3, 3)])
    g = np.array([[-6, 0, -6], [6, 0, -6], [6, 0, 6], [-6, 0, 6.0]])
    return Triangles(np.concatenate([body, g[[[0, 2, 1], [0, 3, 2]]]]), None, None, 0)


def cover(seed):
    """[(centre, radius, kind, albedo)]: "Ray Tracing in One Weekend"'s last scene, mirrors without fuzz, from `seed`."""
    rng = np.random.default_rng(seed)
    spheres = [((0, -1000, 0), 1000.0, "lambert", (0.5, 0.5, 0.5))]
    for a in range(-11, 11):
        for b in range(-11, 11):
            choice = rng.random()
            center = (a + 0.9 * rng.random(), 0.2, b + 0.9 * rng.random())
            if np.linalg.norm(np.subtract(center, (4, 0.2, 0))) <= 0.9:
                continue
            if choice < 0.8:
                spheres.append((center, 0.2, "lambert", tuple(rng.random(3) * rng.random(3))))
            elif choice < 0.95:
                spheres.append((center, 0.2, "mirror", tuple(0.5 + 0.5 * rng.random(3))))
            else:
                spheres.append((center, 0.2, "glass", (1, 1, 1)))
    big = [
        ((0, 1, 0), "glass", (1, 1, 1)),
        ((-4, 1, 0), "lambert", (0.4, 0.2, 0.1)),
        ((4, 1, 0), "mirror", (0.7, 0.6, 0.5)),
    ]
    return spheres + [(c, 1.0, kind, colour) for c, kind, colour in big]
