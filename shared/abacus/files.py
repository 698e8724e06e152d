"""Files that are replaced as a whole: after a crash at any moment there is the old one or the new one."""

import contextlib
import os
from pathlib import Path


def replace(path, parts):
    """Put the bytes `parts` in place of `path`: a temporary file, fsync, rename, fsync of the folder."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(temporary, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:  # a write's own error names no file
            error.filename = str(path)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(folder):
    """Remove the temporary files that processes which are no more have left in `folder`."""
    for path in Path(folder).glob(".*.part"):
        with contextlib.suppress(OSError, ValueError):  # of another user, or not ours
            if not _alive(int(path.name.split(".")[-2])):
                path.unlink()


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
