"""What a definition names, and all that it depends on."""

import ast
import functools
from functools import cache

from abacus.source.drawing import draws
from abacus.source.lookup import attribute_of, file_of, imported, is_outside, look_up
from abacus.source.module import CORE, EFFECTS, imports_of, module_of
from abacus.source.names import chains, taken


@cache
def reached(path, names):
    """All (file, name) on which the definitions `names` of the file `path` depend, these included."""
    project, reached, entered = path.parent, set(), set()
    waiting = [(path, name) for name in names if name in module_of(path).definitions]
    waiting += [(CORE / "streams.py", name) for name in module_of(CORE / "streams.py").definitions]  # through the job
    while waiting:
        unit = waiting.pop()
        if unit in reached or (unit[0] != path and is_outside(unit[0])):
            continue
        reached.add(unit)
        waiting += [(file, name) for _, file, name in named(*unit, project)]
        waiting += _entered(unit[0], project, entered)
    return sorted(reached, key=lambda unit: (unit[0].is_relative_to(CORE), str(unit[0]), unit[1]))


def _entered(file, project, entered):
    """The statements of `file`, and of the modules that it imports, which are executed on the way."""
    found, waiting = [], [file]
    while waiting:
        file = waiting.pop()
        if file in entered or is_outside(file):
            continue
        entered.add(file)
        module = module_of(file)
        if EFFECTS in module.definitions:
            found.append((file, EFFECTS))
        targets = [target for several in module.imports.values() for target in several]
        for parts, attribute in targets:
            waiting += [f for f in (file_of(parts, project), attribute and file_of((*parts, attribute), project)) if f]
    return found


@cache
def named(file, name, project):
    """[(words, file, name)] of the definitions that one definition names; `words` is how it names them."""
    module, found = module_of(file), set()
    for node in module.definitions[name]:
        local = imports_of([node], file) if not isinstance(node, (ast.Import, ast.ImportFrom)) else {}
        known = taken(module, node) | set(local)
        drawn = functools.partial(is_drawn, file, local, project)
        for words in chains(node, known, drawn):
            for target in follow(file, words, local, project):
                found.add((".".join(words), *target))
    return sorted(found, key=lambda one: (one[0], str(one[1]), one[2]))


def follow(file, words, local, project):
    """The (file, name) that a dotted expression such as `ops.tanh` leads to; of a module used as a whole, all it defines."""
    first, *rest = words
    if first in local:
        places = [p for parts, attribute in local[first] for p in imported(parts, attribute, project)]
    else:
        places = look_up(file, first, project)
    for word in rest:
        places = [
            deeper for f, n in places for deeper in ([(f, n)] if n is not None else attribute_of(f, word, project))
        ]
    return [(f, n) for f, n in places if n] + [
        (f, each) for f, n in places if n is None and not is_outside(f) for each in module_of(f).definitions
    ]


def is_drawn(file, local, project, call):
    """Whether a call whose value nobody takes is of a function that only draws."""
    words, part = [], call.func
    while isinstance(part, ast.Attribute):
        words.append(part.attr)
        part = part.value
    if not isinstance(part, ast.Name):
        return False
    targets = follow(file, [part.id, *reversed(words)], local, project)
    return bool(targets) and all(draws(*target) for target in targets)
