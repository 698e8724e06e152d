"""Whether today's code still computes what a record of other code holds: what has to be run for it, and what it proves.

A run whose comparison is ended early proves nothing about code that runs only later. What has changed since the record
must have been called by then, or not be called at all, also after the loop, to which such a run hastens; of a function
that was still under way, such as the one with the loop, every statement behind that point must stand in the code that
made the record.
"""

import ast
from pathlib import Path

from abacus import source
from abacus.evidence import records


def known(content, name):
    """What a comparison needs of the run `name` of a results file: its first seed's trail, seconds, and values by row."""
    about = content["meta"][name]
    by_row = {row: content["values"][row]["seeds"]["0"] for row in records.rows_of(content, name)}
    values = None if None in by_row.values() else by_row
    return {"trail": about["trail"], "values": values, "seconds": about["seeds"]["0"]["seconds"]}


def unproven(known_units, study, said, before):
    """What has changed and was not seen to run, in words; [] where a comparison (`said`) proves what it compared.

    `known_units` are the digests of the record's definitions, `before` is the code of its commit; `study` is today's. Constants,
    classes and compiled functions leave no trace of their own; they count as used where a definition that names them
    was called, or executed by an import.
    """
    called = {(_label(file), name) for file, name in said["called"]}
    stopped = {}
    for file, name, line in said["unfinished"]:
        stopped.setdefault((_label(file), name), []).append(line)
    begins = {f"{_label(file)}:{name}" for file, names in study.functions.items() for name in names}
    used = _used(study.units, study.uses, begins | _labels(called))
    later = None if said["later"] is None else {(_label(file), name) for file, name in said["later"]}
    ever = set(study.units) if later is None else _used(study.units, study.uses, begins | _labels(called | later))
    found = []
    for label in source.changed(known_units, study.units):
        file, _, name = label.rpartition(":")
        if name != source.EFFECTS and label not in used:
            found += [name] if label in ever else []
            continue
        for node in source.nodes(label):
            if isinstance(node, ast.FunctionDef):
                found += _behind(node, stopped.get((file, name), ()), name, before)
            elif isinstance(node, ast.ClassDef):
                found += _methods(node, file, called, later, stopped, before)
    return list(dict.fromkeys(found))


def _used(units, uses, called):
    """The labels of `units` that were called or executed by an import, and of what they name all that leaves no trace."""
    used, waiting = set(), [label for label in units if label in called or label.endswith(source.EFFECTS)]
    while waiting:
        label = waiting.pop()
        if label not in used:
            used.add(label)
            waiting += [other for other in uses.get(label, ()) if other in units and not source.is_traced(other)]
    return used


def _labels(called):
    return {f"{file}:{name.partition('.')[0]}" for file, name in called}


def _methods(node, file, called, later, stopped, before):
    """Of a changed class the changed methods that were not called; one that is new is called by changed code alone."""
    old, found = before.methods(node.name), []
    for method in node.body:
        if not isinstance(method, ast.FunctionDef) or ast.dump(method) in old.get(method.name, ()):
            continue
        name = f"{node.name}.{method.name}"
        if (file, name) in called:
            found += _behind(method, stopped.get((file, name), ()), name, before)
        elif (file, name) in later if later is not None else method.name in old or not before.known:
            found.append(name)
    return found


def _behind(function, lines, name, before):
    """The first line of a function, stopped at `lines`, that had still to run and stood nowhere in the code before."""
    old = before.statements(name.partition(".")[0]) if lines else ()
    new = [n for line in lines for statement in _later(function.body, line) for n in _unknown(statement, old)]
    return [f"line {min(new)} of {name}"] if new else []


def _later(body, line):
    """The statements of a block that come after the one which holds `line`, in it and in the blocks within it."""
    for i, statement in enumerate(body):
        if statement.lineno <= line <= statement.end_lineno:
            blocks = [getattr(statement, part, []) for part in ("body", "orelse", "finalbody")]
            blocks[1:1] = [handler.body for handler in getattr(statement, "handlers", ())]
            here = [n for n, block in enumerate(blocks) if block and block[0].lineno <= line <= block[-1].end_lineno]
            later = [late for n in here for late in _later(blocks[n], line)]
            if not isinstance(statement, ast.If):  # what a loop or a try does at its end
                later += [late for block in blocks[(here or [0])[0] + 1 :] for late in block]
            return later + body[i + 1 :]
    return []


def _unknown(statement, old):
    """The line numbers of a statement's parts that do not stand in the old code; none where it stands there whole."""
    if ast.dump(statement) in old:
        return []
    inner = [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.stmt)]
    return [n for node in inner for n in _unknown(node, old)] or [statement.lineno]


def _label(file):
    return source.label_of(Path(file).resolve())


def confirmation(said, trail, code, readers, commit, machine):
    """What the record then carries: today's code, where it was compared, and how far."""
    loops = {}
    for loop, round, digest in said["trail"]:
        if [loop, round, digest] in trail:  # a trail that was left under a budget ends before its run
            loops[loop] = round
    if said["whole"] or not loops:
        rounds = "to its end"
    else:
        last = max(loops)
        rounds = f"through round {loops[last]} of {said['rounds'][last]}" + (f" of loop {last + 1}" if last else "")
    return {
        "code": code,
        "readers": readers,
        "commit": commit,
        "machine": machine,
        "versions": said["versions"],
        "rounds": rounds,
    }
