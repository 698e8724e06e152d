"""Every command that a document shows does what it says: composed, and estimated where it would compute."""

import dataclasses
import functools
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from abacus import papers
from abacus.launch import arguments, compose, experiment, studies, sweep

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("projects/*/README.md"))]
COMMAND = re.compile(r"python run\.py([^`#\n]*)")


def commands():
    """(project, arguments) of every `python run.py ...` of every page; a page at the root names the project first."""
    found = {}
    for page in PAGES:
        for line in re.findall(r"[^\n]*python run\.py[^\n]*", page.read_text(encoding="utf-8")):
            named = re.search(r"cd (?:\S*/)?projects/([a-z0-9_]+)", line)
            project = page.parent if page.parent.parent.name == "projects" else named and ROOT / "projects" / named[1]
            for words in COMMAND.findall(line) if project else ():
                found[project, words.split("    ")[0].strip()] = page.name
    return list(found)


@functools.cache
def studies_of(project):
    return studies.of_file(project / "run.py")


def words_of(text):
    text = text.split(" && ")[0].rstrip(" .,;:")
    return shlex.split(text.partition(") ")[0].rstrip(")") if text.count("(") < text.count(")") else text)


def _with_files_of(project, folder):
    """The folder that a reader is in: one with the files that the lesson has had them write, or the project's own."""
    lesson = (project / "README.md").read_text(encoding="utf-8")
    files = re.findall(r"^Write this into `([\w.]+)`[^\n]*\n```yaml\n(.*?)^```", lesson, re.MULTILINE | re.DOTALL)
    for name, text in files:
        (folder / name).write_text(text, encoding="utf-8")
    return folder if files else project


@pytest.mark.parametrize(("project", "text"), commands(), ids=lambda x: getattr(x, "name", x))
def test_a_command_of_a_lesson_is_accepted(project, text, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("ABACUS_RUNS", str(tmp_path))
    monkeypatch.chdir(_with_files_of(project, tmp_path))
    words = words_of(text)
    if {"--help", "--cfg"} & set(words) or any("NAME" in w or "..." in w or "FILE" in w for w in words):
        return
    if sweep.asks_for(words) == "sweep":
        for combination in sweep.combinations([w for w in words if "=" in w and not w.startswith("hydra")]):
            compose.plan(studies_of(project), project / "run.py", combination)
        return
    plan = compose.plan(studies_of(project), project / "run.py", [w for w in words if w != "write=true"])
    assert experiment.perform(dataclasses.replace(plan, estimate=True)) == 0
    assert arguments.names_in(project)


DOORS = {  # commands for a reader's own file, by project
    "statistics": ["describe.py"],
    "linear_regression": ["fit.py"],
    "logistic_regression": ["fit.py"],
    "naive_bayes": ["classify_text.py"],
    "gcn": ["embed.py"],
    "trees": ["explain.py"],
    "time_series": ["forecast.py"],
    "mnist_mlp": ["classify.py"],
}


def own_files():
    """(project, words) of every `python COMMAND FILE ...` of a lesson, for the commands in DOORS."""
    for name, commands in DOORS.items():
        text = (ROOT / "projects" / name / "README.md").read_text(encoding="utf-8")
        for command in commands:
            found = re.findall(rf"^python ({re.escape(command)} [^#\n]+)", text, re.MULTILINE)
            assert found, f"{name}: no line of the lesson shows python {command}"
            yield from ((name, line.strip()) for line in dict.fromkeys(found))


@pytest.mark.parametrize(("project", "text"), list(own_files()))
def test_a_command_for_one_s_own_file_runs_as_the_lesson_shows_it(project, text, monkeypatch, tmp_path):
    """Where the lesson stands; what would be written goes elsewhere, and pictures that only a reader has are drawn here."""
    command, *words = shlex.split(text)
    for k, word in enumerate(words):
        if k and words[k - 1] in ("--plots", "--out", "--picture"):
            words[k] = str(tmp_path / word)
        elif word.endswith(".png"):
            words[k] = seven(tmp_path / word)
    if "--mnist" in words:
        pytest.skip("a minute of learning")
    monkeypatch.setenv("ABACUS_RUNS", str(tmp_path))
    folder = ROOT / "projects" / project
    done = subprocess.run([sys.executable, command, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout and not done.stderr, done.stderr


def seven(path):
    """A picture of a seven: two strokes."""
    import numpy as np
    from matplotlib.image import imsave

    ink = np.zeros((60, 60))
    ink[10:15, 15:45] = 1
    for row in range(15, 50):
        ink[row, 40 - row // 2 : 45 - row // 2] = 1
    imsave(path, 1 - ink, cmap="gray")
    return str(path)


def test_the_tables_to_compare_with_are_listed_and_the_front_page_s_example_is_one_of_them():
    said = subprocess.run([sys.executable, "scripts/report.py", "compare"], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0 and len(said.stdout.splitlines()) == len(papers.tables())
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    examples = set(re.findall(r"report\.py compare \S+\.csv ([a-z0-9_]+/[a-z0-9_-]+)", pages))
    assert examples and examples <= set(papers.tables())


def test_a_reader_s_own_numbers_are_judged(tmp_path):
    table = papers.table("lecun1998/fig9_early")
    row, column = next(iter(table.rows)), table.columns[0]
    file = tmp_path / "mine.csv"
    lines = [f'"{row}","{column}",{seed},{table.rows[row][column].number + 0.01 * (seed - 1)}' for seed in range(3)]
    file.write_text("row,column,seed,value\n" + "\n".join(lines) + "\n")
    command = [sys.executable, "scripts/report.py", "compare", str(file), "lecun1998/fig9_early"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0 and "reproduced" in said.stdout and row in said.stdout


def test_the_scripts_that_the_pages_name_are_there():
    for page in PAGES:
        for script in re.findall(r"python (scripts/[a-z_]+\.py)", page.read_text(encoding="utf-8")):
            assert (ROOT / script).is_file(), f"{page.name}: {script}"
