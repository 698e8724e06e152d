"""Files that a reader of Abacus names: their contents are data of the record, as those of the catalogue's sets are."""

import hashlib
import sysconfig
from pathlib import Path

from abacus.errors import BadInput

PREFIX = "file:"
HOMES = {  # in this order: outside a virtual environment the packages lie within Python's library
    "packages": Path(sysconfig.get_path("purelib")),
    "python": Path(sysconfig.get_path("stdlib")),
    "abacus": Path(__file__).resolve().parents[3],
}
_opened = set()


def given(path):
    """The absolute path of a file, noted as read by this process. BadInput where there is no such file.

    A relative one is meant from the folder in which the command is given, and is another file in another folder.
    """
    named = Path(path).expanduser()
    path = named.absolute()
    if not path.is_file():
        raise BadInput(f"{path}: {'a folder' if path.is_dir() else 'no such file'}; wanted a file")
    _opened.add(_name(named))
    return path


def manual():
    """The language reference that Python carries with it, {topic: text} in the order of the topics: a text without download."""
    from pydoc_data import topics

    given(topics.__file__)
    return {name: topics.topics[name] for name in sorted(topics.topics)}


def opened():
    """The names of the files given so far, for `fingerprint`, sorted."""
    return sorted(_opened)


def fingerprint(name):
    """sha256 (hex) of the file behind a name of `opened`; '' where it is gone."""
    text = name.removeprefix(PREFIX)
    home = next((home for home in HOMES if text.startswith(f"{home}/")), None)
    path = HOMES[home] / text.removeprefix(f"{home}/") if home else Path(text)
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _name(path):
    """The name of a file: of Python's library, of an installed package and of this repository its place within, which is
    the same on every machine."""
    if not path.is_absolute():
        return f"{PREFIX}./{path.as_posix()}"
    for name, home in HOMES.items():
        if path.is_relative_to(home):
            return f"{PREFIX}{name}/{path.relative_to(home)}"
    return f"{PREFIX}{path}"
