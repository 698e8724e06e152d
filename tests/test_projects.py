"""Every project as its reader meets it: the bare run, the help, the settings, the experiments and the lesson."""

import dataclasses
import importlib.util
import os
import re
import subprocess
import sys
import typing
from pathlib import Path

import pytest

from abacus import papers
from abacus.evidence import records
from abacus.launch import arguments, compose, report

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = sorted(path.parent for path in ROOT.glob("projects/*/run.py"))
EXPERIMENTS = [(p, name) for p in PROJECTS for name in ["config", *arguments.names_in(p)]]
each_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
each_experiment = pytest.mark.parametrize(("project", "name"), EXPERIMENTS, ids=lambda x: getattr(x, "name", x))


def config_of(project):
    """The project's Config, imported as its run.py stands."""
    sys.path[:] = [str(project), *(p for p in sys.path if not p.startswith(str(ROOT / "projects")))]
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(str(ROOT / "projects")):
            del sys.modules[name]
    spec = importlib.util.spec_from_file_location(f"{project.name}_run", project / "run.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.Config


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
    for field in dataclasses.fields(config_of(project)):
        assert field.default is dataclasses.MISSING, f"{field.name} has a default: values stand in conf/"
        assert field.name not in (*compose.OWN, "experiment"), f"{field.name} belongs to launch"
        kinds = {field.type, *typing.get_args(field.type)}
        if kinds & {int, float}:
            assert "wanted" in field.metadata, (
                f"{field.name} states no range (any_number() where every number is meant)"
            )


@each_experiment
def test_every_experiment_composes_and_names_a_table_that_exists(project, name):
    plan = compose.plan(config_of(project), project / "run.py", [f"experiment={name}"] if name != "config" else [])
    if plan.reproduces:
        table = papers.table(plan.reproduces)
        report.departures(plan, table)
        report.check_rows(plan, table)
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
    plan = compose.plan(config_of(project), project / "run.py", [f"experiment={name}"])
    assert content["reproduces"] == plan.reproduces
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
            assert f"<!-- table {name} -->" in text, f"the lesson does not show {name}"
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
