"""The hash of a file, of a text whatever its line ends, and of what a compressed file or an archive holds."""

import hashlib

from abacus.data import archives
from abacus.errors import Damaged

_seen = {}  # (path, size, time of change, inode) -> what was found there, so that a process hashes a file once


def check(path, file):
    """Raises Damaged unless the bytes at `path` are those that `file` (a catalogue.File) is known by.

    The first container of a file is the one that our hashes were made from: its own hash is enough. Of any other (an
    official archive beside a re-packed one, the same text in a gzip with another time stamp) the content's hash
    decides.
    """
    status = path.stat()
    stamp = (str(path), status.st_size, status.st_mtime_ns, status.st_ino, known(file))
    if stamp not in _seen:
        _check(path, file)
        _seen[stamp] = True


def _check(path, file):
    first = file.containers[0]
    size, sha256 = (of_text if file.text else of_bytes)(path, at_most(file))
    if (size, sha256) == (first.bytes, first.sha256):
        return
    if file.content is not None and of_content(path, file.content) == file.content.sha256:
        return
    if file.content is None and any(_is(each, path, sha256) for each in file.containers[1:]):
        return
    raise Damaged(f"{path} is torn or altered: {size} bytes with sha256 {sha256}, expected {known(file)}")


def _is(container, path, sha256):
    """Another container without a content to compare: its own sha256, or the sha1 that its makers published."""
    if container.sha256:
        return container.sha256 == sha256
    with open(path, "rb") as file:
        return container.sha1 and hashlib.file_digest(file, "sha1").hexdigest() == container.sha1


def known(file):
    """The first container's length and hash, in words."""
    first = file.containers[0]
    return f"{first.bytes} bytes with sha256 {first.sha256}" + (" (with \\n line ends)" if file.text else "")


def at_most(file):
    """The length beyond which a file cannot be the right one, in any of its containers."""
    longest = max(each.bytes for each in file.containers)
    if not all(each.bytes for each in file.containers):  # the length of one is not known
        longest = max(longest, 2 * (file.content.bytes if file.content else longest))
    return 2 * longest if file.text else longest  # \r\n at most doubles a text


def of_bytes(path, cap):
    """(length, sha256 in hex) of a file; Damaged when it is longer than `cap`."""
    size = path.stat().st_size
    if size > cap:
        raise Damaged(f"{path} is torn or altered: {size} bytes, expected no more than {cap}")
    with open(path, "rb") as file:
        return size, hashlib.file_digest(file, "sha256").hexdigest()


def of_text(path, cap):
    """(length, sha256 in hex) of a file with \\r\\n read as \\n; Damaged when it is longer than `cap`."""
    size = path.stat().st_size
    if size > cap:
        raise Damaged(f"{path} is torn or altered: {size} bytes, expected no more than {cap}")
    text = path.read_bytes().replace(b"\r\n", b"\n")
    return len(text), hashlib.sha256(text).hexdigest()


def of_content(path, content):
    """sha256 of the decompressed bytes; of an archive, of its files by name: name, NUL, length, NUL, bytes of each."""
    hashed = hashlib.sha256()
    if content.members is None:
        for piece in archives.chunks(path, content.bytes):
            hashed.update(piece)
        return hashed.hexdigest()
    cap = 2 * content.bytes + 2048 * content.members + 65536  # tar pads each member to 512 bytes behind headers of 512
    for name, body in sorted(archives.members(path, cap).items()):
        hashed.update(b"%s\0%d\0" % (name.encode("utf-8", "surrogateescape"), len(body)))
        hashed.update(body)
    return hashed.hexdigest()
