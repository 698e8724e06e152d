"""A file of yours made smaller by this project's codes, and back:

    python compress.py FILE [--code lz78] [--out CODE]
    python compress.py --decompress CODE [--out FILE]

A code is 28 bytes about the file (what made it, how long it was, a checksum) and then its bits. Decoding believes none of it:
memory does not grow with what a file says of itself, and the result appears under its name only once its checksum agrees.
"""

import argparse
import contextlib
import os
import struct
import sys
import zlib
from pathlib import Path

import lz78
from abacus.errors import BadInput

ENDING = ".abc"
MAGIC = b"Abacus code 1\n"
HEAD = struct.Struct("<BBQI")  # code, order, bytes of the file, its CRC-32 together with the three before
CODES = {"arithmetic": 1, "lz78": 2}
ORDER = 6  # of the arithmetic code, where nothing else is asked for
BLOCK = 1 << 20  # bytes that are read, coded and written at a time


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command in one line."""

    def error(self, message):
        raise BadInput(f"{message} (python compress.py --help says more)")


def main(arguments):
    parser = Parser(prog="compress.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="what is compressed, or with --decompress a code")
    parser.add_argument("--decompress", action="store_true", help="from a code back to the file")
    parser.add_argument("--code", choices=CODES, default="arithmetic", help="what compresses (default: %(default)s)")
    parser.add_argument(
        "--order", type=int, default=ORDER, help="bytes that arithmetic coding looks back, 0 to 12 (%(default)s)"
    )
    parser.add_argument("--out", help=f"where it goes (default: FILE{ENDING}, and back); it must not be there yet")
    parser.add_argument("--limit", type=int, default=1 << 30, help="bytes that a decoded file may have (%(default)s)")
    try:
        asked = parser.parse_args(arguments)
        source = existing(asked.file)
        print(decompress(source, asked.out, asked.limit) if asked.decompress else compress(source, asked.out, asked))
        return 0
    except BadInput as error:
        print(f"compress: {error}", file=sys.stderr)
        return 2
    except (OSError, MemoryError) as error:
        print(f"compress: {error or 'not enough memory'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("compress: interrupted, nothing is written", file=sys.stderr)
        return 130


def existing(name):
    """The path of a regular file. BadInput where there is none."""
    path = Path(name)
    try:
        if path.is_file():
            return path
    except (OSError, ValueError):  # a name that no file can have
        pass
    raise BadInput(f"{name!r}: no such file (a folder or a device is none)")


def compress(source, out, asked):
    """Write the code of a file; a sentence about it. BadInput where the order is out of range or the target is there."""
    order = asked.order if asked.code == "arithmetic" else 0
    if not 0 <= order <= 12:
        raise BadInput(f"--order {order}: wanted 0 to 12")
    target = Path(out or f"{source}{ENDING}")
    encoder, peer, length, beside = encoder_of(CODES[asked.code], order), zlib.compressobj(9), 0, 0
    with replaced(target) as written, source.open("rb") as read:
        written.write(MAGIC + bytes(HEAD.size))
        check = 0
        while block := read.read(BLOCK):
            written.write(encoder.encode(block))
            check, length, beside = zlib.crc32(block, check), length + len(block), beside + len(peer.compress(block))
        written.write(encoder.finish())
        size = written.tell()
        written.seek(len(MAGIC))
        written.write(head(CODES[asked.code], order, length, check))
    beside += len(peer.flush())
    rate = f", {8 * size / length:.3f} bits a byte" if length else ""
    return f"{target}: {length} bytes became {size}{rate} (zlib: {beside})"


def decompress(source, out, limit):
    """Write the file of a code; a sentence about it. BadInput for anything that is not the whole, unaltered code of a file."""
    import numpy as np

    if not out and source.suffix != ENDING:
        raise BadInput(f"{source}: its name does not end in {ENDING}: say with --out where the file goes")
    target = Path(out or source.with_suffix(""))
    start = len(MAGIC) + HEAD.size
    with source.open("rb") as read:
        begin, size = read.read(start), os.fstat(read.fileno()).st_size
        if begin[: len(MAGIC)] != MAGIC:
            raise BadInput(f"{source}: it does not begin as a code of compress.py does")
        if len(begin) < start:
            raise BadInput(f"{source}: it ends within its first {start} bytes: it is truncated")
    code, order, length, _ = HEAD.unpack(begin[len(MAGIC) :])
    if code not in CODES.values() or order > 12:
        raise BadInput(f"{source}: code {code} of order {order} is none of ours: it is damaged")
    if length > limit:
        raise BadInput(f"{source}: it says that the file has {length} bytes; --limit {length} would allow so many")
    bits = memoryview(np.memmap(source, np.uint8, "r", offset=start) if size > start else b"")
    try:
        with replaced(target) as written:
            decoder, left, found = decoder_of(code, bits, order), length, 0
            while left:
                block = decoder.decode(min(left, BLOCK))
                written.write(block)
                left, found = left - len(block), zlib.crc32(block, found)
            decoder.finish()
            if head(code, order, length, found) != begin[len(MAGIC) :]:
                raise BadInput("the checksum differs: it is damaged")
    except BadInput as error:
        raise BadInput(f"{source}: {error}") from None
    return f"{target}: {length} bytes, checksum agrees"


def head(code, order, length, check):
    """The bytes about a file; the checksum covers them too."""
    return HEAD.pack(code, order, length, zlib.crc32(struct.pack("<BBQ", code, order, length), check))


def encoder_of(code, order):
    if code == CODES["lz78"]:
        return lz78.Encoder()
    import contexts

    return contexts.Encoder(order)


def decoder_of(code, bits, order):
    if code == CODES["lz78"]:
        return lz78.Decoder(bits)
    import contexts

    return contexts.Decoder(bits, order)


@contextlib.contextmanager
def replaced(target):
    """A file open for writing that gets its name when all went well, and is gone when not. BadInput where the name is taken."""
    if target.exists():
        raise BadInput(f"{target}: it is there already; say with --out where else it should go")
    if not target.parent.is_dir():
        raise BadInput(f"{target}: there is no folder {target.parent}")
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with beside.open("xb") as written:
            yield written
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
