"""The words of the command line, checked before Hydra sees them: their form, and that each names a setting there is."""

import dataclasses
import re
from pathlib import Path

from abacus import settings
from abacus.errors import BadInput
from abacus.launch.plan import OWN


def check_form(argument, sweep=False):
    """BadInput where an argument is not of the form setting=value (with `sweep`: or setting=a,b)."""
    override = _parsed(argument)
    if override is None or not re.match(r"[A-Za-z_]", argument) or (override.is_sweep_override() and not sweep):
        raise BadInput(
            f"{settings.shown(argument)}: wanted setting=value "
            "(a list as [1,2], a sweep with -m, quotes around special characters)"
        )
    if argument.startswith("hydra") and not sweep:
        raise BadInput(f"{argument}: Hydra's own settings go with a sweep (-m)")
    if "_target_" in argument or "${" in argument:
        raise BadInput(f"{settings.shown(argument)}: wanted a plain value")


def check_group(run_file, argument):
    """BadInput where a folder of conf/ is set to anything but the name of a file in it, a list of names, settings, or the
    path of a file that there is."""
    key = argument.partition("=")[0]
    if path := file_of(run_file, argument):
        if not path.is_file():
            what = "a folder" if path.is_dir() else "no such file"
            raise BadInput(f"{key}={settings.shown(path)}: {what}; {_wanted(run_file, key)}")
    elif key != "experiment" and key in groups(run_file):
        value = _parsed(argument).value()
        names = value if isinstance(value, list) else [value]
        known = names_in(run_file.parent, key)
        for name in names if not isinstance(value, dict) else ():
            if name not in known:
                meant = settings.suggestion(name, known)
                raise BadInput(f"{key}={settings.shown(name)}: no such {key}{meant}; {_wanted(run_file, key)}")


def file_of(run_file, argument):
    """The path in `scene=PATH`, for a folder scene of conf/ and a text that is no name (it has a dot or a slash); else None."""
    key = name_of(argument)
    if key != argument.partition("=")[0] or key == "experiment" or key not in groups(run_file):
        return None
    value = _parsed(argument).value()
    return Path(value).expanduser() if isinstance(value, str) and re.search(r"[./\\]", value) else None


def _wanted(run_file, group):
    there = ", ".join(names_in(run_file.parent, group)) or "none"
    return f"there are: {there}; one of yours: {group}=path/of/file.yaml, or put it in conf/{group}"


def check_key(run_file, argument, Config):
    """BadInput where an argument sets what is no setting of the study, no key of launch and no folder of conf/."""
    key = name_of(argument)
    first, *inner = key.split(".")
    fields = {f.name: f.type for f in dataclasses.fields(Config)}
    if first not in fields and key not in (*OWN, *groups(run_file)):
        known = [*fields, *OWN, *groups(run_file)]
        there = ", ".join(known)
        raise BadInput(f"{key}: no such setting{settings.suggestion(first, known) or f'; there are: {there}'}")
    kind = fields.get(first)
    for word in inner:
        if not dataclasses.is_dataclass(kind):
            return
        below = {f.name: f.type for f in dataclasses.fields(kind)}
        if word not in below:
            raise BadInput(f"{key}: no such setting{settings.suggestion(word, below)}; there are: {', '.join(below)}")
        kind = below[word]


def groups(run_file):
    """The folders of conf/: experiment, and those of a project's own (scene)."""
    return sorted(path.name for path in (run_file.parent / "conf").iterdir() if path.is_dir())


def names_in(project, group="experiment"):
    """The names of the files in conf/experiment (or in another folder of conf/)."""
    return sorted(path.stem for path in (project / "conf" / group).glob("*.yaml"))


def rows_argument(arguments):
    """Split off the last `rows=TEXT`, which chooses rows of the table: (other arguments, TEXT or None)."""
    texts = [argument.removeprefix("rows=") for argument in arguments if argument.startswith("rows=")]
    return [a for a in arguments if not a.startswith("rows=")], texts[-1] if texts else None


def rows_named(text, rows):
    """The rows that `rows=text` chooses: the one of that very name, be there brackets in it, else NAME or [NAME, ...]."""
    if text in rows:
        return [text]
    override = _parsed(f"rows={text}")
    value = override.value() if override else text
    chosen = [str(row) for row in value] if isinstance(value, list) else [str(value)]
    for row in chosen if set(chosen) & set(rows) else [text]:
        if row not in rows:
            raise BadInput(
                f"rows={settings.shown(row)}: no such row{settings.suggestion(row, rows)}; there are: {', '.join(rows)}"
            )
    return chosen


def overridden(arguments):
    """The settings that the command line gives a value."""
    return [name_of(a) for a in arguments if not a.startswith(("experiment=", "study="))]


def experiment_name(arguments):
    """The experiment that the command line names last; None for a bare run."""
    names = [a.removeprefix("experiment=") for a in arguments if a.startswith("experiment=")]
    return names[-1] if names and names[-1] != "null" else None


def name_of(argument):
    """The setting that an argument gives a value: lr of lr=0.1 and of +lr=0.1."""
    return argument.lstrip("+~").split("=")[0].split("@")[0]


def parts_of(argument):
    """(setting, value) of an argument of the form setting=value."""
    return name_of(argument), _parsed(argument).value()


def _parsed(argument):
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        return OverridesParser.create().parse_override(argument)
    except (HydraException, RecursionError, ValueError):  # the last: a number of thousands of digits
        return None
