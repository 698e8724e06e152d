"""From the command line to a plan: Hydra composes conf/, every key and value is checked, every error is one line."""

import dataclasses
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from abacus import papers, settings
from abacus.errors import BadInput
from abacus.launch import explain
from abacus.launch.studies import Study

OWN = {  # the keys of launch itself: type and value where a configuration does not give one
    "study": (str | None, None),
    "reproduces": (str | None, None),
    "fitted": (str | None, None),
    "variant": (str | None, None),
    "rows": (Any, None),
    "seeds": (int, 1),
    "seed": (Any, None),
    "workers": (int | None, None),
    "strict": (bool, False),
    "estimate": (bool, False),
    "write": (bool, False),
}
ANYWHERE = {"workers", "strict", "estimate", "write", "seed"}  # these change no result


@dataclass
class Run:
    """What is run once for each seed: the rows that have these settings."""

    rows: list[str]
    settings: dict


@dataclass
class Plan:
    """What is to be run: the study, the rows with their settings, the seeds, and where it stands."""

    project: Path
    run_file: Path
    study: Study
    experiment: str  # the name of the file in conf/experiment; "config" or the study's name for a bare run
    reproduces: str | None
    rows: dict[str, dict]  # every row's settings, as plain values
    chosen: list[str]  # the rows that are to be run and shown
    seeds: int
    seed: int | None
    workers: int | None
    strict: bool
    estimate: bool
    write: bool
    is_experiment: bool
    overridden: list[str] = field(default_factory=list)  # settings changed on the command line

    @property
    def runs(self):
        """{name: Run}: rows with equal settings are one run, named by the first of them."""
        found = {}
        for row, values in self.rows.items():
            found.setdefault(json.dumps(values, sort_keys=True), Run([], values)).rows.append(row)
        return {run.rows[0]: run for run in found.values()}

    @property
    def chosen_runs(self):
        """The names of the runs that give the chosen rows."""
        return [name for name, run in self.runs.items() if set(run.rows) & set(self.chosen)]

    @property
    def committable(self):
        """Whether its results may stand in results/: an experiment, whole, with nothing changed."""
        return self.is_experiment and not self.overridden and self.seed is None and self.chosen == list(self.rows)


def plan(studies, run_file, arguments):
    """The Plan that the command line asks for. BadInput in one line for a wrong key, value or name."""
    arguments, chosen = rows_argument(arguments)
    for argument in arguments:
        check_form(argument)
        check_group(run_file, argument)
    name = experiment_name(arguments)
    _check_experiment(run_file, name)
    study = study_of(studies, run_file, name, arguments)
    _check_files(run_file, study, studies, name)
    for argument in arguments:
        _check_key(argument, study.Config, run_file)
    cfg = _compose(study, studies, run_file, arguments)
    return from_config(study, studies, run_file, cfg, overridden(arguments), name, chosen)


def from_config(study, studies, run_file, cfg, overridden, name, chosen=None):
    """The Plan of a composed configuration `cfg` (OmegaConf)."""
    from omegaconf import OmegaConf

    own = {key: OmegaConf.select(cfg, key) for key in OWN}
    base = OmegaConf.merge(
        OmegaConf.structured(study.Config), {f.name: cfg._get_node(f.name) for f in dataclasses.fields(study.Config)}
    )
    rows = _rows_of(run_file, study, studies, name)
    if not rows:
        with papers.unseen():
            rows = dict.fromkeys(papers.table(own["reproduces"]).rows if own["reproduces"] else ["run"])
    rows = {str(row): _row(study.Config, base, row, changes or {}) for row, changes in rows.items()}
    _check_rows_keep(run_file, study, studies, name, overridden)
    for row in chosen or ():
        if row not in rows:
            raise BadInput(f"rows={row}: no such row{settings.suggestion(row, rows)}; there are: {', '.join(rows)}")
    plan = Plan(
        project=run_file.parent,
        run_file=run_file,
        study=study,
        experiment=name or config_name(study, studies),
        reproduces=own["reproduces"],
        rows=rows,
        chosen=chosen or list(rows),
        seeds=own["seeds"],
        seed=own["seed"],
        workers=own["workers"],
        strict=own["strict"],
        estimate=own["estimate"],
        write=own["write"],
        is_experiment=name is not None,
        overridden=sorted(set(overridden) - ANYWHERE),
    )
    _check_own(plan)
    return plan


def study_of(studies, run_file, name, arguments=()):
    """The study that the command line names, else that of the experiment's file, else the first."""
    first = next(iter(studies.values()))
    if "study" in {f.name for f in dataclasses.fields(first.Config)}:
        return first
    given = [a.partition("=")[2] for a in arguments if a.startswith("study=")]
    said = _mapping(run_file.parent / "conf" / "experiment" / f"{name}.yaml").get("study") if name else None
    if given and said and given[-1] != said:
        raise BadInput(f"study={given[-1]}: the experiment {name} is of study {said}")
    asked = given[-1] if given else said or first.name
    if asked not in studies:
        raise BadInput(
            f"study={asked}: no such study{settings.suggestion(asked, studies)}; there are: {', '.join(studies)}"
        )
    return studies[asked]


def config_name(study, studies):
    """The file of conf/ with a study's own values: config for the first, else the study's name."""
    return "config" if study is next(iter(studies.values())) else study.name


def _rows_of(run_file, study, studies, name):
    """The `rows` of the experiment's own file: they replace those of config.yaml, where Hydra would merge the two."""
    conf = run_file.parent / "conf"
    path = conf / "experiment" / f"{name}.yaml" if name else conf / f"{config_name(study, studies)}.yaml"
    rows = _mapping(path).get("rows") or {}
    if not isinstance(rows, dict) or not all(isinstance(changes, (dict, type(None))) for changes in rows.values()):
        raise BadInput(f"{path.name}: rows: wanted a mapping of each row to the settings in which it differs")
    return rows


def _check_rows_keep(run_file, study, studies, name, overridden):
    """BadInput where the command line sets what tells the rows apart: they would keep their names and lose their meaning."""
    for row, changes in _rows_of(run_file, study, studies, name).items():
        for setting in set(overridden) & set(changes or {}):
            raise BadInput(
                f"{setting}: the rows of {name or 'this run'} differ in it (row {row} has {changes[setting]}); "
                "choose with rows=NAME"
            )


def _check_experiment(run_file, name):
    """A name is a name: compared with a listing, so that it cannot lead out of conf/experiment."""
    known = explain.experiments(run_file.parent)
    if name is not None and name not in known:
        there = f"; there are: {', '.join(known) or 'none'}"
        raise BadInput(f"experiment={name}: no such experiment{settings.suggestion(name, known)}{there}")


def _check_key(argument, Config, run_file):
    """BadInput where an argument sets what is no setting of the study, no key of launch and no folder of conf/."""
    key = argument.lstrip("+~").split("=")[0].split("@")[0]
    first, *inner = key.split(".")
    groups = [path.name for path in (run_file.parent / "conf").iterdir() if path.is_dir()]
    fields = {f.name: f.type for f in dataclasses.fields(Config)}
    if first not in fields and key not in (*OWN, *groups):
        known = [*fields, *OWN, *groups]
        close = settings.suggestion(first, known)
        there = ", ".join(known)
        raise BadInput(f"{key}: no such setting{close or f'; there are: {there}'}")
    kind = fields.get(first)
    for word in inner:
        if not dataclasses.is_dataclass(kind):
            return
        below = {f.name: f.type for f in dataclasses.fields(kind)}
        if word not in below:
            raise BadInput(f"{key}: no such setting{settings.suggestion(word, below)}; there are: {', '.join(below)}")
        kind = below[word]


def to_object(Config, values):
    """An instance of the dataclass `Config` from plain values, checked. BadInput where one is of the wrong type or range."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    try:
        merged = OmegaConf.merge(OmegaConf.structured(Config), values)
        settings.check_values(Config, OmegaConf.to_container(merged, resolve=True, throw_on_missing=True))
        return OmegaConf.to_object(merged)
    except OmegaConfBaseException as error:
        raise BadInput(explain.named(error, Config, values)) from None


def _compose(study, studies, run_file, arguments):
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    store_schema(study.Config)
    GlobalHydra.instance().clear()
    given = [
        a
        for a in arguments
        if not a.startswith("study=") or "study" in {f.name for f in dataclasses.fields(study.Config)}
    ]
    try:
        with initialize_config_dir(str(run_file.parent / "conf"), version_base="1.3"):
            return compose(config_name(study, studies), overrides=given)
    except (HydraException, OmegaConfBaseException) as error:
        raise BadInput(explain.explain(error, study.Config, given)) from None
    except (YAMLError, ValueError, RecursionError) as error:  # Hydra's own, over a file that is no configuration
        raise BadInput(f"conf/: {' '.join(str(error).split())}") from None


def store_schema(Config):
    """Give Hydra the schema that the files of conf/ name: the study's Config and the keys of launch itself."""
    from hydra.core.config_store import ConfigStore

    taken = {f.name for f in dataclasses.fields(Config)}
    own = [(name, kind, dataclasses.field(default=value)) for name, (kind, value) in OWN.items() if name not in taken]
    ConfigStore.instance().store("schema", dataclasses.make_dataclass("Settings", own, bases=(Config,), kw_only=True))


def _row(Config, base, row, changes):
    """The settings of one row: those of the table (and the command line), then the row's own."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    fields = [f.name for f in dataclasses.fields(Config)]
    for name in changes:
        if name not in fields:
            close = settings.suggestion(name, fields) or f"; there are: {', '.join(fields)}"
            raise BadInput(f"row {row}: {name}: no such setting{close}")
    try:
        cfg = OmegaConf.merge(base, changes)
        values = OmegaConf.to_container(cfg, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise BadInput(f"row {row}: {explain.named(error, Config, changes)}") from None
    to_object(Config, values)
    return values


def _check_files(run_file, study, studies, name):
    conf = run_file.parent / "conf"
    if name is not None:
        path = conf / "experiment" / f"{name}.yaml"
        if not path.read_bytes().startswith((b"# @package _global_\n", b"# @package _global_\r\n")):
            raise BadInput(
                f"conf/experiment/{path.name}: its first line must be `# @package _global_`, else its values change nothing"
            )
        _mapping(path)
    own = conf / f"{config_name(study, studies)}.yaml"
    defaults = _mapping(own).get("defaults") or []
    if not ({"schema", "_self_"} <= {str(d) for d in defaults} and {"experiment": None} in list(defaults)):
        raise BadInput(f"conf/{own.name}: wanted the line `defaults: [schema, _self_, experiment: null]`")


def _mapping(path):
    """The settings of one file of conf/ as plain values, unresolved. BadInput where it does not hold settings."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    try:
        content = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    except (YAMLError, OmegaConfBaseException, ValueError, RecursionError, OSError) as error:
        raise BadInput(f"conf/{path.name}: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise BadInput(f"conf/{path.name}: wanted lines of the form setting: value")
    return content


def _check_own(plan):
    if plan.seeds < 1:
        raise BadInput(f"seeds={plan.seeds}: wanted at least 1")
    if plan.seed is not None and (not isinstance(plan.seed, int) or isinstance(plan.seed, bool) or plan.seed < 0):
        raise BadInput(
            f"seed={plan.seed}: wanted one seed, 0 or more (a sweep over seeds: python run.py -m 'seed=range(10)')"
        )
    if plan.workers is not None and plan.workers < 0:
        raise BadInput(f"workers={plan.workers}: wanted 1 or more processes, or 0 to run in this one")


def check_form(argument, sweep=False):
    """BadInput where an argument is not of the form setting=value (with `sweep`: or setting=a,b)."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        override = OverridesParser.create().parse_override(argument)
    except HydraException:
        override = None
    if override is None or not re.match(r"[A-Za-z_]", argument) or (override.is_sweep_override() and not sweep):
        raise BadInput(
            f"{argument}: wanted setting=value (a list as [1,2], a sweep with -m, quotes around special characters)"
        )
    if argument.startswith("hydra") and not sweep:
        raise BadInput(f"{argument}: Hydra's own settings go with a sweep (-m)")


def check_group(run_file, argument):
    """BadInput where a folder of conf/ is set to anything but the name of a file in it, a list of names, or settings."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    key = argument.partition("=")[0]
    if key != "experiment" and (run_file.parent / "conf" / key).is_dir():
        value = OverridesParser.create().parse_override(argument).value()
        names = value if isinstance(value, list) else [value]
        if not isinstance(value, dict) and not all(isinstance(name, str) for name in names):
            raise BadInput(f"{argument}: wanted the name of a file in conf/{key}/, or a list of names")


def rows_argument(arguments):
    """Split off `rows=NAME` or `rows=[NAME, ...]`, which chooses rows of the table."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    kept, chosen = [], None
    for argument in arguments:
        if argument.startswith("rows="):
            try:
                value = OverridesParser.create().parse_override(argument).value()
            except HydraException:
                value = argument.removeprefix("rows=")
            chosen = [str(row) for row in value] if isinstance(value, list) else [str(value)]
        else:
            kept.append(argument)
    return kept, chosen


def overridden(arguments):
    """The settings that the command line gives a value."""
    return [
        a.lstrip("+~").split("=")[0].split("@")[0] for a in arguments if not a.startswith(("experiment=", "study="))
    ]


def experiment_name(arguments):
    """The experiment that the command line names last; None for a bare run."""
    names = [a.removeprefix("experiment=") for a in arguments if a.startswith("experiment=")]
    return names[-1] if names and names[-1] != "null" else None
