"""The names that a statement takes from outside itself, as dotted chains of words."""

import ast


def taken(module, node):
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
        outside += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    return names | {n.id for part in outside if part for n in ast.walk(part) if isinstance(n, ast.Name)}


def _free(table):
    names = {s.get_name() for s in table.get_symbols() if s.is_global()}
    return names.union(*(_free(child) for child in table.get_children()))


def chains(node, known, drawn):
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
