"""scripts/new.py: what it writes runs and passes its tests but for the negative control; wrong names are one line."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def tree(tmp_path):
    """A checkout of its own: core, papers, scripts, and what pytest needs."""
    for part in ("shared", "papers", "scripts"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("conftest.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / part, tmp_path)
    (tmp_path / "projects").mkdir()
    return tmp_path


def said(tree, *words, cwd="."):
    environment = os.environ | {"PYTHONPATH": str(tree / "shared"), "ABACUS_RUNS": str(tree / "runs")}
    done = subprocess.run([sys.executable, *words], cwd=tree / cwd, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_a_new_project_runs_shows_its_help_and_passes_all_its_tests_but_the_one_to_be_written(tree):
    status, text, errors = said(tree, "scripts/new.py", "gaussian_process", "rasmussen2006")
    assert status == 0, errors
    status, text, errors = said(tree, "run.py", cwd="projects/gaussian_process")
    assert status == 0 and "figure:" in text, errors
    status, text, _ = said(tree, "run.py", "--help", cwd="projects/gaussian_process")
    assert status == 0 and "table1" in text
    status, text, _ = said(tree, "run.py", "experiment=table1", cwd="projects/gaussian_process")
    assert status == 0 and text.count("unverified") == 4, "cells that nobody has seen in print count for nothing"
    status, text, _ = said(tree, "-m", "pytest", "-n", "0", "projects/gaussian_process")
    assert status == 1 and "1 failed, 2 passed" in text, text
    assert "assert 'unverified' == 'not reproduced'" in text


@pytest.mark.slow
def test_once_committed_it_passes_what_ci_asks_of_a_project(tmp_path):
    tree, git = tmp_path / "tree", ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "clone", "-q", str(ROOT), str(tree)], check=True)
    status, _, errors = said(tree, "scripts/new.py", "gaussian_process", "rasmussen2006")
    assert status == 0, errors
    for words in ("add -A", "commit -qm new"):
        subprocess.run([*git, *words.split()], cwd=tree, check=True)
    status, _, errors = said(tree, "run.py", "experiment=table1", "write=true", cwd="projects/gaussian_process")
    assert status == 0, errors
    status, _, errors = said(tree, "scripts/report.py")
    assert status == 0, errors
    for words in ("add -A", "commit -qm results"):
        subprocess.run([*git, *words.split()], cwd=tree, check=True)
    status, text, errors = said(
        tree, "-m", "pytest", "-n", "0", "-k", "gaussian_process or rasmussen2006", "tests", "projects"
    )
    failed = [line for line in text.splitlines() if line.startswith("FAILED")]
    assert len(failed) == 1 and "test_a_broken_variant_is_not_reproduced" in failed[0], text + errors
    for words in ("check", "format --check"):
        assert said(tree, "-m", "ruff", *words.split(), "projects")[0] == 0


def test_a_paper_that_is_there_gets_one_table_more_and_keeps_every_line(tree):
    before = (tree / "papers" / "anscombe1973.toml").read_text(encoding="utf-8")
    assert said(tree, "scripts/new.py", "quartets", "anscombe1973")[0] == 0
    after = (tree / "papers" / "anscombe1973.toml").read_text(encoding="utf-8")
    assert after.startswith(before) and "table1" in tomllib.loads(after)["tables"]
    assert said(tree, "scripts/new.py", "quintets", "anscombe1973")[0] == 0
    assert "quintets" in tomllib.loads((tree / "papers" / "anscombe1973.toml").read_text(encoding="utf-8"))["tables"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("there", "x"), ("../x", "y"), ("/tmp/x", "y"), ("", "y"), ("Gauss", "y"), ("1x", "y"), ("a b", "y"), ("a\nb", "y"),
        ("a", "../y"), ("a", "/etc/passwd"), ("a", ""), ("a", "x.toml"), ("a" * 300, "y"), ("a", "y" * 300), (".", "y"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_one_line_and_nothing_is_written(tree, name, key):
    (tree / "projects" / "there").mkdir()
    before = sorted(tree.rglob("*"))
    status, text, errors = said(tree, "scripts/new.py", "--", name, key)
    assert (status, text, len(errors.splitlines())) == (2, "", 1)
    assert sorted(tree.rglob("*")) == before
