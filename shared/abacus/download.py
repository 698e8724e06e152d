"""A file fetched from the first of several addresses that gives the right bytes, once for all processes.

pooch names the cache's folder but does not fetch: it has no limit on a file's length, none on a server that sends a
byte a minute, no second address, no lock between processes, and knows one hash per file where ours may come in several
containers.
"""

import contextlib
import http.client
import os
import socket
import tempfile
import time
import urllib.error
import urllib.request
from typing import NamedTuple

from . import archives, digest
from .errors import Damaged, Unavailable


class Patience(NamedTuple):
    """A download may take: seconds without an answer, bytes per second over all, tries, seconds between them."""

    stall: float = 15.0
    slowest: float = 20_000.0
    tries: int = 3
    pause: float = 0.5


PATIENCE = Patience()
_ARCHIVE = 1 << 28  # the longest archive that one file is taken out of


def fetch(file, folder, patience=PATIENCE, say=lambda line: None):
    """The path in `folder` of the verified `file` (a catalogue.File), downloaded unless it is there.

    Addresses are asked in turn. One that fails for good (404, a redirect loop, wrong bytes, no such host) is not asked
    again; one that may recover (a stall, 5xx, a connection that breaks off) is, `tries` times in all. Unavailable names
    all.
    """
    target = folder / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        for container in file.containers:
            with contextlib.suppress(FileNotFoundError, Damaged):
                digest.check(folder / container.name, file)
                return folder / container.name
        return _download(file, folder, patience, say)


def _download(file, folder, patience, say):
    asked = [(each, address) for each in file.containers for address in each.addresses]
    reasons = {}
    for attempt in range(patience.tries):
        for container, address in list(asked):
            say(f"{file.name}: asking {address}")
            try:
                return _one(file, container, address, folder, patience)
            except _Refused as error:
                reasons[address] = str(error)
                asked.remove((container, address))
            except _Broken as error:
                reasons[address] = str(error)
        if not asked:
            break
        if attempt + 1 < patience.tries:
            time.sleep(patience.pause * 2**attempt)
    raise Unavailable("; ".join(f"{address}: {reason}" for address, reason in reasons.items()) or "no address is known")


class _Refused(Exception):
    """This address will not give the file."""


class _Broken(Exception):
    """This address may give the file when asked again."""


def _one(file, container, address, folder, patience):
    """Downloads to a temporary file beside the target, verifies it, and only then gives it its name."""
    target = folder / container.name
    address, _, member = address.partition("#")
    cap = _ARCHIVE if member else digest.at_most(file)
    for left in target.parent.glob(f".{target.name}.*.part"):  # of a process that died: we hold the lock
        left.unlink(missing_ok=True)
    handle, part = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    part = target.parent / os.path.basename(part)
    try:
        with os.fdopen(handle, "wb") as out:
            _receive(address, out, cap, patience)
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
            raise _Broken(f"broke off after {size} of {container.bytes} bytes") from error
        raise _Refused(f"sent another file ({size} bytes), expected {digest.known(file)}") from error


def _take(part, member, cap):
    """Puts a member of the archive at `part` in its place: `https://.../x.zip#member` is the address of that member."""
    try:
        found = archives.members(part, _ARCHIVE, lambda name: name == member)
    except Damaged as error:
        raise _Broken("sent an archive that is torn or altered") from error
    if member not in found or len(found[member]) > cap:
        raise _Refused(f"sent an archive without the {member} expected")
    with open(part, "wb") as out:
        _write(out, found[member])
        out.flush()
        os.fsync(out.fileno())


def _receive(address, out, cap, patience):
    """Copies the answer to `out`: at most `cap` bytes, no silence longer than `stall`, none slower than `slowest`."""
    if not address.startswith(("http://", "https://")):
        raise _Refused("not an address of http or https")
    end = time.monotonic() + 2 * patience.stall + cap / patience.slowest
    request = urllib.request.Request(address, headers={"User-Agent": "abacus", "Accept-Encoding": "identity"})
    try:
        with urllib.request.urlopen(request, timeout=patience.stall) as answer:
            length = answer.headers.get("Content-Length", "")
            if length.isdigit() and int(length) > cap:
                raise _Refused(f"would send {length} bytes, expected no more than {cap}")
            received = 0
            while piece := answer.read1(65536):
                received += len(piece)
                if received > cap:
                    raise _Refused(f"sent more than the {cap} bytes expected")
                if time.monotonic() > end:
                    raise _Broken(f"too slow: {received} bytes in {patience.stall * 2 + cap / patience.slowest:.0f} s")
                _write(out, piece)
            if length.isdigit() and received < int(length):
                raise _Broken(f"broke off after {received} of {length} bytes")
    except urllib.error.HTTPError as error:
        error.close()
        words = f"{error.code} {str(error.reason).splitlines()[0] if error.reason else ''}".strip()
        raise (_Broken if error.code >= 500 or error.code in (408, 429) else _Refused)(words) from error
    except urllib.error.URLError as error:
        lasting = isinstance(error.reason, (socket.gaierror, ConnectionRefusedError))
        raise (_Refused if lasting else _Broken)(str(error.reason)) from error
    except (TimeoutError, http.client.HTTPException, ConnectionError) as error:
        raise _Broken(str(error) or type(error).__name__) from error
    except ValueError as error:  # an address, or a redirect, that is none
        raise _Refused(str(error)) from error


def _write(out, piece):
    try:
        out.write(piece)
    except OSError as error:
        raise Unavailable(f"{out.name}: {error.strerror}") from error


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

    with open(target.parent / f".{target.name}.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
