"""Pictures in files: PNG (8 bits), PFM and EXR (32-bit floats), NPY; readers for all but EXR.

PNG files are read by Pillow, except for colours of 16 bits, of which it would keep 8. (Colours of 16 bits that are
interlaced as well are the one case in which the lower 8 bits are lost.)
"""

import io
import math
import os
import re
import struct
import warnings
import zlib

import numpy as np

from abacus.data.given import given
from abacus.errors import BadInput

MOST = 1 << 25  # pixels, 8192 x 4096: a small file may say that it holds more than the memory does
SIGNATURE = b"\x89PNG\r\n\x1a\n"
DEPTHS = {2: 3, 4: 2, 6: 4}  # numbers a pixel of colour, of grey with alpha, of colour with alpha
NPY = rb"\{'descr': '([<>|](?:b1|[ui][1248]|f[248]))', 'fortran_order': (True|False), 'shape': \(([\d, ]+)\), \}"


def srgb(x):
    """The sRGB curve of linear values, clipped to [0, 1]."""
    x = np.clip(np.nan_to_num(x), 0, 1)
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)


def linear(y):
    """The inverse of the sRGB curve."""
    return np.where(y <= 0.04045, y / 12.92, ((y + 0.055) / 1.055) ** 2.4)


def display(radiances, exposure):
    """Display values in [0, 1] of linear radiances: exposure in stops, then the sRGB curve."""
    return srgb(radiances * 2.0**exposure)


def show(job, radiances, exposure):
    """The picture, pixel by pixel, as the figure of a run."""
    with job.figure("picture") as figure:
        h, w = radiances.shape[:2]
        figure.set_layout_engine("none")
        figure.set_size_inches(w / figure.dpi, h / figure.dpi)
        figure.figimage(display(radiances, exposure))


def write(path, pixels):
    """Writes pixels (h, w, 3), by the ending: .png takes display values in [0, 1], the others keep linear floats."""
    ending = os.path.splitext(str(path))[1].lower()
    if ending not in WRITERS:
        raise BadInput(f"{path}: pictures end in {', '.join(WRITERS)}")
    with open(f"{path}.part", "wb") as f:
        WRITERS[ending](f, np.asarray(pixels))
    os.replace(f"{path}.part", path)


def png(f, pixels):
    """PNG: rows of 8-bit RGB, unfiltered, deflated."""
    h, w, _ = pixels.shape
    rows = np.zeros((h, 1 + 3 * w), np.uint8)
    rows[:, 1:] = np.rint(255 * np.clip(pixels, 0, 1)).astype(np.uint8).reshape(h, -1)
    f.write(b"\x89PNG\r\n\x1a\n")
    for kind, body in (
        (b"IHDR", struct.pack(">2I5B", w, h, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes(), 6)),
        (b"IEND", b""),
    ):
        f.write(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))


def pfm(f, pixels):
    """Portable float map: little-endian RGB, the lowest row first."""
    h, w, _ = pixels.shape
    f.write(b"PF\n%d %d\n-1.0\n" % (w, h) + pixels[::-1].astype("<f4").tobytes())


def exr(f, pixels):
    """OpenEXR: one part of scan lines, channels B, G, R of 32-bit floats, not compressed."""
    h, w, _ = pixels.shape
    window, box = struct.pack("<4i", 0, 0, w - 1, h - 1), b"box2i"
    channels = b"".join(c + b"\0" + struct.pack("<iB3x2i", 2, 0, 1, 1) for c in (b"B", b"G", b"R")) + b"\0"
    head = (
        b"".join(
            name + b"\0" + kind + b"\0" + struct.pack("<i", len(body)) + body
            for name, kind, body in (
                (b"channels", b"chlist", channels),
                (b"compression", b"compression", b"\0"),
                (b"dataWindow", box, window),
                (b"displayWindow", box, window),
                (b"lineOrder", b"lineOrder", b"\0"),
                (b"pixelAspectRatio", b"float", struct.pack("<f", 1)),
                (b"screenWindowCenter", b"v2f", struct.pack("<2f", 0, 0)),
                (b"screenWindowWidth", b"float", struct.pack("<f", 1)),
            )
        )
        + b"\0"
    )
    start, line = 8 + len(head) + 8 * h, 8 + 12 * w
    f.write(struct.pack("<2i", 20000630, 2) + head + struct.pack(f"<{h}Q", *(start + line * y for y in range(h))))
    for y in range(h):
        f.write(struct.pack("<2i", y, 12 * w) + pixels[y, :, ::-1].T.astype("<f4").tobytes())


def read(path, place):
    """Linear pixels (h, w, 3) of a PNG (sRGB), PFM or NPY file."""
    ending = os.path.splitext(path)[1].lower()
    if not os.path.isfile(path):
        raise BadInput(f"{place}.file: there is no image {path}")
    with open(given(path), "rb") as f:
        data = f.read()
    try:
        with np.errstate(invalid="ignore"):  # a NaN is named below
            pixels = {".png": read_png, ".pfm": read_pfm, ".npy": read_npy}[ending](data)
        if not pixels.size:
            raise ValueError("no pixels")
    except KeyError:
        raise BadInput(f"{place}.file: {path} is neither .png, .pfm nor .npy") from None
    except (ValueError, OverflowError, struct.error, zlib.error, IndexError) as error:
        raise BadInput(f"{path}: a torn or unknown image ({error})") from None
    bad = ~np.isfinite(pixels).all(-1)
    if bad.any():
        y, x = np.argwhere(bad)[0]
        raise BadInput(f"{path}: the texel in row {y}, column {x} is not finite ({int(bad.sum())} such)")
    if pixels.min() < 0:
        raise BadInput(f"{path}: a texel is negative ({pixels.min():g})")
    return pixels[..., :3]


def read_png(data):
    """Linear pixels of a PNG file, whose values are sRGB's."""
    return linear(png_values(data))


def read_pfm(data):
    """Linear pixels of a PFM file."""
    kind, size, scale, body = data.split(b"\n", 3)
    w, h = map(int, size.split())
    if w < 1 or h < 1:
        raise ValueError(f"{w} x {h} pixels")
    depth = {b"PF": 3, b"Pf": 1}[kind.strip()]
    floats = np.frombuffer(body, "<f4" if float(scale) < 0 else ">f4", w * h * depth)
    return floats.reshape(h, w, depth)[::-1].astype(float).repeat(3 // depth, -1)


def read_npy(data):
    """Linear pixels of an NPY file (its version 1): plain numbers, (h, w) or (h, w, 3 or more)."""
    end = 10 + int.from_bytes(data[8:10], "little")
    head = re.fullmatch(NPY, data[10:end].strip()) if data[:8] == b"\x93NUMPY\x01\x00" else None
    if head is None:
        raise ValueError("not plain numbers of NPY's version 1")
    shape = [int(n) for n in head[3].replace(b",", b" ").split()]
    values = np.frombuffer(data, head[1].decode(), math.prod(shape), end)
    values = values.reshape(shape, order="F" if head[2] == b"True" else "C").astype(float)
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] < 3):
        raise ValueError(f"an array of shape {values.shape}, wanted (height, width, 3)")
    return values if values.ndim == 3 else values[..., None].repeat(3, -1)


def png_values(data):
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


WRITERS = {".png": png, ".pfm": pfm, ".exr": exr, ".npy": np.save}
