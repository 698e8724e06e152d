"""The rows of a plan: their settings, which of them are chosen, and what the command line changes in them.

A setting in which the rows differ says, on the command line, which rows are meant (`propagation=none`); of rows chosen by name
(`rows=Lasso amount=0.36`) it changes their own value. A bare run has no print beside it: there it changes every row.
"""

from abacus import settings, typed
from abacus.errors import BadInput
from abacus.launch.arguments import rows_named


def settle(Config, base, rows, overridden, text, name):
    """({row: its settings}, chosen rows); a row to which a changed one has become equal is left out.

    `base` are the composed settings, `rows` {row: the settings in which it differs}. `overridden` are the settings that
    the command line gives, `text` is its rows=..., `name` the experiment's, None for a bare run.
    """
    rows = {str(row): changes or {} for row, changes in rows.items()}
    chosen = rows_named(text, rows) if text is not None else list(rows)
    own = {setting: having for setting in overridden if (having := _having(setting, rows))}
    if text is not None:
        stripped = {row: _without(rows[row], own) for row in chosen}
        _check_apart(stripped, rows, own)
        rows = rows | stripped
    elif name is None and own:
        rows = _renamed({row: _without(changes, own) for row, changes in rows.items()}, base, own)
        chosen = list(rows)
    else:
        for setting, having in own.items():
            chosen = [row for row in chosen if row in _meant(setting, having, base, rows, name)]
        if not chosen:
            raise BadInput(
                f"no row of {name} has {', '.join(f'{s}={_shown(base, s)}' for s in own)}; choose with rows=NAME"
            )
    found = {row: _settings(Config, base, row, changes, row in chosen) for row, changes in rows.items()}
    changed = [found[row] for row in chosen] if text is not None and own else []
    return {row: values for row, values in found.items() if row in chosen or values not in changed}, chosen


def _having(setting, rows):
    """{row: its value} of the rows that give a setting a value of their own."""
    found = {row: _value(changes, setting) for row, changes in rows.items()}
    return {row: value for row, value in found.items() if value is not _NONE}


def _meant(setting, having, base, rows, name):
    """The rows that have the value which the command line gives a setting. BadInput where that may mean something else."""
    given, (row, value) = _value(base, setting), next(iter(having.items()))
    if len(having) < len(rows):
        raise BadInput(f"{setting}: the rows of {name} differ in it (row {row} has {value}); choose with rows=NAME")
    meant = [row for row, value in having.items() if value == given]
    if not meant:
        known = ", ".join(dict.fromkeys(settings.shown(value) for value in having.values()))
        hint = settings.suggestion(given, having.values())
        raise BadInput(
            f"{setting}={settings.shown(given)}: no row of {name} has it{hint}; they have {known}; to change a row: rows=NAME"
        )
    return meant


def _check_apart(stripped, rows, own):
    """BadInput where rows that were different would become the same."""
    for i, (row, changes) in enumerate(stripped.items()):
        for other in list(stripped)[:i]:
            if stripped[other] == changes and rows[other] != rows[row]:
                raise BadInput(
                    f"{', '.join(own)}: nothing else tells the rows {other} and {row} apart; choose one of them"
                )


def _renamed(rows, base, own):
    """The rows of a bare run under names that say what was changed; those that are the same now are one."""
    said, found = ", ".join(f"{setting}={_shown(base, setting)}" for setting in own), {}
    for row, changes in rows.items():
        if changes not in found.values():
            found[f"{row}, {said}"] = changes
    return found if len(found) > 1 else {said: next(iter(found.values()))}


def _settings(Config, base, row, changes, is_chosen):
    """The settings of one row: those of the table (and the command line), then the row's own. BadInput names the row."""
    values = _merged(base, changes)
    try:
        values = typed.convert(Config, values)
        typed.build(Config, values)
    except BadInput as error:
        if not is_chosen:  # nothing runs it
            return values
        wrong_here = any(str(error).startswith((f"{name}=", f"{name}:", f"{name}.")) for name in changes)
        raise BadInput(f"row {row}: {error}" if wrong_here else str(error)) from None
    return values


def _merged(base, changes):
    """`base` with `changes`, mappings within mappings merged."""
    both = {
        k: _merged(base[k], v) if isinstance(v, dict) and isinstance(base.get(k), dict) else v
        for k, v in changes.items()
    }
    return base | both


_NONE = object()


def _value(values, setting):
    """The value of `rate` or, within a mapping, of `layer.rate`; _NONE where there is none."""
    for word in setting.split("."):
        if not isinstance(values, dict) or word not in values:
            return _NONE
        values = values[word]
    return values


def _shown(base, setting):
    return settings.shown(_value(base, setting))


def _without(changes, own):
    """A row's changes without the settings of `own`."""
    for setting in own:
        changes = _dropped(changes, setting.split("."))
    return changes


def _dropped(changes, words):
    first, *rest = words
    if first not in changes:
        return changes
    left = {name: value for name, value in changes.items() if name != first}
    if rest and isinstance(changes[first], dict) and (inner := _dropped(changes[first], rest)):
        return left | {first: inner}
    return left
