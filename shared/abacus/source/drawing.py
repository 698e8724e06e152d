"""Which functions only draw, and which are plain Python: what a result does not depend on, and whose calls can be seen."""

import ast
from functools import cache

from abacus.source.module import module_of


@cache
def draws(file, name):
    """Whether a definition is a function that gives nothing back and works on a figure: an argument, or one it opens."""
    (node, *more) = module_of(file).definitions[name]
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


def _own_nodes(function):
    """The nodes of a function's body, those of functions inside it left out."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)


def is_plain(nodes):
    """Whether a definition is a function that Python itself executes: none that numba compiles."""
    words = [n for node in nodes for d in getattr(node, "decorator_list", ()) for n in ast.walk(d)]
    names = {getattr(n, "id", getattr(n, "attr", "")).lower() for n in words}
    return isinstance(nodes[0], ast.FunctionDef) and not any("jit" in name for name in names)
