"""scripts/sabotage.py breaks what it says, judges it beside the intact study, and what it has measured is explained."""

import json
import sys
import types
from pathlib import Path

import mutating
import pytest

from abacus import papers, settings
from abacus.evidence import records
from abacus.evidence import sabotage as shown
from abacus.evidence.ledger import Entry
from abacus.launch.compose import mapping

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ROOT / "results" / "sabotage.json"
sys.path.insert(0, str(ROOT / "scripts"))  # it imports mutate.py, which stands beside it
sabotage = mutating.module(ROOT / "scripts" / "sabotage.py")


class Field:
    """A setting as `ways` sees it."""

    def __init__(self, kind, metadata=None):
        self.type, self.metadata = kind, metadata or {}


@pytest.mark.parametrize(
    ("field", "value", "broken"),
    [
        (Field(int), 9, [4]),
        (Field(float), 0.5, [0.25, 1.0]),
        (Field(list[float]), [1.0, 3.0], [[0.5, 1.5], [2.0, 6.0]]),
        (Field(list[list[int]]), [[2, 4], [6]], [[[1, 2], [3]]]),
        (Field(bool), True, [False]),
        (Field(str, settings.one_of("jacobi", "qr").metadata), "qr", ["jacobi"]),
        (Field(str), "a text", []),
        (Field(dict), {"a": 1}, []),
    ],
)
def test_a_setting_is_broken_as_its_type_allows(field, value, broken):
    assert [change(value) for _, change in sabotage.ways(field)] == broken


def test_of_the_intact_study_every_cell_is_kept_and_of_a_broken_step_some_are_not():
    """Anscombe's 39 cells that agree: one process for the settings, one for each of two steps."""
    folder = ROOT / "projects" / "anscombe"
    (intact,) = sabotage.child(folder, ["regression"], whole=True)
    assert (intact["refused"], intact["kept"], intact["kind"]) == (0, 39, "step")
    for line in sabotage.child(folder, ["regression"]):
        assert line["kind"] == "setting" and line["refused"] > 0 and line["refused"] + line["kept"] == 39


def test_a_claim_that_holds_is_a_cell_and_a_variant_without_it_has_none():
    """A table of a claim alone (Figure 13.2): REINFORCE is better with a baseline, and not where the rows are exchanged."""
    plan = types.SimpleNamespace(reproduces="sutton2018/fig132")
    content = records.read_results(ROOT / "projects" / "deep_reinforcement_learning" / "results" / "baseline.json")
    intact = records.results(content)
    ((better, worse, column),) = papers.table(plan.reproduces).orderings
    assert sabotage.agreeing(plan, intact) == [(f"{better} better than {worse}", column)]
    assert sabotage.agreeing(plan, intact | {better: intact[worse], worse: intact[better]}) == []


def test_a_study_that_does_not_run_has_no_cell_left(tmp_path):
    """A copy of the project in which a name is missing: nothing is said, and `steps` counts that as refused."""
    copy = tmp_path / "anscombe"
    copy.mkdir()
    (copy / "run.py").write_text("raise NameError('gone')\n", encoding="utf-8")
    assert sabotage.child(copy, ["regression"], whole=True) is None


@pytest.fixture(scope="module")
def measured():
    return json.loads(MEASURED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found():
    files = sorted(ROOT.glob("projects/*/conf/experiment/*.yaml"))
    plans = [(file, mapping(file)) for file in files]
    return [Entry(file.parents[2], file.stem, {"reproduces": None} | plan, None) for file, plan in plans]


def test_what_was_measured_is_of_experiments_that_are_there(measured, found):
    there = {(entry.project.name, entry.experiment) for entry in found}
    assert {(line["project"], line["experiment"]) for line in measured} <= there


def test_every_broken_setting_that_no_cell_has_seen_is_explained(measured, found):
    said = {(entry.project.name, entry.experiment): entry.plan.get("cannot_tell") or {} for entry in found}
    bare = [f"{p} {e}: {change}" for p, e, change, _ in shown.unseen(measured) if not shown.why(change, said[p, e])]
    assert bare == []
