"""Where a run is made: the machine and the commit, as its record names them."""

import contextlib
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from abacus import records


def machine():
    """The processor, its cores and the system, as the records name them."""
    name = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {os.cpu_count()} cores, {sys.platform}"


def commit():
    """The commit of the source tree, with + where it has changes; '' outside a checkout."""
    try:
        said: Any = [
            subprocess.run(
                ["git", "--no-optional-locks", "-C", str(records.ROOT), *words],  # a kill must not leave git's lock
                capture_output=True,
                text=True,
                timeout=10,
            )
            for words in (["rev-parse", "--short=12", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
        ]
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said[0].stdout.strip() + ("+" if said[1].stdout.strip() else "") if said[0].returncode == 0 else ""
