"""A file fetched from the first of several addresses that gives the right bytes, once for all processes.

pooch names the cache's folder but does not fetch: it has no limit on a file's length, none on a server that sends a
byte a minute, no second address, no lock between processes, and knows one hash per file where ours may come in several
containers.
"""

import contextlib
import os
import time

from abacus import files
from abacus.data import archives, digest, transfer
from abacus.errors import Damaged, Unavailable

_ARCHIVE = 1 << 28  # the longest archive that one file is taken out of


def fetch(file, folder, patience=transfer.PATIENCE, say=lambda line: None):
    """The path in `folder` of the verified `file` (a catalogue.File), downloaded unless it is there.

    Addresses are asked in turn. One that fails for good (404, a redirect loop, wrong bytes, no such host) is not asked
    again; one that may recover (a stall, 5xx, a connection that breaks off) is, `tries` times in all. Unavailable names
    all.
    """
    target = folder / file.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            return _present(file, folder) or _download(file, folder, patience, say)
    except Unavailable:
        raise
    except OSError as error:  # no room, no right to write
        raise Unavailable(f"{target}: {error.strerror or error}") from error


def _present(file, folder):
    for container in file.containers:
        with contextlib.suppress(FileNotFoundError, Damaged):
            digest.check(folder / container.name, file)
            return folder / container.name
    return None


def _download(file, folder, patience, say):
    asked = [(each, address) for each in file.containers for address in each.addresses]
    reasons = {}
    for attempt in range(patience.tries):
        for container, address in list(asked):
            say(f"{file.name}: asking {address}")
            try:
                return _one(file, container, address, folder, patience)
            except transfer.Refused as error:
                reasons[address] = str(error)
                asked.remove((container, address))
            except transfer.Broken as error:
                reasons[address] = str(error)
        if not asked:
            break
        if attempt + 1 < patience.tries:
            time.sleep(patience.pause * 2**attempt)
    raise Unavailable("; ".join(f"{address}: {reason}" for address, reason in reasons.items()) or "no address is known")


def _one(file, container, address, folder, patience):
    """Downloads to a temporary file beside the target, verifies it, and only then gives it its name."""
    target = folder / container.name
    address, _, member = address.partition("#")
    cap = _ARCHIVE if member else digest.at_most(file)
    for left in target.parent.glob(f".{target.name}.*.part"):  # of a process that died: we hold the lock
        left.unlink(missing_ok=True)
    part = target.parent / f".{target.name}.{os.getpid()}.part"
    try:
        with open(part, "wb") as out:
            transfer.receive(address, out, cap, patience)
            out.flush()
            os.fsync(out.fileno())
        if member:
            _take(part, member, digest.at_most(file))
        _verify(part, file, container)
        os.replace(part, target)
        _sync(target.parent)
        return target
    finally:
        part.unlink(missing_ok=True)


def _verify(part, file, container):
    try:
        digest.check(part, file)
    except Damaged as error:
        size = part.stat().st_size
        if container.bytes and size < container.bytes and not file.text:
            raise transfer.Broken(f"broke off after {size} of {container.bytes} bytes") from error
        raise transfer.Refused(f"sent another file ({size} bytes), expected {digest.known(file)}") from error


def _take(part, member, cap):
    """Puts a member of the archive at `part` in its place: `https://.../x.zip#member` is the address of that member."""
    try:
        found = archives.members(part, _ARCHIVE, lambda name: name == member)
    except Damaged as error:
        raise transfer.Broken("sent an archive that is torn or altered") from error
    if member not in found or len(found[member]) > cap:
        raise transfer.Refused(f"sent an archive without the {member} expected")
    with open(part, "wb") as out:
        out.write(found[member])
        out.flush()
        os.fsync(out.fileno())


def _sync(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _alone(target):
    """Holds the file's lock: of the processes that want it one downloads, the others find it there."""
    import fcntl

    with files.opened(target.parent / f".{target.name}.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
