"""Data sets as plain arrays: every file found (mirror, cache, download) and verified before a byte of it is used.

    mnist = data.load("mnist")                       mnist.train_images  (60000, 28, 28) uint8
    prostate = data.load("esl", "prostate")          one part of a set of several
    path = data.file("nist-strd", "linear/Filip.dat")
    path = data.given("my.txt")                      a file that the reader of Abacus names: noted by its content
    topics = data.manual()                           the language reference that Python carries with it
    for x, y in data.batches((images, labels), 32, job.rng("shuffle", epoch)): ...

Places, in order: $ABACUS_DATA (a read-only mirror laid out as set/file), the cache ($ABACUS_CACHE, else the user's
cache folder), then the set's addresses, unless ABACUS_OFFLINE is set. How to add a set: catalogue.py.
"""

import functools
import hashlib
import importlib
import os
from pathlib import Path

from abacus import source
from abacus.data import catalogue, digest
from abacus.data import given as files
from abacus.data.batches import batches  # noqa: F401
from abacus.data.given import given, manual  # noqa: F401
from abacus.errors import BadInput, Damaged, Unavailable
from abacus.files import temporary_folder

_opened = set()


def load(name, part=None):
    """The set's contents as a named tuple of plain arrays; with `part`, of that part of a set that has several."""
    catalogue.read(name)  # an unknown name
    parser = importlib.import_module(f"abacus.sets.{catalogue.module(name)}")
    parts = getattr(parser, "PARTS", ())
    if part is None and not hasattr(parser, "load"):
        raise BadInput(f'the data set {name} has parts, as in data.load("{name}", "{parts[0]}"): {", ".join(parts)}')
    if part is not None and part not in parts:
        raise BadInput(f"no part {part!r} in the data set {name}{catalogue.nearest(part, parts)}")
    _opened.add(name)
    paths = []

    def find(wanted, **how):
        paths.append(file(name, wanted, **how))
        return paths[-1]

    try:
        return parser.load(find) if part is None else parser.part(find, part)
    except (OSError, MemoryError, BadInput):
        raise
    except Exception as error:  # the parser trusts what is verified: what it cannot make sense of is not what was meant
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise Damaged(f"{paths[-1]}: not as the reader of {name} expects it ({said})") from error


def file(name, file, download=True, restricted=False, say=lambda line: None):
    """The path of a verified file of a set; else Unavailable (Damaged if a wrong copy of it is there).

    A restricted set is downloaded only with `restricted`: the reader's own doing, by `scripts/data.py fetch`.
    """
    entry = catalogue.entry(name, file)
    _opened.add(name)
    if entry.unknown:
        raise Unavailable(f"{name}/{file}: {entry.unknown}; its address: {' '.join(entry.containers[0].addresses)}")
    damage = []
    for path in _candidates(name, entry):
        try:
            digest.check(path, entry)
            return path
        except FileNotFoundError:
            continue
        except Damaged as error:
            damage.append(str(error))
        except OSError as error:
            damage.append(f"{path}: {error.strerror}")
    if not download or os.environ.get("ABACUS_OFFLINE"):
        reason = "not downloaded: ABACUS_OFFLINE is set" if download else "not looked for elsewhere"
    elif (why := catalogue.read(name).restricted) and not restricted:
        reason = f"not downloaded: {why}; under those terms: scripts/data.py fetch {name}"
    else:
        try:
            from abacus.data import download as fetching

            return fetching.fetch(entry, cache() / name, say=say)
        except OSError as error:
            reason = f"not downloaded: {error}"
    raise (Damaged if damage else Unavailable)(_missing(name, entry, damage, reason))


def _missing(name, entry, damage, reason):
    places = ([f"$ABACUS_DATA ({mirror()})"] if mirror() else []) + [f"the cache ({cache()})"]
    place = cache() / name / entry.name
    return (
        f"{name}/{entry.name} is not in {' nor in '.join(places)}; {reason}; put the file ({digest.known(entry)}) "
        f"at {place}, or set ABACUS_DATA to a folder that has {name}/{entry.name}"
        + ("" if "http" in reason else f"; from {' or '.join(_addresses(entry)) or 'no known address'}")
    ) + "".join(f"; {each}" for each in damage)


def _addresses(entry):
    return [address for each in entry.containers for address in each.addresses]


def where(name):
    """{file: the path at which a copy of it lies, or None}, for each file of the set; copies are not verified here."""
    files = catalogue.read(name).files
    return {file: next(filter(Path.is_file, _candidates(name, entry)), None) for file, entry in files.items()}


def _candidates(name, entry):
    """The paths at which a file of a set may lie: each of its containers in the mirror, then in the cache."""
    if mirror():
        yield from (mirror() / name / each.name for each in entry.containers)
    yield from (cache() / name / each.name for each in entry.containers)


def mirror():
    """The folder that $ABACUS_DATA names, or None."""
    named = os.environ.get("ABACUS_DATA")
    return Path(named).absolute() if named else None


@functools.cache
def _user_cache():
    import pooch

    folder = Path(pooch.os_cache("abacus"))
    return folder if folder.is_absolute() else temporary_folder()  # no home


def cache():
    """The folder of downloads: $ABACUS_CACHE, else the user's cache folder, else (without a home) a temporary one."""
    named = os.environ.get("ABACUS_CACHE")
    return Path(named).absolute() if named else _user_cache()


def opened():
    """Names of the sets that this process has asked for, and of the files that it was given, sorted."""
    return sorted(_opened) + files.opened()


def fingerprint(name):
    """Hash of a set's contents, as its .toml knows them, or of a file that was given."""
    return files.fingerprint(name) if name.startswith(files.PREFIX) else _contents(name)


@functools.cache
def reader(name):
    """Fingerprint of the code that reads a set, docstrings apart."""
    return source.fingerprint(catalogue.FOLDER / f"{catalogue.module(name)}.py")


@functools.cache
def _contents(name):
    hashed = hashlib.sha256()
    for entry in catalogue.read(name).files.values():
        hashed.update(f"{entry.name} {entry.containers[0].bytes} {entry.containers[0].sha256}\n".encode())
    return hashed.hexdigest()
