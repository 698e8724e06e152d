"""Compressed files and archives read in memory, never further than a given number of bytes, never unpacked to disk."""

import bz2
import contextlib
import errno
import lzma
import tarfile
import zipfile
import zlib

from abacus.errors import Damaged

STEP = 1 << 20  # bytes read, and bytes given out, at a time
_TORN = (EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)
_HOSTILE = (ValueError, NotImplementedError, RuntimeError, IndexError, KeyError, OverflowError)  # from a mangled header


@contextlib.contextmanager
def named(path):
    """Turns what the standard library raises over mangled bytes into one Damaged that names the file."""
    try:
        yield
    except Damaged:
        raise
    except (*_TORN, *_HOSTILE) as error:
        raise Damaged(f"{path}: torn or altered ({error or type(error).__name__})") from error
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # from bz2 over a wrong stream, from zipfile over a wrong offset
            raise Damaged(f"{path}: torn or altered ({error})") from error
        raise


def expand(path, cap):
    """What the file holds once decompressed (gzip, xz, bzip2, or as it is), as bytes; Damaged beyond `cap` bytes."""
    return b"".join(chunks(path, cap))


def chunks(path, cap):
    """The decompressed bytes of a file in pieces of at most 1 MB; Damaged where it is torn or holds more than `cap`."""
    total = 0
    with named(path), open(path, "rb") as file:
        make = _decompressor(file)
        for piece in _plain(file) if make is None else _decompressed(file, make):
            total += len(piece)
            if total > cap:
                raise Damaged(f"{path}: holds more than the {cap} bytes expected of it")
            yield piece


def members(path, cap, wanted=lambda name: True):
    """{name: bytes} of the files of a tar (compressed or not) or zip, in its order, where `wanted(name)`.

    All of the archive, wanted or not, may come to `cap` bytes; beyond, or on anything strange, Damaged.
    """
    with named(path):
        if zipfile.is_zipfile(path):
            return _zip_members(path, cap, wanted)
        found, pieces = {}, chunks(path, cap)
        stream = tarfile.open(fileobj=_Stream(pieces), mode="r|")  # noqa: SIM115 (it holds no file)
        for member in stream:
            if not member.isreg() or member.issparse():
                if member.isdir():
                    continue
                raise Damaged(f"{path}: {member.name} is neither a file nor a folder")
            if member.name in found:
                raise Damaged(f"{path}: holds {member.name} twice")
            if not wanted(member.name):
                continue
            body = stream.extractfile(member).read()
            if len(body) != member.size:
                raise Damaged(f"{path}: ends within {member.name}")
            found[member.name] = body
        for _ in pieces:  # to the end, where the checksum stands
            pass
        return found


def _zip_members(path, cap, wanted):
    found, total = {}, 0
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.is_dir() or not wanted(member.filename):
                continue
            with archive.open(member) as file:
                body = file.read(cap - total + 1)
                total += len(body)
                if total > cap:
                    raise Damaged(f"{path}: holds more than the {cap} bytes expected of it")
                if member.filename in found:
                    raise Damaged(f"{path}: holds {member.filename} twice")
                found[member.filename] = body
    return found


def _decompressor(file):
    head = file.read(6)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        return _Gzip
    if head == b"\xfd7zXZ\x00":
        return lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=1 << 28)
    if head[:3] == b"BZh":
        return bz2.BZ2Decompressor
    if head and b"\xfd7zXZ\x00".startswith(head):
        raise EOFError("the compressed stream ends too soon")
    return None


def _plain(file):
    while piece := file.read(STEP):
        yield piece


def _decompressed(file, make):
    """A file may hold several streams one after the other, as gzip and xz allow."""
    data = file.read(STEP)
    while data:
        stream = make()
        while not stream.eof:
            if stream.needs_input and not data:
                data = file.read(STEP)
                if not data:
                    raise EOFError("the compressed stream ends too soon")
            piece, data = stream.decompress(data, STEP), b""
            if piece:
                yield piece
        data = stream.unused_data or file.read(STEP)


class _Gzip:
    """zlib's decompressor with the interface of those of lzma and bz2."""

    def __init__(self):
        self._stream = zlib.decompressobj(wbits=31)

    def decompress(self, data, length):
        return self._stream.decompress(self._stream.unconsumed_tail + data, length)

    @property
    def needs_input(self):
        return not self._stream.unconsumed_tail

    @property
    def eof(self):
        return self._stream.eof

    @property
    def unused_data(self):
        return self._stream.unused_data


class _Stream:
    """Chunks as the readable object that tarfile asks for."""

    def __init__(self, pieces):
        self._pieces, self._piece, self._used = pieces, b"", 0

    def read(self, size):
        parts = []
        while size:
            if self._used == len(self._piece):
                self._piece, self._used = next(self._pieces, b""), 0
                if not self._piece:
                    break
            part = self._piece[self._used : self._used + size]
            self._used += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)
