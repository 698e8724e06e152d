"""The command of a project: `launch(study, ...)` is the last line of every run.py. Only this package knows Hydra."""

import contextlib
import os
import signal
import sys
from pathlib import Path

from abacus.errors import BadInput, Unavailable

_capturing = []


def launch(*studies, figures=None, run_many=None):
    """Run the experiment that the command line names, print its table, and exit with DESIGN.md's status.

    A study is a function `study(cfg: Config, job)` that computes one row for one seed and returns {column: value}; a value
    is a number, or (number, spread). Where several rows have equal settings it returns {row: {column: value}}. `Config`
    is a dataclass (see `abacus.settings`). The first study's values stand in conf/config.yaml, those of a study `count` in
    conf/count.yaml, the tables in conf/experiment/*.yaml.
    `figures={study: draw}` draws what belongs to a whole table (`draw(results, save)`, see CONTRIBUTING.md);
    `run_many={study: many}` does so for a fixed block of 32 seeds at once: `many(cfg, jobs)` returns a list of results.
    """
    from abacus.launch.studies import gather

    found = gather(studies, figures, run_many)
    if _capturing:
        _capturing[-1].append(found)
        return
    run_file = Path(sys._getframe(1).f_globals["__file__"]).resolve()  # also under a debugger or a profiler
    if os.environ.get("ABACUS_WORKER"):
        from abacus.launch.worker import serve

        serve(found)
        return
    sys.exit(_status(found, run_file))


@contextlib.contextmanager
def captured():
    """Inside, `launch` runs nothing: the list that is given holds the studies, {name: Study}, of each call."""
    _capturing.append([])
    try:
        yield _capturing[-1]
    finally:
        _capturing.pop()


def lenient():
    """What the terminal cannot show (its encoding is not UTF-8) becomes a question mark, and costs no run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def printing():
    """Begin a program that only prints: lenient, and whoever reads it may stop early (| head). Only for a process of its own."""
    lenient()
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def _status(studies, run_file):
    lenient()
    try:
        status = _performed(studies, run_file)
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


def _performed(studies, run_file):
    if {"-h", "--help"} & set(sys.argv[1:]):
        from abacus.launch.usage import show

        return show(run_file, studies, sys.argv[1:])
    from abacus.launch import compose, experiment, plans, sweep

    if sys.argv[1:] == ["--plans"]:
        return plans.show(studies, run_file)
    asked = sweep.asks_for(sys.argv[1:])
    if asked:
        return {"look": sweep.look, "sweep": sweep.hand_over}[asked](studies, run_file, sys.argv[1:])
    return experiment.perform(compose.plan(studies, run_file, sys.argv[1:]))


def _end_output():
    """Whatever standard output could not take is let go, so that Python does not fail over it again at its end."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
