"""The command of a project as its reader meets it: wrong settings, resumption, interruption, status codes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from abacus.errors import BadInput
from abacus.evidence import confirm, records
from abacus.launch import compose, studies
from abacus.running import trail

ROOT = Path(__file__).resolve().parents[1]
TOY = ROOT / "tests" / "toy"


@pytest.fixture
def toy(tmp_path):
    folder = tmp_path / "toy"
    shutil.copytree(TOY, folder, ignore=shutil.ignore_patterns("runs", "results", "__pycache__"))
    return folder


def command(folder, *arguments, wait=True, **environment):
    process = subprocess.Popen(
        [sys.executable, "run.py", *arguments],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k != "ABACUS_RUNS"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return finish(process) if wait else process


def finish(process):
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def of_toy():
    return studies.of_file(TOY / "run.py")


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("dart=3", "dart: no such setting (did you mean darts?)"),
        ("darts=many", "darts=many: wanted a whole number"),
        ("darts=1.5", "darts=1.5: wanted a whole number"),
        ("darts=0", "darts=0: wanted at least 1"),
        ("darts=", "darts="),
        ("darts=null", "darts=null"),
        ("darts=[1", "darts=[1: wanted setting=value"),
        ("darts=1,2", "a sweep with -m"),
        ("+speed=3", "wanted setting=value"),
        ("~darts", "wanted setting=value"),
        ("=3", "wanted setting=value"),
        ("pause=nan", "finite"),
        ("rates=[0.1,2]", "element 2.0): wanted between 0 and 1"),
        ("rates=0.1", "rates=0.1: wanted a list, as [0.1]"),
        ("shape=circel", "did you mean circle?"),
        ("experiment=shape", "no such experiment (did you mean shapes?); there are: shapes, slow"),
        ("seeds=0", "seeds=0: wanted a whole number from 1"),
        ("seed=-1", "seed=-1"),
        ("seed=two", "seed=two"),
        ("workers=-1", "workers=-1"),
        ("workers=9999999", "workers=9999999"),
        ("seeds=4e8", "seeds=400000000.0"),
        (f"seeds={2**70}", "seeds=118"),
        ("seeds=${nope}", "wanted a plain value"),
        ("strict=${nope}", "wanted a plain value"),
        ("strict=7", "strict=7: wanted true or false"),
        ("study=shapes", "study=shapes: no such study"),
        ("experiment=../../x", "no such experiment"),
        ("rows=triangle", "no such row"),
        ("hydra.run.dir=x", "Hydra's own"),
    ],
)
def test_a_wrong_argument_is_one_line_that_names_it(of_toy, argument, said):
    with pytest.raises(BadInput) as error:
        compose.plan(of_toy, TOY / "run.py", [argument])
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_row_wins_over_the_table_and_the_command_line_may_not_touch_it(of_toy):
    plan = compose.plan(of_toy, TOY / "run.py", ["experiment=shapes"])
    assert [plan.rows[row]["darts"] for row in plan.rows] == [50, 100, 100] and plan.committable
    plan = compose.plan(of_toy, TOY / "run.py", ["experiment=shapes", "rounds=7", "rows=[circle,square]"])
    assert [plan.rows[row]["rounds"] for row in plan.rows] == [7, 7, 7] and plan.chosen == ["circle", "square"]
    assert not plan.committable
    with pytest.raises(BadInput, match="darts: the rows of shapes differ in it"):
        compose.plan(of_toy, TOY / "run.py", ["experiment=shapes", "darts=7"])


def with_rows(toy, rows, config=False):
    """The toy project with these rows in its table (or in its bare run)."""
    path = toy / "conf" / ("config.yaml" if config else "experiment/shapes.yaml")
    path.write_text(path.read_text().partition("\nrows:")[0] + f"\nrows: {rows}\n")


def asked(of_toy, toy, *arguments):
    """{row: (its darts, its shape)} of the chosen rows."""
    plan = compose.plan(of_toy, toy / "run.py", list(arguments))
    return {row: (plan.rows[row]["darts"], plan.rows[row]["shape"]) for row in plan.chosen}


def test_a_changed_setting_is_a_matter_of_the_chosen_rows(of_toy, toy):
    with_rows(toy, '{"[5, 6]": {darts: 5}, "few, K=3": {darts: 3, shape: circle}, square: {darts: 7, shape: square}}')
    table = "experiment=shapes"
    for name in ("[5, 6]", '"[5, 6]"', '["[5, 6]"]'):
        assert asked(of_toy, toy, table, f"rows={name}", "darts=9") == {"[5, 6]": (9, "circle")}
    assert asked(of_toy, toy, table, "rows=few, K=3") == {"few, K=3": (3, "circle")}
    assert asked(of_toy, toy, table, "darts=7", "rounds=2") == {"square": (7, "square")}
    assert asked(of_toy, toy, table, "rows=[square,'few, K=3']", "darts=1") == {
        "square": (1, "square"),
        "few, K=3": (1, "circle"),
    }
    plan = compose.plan(of_toy, toy / "run.py", [table, "darts=7"])
    assert not plan.committable and plan.rows["[5, 6]"]["darts"] == 5, "the others stay as they are"
    plan = compose.plan(of_toy, toy / "run.py", [table, "rows=[5, 6]", "darts=3"])
    assert plan.chosen_runs == ["[5, 6]"] and plan.runs["[5, 6]"].rows == ["[5, 6]"], "no run for two of them"
    for arguments, said in {
        ("darts=8",): "darts=8: no row of shapes has it; they have 5, 3, 7; to change a row: rows=NAME",
        ("shape=square",): "shape: the rows of shapes differ in it (row few, K=3 has circle); choose with rows=NAME",
        (
            "rows=['[5, 6]','few, K=3']",
            "darts=2",
            "shape=square",
        ): "nothing else tells the rows [5, 6] and few, K=3 apart",
        ("rows=[5, 7]",): "rows=[5, 7]: no such row (did you mean [5, 6]?)",
        ("rows=[]",): "rows=[]: no such row",
    }.items():
        with pytest.raises(BadInput) as error:
            asked(of_toy, toy, table, *arguments)
        assert said in str(error.value)


def test_a_bare_run_changes_every_row_and_says_so_in_their_names(of_toy, toy):
    with_rows(toy, "{one: {darts: 5}, two: {darts: 3, shape: square}, three: {darts: 4, shape: square}}", config=True)
    assert asked(of_toy, toy, "darts=9") == {"one, darts=9": (9, "circle"), "two, darts=9": (9, "square")}
    assert asked(of_toy, toy, "darts=9", "shape=square") == {"darts=9, shape=square": (9, "square")}
    assert asked(of_toy, toy, "darts=9", "rows=two") == {"two": (9, "square")}
    assert list(asked(of_toy, toy, "rounds=9")) == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("file", "first", "second", "said"),
    [
        ("experiment/shapes", "# @package _global_", "# three rows", "shapes.yaml: its first line must be"),
        ("config", "defaults: [schema, _self_, experiment: null]", "", "config.yaml: wanted the line `defaults"),
        ("experiment/shapes", "darts: 50", "dart: 50", "row circle: dart: no such setting (did you mean darts?)"),
        ("config", "darts: 100", "", "darts"),
    ],
)
def test_a_mistake_in_a_configuration_is_one_line(toy, file, first, second, said):
    path = toy / "conf" / f"{file}.yaml"
    path.write_text(path.read_text().replace(first, second, 1))
    status, _, err = command(toy, "experiment=shapes")
    assert status == 2 and said in err and len(err.splitlines()) <= 3, err


def test_the_rows_of_an_experiment_replace_those_of_the_bare_run(of_toy, toy):
    with open(toy / "conf" / "config.yaml", "a") as file:
        file.write("rows: {bare: {darts: 9}}\n")
    assert list(compose.plan(of_toy, toy / "run.py", []).rows) == ["bare"]
    assert list(compose.plan(of_toy, toy / "run.py", ["experiment=shapes"]).rows) == ["circle", "square", "nowhere"]
    assert list(compose.plan(of_toy, toy / "run.py", ["experiment=slow"]).rows) == ["run"]


def test_a_wrong_setting_leaves_no_folder(toy):
    status, out, err = command(toy, "darts=many")
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert not (toy / "runs").exists()


def test_help_has_the_comments_of_inherited_settings_too(toy):
    text = (toy / "run.py").read_text()
    a, b = text.index("    darts: int"), text.index("    pause: float")
    parent = "@dataclass\nclass Thrown:\n" + text[a:b] + "\n\n"
    (toy / "run.py").write_text(
        (text[:a] + text[b:]).replace("@dataclass\nclass Config:", parent + "@dataclass\nclass Config(Thrown):")
    )
    status, out, _ = command(toy, "--help")
    assert status == 0 and "points that are thrown in a round" in out and "seconds after each round" in out


def test_help_names_the_settings_and_the_experiments(toy):
    status, out, _ = command(toy, "--help")
    assert status == 0
    for words in (
        "Darts:",
        "darts",
        "at least 1",
        "one of circle, square, nowhere",
        "three rows",
        "workers=N",
        "100",
        "points that are thrown",
    ):
        assert words in out


def test_every_row_and_seed_is_run_once_and_kept(toy):
    status, out, err = command(toy, "experiment=shapes", "write=true")
    assert status == 0, err
    assert (
        "diverged: nowhere, seed 1: hits is nan at epoch 0" in out and "wrote results/shapes.json and 2 figures" in out
    )
    content = json.loads((toy / "results" / "shapes.json").read_text())
    assert list(content["values"]) == ["circle", "square", "nowhere"]
    assert list(content["values"]["circle"]["seeds"]) == ["0", "1", "2"]
    assert content["values"]["square"] == {"deterministic": True, "asked": 1, "seeds": {"0": {"pi": 4.0}}}
    assert content["values"]["nowhere"]["seeds"]["1"] is None
    before = {p: p.stat().st_mtime_ns for p in toy.rglob("*.json")}
    status, again, _ = command(toy, "experiment=shapes", "write=true")
    assert status == 0 and again == out.replace(
        "wrote results/shapes.json and 2 figures\n", "results/shapes.json stands already\n"
    )
    after = {p: p.stat().st_mtime_ns for p in toy.rglob("*.json")}
    assert [p.name for p in after if after[p] != before[p]] == ["summary.json"]


def test_workers_and_the_order_of_seeds_change_nothing(toy):
    for number in (0, 3):
        folder = toy.with_name(f"toy{number}")
        shutil.copytree(toy, folder)
        assert command(folder, "experiment=shapes", "write=true", f"workers={number}")[0] == 0
    assert command(toy, "experiment=shapes", "seed=2")[0] == 0
    assert command(toy, "experiment=shapes")[0] == 0
    assert not (toy / "results").exists(), "written only where it is asked for"
    assert command(toy, "experiment=shapes", "write=true")[0] == 0
    values = {
        json.dumps(json.loads((toy.with_name(name) / "results" / "shapes.json").read_text())["values"])
        for name in ("toy", "toy0", "toy3")
    }
    pictures = {(toy.with_name(n) / "results" / "shapes-circle-hits.png").read_bytes() for n in ("toy", "toy0", "toy3")}
    assert len(values) == len(pictures) == 1


@pytest.mark.parametrize(("how", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_an_interrupted_run_goes_on_and_ends_the_same(toy, how, expected):
    whole = toy.with_name("whole")
    shutil.copytree(toy, whole)
    reference = command(whole, "experiment=slow", "write=true", wait=False)
    process = command(toy, "experiment=slow", wait=False)
    while not list(toy.glob("runs/slow/*/0/log.jsonl")):
        time.sleep(0.05)
    time.sleep(0.2)
    process.send_signal(how)
    status, _, err = finish(process)
    assert status == expected and "Traceback" not in err
    assert not list(toy.glob("runs/slow/*/0/record.json"))
    assert command(toy, "experiment=slow", "write=true")[0] == finish(reference)[0] == 0
    written = [json.loads((folder / "results" / "slow.json").read_text()) for folder in (toy, whole)]
    ends = [(content["values"], content["meta"]["run"]["trail"]) for content in written]
    logs = [sorted(p.read_bytes() for p in folder.glob("runs/slow/*/*/log.jsonl")) for folder in (toy, whole)]
    assert ends[0] == ends[1] and logs[0] == logs[1]


def test_two_commands_at_once_do_the_work_once(toy):
    both = [command(toy, "experiment=slow", wait=False) for _ in range(2)]
    assert [finish(process)[0] for process in both] == [0, 0]
    assert len(list(toy.glob("runs/slow/*/*/record.json"))) == 2
    assert len((toy / "runs").joinpath("slow").rglob("log.jsonl").__next__().read_text().splitlines()) == 8


def test_a_damaged_record_is_run_again(toy):
    assert command(toy, "experiment=shapes")[0] == 0
    record = next(toy.glob("runs/shapes/circle-*/1/record.json"))
    whole = json.loads(record.read_text())["values"]
    for content in (b"", record.read_bytes()[:-9], record.read_bytes().replace(b"circle", b"circus")):
        record.write_bytes(content)
        status, _, err = command(toy, "experiment=shapes")
        assert status == 0 and "run again" in err
        assert json.loads(record.read_text())["values"] == whole


def test_a_read_only_project_keeps_its_runs_elsewhere(toy, tmp_path):
    status, _, _ = command(toy, "experiment=shapes", ABACUS_RUNS=str(tmp_path / "elsewhere"))
    assert status == 0 and len(list((tmp_path / "elsewhere" / "toy").rglob("record.json"))) == 7


def test_a_bug_in_a_project_keeps_its_traceback(toy):
    (toy / "run.py").write_text((toy / "run.py").read_text().replace('print("thrown")', 'print("thrown"[99])'))
    status, _, err = command(toy)
    assert status == 1 and "IndexError" in err and "run.py" in err and "worker.py" not in err
    (toy / "run.py").write_text((TOY / "run.py").read_text().replace("return {", "return 3 or {"))
    assert "the study returned int, wanted a dict" in command(toy)[2]


def test_a_changed_program_or_setting_does_not_reuse_a_record(toy):
    assert command(toy)[0] == 0
    first = list(toy.rglob("record.json"))
    assert command(toy, "darts=101")[0] == 0
    (toy / "run.py").write_text((toy / "run.py").read_text().replace("4 * thrown", "8 / 2 * thrown"))
    assert command(toy)[0] == 0
    assert len(list(toy.rglob("record.json"))) == 3 and len(first) == 1


def test_estimate_runs_nothing(toy):
    status, out, _ = command(toy, "experiment=shapes", "estimate=true")
    assert status == 0 and "no record yet" in out and not (toy / "runs").exists()
    command(toy, "experiment=shapes", "seed=0")
    rows = command(toy, "experiment=shapes", "estimate=true", "workers=3")[1].splitlines()
    assert [line.split(" x ")[0] for line in rows[:3]] == ["circle: 3 seeds", "square: 1 seed", "nowhere: 3 seeds"]
    assert all(line.endswith(" MB; 1 finished") for line in rows[:3])
    assert rows[3].startswith("in all 7 runs, about ") and rows[3].endswith(" s with 3 workers")
    assert rows[4].startswith("still to run: 4, about ") and " MB at a time" in rows[4]
    command(toy, "experiment=shapes")
    assert "nothing is left to run" in command(toy, "experiment=shapes", "estimate=true")[1]


def test_a_record_holds_the_peak_memory_of_its_own_run(toy):
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("the peak of a process cannot be reset here")
    large = "[0] * (5 * 10**7 if job.row == 'circle' else 1)"
    (toy / "run.py").write_text(
        (toy / "run.py").read_text().replace('print("thrown")', f"kept = {large}\n    del kept")
    )
    assert command(toy, "experiment=shapes", "seed=0", "workers=1")[0] == 0
    found = [json.loads(path.read_bytes()) for path in toy.rglob("record.json")]
    peaks = {record["rows"][0]: record["meta"]["peak_mb"] for record in found}
    assert peaks["circle"] - peaks["nowhere"] > 8 * 5 * 10**7 / 2**20 / 2


def test_a_sweep_fills_the_store_that_a_plain_run_assembles(toy):
    status, _, err = command(toy, "-m", "experiment=shapes", "seed=range(3)", "workers=1")
    assert status == 0, err
    records = {p: p.stat().st_mtime_ns for p in toy.rglob("record.json")}
    assert len(records) == 7
    assert command(toy, "experiment=shapes")[0] == 0
    assert records == {p: p.stat().st_mtime_ns for p in toy.rglob("record.json")}
    assert command(toy, "-m", "darts=1,many")[0] == 2


def test_hydra_shows_a_configuration(toy):
    status, out, _ = command(toy, "experiment=shapes", "--cfg", "job")
    assert status == 0 and "seeds: 3" in out


def test_a_bare_run_says_the_same_when_it_is_asked_again(toy):
    first, again = (command(toy)[:2] for _ in range(2))
    assert "thrown\n" in first[1] and first == again


def test_in_one_process_a_project_may_print(toy):
    status, out, err = command(toy, "workers=0", "rounds=1")
    assert status == 0 and out.startswith("thrown\n"), err


def test_rows_of_equal_settings_are_one_run(toy):
    text = (toy / "run.py").read_text()
    both = 'return {row: {"pi": estimate(thrown, cfg)} for row in job.rows}'
    (toy / "run.py").write_text(text.replace('return {"pi": estimate(thrown, cfg)}', both))
    path = toy / "conf" / "experiment" / "shapes.yaml"
    path.write_text("# @package _global_\n# two rows of one run\nseeds: 2\nrows: {a: {}, b: {}}\n")
    status, _, err = command(toy, "experiment=shapes", "write=true")
    assert status == 0 and len(list(toy.rglob("record.json"))) == 2, err
    content = json.loads((toy / "results" / "shapes.json").read_text())
    assert list(content["values"]) == ["a", "b"] and content["meta"]["a"]["rows"] == ["a", "b"]
    assert content["values"]["a"] == content["values"]["b"] and list(content["meta"]) == ["a"]
    (toy / "run.py").write_text(text)
    assert "have equal settings: wanted {row: {column: value}}" in command(toy, "experiment=shapes")[2]


def test_a_second_study_has_its_own_settings_and_file(toy):
    (toy / "lengths.py").write_text(
        "from dataclasses import dataclass\nfrom abacus.settings import at_least\n\n\n@dataclass\nclass Config:\n"
        "    sides: int = at_least(3)  # of the polygon\n\n\ndef polygon(cfg: Config, job):\n"
        '    """The sides."""\n    return {"sides": cfg.sides}\n'
    )
    text = (toy / "run.py").read_text().replace("import time", "import lengths\nimport time")
    (toy / "run.py").write_text(
        text.replace("launch(run, ", "launch(run, lengths.polygon, ").replace(
            "launch(run)", "launch(run, lengths.polygon)"
        )
    )
    defaults = "defaults: [schema, _self_, experiment: null]\n"
    (toy / "conf" / "polygon.yaml").write_text(f"{defaults}sides: 5\n")
    (toy / "conf" / "experiment" / "six.yaml").write_text(
        "# @package _global_\n# a hexagon\nstudy: polygon\nsides: 6\n"
    )
    assert " 5\n" in command(toy, "study=polygon")[1] and " 6\n" in command(toy, "experiment=six")[1]
    assert "darts: no such setting" in command(toy, "experiment=six", "darts=3")[2]
    assert "is of study polygon" in command(toy, "experiment=six", "study=run")[2]
    status, out, _ = command(toy, "--help")
    assert status == 0 and "study polygon: The sides." in out and "sides=5" in out and "of the polygon" in out


def test_a_run_leaves_a_trail_that_a_confirmation_compares(toy):
    assert command(toy, "experiment=slow", "write=true")[0] == 0
    content = json.loads((toy / "results" / "slow.json").read_text())
    assert [mark[:2] for mark in content["meta"]["run"]["trail"]] == [[0, 1], [0, 2], [0, 4], [0, 8]]


def test_a_mark_is_compared_where_another_is_known_and_beyond_the_last_one_nothing_is():
    known = [[0, 1, "a"], [0, 2, "b"]]  # of a run that was stopped by a budget after round 2
    for mark in ([0, 1, "a"], [0, 2, "b"], [0, 4, "c"], [1, 1, "d"]):
        trail.compare(mark, known)
    for mark in ([0, 1, "b"], [0, 2, "a"], [0, 0, "a"]):
        with pytest.raises(trail.Differs):
            trail.compare(mark, known)
    said = {"trail": [*known, [0, 4, "c"]], "rounds": [16], "whole": False, "versions": {}}
    assert confirm.confirmation(said, known, "", {}, "", "")["rounds"] == "through round 2 of 16"


@pytest.mark.parametrize("reader", ["rows", "facts", "table"])
def test_what_a_run_reads_of_a_printed_table_is_data_of_its_record(toy, reader, tmp_path):
    """Alter one value, and the record is not used again."""
    folder = tmp_path / "abacus"
    shutil.copytree(ROOT / "shared", folder / "shared", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "papers", folder / "papers")
    call = {
        "rows": 'float(papers.rows("longley1967")[1][0][0])',
        "facts": 'papers.facts("anscombe1973")["pairs"]',
        "table": 'papers.table("anscombe1973/regression").rows["data set 1"]["b1"].number',
    }[reader]
    text = (toy / "run.py").read_text().replace("import time", "import time\n\nfrom abacus import papers")
    (toy / "run.py").write_text(text.replace("    thrown = {", f'    return {{"pi": {call}}}\n    thrown = {{'))
    here = {"PYTHONPATH": str(folder / "shared"), "ABACUS_OFFLINE": "1"}
    first = command(toy, **here)[1]
    assert (
        command(toy, **here)[1].splitlines()[:2] == first.splitlines()[:2] and len(list(toy.rglob("record.json"))) == 1
    )
    before = next(toy.rglob("record.json")).read_bytes()
    path, old, new = {
        "rows": ("longley1967.csv", "60323", "60324"),
        "facts": ("anscombe1973.toml", '"pairs" = 11', '"pairs" = 12'),
        "table": ("anscombe1973.toml", '"0.5"', '"0.6"'),
    }[reader]
    printed = (folder / "papers" / path).read_text()
    assert old in printed
    (folder / "papers" / path).write_text(printed.replace(old, new, 1))
    second = command(toy, **here)
    assert second[0] == 0 and next(toy.rglob("record.json")).read_bytes() != before, second
    assert second[1].splitlines()[1] != first.splitlines()[1]


def test_results_are_written_of_a_whole_experiment_alone(toy):
    for words in ([], ["rounds=1"], ["seed=0"], ["rows=circle"]):
        status, _, err = command(toy, "write=true", *words, *(["experiment=shapes"] if words else []))
        assert status == 2 and "write=true" in err and not (toy / "runs").exists(), err


def test_a_file_that_the_reader_names_is_data_of_its_record(toy, tmp_path):
    text = (toy / "run.py").read_text().replace("import time", "import time\n\nfrom abacus import data")
    read = 'float(data.given("size.txt").read_text())'
    (toy / "run.py").write_text(text.replace("    thrown = {", f'    return {{"pi": {read}}}\n    thrown = {{'))
    (toy / "size.txt").write_text("3.5")
    assert " 3.5\n" in command(toy)[1]
    (toy / "size.txt").write_text("2.5")
    assert " 2.5\n" in command(toy)[1]
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "size.txt").write_text("1.5")
    there = {"cwd": tmp_path / "elsewhere", "capture_output": True, "text": True}
    assert " 1.5\n" in subprocess.run([sys.executable, str(toy / "run.py")], **there).stdout, (
        "another file of that name"
    )
    (tmp_path / "elsewhere" / "size.txt").unlink()
    assert subprocess.run([sys.executable, str(toy / "run.py")], **there).returncode == 2, "no file of that name"
    assert " 2.5\n" in command(toy)[1]


def test_one_seed_of_a_run_without_random_numbers_says_all(toy):
    assert " 4\n" in command(toy, "shape=square", "seed=2")[1]
    assert " 4\n" in command(toy, "shape=square")[1] and len(list(toy.rglob("record.json"))) == 2
    assert " 4\n" in command(toy, "shape=square", "seed=1")[1] and len(list(toy.rglob("record.json"))) == 2


def test_a_row_that_joins_a_run_is_computed_and_only_the_chosen_rows_are_shown(toy):
    text = (toy / "run.py").read_text()
    each = 'return {row: {"pi": estimate(thrown, cfg)} for row in job.rows}'
    (toy / "run.py").write_text(text.replace('return {"pi": estimate(thrown, cfg)}', each))
    path, head = toy / "conf" / "experiment" / "shapes.yaml", "# @package _global_\n# rows of one run\n"
    path.write_text(head + "rows: {a: {}, b: {}, other: {darts: 7}}\n")
    assert [line.split()[0] for line in command(toy, "experiment=shapes")[1].splitlines()[1:3]] == ["a", "b"]
    path.write_text(head + "rows: {a: {}, b: {}, c: {}, other: {darts: 7}}\n")
    rows = [line.split()[0] for line in command(toy, "experiment=shapes")[1].splitlines()[1:5]]
    assert rows == ["a", "b", "c", "other"]
    lines = command(toy, "experiment=shapes", "rows=[b,other]")[1].splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["b", "other"] and lines[3].startswith("2 runs")


def test_rows_that_a_study_names_itself_are_results(toy):
    text = (toy / "run.py").read_text()
    (toy / "run.py").write_text(text.replace('return {"pi": 4.0}', 'return {"a": {"pi": 4.0}, "b": {"pi": 3.0}}'))
    path = toy / "conf" / "experiment" / "shapes.yaml"
    path.write_text("# @package _global_\n# the study names its rows\nshape: square\n")
    assert command(toy, "experiment=shapes", "write=true")[0] == 0
    content = records.read_results(toy / "results" / "shapes.json")
    assert list(content["values"]) == records.rows_of(content, "run") == ["a", "b"]


def test_a_worker_that_would_import_edited_code_runs_nothing(toy):
    """The record would name code that did not make it."""
    late = (
        "import os, time\n"
        'while "ABACUS_WORKER" in os.environ and not os.path.exists("edited"):\n'
        '    open("begun", "w").close()\n    time.sleep(0.05)\n'
    )
    (toy / "run.py").write_text(late + (toy / "run.py").read_text())
    process = command(toy, "workers=1", wait=False)
    while not (toy / "begun").exists():
        assert process.poll() is None
        time.sleep(0.05)
    (toy / "run.py").write_text((toy / "run.py").read_text().replace("4 * thrown", "5 * thrown"))
    (toy / "edited").touch()
    status, _, err = finish(process)
    assert status == 1 and "run.py was changed while this command was at work" in err
    assert not list(toy.rglob("record.json")) and command(toy)[0] == 0


def test_a_seed_that_diverges_in_a_block_ends_alone(toy):
    text = (toy / "run.py").read_text()
    many = (
        "def many(cfg: Config, jobs):\n    for job in jobs:\n"
        '        job.log(loss=float("nan") if job.seed == 1 else 1.0)\n'
        '    return [{"pi": job.rng("pi").random()} for job in jobs]\n\n\n'
    )
    text = text.replace("if __name__", many + "if __name__").replace("launch(run)", "launch(run, run_many={run: many})")
    (toy / "run.py").write_text(text)
    status, out, _ = command(toy, "seeds=3")
    assert status == 0 and "diverged: run, seed 1: loss is nan" in out and len(list(toy.rglob("record.json"))) == 32


def test_one_process_has_one_blas_thread_as_a_worker_has_and_stops_at_a_checkpoint(toy):
    assert command(toy, "workers=0")[0] == command(toy, "workers=1", "darts=101")[0] == 0
    versions = [json.loads(path.read_text())["meta"]["versions"] for path in toy.rglob("record.json")]
    assert len(versions) == 2 and versions[0] == versions[1] and versions[0].get("threads", 1) == 1
    process = command(toy, "experiment=slow", "workers=0", wait=False)
    while not list(toy.glob("runs/slow/*/0/log.jsonl")):
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    status, _, err = finish(process)
    assert status == 143 and "the same command goes on from here" in err
    assert list(toy.glob("runs/slow/*/0/loop0-*.checkpoint"))


def test_an_estimate_follows_the_number_of_rounds_and_says_what_it_cannot_know(toy):
    def seconds(*arguments):
        line = command(toy, "experiment=slow", "estimate=true", *arguments)[1].splitlines()[0]
        return float(line.split(" x ")[1].split(" s")[0]), line

    assert command(toy, "experiment=slow", "write=true")[0] == 0
    shutil.rmtree(toy / "runs")
    known, line = seconds()
    assert known >= 0.8 and "(" not in line
    times, line = seconds("rounds=80")
    assert abs(times - 10 * known) <= 0.5 + 0.05 and "(in proportion to rounds=8)" in line  # both are shown to 0.1 s
    same, line = seconds("darts=7")
    assert same == known and "(from records of other settings: darts=100)" in line
    times, line = seconds("rounds=4", "darts=7")
    assert abs(times - known / 2) <= 0.05 + 0.05 and "rounds=8; from records of other settings: darts=100" in line
    command(toy, "experiment=slow", "darts=8")
    assert "MB (in proportion to rounds=8)" in seconds("rounds=16", "darts=8")[1], "the most alike records are taken"
    assert "(" not in seconds("darts=8")[1]
