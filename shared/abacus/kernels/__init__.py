"""Compiled loops on plain arrays (numba): serial, without the GIL, cached on disk; one file per subject.

`kernels.rows.softmax(...)` imports kernels/rows.py, and with it numba, when it is first needed. A kernel stands here
only where it and its kin make a whole training step at least 1.2 times faster. Two wings: conv/ holds the forms of a
convolution, vectors/ what they and others write in LLVM's terms.

**What is trusted.** Nothing here checks anything. A kernel indexes one array by the sizes of another, and where they do not
go together it reads, or writes, memory that is not its own. Who calls it has made sure of this:

- Arrays are NumPy's, of float32 or float64 and in C order; indices are integers.
- Their shapes go together as the kernel's docstring says. Where it says "flat", the sizes that it takes besides (a
  Geometry, `shapes`) are those that the arrays had.
- An index lies within the rows that it names.
- Results and scratch are as large as is said and overlap nothing else; a result that is added to comes with its start.
- A sum in vectors/tile.py has at least one product for each segment: channels and outputs are not 0 (conv/correlation.py
  answers where one is).

This is checked at the door, by the public operation: ops and optim raise BadInput (expect.py), or broadcast as NumPy does,
before they call. A pullback takes the gradient from the tape, which gives it the shape of the value. A project that
calls a kernel is a door of its own.
"""

import contextlib
import hashlib
import importlib
import os
import stat
import sys
import tempfile
from pathlib import Path

from abacus import files
from abacus.errors import Unavailable
from abacus.kernels import memory
from abacus.kernels.flags import EXACT, FAST, JIT, ORDERED

__all__ = ["EXACT", "FAST", "JIT", "ORDERED", "on_demand"]


def on_demand(package):
    """A package's __getattr__: its modules are imported when they are first asked for."""

    def load(name):
        if name.startswith("_"):
            raise AttributeError(name)
        return importlib.import_module(f"{package}.{name}")

    return load


__getattr__ = on_demand(__name__)


def _ours_to_write(folder):
    """Whether the folder is there, or could be made, and nobody else can write in it: what it holds is executed."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        about = folder.lstat()
    except OSError:
        return False
    shared = about.st_uid != os.getuid() or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISDIR(about.st_mode) and not shared and os.access(folder, os.W_OK)


def _places():
    """Where compiled code may be kept: beside the sources, in the user's cache, in a temporary folder of the user's own."""
    yield Path(__file__).parent / "__pycache__"
    yield Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "abacus"
    with contextlib.suppress(Unavailable, OSError):  # it is another's
        yield files.temporary_folder()


def _cache():
    """A folder for the compiled code, of this user alone.

    Its name holds a hash of all kernels, since one may inline another of another file: numba's cache would not notice.
    """
    here = Path(__file__).parent
    edition = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(here.rglob("*.py")))).hexdigest()[:12]
    candidates = (folder / f"numba-{edition}" for folder in _places())
    return str(next(filter(_ours_to_write, candidates), None) or tempfile.mkdtemp(prefix="abacus-"))


os.environ.setdefault("NUMBA_CACHE_DIR", _cache())
if "numba" in sys.modules:  # it read the environment when it was imported
    sys.modules["numba"].config.reload_config()
memory.keep_freed()
