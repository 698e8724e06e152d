"""Reproduce the tables of all projects, and print one ledger.

python scripts/reproduce.py                    tables that need no download and take seconds; longer ones from their records
python scripts/reproduce.py --all              every table (hours; data sets are downloaded)
python scripts/reproduce.py --project lenet    one project only
python scripts/reproduce.py --list             what there is, what it needs, how long it takes
python scripts/reproduce.py --stale            re-run the tables whose code, settings or data have changed since
python scripts/reproduce.py --confirm          compare today's code with the records that other code has made, instead
python scripts/reproduce.py --strict           status 3 where a cell is not reproduced
python scripts/reproduce.py --all --seeds 10 --launcher submitit_slurm hydra.launcher.partition=long
                                               the runs on a cluster, then the tables here: see CLUSTER.md
"""

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from abacus import verdict
from abacus.errors import BadInput, Unavailable
from abacus.evidence import ledger, records
from abacus.launch import engines, plan, pool, printing, together

SECONDS = 10.0  # a table that needed no more than this is run by default
BUDGET = 100.0  # and all of them together no more than this, on one core
AROUND = 0.5  # seconds that a table costs besides: its settings, its figures, its print
AT_ONCE = 8  # tables whose runs a cluster is given at the same time

_running = set()  # processes of tables, which end with this one
_starter = ThreadPoolExecutor(1)  # begins them: no signal comes between a process and the knowledge of it


def main():
    signal.signal(signal.SIGTERM, _stop)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for flag, meaning in {
        "--all": "run every table",
        "--list": "only say what there is",
        "--stale": "run what is out of date",
        "--confirm": "compare the first seed of what other code has made with today's code, and say so in results/",
        "--whole": "with --confirm: to the end of each run",
        "--write": "write results/ of what is run (from committed code)",
        "--strict": "status 3 where a cell is not reproduced",
    }.items():
        parser.add_argument(flag, action="store_true", help=meaning)
    parser.add_argument("--project", help="only this project")
    parser.add_argument("--seconds", type=float, help="with --confirm: how long each run is compared")
    parser.add_argument("--seeds", type=int, help="of every table, where its experiment says another number")
    parser.add_argument("--launcher", help="the engine that runs them: joblib, submitit_local, submitit_slurm, ray")
    parser.add_argument("settings", nargs="*", metavar="hydra.launcher.SETTING=VALUE", help="what the engine is told")
    asked = parser.parse_args()
    try:
        _check(asked)
        if asked.launcher:
            engines.check([f"hydra/launcher={asked.launcher}", *asked.settings])
        elif asked.settings:
            raise BadInput(f"{asked.settings[0]}: goes with --launcher")
        return reproduce(asked)
    except BadInput as error:
        print(f"reproduce: {error}", file=sys.stderr)
        return 2
    except (Unavailable, OSError) as error:
        print(f"reproduce: {error}", file=sys.stderr)
        return 1
    except pool.Interrupted as stop:
        _end_all()
        print(f"reproduce: {stop}: the same command goes on from here", file=sys.stderr)
        return 128 + stop.signum
    except KeyboardInterrupt:
        _end_all()
        print("reproduce: stopped; the same command goes on from here", file=sys.stderr)
        return 130


def _check(asked):
    """BadInput where a number can be none, or goes with what was not asked for."""
    if asked.seeds is not None and not 1 <= asked.seeds <= plan.MOST_SEEDS:
        raise BadInput(f"--seeds {asked.seeds}: wanted a whole number from 1 to {plan.MOST_SEEDS}")
    if asked.seconds is not None and not 0 < asked.seconds < math.inf:
        raise BadInput(f"--seconds {asked.seconds}: wanted a number of seconds above 0 (--whole: to the end)")
    if (asked.whole or asked.seconds) and not asked.confirm:
        raise BadInput(f"{'--whole' if asked.whole else '--seconds'}: goes with --confirm")


def reproduce(asked):
    known = sorted(path.parent.name for path in records.ROOT.glob("projects/*/run.py"))
    if asked.project and asked.project not in known:
        raise BadInput(f"no project {asked.project}; there are: {', '.join(known)}")
    found = ledger.entries(project=asked.project)
    if asked.confirm:
        return confirm(found, asked)
    found = [entry for entry in found if entry.table]
    if asked.list:
        print("\n".join(_line(entry) for entry in found))
        return 0
    chosen = (
        [e for e in found if e.stale or e.outdated or not e.content]
        if asked.stale
        else found
        if asked.all
        else quick(found)
    )
    if asked.launcher:
        _sweep_all(chosen, asked)
    failed = [entry for entry, ran in _run_all(chosen, asked) if not ran]
    print(f"\n{ledger.terminal(found)}\n\n* from committed records, not run now")
    for entry in failed:
        print(f"did not run: {_command(entry)}")
    print(_next(found, chosen))
    if asked.strict and any(cell.verdict in verdict.FAILED for entry in found for cell in entry.cells):
        return 3
    return 1 if failed else 0


def confirm(found, asked):
    """Compare what other code has made with today's code, project by project; 1 where something is not the same."""
    from abacus.launch import confirmation

    stale = {}  # {project: {experiment: [runs]}}
    for entry in found:
        if entry.stale:
            stale.setdefault(entry.project, {})[entry.experiment] = entry.stale
    if not stale:
        print("nothing is stale: today's code has made, or confirmed, every record")
        return 0
    seconds, outcomes = confirmation.SECONDS if asked.seconds is None else asked.seconds, []

    def say(outcome):
        outcomes.append(outcome)
        print(outcome.line, flush=True)

    for project, wanted in stale.items():
        if not _can_confirm(project, found):
            for experiment, names in wanted.items():
                for name in names:
                    words = "other bytes with unchanged code: nothing of this project can be confirmed here"
                    say(confirmation.Outcome(False, f"{project.name} {experiment}: {name}: {words}"))
        else:
            cores = os.cpu_count() or 1
            confirmation.confirm_project(project / "run.py", wanted, seconds, asked.whole, cores, say)
    done = sum(outcome.confirmed for outcome in outcomes)
    print(f"{done} of {len(outcomes)} runs confirmed")
    return 0 if done == len(outcomes) else 1


def _can_confirm(project, found):
    """Whether unchanged code leaves the bytes of its record here; tried where a record is of another machine or library."""
    from abacus.launch import confirmation, here

    own = [entry for entry in found if entry.project == project and entry.content]
    stale = [meta for e in own for name in e.stale for meta in e.content["meta"][name]["seeds"].values()]
    fresh = [
        (e, n)
        for e in own
        for n, about in e.content["meta"].items()
        if about["trail"] and n not in {*e.stale, *e.confirmed}
    ]
    if not fresh or not any(here.is_foreign(meta) for meta in stale):
        return True
    entry, name = min(fresh, key=lambda one: (bool(one[0].data), one[0].seconds))
    return confirmation.same_here(entry.project / "run.py", entry.experiment, name)


def quick(found):
    """The tables that need no download and take seconds, the quickest first, within a budget for all."""
    judged = [entry for entry in found if entry.table and entry.content and not entry.data]
    ready = sorted((entry for entry in judged if entry.seconds <= SECONDS), key=lambda entry: entry.seconds)
    chosen, spent = [], 0.0
    for entry in ready:
        spent += entry.seconds + AROUND
        if spent <= BUDGET:
            chosen.append(entry)
    return [entry for entry in found if entry in chosen]


def _sweep_all(chosen, asked):
    """Let the engine run several tables at a time."""
    several = ThreadPoolExecutor(AT_ONCE)
    try:
        list(several.map(lambda entry: _sweep(entry, asked), chosen))
    finally:
        several.shutdown(cancel_futures=True)


def _sweep(entry, asked):
    """Let the engine run every seed of a table: they leave their records, and it says where some did not."""
    fixed = entry.content and all(row["deterministic"] for row in entry.content["values"].values())
    seeds = 1 if fixed else asked.seeds or entry.plan["seeds"]
    command = [sys.executable, "run.py", "-m", f"experiment={entry.experiment}", f"seed=range({seeds})"]
    command += [f"hydra/launcher={asked.launcher}", *asked.settings]
    status, errors = _wait(command, entry.project, stderr=subprocess.PIPE)
    lines = errors.strip().splitlines() or [f"status {status}"]
    said = lines[-1] if status else "its records are there"
    print(f"{asked.launcher}: {entry.project.name} {entry.experiment}: {said}", file=sys.stderr)


def _run_all(chosen, asked):
    """Run the tables as their reader would; yield (entry, whether it ended well). Those that take seconds share a process."""
    short = [e for e in chosen if together.POSSIBLE and e.content and e.seconds <= SECONDS]
    done, started = 0, time.monotonic()

    def say(entry):
        nonlocal done
        done += 1
        line = f"[{done}/{len(chosen)}] {_command(entry)}"
        print(f"{line:<90} {time.monotonic() - started:6.1f} s", file=sys.stderr, flush=True)

    if short:
        tasks = [(entry.project / "run.py", [*_arguments(entry, asked), "workers=0"]) for entry in short]
        with together.Together(tasks, os.cpu_count() or 1) as process:
            for place, status in process.ended():
                say(short[place])
                yield short[place], _take(short[place], status)
    for entry in chosen:
        if entry not in short:
            status, _ = _wait([sys.executable, "run.py", *_arguments(entry, asked)], entry.project)
            say(entry)
            yield entry, _take(entry, status)


def _arguments(entry, asked):
    """What the command of a table is told; its results replace the committed ones where that is asked."""
    seeds = [f"seeds={asked.seeds}"] if asked.seeds else []
    return [f"experiment={entry.experiment}", *["write=true"] * asked.write, *seeds]


def _take(entry, status):
    """Read what a table's run has left; True where it ended well."""
    summary = records.runs_folder(entry.project) / entry.experiment / "summary.json"
    if status not in (0, 3) or not summary.exists():
        return False
    entry.content, entry.live = json.loads(summary.read_bytes()), True
    return True


def _wait(command, folder, stderr=None):
    """(status, what it said on its standard error where that is caught) of a process that ends when this one is stopped."""
    process = _starter.submit(_begin, command, folder, stderr).result()
    _, errors = process.communicate()
    _running.discard(process)
    return process.returncode, errors


def _begin(command, folder, stderr):
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=stderr, text=True)
    _running.add(process)
    return process


def _stop(signum, frame):
    for process in _running.copy():
        process.terminate()
    raise pool.Interrupted(signum)


def _end_all():
    """End the processes that are left; they save first."""
    _starter.shutdown(cancel_futures=True)
    for process in _running.copy():
        process.terminate()
        process.wait()


def _command(entry):
    return f"cd projects/{entry.project.name} && python run.py experiment={entry.experiment}"


def _line(entry):
    needs = ", ".join(entry.data) if entry.content else "not run yet"
    took = f"{entry.seconds:.0f} s" if entry.content else ""
    old = "  (out of date)" if entry.stale or entry.outdated else ""
    return f"{_command(entry):<75} {took:>8}  {needs or 'no download'}{old}"


def _next(found, run):
    """What to run next: the quickest table that was not run now."""
    left = sorted((e for e in found if e not in run and e.content), key=lambda e: e.seconds)
    if not left:
        return "every table has been run"
    needs = f", downloads {', '.join(left[0].data)}" if left[0].data else ""
    return f"next: {_command(left[0])}    (about {left[0].seconds:.0f} s of computing{needs})"


if __name__ == "__main__":
    printing()
    sys.exit(main())
