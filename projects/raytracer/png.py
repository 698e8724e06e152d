"""PNG files as linear pixels: read by Pillow, except for colours of 16 bits, of which it would keep 8.

Colours of 16 bits that are interlaced as well are the one case in which the lower 8 bits are lost.
"""

import io
import struct
import warnings
import zlib

import numpy as np

MOST = 1 << 25  # pixels, 8192 x 4096: a small file may say that it holds more than the memory does
SIGNATURE = b"\x89PNG\r\n\x1a\n"
DEPTHS = {2: 3, 4: 2, 6: 4}  # numbers a pixel of colour, of grey with alpha, of colour with alpha


def read(data):
    """Display values (h, w, 3) in [0, 1] of a PNG's bytes; alpha is left out. ValueError where it is torn or none."""
    if data[:8] != SIGNATURE or data[12:16] != b"IHDR":
        raise ValueError("no PNG signature and header")
    w, h, bits, colour, _, _, interlaced = struct.unpack(">2I5B", data[16:29])
    if not 0 < w * h <= MOST:
        raise ValueError(f"{w} x {h} pixels: wanted 1 to {MOST}")
    body = pixel_data(data)  # which finds what is torn: Pillow forgives much
    return deep(body, w, h, DEPTHS[colour]) if bits == 16 and colour in DEPTHS and not interlaced else by_pillow(data)


def by_pillow(data):
    """Display values of any PNG."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it says of animations and profiles does not matter here
            image = Image.open(io.BytesIO(data), formats=["PNG"])
            image.load()
    except Image.UnidentifiedImageError:
        raise ValueError("no PNG that Pillow knows") from None
    except (OSError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ValueError(str(error)) from None
    if image.mode.startswith("I"):  # grey of 16 bits
        return np.asarray(image)[..., None].repeat(3, -1) / 65535
    return np.asarray(image.convert("RGB")) / 255


def deep(body, w, h, depth):
    """Display values of a PNG of 16 bits from its compressed pixels, each of `depth` numbers."""
    step = 2 * depth
    limit = h * (1 + w * step)
    raw = zlib.decompressobj().decompress(body, limit + 1)
    if len(raw) != limit:
        raise ValueError(f"{len(raw)} bytes of pixels instead of {limit}")
    rows = np.frombuffer(raw, np.uint8).reshape(h, 1 + w * step)
    if rows[:, 0].max() > 4:
        raise ValueError(f"unknown filter {rows[:, 0].max()}")
    import numba

    out = numba.njit(unfiltered)(rows[:, 0].copy(), rows[:, 1:].copy(), step)
    values = out.view(">u2").reshape(h, w, depth) / 65535
    return values[..., :3] if depth > 2 else values[..., :1].repeat(3, -1)


def pixel_data(data):
    """The compressed pixels: the bodies of all chunks IDAT. ValueError where a checksum is wrong or the end is missing."""
    at, kind, body = 8, b"", []
    while kind != b"IEND":
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        chunk = data[at + 8 : at + 8 + size]
        if zlib.crc32(kind + chunk) != struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0]:
            raise ValueError("a checksum is wrong")
        body += [chunk] if kind == b"IDAT" else []
        at += 12 + size
    return b"".join(body)


def unfiltered(kinds, rows, step):
    """The bytes (h, w * step) of rows that were filtered by their kinds 0 to 4 (PNG specification, section 9)."""
    h, n = rows.shape
    out = np.zeros((h, n), np.uint8)
    for y in range(h):
        for x in range(n):
            a = int(out[y, x - step]) if x >= step else 0
            b = int(out[y - 1, x]) if y else 0
            c = int(out[y - 1, x - step]) if y and x >= step else 0
            guess = 0
            if kinds[y] == 1:
                guess = a
            elif kinds[y] == 2:
                guess = b
            elif kinds[y] == 3:
                guess = (a + b) // 2
            elif kinds[y] == 4:
                da, db, dc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
                guess = a if da <= db and da <= dc else b if db <= dc else c
            out[y, x] = (int(rows[y, x]) + guess) & 255
    return out
