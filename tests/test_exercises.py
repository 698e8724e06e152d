"""The exercises: ours passes, the stub and every known mistake fail, each with words; and the command that a learner types."""

import ast
import csv
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from abacus import exercises, lessons
from abacus.errors import BadInput

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tutor import check, desk, shadow, stub  # noqa: E402

EVERY = [e for inner in exercises.all_of().values() for e in inner]
EASY = 20  # minutes


def judged(exercise, text):
    with check.written(text) as path, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return check.judge(exercise, path)


def learn(*words, mine, **more):
    environment = os.environ | {"PYTHONPATH": str(ROOT / "shared"), "ABACUS_MINE": str(mine)}
    command = [sys.executable, str(ROOT / "scripts" / "learn.py"), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, **more)


# Every exercise


@pytest.mark.parametrize("lesson", lessons.all_of(), ids=lambda lesson: lesson.name)
def test_each_lesson_has_two_or_three_and_one_of_them_is_easy(lesson):
    inner = exercises.of(lesson.folder)
    assert len(inner) in (2, 3) and min(e.minutes for e in inner) <= EASY


@pytest.mark.parametrize("folder", [lesson.folder for lesson in lessons.all_of()], ids=lambda folder: folder.name)
def test_ours_passes_and_the_stub_and_each_mistake_fail(folder):
    """One test a project, since what costs is the import of its modules."""
    for e in exercises.of(folder):
        answer = stub.text(e).replace(stub.body(e), e.source)
        assert e.source in answer
        assert judged(e, answer).passed, (e.key, judged(e, answer).says)
        empty = judged(e, stub.text(e))
        assert not empty.passed and "not written yet" in empty.says[0], e.key
        assert e.wrong(), e.key
        for text, words in e.wrong():
            found = judged(e, text)
            assert not found.passed and all("\n" not in line for line in found.says), (e.key, words)


@pytest.mark.parametrize("exercise", EVERY, ids=lambda e: e.key)
def test_each_has_a_task_hints_and_a_function_that_a_learner_can_write(exercise):
    assert exercise.task.endswith((".", ")")) and all(hint.endswith((".", "?", ")")) for hint in exercise.hints)
    lines = len(exercise.source.splitlines()) - len(exercise.head.splitlines())
    assert lines <= 25 and "jit" not in exercise.source
    assert "raise NotImplementedError" in stub.text(exercise) and ast.parse(stub.text(exercise))
    given, names = stub.in_scope(exercise)
    assert all(line in stub.text(exercise) for line in given) and len(set(exercise.hints)) == exercises.HINTS
    assert exercise.function not in names


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EVERY, ids=lambda e: e.key)
def test_every_mutant_of_the_solution_is_refused(exercise):
    """Those of scripts/mutate.py, but for messages, conditions of errors and what stands in lesson.toml as `equal`."""
    spec = importlib.util.spec_from_file_location("mutate", ROOT / "scripts" / "mutate.py")
    mutate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(mutate)
    alive = []
    for what, text in mutants(exercise, mutate):
        signal.signal(signal.SIGALRM, _late)
        signal.setitimer(signal.ITIMER_REAL, 10)
        try:
            if judged(exercise, text).passed:
                alive.append(what)
        except TimeoutError:
            pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    assert set(alive) <= set(exercise.equal), alive


def _late(*_):
    raise TimeoutError


def mutants(exercise, mutate):
    """(what was changed and where, the text) of everything that can be changed in the function's body but its errors."""
    tree = ast.parse(exercise.source)
    errors = {id(n) for node in ast.walk(tree) if isinstance(node, ast.Raise) for n in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and all(isinstance(inner, ast.Raise) for inner in node.body):
            errors |= {id(n) for n in ast.walk(node.test)}
    args = {id(n) for n in ast.walk(tree.body[0].args)}
    for place, node in enumerate(ast.walk(tree.body[0])):
        if id(node) not in errors | args:
            for what, change in mutate.changes(node):
                line = ast.get_source_segment(exercise.source, node) or ""
                yield f"{' '.join(line.split())}: {what}", mutate.changed(tree, 0, place, change)


# What a learner may write


BACK = exercises.find("linear_algebra/back")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def back(upper, y)\n    pass", "line 1 cannot be read: expected ':'"),
        ("def bakc(upper, y):\n    return y", "there is no function back in answer.py"),
        ("def back(upper):\n    return upper", "back should take (upper, y), and yours takes (upper)"),
        ("def back(upper, y):\n    return y[:1]", "should have the shape (2,), and yours has (1,)"),
        ("def back(upper, y):\n    pass", "two equations: the result is None: is a return missing?"),
        ("def back(upper, y):\n    return list(y)", "should be an array, and yours is a list"),
        ("def back(upper, y):\n    return y * float('nan')", "2 entries that are not a number (NaN)"),
        ("def back(upper, y):\n    return y[9]", "line 2, return y[9]: IndexError"),
        ("def back(upper, y):\n    return back(upper, y)", "the function calls itself without an end"),
        ("def back(upper, y):\n    return fractions(y)", "NameError"),
        ("import numpy as np\ndef back(upper, y):\n    return np.linalg.solve(upper, y)", "np.linalg would do it all"),
        (
            "from elimination import back as b\ndef back(upper, y):\n    return b(upper, y)",
            "elimination.py holds the answer",
        ),
        ("import elimination\ndef back(upper, y):\n    return y", "elimination.py holds the answer"),
        (
            "from __future__ import annotations\ndef back(upper, y):\n    return y",
            "leave out the import from __future__",
        ),
        ("import sys\ndef back(upper, y):\n    sys.exit(3)", "SystemExit: 3"),
        ("import sys\nsys.exit(3)\ndef back(upper, y):\n    return y", "SystemExit: 3"),
        ("1/0\ndef back(upper, y):\n    return y", "line 1, 1/0: ZeroDivisionError"),
        ("back = 3", "there is no function back"),
        ("", "there is no function back"),
        ("def back(upper, y):\n    '\0'", "cannot be read"),
    ],
)
def test_a_wrong_answer_is_one_plain_line(text, said):
    found = judged(BACK, text)
    assert not found.passed and said in found.says[0] and "\n" not in "".join(found.says)


def test_an_answer_that_changes_its_arguments_is_told_so():
    text = BACK.source.replace("x = y.copy()", "x = y")
    assert "the argument y should stay as it was" in judged(BACK, text).says[0]


def test_a_known_mistake_is_recognised_and_the_smallest_case_is_shown():
    text, words = exercises.find("anscombe/regression").wrong()[0]
    found = judged(exercises.find("anscombe/regression"), text)
    assert found.says[0].startswith("three points: ") and found.says[-1] == f"that is what comes out where {words}"
    assert "regression([1.0, 2.0, 3.0], [2.0, 3.0, 7.0]) is {" in found.says[1]


def test_rounding_is_forgiven_and_less_than_half_of_the_digits_is_not():
    body = "def back(upper, y):\n    import numpy as np\n    from fractions import Fraction\n    x = y.copy()\n"
    body += (
        "    for k in reversed(range(len(x))):\n        x[k] = (x[k] - upper[k, k + 1 :] @ x[k + 1 :]) / upper[k, k]\n"
    )
    assert judged(BACK, body + "    return x * (1 + 1e-12) if x.dtype != object else x\n").passed
    assert "off by" in judged(BACK, body + "    return x * (1 + 1e-6)\n").says[0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    while True:\n        pass", "no answer within 8 s, so it was stopped: is there a loop that never ends?"),
        ("    import os\n    os._exit(0)", "your code ended the whole program (with status 0)"),
        ("    import os\n    os.abort()", "your code ended the whole program (by signal 6)"),
        ("    while True:\n        print('x' * 10000)", ""),
        ("    return bytearray(10**13)", "MemoryError"),
    ],
)
def test_an_endless_or_crashing_answer_ends_in_one_line_and_nothing_is_lost(tmp_path, body, said):
    assert learn("start", "linear_algebra/back", mine=tmp_path).returncode == 0
    file = tmp_path / "linear_algebra" / "back.py"
    text = f"def back(upper, y):\n{body}\n"
    file.write_text(text)
    done = learn("check", "--seconds", "8", mine=tmp_path)
    lines = done.stdout.splitlines()
    assert (
        done.returncode == 1
        and not done.stderr
        and lines[-1].startswith("✗ linear_algebra/back: ")
        and said in lines[-1]
    )
    assert file.read_text() == text and len(done.stdout) < 5000
    assert json.loads((tmp_path / "progress.json").read_text())["exercises"]["linear_algebra/back"]["tries"] == 1


# The command


def test_from_start_to_the_table(tmp_path):
    """What a beginner does; the repository is what it was before."""
    before = {
        file: file.stat().st_mtime_ns
        for file in (ROOT / "projects" / "anscombe").rglob("*")
        if "runs" not in file.parts
    }
    done = learn("start", "anscombe/regression", mine=tmp_path)
    assert done.returncode == 0 and "then: python scripts/learn.py check anscombe/regression" in done.stdout
    file = tmp_path / "anscombe" / "regression.py"
    assert "raise NotImplementedError" in file.read_text()
    done = learn("check", mine=tmp_path)
    assert done.returncode == 1 and "regression is not written yet" in done.stdout
    assert learn("hint", mine=tmp_path).stdout.count("\n") == 1 and learn("hint", mine=tmp_path).stdout.count("\n") == 2
    assert exercises.find("anscombe/regression").source in learn("solution", mine=tmp_path).stdout
    assert learn("table", mine=tmp_path).returncode == 1
    exercise = exercises.find("anscombe/regression")
    file.write_text(stub.text(exercise).replace(stub.body(exercise), exercise.wrong()[0][0]))
    done = learn("table", "--anyway", mine=tmp_path)
    assert "not reproduced" in done.stdout, done.stdout + done.stderr
    file.write_text(stub.text(exercise).replace(stub.body(exercise), exercise.source))
    done = learn("table", mine=tmp_path)
    assert done.returncode == 0 and "reproduced" in done.stdout and "not reproduced" not in done.stdout
    assert " ● anscombe/regression" in learn(mine=tmp_path).stdout
    assert learn("start", "anscombe/regression", mine=tmp_path).stdout.count("Go on in") == 1
    assert exercise.source in file.read_text(), "start never overwrites"
    after = {
        file: file.stat().st_mtime_ns
        for file in (ROOT / "projects" / "anscombe").rglob("*")
        if "runs" not in file.parts
    }
    assert after == before


def test_the_grades_of_a_class(tmp_path):
    exercise = exercises.find("anscombe/pairs")
    for name, text in (("ann", exercise.source), ("bob", exercise.wrong()[0][0]), ("cy", "def pairs(: nonsense")):
        (tmp_path / name / "anscombe").mkdir(parents=True)
        (tmp_path / name / "anscombe" / "pairs.py").write_text("import numpy as np\n" + text)
    (tmp_path / "ann" / "progress.json").write_text('{"exercises": {"anscombe/pairs": {"hints": 2}}}')
    (tmp_path / "bob" / "progress.json").write_text("{")
    (tmp_path / "nobody").mkdir()
    done = learn("grade", str(tmp_path), mine=tmp_path / "mine")
    rows = {row["learner"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert done.returncode == 0 and {name: row["solved"] for name, row in rows.items()} == {
        "ann": "yes",
        "bob": "no",
        "cy": "no",
    }
    assert rows["ann"]["hints"] == "2" and "cannot be read" in rows["cy"]["says"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (
            ["start", "linear_algebra/bakc"],
            2,
            "no exercise 'linear_algebra/bakc'; did you mean \"linear_algebra/back\"?",
        ),
        (["start", "nothing"], 2, "no exercise 'nothing'"),
        (["check"], 2, "which exercise?"),
        (["check", "linear_algebra/back"], 2, "is not begun: python scripts/learn.py start linear_algebra/back"),
        (["solution", "linear_algebra/back"], 2, "first a try"),
        (["counts"], 2, "invalid choice"),
        (["check", "counts"], 2, "which one? "),
        (["grade", "/nowhere"], 2, "/nowhere: no such folder"),
        (["check", "--seconds", "0"], 2, "wanted above 0"),
        (["check", "x", "y"], 2, "unknown: y"),
    ],
)
def test_a_wrong_command_is_one_line(tmp_path, words, status, said):
    done = learn(*words, mine=tmp_path / "mine")
    assert done.returncode == status and said in done.stderr.splitlines()[-1] and not (tmp_path / "mine").exists()


def test_progress_that_is_damaged_is_one_line_and_solutions_stay(tmp_path):
    assert learn("start", "back", mine=tmp_path).returncode == 0
    (tmp_path / "progress.json").write_text("[1")
    done = learn(mine=tmp_path)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "move it away" in done.stderr


def test_results_cannot_be_written_with_a_learner_s_function(tmp_path):
    exercise = exercises.find("anscombe/pairs")
    assert learn("start", exercise.key, mine=tmp_path).returncode == 0
    (tmp_path / "anscombe" / "pairs.py").write_text(stub.text(exercise).replace(stub.body(exercise), exercise.source))
    done = learn("table", exercise.key, "write=true", mine=tmp_path)
    assert done.returncode == 2 and "results are the repository's own" in done.stderr


def test_a_copy_of_a_project_has_the_learner_s_function_and_no_results(tmp_path):
    (tmp_path / "back.py").write_text("def back(upper, y):\n    return y  # mine\n")
    folder = shadow.build(BACK, tmp_path / "back.py", tmp_path / "tree")
    text = (folder / "elimination.py").read_text()
    assert "return y  # mine" in text and text.count("def back(") == 1 and "def forward(" in text
    assert not (folder / "results").exists() and not list(folder.glob("test_*")) and (folder / "conf").is_dir()


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EVERY, ids=lambda e: e.key)
def test_the_table_of_each_exercise_runs_with_our_function_as_the_learner_s(exercise, tmp_path):
    mine = desk.Desk(tmp_path)
    mine.start(exercise)
    mine.path(exercise).write_text(stub.text(exercise).replace(stub.body(exercise), exercise.source))
    begun = time.monotonic()
    done = learn("table", exercise.key, mine=tmp_path)
    if "data set" in done.stderr:
        pytest.skip(done.stderr.splitlines()[-1])
    assert done.returncode == 0, done.stdout + done.stderr
    print(exercise.key, round(time.monotonic() - begun))


# lesson.toml


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('of = "a.py:f"', 'of = "b.py:f"', 'of = "b.py:f", wanted "file.py:function" of a/'),
        ('of = "a.py:f"', 'of = "a.py"', 'wanted "file.py:function"'),
        ("minutes = 5", "", '"minutes" is missing'),
        ("minutes = 5", 'minutes = "5"', "is not of type int"),
        ("minutes", "minuets", 'did you mean "minutes"'),
        ('hints = ["a", "b", "c"]', 'hints = ["a"]', "1 hints, wanted 3"),
        ('["x", "y", "z"]', '["x", "y"]', "a mistake is three texts"),
    ],
)
def test_a_mistake_in_an_exercise_is_one_line(tmp_path, old, new, said):
    text = '[exercise.one]\nof = "a.py:f"\ntitle = "T"\nminutes = 5\ntask = "Do."\nhints = ["a", "b", "c"]\n'
    text += 'mistakes = [["x", "y", "z"]]\n'
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.py").write_text('def f(x):\n    """F."""\n    return x\n')
    (tmp_path / "a" / "lesson.toml").write_text(text)
    assert exercises.of(tmp_path / "a")[0].key == "a/one"
    (tmp_path / "a" / "lesson.toml").write_text(text.replace(old, new))
    with pytest.raises(BadInput) as error:
        exercises.of(tmp_path / "a")
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_mistake_whose_text_is_not_there_is_one_line(tmp_path):
    test = exercises.Exercise(
        tmp_path, "one", tmp_path / "a.py", "f", "T", 5, "Do.", ("a", "b", "c"), (("q", "r", "s"),), (), (), ()
    )
    (tmp_path / "a.py").write_text('def f(x):\n    """F."""\n    return x\n')
    with pytest.raises(BadInput, match=r"'q' stands 0 times in f"):
        test.wrong()
