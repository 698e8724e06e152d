"""The exercises: ours passes, the stub and every known mistake fail, each with words; and the command that a learner types."""

import ast
import contextlib
import csv
import importlib.util
import io
import os
import re
import signal
import subprocess
import sys
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


def script(name):
    """scripts/NAME.py as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LEARN = script("learn")


@pytest.mark.parametrize("lesson", lessons.all_of(), ids=lambda lesson: lesson.name)
def test_each_question_for_paper_has_its_answer_below(lesson):
    text = (lesson.folder / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## Exercises\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    asked, _, told = re.sub(r"<!-- exercises -->.*?<!-- end -->", "", section[1], flags=re.DOTALL).partition(
        "<!-- answers -->"
    )
    questions, answers = (re.findall(r"^(\d+)\. ", part, re.MULTILINE) for part in (asked, told))
    assert questions == answers == [str(n + 1) for n in range(len(questions))]


@pytest.fixture
def learn(tmp_path, monkeypatch):
    """`learn("check", "x/y")` is that command: (its status, its output, its errors); the learner's folder is tmp_path/mine."""
    monkeypatch.setenv("ABACUS_MINE", str(tmp_path / "mine"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "shared"))

    def learn(*words):
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
        monkeypatch.setattr(sys, "argv", ["learn.py", *words])
        with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
            try:
                status = LEARN.main()
            except SystemExit as end:
                status = end.code
        for stream in streams:
            stream.flush()
        return status, *(stream.buffer.getvalue().decode() for stream in streams)

    return learn


def table(*words, mine):
    """The command as a process of its own, since what a table prints comes from another."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "shared"), "ABACUS_MINE": str(mine)}
    command = [sys.executable, str(ROOT / "scripts" / "learn.py"), "table", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def answer(exercise, text=None):
    """The stub with our function in it, or with `text`."""
    return stub.text(exercise).replace(stub.body(exercise), text or exercise.source)


# Every exercise


@pytest.mark.parametrize("lesson", lessons.all_of(), ids=lambda lesson: lesson.name)
def test_each_lesson_has_two_or_three_and_one_of_them_is_easy(lesson):
    inner = exercises.of(lesson.folder)
    assert len(inner) in (2, 3) and min(e.minutes for e in inner) <= EASY


@pytest.mark.parametrize("folder", [lesson.folder for lesson in lessons.all_of()], ids=lambda folder: folder.name)
def test_ours_passes_and_the_stub_and_each_mistake_fail(folder):
    """One test a project, since what costs is the import of its modules."""
    with check.project(folder):
        for e in exercises.of(folder):
            assert e.source in answer(e)
            assert judged(e, answer(e)).passed, (e.key, judged(e, answer(e)).says)
            empty = judged(e, stub.text(e))
            assert not empty.passed and "not written yet" in empty.says[0], e.key
            assert e.wrong(), e.key
            for text, words in e.wrong():
                found = judged(e, text)
                assert not found.passed and all("\n" not in line for line in found.says), (e.key, words)


@pytest.mark.parametrize("exercise", EVERY, ids=lambda e: e.key)
def test_each_has_a_task_hints_and_a_function_that_a_learner_can_write(exercise):
    assert exercise.task.endswith((".", ")")) and all(hint.endswith((".", "?", ")", "…")) for hint in exercise.hints)
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
    alive, before = [], signal.signal(signal.SIGALRM, _late)
    with check.project(exercise.folder):
        for what, text in mutants(exercise, script("mutate")):
            signal.setitimer(signal.ITIMER_REAL, 10)
            try:
                if judged(exercise, text).passed:
                    alive.append(what)
            except TimeoutError:
                pass
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    assert sorted(alive) == sorted(exercise.equal), alive


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
                line = exercise.source.splitlines()[node.lineno - 1].partition("  #")[0].strip()
                yield f"{line} | {what}", mutate.changed(tree, 0, place, change)


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
        ("    while True:\n        pass", "no answer within 3 s, so it was stopped: is there a loop that never ends?"),
        ("    import os\n    os._exit(0)", "your code ended the whole program (with status 0)"),
        ("    import os\n    os.abort()", "your code ended the whole program (by signal 6)"),
        ("    while True:\n        print('x' * 10000)", ""),
        ("    return bytearray(10**13)", "MemoryError"),
    ],
)
def test_an_endless_or_crashing_answer_ends_in_one_line_and_nothing_is_lost(learn, tmp_path, body, said):
    assert learn("start", "linear_algebra/back")[0] == 0
    file = tmp_path / "mine" / "linear_algebra" / "back.py"
    text = f"def back(upper, y):\n{body}\n"
    file.write_text(text)
    status, printed, errors = learn("check", "--seconds", "3" if body.endswith("pass") else "60")
    lines = [line for line in printed.splitlines() if "hint" not in line]
    assert status == 1 and not errors and lines[-1].startswith("✗ linear_algebra/back: ") and said in lines[-1]
    assert file.read_text() == text and len(printed) < 5000
    assert desk.Desk(tmp_path / "mine").of(BACK) == {"tries": 1, "hints": 0, "solved": False}


# The command


def test_from_start_to_the_table(learn, tmp_path):
    """What a beginner does; the repository is what it was before."""
    exercise = exercises.find("zipcode/counts")
    before = state(exercise.folder)
    status, printed, _ = learn("start", "zipcode/counts")
    assert status == 0 and "then: python scripts/learn.py check zipcode/counts" in printed
    file = tmp_path / "mine" / "zipcode" / "counts.py"
    assert "raise NotImplementedError" in file.read_text()
    status, printed, _ = learn("check")
    assert status == 1 and printed.startswith("✗ zipcode/counts: counts is not written yet: counts.py, line ")
    assert learn("hint")[1].count("\n") == 1 and learn("hint")[1].count("\n") == 2
    assert exercise.source in learn("solution")[1]
    file.write_text(answer(exercise, exercise.wrong()[0][0]))
    status, printed, _ = learn("table")
    assert status == 1 and "the connection of each unit to its bias is forgotten" not in printed
    wrong = table("--anyway", mine=tmp_path / "mine")
    file.write_text(answer(exercise))
    status, printed, _ = learn("check")
    assert status == 0 and printed.startswith("● zipcode/counts: 1 of 1 inputs right.")
    right = table(mine=tmp_path / "mine")
    assert wrong.returncode == right.returncode == 0, wrong.stderr + right.stderr
    assert "not reproduced" in wrong.stdout and "not reproduced" not in right.stdout and "reproduced" in right.stdout
    assert right.stdout.startswith("wiring.py with your counts in it: python run.py experiment=counts\n")
    assert " ● zipcode/counts" in learn()[1] and "Go on in" in learn("start", "zipcode/counts")[1]
    assert file.read_text() == answer(exercise), "start never overwrites"
    assert state(exercise.folder) == before


def state(folder):
    """{file: its content} of a project, but for what its runs leave."""
    inner = (file for file in folder.rglob("*") if file.is_file() and not {"runs", "__pycache__"} & set(file.parts))
    return {file: file.read_bytes() for file in inner}


def test_the_grades_of_a_class(learn, tmp_path):
    exercise = exercises.find("anscombe/pairs")
    for name, text in (("ann", exercise.source), ("bob", exercise.wrong()[0][0]), ("cy", "def pairs(: nonsense")):
        (tmp_path / name / "anscombe").mkdir(parents=True)
        (tmp_path / name / "anscombe" / "pairs.py").write_text("import numpy as np\n" + text)
    (tmp_path / "ann" / "progress.json").write_text('{"exercises": {"anscombe/pairs": {"hints": 2}}}')
    (tmp_path / "bob" / "progress.json").write_text("{")
    (tmp_path / "nobody").mkdir()
    status, printed, _ = learn("grade", str(tmp_path))
    rows = {row["learner"]: row for row in csv.DictReader(io.StringIO(printed))}
    solved = {name: row["solved"] for name, row in rows.items()}
    assert status == 0 and solved == {"ann": "yes", "bob": "no", "cy": "no"}
    assert rows["ann"]["hints"] == "2" and "cannot be read" in rows["cy"]["says"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["start", "linear_algebra/bakc"], "no exercise 'linear_algebra/bakc'; did you mean \"linear_algebra/back\"?"),
        (["start", "nothing"], "no exercise 'nothing'"),
        (["check"], "which exercise?"),
        (["check", "linear_algebra/back"], "is not begun: python scripts/learn.py start linear_algebra/back"),
        (["solution", "linear_algebra/back"], "first a try"),
        (["counts"], "invalid choice"),
        (["check", "counts"], "which one? "),
        (["grade", "/nowhere"], "/nowhere: no such folder"),
        (["check", "--seconds", "0"], "wanted above 0"),
        (["check", "x", "y"], "unknown: y"),
    ],
)
def test_a_wrong_command_is_one_line(learn, tmp_path, words, said):
    status, printed, errors = learn(*words)
    assert status == 2 and not printed and said in errors.splitlines()[-1] and not (tmp_path / "mine").exists()


def test_progress_that_is_damaged_is_one_line_and_solutions_stay(learn, tmp_path):
    assert learn("start", "back")[0] == 0
    (tmp_path / "mine" / "progress.json").write_text("[1")
    status, _, errors = learn()
    assert status == 2 and errors.count("\n") == 1 and "move it away" in errors


def test_a_folder_that_cannot_be_written_is_one_line(learn, tmp_path, monkeypatch):
    monkeypatch.setenv("ABACUS_MINE", str(tmp_path / "file" / "mine"))
    (tmp_path / "file").touch()
    status, _, errors = learn("start", "back")
    assert status == 1 and errors.count("\n") == 1 and str(tmp_path / "file") in errors


def test_results_cannot_be_written_with_a_learner_s_function(learn, tmp_path):
    exercise = exercises.find("anscombe/pairs")
    assert learn("start", exercise.key)[0] == 0
    (tmp_path / "mine" / "anscombe" / "pairs.py").write_text(answer(exercise))
    status, _, errors = learn("table", exercise.key, "write=true")
    assert status == 2 and "results are the repository's own" in errors


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
    mine.path(exercise).write_text(answer(exercise))
    done = table(exercise.key, mine=tmp_path)
    if done.returncode and "data set" in done.stderr:
        pytest.skip(done.stderr.splitlines()[-1])
    assert done.returncode == 0, done.stdout + done.stderr


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
