"""The answer of one address copied to an open file: no longer, no slower and no more often silent than is allowed."""

import contextlib
import http.client
import socket
import threading
import urllib.error
import urllib.request
from typing import NamedTuple

from abacus.errors import Unavailable


class Patience(NamedTuple):
    """A download may take: seconds without an answer, bytes per second over all, tries, seconds between them."""

    stall: float = 15.0
    slowest: float = 20_000.0
    tries: int = 3
    pause: float = 0.5


PATIENCE = Patience()


class Refused(Exception):
    """This address will not give the file."""


class Broken(Exception):
    """This address may give the file when asked again."""


def receive(address, out, cap, patience):
    """Copies the answer to `out`: at most `cap` bytes, no silence longer than `stall`, none slower than `slowest`."""
    if not address.startswith(("http://", "https://")):
        raise Refused("not an address of http or https")
    seconds = 2 * patience.stall + cap / patience.slowest
    with _AtMost(seconds) as watch:
        try:
            request = urllib.request.Request(address, headers={"User-Agent": "abacus", "Accept-Encoding": "identity"})
            with watch.opener.open(request, timeout=patience.stall) as answer:
                _copy(answer, out, cap)
        except (Broken, OSError, http.client.HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            raise _judged(error, watch.over and f"not there after {seconds:.0f} s") from error
        except ValueError as error:  # an address, or a redirect, that is none
            raise Refused(str(error)) from error


def _copy(answer, out, cap):
    length = answer.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > cap:
        raise Refused(f"would send {length} bytes, expected no more than {cap}")
    received = 0
    while piece := answer.read1(65536):
        received += len(piece)
        if received > cap:
            raise Refused(f"sent more than the {cap} bytes expected")
        _write(out, piece)
    if length.isdigit() and received < int(length):
        raise Broken(f"broke off after {received} of {length} bytes")


def _write(out, piece):
    try:
        out.write(piece)
    except OSError as error:
        raise Unavailable(f"{out.name}: {error.strerror}") from error


def _judged(error, too_slow):
    """The error of a request as one that is worth another try, or not."""
    if isinstance(error, Unavailable):  # our own disk
        return error
    if too_slow:
        return Broken(too_slow)
    if isinstance(error, urllib.error.HTTPError):
        words = " ".join(f"{error.code} {error.reason or ''}".split())
        return Broken(words) if error.code >= 500 or error.code in (408, 429) else Refused(words)
    reason = getattr(error, "reason", error)
    lasting = isinstance(reason, (socket.gaierror, ConnectionRefusedError))
    return (Refused if lasting else Broken)(" ".join(str(reason).split()) or type(reason).__name__)


class _AtMost:
    """Ends the connections of its `opener` after so many seconds: a socket's timeout starts anew with every byte."""

    def __init__(self, seconds):
        self.over, self._sockets = False, []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self.opener = urllib.request.build_opener(_Http(self._sockets), _Https(self._sockets))

    def _end(self):
        self.over = True
        for connected in self._sockets:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connected, socket.SHUT_RDWR)

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, *_):
        self._timer.cancel()


def _watched(kind, sockets):
    class Connection(kind):
        def connect(self):
            super().connect()
            sockets.append(self.sock)

    return Connection


class _Http(urllib.request.HTTPHandler):
    def __init__(self, sockets):
        super().__init__()
        self._sockets = sockets

    def http_open(self, request):
        return self.do_open(_watched(http.client.HTTPConnection, self._sockets), request)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, sockets):
        super().__init__()
        self._sockets = sockets

    def https_open(self, request):
        return self.do_open(_watched(http.client.HTTPSConnection, self._sockets), request)
