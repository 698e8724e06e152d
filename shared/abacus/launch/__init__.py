"""The command of a project: `launch(run, Config)` is the last line of every run.py. Only this package knows Hydra."""

import os
import sys
from pathlib import Path

from abacus.errors import BadInput, Unavailable


def launch(run, Config, run_many=None, figures=None):
    """Run the experiment that the command line names, print its table, and exit with DESIGN.md's status.

    `run(cfg, job)` computes one row for one seed and returns {column: value}; a value is a number, or (number, spread).
    `Config` is a dataclass (see `abacus.settings`), its values stand in conf/config.yaml and conf/experiment/*.yaml.
    `run_many(cfg, jobs)`, where given, does so for a fixed block of 32 seeds at once and returns a list of such dicts.
    `figures(results, save)`, where given, draws what belongs to the whole table: see CONTRIBUTING.md.
    """
    run_file = Path(sys.modules[run.__module__].__file__).resolve()
    if os.environ.get("ABACUS_WORKER"):
        from abacus.launch.worker import serve

        serve(run, Config, run_many)
        return
    sys.exit(_status(run, Config, run_many, figures, run_file))


def _status(run, Config, run_many, figures, run_file):
    try:
        status = _performed(run, Config, run_many, figures, run_file)
        if sys.stdout:  # none where it was closed
            sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader has seen enough (| head)
        _end_output()
        return 1
    except BadInput as error:
        print(f"{run_file.parent.name}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{run_file.parent.name}: interrupted: the same command goes on from here", file=sys.stderr)
        return 130
    except (Unavailable, OSError, MemoryError) as error:
        print(f"{run_file.parent.name}: {error or type(error).__name__}", file=sys.stderr)
        _end_output()
        return 1


def _performed(run, Config, run_many, figures, run_file):
    if {"-h", "--help"} & set(sys.argv[1:]):
        from abacus.launch.usage import show

        return show(run_file, Config)
    from abacus.launch import compose, experiment, sweep

    if sys.argv[1:] == ["--plans"]:
        return experiment.list_plans(Config, run_file)
    if sweep.for_hydra(sys.argv[1:]):
        return sweep.hand_over(Config, run_file, sys.argv[1:])
    plan = compose.plan(Config, run_file, sys.argv[1:])
    return experiment.perform(plan, experiment.Code(run, Config, run_many, figures))


def _end_output():
    """Whatever standard output could not take is let go, so that Python does not fail over it again at its end."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
