"""Which definition, or which module, a name stands for within a module of the core or of a project."""

import importlib

from abacus.source.module import CORE, module_of

OUTSIDE = ("launch", "papers", "verdict", "evidence", "running", "settings", "typed", "errors", "files", "source")
# finds and verifies files: a record knows the contents, and their reader, by `data.fingerprint`
VERIFYING = ("__init__", "catalogue", "download", "transfer", "digest", "given")


def look_up(file, name, project, seen=()):
    """What `name` is within the module at `file`: [(file, name)] of definitions, or [(file, None)] of a whole module."""
    module = module_of(file)
    if (file, name) in seen:
        return []
    if name in module.definitions:
        return [(file, name)]
    return [
        found
        for parts, attribute in module.imports.get(name, ())
        for found in imported(parts, attribute, project, (*seen, (file, name)))
    ]


def attribute_of(file, name, project, seen=()):
    """What `name` is as an attribute of the module or package at `file`."""
    found = look_up(file, name, project, seen)
    if found or file.name != "__init__.py":
        return found
    for inner in (file.parent / f"{name}.py", file.parent / name / "__init__.py"):
        if inner.is_file():
            return [] if is_outside(inner) else [(inner, None)]
    offers = "__getattr__" in module_of(file).definitions and file.is_relative_to(CORE)
    return _offered(file, name, project) if offers else []


def imported(parts, attribute, project, seen=()):
    file = file_of(parts, project)
    if attribute is None:
        return [(file, None)] if file else []
    inner = file_of((*parts, attribute), project)
    if file is None:
        return [(inner, None)] if inner else []
    if attribute == "*":
        return [(file, None)]
    return attribute_of(file, attribute, project, seen)


def _offered(file, name, project):
    """What a package of the core offers by `__getattr__`."""
    package = importlib.import_module(".".join(("abacus", *file.parent.relative_to(CORE).parts)))
    home = getattr(getattr(package, name, None), "__module__", "")
    return imported(tuple(home.split(".")), name, project, ((file, name),)) if home else []


def file_of(parts, project):
    """The file of the module with the dotted name `parts`, of the core or of the project's folder; None elsewhere."""
    if not parts:
        return None
    base, rest = (CORE, parts[1:]) if parts[0] == "abacus" else (project, parts)
    if parts[0] == "abacus" and rest[:1] and rest[0] in OUTSIDE:
        return None
    path = base.joinpath(*rest) if rest else base
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file() and (rest or file.name == "__init__.py"):
            return file
    return None


def is_outside(file):
    if not file.is_relative_to(CORE):
        return False
    first, *rest = file.relative_to(CORE).with_suffix("").parts
    return first in OUTSIDE or first == "sets" or (first == "data" and rest[0] in VERIFYING)
