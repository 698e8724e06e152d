"""Mutants of files, and a reader's answers to them."""

import importlib.util
import time
import warnings

LIMIT = 2.0  # seconds of this process that reading one file may take; most take milliseconds
_LONG = [b"99999999999", b"-1", b"1e400", b"0", b"nan", b""]
_STRANGE = [b"\0" * 50, b"[" * 3000, b"{" * 100, b'"', b"\xff\xfe", b"\n"]


def module(path):
    """A project's module that imports nothing of its project."""
    spec = importlib.util.spec_from_file_location(f"fuzzed_{path.stem}", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def made(write, path):
    """The bytes that `write(path)` writes; the file goes."""
    write(path)
    body = path.read_bytes()
    path.unlink()
    return body


def mutants(body, rng, count):
    """Cuts, flipped bits, bytes overwritten, numbers changed, pieces repeated, removed, moved or filled."""
    for _ in range(count):
        mutant = bytearray(body)
        for _ in range(rng.integers(1, 4)):
            at, to = sorted(rng.integers(0, len(mutant) + 1, 2)) if mutant else (0, 0)
            match rng.integers(0, 8):
                case 0:
                    del mutant[at:]
                case 1 if mutant:
                    mutant[at - 1] ^= 1 << int(rng.integers(0, 8))
                case 2 if mutant:
                    mutant[at - 1] = int(rng.integers(0, 256))
                case 3:
                    mutant[at:at] = mutant[at:to]
                case 4:
                    del mutant[at:to]
                case 5:
                    mutant[at:to] = rng.bytes(int(to - at))
                case 6:  # a digit becomes a long number
                    digits = [i for i, byte in enumerate(mutant) if 48 <= byte < 58]
                    if digits:
                        at = digits[int(rng.integers(0, len(digits)))]
                        mutant[at : at + 1] = _LONG[rng.integers(0, len(_LONG))]
                case 7:
                    mutant[at:at] = _STRANGE[rng.integers(0, len(_STRANGE))]
        yield bytes(mutant)


def attack(path, read, known, bodies, named=None):
    """Reads every body from `path`; how many were refused, each in one line that names the path (or says `named`).

    What is neither an answer nor an error that is `known` comes out of here.
    """
    refused = 0
    for body in bodies:
        path.write_bytes(body)
        begun = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                read(path)
        except known as error:
            refused += 1
            assert (named or str(path)) in str(error) and "\n" not in str(error), repr(error)
        except Exception as error:
            raise AssertionError(f"{path}: {type(error).__name__}: {error}") from error
        assert time.process_time() - begun < LIMIT
    return refused
