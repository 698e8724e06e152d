"""Time the bare run of every project, by the clock and by the processor: a look has to take seconds.

python scripts/bare.py                            all projects, one after the other, each from nothing
python scripts/bare.py --only lenet pca           some
python scripts/bare.py --json results/bare.json   keep what was measured, beside what stands there of other projects

Compiled kernels are cached, as for whoever runs it the second time; the first time is some seconds more. The processor's
own seconds, of all its cores, say what a run needs at most where other work slows down the clock.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 20  # that a look may take on two idle cores
NEVER = 60  # seconds


def measure(project):
    """{"project", "seconds" by the clock, "processor" seconds} of `python run.py` in an empty store."""
    with tempfile.TemporaryDirectory(prefix="abacus-bare-") as store:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [sys.executable, "run.py"],
            cwd=project,
            env=os.environ | {"ABACUS_RUNS": store},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"bare: {project.name}: status {done.returncode}: {done.stderr.strip()[-200:]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"project": project.name, "seconds": round(seconds, 1), "processor": round(used, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", help="projects (all)")
    parser.add_argument("--json", type=Path, help="keep the measurements here")
    asked = parser.parse_args()
    projects = {path.parent.name: path.parent for path in sorted(ROOT.glob("projects/*/run.py"))}
    unknown = [name for name in asked.only or () if name not in projects]
    if unknown:
        print(f"bare: no project {unknown[0]}; there are: {', '.join(projects)}", file=sys.stderr)
        return 2
    measured = []
    print(f"{'project':22} seconds processor", flush=True)
    for name in asked.only or projects:
        found = measure(projects[name])
        measured.append(found)
        print(f"{name:22} {found['seconds']:7.1f} {found['processor']:9.1f}  {_judged(found)}".rstrip(), flush=True)
    if asked.json:
        before = json.loads(asked.json.read_text(encoding="utf-8")) if asked.json.exists() else []
        kept = {line["project"]: line for line in [*before, *measured] if line["project"] in projects}
        lines = ",\n".join(f" {json.dumps(kept[name])}" for name in sorted(kept))
        asked.json.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return 1 if any(_judged(found) for found in measured) else 0


def _judged(found):
    needed = min(found["seconds"], found["processor"])
    return f"over {NEVER} s" if needed > NEVER else f"over {SECONDS} s" if needed > SECONDS else ""


if __name__ == "__main__":
    sys.exit(main())
