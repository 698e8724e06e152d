"""A worker whose calls are noted from the first line of its project on: python -m abacus.launch.watched run.py

What `reproduce.py --confirm` knows of a run that it ends early: the Python functions that were called. Compiled ones
are not seen. Each such process performs one task, so that what a cache remembers of an earlier one hides no call.
"""

import runpy
import sys
import threading
from pathlib import Path

_codes = set()


def called():
    """{(file, name)} of the functions that were called: `run`, `Network.forward`; what stands inside one counts as it."""
    codes = _codes.copy()  # it still grows
    return {(code.co_filename, code.co_qualname.partition(".<locals>")[0]) for code in codes}


def begin(run_file):
    """Execute `run_file` as its command would, and note every call."""
    sys.path.insert(0, str(Path(run_file).parent))
    sys.argv[:] = [run_file]
    threading.setprofile(_see)
    sys.setprofile(_see)
    runpy.run_path(run_file, run_name="__main__")


def _see(frame, event, _):
    if event == "call":
        _codes.add(frame.f_code)


if __name__ == "__main__":
    from abacus.launch import watched  # the module that others import by this name, not a second one of its own

    watched.begin(sys.argv[1])
