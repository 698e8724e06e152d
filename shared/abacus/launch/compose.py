"""From the command line to a plan: Hydra composes conf/, types and ranges are checked here, every error is one line."""

import dataclasses

from abacus import papers, settings
from abacus.errors import BadInput
from abacus.launch import arguments as words
from abacus.launch.plan import ANYWHERE, OWN, Plan
from abacus.launch.rows import settle


def plan(studies, run_file, arguments):
    """The Plan that the command line asks for. BadInput in one line for a wrong key, value or name."""
    arguments, text = words.rows_argument(arguments)
    for argument in arguments:
        words.check_form(argument)
        words.check_group(run_file, argument)
    name = words.experiment_name(arguments)
    _check_experiment(run_file, name)
    study = study_of(studies, run_file, name, arguments)
    _check_files(run_file, study, studies, name)
    for argument in arguments:
        words.check_key(run_file, argument, study.Config)
    cfg = _compose(study, studies, run_file, arguments)
    return from_config(study, studies, run_file, cfg, words.overridden(arguments), name, text)


def from_config(study, studies, run_file, cfg, overridden, name, text=None):
    """The Plan of a composed configuration `cfg` (OmegaConf); `text` is what the command line has behind rows=."""
    values = _plain(cfg)
    base = {f.name: values[f.name] for f in dataclasses.fields(study.Config) if f.name in values}
    own = {key: values.get(key, default) for key, (_, default) in OWN.items()}
    rows = _rows_of(run_file, study, studies, name)
    if not rows:
        with papers.unseen():
            printed = own["reproduces"] if isinstance(own["reproduces"], str) else None
            rows = dict.fromkeys(papers.table(printed).rows if printed else ["run"])
    table = name or own["reproduces"]
    rows, chosen = settle(study.Config, base, rows, sorted(set(overridden) - ANYWHERE - set(OWN)), text, table)
    kept = {key: own[key] for key in own if key not in ("study", "rows")}
    return Plan(
        project=run_file.parent,
        run_file=run_file,
        study=study,
        experiment=name or config_name(study, studies),
        rows=rows,
        chosen=chosen,
        is_experiment=name is not None,
        overridden=sorted(set(overridden) - ANYWHERE),
        names=frozenset(f.name for each in studies.values() for f in dataclasses.fields(each.Config)),
        **kept,
    )


def study_of(studies, run_file, name, arguments=()):
    """The study that the command line names, else that of the experiment's file, else the first."""
    first = next(iter(studies.values()))
    if "study" in {f.name for f in dataclasses.fields(first.Config)}:
        return first
    given = [a.partition("=")[2] for a in arguments if a.startswith("study=")]
    said = mapping(run_file.parent / "conf" / "experiment" / f"{name}.yaml").get("study") if name else None
    if given and name and given[-1] != (said or first.name):
        raise BadInput(f"study={given[-1]}: the experiment {name} is of study {said or first.name}")
    asked = given[-1] if given else said or first.name
    if asked not in studies:
        there = ", ".join(studies)
        raise BadInput(f"study={asked}: no such study{settings.suggestion(asked, studies)}; there are: {there}")
    return studies[asked]


def config_name(study, studies):
    """The file of conf/ with a study's own values: config for the first, else the study's name."""
    return "config" if study is next(iter(studies.values())) else study.name


def text(studies, run_file, arguments):
    """What the command line composes, as YAML; `plan` has found it to be in order."""
    from omegaconf import OmegaConf

    arguments, _ = words.rows_argument(arguments)
    study = study_of(studies, run_file, words.experiment_name(arguments), arguments)
    return OmegaConf.to_yaml(_compose(study, studies, run_file, arguments))


def mapping(path, place=None):
    """The settings of one file of conf/ as plain values, unresolved. BadInput, with `place`, where it does not hold settings."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    try:
        content = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    except (YAMLError, OmegaConfBaseException, ValueError, RecursionError, OSError) as error:
        raise BadInput(f"{place or f'conf/{path.name}'}: {one_line(error)}") from None
    if not isinstance(content, dict):
        raise BadInput(f"{place or f'conf/{path.name}'}: wanted lines of the form setting: value")
    return content


def store_schema(Config):
    """Give Hydra the names that the files of conf/ may set: the study's settings and the keys of launch itself."""
    from typing import Any

    from hydra.core.config_store import ConfigStore

    names = dict.fromkeys(f.name for f in dataclasses.fields(Config))
    own = [(name, Any, dataclasses.field(default=value)) for name, (_, value) in OWN.items() if name not in names]
    given = [(name, Any, dataclasses.field(default="???")) for name in names]  # OmegaConf's word for: no value yet
    ConfigStore.instance().store("schema", dataclasses.make_dataclass("Settings", given + own))


def _compose(study, studies, run_file, arguments):
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    store_schema(study.Config)
    GlobalHydra.instance().clear()
    own = "study" in {f.name for f in dataclasses.fields(study.Config)}
    files = {words.name_of(a): path for a in arguments if (path := words.file_of(run_file, a))}
    inner = [a for a in arguments if words.name_of(a).partition(".")[0] in files]  # of a file: after it has been read
    given = [a for a in arguments if a not in inner and (own or not a.startswith("study="))]
    try:
        with initialize_config_dir(str(run_file.parent / "conf"), version_base="1.3"):
            cfg = compose(config_name(study, studies), overrides=given)
            for name, path in files.items():
                _put(cfg, name, path, [a for a in inner if words.name_of(a).startswith(f"{name}.")])
            return cfg
    except (HydraException, OmegaConfBaseException, YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"conf/: {one_line(error)}") from None


def _put(cfg, name, path, changes):
    """Set `name` to what the reader's file at `path` holds, with the `changes` (scene.camera.vfov=30) that follow it."""
    from omegaconf import OmegaConf

    place = f"{name}={settings.shown(path)}"
    content = mapping(path, place)
    if not content:
        raise BadInput(f"{place}: the file holds no settings")
    if "${" in str(content):
        raise BadInput(f"{place}: holds ${{...}}; wanted plain values")
    OmegaConf.update(cfg, name, content, merge=False)
    for change in changes:
        OmegaConf.update(cfg, *words.parts_of(change), merge=False, force_add=True)


def one_line(error):
    """What an error of Hydra's or OmegaConf's says, on one line."""
    return settings.shown(" ".join(f"{error} {error.__cause__ or ''}".split()))


def _plain(cfg):
    """A composed configuration as plain values; what has none is left out."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    try:
        values = OmegaConf.to_container(cfg, resolve=True)
    except OmegaConfBaseException as error:
        raise BadInput(f"conf/: {one_line(error)}") from None
    return {name: value for name, value in values.items() if value != "???"}


def _rows_of(run_file, study, studies, name):
    """The `rows` of the experiment's own file: they replace those of config.yaml, where Hydra would merge the two."""
    conf = run_file.parent / "conf"
    path = conf / "experiment" / f"{name}.yaml" if name else conf / f"{config_name(study, studies)}.yaml"
    rows = mapping(path).get("rows") or {}
    if not isinstance(rows, dict) or not all(isinstance(changes, (dict, type(None))) for changes in rows.values()):
        raise BadInput(f"{path.name}: rows: wanted a mapping of each row to the settings in which it differs")
    return rows


def _check_experiment(run_file, name):
    """A name is a name: compared with a listing, so that it cannot lead out of conf/experiment."""
    known = words.names_in(run_file.parent)
    if name is not None and name not in known:
        there = f"; there are: {', '.join(known) or 'none'}"
        raise BadInput(
            f"experiment={settings.shown(name)}: no such experiment{settings.suggestion(name, known)}{there}"
        )


def _check_files(run_file, study, studies, name):
    conf = run_file.parent / "conf"
    if name is not None:
        path = conf / "experiment" / f"{name}.yaml"
        if not path.read_bytes().startswith((b"# @package _global_\n", b"# @package _global_\r\n")):
            raise BadInput(
                f"conf/experiment/{path.name}: its first line must be `# @package _global_`, else its values change nothing"
            )
        _check_names(mapping(path), study, run_file, f"conf/experiment/{path.name}")
    own = conf / f"{config_name(study, studies)}.yaml"
    content = mapping(own)
    defaults = content.get("defaults") or []
    if not ({"schema", "_self_"} <= {str(d) for d in defaults} and {"experiment": None} in list(defaults)):
        raise BadInput(f"conf/{own.name}: wanted the line `defaults: [schema, _self_, experiment: null]`")
    _check_names(content, study, run_file, f"conf/{own.name}")


def _check_names(content, study, run_file, place):
    known = [*(f.name for f in dataclasses.fields(study.Config)), *OWN, *words.groups(run_file), "defaults"]
    for name in content:
        if name not in known:
            raise BadInput(f"{place}: {name}: no such setting of {study.name}{settings.suggestion(name, known)}")
