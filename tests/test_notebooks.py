"""The lessons as notebooks, executed cell by cell as a reader would; and what the command answers to mistakes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("markdown_it", reason='pip install -e ".[book]"')

from abacus import lessons

ROOT = Path(__file__).resolve().parents[1]
QUICK = "anscombe", "pca"


def notebooks(*words, out):
    environment = os.environ | {"PYTHONPATH": str(ROOT / "shared"), "ABACUS_RUNS": str(out / "runs")}
    command = [sys.executable, "scripts/notebooks.py", "--out", str(out), *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_two_notebooks_run_from_their_first_cell_to_their_last(tmp_path):
    pytest.importorskip("nbclient", reason='pip install -e ".[notebooks]"')
    done = notebooks(*QUICK, "--run", out=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in QUICK:
        cells = json.loads((tmp_path / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        cells = [cell | {"source": "".join(cell["source"])} for cell in cells]
        shown = "".join(str(cell["outputs"]) for cell in cells if cell["source"].startswith("!python run.py"))
        assert "figure:" in shown and all(cell["execution_count"] for cell in cells if cell["cell_type"] == "code")
        assert not any("_exit_code" in cell["source"] for cell in cells)


@pytest.mark.slow
@pytest.mark.parametrize("name", [lesson.name for lesson in lessons.all_of() if lesson.name not in QUICK])
def test_every_notebook_runs(name, tmp_path):
    pytest.importorskip("nbclient", reason='pip install -e ".[notebooks]"')
    done = notebooks(name, "--run", out=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_lesson_that_there_is_not_is_one_line(tmp_path):
    done = notebooks("pcs", out=tmp_path)
    assert done.returncode == 2 and done.stderr.strip() == 'notebooks: no lesson "pcs"; did you mean "pca"?'


def test_the_first_cell_fetches_the_repository_only_where_it_is_not_there(tmp_path):
    assert notebooks("anscombe", "--from", "https://example.org/abacus.git", out=tmp_path).returncode == 0
    first = json.loads((tmp_path / "anscombe.ipynb").read_text(encoding="utf-8"))["cells"][0]["source"]
    assert "'https://example.org/abacus.git'" in first and compile(first, "first cell", "exec")
    done = subprocess.run(
        [sys.executable, "-c", f"{first}\nprint(os.getcwd())"], cwd=ROOT / "projects" / "anscombe", capture_output=True, text=True
    )  # fmt: skip
    assert done.returncode == 0 and done.stdout.strip().endswith("anscombe"), done.stderr
    assert notebooks("anscombe", out=tmp_path).returncode == 0
    assert "git" not in json.loads((tmp_path / "anscombe.ipynb").read_text(encoding="utf-8"))["cells"][0]["source"]
