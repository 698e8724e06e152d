"""A file of yours made smaller by this project's codes, and back:

    python compress.py FILE [--code lz78] [--out CODE]
    python compress.py --decompress CODE [--out FILE]

A code is 32 bytes about the file (what made it, how long it was, two checksums) and then its bits. Decoding believes none of
it: memory does not grow with what a file says of itself, and the result gets its name only when both checksums agree.
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
ABOUT = struct.Struct("<BBQI")  # code, order, bytes of the file, their CRC-32
CHECK = struct.Struct("<I")  # CRC-32 of the bytes before and of the bits
HEAD = len(MAGIC) + ABOUT.size + CHECK.size
CODES = {"arithmetic": 1, "lz78": 2}
ORDERS = 12  # the largest order
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
    parser.add_argument("--order", type=int, default=6, help="bytes that arithmetic coding looks back (%(default)s)")
    parser.add_argument("--out", help=f"where it goes (default: FILE{ENDING}, and back); it must not be there yet")
    parser.add_argument("--limit", type=int, default=1 << 30, help="bytes that a decoded file may have (%(default)s)")
    try:
        asked = parser.parse_args(arguments)
        source = existing(asked.file)
        if asked.decompress:
            print(line(decompress(source, asked.out, asked.limit)))
        else:
            print(line(compress(source, asked.out, asked.code, asked.order)))
        return 0
    except BadInput as error:
        print(line(f"compress: {error}"), file=sys.stderr)
        return 2
    except (OSError, MemoryError) as error:
        print(line(f"compress: {error or 'not enough memory'}"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("compress: interrupted, nothing is written", file=sys.stderr)
        return 130


def line(text):
    """A text on one line, whatever is in the names of files."""
    return " ".join(text.encode(errors="backslashreplace").decode().split())


def existing(name):
    """The path of a regular file. BadInput where there is none."""
    with contextlib.suppress(OSError, ValueError):  # a name that no file can have
        if Path(name).is_file():
            return Path(name)
    raise BadInput(f"{name!r}: no such file (a folder or a device is none)")


def compress(source, out, code, order):
    """Write the code of a file; a sentence about it. BadInput where the order is out of range or the target is there."""
    if not 0 <= order <= ORDERS:
        raise BadInput(f"--order {order}: wanted 0 to {ORDERS}")
    order = order if code == "arithmetic" else 0
    encoder, zlib_encoder = encoder_of(CODES[code], order), zlib.compressobj(9)
    length = check = check_of_bits = beside = 0
    target = Path(out or f"{source}{ENDING}")
    with replaced(target) as written, source.open("rb") as read:
        written.write(bytes(HEAD))
        while block := read.read(BLOCK):
            length, check, beside = (
                length + len(block),
                zlib.crc32(block, check),
                beside + len(zlib_encoder.compress(block)),
            )
            bits = encoder.encode(block)
            written.write(bits)
            check_of_bits = zlib.crc32(bits, check_of_bits)
        bits = encoder.finish()
        written.write(bits)
        size = written.tell()
        written.seek(0)
        written.write(head(CODES[code], order, length, check, zlib.crc32(bits, check_of_bits)))
    rate = f", {8 * size / length:.3f} bits a byte" if length else ""
    return f"{target}: {length} bytes became {size}{rate} (zlib: {beside + len(zlib_encoder.flush())})"


def decompress(source, out, limit):
    """Write the file of a code; a sentence about it. BadInput for anything that is not the whole, unaltered code of a file."""
    if not out and source.suffix != ENDING:
        raise BadInput(f"{source}: its name does not end in {ENDING}: say with --out where the file goes")
    target = Path(out or source.with_suffix(""))
    try:
        code, order, length, check, bits = opened(source)
        if length > limit:
            raise BadInput(f"it says that the file has {length} bytes; --limit {length} would allow so many")
        with replaced(target) as written:
            decoder, left, found = decoder_of(code, bits, order), length, 0
            while left:
                block = decoder.decode(min(left, BLOCK))
                written.write(block)
                left, found = left - len(block), zlib.crc32(block, found)
            decoder.finish()
            if found != check:
                raise BadInput("the checksum of the file differs: it is damaged")
    except BadInput as error:
        raise BadInput(f"{source}: {error}") from None
    return f"{target}: {length} bytes, checksums agree"


def opened(source):
    """(code, order, length, CRC-32, bits) of a code; the bits stay on the disk until they are read. BadInput where it is none."""
    import numpy as np

    with source.open("rb") as read:
        begin, size = read.read(HEAD), os.fstat(read.fileno()).st_size
    if begin[: len(MAGIC)] != MAGIC:
        raise BadInput("it does not begin as a code of compress.py does")
    if len(begin) < HEAD:
        raise BadInput(f"it ends within its first {HEAD} bytes: it is truncated")
    code, order, length, check = ABOUT.unpack_from(begin, len(MAGIC))
    bits = memoryview(np.memmap(source, np.uint8, "r", offset=HEAD) if size > HEAD else b"")
    check_of_bits = 0
    for at in range(0, len(bits), BLOCK):
        check_of_bits = zlib.crc32(bits[at : at + BLOCK], check_of_bits)
    if head(code, order, length, check, check_of_bits) != begin:
        raise BadInput("its checksum differs: it is damaged or truncated")
    if code not in CODES.values() or order > ORDERS:
        raise BadInput(f"its code is number {code} with order {order}, which this program does not know")
    return code, order, length, check, bits


def head(code, order, length, check, check_of_bits):
    """The first bytes of a code."""
    begin = MAGIC + ABOUT.pack(code, order, length, check)
    return begin + CHECK.pack(zlib.crc32(begin, check_of_bits))


def encoder_of(code, order):
    """The encoder of a code's number."""
    if code == CODES["lz78"]:
        return lz78.Encoder()
    import contexts

    return contexts.Encoder(order)


def decoder_of(code, bits, order):
    """The decoder of a code's number, for its bits."""
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
