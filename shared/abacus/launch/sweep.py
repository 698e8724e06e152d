"""What only Hydra can do: a sweep (-m) over engines of any kind, and a look at a configuration."""

from abacus.evidence import records
from abacus.launch import arguments as words
from abacus.launch import compose, engines

HYDRAS = (
    "-m",
    "--multirun",
    "-c",
    "--cfg",
    "-i",
    "--info",
    "--hydra-help",
    "-sc",
    "--shell-completion",
    "-p",
    "--package",
    "--resolve",
)


def for_hydra(arguments):
    """Whether the command line asks for something that is Hydra's own: a sweep, or a look at the configuration."""
    return any(a.split("=")[0] in HYDRAS for a in arguments)


def hand_over(studies, run_file, arguments):
    """Let Hydra itself do what only it can: a sweep (-m) over engines of any kind, or a look at the configuration."""
    import argparse
    import functools
    import sys

    import hydra

    if hasattr(argparse.ArgumentParser, "_check_help"):  # Python 3.14 rejects a help object that Hydra 1.3 passes
        argparse.ArgumentParser._check_help = lambda self, action: None
    given = [a for a in arguments if "=" in a and a[0] != "-"]
    engines.check(given)
    own = [a for a in given if not a.startswith("hydra")]
    for combination in _each_value(own):
        compose.plan(studies, run_file, combination)
    study = compose.study_of(studies, run_file, words.experiment_name(own), own)
    given = [a for a in given if not a.startswith("study=")]
    compose.store_schema(_importable(study, run_file).Config)
    sys.argv[1:] = [a for a in arguments if "=" not in a or a[0] == "-"] + given + _quiet(run_file)
    task = functools.partial(_one_of_sweep, str(run_file), study.name)
    functools.update_wrapper(task, _one_of_sweep)
    conf, name = str(run_file.parent / "conf"), compose.config_name(study, studies)
    with engines.one_line(given):
        hydra.main(version_base="1.3", config_path=conf, config_name=name)(task)()
    return 0


def _importable(study, run_file):
    """`study` as its module has it: an engine's processes import its Config, where a copy of a dataclass would not be one."""
    import dataclasses
    import importlib
    import os
    import sys

    from abacus.launch.studies import settings_of

    folder = str(run_file.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    if folder not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))
    module = importlib.import_module(study.file.stem)
    return dataclasses.replace(study, Config=settings_of(getattr(module, study.run.__name__)))


def _each_value(arguments):
    """Lists of plain arguments in which every value of every swept argument occurs, so that each can be checked."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    for argument in arguments:
        words.check_form(argument, sweep=True)
    parsed = OverridesParser.create().parse_overrides(arguments)
    values = [list(o.sweep_string_iterator()) if o.is_sweep_override() else None for o in parsed]
    for turn in range(max([len(v) for v in values if v], default=1)):
        yield [a if not v else f"{a.split('=')[0]}={v[turn % len(v)]}" for a, v in zip(arguments, values, strict=True)]


def _quiet(run_file):
    """Hydra's own folders and logs, kept out of the project's folder."""
    folder = records.runs_folder(run_file.parent) / "sweeps"
    return [
        f"hydra.run.dir={folder}",
        f"hydra.sweep.dir={folder}",
        "hydra.output_subdir=null",
        "hydra.job.chdir=false",
        "hydra/job_logging=disabled",
        "hydra/hydra_logging=disabled",
    ]


def _one_of_sweep(run_file, name, cfg):
    """One task of a sweep: fills the store that a later plain run assembles its table from."""
    from pathlib import Path

    from hydra.core.hydra_config import HydraConfig

    from abacus.launch import experiment
    from abacus.launch.studies import of_file

    run_file = Path(run_file)
    studies = of_file(run_file)
    studies[name] = _importable(studies[name], run_file)
    given = HydraConfig.get()
    arguments, text = words.rows_argument(list(given.overrides.task))
    asked, changed = words.experiment_name(arguments), words.overridden(arguments)
    plan = compose.from_config(studies[name], studies, run_file, cfg, changed, asked, text)
    if plan.workers is None:
        plan.workers = engines.workers(given.runtime.choices.get("hydra/launcher"))
    return experiment.fill(plan, list(given.overrides.task))
