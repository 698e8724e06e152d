"""Facts about the commands: those of the lesson work, and a wrong predictor is named."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import run
from abacus.errors import BadInput
from abacus.launch import compose

FOLDER = Path(__file__).parent
LESSON = (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", dict.fromkeys(re.findall(r"python run\.py([^`#\n]*)", LESSON)))
def test_the_lesson_s_settings_are_accepted(command):
    assert compose.plan(run.Config, FOLDER / "run.py", shlex.split(command)).rows


@pytest.mark.parametrize("command", re.findall(r"`(python -c .*?)`", LESSON))
def test_the_lesson_s_lines_of_python_run(command):
    _, *arguments = shlex.split(command)
    subprocess.run([sys.executable, *arguments], cwd=FOLDER, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("predictors", "message"),
    [(["sbp", "foo"], "no 'foo' in the heart data; there are: sbp"), (["tobacco"], "row 'sbp': not in the fit")],
)
def test_a_wrong_predictor_or_a_row_without_one_is_named(predictors, message, dataset):
    dataset("esl")
    cfg = SimpleNamespace(task="heart", predictors=predictors, iterations=4)
    with pytest.raises(BadInput, match=message):
        run.run(cfg, SimpleNamespace(row="sbp"))
