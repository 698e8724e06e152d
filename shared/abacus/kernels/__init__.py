"""Compiled loops on plain arrays (numba): serial, without the GIL, cached on disk; one file per subject.

`kernels.rows.softmax(...)` imports kernels/rows.py, and with it numba, when it is first needed. A kernel stands here
only where it and its kin make a whole training step at least 1.2 times faster.
"""

import hashlib
import importlib
import os
import tempfile
from pathlib import Path

from abacus.kernels import memory
from abacus.kernels.flags import FAST, JIT, ORDERED

__all__ = ["FAST", "JIT", "ORDERED", "on_demand"]


def on_demand(package):
    """A package's __getattr__: its modules are imported when they are first asked for."""

    def load(name):
        if name.startswith("_"):
            raise AttributeError(name)
        return importlib.import_module(f"{package}.{name}")

    return load


__getattr__ = on_demand(__name__)


def _ours_to_write(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid()
    except OSError:
        return False


def _cache():
    """A folder for the compiled code: beside the sources, else the user's cache, else a temporary one.

    Its name holds a hash of all kernels, since one may inline another of another file: numba's cache would not notice.
    """
    here = Path(__file__).parent
    edition = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(here.rglob("*.py")))).hexdigest()[:12]
    user = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "abacus"
    temporary = Path(tempfile.gettempdir()) / f"abacus-{os.getuid()}"
    candidates = [folder / f"numba-{edition}" for folder in (here / "__pycache__", user, temporary)]
    return str(next(filter(_ours_to_write, candidates), None) or tempfile.mkdtemp(prefix="abacus-"))


os.environ.setdefault("NUMBA_CACHE_DIR", _cache())  # numba reads it when it is first imported
memory.keep_freed()
