"""What every experiment of a project would run, for the scripts that look at all projects."""

import json
import os
import sys
import threading
from pathlib import Path

from abacus import papers
from abacus.errors import BadInput, Unavailable
from abacus.launch import arguments, compose, report


def show(studies, run_file):
    """Print `of_project` as JSON; 0."""
    print(json.dumps(of_project(studies, run_file)))
    return 0


def of_project(studies, run_file):
    """{experiment: {reproduces, fitted, variant, why, cannot_tell, interquartile, study, seeds, rows, runs, code, ...}}."""
    found = {}
    for name in arguments.names_in(run_file.parent):
        plan = compose.plan(studies, run_file, [f"experiment={name}"])
        with papers.unseen():
            table = papers.table(plan.reproduces) if plan.reproduces else None
            departures = report.departures(plan, table)
        found[name] = {
            "reproduces": plan.reproduces,
            "fitted": plan.fitted,
            "variant": plan.variant,
            "why": plan.why,
            "cannot_tell": plan.cannot_tell,
            "interquartile": plan.interquartile,
            "study": plan.study.name,
            "seeds": plan.seeds,
            "rows": list(plan.rows),
            "runs": {name: {"rows": run.rows, "settings": run.settings} for name, run in plan.runs.items()},
            "code": plan.study.code,
            "units": plan.study.units,
            "departures": departures,
        }
    return found


def main(run_files):
    """Print [{"plans": of_project, "papers": files that were read}] for several run.py as JSON; 2 where one is not in order."""
    from abacus.launch.studies import of_file

    found = []
    for run_file in (Path(name).resolve() for name in run_files):
        try:
            with papers.touched() as read:
                found.append({"plans": of_project(of_file(run_file), run_file), "papers": sorted(read)})
        except (BadInput, Unavailable, TypeError) as error:
            print(f"{run_file.parent.name}: {error}", file=sys.stderr)
            return 2
    print(json.dumps(found))
    return 0


def _end_with_parent():
    """When the standard input ends, who asked is gone."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.exit(main(sys.argv[1:]))
