"""Each project's quick run twice, in processes that differ in all that should not matter: the same bytes."""

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = sorted(path.parent.name for path in ROOT.glob("projects/*/run.py"))
QUICK = ("anscombe", "pca")  # of the others the marker `slow` makes sure
SECONDS = 600  # that no quick run may take, on a machine however busy


def run(project, runs, cwd, cores, umask, projects=ROOT / "projects", **environment):
    """The project's bare run in such a process; {file: content} of what it leaves, without times and machines."""
    left_out = ("LC_ALL", "LANG", "TZ", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "DISPLAY", "PYTHONHASHSEED")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(
        [sys.executable, str(projects / project / "run.py")],
        cwd=cwd,
        env=kept | environment | {"ABACUS_RUNS": str(runs), "ABACUS_OFFLINE": "1"},
        umask=umask,
        preexec_fn=functools.partial(os.sched_setaffinity, 0, cores) if hasattr(os, "sched_setaffinity") else None,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return {str(path.relative_to(runs)): _content(path) for path in sorted(runs.rglob("*")) if _counts(path)}


def _counts(path):
    return path.is_file() and path.name not in (".lock", "output.txt")


def _content(path):
    """A record without its `meta` and its hash; any other file as it is."""
    if path.suffix != ".json":
        return path.read_bytes()
    return {name: value for name, value in json.loads(path.read_bytes()).items() if name not in ("meta", "sha256")}


@pytest.mark.parametrize("project", [p if p in QUICK else pytest.param(p, marks=pytest.mark.slow) for p in PROJECTS])
def test_hash_seed_folder_umask_locale_time_zone_and_cores_change_nothing(project, tmp_path):
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    for name in ("a", "b", "tmp", "elsewhere"):
        (tmp_path / name).mkdir()
    plain = run(
        project, tmp_path / "a", ROOT / "projects" / project, cores, 0o022, PYTHONHASHSEED="0", LC_ALL="C.UTF-8"
    )
    other = run(
        project,
        tmp_path / "b",
        tmp_path / "elsewhere",
        cores[-1:],
        0o077,
        PYTHONHASHSEED="4711",
        LC_ALL="C",
        LANG="tr_TR.UTF-8",
        TZ="Asia/Kathmandu",
        TMPDIR=str(tmp_path / "tmp"),
        COLUMNS="40",
        OPENBLAS_NUM_THREADS="2",
        PYTHONOPTIMIZE="1",
    )
    assert any(name.endswith("record.json") for name in plain) and any(name.endswith(".png") for name in plain)
    assert plain.keys() == other.keys()
    assert [name for name in plain if plain[name] != other[name]] == []
    assert not list((tmp_path / "elsewhere").iterdir())


COMPILED = (
    "raytracer",
    "mnist1d",
    "zipcode",
    "gcn",
)  # with kernels of their own, convolutions, recurrence, sparse products


@pytest.mark.slow
@pytest.mark.parametrize("project", [name for name in PROJECTS if name in COMPILED])
def test_kernels_that_are_compiled_now_and_kernels_from_the_cache_give_the_same_bytes(project, tmp_path):
    """Compiled by some processes, read by others from what those have left, and compiled again on one core."""
    cores, found = sorted(os.sched_getaffinity(0)), {}
    for name, machine_code in (("cold", "first"), ("warm", "first"), ("again", "second")):
        place = tmp_path / machine_code
        if not place.exists():  # a copy, for what the project keeps beside its own files
            ignored = shutil.ignore_patterns("__pycache__", "runs", "results")
            shutil.copytree(ROOT / "projects" / project, place / project, ignore=ignored)
        (tmp_path / name).mkdir()
        before, used = compiled(place), cores[-1:] if name == "again" else cores
        cache = str(place / "numba")
        found[name] = run(project, tmp_path / name, place / project, used, 0o022, place, NUMBA_CACHE_DIR=cache)
        assert (compiled(place) == before) == (name == "warm"), "compiled once, and not again"
    assert found["cold"].keys() == found["warm"].keys() == found["again"].keys()
    assert [n for n in found["cold"] if not found["cold"][n] == found["warm"][n] == found["again"][n]] == []


def compiled(place):
    """The files of machine code in a folder."""
    return sorted(str(path) for path in place.rglob("*.nbc"))
