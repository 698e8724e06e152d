"""Data sets: what there is, where its files lie, download and verification.

    python scripts/data.py list
    python scripts/data.py fetch mnist esl          (also a restricted set, under its owner's terms)
    python scripts/data.py verify                   (every file that is there; or of the sets named)
    python scripts/data.py where mnist

Status 0: done; 1: something is missing or damaged or cannot be fetched; 2: a name that there is not.
"""

import argparse
import sys

from abacus import data
from abacus.data import catalogue
from abacus.errors import BadInput, Unavailable
from abacus.launch import printing


def main(arguments=None):
    """Runs one of the commands; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="list | fetch | verify | where")
    commands.add_parser("list", help="all sets: files there, bytes, licence class, title")
    for name, count, words in (
        ("fetch", "+", "make every file of the sets available, by download where need be"),
        ("verify", "*", "check length and hash of every file that is there"),
        ("where", 1, "the path of each file, or where to get it and put it"),
    ):
        commands.add_parser(name, help=words).add_argument("names", nargs=count, metavar="NAME")
    given = parser.parse_args(arguments)
    try:
        for name in getattr(given, "names", []):
            catalogue.read(name)
        return {"list": show, "fetch": fetch, "verify": verify, "where": where}[given.command](given)
    except BadInput as error:
        print(f"data.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def show(_):
    """One line per set."""
    print(f"{'set':<24}{'files':>7} {'bytes':>12}  class  title")
    for name in catalogue.names():
        entry, found = catalogue.read(name), data.where(name)
        there = sum(path is not None for path in found.values())
        size = sum(file.containers[0].bytes for file in entry.files.values())
        mark = " (restricted)" if entry.restricted else ""
        print(f"{name:<24}{f'{there}/{len(found)}':>7} {size:>12,}  {entry.licence_class:<5}  {entry.title}{mark}")
    print(f"mirror ($ABACUS_DATA): {data.mirror() or 'not set'}; cache: {data.cache()}")
    return 0


def fetch(given):
    """Downloads what is missing; says what could not be had."""
    status = 0
    for name in given.names:
        entry = catalogue.read(name)
        if entry.restricted:
            print(f"{name}: {entry.licence}")
        for file in entry.files:
            try:
                print(f"{name}/{file}: {data.file(name, file, restricted=True, say=say)}")
            except Unavailable as error:
                status = 1
                print(f"data.py: {error}", file=sys.stderr)
    return status


def say(line):
    """Progress, where somebody looks on."""
    if sys.stderr.isatty():
        print(line, file=sys.stderr)


def verify(given):
    """Hashes every file that is there; a file that is nowhere is counted, and fails only where the set was named."""
    damaged, absent, good = 0, 0, 0
    for name in given.names or catalogue.names():
        for file, path in data.where(name).items():
            if path is None:
                absent += 1
                if given.names:
                    print(f"{name}/{file}: not there")
                continue
            try:
                data.file(name, file, download=False)
                good += 1
            except Unavailable as error:
                damaged += 1
                print(f"data.py: {error}", file=sys.stderr)
    print(f"{good} files verified, {damaged} damaged, {absent} not there")
    return 1 if damaged or (absent and given.names) else 0


def where(given):
    """Each file's path; of a missing one what it is, its addresses and the place for it."""
    (name,) = given.names
    entry, found, status = catalogue.read(name), data.where(name), 0
    print(f"{entry.title}; class {entry.licence_class}: {entry.licence}; {entry.citation}")
    for file, path in found.items():
        if path is not None:
            print(f"{file}: {path}")
            continue
        status = 1
        first = entry.files[file].containers[0]
        known = entry.files[file].unknown or f"{first.bytes} bytes, sha256 {first.sha256}"
        addresses = [address for each in entry.files[file].containers for address in each.addresses]
        print(f"{file}: not there ({known})")
        print(f"    its place: {data.cache() / name / file}")
        print("\n".join(f"    from: {address}" for address in addresses) or "    no address is known")
    return status


if __name__ == "__main__":
    printing()
    sys.exit(main())
