"""A disk that is full, broken, read-only or forbidden: one line, status 1, and the same command ends it once there is room."""

import contextlib
import os
import shutil
import subprocess

import commands
import pytest


@contextlib.contextmanager
def mounted(folder, size):
    """A tmpfs of `size` bytes at `folder`; skips where mounting is not allowed."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True) if shutil.which("mount") else None
    if done is None or done.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {done.stderr.strip() if done else 'there is no mount'}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def says(said, *words):
    """One line on stderr, status 1, no traceback."""
    status, _, err = said
    assert status == 1 and len(err.strip().splitlines()) == 1 and all(word in err for word in words), err


@pytest.mark.parametrize("workers", [pytest.param("workers=0", marks=pytest.mark.slow), "workers=2"])
def test_a_full_disk_is_one_line_and_the_run_goes_on_when_there_is_room(tmp_path, whole, workers):
    with mounted(tmp_path / "disk", "160k") as disk:
        walk = commands.copied(disk / "walk")
        filler = disk / "filler"
        filler.write_bytes(bytes(70 << 10))
        says(commands.command(walk, "experiment=walks", workers), "No space left on device", str(walk))
        before = commands.finished(walk)
        filler.unlink()
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        commands.ends_as(whole, walk, "experiment=walks", workers)
        assert {path: commands.finished(walk).get(path) for path in before} == before


def test_a_read_only_project_is_run_in_the_users_cache(tmp_path, whole):
    with mounted(tmp_path / "disk", "1m") as disk:
        walk = commands.copied(disk / "walk")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}
        status, out, err = commands.command(walk, "experiment=walks", "write=true", environment=environment)
        assert status == 0 and "walk" in out
        assert err == f"walk: results/ cannot be written here: the records stand in {tmp_path}/cache/abacus/runs/walk\n"
        assert len(list((tmp_path / "cache").rglob("record.json"))) == 5


def test_runs_that_cannot_be_made_are_one_line(walk, tmp_path):
    (tmp_path / "taken").write_bytes(b"")
    says(commands.command(walk, environment={"ABACUS_RUNS": str(tmp_path / "taken")}), str(tmp_path / "taken"))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
@pytest.mark.parametrize("argument", ["workers=0", "--help"])
def test_an_output_that_is_full_is_one_line(walk, argument):
    with open("/dev/full", "w") as full:
        says(commands.command(walk, argument, stdout=full), "No space left")


FAULTS = [  # in which call, its number, the error
    ("rename,renameat,renameat2", 9, "EACCES"),
    *(pytest.param("fsync", n, "EIO", marks=pytest.mark.slow) for n in range(1, 110, 7)),
    *(pytest.param("write", n, "ENOSPC", marks=pytest.mark.slow) for n in range(1, 76, 6)),
    *(pytest.param("rename,renameat,renameat2", n, "EACCES", marks=pytest.mark.slow) for n in range(1, 38, 4)),
    *(pytest.param("mkdir,mkdirat", n, "EROFS", marks=pytest.mark.slow) for n in range(1, 29, 4)),
    *(pytest.param("unlink,unlinkat", n, "EIO", marks=pytest.mark.slow) for n in range(1, 21, 4)),
]


@pytest.mark.parametrize(("calls", "number", "error"), FAULTS)
def test_a_call_that_fails_is_one_line_and_costs_nothing(tracing, walk, whole, calls, number, error):
    calls = ",".join(f"?{call}" for call in calls.split(","))
    before = commands.strace(f"error={error}:when={number}", walk.parent / "strace.log", calls)
    status, out, err = commands.command(walk, "experiment=walks", "workers=0", before=before)
    assert "Traceback" not in err and len(err.splitlines()) <= 1, err
    assert status == 1 or (status == 0 and "walk" in out), "a fault that costs nothing, or one that is said"
    commands.ends_as(whole, walk, "experiment=walks", "workers=0")
