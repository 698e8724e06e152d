"""What every experiment of a project would run, as the project itself says, kept until something that says it changes.

Hydra takes a tenth of a second to compose one experiment, so what it has said is kept in the user's cache under a hash of all
that it may depend on: the contents of conf/ and of the project's own code, of the whole core, the versions of Python and
of Hydra; and beside it the papers that were read, by content. What cannot be kept, or was altered, is asked anew.
"""

import contextlib
import functools
import hashlib
import json
import os
import subprocess
import sys
from importlib import metadata

from abacus import data, files, papers, source
from abacus.errors import Damaged

KEPT = 8  # plans of projects of one name: of some states of the code, in some checkouts
_OUTSIDE = {"runs", "results", "__pycache__"}  # folders and kinds of files that say nothing of what would be run
_SHOWN = (".md", ".png", ".pyc")


def of(run_files):
    """For each run.py {experiment: {reproduces, seeds, runs, code, departures ...}}, in the order of the files."""
    places = {run_file: _place(run_file) for run_file in run_files}
    known = {run_file: _recall(place) for run_file, place in places.items()}
    asked = [run_file for run_file, plans in known.items() if plans is None]
    for run_file, said in _asked(asked).items():
        known[run_file] = said["plans"]
        if places[run_file] == _place(run_file):  # nothing was changed meanwhile
            _keep(places[run_file], said)
    return [known[run_file] for run_file in run_files]


def _asked(run_files):
    """{run.py: {"plans", "papers" that were read}} of several projects, as many processes as there are cores."""
    several, found = os.cpu_count() or 1, {}
    parts = [part for part in (run_files[i::several] for i in range(several)) if part]
    processes = [_process(part) for part in parts]
    try:
        for part, process in zip(parts, processes, strict=True):
            said = (
                process.stdout.read()
            )  # not communicate: it would close the input, by which the process knows that we live
            if process.wait():
                errors = process.stderr.read().strip()
                raise Damaged(errors.splitlines()[-1] if errors else "no plan")
            found |= dict(zip(part, json.loads(said), strict=True))
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    return found


def _process(run_files):
    command = [sys.executable, "-m", "abacus.launch.plans", *map(str, run_files)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, **pipes, text=True)


def _recall(place):
    """The plans that were kept at `place`; None where there are none, or the papers are no more what they were."""
    try:
        content = json.loads(place.read_bytes())
        digest = content.pop("sha256")
        whole = digest == _hash(json.dumps(content, sort_keys=True).encode())
        return content["plans"] if whole and _papers(content["papers"]) == content["papers"] else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _keep(place, said):
    content = {"plans": said["plans"], "papers": _papers(said["papers"])}
    content["sha256"] = _hash(json.dumps(content, sort_keys=True).encode())
    with contextlib.suppress(OSError):  # without it the same is asked again
        place.parent.mkdir(parents=True, exist_ok=True)
        files.sweep(place.parent)
        files.replace(place, [json.dumps(content).encode()])
        name = place.name.rpartition("-")[0]
        for old in sorted(place.parent.glob(f"{name}-*.json"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            old.unlink()


def _papers(names):
    """{file of papers/: hash of its content, "" where it is gone}."""
    return {name: _content(papers.FOLDER / name) for name in names}


def _content(path):
    try:
        return _hash(path.read_bytes())
    except OSError:
        return ""


def _place(run_file):
    """Where the plans of a project as it is now are kept."""
    project = run_file.parent
    here = [p for p in project.rglob("*") if p.suffix not in _SHOWN and p.is_file()]
    own = sorted(p for p in here if not _OUTSIDE & set(p.relative_to(project).parts))
    hashes = [f"{path.relative_to(project)} {_content(path)}" for path in own]
    key = _hash("\n".join([str(project), _common(), *hashes]).encode())
    return data.cache() / "plans" / f"{project.name}-{key[:32]}.json"


@functools.cache
def _common():
    """What the plans of all projects depend on: the core, Python and the libraries that read settings."""
    core = sorted(path for path in source.CORE.rglob("*") if path.suffix in (".py", ".toml"))
    versions = [f"{name} {metadata.version(name)}" for name in ("hydra-core", "omegaconf", "numpy")]
    texts = [f"{path.relative_to(source.CORE)} {_content(path)}" for path in core]
    return _hash("\n".join([sys.version, str(source.CORE), *versions, *texts]).encode())


def _hash(content):
    return hashlib.sha256(content).hexdigest()
