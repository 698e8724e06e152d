"""What only Hydra can do: a sweep (-m) over engines of any kind, and a look at a configuration."""

from abacus import records
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


def hand_over(Config, run_file, arguments):
    """Let Hydra itself do what only it can: a sweep (-m) over engines of any kind, or a look at the configuration."""
    import argparse
    import functools
    import sys

    import hydra.version
    from hydra._internal.utils import _run_hydra, get_args_parser

    if hasattr(argparse.ArgumentParser, "_check_help"):  # Python 3.14 rejects a help object that Hydra 1.3 passes
        argparse.ArgumentParser._check_help = lambda self, action: None
    settings_given = [a for a in arguments if "=" in a and a[0] != "-"]
    engines.check(settings_given)
    for combination in _each_value([a for a in settings_given if not a.startswith("hydra")]):
        compose.plan(Config, run_file, combination)
    hydra.version.setbase("1.3")
    Config = _importable(Config, run_file)
    compose.store_schema(Config)
    sys.argv[1:] = [a for a in arguments if a not in settings_given] + settings_given + _quiet(run_file)
    parser = get_args_parser()
    task = functools.partial(_one_of_sweep, Config, run_file)
    functools.update_wrapper(task, _one_of_sweep)
    with engines.one_line(settings_given):
        _run_hydra(parser.parse_args(), parser, task, str(run_file.parent / "conf"), "config")
    return 0


def _importable(Config, run_file):
    """`Config` as the module `run` has it: an engine's processes import it, where a copy of a dataclass would not be one."""
    import importlib
    import os
    import sys

    folder = str(run_file.parent)
    sys.path.insert(0, folder)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))
    return getattr(importlib.import_module(run_file.stem), Config.__name__)


def _each_value(arguments):
    """Lists of plain arguments in which every value of every swept argument occurs, so that each can be checked."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    for argument in arguments:
        compose.check_form(argument, sweep=True)
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


def _one_of_sweep(Config, run_file, cfg):
    """One task of a sweep: fills the store that a later plain run assembles its table from."""
    from hydra.core.hydra_config import HydraConfig

    from abacus.launch import experiment

    given = HydraConfig.get()
    arguments, chosen = compose.rows_argument(list(given.overrides.task))
    name, changed = compose.experiment_name(arguments), compose.overridden(arguments)
    plan = compose.from_config(Config, run_file, cfg, changed, name, chosen)
    if plan.workers is None:
        plan.workers = engines.workers(given.runtime.choices.get("hydra/launcher"))
    return experiment.fill(plan, list(given.overrides.task))
