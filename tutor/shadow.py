"""A copy of a project in which one function is the learner's: its own tables run there, and nothing here is touched."""

import os
import shutil
import signal
import subprocess
import sys

from tutor import process

LEFT_OUT = "results", "runs", "multirun", "__pycache__"


def build(exercise, path, tree):
    """The folder of the copy within `tree`, with the text of the learner's file in place of the function. Runs are kept."""
    target = tree / "projects" / exercise.folder.name
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        if old.name != "runs":
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    for source in exercise.folder.iterdir():
        if source.name in LEFT_OUT or source.name.startswith(("test_", ".")):
            continue
        if source.is_dir():
            shutil.copytree(source, target / source.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copyfile(source, target / source.name)
    first, last = exercise.span
    mine = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    text = "".join([*exercise.lines[:first], mine, *exercise.lines[last:]])
    (target / exercise.file.name).write_text(text, encoding="utf-8")
    return target


def run(folder, words, seconds):
    """The status of `python run.py WORDS` in a folder: what it prints is shown as it comes. None where the time was over."""
    kept = {name: value for name, value in process.environment().items() if name != "ABACUS_RUNS"}
    child = subprocess.Popen([sys.executable, "run.py", *words], cwd=folder, env=kept, start_new_session=True)
    try:
        return child.returncode if process.ended(child, seconds) else None
    except KeyboardInterrupt:
        os.killpg(child.pid, signal.SIGINT)
        raise
