"""PLY files as columns: a header that lists elements and their properties, then numbers, in ASCII or binary."""

import re

import numpy as np

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


def elements_of(data, path):
    """({element: {property: values}}, {(element, property): type of the list's numbers}) of the bytes of a PLY file."""
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
    return columns, listed


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
