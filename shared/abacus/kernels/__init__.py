"""Compiled loops on plain arrays (numba): serial, without the GIL, cached on disk; one file per subject.

A kernel stands here only where a whole training step becomes at least 1.2 times faster by it and its kin.
"""

import os
import tempfile
from pathlib import Path


def _writable(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.access(folder, os.W_OK)
    except OSError:
        return False


def _cache():
    """A folder that can be written, for numba's compiled code: beside the sources, else the user's cache, else /tmp."""
    here = Path(__file__).parent / "__pycache__"
    user = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "abacus" / "numba"
    temporary = Path(tempfile.gettempdir()) / f"abacus-numba-{os.getuid()}"
    return str(next(folder for folder in (here, user, temporary) if _writable(folder)))


os.environ.setdefault("NUMBA_CACHE_DIR", _cache())  # numba reads it when it is first imported
