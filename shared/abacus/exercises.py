"""The exercises of the lessons: tables of lesson.toml. Each names one function of its project, which a learner writes anew.

    [exercise.back]
    of = "elimination.py:back"           # the function: the repository's own is the solution
    title = "Solve a triangle"
    minutes = 15
    task = "What is to be written, where the docstring does not say it all."
    hints = ["a nudge", "more", "nearly all of it"]
    mistakes = [["old", "new", "what was done"]]      # plausible wrong answers: this text of the function becomes that
    table = "experiment=hilbert"         # what runs in the end with the learner's function in it
    without = ["np.linalg"]              # names that would do it all; may be left out
    equal = ["for _ in range(4): | 4 -> 5"]    # changes of the function that make no difference (tests); may be left out

exercises.py beside it has a generator of the same name, which yields (words, arguments) of the inputs on which both are
compared, the smallest first; where a result is no plain value, `back_use(function, *arguments)` says what is compared.
`python scripts/learn.py` is the command. Every mistake in a file is one BadInput line.
"""

import ast
import functools
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path

from abacus import lessons
from abacus.errors import BadInput
from abacus.papers.table import check, meant, texts

_NEEDED = {"of": str, "title": str, "minutes": int, "task": str, "hints": list, "mistakes": list}
_KNOWN = _NEEDED | {"table": str, "without": list, "equal": list}
HINTS = 3


class Formula:
    """An argument that is a function, printed as its formula."""

    def __init__(self, text, function):
        self.text, self.function = text, function

    def __call__(self, x):
        return self.function(x)

    def __repr__(self):
        return self.text


@dataclass(frozen=True)
class Exercise:
    """One exercise: `file` holds the `function`; `mistakes` are (old, new, words); `table` the words behind run.py."""

    folder: Path
    name: str
    file: Path
    function: str
    title: str
    minutes: int
    task: str
    hints: tuple[str, ...]
    mistakes: tuple[tuple[str, str, str], ...]
    table: tuple[str, ...]
    without: tuple[str, ...]
    equal: tuple[str, ...]

    @property
    def key(self):
        """The name by which the command knows it: project/name."""
        return f"{self.folder.name}/{self.name}"

    @functools.cached_property
    def lines(self):
        """The lines of the file."""
        return self.file.read_text(encoding="utf-8").splitlines(keepends=True)

    @functools.cached_property
    def node(self):
        """The syntax tree of the function."""
        found = [node for node in ast.parse("".join(self.lines)).body if getattr(node, "name", "") == self.function]
        if not found or not isinstance(found[0], ast.FunctionDef) or not ast.get_docstring(found[0]):
            where = f"projects/{self.folder.name}/{self.file.name}"
            raise BadInput(f"exercise {self.key}: {where} has no function {self.function} with a docstring")
        return found[0]

    @property
    def span(self):
        """The lines of the function from its first decorator on: (first, behind the last), from 0."""
        return min([self.node.lineno, *(d.lineno for d in self.node.decorator_list)]) - 1, self.node.end_lineno

    @property
    def source(self):
        """The repository's own function, as it stands."""
        first, last = self.span
        return "".join(self.lines[first:last])

    @property
    def head(self):
        """Its decorators, signature and docstring."""
        return "".join(self.lines[self.span[0] : self.node.body[0].end_lineno])

    def wrong(self):
        """[(the function with a mistake in it, what was done)]. BadInput where the text of one is not there once."""
        body, found = self.source.removeprefix(self.head), []
        for old, new, words in self.mistakes:
            if body.count(old) != 1:
                raise BadInput(
                    f"exercise {self.key}: {old!r} stands {body.count(old)} times in {self.function}, wanted 1"
                )
            found.append((self.head + body.replace(old, new), words))
        return found


def all_of(root=lessons.ROOT):
    """Every Exercise, {lesson: [Exercise]}, in the order of the path."""
    return {lesson: of(lesson.folder) for lesson in lessons.all_of(root)}


def of(folder):
    """The Exercises of a project, in the order of its lesson.toml."""
    at = f"projects/{folder.name}/lesson.toml"
    try:
        content = tomllib.loads((folder / "lesson.toml").read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{at}: {error}") from None
    return [_read(folder, name, said, f"{at}, exercise {name}") for name, said in content.get("exercise", {}).items()]


def find(key, root=lessons.ROOT):
    """The Exercise called project/name, or just name where only one is. BadInput for one that there is not."""
    known = {e.key: e for found in all_of(root).values() for e in found}
    same = [e for e in known.values() if e.name == key]
    if key in known or len(same) == 1:
        return known.get(key) or same[0]
    if len(same) > 1:
        raise BadInput(f"{key}: which one? {', '.join(e.key for e in same)}")
    project = key.partition("/")[0]
    inner = [name for name in known if name.startswith(f"{project}/")]
    raise BadInput(f"no exercise {key!r}{meant(key, inner) or '; python scripts/learn.py shows them'}")


def table(folder):
    """The exercises of a project in Markdown, for its README."""
    lines = [
        "Write a function of this lesson yourself. `start` makes a file with its signature, `check` says what differs from ours,",
        "`hint` helps, and `table` runs the lesson's table with your function in it.",
        "",
        "| you write | title | minutes | begin with |",
        "| --- | --- | --: | --- |",
    ]
    for e in of(folder):
        start = f"`python ../../scripts/learn.py start {e.key}`"
        lines.append(f"| [{e.function}]({e.file.name}) | {e.title} | {e.minutes} | {start} |")
    return "\n".join(lines)


def _read(folder, name, said, at):
    check(said, _KNOWN, _NEEDED, at)
    file, colon, function = said["of"].partition(":")
    if not colon or not (folder / file).is_file():
        raise BadInput(f'{at}: of = "{said["of"]}", wanted "file.py:function" of {folder.name}/')
    hints, without, equal = (tuple(texts(said.get(name, []), at)) for name in ("hints", "without", "equal"))
    if len(hints) != HINTS:
        raise BadInput(f"{at}: {len(hints)} hints, wanted {HINTS}")
    for mistake in said["mistakes"]:
        if not isinstance(mistake, list) or len(texts(mistake, at)) != 3:
            raise BadInput(f"{at}: a mistake is three texts: old, new, what was done")
    mistakes, words = tuple(tuple(m) for m in said["mistakes"]), tuple(shlex.split(said.get("table", "")))
    about = said["title"], said["minutes"], said["task"]
    return Exercise(folder, name, folder / file, function, *about, hints, mistakes, words, without, equal)
