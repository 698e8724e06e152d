"""What the projects say of their experiments is kept, and asked anew as soon as anything that says it has changed."""

import json
import shutil
from pathlib import Path

import pytest

from abacus import papers, source
from abacus.errors import Damaged
from abacus.evidence import plans
from abacus.launch.plans import of_project
from abacus.launch.studies import of_file

TOY = Path(__file__).resolve().parent / "toy"


@pytest.fixture
def toy(tmp_path, monkeypatch):
    monkeypatch.setenv("ABACUS_CACHE", str(tmp_path / "cache"))
    return Path(shutil.copytree(TOY, tmp_path / "toy", ignore=shutil.ignore_patterns("runs", "__pycache__")))


@pytest.fixture
def asked(monkeypatch):
    """The projects that were asked, in order; in this process, which is quicker."""
    names = []

    def ask(run_files):
        names.extend(path.parent.name for path in run_files)
        source.forget()
        return {path: {"plans": of_project(of_file(path), path), "papers": []} for path in run_files}

    monkeypatch.setattr(plans, "_asked", ask)
    return names


def test_the_projects_own_processes_say_the_same(toy, asked):
    here = plans.of([toy / "run.py"])
    process = plans._process([toy / "run.py"])
    assert [{"plans": here[0], "papers": []}] == json.loads(process.stdout.read())
    process.communicate()
    assert process.returncode == 0


def test_a_process_whose_parent_is_gone_ends(toy):
    process = plans._process([toy / "run.py"] * 1000)
    process.communicate()
    assert process.returncode == 1


def test_the_second_time_nobody_is_asked(toy, asked):
    first = plans.of([toy / "run.py"])
    assert plans.of([toy / "run.py"]) == first and asked == ["toy"]
    assert set(first[0]) == {"shapes", "slow"} and first[0]["shapes"]["runs"]


CHANGES = {
    "a setting": lambda toy: write(toy / "conf/config.yaml", lambda text: text.replace("rounds: ", "rounds: 1")),
    "an experiment": lambda toy: write(toy / "conf/experiment/slow.yaml", lambda text: text.replace("seeds: ", "seeds: 1")),
    "a new experiment": lambda toy: shutil.copy(toy / "conf/experiment/slow.yaml", toy / "conf/experiment/new.yaml"),
    "an experiment that is gone": lambda toy: (toy / "conf/experiment/slow.yaml").unlink(),
    "the study": lambda toy: write(toy / "run.py", lambda text: text.replace("4.0", "5.0")),
    "a module beside it": lambda toy: (toy / "beside.py").write_text("A = 1\n"),
    "a file that it may read": lambda toy: (toy / "names.txt").write_text("a\n"),
}  # fmt: skip


def write(path, change):
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before


@pytest.mark.parametrize("change", CHANGES)
def test_what_has_changed_is_asked_anew_and_what_was_before_is_known_again(toy, asked, change, tmp_path):
    first = plans.of([toy / "run.py"])
    shutil.copytree(toy, tmp_path / "before")
    CHANGES[change](toy)
    plans.of([toy / "run.py"])
    assert asked == ["toy", "toy"]
    shutil.rmtree(toy)
    shutil.move(tmp_path / "before", toy)
    assert plans.of([toy / "run.py"]) == first and asked == ["toy", "toy"]


def test_another_core_or_another_paper_is_another_plan(toy, asked, monkeypatch):
    plans.of([toy / "run.py"])
    monkeypatch.setattr(plans, "_common", lambda: "another core")
    plans.of([toy / "run.py"])
    assert asked == ["toy", "toy"]
    before, content = plans._papers, plans._content
    monkeypatch.setattr(plans, "_papers", lambda names: before(["anscombe1973.toml"]))
    plans._keep(plans._place(toy / "run.py"), {"plans": plans.of([toy / "run.py"])[0], "papers": []})
    plans.of([toy / "run.py"])
    assert asked == ["toy", "toy", "toy"], "the paper's content has not changed"
    monkeypatch.setattr(plans, "_content", lambda path: content(path) + "x" * (path.parent == papers.FOLDER))
    plans.of([toy / "run.py"])
    assert asked == ["toy", "toy", "toy", "toy"]


def test_the_papers_that_a_project_reads_are_noted():
    with papers.touched() as outer:
        with papers.touched() as inner, papers.unseen():
            papers.table("anscombe1973/regression")
        papers.rows("longley1967")
    assert inner == {"anscombe1973.toml"} and outer == {"anscombe1973.toml", "longley1967.csv"}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"plans": {}, "papers": {}}', b'{"sha256": 1}', b"null", b"altered"]
)
def test_what_was_torn_or_altered_is_asked_anew(toy, asked, content):
    first = plans.of([toy / "run.py"])
    place = plans._place(toy / "run.py")
    place.write_bytes(
        json.dumps(json.loads(place.read_bytes()) | {"plans": [{}]}).encode() if content == b"altered" else content
    )
    assert plans.of([toy / "run.py"]) == first and asked == ["toy", "toy"]


def test_where_nothing_can_be_kept_the_same_is_said(toy, asked, tmp_path):
    (tmp_path / "cache").write_text("no folder")
    assert plans.of([toy / "run.py"]) == plans.of([toy / "run.py"]) and asked == ["toy", "toy"]


def test_what_is_not_in_order_is_one_line(toy):
    write(toy / "conf/config.yaml", lambda text: text + "nonsense: 1\n")
    with pytest.raises(Damaged, match="nonsense: no such setting"):
        plans.of([toy / "run.py"])
