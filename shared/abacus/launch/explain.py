"""One line for what Hydra and OmegaConf say in several."""

import dataclasses
import difflib
import re

from abacus import settings


def experiments(project, group="experiment"):
    """The names of the files in conf/experiment (or in another group of conf/)."""
    return sorted(path.stem for path in (project / "conf" / group).glob("*.yaml"))


def explain(error, Config, run_file, arguments, own):
    """The one line for an error that composing the `arguments` met; `own` are the keys of launch itself."""
    text = str(error)
    if match := re.search(r"Could not (?:find|load) '([^'/]*)/([^']*)'", text):
        group, name = match.groups()
        known = experiments(run_file.parent, group)
        return f"{group}={name}: no such {group}{settings.suggestion(name, known)}; there are: {', '.join(known) or 'none'}"
    cause = one_line(error.__cause__ or error)
    for argument in arguments:
        key = argument.split("=")[0]
        if f"Could not override '{key}'" in text:
            return f"{key}: no such setting{_guess_name(key, Config, own)}"
        if argument in text:
            return f"{argument}: {cause}"
    return f"{named(error.__cause__ or error, Config, {})}{guess(error, Config, own)}"


def named(error, Config, values):
    """What the error over some values ({setting: value}) says, in one line, after the name of the setting."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    said, key = one_line(error), getattr(error, "full_key", None)
    for name, value in values.items() if not key else ():
        try:
            OmegaConf.merge(OmegaConf.structured(Config), {name: value})
        except OmegaConfBaseException:
            key = name
            break
    return said if not key or key in said else f"{key}: {said}"


def one_line(error):
    """What the error says, without the lines that repeat the setting or speak of Hydra's types."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(
        line for line in lines if not line.startswith(("object_type", "reference_type", "full_key", "To append"))
    )


def guess(error, Config, own):
    """' (did you mean ...?)' for an unknown key that the error names, else ''."""
    match = re.search(r"Key '([^']*)'", str(error))
    return _guess_name(match[1], Config, own) if match else ""


def _guess_name(key, Config, own):
    known = [f.name for f in dataclasses.fields(Config)] + [*own, "experiment"]
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return f" (did you mean {close[0]}?)" if close else f"; there are: {', '.join(known)}"
