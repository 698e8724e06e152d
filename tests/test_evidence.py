"""What the repository claims: every print counts once, every failure has a cause, and the picture shows what the rules say."""

import re
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest

from abacus import papers, verdict
from abacus.evidence import classes, ledger, picture, reasons, records, render
from abacus.launch.compose import mapping
from abacus.papers.table import CLASSES

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def found():
    """The ledger's entries, from the files alone: that they are of today's settings is said by test_committed.py."""
    entries = []
    for file in sorted(ROOT.glob("projects/*/conf/experiment/*.yaml")):
        project, said = file.parents[2], mapping(file)
        plan = {key: said.get(key) for key in ("reproduces", "fitted", "variant", "why")}
        path = project / "results" / f"{file.stem}.json"
        content = records.read_results(path) if path.exists() else None
        entries.append(ledger.Entry(project, file.stem, plan, content))
    return entries


@pytest.mark.parametrize("name", papers.tables())
def test_every_table_says_of_which_class_its_numbers_are(name):
    assert papers.table(name).proof in CLASSES


def test_every_printed_table_is_judged_by_one_experiment_at_most_and_all_others_are_variants(found):
    judging = {}
    for entry in found:
        if entry.table and not entry.variant:
            judging.setdefault(entry.table.key, []).append(entry.experiment)
    assert {key: names for key, names in judging.items() if len(names) > 1} == {}
    assert {entry.table.key for entry in found if entry.variant} <= set(judging), (
        "a variant of what nothing else judges"
    )


def test_every_printed_number_stands_in_one_column_and_in_no_other(found):
    printed = dict.fromkeys(CLASSES, 0)
    for name in papers.tables():
        table = papers.table(name)
        printed[table.proof] += sum(cell is not None for row in table.rows.values() for cell in row.values())
    beside = dict.fromkeys(CLASSES, 0)  # fitted in a second judgement: the print's own verdict stands as well
    for entry in found:
        if entry.variant:
            beside[entry.table.proof] += classes.counted(entry)["fitted"]
    total = classes.by_class(found)
    assert {name: sum(total[name][w] for w in verdict.CELL_WORDS) - beside[name] for name in CLASSES} == printed


def test_the_ledger_has_a_line_for_each_table_and_none_that_adds_them_up(found, monkeypatch):
    monkeypatch.setattr(ledger.Entry, "stale", [])
    lines = ledger.lines(found)
    assert len(lines) == 1 + sum(entry.table is not None for entry in found)
    order = [CLASSES.index(line[0]) for line in lines[1:]]
    assert order == sorted(order) and lines[1][0] == "experiment"
    shares = [line for line in classes.markdown(found).splitlines() if line.startswith("| **")]
    assert len(shares) == len(CLASSES)


def test_what_no_experiment_runs_is_missing(found):
    tables = {table.key for table in classes.without_experiment(found)}
    assert {"lecun1998/fig9_machines", "lecun1998/fig9_connected_distorted", "lecun1998/fig10"} <= tables
    only = [entry for entry in found if entry.table and entry.table.proof == "experiment" and entry.variant is None]
    run = sum(classes.counted(entry)["missing"] for entry in only)
    alone = [table for table in classes.without_experiment(found) if table.proof == "experiment"]
    left = sum(p is not None and p.verified for table in alone for row in table.rows.values() for p in row.values())
    assert classes.by_class(found)["experiment"]["missing"] == run + left


def test_every_failing_cell_has_a_cause_and_no_cause_is_given_for_nothing(found):
    assert reasons.gaps(found) == []


def test_a_failing_cell_without_a_cause_is_named(found):
    entry = next(e for e in found if e.experiment == "fig9_early_paper")
    bare = ledger.Entry(entry.project, entry.experiment, entry.plan | {"why": None}, entry.content)
    assert reasons.gaps([bare]) == ["lenet, fig9_early_paper: LeNet-4 fails, and no cause is given (why:)"]
    other = entry.plan | {"why": entry.plan["why"] | {"[16x16] LeNet-1": "a cause"}}
    assert "[16x16] LeNet-1, of which nothing fails" in reasons.gaps([ledger.Entry(ROOT, "x", other, entry.content)])[0]


def test_the_page_names_every_table_that_fails_and_no_other(found):
    page = reasons.page(found)
    told = set(re.findall(r"^## (\w+): (\S+)$", page, re.MULTILINE))
    assert told == {(e.project.name, e.experiment) for e in found if e.table and reasons.failing(e)}


def test_the_picture_has_a_cell_of_each_word_where_the_rules_put_it(found):
    shown = picture.chosen(found)
    assert list(shown) == list(picture.WORDS)
    inside = {word: low >= -1 and high <= 1 for word, (_, _, (low, high)) in shown.items()}
    assert inside == dict.fromkeys(picture.WORDS, False) | {"reproduced": True}
    assert shown["differs, better"][2][0] > 0 and shown["not reproduced"][2][1] < -1
    text = picture.svg(found)
    assert text == picture.svg(found)
    words = {element.text for element in xml.fromstring(text).iter("{http://www.w3.org/2000/svg}text")}
    assert set(picture.WORDS) <= words


@pytest.mark.parametrize("name", [name for name in papers.tables() if papers.table(name).proof == "reference"])
def test_what_nobody_printed_is_headed_reference(name):
    shown = render.terminal(papers.table(name), verdict.judge(papers.table(name), {}))
    assert re.search(r"^row .*reference +ours", shown, re.MULTILINE) and "reported  " not in shown


def test_a_round_number_of_a_test_suite_states_the_tolerance_of_its_test():
    """Digits say how far a number was rounded; 1.0 in a test was not rounded, and half a digit of it is no margin."""
    for name in papers.tables():
        for key, line in re.findall(r'^"?([^"=\n]+)"? = (.*)$', _rows(name), re.MULTILINE):
            for text in re.findall(r'"([^"]*)"', line):
                digits = re.sub(r"^0\.0*|\D", "", text.partition(" within")[0])
                assert "within" in text or len(digits) >= 4, f"{name}, {key}: {text}"


def _rows(name):
    """The lines of a table's rows as they stand in its file; nothing of a table that is no test suite's."""
    key, short = name.split("/")
    if papers.table(name).proof != "suite":
        return ""
    text = (ROOT / "papers" / f"{key}.toml").read_text(encoding="utf-8")
    return text.partition(f"[tables.{short}.rows]\n")[2].partition("\n[")[0]
