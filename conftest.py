"""What every test of the repository shares: a project's own modules on the path, and data sets or a skip with the reason."""

import sys
from pathlib import Path

import pytest

from abacus.errors import Unavailable

ROOT = Path(__file__).resolve().parent
PROJECTS = ROOT / "projects"


def pytest_collectstart(collector):
    """A test of projects/x imports x's modules by their plain names, and never those of another project."""
    if isinstance(collector, pytest.Module) and PROJECTS in collector.path.parents:
        _enter(collector.path)


@pytest.fixture(autouse=True)
def _own_modules(request):
    if PROJECTS in request.path.parents:
        _enter(request.path)


_modules = {}  # those of the projects that have been left: folder -> {name: module}


def _enter(path):
    folder = str(PROJECTS / path.relative_to(PROJECTS).parts[0])
    if sys.path[0] == folder:
        return
    sys.path[:] = [folder, *(p for p in sys.path if not p.startswith(str(PROJECTS)))]
    for name, module in list(sys.modules.items()):
        file = Path(getattr(module, "__file__", None) or "/")
        if PROJECTS in file.parents and not file.name.startswith("test_"):
            left = str(PROJECTS / file.relative_to(PROJECTS).parts[0])
            _modules.setdefault(left, {})[name] = sys.modules.pop(name)
    sys.modules.update(_modules.pop(folder, {}))


@pytest.fixture
def dataset(monkeypatch):
    """`dataset("mnist")` loads a data set (or one part of it), or skips the test with the reason where it cannot be had."""
    monkeypatch.setenv("ABACUS_OFFLINE", "1")

    def load(name, part=None):
        from abacus import data

        try:
            return data.load(name, part)
        except Unavailable as reason:
            pytest.skip(f"data set {name}: {str(reason).splitlines()[0]}")

    return load
