"""Where a run is made: the machine and the commit, as its record names them."""

import contextlib
import os
import platform
import subprocess
import sys
from pathlib import Path

from abacus.evidence import records


def machine():
    """The processor, its cores and the system, as the records name them."""
    name = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {os.cpu_count()} cores, {sys.platform}"


def commit(files):
    """The commit that holds the source `files`, with + where one of them has changes since; '' outside a checkout."""
    said = _git("rev-parse", "--short=12", "HEAD")
    return "" if said is None else said.strip() + ("+" if changed(files) else "")


def changed(files):
    """The names of those of the source `files` that differ from the last commit, or are not in it."""
    inside = [str(file) for file in files if Path(file).is_relative_to(records.ROOT)]
    said = _git("status", "--porcelain", "--untracked-files=all", "--", *inside) if inside else ""
    return [line[3:] for line in (said or "").splitlines()]


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
