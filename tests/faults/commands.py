"""The walk project in a folder of its own, its command with and without faults, and what a run leaves."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

WALK = Path(__file__).parent / "walk"
LIMIT = 120  # seconds that no command may take, on a machine however busy; a hang would take for ever
MUTATING = (
    "write,pwrite64,fsync,fdatasync,?rename,renameat,renameat2,?unlink,unlinkat,?mkdir,mkdirat,truncate,ftruncate"
)


def copied(folder):
    """A copy of the walk project in `folder`."""
    shutil.copytree(WALK, folder, ignore=shutil.ignore_patterns("runs", "results", "__pycache__"))
    return folder


def start(folder, *arguments, before=(), environment=(), **how):
    """The command `python run.py *arguments` begun in `folder`, behind the words `before` (strace and its options)."""
    kept = {k: v for k, v in os.environ.items() if k not in ("ABACUS_RUNS", "ABACUS_NO_RESULTS", "PYTHONUNBUFFERED")}
    return subprocess.Popen(
        [*before, sys.executable, "run.py", *arguments],
        cwd=folder,
        env=kept | {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"} | dict(environment),
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | how,
    )


def end(process):
    """(status, stdout, stderr) of a command once it has ended; a hang is killed and raised."""
    try:
        out, err = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, out, err


def command(folder, *arguments, **how):
    return end(start(folder, *arguments, **how))


def strace(what, log, calls=MUTATING, how=("-f",)):
    """The words before a command in which strace injects `what` into the system calls; by -f also of its children."""
    return ["strace", *how, "-qq", "-o", str(log), "-e", f"trace={calls}", "-e", f"inject={calls}:{what}"]


def left(folder):
    """{path: content} of what a run leaves: values, weights, logs and figures; times, machines and locks apart."""
    found = {}
    for path in sorted([*folder.glob("runs/**/*"), *folder.glob("results/**/*")]):
        if path.is_file() and path.name not in (".lock", "output.txt"):
            found[str(path.relative_to(folder))] = _timeless(path)
    return found


def _timeless(path):
    if path.suffix != ".json":
        return path.read_bytes()
    content = json.loads(path.read_bytes())
    content.pop("sha256", None)
    content.pop("meta")
    if isinstance(content["code"], dict):  # digests by label; a label holds the name of the folder, which differs
        content["code"] = {code: sorted(units.values()) for code, units in content["code"].items()}
    return content


def finished(folder):
    """{path: time of change} of the records that stand."""
    return {path: path.stat().st_mtime_ns for path in folder.glob("runs/*/*/*/record.json")}


def ends_as(whole, folder, *arguments):
    """The same command once more: it ends as the run `whole` did (`left`), and no record that stood is made again."""
    before = finished(folder)
    status, _, err = command(folder, *arguments)
    assert status == 0 and "Traceback" not in err, err
    after = finished(folder)
    assert {path: after.get(path) for path in before} == before
    now = left(folder)
    done = {str(path.parent.relative_to(folder)) for path in before}
    spare = {name for name in now if name.rpartition("/")[0] in done and "/loop" in name}  # of a finished run: waste
    assert {name: now[name] for name in now if name not in spare} == whole
