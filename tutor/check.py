"""Compares a learner's function with the repository's own on the inputs of exercises.py, in this process."""

import ast
import contextlib
import copy
import importlib
import importlib.util
import inspect
import itertools
import sys
import tempfile
import traceback
from pathlib import Path
from typing import NamedTuple

from abacus import lessons
from tutor import compare

LONGEST = 100_000  # items of a generator's result that are looked at


class Found(NamedTuple):
    """What came of a check: whether all inputs passed, and what is said of it, a sentence a line."""

    passed: bool
    says: list


def judge(exercise, path):
    """The Found of the file at `path`: what stands in it first, then case by case until one differs."""
    said = unfit(exercise, path)
    if said:
        return Found(False, [said])
    with project(exercise.folder):
        try:
            theirs = function_of(exercise, path)
        except BaseException as error:
            return Found(False, [_trouble(error, path)])
        return _compared(exercise, theirs, path)


def unfit(exercise, path):
    """One sentence where the file cannot be an answer, as it is read; "" where it can."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        if isinstance(error, SyntaxError) and error.lineno:
            return f"line {error.lineno} cannot be read: {error.msg}: {(error.text or '').strip()}"
        return f"the file cannot be read: {error}"
    named = [node for node in tree.body if getattr(node, "name", "") == exercise.function]
    if not named or not isinstance(named[-1], ast.FunctionDef):
        return f"there is no function {exercise.function} in {path.name}: was it renamed?"
    ours, theirs = (_arguments(node) for node in (exercise.node, named[-1]))
    if ours != theirs:
        return f"{exercise.function} should take ({', '.join(ours)}), and yours takes ({', '.join(theirs)})"
    if _is_stub(named[-1]):
        return f"{exercise.function} is not written yet: {path.name}, line {named[-1].lineno}"
    return _forbidden(exercise, tree)


@contextlib.contextmanager
def project(folder):
    """The modules of a project by their plain names, and none of another's; afterwards as before. Within itself, nothing."""
    if sys.path[0] == str(folder):
        yield
        return
    before, path = _set_aside(), list(sys.path)
    sys.path[:] = [
        str(folder),
        *(p for p in path if not Path(p or ".").resolve().is_relative_to(lessons.ROOT / "projects")),
    ]
    try:
        yield
    finally:
        _set_aside()
        sys.modules.update(before)
        sys.path[:] = path


def function_of(exercise, path):
    """The function in the file at `path`, which sees what the exercise's own file has in reach, but not the answer."""
    ours = importlib.import_module(exercise.file.stem)
    spec = importlib.util.spec_from_file_location(f"mine_{exercise.name}", path)
    module = importlib.util.module_from_spec(spec)
    names = {
        name: value for name, value in vars(ours).items() if not name.startswith("__") and name != exercise.function
    }
    module.__dict__.update(names)
    spec.loader.exec_module(module)
    return getattr(module, exercise.function)


def cases(exercise):
    """(how the function is used, the (words, arguments) of every case); within `project`."""
    inputs = importlib.import_module("exercises")
    use = getattr(inputs, f"{exercise.name}_use", lambda function, *arguments: function(*arguments))
    return use, getattr(inputs, exercise.name)()


def _compared(exercise, theirs, path):
    ours = getattr(importlib.import_module(exercise.file.stem), exercise.function)
    use, inputs = cases(exercise)
    for count, (words, arguments) in enumerate(inputs):
        wanted, given = _outcome(ours, use, arguments), _outcome(theirs, use, arguments)
        said = _differs(wanted, given, inspect.signature(inspect.unwrap(ours)), path)
        if said:
            says = [f"{words}: {said}"]
            if not count and not wanted.error and not given.error:
                call = ", ".join(map(compare.shown, arguments))
                shown = " ".join(f"{exercise.function}({call})".split())
                says += [f"{shown} is {compare.shown(wanted.value)}, and yours gives {compare.shown(given.value)}"]
            return Found(False, says + _recognised(exercise, use, arguments, given))
    return Found(True, [f"{count + 1} of {count + 1} inputs right"])


class _Outcome(NamedTuple):
    value: object
    error: BaseException | None
    arguments: tuple


def _outcome(function, use, arguments):
    """What a function makes of a copy of the arguments."""
    copies = copy.deepcopy(arguments)
    try:
        value = use(function, *copies)
        if inspect.isgenerator(value):
            value = list(itertools.islice(value, LONGEST))
    except (Exception, SystemExit, RecursionError) as error:
        return _Outcome(None, error, copies)
    return _Outcome(value, None, copies)


def _differs(wanted, given, signature, path):
    """What differs between two outcomes, in one sentence; None where nothing does."""
    if wanted.error:
        name = type(wanted.error).__name__
        if given.error is None:
            return f"an error is wanted here, {name}, and yours returns {compare.shown(given.value)}"
        return (
            None if isinstance(given.error, type(wanted.error)) else f"{name} is wanted: {_trouble(given.error, path)}"
        )
    if given.error:
        return _trouble(given.error, path)
    if said := compare.difference(wanted.value, given.value):
        return said
    for name, ours, theirs in zip(signature.parameters, wanted.arguments, given.arguments):
        if compare.difference(ours, theirs):
            return f"the argument {name} should stay as it was, or become something else: work on a copy, or see the docstring"
    return None


def _recognised(exercise, use, arguments, given):
    """["that is what comes out where ..."] if one of the exercise's mistakes gives the same."""
    if given.error:
        return []
    for text, words in exercise.wrong():
        with written(text) as path:
            wrong = _outcome(function_of(exercise, path), use, arguments)
        if not wrong.error and not compare.difference(wrong.value, given.value):
            return [f"that is what comes out where {words}"]
    return []


@contextlib.contextmanager
def written(text):
    """A file with this text, for as long as it is wanted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer.py"
        path.write_text(text, encoding="utf-8")
        yield path


def _trouble(error, path):
    """An exception in one sentence, with the last line of the learner's own file that it came through."""
    text = " ".join(str(error).split())[:300]
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if isinstance(error, RecursionError):
        said = "RecursionError: the function calls itself without an end"
    if isinstance(error, NotImplementedError) and not text:
        said = "not written yet"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"line {own[-1].lineno}, {own[-1].line}: {said}" if own else said


def _arguments(node):
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    stars = [f"*{a.arg}" for a in (node.args.vararg, node.args.kwarg) if a]
    return [a.arg for a in every] + stars


def _is_stub(node):
    last = node.body[-1]
    return len(node.body) <= 2 and isinstance(last, ast.Raise) and "NotImplementedError" in ast.unparse(last)


def _forbidden(exercise, tree):
    """What would do it all, or gives the answer away; "" where there is nothing of the kind."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return f"line {node.lineno}: leave out the import from __future__: the function moves into another file"
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        if exercise.file.stem in names:
            return f"line {node.lineno}: {exercise.file.name} holds the answer; the rest of it can be called without an import"
        text = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""
        for name in exercise.without:
            if text == name or text.startswith(f"{name}.") or name in names:
                return f"line {node.lineno}: {name} would do it all; do without it"
    return ""


def _set_aside():
    """Take the modules of all projects out of sys.modules: {name: module}."""
    inside = lessons.ROOT / "projects"
    own = [n for n, m in sys.modules.items() if _file(m).is_relative_to(inside) and not n.startswith("test_")]
    return {name: sys.modules.pop(name) for name in own}


def _file(module):
    return Path(getattr(module, "__file__", None) or "/")
