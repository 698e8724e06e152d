"""One file for a nested dict of arrays, numbers and strings: written atomically, verified when read, no pickle.

Layout: 8 bytes magic, 8 bytes length of the header, the header (JSON: the tree, each array as dtype, shape and offset),
the arrays' bytes, and the sha256 of all that precedes it.
"""

import hashlib
import json
import math
import re
from pathlib import Path

import numpy as np

from abacus import files
from abacus.errors import Damaged

MAGIC = b"ABACUS01"
KINDS = "biufc"  # bool, int, unsigned, float, complex: what an array may hold


def write(path, tree):
    """Write the nested dict `tree` to `path`: after a crash at any moment the file is the old one or the new one."""
    arrays = []
    header = json.dumps(_pack(tree, arrays)).encode()
    parts = [MAGIC, len(header).to_bytes(8, "little"), header, *(np.ascontiguousarray(a).tobytes() for a in arrays)]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    files.replace(path, [*parts, digest.digest()])


def read(path):
    """The nested dict that `write` wrote. Damaged where the file is torn or altered."""
    content = Path(path).read_bytes()
    body, digest = content[:-32], content[-32:]
    if not body.startswith(MAGIC) or hashlib.sha256(body).digest() != digest:
        raise Damaged(f"{path}: not a whole checkpoint (its sha256 does not match)")
    start = 16 + int.from_bytes(body[8:16], "little")
    try:
        tree = json.loads(body[16:start])
        if not isinstance(tree, dict):
            raise ValueError("its header is no mapping")
        return _unpack(tree, memoryview(body)[start:])
    except (ValueError, TypeError, RecursionError) as error:
        raise Damaged(f"{path}: not a checkpoint of Abacus ({error})") from None


def _pack(node, arrays):
    if isinstance(node, dict):
        return {str(key): _pack(child, arrays) for key, child in node.items()}
    if isinstance(node, np.ndarray):
        if node.dtype.kind not in KINDS:
            raise TypeError(f"a checkpoint holds arrays of numbers, not {node.dtype}")
        offset = sum(a.nbytes for a in arrays)
        arrays.append(node)
        return [node.dtype.str, list(node.shape), offset]
    if node is None or isinstance(node, (bool, int, float, str)):
        return node
    raise TypeError(f"a checkpoint holds arrays, numbers and strings, not {type(node).__name__}")


def _unpack(node, data):
    if isinstance(node, dict):
        return {key: _unpack(child, data) for key, child in node.items()}
    if isinstance(node, list):
        dtype, shape, offset = node
        if not re.fullmatch(f"[<>|][{KINDS}][0-9]{{1,2}}", dtype) or not all(type(n) is int and n >= 0 for n in shape):
            raise ValueError(f"an array of {dtype} {shape}")
        count = math.prod(shape)
        if count > len(data):
            raise ValueError(f"an array of {count} numbers in {len(data)} bytes")
        return np.frombuffer(data, dtype, count, offset).reshape(shape).copy()
    return node
