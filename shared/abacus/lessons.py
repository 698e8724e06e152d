"""The lessons as projects/<name>/lesson.toml says: their step on the path, what they need first, one sentence, a picture.

The cards of README.md, the book and the plan of twelve weeks are made from these files:

    step = 4; title = "..."; question = "..."; sentence = "..."; picture = "results/....png"; minutes = 40
    needs = ["linear_algebra"]; paper = "key"      # names of lessons; papers/key.toml

(One key a line in TOML.) Tables in the file, such as its exercises, are for others. Every mistake is one BadInput line.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from abacus import papers
from abacus.errors import BadInput
from abacus.papers.table import check, meant, texts

ROOT = Path(__file__).resolve().parents[2]
STEPS = {
    1: "Linear algebra and calculus",
    2: "Probability, statistics, information",
    3: "Estimation and Bayes",
    4: "Optimisation",
    5: "Numerics",
    6: "Algorithms",
    7: "Networks and the classics",
}
_SAYS = {"step": int, "title": str, "question": str, "sentence": str, "picture": str, "minutes": int, "paper": str}


@dataclass(frozen=True)
class Lesson:
    """One lesson.toml: `folder` is the project's, `needs` the names of the lessons that come first."""

    folder: Path
    step: int
    title: str
    question: str
    sentence: str
    picture: str
    minutes: int
    paper: str
    needs: tuple[str, ...]

    @property
    def name(self):
        return self.folder.name


def all_of(root=ROOT):
    """Every Lesson in the order of the path: by step, and within a step what is needed before what needs it."""
    found = {file.parent.name: read(file) for file in sorted(root.glob("projects/*/lesson.toml"))}
    for lesson in found.values():
        for name in lesson.needs:
            if name not in found:
                raise BadInput(f'projects/{lesson.name}/lesson.toml: needs "{name}"{meant(name, found)}')
    depth = {}
    for name in found:
        _depth(name, found, depth, ())
    return sorted(found.values(), key=lambda lesson: (lesson.step, depth[lesson.name], lesson.name))


def read(file):
    """The Lesson of one lesson.toml; BadInput where it says too little, or something that is not there."""
    at = f"projects/{file.parent.name}/lesson.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{at}: {error}") from None
    said = {name: value for name, value in content.items() if not isinstance(value, dict)}
    check(said, _SAYS | {"needs": list}, _SAYS, at)
    if said["step"] not in STEPS:
        raise BadInput(f"{at}: step = {said['step']}; the path has the steps 1 to {len(STEPS)}")
    if not (file.parent / said["picture"]).is_file():
        raise BadInput(f"{at}: picture = {said['picture']!r}, and there is no such file in {file.parent.name}/")
    known = papers.keys()
    if said["paper"] not in known:
        raise BadInput(f'{at}: paper = "{said["paper"]}"{meant(said["paper"], known)}')
    needs = tuple(texts(said.pop("needs", []), f"{at}, needs"))
    return Lesson(file.parent, needs=needs, **said)


def _depth(name, found, depth, above):
    """How many lessons, one needing the other, come before this one."""
    if name in above:
        raise BadInput(f"lessons that need each other: {' -> '.join([*above[above.index(name) :], name])}")
    if name not in depth:
        depth[name] = max((1 + _depth(first, found, depth, (*above, name)) for first in found[name].needs), default=0)
    return depth[name]
