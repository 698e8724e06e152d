"""A server on 127.0.0.1 that does whatever the path says: truncates, stalls, redirects, recovers, sends something else."""

import collections
import http.server
import io
import socket
import threading
import time
import zipfile

BODY = bytes(range(256)) * 2000  # 512 000 bytes
SIZE = len(BODY)
LIMIT = 20  # seconds that no case may take, on a machine however busy; a hang would take for ever


class Server(http.server.ThreadingHTTPServer):
    """Answers as the path says, and counts what it is asked; on leaving it lets every stalled answer go."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = collections.Counter()
        self.closing = threading.Event()
        self.lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Clients that hang up are the point here."""


class Handler(http.server.BaseHTTPRequestHandler):
    """One answer per path."""

    protocol_version = "HTTP/1.0"

    def log_message(self, *_):
        """Quiet."""

    def head(self, length=SIZE):
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def wait(self):
        self.server.closing.wait(LIMIT)

    def do_GET(self):
        with self.server.lock:
            self.server.asked[self.path] += 1
            count = self.server.asked[self.path]
        getattr(self, self.path.strip("/").split("/")[0])(count)

    def good(self, _):
        self.head()
        self.wfile.write(BODY)

    def slow(self, _):
        time.sleep(0.3)
        self.good(_)

    def unmeasured(self, _):
        self.head(length=None)
        self.wfile.write(BODY)

    def third(self, count):
        if count < 3:
            self.send_error(503)
        else:
            self.good(count)

    def broken_twice(self, count):
        self.head()
        self.wfile.write(BODY if count > 2 else BODY[:1000])

    def missing(self, _):
        self.send_error(404)

    def failing(self, _):
        self.send_error(500)

    def truncated(self, _):
        self.head()
        self.wfile.write(BODY[:-1])

    def truncated_unmeasured(self, _):
        self.head(length=None)
        self.wfile.write(BODY[:-1])

    def dies(self, _):
        self.head()
        self.wfile.write(BODY[: SIZE // 2])
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, not an end

    def stalls_at_once(self, _):
        self.wait()

    def stalls_half_way(self, _):
        self.head()
        self.wfile.write(BODY[: SIZE // 2])
        self.wfile.flush()
        self.wait()

    def drips(self, _):
        self.head()
        for i in range(SIZE):
            self.wfile.write(BODY[i : i + 1])
            if self.server.closing.wait(0.1):
                return

    def drips_its_head(self, _):
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        while not self.server.closing.wait(0.1):
            self.wfile.write(b"x")
            self.wfile.flush()

    def endless(self, _):
        self.head(length=None)
        while not self.server.closing.is_set():
            self.wfile.write(BODY)

    def too_long(self, _):
        self.head(length=10**15)
        self.wfile.write(BODY)

    def longer(self, _):
        self.head(length=SIZE + 1)
        self.wfile.write(BODY + b"x")

    def wrong(self, _):
        self.head()
        self.wfile.write(BODY[::-1])

    def page(self, _):
        text = b"<html>please sign in</html>"
        self.head(length=len(text))
        self.wfile.write(text)

    def round_and_round(self, _):
        self.send_response(302)
        self.send_header("Location", self.path)
        self.end_headers()

    def ever_on(self, _):
        self.send_response(302)
        self.send_header("Location", f"{self.path}/on")
        self.end_headers()

    def to_a_file(self, _):
        self.send_response(302)
        self.send_header("Location", "file:///etc/hostname")
        self.end_headers()

    def to_the_good(self, _):
        self.send_response(302)
        self.send_header("Location", "/good")
        self.end_headers()

    def nonsense(self, _):
        self.wfile.write(b"\x00\xff nothing of http\r\n" * 100)

    def hangs_up(self, _):
        pass

    def zipped(self, _):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("folder/a.bin", BODY)
        self.head(length=len(archive.getvalue()))
        self.wfile.write(archive.getvalue())
