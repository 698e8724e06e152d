"""The walk project for every test of faults, and what a run of it leaves that nobody disturbed."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

for _name in ("bombs", "commands", "hostile", "mutating"):  # tests of this folder import them by these names
    _spec = importlib.util.spec_from_file_location(_name, Path(__file__).parent / f"{_name}.py")
    sys.modules[_name] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_name])
commands = sys.modules["commands"]


@pytest.fixture
def walk(tmp_path):
    """A copy of the walk project."""
    return commands.copied(tmp_path / "walk")


@pytest.fixture(scope="session")
def _finished(tmp_path_factory):
    folder = commands.copied(tmp_path_factory.mktemp("whole") / "walk")
    status, _, err = commands.command(folder, "experiment=walks", "workers=0")
    assert status == 0, err
    return folder


@pytest.fixture(scope="session")
def whole(_finished):
    """{path: content} that the experiment `walks` leaves, undisturbed."""
    return commands.left(_finished)


@pytest.fixture
def done(_finished, tmp_path):
    """A copy of the walk project with all that the experiment `walks` leaves."""
    return shutil.copytree(_finished, tmp_path / "done")


@pytest.fixture(scope="session")
def tracing():
    """Skips where strace cannot inject faults."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: apt-get install strace")
    done = subprocess.run(["strace", "-e", "inject=fsync:error=EIO", "true"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"strace cannot trace here: {done.stderr.strip()}")
