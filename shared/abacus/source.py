"""The code that a result depends on, definition by definition, as one hash.

A study is followed from its own function: the functions, classes and constants that it names, those that they name, and
so on through its project and the core. Comments, docstrings, layout and the files in which definitions stand do not
count, so that code can be moved; nor does what only draws, nor what a run reaches through its job alone (`OUTSIDE`).
Statements of a module that are no definitions (`Tensor.__add__ = ...`) count wherever the module is imported.
"""

import ast
import functools
import hashlib
import importlib
import symtable
from functools import cache
from pathlib import Path

CORE = Path(__file__).resolve().parent
OUTSIDE = ("launch", "papers", "verdict", "evidence", "running", "settings", "errors", "files")
# finds and verifies files: a record knows the contents, and their reader, by `data.fingerprint`
VERIFYING = ("__init__", "catalogue", "download", "transfer", "digest", "given")


def fingerprint(path, *names):
    """sha256 (16 hex digits) of all that the definitions `names` of the file `path` depend on; without names, the file."""
    return together(units(path, *names))


def units(path, *names):
    """{"folder/file.py:name": sha256 (12 hex digits)} of every definition that `names` of the file `path` depend on."""
    path = Path(path).resolve()
    found = _reached(path, tuple(names) or tuple(_module(path).definitions))
    _traced.update(f"{_label(file)}:{name}" for file, name in found if _is_plain(_module(file).definitions[name]))
    return {f"{_label(file)}:{name}": _digest(file, name, path.parent) for file, name in found}


def changed(known, now):
    """The labels of `now` (as `units` gives them) whose code stands nowhere in `known`: code that was only moved is known."""
    there = set(known.values())
    return [label for label, digest in now.items() if digest not in there]


def files(path, *names):
    """The files in which the definitions stand that `names` of the file `path` depend on, sorted."""
    path = Path(path).resolve()
    return sorted({file for file, _ in _reached(path, tuple(names) or tuple(_module(path).definitions))})


def uses(path, *names):
    """{label: labels of the definitions that it names} of all that `units` gives."""
    path = Path(path).resolve()
    found = _reached(path, tuple(names) or tuple(_module(path).definitions))
    return {
        f"{_label(file)}:{name}": {f"{_label(f)}:{n}" for _, f, n in _named(file, name, path.parent)}
        for file, name in found
    }


def is_traced(label):
    """Whether a definition is a plain Python function, whose calls can be seen; `label` is one that `units` gave."""
    return label in _traced


_traced = set()  # filled by `units`


def forget():
    """Forget what was read: for tests that change files."""
    for cached in (_module, _reached, _named, _own, _digest, _draws):
        cached.cache_clear()


def together(found):
    """One hash (16 hex digits) of what `units` gave."""
    return hashlib.sha256("\n".join(sorted(found.values())).encode()).hexdigest()[:16]


def _label(file):
    return f"abacus/{file.relative_to(CORE)}" if file.is_relative_to(CORE) else f"{file.parent.name}/{file.name}"


EFFECTS = "<statements>"  # the name of a module's statements that are no definitions


class _Module:
    """A parsed file: {name: its top-level statements}, {name: what it is imported from}, the tables of its scopes."""

    def __init__(self, path):
        text = path.read_text(encoding="utf-8")
        self.path, self.definitions, self.effects = path, {}, []
        tree = ast.parse(text)
        self.imports = _imports(tree.body, path)
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
def _module(path):
    return _Module(path)


def _imports(body, path):
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
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            continue
    return found


def _absolute(node, path):
    name = tuple(node.module.split(".")) if node.module else ()
    if not node.level:
        return name
    parts = path.relative_to(CORE).parts[: -node.level] if path.is_relative_to(CORE) else ()
    return ("abacus", *parts, *name) if path.is_relative_to(CORE) else name


def _file(parts, project):
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


def _look_up(file, name, project, seen=()):
    """What `name` is within the module at `file`: [(file, name)] of definitions, or [(file, None)] of a whole module."""
    module = _module(file)
    if (file, name) in seen:
        return []
    if name in module.definitions:
        return [(file, name)]
    return [
        found
        for parts, attribute in module.imports.get(name, ())
        for found in _imported(parts, attribute, project, (*seen, (file, name)))
    ]


def _attribute(file, name, project, seen=()):
    """What `name` is as an attribute of the module or package at `file`."""
    found = _look_up(file, name, project, seen)
    if found or file.name != "__init__.py":
        return found
    for inner in (file.parent / f"{name}.py", file.parent / name / "__init__.py"):
        if inner.is_file():
            return [] if _is_outside(inner) else [(inner, None)]
    offers = "__getattr__" in _module(file).definitions and file.is_relative_to(CORE)
    return _offered(file, name, project) if offers else []


def _offered(file, name, project):
    """What a package of the core offers by `__getattr__`."""
    package = importlib.import_module(".".join(("abacus", *file.parent.relative_to(CORE).parts)))
    home = getattr(getattr(package, name, None), "__module__", "")
    return _imported(tuple(home.split(".")), name, project, ((file, name),)) if home else []


def _imported(parts, attribute, project, seen=()):
    file = _file(parts, project)
    if attribute is None:
        return [(file, None)] if file else []
    inner = _file((*parts, attribute), project)
    if file is None:
        return [(inner, None)] if inner else []
    if attribute == "*":
        return [(file, None)]
    return _attribute(file, attribute, project, seen)


def _is_outside(file):
    if not file.is_relative_to(CORE):
        return False
    first, *rest = file.relative_to(CORE).with_suffix("").parts
    return first in OUTSIDE or first == "sets" or (first == "data" and rest[0] in VERIFYING)


@cache
def _reached(path, names):
    """All (file, name) on which the definitions `names` of the file `path` depend, these included."""
    project, reached, entered = path.parent, set(), set()
    waiting = [(path, name) for name in names if name in _module(path).definitions]
    waiting += [(CORE / "streams.py", name) for name in _module(CORE / "streams.py").definitions]  # through the job
    while waiting:
        unit = waiting.pop()
        if unit in reached or (unit[0] != path and _is_outside(unit[0])):
            continue
        reached.add(unit)
        waiting += [(file, name) for _, file, name in _named(*unit, project)]
        waiting += _entered(unit[0], project, entered)
    return sorted(reached, key=lambda unit: (unit[0].is_relative_to(CORE), str(unit[0]), unit[1]))


def _entered(file, project, entered):
    """The statements of `file`, and of the modules that it imports, which are executed on the way."""
    found, waiting = [], [file]
    while waiting:
        file = waiting.pop()
        if file in entered or _is_outside(file):
            continue
        entered.add(file)
        module = _module(file)
        if EFFECTS in module.definitions:
            found.append((file, EFFECTS))
        targets = [target for several in module.imports.values() for target in several]
        for parts, attribute in targets:
            waiting += [f for f in (_file(parts, project), attribute and _file((*parts, attribute), project)) if f]
    return found


@cache
def _named(file, name, project):
    """[(words, file, name)] of the definitions that one definition names; `words` is how it names them."""
    module, found = _module(file), set()
    for node in module.definitions[name]:
        local = _imports([node], file) if not isinstance(node, (ast.Import, ast.ImportFrom)) else {}
        known = _globals(module, node) | set(local)
        drawn = functools.partial(_is_drawn, file, local, project)
        for words in _chains(node, known, drawn):
            for target in _follow(file, words, local, project):
                found.add((".".join(words), *target))
    return sorted(found, key=lambda one: (one[0], str(one[1]), one[2]))


def _follow(file, words, local, project):
    """The (file, name) that a dotted expression such as `ops.tanh` leads to; of a module used as a whole, all it defines."""
    first, *rest = words
    if first in local:
        places = [p for parts, attribute in local[first] for p in _imported(parts, attribute, project)]
    else:
        places = _look_up(file, first, project)
    for word in rest:
        places = [deeper for f, n in places for deeper in ([(f, n)] if n is not None else _attribute(f, word, project))]
    return [(f, n) for f, n in places if n] + [
        (f, each) for f, n in places if n is None and not _is_outside(f) for each in _module(f).definitions
    ]


def _globals(module, node):
    """The names that a statement takes from outside itself."""
    tables = module.scopes.get((getattr(node, "name", None), getattr(node, "lineno", None)), [])
    decorators = getattr(node, "decorator_list", [])
    if decorators:  # a table's line is that of the first decorator in some versions, of `def` in others
        for line in {decorators[0].lineno, node.lineno}:
            tables = tables or module.scopes.get((node.name, line), [])
    if not tables:
        return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    names = set()
    for table in tables:
        names |= _free(table)
    outside = [*decorators, *getattr(node, "bases", []), *getattr(node, "keywords", [])]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        outside += [*arguments.defaults, *filter(None, arguments.kw_defaults), node.returns]
        outside += [a.annotation for a in every if a]
    return names | {n.id for part in outside if part for n in ast.walk(part) if isinstance(n, ast.Name)}


def _free(table):
    names = {s.get_name() for s in table.get_symbols() if s.is_global()}
    return names.union(*(_free(child) for child in table.get_children()))


def _chains(node, known, drawn):
    """The dotted names (tuples of words) in a statement that begin with a known name, but for calls that only draw."""
    found, skipped = set(), set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call) and drawn(inner.value):
            skipped |= {id(n) for n in ast.walk(inner.value.func)}
        if id(inner) in skipped or not isinstance(inner, (ast.Attribute, ast.Name)):
            continue
        words, part = [], inner
        while isinstance(part, ast.Attribute):
            words.append(part.attr)
            part = part.value
        if isinstance(part, ast.Name) and part.id in known:
            found.add((part.id, *reversed(words)))
            skipped |= {id(n) for n in ast.walk(inner) if n is not inner}
    return found


def _is_drawn(file, local, project, call):
    """Whether a call whose value nobody takes is of a function that only draws."""
    words, part = [], call.func
    while isinstance(part, ast.Attribute):
        words.append(part.attr)
        part = part.value
    if not isinstance(part, ast.Name):
        return False
    targets = _follow(file, [part.id, *reversed(words)], local, project)
    return bool(targets) and all(_draws(*target) for target in targets)


@cache
def _draws(file, name):
    """Whether a definition is a function that gives nothing back and works on a figure: an argument, or one it opens."""
    (node, *more) = _module(file).definitions[name]
    if more or not isinstance(node, ast.FunctionDef):
        return False
    gives = any(
        isinstance(n, (ast.Yield, ast.YieldFrom)) or (isinstance(n, ast.Return) and n.value is not None)
        for n in _own_nodes(node)
    )
    opened = {
        getattr(item.context_expr.func, "attr", getattr(item.context_expr.func, "id", ""))
        for n in ast.walk(node)
        if isinstance(n, ast.With)
        for item in n.items
        if isinstance(item.context_expr, ast.Call)
    }
    arguments = {a.arg for a in node.args.args}
    return not gives and bool(opened & {"figure", "save"} or arguments & {"axes", "figure"})


def _is_plain(nodes):
    """Whether a definition is a function that Python itself executes: none that numba compiles."""
    words = [n for node in nodes for d in getattr(node, "decorator_list", ()) for n in ast.walk(d)]
    names = {getattr(n, "id", getattr(n, "attr", "")).lower() for n in words}
    return isinstance(nodes[0], ast.FunctionDef) and not any("jit" in name for name in names)


def _own_nodes(function):
    """The nodes of a function's body, those of functions inside it left out."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)


@cache
def _own(file, name):
    """sha256 of a definition's own syntax tree, docstrings left out."""
    dumped = "\n".join(ast.dump(_without_docstrings(node)) for node in _module(file).definitions[name])
    return hashlib.sha256(dumped.encode()).hexdigest()[:12]


@cache
def _digest(file, name, project):
    """sha256 of a definition and, under the words by which it names them, of those that it names directly."""
    named = [f"{words} {_own(f, n)}" for words, f, n in _named(file, name, project) if not _is_outside(f)]
    return hashlib.sha256("\n".join([_own(file, name), *sorted(named)]).encode()).hexdigest()[:12]


def _without_docstrings(node):
    for inner in ast.walk(node):
        body = getattr(inner, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                body[0] = ast.Pass()
    return node
