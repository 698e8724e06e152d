"""Files that claim or expand to a gigabyte, written and read by a script in a process of its own with little memory.

The script builds its files in a folder and then says

    with bombs.bounded():
        bombs.refused(folder, {name: read, ...}, (BadInput, Damaged))

and a test asks that its files `are_refused`: each by its name, while the process grows by less than GROWTH.
"""

import contextlib
import resource
import subprocess
import sys
from pathlib import Path

ALLOWED = 600  # MB more than the process has at the beginning
GROWTH = 256  # MB of them that may be touched


def are_refused(script, folder, *paths):
    """Runs the script with `folder` as its argv[1]; its imports are also looked for in `paths`."""
    places = f"import sys; sys.path[:0] = {[str(Path(__file__).parent), *map(str, paths)]}\n"
    command = [sys.executable, "-c", places + script, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.returncode) == ("bounded\n", 0), done.stdout + done.stderr
    return True


@contextlib.contextmanager
def bounded():
    """Within, memory is limited; at the end it is said whether it grew little."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    resource.setrlimit(resource.RLIMIT_AS, (before * 1024 + (ALLOWED << 20),) * 2)
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print("bounded" if grown < GROWTH else f"grew by {grown} MB")


def refused(folder, readers, known):
    """Reads each file; says which were read, and which ended in another error than those `known` that name the file."""
    for name, read in readers.items():
        try:
            read(folder / name)
            print(name, "was read")
        except known as error:
            assert name in str(error), error
        except BaseException as error:
            print(name, type(error).__name__, error)
