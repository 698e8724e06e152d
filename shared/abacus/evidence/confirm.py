"""Whether today's code still computes what a record of other code holds: what has to be run for it, and what it proves."""

from pathlib import Path

from abacus import source


def known(content, name):
    """What a comparison needs of the run `name` of a results file: its trail, and its first seed's values by row."""
    about = content["meta"][name]
    by_row = {row: content["values"][row]["seeds"]["0"] for row in about["rows"]}
    return {"trail": about["trail"], "values": None if None in by_row.values() else by_row}


def unseen(known_units, units, uses, executed):
    """The changed functions that were not called on the way, by label: a part of a run proves nothing about them.

    `known_units` and `units` are the digests of a record's and of today's definitions, `uses` is source.uses of today's,
    `executed` holds (file, name) of the Python functions that were called. Constants, classes and compiled functions
    leave no trace; they count as used where a definition that names them does.
    """
    called = {f"{_label(Path(file))}:{name}" for file, name in executed}
    seen, before = {label for label in units if label in called}, None
    while seen != before:
        before = set(seen)
        for label in before:
            seen |= {used for used in uses.get(label, ()) if used in units and not source.is_traced(used)}
    loose = {label for label in units if label.endswith(source.EFFECTS)}  # executed by the import itself
    return sorted(label for label in source.changed(known_units, units) if label not in seen | loose)


def confirmation(said, trail, code, readers, commit, machine):
    """What the record then carries: today's code, where it was compared, and how far."""
    loops = {}
    for loop, round, _ in said["trail"]:
        loops[loop] = round
    if said["whole"] or not loops:
        rounds = "to its end"
    else:
        last = max(loops)
        total = max(round for loop, round, _ in trail if loop == last)
        rounds = f"through round {loops[last]} of {total}" + (f" of loop {last + 1}" if last else "")
    return {
        "code": code,
        "readers": readers,
        "commit": commit,
        "machine": machine,
        "versions": said["versions"],
        "rounds": rounds,
    }


def _label(file):
    if file.is_relative_to(source.CORE):
        return f"abacus/{file.relative_to(source.CORE)}"
    return f"{file.parent.name}/{file.name}"
