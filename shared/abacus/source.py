"""The code that a result depends on, as one hash: comments, docstrings and layout do not count.

The imports of a project's run.py are followed through its own modules and the core. Of a package that only gathers
names (`from abacus import ops`, then `ops.tanh`), only the modules that define the names in use are followed, and what
it gathers besides does not count, so that a new operation does not make every earlier result stale.
"""

import ast
import hashlib
from collections import Counter
from functools import cache
from pathlib import Path

CORE = Path(__file__).resolve().parent
ALWAYS = ("streams.py", "data/batches.py")  # what runs reach through their job, and through `data`
NEVER = ("launch", "papers", "verdict", "records", "render", "plot", "settings", "errors", "checkpoint", "state")
VERIFIED = ["data"]  # finds and verifies files: the record knows the contents and their reader by `data.fingerprint`


def fingerprint(run_file):
    """sha256 (hex) of the syntax trees of `run_file` and of all project and core modules that it reaches."""
    digest = hashlib.sha256()
    for path in modules(run_file):
        if _only_gathers(path):
            continue
        digest.update(path.name.encode() + b"\0" + _tree(path).encode() + b"\0")
    return digest.hexdigest()


def modules(run_file):
    """The files of this project and of the core on which `run_file` depends, itself included, in a fixed order."""
    run_file = Path(run_file).resolve()
    reached, waiting = set(), [run_file, *(CORE / name for name in ALWAYS)]
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting.extend(_imports(path, run_file.parent))
    return sorted(reached, key=lambda path: (path.is_relative_to(CORE), str(path)))


def _only_gathers(path):
    """Whether the file is a package's __init__ of nothing but a docstring and imports: those are followed by themselves."""
    return path.name == "__init__.py" and all(
        isinstance(node, (ast.Import, ast.ImportFrom))
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in _parsed(path).body
    )


@cache
def _parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _tree(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ) and isinstance(body[0].value.value, str):
            body[0] = ast.Pass()
    return ast.dump(tree)


@cache
def _imports(path, project):
    """Files that the module at `path` imports, at its top or inside functions."""
    tree, found = _parsed(path), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found += _locate(alias.name.split("."), project)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, path)
            for alias in node.names:
                used = _attributes(tree, alias.asname or alias.name)
                found += _locate([*base, alias.name], project, used) or _locate(base, project, {alias.name})
    return found


def _absolute(node, path):
    """The dotted name of a from-import as a list, relative ones resolved inside the core."""
    name = node.module.split(".") if node.module else []
    if not node.level:
        return name
    package = ["abacus", *path.relative_to(CORE).parts[: -node.level]] if path.is_relative_to(CORE) else []
    return package + name


def _attributes(tree, name):
    """The attributes that a module takes of `name`: {"tanh"} for `ops.tanh(x)`; None where it is used in another way."""
    whole, taken = _uses(tree)
    attributes = taken.get(name, [])
    return set(attributes) if whole[name] == len(attributes) else None


@cache
def _uses(tree):
    """How often each plain name occurs in a module, and {name: attributes taken of it, one for each time}."""
    whole, taken = Counter(), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            whole[node.id] += 1
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            taken.setdefault(node.value.id, []).append(node.attr)
    return whole, taken


def _locate(parts, project, used=None):
    """The files behind a dotted name: of a gathering package only those that define the names in `used`."""
    if parts[:1] == ["abacus"]:
        parts, folder = parts[1:], CORE
        if not parts or parts[0] in NEVER or parts == VERIFIED:
            return []
    else:
        folder = project
    module = folder.joinpath(*parts).with_suffix(".py")
    if module.is_file():
        return [module]
    package = folder.joinpath(*parts, "__init__.py")
    if not package.is_file():
        return []
    gathered = {path.stem: path for path in package.parent.glob("[!_]*.py")} | _gathered(package)
    if used is None or not used <= gathered.keys():
        return [package]
    return sorted({gathered[name] for name in used})


@cache
def _gathered(package):
    """{name: file that defines it} for a package whose __init__ gathers names from its modules."""
    names = {}
    for node in ast.walk(_parsed(package)):
        if isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            for alias in node.names:
                files = _locate([*base, alias.name], package.parent) or _locate(base, package.parent)
                if files:
                    names[alias.asname or alias.name] = files[0]
    return names
