"""A source file as its definitions, its imports and its scopes."""

import ast
import symtable
from functools import cache
from pathlib import Path

CORE = Path(__file__).resolve().parents[1]
EFFECTS = "<statements>"  # the name of a module's statements that are no definitions


class Module:
    """A parsed file: {name: its top-level statements}, {name: what it is imported from}, the tables of its scopes."""

    def __init__(self, path):
        text = path.read_text(encoding="utf-8")
        self.path, self.definitions, self.effects = path, {}, []
        tree = ast.parse(text)
        self.imports = imports_of(tree.body, path)
        for statement in tree.body:
            self._sort(statement)
        if self.effects:
            self.definitions[EFFECTS] = self.effects
        self.scopes = {}
        for table in symtable.symtable(text, str(path), "exec").get_children():
            self.scopes.setdefault((table.get_name(), table.get_lineno()), []).append(table)

    def _sort(self, statement):
        if isinstance(statement, ast.If) and _is_guard(statement.test):
            return
        names = _bound(statement)
        for name in names:
            self.definitions.setdefault(name, []).append(statement)
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not names and not docstring and not isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass)):
            self.effects.append(statement)


def _is_guard(test):
    """`__name__ == "__main__"` or TYPE_CHECKING: what a run never executes, or its command alone."""
    return {"__name__", "TYPE_CHECKING"} & {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}


def _bound(statement):
    """The names that a top-level statement defines."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        stored = [n for t in targets for n in ast.walk(t) if isinstance(n, (ast.Name, ast.Attribute, ast.Subscript))]
        plain = all(isinstance(node, ast.Name) for node in stored)
        return [node.id for node in stored] if plain else []
    if isinstance(statement, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
        return [name for child in ast.iter_child_nodes(statement) for name in _bound(child)]
    return [name for child in getattr(statement, "body", ()) for name in _bound(child)]


@cache
def module_of(path):
    return Module(path)


def imports_of(body, path):
    """{local name: [(dotted parts, attribute or None)]} of all import statements under the statements `body`."""
    found = {}
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    parts = alias.name.split(".")
                    target = (tuple(parts), None) if alias.asname else (tuple(parts[:1]), None)
                    found.setdefault(alias.asname or parts[0], []).append(target)
            elif isinstance(node, ast.ImportFrom):
                base = _absolute(node, path)
                for alias in node.names:
                    found.setdefault(alias.asname or alias.name, []).append((base, alias.name))
    return found


def _absolute(node, path):
    name = tuple(node.module.split(".")) if node.module else ()
    if not node.level:
        return name
    parts = path.relative_to(CORE).parts[: -node.level] if path.is_relative_to(CORE) else ()
    return ("abacus", *parts, *name) if path.is_relative_to(CORE) else name
