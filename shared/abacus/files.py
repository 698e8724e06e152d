"""Files that are replaced as a whole, and files and folders on a machine that others use too."""

import contextlib
import getpass
import os
import stat
import tempfile
from pathlib import Path

from abacus.errors import Unavailable


def opened(path, mode):
    """The text file at `path`, opened for writing ("w") or at its end ("a"), but never what a link of that name leads to."""
    flags = os.O_WRONLY | os.O_CREAT | {"w": os.O_TRUNC, "a": os.O_APPEND}[mode] | getattr(os, "O_NOFOLLOW", 0)
    try:
        return open(os.open(path, flags, 0o666), mode, encoding="utf-8", errors="backslashreplace")
    except OSError:
        if Path(path).is_symlink():
            raise Unavailable(f"{path}: a link, which is not followed: remove it") from None
        raise


def temporary_folder():
    """This user's own temporary folder, for what can be made again. Unavailable where it is not the user's alone."""
    who = os.getuid() if hasattr(os, "getuid") else getpass.getuser()
    folder = Path(tempfile.gettempdir()) / f"abacus-{who}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    about = folder.lstat()
    shared = hasattr(os, "getuid") and (about.st_uid != who or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    if shared or not stat.S_ISDIR(about.st_mode):
        raise Unavailable(f"{folder}: not a folder of this user alone: set TMPDIR, or ABACUS_RUNS and ABACUS_CACHE")
    return folder


def replace(path, parts):
    """Put the bytes `parts` in place of `path`: a temporary file, fsync, rename, fsync of the folder."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.unlink(missing_ok=True)  # of a dead process with the same number, or a link that somebody laid
        with open(temporary, "xb") as file:
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
