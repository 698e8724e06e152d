"""Facts about the commands: those of the lesson work, and a wrong predictor is named."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import tables
from abacus.errors import BadInput
from abacus.launch import compose, studies

FOLDER = Path(__file__).parent
LESSON = (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", dict.fromkeys(re.findall(r"python run\.py([^`#\n]*)", LESSON)))
def test_the_lesson_s_settings_are_accepted(command):
    assert compose.plan(studies.of_file(FOLDER / "run.py"), FOLDER / "run.py", shlex.split(command)).rows


@pytest.mark.parametrize("command", re.findall(r"`(python -c .*?)`", LESSON))
def test_the_lesson_s_lines_of_python_run(command):
    _, *arguments = shlex.split(command)
    subprocess.run([sys.executable, *arguments], cwd=FOLDER, check=True, capture_output=True)


def test_a_wrong_predictor_is_named(dataset):
    dataset("esl")
    cfg = SimpleNamespace(predictors=["sbp", "foo"], iterations=4)
    with pytest.raises(BadInput, match="no 'foo' in the heart data; there are: sbp"):
        tables.heart(cfg, None)
