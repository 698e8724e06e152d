"""What the command line asks for beside settings: a sweep (-m) over engines of any kind, and a look at a configuration."""

import itertools
import sys
from pathlib import Path

from abacus import settings
from abacus.errors import BadInput
from abacus.evidence import records
from abacus.launch import arguments as words
from abacus.launch import compose, engines
from abacus.launch.plan import MOST_SEEDS

SWEEP, LOOK = ("-m", "--multirun"), ("-c", "--cfg")
NOT_SWEPT = ("estimate", "write", "strict")  # what a plain run does once the records are there


def asks_for(arguments):
    """What is asked for beside a plain run: "sweep", "look", or None. BadInput for an option that there is not."""
    options = [a for a in arguments if a.startswith("-")]
    known = [*SWEEP, *LOOK]
    for option in options:
        if option.partition("=")[0] not in known or (option.startswith(SWEEP) and "=" in option):
            raise BadInput(f"{settings.shown(option)}: no such option; there are: --help, --cfg job, -m (a sweep)")
    if any(option in SWEEP for option in options):
        if len(options) > 1:
            raise BadInput(f"{' '.join(options)}: wanted -m alone")
        return "sweep"
    return "look" if options else None


def look(studies, run_file, arguments):
    """Print the settings that the command line leads to, as YAML; 0."""
    given = list(arguments)
    place = next(i for i, a in enumerate(given) if a.startswith(LOOK))
    option, _, what = given.pop(place).partition("=")
    what = what or (given.pop(place) if place < len(given) else "")
    if what != "job" or any(a.startswith("-") for a in given):
        raise BadInput(f"{option} {settings.shown(what)}".rstrip() + f": wanted {option} job, and settings")
    compose.plan(studies, run_file, given)
    print(compose.text(studies, run_file, given), end="")
    return 0


def hand_over(studies, run_file, arguments):
    """Let Hydra carry out a sweep; 0. Every value of every setting is checked before the first task begins."""
    import argparse
    import functools

    import hydra

    if hasattr(argparse.ArgumentParser, "_check_help"):  # Python 3.14 rejects a help object that Hydra 1.3 passes
        argparse.ArgumentParser._check_help = lambda self, action: None
    given = [a for a in arguments if a not in SWEEP]
    hydras = [a for a in given if a.startswith("hydra")]
    engines.check(hydras)
    own = _rows_quoted(studies, run_file, [a for a in given if a not in hydras])
    for argument in (a for combination in combinations(own) for a in combination if words.file_of(run_file, a)):
        group = words.name_of(argument)
        raise BadInput(f"{settings.shown(argument)}: a sweep takes names; put the file in conf/{group}")
    plans = [compose.plan(studies, run_file, combination) for combination in combinations(own)]
    swept = {plan.study.name: plan.study for plan in plans}
    if len(swept) > 1:
        raise BadInput(f"a sweep is of one study, not of {' and '.join(swept)}")
    (study,) = swept.values()
    compose.store_schema(study.Config)
    handed = [a for a in own if not a.startswith("study=")]
    sys.argv[1:] = ["-m", *handed, *hydras, *_quiet(run_file)]
    task = functools.partial(_one_of_sweep, str(run_file), study.name)
    functools.update_wrapper(task, _one_of_sweep)
    conf, name = str(run_file.parent / "conf"), compose.config_name(study, studies)
    with engines.one_line(hydras):
        hydra.main(version_base="1.3", config_path=conf, config_name=name)(task)()
    return 0


def combinations(arguments):
    """Lists of plain arguments in which every value of every swept argument occurs, so that each can be checked."""
    values = {argument: _values(argument) for argument in arguments}
    for turn in range(max([len(v) for v in values.values()], default=1)):
        yield [v[turn % len(v)] for v in values.values()]


def _values(argument):
    """The plain arguments that a swept one stands for; of many seeds the smallest and the largest."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    name = words.name_of(argument)
    if name in NOT_SWEPT:
        raise BadInput(f"{argument}: not of a sweep: a plain run afterwards, without -m, does it")
    words.check_form(argument, sweep=True)
    override = OverridesParser.create().parse_override(argument)
    if not override.is_sweep_override():
        return [argument]
    try:
        values = list(itertools.islice(override.sweep_string_iterator(), MOST_SEEDS + 1))
    except HydraException:
        values = []
    if not 0 < len(values) <= MOST_SEEDS:
        raise BadInput(f"{settings.shown(argument)}: wanted some values to sweep over, as a,b or range(3)")
    if name == "seed" and all(value.isdecimal() for value in values):
        values = sorted({min(values, key=int), max(values, key=int)})
    return [f"{name}={value}" for value in values]


def _rows_quoted(studies, run_file, arguments):
    """The arguments with rows=NAME in quotes where a row has that very name, with commas or brackets in it perhaps."""
    _, text = words.rows_argument(arguments)
    named = [_values(a)[0] for a in arguments if a.startswith(("experiment=", "study="))]
    if text is None or text not in compose.plan(studies, run_file, named).rows:
        return arguments
    quoted = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return [f"rows={quoted}" if argument == f"rows={text}" else argument for argument in arguments]


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
    from hydra.core.hydra_config import HydraConfig

    from abacus.launch import experiment
    from abacus.launch.studies import of_file

    run_file = Path(run_file)
    studies = of_file(run_file)
    sys.path.insert(0, str(run_file.parent))  # for what a study imports only when it runs, here (workers=0)
    given = HydraConfig.get()
    arguments, text = words.rows_argument(list(given.overrides.task))
    asked, changed = words.experiment_name(arguments), words.overridden(arguments)
    plan = compose.from_config(studies[name], studies, run_file, cfg, changed, asked, text)
    if plan.workers is None:
        plan.workers = engines.workers(given.runtime.choices.get("hydra/launcher"))
    return experiment.fill(plan, list(given.overrides.task))
