"""Where a run is made: the machine and the commit, as its record names them."""

import contextlib
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from abacus.evidence import records


def machine():
    """The processor, its cores and the system, as the records name them."""
    name = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {os.cpu_count()} cores, {sys.platform}"


def versions():
    """Python's and the loaded libraries' versions, and the kernel and the threads of NumPy's BLAS: these can change bits."""
    loaded = {name: sys.modules[name].__version__ for name in ("numpy", "scipy", "numba") if name in sys.modules}
    return {"python": platform.python_version(), **loaded, **_blas()}


def is_foreign(meta):
    """Whether a record (its `meta`) was made on another machine, or with other libraries, than are here."""
    now = {name: metadata.version(name) for name in ("numpy", "scipy", "numba")} | versions()
    known = meta.get("versions", {})
    return meta["machine"] != machine() or any(known[name] != now.get(name) for name in known if name != "threads")


def _blas():
    """{"blas", "threads"} of the libraries that NumPy and SciPy call; {} where none tells."""
    from threadpoolctl import threadpool_info

    found = [info for info in threadpool_info() if info.get("user_api") == "blas"]
    names = {f"{i['internal_api']} {i['version']} {i.get('architecture', '')}".strip() for i in found}
    return {"blas": ", ".join(sorted(names)), "threads": max(i["num_threads"] for i in found)} if found else {}


def commit(files):
    """The commit that holds the source `files`, with + where one of them has changes since; '' outside a checkout."""
    said = _git("rev-parse", "--short=12", "HEAD")
    return "" if said is None else said.strip() + ("+" if changed(files) else "")


def changed(files):
    """The names of those of the source `files` that differ from the last commit, or are not in it.

    Where git does not say (a machine so busy that it takes too long), all of them count as changed.
    """
    inside = [str(file) for file in files if Path(file).is_relative_to(records.ROOT)]
    said = _git("status", "--porcelain", "--untracked-files=all", "--", *inside) if inside else ""
    return inside if said is None else [line[3:] for line in said.splitlines()]


def _git(*words):
    try:
        said = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(records.ROOT), *words],  # a kill must not leave git's lock
            capture_output=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return said.stdout if said.returncode == 0 else None
