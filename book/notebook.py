"""A lesson as a notebook: its prose, the files of each section in cells that can be edited, its first command. Never written
by hand, never committed: python scripts/book.py makes it beside the page, python scripts/notebooks.py alone.
"""

import json
import re

LONG = 120  # lines; a longer file is imported, not shown
_START = """# The notebook works in the lesson's own folder: projects/{name} of a copy of Abacus.
import os
import sys
from pathlib import Path

{fetch}if not Path("run.py").exists():
    os.chdir(Path("projects") / "{name}")
sys.path.insert(0, os.getcwd())"""
_FETCH = """if not Path("run.py").exists() and not Path("projects").exists():  # Colab, Binder: nothing at home
    import subprocess

    subprocess.run(["git", "clone", "--quiet", "--depth", "1", {repository!r}, "abacus"], check=True)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "-e", "abacus"], check=True)
    os.chdir("abacus")
    sys.path.insert(0, os.path.abspath("shared"))
"""
_NOTE = """*Made from projects/{name}/README.md and the files beside it. A cell that is changed holds for this notebook:
other files import what is on the disk. To put a function of your own into the whole program: scripts/learn.py.*"""


def text(lesson, readme, files, repository=""):
    """The .ipynb of a Lesson as text: `files(heading)` gives the files that a section is about, as paths. With the address
    of a `repository`, the first cell fetches it where it is not there."""
    fetch = _FETCH.format(repository=repository) if repository else ""
    start = _START.format(name=lesson.name, fetch=fetch)
    cells, seen = [_code(start), _markdown(_NOTE.format(name=lesson.name))], set()
    for part in re.split(r"^(?=## )", _without_tables(readme), flags=re.MULTILINE):
        cells += _prose(part)
        for path in files(part.partition("\n")[0]):
            if path not in seen and path.name != "run.py":
                seen.add(path)
                cells.append(_code(_shown(path, lesson.folder)))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    content = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _without_tables(readme):
    """The lesson without its rendered tables, its formulas as notebooks typeset them."""
    readme = re.sub(
        r"<!-- (?:table|speed).*?<!-- end -->", "*(The table stands in the lesson.)*", readme, flags=re.DOTALL
    )
    readme = re.sub(r"^```math\n(.*?)^```", r"$$\n\1$$", readme, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"\$`([^`]+)`\$", r"$\1$", readme)


def _prose(part):
    """A section's words; blocks that hold commands become cells, of which only a bare run is not commented out."""
    cells = []
    for piece in re.split(r"(^```\n.*?^```\n?)", part, flags=re.DOTALL | re.MULTILINE):
        commands = re.findall(r"^python .*", piece, re.MULTILINE) if piece.startswith("```") else []
        if commands:
            lines = [f"!{line}" if line.split("#")[0].strip() == "python run.py" else f"# !{line}" for line in commands]
            cells.append(_code("\n".join(lines)))
        elif piece.strip():
            cells.append(_markdown(piece.strip()))
    return cells


def _shown(path, folder):
    source = path.read_text(encoding="utf-8").rstrip()
    source = re.sub(r'\n\nif __name__ == "__main__":\n(?:[ \n].*\n?)*$', "", source).rstrip()  # a cell is no command
    name = path.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
    if source.count("\n") < LONG and "__file__" not in source:  # which a cell has none of
        return f"# {path.name}\n{source}"
    return f"import {name}\n\nhelp({name})  # {path.name}: open it beside the notebook"


def _code(source):
    return {"cell_type": "code", "id": "", "metadata": {}, "execution_count": None, "outputs": [], "source": source}


def _markdown(source):
    return {"cell_type": "markdown", "id": "", "metadata": {}, "source": source}
