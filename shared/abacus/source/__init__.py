"""The code that a result depends on, definition by definition, as one hash.

A study is followed from its own function: the functions, classes and constants that it names, those that they name, and
so on through its project and the core. Comments, docstrings, annotations of functions, layout and the files in which
definitions stand do not count, so that code can be moved; nor does what only draws (drawing.py), nor what a run reaches
through its job alone (lookup.OUTSIDE). Statements of a module that are no definitions (`Tensor.__add__ = ...`) count
wherever the module is imported.
"""

import ast
import copy
import hashlib
from functools import cache
from pathlib import Path

from abacus.source import drawing, reach
from abacus.source.drawing import is_plain
from abacus.source.lookup import is_outside
from abacus.source.module import CORE, EFFECTS, module_of
from abacus.source.reach import named, reached

__all__ = [
    "CORE",
    "EFFECTS",
    "bare",
    "changed",
    "files",
    "fingerprint",
    "forget",
    "is_traced",
    "label_of",
    "nodes",
    "together",
    "units",
    "uses",
]


def fingerprint(path, *names):
    """sha256 (16 hex digits) of all that the definitions `names` of the file `path` depend on; without names, the file."""
    return together(units(path, *names))


def units(path, *names):
    """{"folder/file.py:name": sha256 (12 hex digits)} of every definition that `names` of the file `path` depend on."""
    path = Path(path).resolve()
    found = reached(path, tuple(names) or tuple(module_of(path).definitions))
    _places.update({f"{label_of(file)}:{name}": (file, name) for file, name in found})
    return {f"{label_of(file)}:{name}": _digest(file, name, path.parent) for file, name in found}


def changed(known, now):
    """The labels of `now` (as `units` gives them) whose code stands nowhere in `known`: code that was only moved is known."""
    there = set(known.values())
    return [label for label, digest in now.items() if digest not in there]


def files(path, *names):
    """The files in which the definitions stand that `names` of the file `path` depend on, sorted."""
    path = Path(path).resolve()
    return sorted({file for file, _ in reached(path, tuple(names) or tuple(module_of(path).definitions))})


def uses(path, *names):
    """{label: labels of the definitions that it names} of all that `units` gives."""
    path = Path(path).resolve()
    found = reached(path, tuple(names) or tuple(module_of(path).definitions))
    return {
        f"{label_of(file)}:{name}": {f"{label_of(f)}:{n}" for _, f, n in named(file, name, path.parent)}
        for file, name in found
    }


def is_traced(label):
    """Whether a definition is a plain Python function, whose calls can be seen; `label` is one that `units` gave."""
    file, name = _places[label]
    return is_plain(module_of(file).definitions[name])


def nodes(label):
    """The statements of a definition, without docstrings and annotations; `label` is one that `units` gave."""
    file, name = _places[label]
    return [bare(node) for node in module_of(file).definitions[name]]


_places = {}  # {label: (file, name)}, filled by `units`


def forget():
    """Forget what was read: for tests that change files."""
    for cached in (module_of, reach.reached, reach.named, drawing.draws, _own, _digest):
        cached.cache_clear()


def together(found):
    """One hash (16 hex digits) of what `units` gave."""
    return hashlib.sha256("\n".join(sorted(found.values())).encode()).hexdigest()[:16]


def label_of(file):
    """A file's part of a label: its folder and its name, or its place within the core."""
    return f"abacus/{file.relative_to(CORE)}" if file.is_relative_to(CORE) else f"{file.parent.name}/{file.name}"


@cache
def _own(file, name):
    """sha256 of a definition's own syntax tree, docstrings left out."""
    dumped = "\n".join(ast.dump(bare(node)) for node in module_of(file).definitions[name])
    return hashlib.sha256(dumped.encode()).hexdigest()[:12]


@cache
def _digest(file, name, project):
    """sha256 of a definition and, under the words by which it names them, of those that it names directly."""
    below = [f"{words} {_own(f, n)}" for words, f, n in named(file, name, project) if not is_outside(f)]
    return hashlib.sha256("\n".join([_own(file, name), *sorted(below)]).encode()).hexdigest()[:12]


def bare(node):
    """A copy of a syntax tree without its docstrings and without the annotations of its functions."""
    node = copy.deepcopy(node)
    for inner in ast.walk(node):
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner.returns = None
        if isinstance(inner, ast.arg):
            inner.annotation = None
        body = getattr(inner, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                body[0] = ast.copy_location(ast.Pass(), body[0])
    return node
