"""What the ledger says of one table."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from abacus import papers
from abacus.errors import BadInput
from abacus.evidence import ledger
from abacus.launch import report


def entry(tmp_path, seconds=(), code="c", **more):
    runs = {"LeNet-5": {"rows": ["LeNet-5"], "settings": {}}}
    plan = {"reproduces": "lecun1998/fig5", "seeds": 2, "runs": runs, "code": "c", "departures": ["departs: batch"]}
    seeds = {str(i): {"test error": 1.0 + i, "training error": 0.5} for i in range(len(seconds))}
    metas = {str(i): {"seconds": s, "commit": "abc"} for i, s in enumerate(seconds)}
    content = {
        "values": {"LeNet-5": {"deterministic": False, "asked": 2, "seeds": seeds}},
        "meta": {"LeNet-5": {"rows": ["LeNet-5"], "settings": {}, "code": code, "data": {}, "seeds": metas} | more},
    }
    return ledger.Entry(tmp_path, "fig5", plan, content if seconds else None)


def test_a_table_lists_what_departs_and_how_long_a_run_takes(tmp_path):
    text = ledger.full_table(entry(tmp_path, (10.0, 20.0, 60.0)))
    assert "\n- departs: batch\n" in text
    assert "90.0 s of computing in all, 20 s a run (the median of 3)." in text
    assert "computing" not in ledger.full_table(entry(tmp_path)) and "missing" in ledger.full_table(entry(tmp_path))
    assert "a run" not in ledger.full_table(entry(tmp_path, (10.0,)))


def test_a_table_says_which_code_has_made_it(tmp_path):
    assert "earlier code" not in ledger.full_table(entry(tmp_path, (1.0,)))
    assert "Computed by earlier code (abc): all rows." in ledger.full_table(entry(tmp_path, (1.0,), code="b"))
    known = {"code": "c", "commit": "def", "rounds": "through round 4 of 20"}
    told = ledger.full_table(entry(tmp_path, (1.0,), code="b", confirmed=known))
    assert "all rows: computed at abc; the same bytes through round 4 of 20 at def." in told
    assert "earlier code" in ledger.full_table(entry(tmp_path, (1.0,), code="b", confirmed=known | {"code": "x"}))


def test_a_setting_that_is_not_the_papers_is_found_and_a_long_list_shortened():
    wanted = papers.table("lecun1998/fig5").protocol
    plan = SimpleNamespace(
        rows={"a": wanted | {"batch": 64, "rates": [1, 2, 3, 4, 5, 6, 7]}, "b": wanted | {"batch": 64}},
        chosen=["a", "b"],
        reproduces="x",
        study=SimpleNamespace(name=wanted["study"]),
        names={"batch", "rates"},
    )
    batch, rates = report.departures(plan, papers.table("lecun1998/fig5"))
    assert batch == f"departs from the paper: batch = 64 (printed: {wanted['batch']})"
    assert rates.startswith("departs from the paper: rates = [1, 2, … 7] in a (printed: [")


def test_another_study_than_the_papers_departs_and_lacks_settings_that_only_the_papers_has():
    table = SimpleNamespace(protocol={"study": "newton", "mu": 0.02, "passes": 23})
    plan = SimpleNamespace(
        rows={"a": {"passes": 23}, "b": {"passes": 23}},
        chosen=["a", "b"],
        reproduces="x",
        project=Path("p"),
        study=SimpleNamespace(name="descent"),
        names={"mu", "passes"},
    )
    assert report.departures(plan, table) == ["departs from the paper: study = descent (printed: newton)"]
    plan.names = {"passes"}
    with pytest.raises(BadInput, match="has the protocol mu, which is no setting of p"):
        report.departures(plan, table)
