"""The programs of a lesson, read from their source without running it: what each computes, its settings, its tables."""

import ast
import tokenize
from dataclasses import dataclass
from io import StringIO

import yaml

from abacus.errors import BadInput


@dataclass(frozen=True)
class Study:
    """One function that run.py launches: `file` holds it, `fields` are the lines of its Config, `values` its bare run's."""

    name: str
    file: object
    sentence: str
    fields: list
    values: dict
    first: bool


def of(folder):
    """The Studies of a project, in the order of launch(...) in its run.py."""
    run = folder / "run.py"
    tree = ast.parse(run.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "launch"]
    if not calls:
        raise BadInput(f"{folder.name}/run.py: no launch(...) is called")
    imported = {
        alias.asname or alias.name: node.module
        for node in tree.body if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }  # fmt: skip
    given = [name for argument in calls[-1].args for name in _names(argument, tree)]
    return [_study(folder, name, imported, i == 0) for i, name in enumerate(given)]


def _names(argument, tree):
    """The names that an argument of launch stands for: fit, module.fit, or *those that a line before it lists*."""
    if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name):
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == [argument.value.id]:
                return [name for element in getattr(node.value, "elts", ()) for name in _names(element, tree)]
    return [ast.unparse(argument)] if isinstance(argument, (ast.Name, ast.Attribute)) else []


def _study(folder, said, imported, first):
    module, _, name = said.rpartition(".")
    module = module or imported.get(name, "run")
    file = folder / f"{module.replace('.', '/')}.py"
    if not file.is_file():
        raise BadInput(f"{folder.name}/run.py: the program {name} is not in {module}.py")
    text = file.read_text(encoding="utf-8")
    found = {node.name: node for node in ast.parse(text).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    if name not in found:
        raise BadInput(f"{folder.name}/{file.name}: no function {name}")
    config, text = _config(folder, text, _annotation(found[name]))
    conf = folder / "conf" / ("config.yaml" if first else f"{name}.yaml")
    values = yaml.safe_load(conf.read_text(encoding="utf-8")) or {} if conf.exists() else {}
    sentence = " ".join((ast.get_docstring(found[name]) or "").split("\n\n")[0].split())
    return Study(name, file, sentence, _fields(config, text), values, first)


def _config(folder, text, name):
    """(the class `name`, the text of the file that defines it): that of `text`, or one that it imports; None without one."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node, text
        if isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == name for a in node.names):
            file = folder / f"{(node.module or '').replace('.', '/')}.py"
            return _config(folder, file.read_text(encoding="utf-8"), name) if file.is_file() else (None, text)
    module, _, short = name.rpartition(".")
    file = folder / f"{module}.py"
    return _config(folder, file.read_text(encoding="utf-8"), short) if module and file.is_file() else (None, text)


def _annotation(function):
    first = function.args.args[0].annotation if function.args.args else None
    return ast.unparse(first) if first else "Config"


def _fields(config, text):
    """[(name, type and range, comment)] of a Config; a comment may go on above or after its line."""
    if config is None:
        return []
    comments = {
        t.start[0]: t.string.lstrip("# ")
        for t in tokenize.generate_tokens(StringIO(text).readline)
        if t.type == tokenize.COMMENT
    }
    fields = []
    for node in config.body:
        if isinstance(node, ast.AnnAssign):
            said = [comments[i] for i in range(node.lineno, node.end_lineno + 1) if i in comments]
            kind = ast.unparse(node.annotation) + (f", {ast.unparse(node.value)}" if node.value else "")
            fields.append((ast.unparse(node.target), kind, " ".join(said)))
    return fields
