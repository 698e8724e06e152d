"""The whole edition: what its pages share, and how links and pictures of the repository become addresses in it."""

import functools
import html
import os
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from abacus import lessons
from abacus.errors import BadInput
from abacus.evidence import classes
from book import cells, glossary, prose, studies

ROOT = lessons.ROOT
_TEXT = 150_000  # bytes; a longer file is shown by its beginning


@dataclass
class Edition:
    """`pages` {address: HTML}, `copies` {address: file}, `files`: those of the repository that a page links to."""

    root: Path = ROOT
    pages: dict = field(default_factory=dict)
    copies: dict = field(default_factory=dict)
    small: dict = field(default_factory=dict)  # the same for small copies
    files: set = field(default_factory=set)
    tags: dict = field(default_factory=dict)  # {lesson's name: the numbers of its equations}
    index: list = field(default_factory=list)  # what can be searched: [page, section, address, words]

    @functools.cached_property
    def lessons(self):
        return lessons.all_of(self.root)

    @functools.cached_property
    def experiments(self):
        """{lesson's name: its Experiments}."""
        return {lesson.name: cells.of(lesson.folder) for lesson in self.lessons}

    @functools.cached_property
    def words(self):
        """The words of the glossary, as glossary.words gives them."""
        source = self.root / "GLOSSARY.md"
        return glossary.words(source.read_text(encoding="utf-8")) if source.exists() else {}

    @functools.cached_property
    def studies(self):
        """{lesson's name: [(program, its page within the lesson's folder)]}."""
        return {name: [(s.name, f"study-{s.name}.html") for s in found] for name, found in self.programs.items()}

    @functools.cached_property
    def programs(self):
        """{lesson's name: its Studies}."""
        return {lesson.name: studies.of(lesson.folder) for lesson in self.lessons}

    @functools.cached_property
    def sentences(self):
        """{page of a program: its sentence as HTML}."""
        inner = {f"{name}/study-{s.name}.html": s.sentence for name, found in self.programs.items() for s in found}
        return {address: prose.inline(sentence) for address, sentence in inner.items()}

    @functools.cached_property
    def demos(self):
        """{lesson's name: the link to what runs in the page itself}."""
        there = (self.root / "book" / "lenet.json").exists()
        button = (
            '<p class="try"><a class="button" href="../demo.html">Draw a digit, and watch the network read it</a></p>'
        )
        return {"lenet": button} if there else {}

    def other(self, name):
        """The address of the page in Portuguese; "" where there is none."""
        return f"pt/{name}.html" if (self.root / "pt" / f"{name}.md").exists() else ""

    def thumbnail(self, lesson):
        """The address, from a page of the first level, of a small copy of a lesson's picture."""
        self.small[f"small/{lesson.name}.webp"] = lesson.folder / lesson.picture
        return f"small/{lesson.name}.webp"

    def counted(self, lesson):
        """How many of a lesson's cells are reproduced, for its card."""
        counts = [classes.counted(experiment) for experiment in self.experiments[lesson.name] if experiment.table]
        good, bad = (sum(number[word] for number in counts) for word in ("reproduced", "not reproduced"))
        parts = [f" · {good} reproduced"] if good else []
        return "".join([*parts, f" · {bad} not"] if bad else parts)

    @functools.cached_property
    def commit(self):
        """The commit that the book is made from, or ""."""
        asked = ["git", "-C", str(self.root), "log", "-1", "--format=%h"]
        try:
            done = subprocess.run(asked, capture_output=True, text=True)
        except OSError:  # no git
            return ""
        return f"Commit {done.stdout.strip()}. " if not done.returncode else ""

    def link(self, source, at):
        """A function that turns a link of the file `source` into an address, as seen from the page at `at`."""

        def resolve(target):
            if target.startswith(("https:", "http:", "mailto:")):
                return target
            name, mark, part = target.partition("#")
            path = Path(os.path.normpath(source.parent / name))
            if not path.exists() or not path.is_relative_to(self.root):
                raise BadInput(f"{source.relative_to(self.root)}: the link to {target} leads nowhere")
            return self.relative(self.address(path, part), at) + (mark + part if part else "")

        return resolve

    def address(self, path, part=""):
        """Where a file or folder of the repository stands in the book."""
        inner = path.relative_to(self.root)
        folder = inner.parent if path.name == "README.md" else inner
        if folder.parts[:1] == ("projects",) and len(folder.parts) == 2 and (self.root / folder).is_dir():
            return f"{folder.name}/index.html"
        if path.parent == self.root and path.suffix == ".md":
            return {"README.md": "index.html", "RESULTS.md": "ledger.html", "GLOSSARY.md": "glossary.html"}.get(
                path.name, f"{path.stem.lower()}.html"
            )
        if path.suffix in (".png", ".svg", ".jpg"):
            return self.copy(path)
        self.files.add(path)
        return f"files/{inner.as_posix()}{'/index' if path.is_dir() else ''}.html"

    def table(self, experiment):
        """Where a table stands in its lesson, or else the lesson: as seen from the first level."""
        at = f"{experiment.project.name}/index.html"
        anchor = f"table-{experiment.experiment}"
        return f"{at}#{anchor}" if f'id="{anchor}"' in self.pages.get(at, "") else at

    def copy(self, path):
        """The address of a picture, which is copied."""
        inner = path.relative_to(self.root)
        address = "/".join(inner.parts[1:] if inner.parts[0] == "projects" else inner.parts)
        self.copies[address] = path
        return address

    def relative(self, address, at):
        return "../" * at.count("/") + address

    def picture(self, source, at):
        """A function that turns an image of the file `source` into a figure on the page at `at`."""

        def figure(target, words, eager=False):
            path = Path(os.path.normpath(source.parent / target))
            where = source.relative_to(self.root)
            if not path.is_file() or not path.is_relative_to(self.root):
                raise BadInput(f"{where}: the picture {target} is not there")
            if not words.strip():
                raise BadInput(f"{where}: the picture {target} says in no words what it shows: ![words](...)")
            size = _size(path)
            across = f' width="{size[0]}" height="{size[1]}"' if size else ""
            words, lazy = html.escape(words), "" if eager else ' loading="lazy"'
            image = f'<img src="{self.relative(self.copy(path), at)}" alt="{words}"{across}{lazy}>'
            return (
                f'<figure><button type="button" class="zoom" aria-label="Enlarge: {words}">{image}</button>'
                f"<figcaption>{words}</figcaption></figure>"
            )

        return figure

    def say(self, page, section, address, words):
        """Let a section be found by the search."""
        self.index.append([page, section, address, words[:1500]])


def _size(path):
    """(width, height) of a PNG file."""
    head = path.read_bytes()[:24]
    return struct.unpack(">II", head[16:24]) if head[:4] == b"\x89PNG" else None


def beginning(path):
    """The text of a file, cut where it is very long."""
    data = path.read_bytes()
    return data[:_TEXT].decode("utf-8", "replace") + ("\n...\n" if len(data) > _TEXT else "")
