"""Every project as its reader meets it: the bare run, the help, the settings, the experiments and the lesson."""

import dataclasses
import functools
import os
import re
import subprocess
import sys
import typing
from pathlib import Path

import pytest

from abacus import papers
from abacus.evidence import records
from abacus.launch import arguments, compose, plan, report, studies

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = sorted(path.parent for path in ROOT.glob("projects/*/run.py"))
EXPERIMENTS = [(p, name) for p in PROJECTS for name in ["config", *arguments.names_in(p)]]
each_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
each_experiment = pytest.mark.parametrize(("project", "name"), EXPERIMENTS, ids=lambda x: getattr(x, "name", x))


@functools.cache
def studies_of(project):
    """The project's studies, as its own run.py gives them to launch."""
    return studies.of_file(project / "run.py")


@each_project
def test_the_bare_run_needs_no_network_no_home_and_no_data(project, tmp_path):
    environment = {k: v for k, v in os.environ.items() if k not in ("ABACUS_DATA", "HOME", "DISPLAY")}
    environment |= {"ABACUS_RUNS": str(tmp_path), "ABACUS_CACHE": str(tmp_path / "cache"), "ABACUS_OFFLINE": "1"}
    done = subprocess.run([sys.executable, "run.py"], cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "s of computing" in done.stdout
    assert list(tmp_path.rglob("*.png")), "the bare run draws a figure"


@each_project
def test_help_is_instant_because_nothing_heavy_is_imported(project):
    heavy = "hydra matplotlib pandas numba torch sklearn scipy.stats"
    code = (
        "import atexit, sys, runpy; sys.argv[1:] = ['--help'];"
        f"atexit.register(lambda: print(set('{heavy}'.split()) & set(sys.modules)));"
        "runpy.run_path('run.py', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("set()"), done.stdout[-300:]


@each_project
def test_every_number_has_a_range_and_no_setting_a_default(project):
    for field in (f for study in studies_of(project).values() for f in dataclasses.fields(study.Config)):
        assert field.default is dataclasses.MISSING, f"{field.name} has a default: values stand in conf/"
        assert field.name not in (*plan.OWN, "experiment"), f"{field.name} belongs to launch"
        kinds = {field.type, *typing.get_args(field.type)}
        if kinds & {int, float}:
            assert "wanted" in field.metadata, (
                f"{field.name} states no range (any_number() where every number is meant)"
            )


@each_experiment
def test_every_experiment_composes_and_names_a_table_that_exists(project, name):
    asked = compose.plan(studies_of(project), project / "run.py", [f"experiment={name}"] if name != "config" else [])
    if asked.reproduces:
        table = papers.table(asked.reproduces)
        report.departures(asked, table)
        report.check_rows(asked, table)
    if name != "config":
        text = (project / "conf" / "experiment" / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.splitlines()[0] == "# @package _global_", "without this line the values change nothing"


@each_project
def test_the_parts_of_a_project_are_there(project):
    for part in ("README.md", "run.py", "conf/config.yaml", "conf/experiment", "results"):
        assert (project / part).exists(), f"{project.name} has no {part}"
    assert list(project.glob("test_*.py")), f"{project.name} has no test_<name>.py"
    assert list(project.glob("results/*.json")), (
        f"{project.name} has no committed results: python run.py experiment=..."
    )


COMMITTED = [(path.parents[1], path.stem) for path in sorted(ROOT.glob("projects/*/results/*.json"))]


@pytest.mark.parametrize(("project", "name"), COMMITTED, ids=lambda x: getattr(x, "name", x))
def test_committed_results_are_whole_and_of_an_experiment_that_is_there(project, name):
    path = project / "results" / f"{name}.json"
    content = records.read_results(path)
    asked = compose.plan(studies_of(project), project / "run.py", [f"experiment={name}"])
    assert content["reproduces"] == asked.reproduces
    assert {n: (a["rows"], a["settings"]) for n, a in content["meta"].items()} == {
        n: (run.rows, run.settings) for n, run in asked.runs.items()
    }, "computed by other settings"
    for row, about in content["values"].items():
        assert len(about["seeds"]) == about["asked"], f"{row}: seeds are missing"


@each_project
def test_the_lesson_shows_every_table_and_every_picture_exists(project):
    text = (project / "README.md").read_text(encoding="utf-8")
    assert "python run.py" in text
    assert "## Open questions" in text and "## What to try next" in text
    for name in arguments.names_in(project):
        plan_text = (project / "conf" / "experiment" / f"{name}.yaml").read_text(encoding="utf-8")
        if re.search(r"^reproduces: \S+/", plan_text, re.MULTILINE):
            shown = f"<!-- table {name} -->", f"RESULTS.md#{project.name}-{name})"  # a long table: a link to RESULTS.md
            assert any(word in text for word in shown), f"the lesson neither shows {name} nor links to {shown[1]}"
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", text):
        awaited = [e for e in arguments.names_in(project) if not (project / "results" / f"{e}.json").exists()]
        drawn_later = picture.startswith(tuple(f"results/{name}-" for name in awaited))
        assert drawn_later or (project / picture).exists(), picture


@each_project
def test_nothing_is_run_by_a_wrong_setting(project, tmp_path):
    environment = os.environ | {"ABACUS_RUNS": str(tmp_path / "runs")}
    done = subprocess.run(
        [sys.executable, "run.py", "no_such_setting=1"], cwd=project, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2 and len(done.stderr.splitlines()) <= 3 and not (tmp_path / "runs").exists()


@pytest.mark.parametrize("key", papers.keys())
def test_every_paper_can_be_read(key):
    assert papers.paper(key).title
