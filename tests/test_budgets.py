"""Room for fifty projects (DESIGN.md, 11): no project is so large that a reader gives up, or its lesson says why it has to be."""

import ast
import io
import json
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = sorted(path.parent for path in ROOT.glob("projects/*/run.py"))
MODULES, LINES, WORDS = 12, 1200, 3000  # of a project: tests apart; of code; of its lesson, rendered tables apart
SECONDS = 20  # of a bare run on two idle cores
each_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
BARE = ROOT / "results" / "bare.json"
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def modules(project):
    files = [path for path in project.rglob("*.py") if "runs" not in path.parts]
    return [path for path in files if not path.name.startswith(("test_", "conftest", "exercises"))]  # inputs of checks


def lines_of_code(path):
    """Lines that hold code: no blank ones, comments or docstrings."""
    text = path.read_text(encoding="utf-8")
    bodies = [node.body for node in ast.walk(ast.parse(text)) if isinstance(getattr(node, "body", None), list)]
    first = [body[0] for body in bodies if body and isinstance(body[0], ast.Expr)]
    strings = [e for e in first if isinstance(e.value, ast.Constant) and isinstance(e.value.value, str)]
    docstrings = {line for e in strings for line in range(e.lineno, e.end_lineno + 1)}
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type not in LAYOUT]
    return len({line for t in tokens for line in range(t.start[0], t.end[0] + 1)} - docstrings)


def lesson(project):
    """The lesson as it was written: without what is rendered into it, and without formulas, which are no words."""
    text = (project / "README.md").read_text(encoding="utf-8")
    return re.sub(r"<!-- ([^>]*?) -->.*?<!-- end -->|```math\n.*?```", "", text, flags=re.S)


def opening(text):
    """What stands before the first section."""
    return text.partition("\n## ")[0]


@each_project
def test_a_project_can_be_read_in_an_afternoon_or_says_why_not(project):
    files, text = modules(project), lesson(project)
    sizes = {
        "modules": (len(files), MODULES),
        "lines of code": (sum(map(lines_of_code, files)), LINES),
        "words": (len(text.split()), WORDS),
    }
    said = " ".join(opening(text).split())
    for name, (size, most) in sizes.items():
        assert size <= most or name in said, (
            f"{project.name} has {size} {name}, more than {most}: its lesson says why before its first section ('{name}')"
        )


@each_project
def test_a_bare_run_was_measured_and_is_a_matter_of_seconds(project):
    """The clock on a quiet machine; on a busy one the processor's own time says what two idle cores need at most."""
    measured = {line["project"]: line for line in json.loads(BARE.read_text(encoding="utf-8"))}
    if project.name not in measured:
        pytest.skip(f"{project.name} was not measured yet: python scripts/bare.py --json results/bare.json")
    assert min(measured[project.name]["seconds"], measured[project.name]["processor"]) <= SECONDS


def test_what_is_counted(tmp_path):
    lines = (
        '"""A module."""',
        "import ast",
        "",
        "# a remark",
        "def f(x):",
        '    """What."""',
        "    return [",
        "x, # one",
        "    ]",
    )
    (tmp_path / "a.py").write_text("\n".join(lines) + "\n")
    assert lines_of_code(tmp_path / "a.py") == 5
    assert opening("# A\n\nWhy one\nwould care.\n\n## B\n\nMore.") == "# A\n\nWhy one\nwould care.\n"
