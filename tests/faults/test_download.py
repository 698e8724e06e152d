"""Downloads from a server on 127.0.0.1 that does everything a server can do wrong. All are bounded in time."""

import gzip
import hashlib
import os
import socket
import subprocess
import sys
import time

import hostile
import pytest

from abacus.data import catalogue, download, transfer
from abacus.errors import Damaged, Unavailable

QUICK = transfer.Patience(stall=0.4, slowest=4_000_000, tries=3, pause=0.01)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with hostile.Server() as running:
        yield running


def address(server, path):
    return f"http://127.0.0.1:{server.server_address[1]}/{path}"


def asked_of(server, *paths):
    """A catalogue.File of hostile.BODY with those addresses."""
    addresses = [address(server, path) for path in paths]
    container = catalogue.Container("a.bin", hostile.SIZE, hashlib.sha256(hostile.BODY).hexdigest(), addresses)
    return catalogue.File("a.bin", [container], None, False, "")


def leftovers(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


@pytest.mark.parametrize("path", ["good", "unmeasured", "third", "broken_twice", "to_the_good", "zipped#folder/a.bin"])
def test_arrives(server, tmp_path, path):
    got = download.fetch(asked_of(server, path), tmp_path, QUICK)
    assert got.read_bytes() == hostile.BODY
    assert leftovers(tmp_path) == ["a.bin"]


FAULTS = {
    "missing": 1,
    "failing": 3,
    "truncated": 3,
    "truncated_unmeasured": 3,
    "dies": 3,
    "stalls_at_once": 3,
    "stalls_half_way": 3,
    "drips": 3,
    "drips_its_head": 3,
    "endless": 1,
    "too_long": 1,
    "longer": 1,
    "wrong": 1,
    "page": 3,
    "to_a_file": 1,
    "nonsense": 3,
    "hangs_up": 3,
    "good#folder/a.bin": 3,
    "zipped#folder/b.bin": 1,
}


@pytest.mark.parametrize("path", FAULTS)
def test_a_faulty_server_is_named_asked_as_often_as_is_sensible_and_leaves_nothing(server, tmp_path, path):
    begun = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        download.fetch(asked_of(server, path), tmp_path, QUICK)
    assert time.monotonic() - begun < hostile.LIMIT
    assert f"/{path.split('#')[0]}" in str(caught.value) and "\n" not in str(caught.value)
    assert server.asked[f"/{path.split('#')[0]}"] == FAULTS[path]
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("path", ["round_and_round", "ever_on"])
def test_redirects_that_never_end_are_given_up(server, tmp_path, path):
    with pytest.raises(Unavailable, match=path):
        download.fetch(asked_of(server, path), tmp_path, QUICK)
    assert sum(server.asked.values()) < 50 and leftovers(tmp_path) == []


@pytest.mark.parametrize("path", FAULTS)
def test_the_next_address_is_asked(server, tmp_path, path):
    got = download.fetch(asked_of(server, path, "slow"), tmp_path, QUICK)
    assert got.read_bytes() == hostile.BODY and leftovers(tmp_path) == ["a.bin"]


def test_no_such_server_and_no_address(server, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    file = asked_of(server, "good")
    nobody = file.containers[0]._replace(addresses=[f"http://127.0.0.1:{port}/x", "ftp://127.0.0.1/x", "http://[/x"])
    with pytest.raises(Unavailable, match=r"refused.*not an address of http"):
        download.fetch(file._replace(containers=[nobody]), tmp_path, QUICK)
    with pytest.raises(Unavailable, match="no address"):
        download.fetch(file._replace(containers=[nobody._replace(addresses=[])]), tmp_path, QUICK)


def test_a_second_container_is_taken_where_the_first_cannot_be_had(server, tmp_path):
    first, second = gzip.compress(hostile.BODY, mtime=0), hostile.BODY
    content = catalogue.Content(hostile.SIZE, hashlib.sha256(hostile.BODY).hexdigest(), None)
    containers = [
        catalogue.Container("a.gz", len(first), hashlib.sha256(first).hexdigest(), [address(server, "missing")]),
        catalogue.Container("a.bin", len(second), hashlib.sha256(second).hexdigest(), [address(server, "good")]),
    ]
    got = download.fetch(catalogue.File("a.gz", containers, content, False, ""), tmp_path, QUICK)
    assert got == tmp_path / "a.bin"


@pytest.mark.parametrize("harm", [b"", hostile.BODY[:-1], hostile.BODY[::-1], hostile.BODY + b"x"])
def test_a_damaged_file_of_the_cache_is_fetched_again(server, tmp_path, harm):
    (tmp_path / "a.bin").write_bytes(harm)
    assert download.fetch(asked_of(server, "good"), tmp_path, QUICK).read_bytes() == hostile.BODY


def test_a_good_file_of_the_cache_is_not_asked_for_and_the_rest_of_a_dead_process_is_swept(server, tmp_path):
    (tmp_path / ".a.bin.dead.part").write_bytes(b"half")
    download.fetch(asked_of(server, "good"), tmp_path, QUICK)
    download.fetch(asked_of(server, "good"), tmp_path, QUICK)
    assert server.asked["/good"] == 1 and leftovers(tmp_path) == ["a.bin"]


FETCH = """
import sys
from pathlib import Path
from abacus.data import catalogue, download, transfer
address, folder, size, sha256 = sys.argv[1:]
file = catalogue.File("a.bin", [catalogue.Container("a.bin", int(size), sha256, [address])], None, False, "")
print(download.fetch(file, Path(folder)))
"""


def start(server, path, folder):
    facts = [str(hostile.SIZE), hashlib.sha256(hostile.BODY).hexdigest()]
    command = [sys.executable, "-c", FETCH, address(server, path), str(folder), *facts]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_eight_processes_at_once_make_one_download(server, tmp_path):
    running = [start(server, "slow", tmp_path) for _ in range(8)]
    said = [process.communicate(timeout=60)[0].strip() for process in running]
    assert said == [str(tmp_path / "a.bin")] * 8
    assert server.asked["/slow"] == 1 and leftovers(tmp_path) == ["a.bin"]


def test_a_process_killed_in_the_middle_holds_up_nobody(server, tmp_path):
    process = start(server, "stalls_half_way", tmp_path)
    end = time.monotonic() + 60
    while not list(tmp_path.glob("*.part")) and not list(tmp_path.glob(".*.part")) and time.monotonic() < end:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert [name for name in leftovers(tmp_path) if name.endswith(".part")]
    assert download.fetch(asked_of(server, "good"), tmp_path, QUICK).read_bytes() == hostile.BODY
    assert leftovers(tmp_path) == ["a.bin"]


def test_a_folder_that_cannot_be_written_is_said(server, tmp_path):
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(Unavailable, match="taken"):
        download.fetch(asked_of(server, "good"), tmp_path / "taken", QUICK)


def test_a_full_disk_is_said_and_leaves_nothing(server, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(download.os, "fsync", full)
    with pytest.raises(Unavailable, match=r"a\.bin: No space left"):
        download.fetch(asked_of(server, "good"), tmp_path, QUICK)
    assert leftovers(tmp_path) == []


def test_damaged_is_unavailable():
    assert issubclass(Damaged, Unavailable)
