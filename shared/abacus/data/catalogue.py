"""What is known of each data set before a byte of it is there: `sets/<name>.toml` as named tuples.

To add a set `fruit-flies`, add two files.

`sets/fruit-flies.toml`: title, class (A open, B released for research, C restricted), licence, citation, addresses
(with {file} for a file's whole name and {base} for its last part; `x.zip#name` for a file within an archive), and a
table `files`:

    [files]
    "flies.csv" = { bytes = 1234, sha256 = "..." }

An entry may also say
    text = true          bytes and sha256 are those of the text with \\n line ends (copies of the file differ in that)
    content = { ... }    bytes and sha256 of what a compressed file holds; of an archive also `members`: see digest.py
    also = [{ ... }]     other containers of the same content, each with name, bytes, sha256, addresses: the content
    decides addresses = [...]    its own addresses in place of the set's
    unknown = "why"      no checksum has been seen, so the file can be neither downloaded nor trusted
and a set may say `restricted = "why"`: then only `scripts/data.py fetch NAME` downloads it, never a `load`.

`sets/fruit_flies.py` (underscores for hyphens; a leading figure gets a `set_` before it) has `load(file)` -> NamedTuple
of plain arrays, where `file("flies.csv")` gives the path of the verified file; fields are named by what they hold, in
the file's own units. A set of several parts has beside it, or in its place, `PARTS` (their names) and `part(file,
name)`, so that `data.load("esl", "prostate")` reads that one only.
"""

import functools
import tomllib
from pathlib import Path
from typing import NamedTuple

from abacus import settings
from abacus.errors import BadInput

FOLDER = Path(__file__).parents[1] / "sets"


class Container(NamedTuple):
    """One form in which a file's content is handed out; sha256 "" where none has been seen."""

    name: str
    bytes: int
    sha256: str
    addresses: list
    sha1: str = ""


class Content(NamedTuple):
    """What a compressed file holds: its length and hash, and for an archive the number of members (else None)."""

    bytes: int
    sha256: str
    members: int | None


class File(NamedTuple):
    """A file of a set: the container that our hashes were made from comes first."""

    name: str
    containers: list
    content: Content | None
    text: bool
    unknown: str


class Set(NamedTuple):
    """A set as its .toml says; `licence_class` is A, B or C, `restricted` is empty where a load may download."""

    name: str
    title: str
    licence_class: str
    licence: str
    citation: str
    notes: str
    restricted: str
    files: dict


def names():
    """Names of all sets, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@functools.cache
def read(name):
    """The Set of that name; an unknown name raises BadInput with the nearest one."""
    if not isinstance(name, str) or name not in names():
        raise BadInput(f"no data set {name!r}{nearest(name, names())}")
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    files = {file: _file(file, entry, table["addresses"]) for file, entry in table["files"].items()}
    return Set(
        name=name,
        title=table["title"],
        licence_class=table["class"],
        licence=table["licence"],
        citation=table["citation"],
        notes=table.get("notes", ""),
        restricted=table.get("restricted", ""),
        files=files,
    )


def entry(name, file):
    """The File of that name in the set; an unknown one raises BadInput with the nearest one."""
    files = read(name).files
    if file not in files:
        raise BadInput(f"no file {file!r} in the data set {name}{nearest(file, files)}")
    return files[file]


def module(name):
    """The name of the set's parser: `20newsgroups` -> `set_20newsgroups`, `ml-100k` -> `ml_100k`."""
    plain = name.replace("-", "_")
    return plain if plain.isidentifier() else f"set_{plain}"


def nearest(wrong, right):
    """' (did you mean x?); there is: ...' for an error's end."""
    return f"{settings.suggestion(wrong, right)}; there is: {', '.join(sorted(right)) or 'none'}"


def _file(name, entry, addresses):
    content = entry.get("content")
    return File(
        name=name,
        containers=[_container(each, name, addresses) for each in [entry, *entry.get("also", [])]],
        content=content and Content(content["bytes"], content["sha256"], content.get("members")),
        text=entry.get("text", False),
        unknown=entry.get("unknown", ""),
    )


def _container(entry, name, addresses):
    name = entry.get("name", name)
    filled = [each.format(file=name, base=name.rsplit("/", 1)[-1]) for each in entry.get("addresses", addresses)]
    return Container(name, entry.get("bytes", 0), entry.get("sha256", ""), filled, entry.get("sha1", ""))
