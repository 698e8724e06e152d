"""Code that has changed since a record was made: today's must leave the same trail, and what was not run is not proven."""

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from abacus import source
from abacus.evidence import ledger, records
from abacus.launch import compose, experiment, here, plans, studies

ROOT = Path(__file__).resolve().parents[1]
_spec = importlib.util.spec_from_file_location("reproduce", ROOT / "scripts" / "reproduce.py")
reproduce = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reproduce)

WANDER = '''"""A walk on a line, of all seeds of a block at once."""

from dataclasses import dataclass

from abacus.settings import at_least


@dataclass
class Config:
    steps: int = at_least(1)  # of the walk


def wander(cfg: Config, job):
    """Where one walker stands."""
    return together(cfg, [job])[0]


def together(cfg, jobs):
    """The same of a block; how large it is matters, as it does to the bits of a batch."""
    places = {str(job.seed): len(jobs) for job in jobs}
    for step in jobs[0].epochs(cfg.steps, places):
        for job in jobs:
            places[str(job.seed)] += int(job.rng("step", step).integers(-1, 2))
    return [{"place": places[str(job.seed)]} for job in jobs]
'''
CONF = {
    "wander": "# a walk\ndefaults: [schema, _self_, experiment: null]\nsteps: 5\n",
    "experiment/darts": "# @package _global_\n# two numbers of darts\nseeds: 2\nrounds: 8\nrows: {few: {darts: 50}, many: {}}\n",
    "experiment/walk": "# @package _global_\n# a block of walks\nstudy: wander\nseeds: 2\n",
}


def git(folder, *words):
    named = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", "-C", str(folder), *named, *words], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A repository with the toy project, whose results are committed as well as the code that made them."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    root = tmp_path_factory.mktemp("made") / "house"
    toy = root / "projects" / "toy"
    shutil.copytree(ROOT / "tests" / "toy", toy, ignore=shutil.ignore_patterns("runs", "results", "__pycache__"))
    text = (
        (toy / "run.py")
        .read_text()
        .replace("launch(run)", "launch(run, wander.wander, run_many={wander.wander: wander.together})")
    )
    (toy / "run.py").write_text(text.replace("import time\n", "import time\n\nimport wander\n"))
    (toy / "wander.py").write_text(WANDER)
    (toy.parents[1] / ".gitignore").write_text("runs/\n__pycache__/\n")
    for name, content in CONF.items():
        (toy / "conf" / f"{name}.yaml").write_text(content)
    git(root.parent, "init", "-q", str(root))
    commit(root, "the code")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "ROOT", root)
        for name in ("darts", "walk"):
            assert perform(toy, name) == 0
    commit(root, "its results")
    return root


@pytest.fixture
def toy(made, tmp_path, monkeypatch):
    """The project's folder in a copy of that repository."""
    root = shutil.copytree(made, tmp_path / "house")
    monkeypatch.setattr(records, "ROOT", root)
    return root / "projects" / "toy"


def commit(root, message="changed"):
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)
    return git(root, "rev-parse", "--short=12", "HEAD").strip()


def perform(toy, name):
    run_file = toy / "run.py"
    return experiment.perform(
        compose.plan(studies.of_file(run_file), run_file, [f"experiment={name}", "write=true", "workers=2"])
    )


def edit(toy, **changed):
    """Replace text of the project's files: run=(old, new)."""
    for name, (old, new) in changed.items():
        text = (toy / f"{name}.py").read_text()
        assert old in text
        (toy / f"{name}.py").write_text(text.replace(old, new))


def entries(toy):
    source.forget()
    said = plans.of_project(studies.of_file(toy / "run.py"), toy / "run.py")
    files = {name: toy / "results" / f"{name}.json" for name in ("darts", "walk")}
    return [
        ledger.Entry(toy, n, said[n], records.kept(records.read_results(f), said[n]["runs"])) for n, f in files.items()
    ]


def confirm(toy, capsys, seconds=0.0, whole=False):
    """(status, lines) of `reproduce.py --confirm`."""
    capsys.readouterr()
    status = reproduce.confirm(entries(toy), SimpleNamespace(seconds=seconds, whole=whole))
    return status, capsys.readouterr().out.splitlines()


def results(toy, name="darts"):
    return json.loads((toy / "results" / f"{name}.json").read_text())


def test_code_that_was_moved_leaves_nothing_stale(toy, capsys):
    text = (toy / "run.py").read_text()
    inside = text[text.index("def inside") : text.index("def estimate")]
    (toy / "circle.py").write_text(f'"""A circle."""\n\n\n{inside}')
    edit(toy, run=(inside, ""))
    edit(toy, run=("import time\n", "import time\nfrom circle import inside\n"))
    assert confirm(toy, capsys) == (0, ["nothing is stale: today's code has made, or confirmed, every record"])


def test_code_that_computes_the_same_is_confirmed_once_it_is_committed_and_values_stay_as_they_are(toy, capsys):
    before = (toy / "results" / "darts.json").read_text()
    made = results(toy)["meta"]["few"]["seeds"]["0"]["commit"]
    edit(toy, run=("(points**2).sum(axis=1)", "(points * points).sum(axis=1)"))
    status, lines = confirm(toy, capsys)
    assert status == 1 and lines == [
        *(f"toy darts: {row}: commit first what has changed: projects/toy/run.py" for row in ("few", "many")),
        "0 of 2 runs confirmed",
    ]
    now = commit(records.ROOT)
    status, lines = confirm(toy, capsys)
    assert status == 0, lines
    assert sorted(lines) == [
        "2 of 2 runs confirmed",
        *(f"toy darts: {row}: the same bytes through round 1 of 8" for row in ("few", "many")),
    ]
    after = (toy / "results" / "darts.json").read_text()
    assert after.partition(' "meta"')[0] == before.partition(' "meta"')[0] and after != before
    said = results(toy)["meta"]["few"]["confirmed"]
    assert (said["commit"], said["rounds"], said["machine"]) == (now, "through round 1 of 8", here.machine())
    (entry, _) = entries(toy)
    assert f"all rows: computed at {made}; the same bytes through round 1 of 8 at {now}." in ledger.full_table(entry)
    assert confirm(toy, capsys)[0] == 0
    edit(toy, run=("(points * points)", "(points*points*1)"))
    commit(records.ROOT)
    assert f"Computed by earlier code ({made}): all rows." in ledger.full_table(entries(toy)[0])
    assert "to its end" in confirm(toy, capsys, seconds=600.0)[1][0], "compared again with the first record"


@pytest.mark.parametrize(("first", "mark"), [(0, 1), (2, 4), (4, 8)])
def test_a_changed_computation_is_found_at_the_first_mark_behind_it(toy, capsys, first, mark):
    edit(toy, run=('thrown["hits"] += inside', f'thrown["hits"] += (round >= {first}) + inside'))
    commit(records.ROOT)
    before = (toy / "results" / "darts.json").read_bytes()
    status, lines = confirm(toy, capsys, seconds=600.0)
    assert status == 1 and f"other bytes from round {mark} on" in lines[0] and lines[-1] == "0 of 2 runs confirmed"
    assert (toy / "results" / "darts.json").read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("return 4 * thrown", "return 8 / 2 * thrown", "(estimate)"),
        ('return {"pi": estimate(thrown, cfg)}', 'return {"pi": 1 * estimate(thrown, cfg)}', "of run)"),
        ('    print("thrown")\n', "", None),
    ],
)
def test_code_that_runs_only_after_the_loop_asks_for_the_whole_run(toy, capsys, old, new, what):
    edit(toy, run=(old, new))
    commit(records.ROOT)
    status, lines = confirm(toy, capsys)
    if what is None:  # what is left was there before
        assert status == 0
        return
    assert status == 1 and all(what in line and line.endswith(": --whole") for line in lines[:2]), lines
    status, lines = confirm(toy, capsys, whole=True)
    assert status == 0 and "the same bytes to its end" in lines[0]


def test_a_trail_that_was_left_under_a_budget_is_compared_as_far_as_it_goes(toy, capsys):
    content = results(toy)
    for about in content["meta"].values():
        about["trail"] = about["trail"][:2]
    content["meta"]["few"]["seeds"]["0"]["seconds"] = 1000.0  # longer than anybody waits: no round is run for nothing
    records.replace_results(toy / "results" / "darts.json", content)
    edit(toy, run=("(points**2).sum(axis=1)", "(points * points).sum(axis=1)"))
    commit(records.ROOT)
    status, lines = confirm(toy, capsys, seconds=600.0)
    assert status == 0 and sorted(lines[:2]) == [
        "toy darts: few: the same bytes through round 2 of 8",
        "toy darts: many: the same bytes to its end",
    ]


def test_another_value_at_the_end_is_not_confirmed(toy, capsys):
    edit(toy, run=("return 4 * thrown", "return 5 * thrown"))
    commit(records.ROOT)
    assert "other bytes at its end" in confirm(toy, capsys, whole=True)[1][0]


def test_a_block_of_seeds_is_compared_as_a_block(toy, capsys):
    edit(toy, wander=("[str(job.seed)] += int(", "[str(job.seed)] += 1 * int("))
    commit(records.ROOT)
    assert confirm(toy, capsys, seconds=600.0) == (
        0,
        ["toy walk: run: the same bytes to its end", "1 of 1 runs confirmed"],
    )


def test_code_that_fails_today_confirms_nothing_and_holds_up_nobody(toy, capsys):
    edit(toy, run=("return int((points", 'assert len(points) > 50, "too few"\n    return int((points'))
    commit(records.ROOT)
    status, lines = confirm(toy, capsys)
    assert status == 1 and sorted(lines) == [
        "1 of 2 runs confirmed",
        "toy darts: few: today's code fails: AssertionError: too few",
        "toy darts: many: the same bytes through round 1 of 8",
    ]


@pytest.mark.parametrize("same", [True, False])
def test_where_unchanged_code_leaves_other_bytes_nothing_can_be_confirmed(toy, capsys, monkeypatch, same):
    """On another machine a run of unchanged code is tried first."""
    if not same:
        content = results(toy, "walk")
        content["meta"]["run"]["trail"][0][2] = "0" * 16
        records.replace_results(toy / "results" / "walk.json", content)
    monkeypatch.setattr(here, "machine", lambda: "another")
    edit(toy, run=("(points**2).sum(axis=1)", "(points * points).sum(axis=1)"))
    commit(records.ROOT)
    status, lines = confirm(toy, capsys)
    words = (
        "through round 1 of 8" if same else "other bytes with unchanged code: nothing of this project can be confirmed"
    )
    assert status == (0 if same else 1) and all(words in line for line in lines[:2]), lines
