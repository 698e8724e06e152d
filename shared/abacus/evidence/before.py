"""The code as a commit has it: which statements of today's code stood there already."""

import ast
import subprocess
from functools import cache, cached_property

from abacus import source
from abacus.evidence import records

CORE = "shared/abacus"


@cache
def before(commit, project):
    """The Before of a project (its folder's name) at a commit."""
    return Before(_texts(commit, project))


class Before:
    """The definitions of the core and of one project as they were; `known` is false where that commit is not at hand."""

    def __init__(self, texts):
        self.known, self.texts = bool(texts), texts

    @cached_property
    def of_project(self):
        """Every statement of the project, as text (ast.dump)."""
        return _statements(_parsed(text) for path, text in self.texts.items() if path.startswith("projects/"))

    def statements(self, name):
        """Every statement of the project, and of what the core called `name`."""
        return self.of_project | _statements(self._named(name))

    def methods(self, name):
        """{method: its definitions, as text} of all classes `name`."""
        found = {}
        for node in self._named(name):
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, ast.FunctionDef):
                    found.setdefault(inner.name, set()).add(ast.dump(inner))
        return found

    def _named(self, name):
        words = f"def {name}(", f"class {name}:", f"class {name}("
        texts = [text for text in self.texts.values() if any(word in text for word in words)]
        return [node for text in texts for node in _parsed(text).body if getattr(node, "name", None) == name]


def _statements(trees):
    return {ast.dump(node) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.stmt)}


@cache
def _parsed(text):
    return source.bare(ast.parse(text))


def _texts(commit, project):
    """{path: text} of the Python files of the core and of a project at a commit; {} where git does not have it."""
    listed = _git("ls-tree", "-r", "-z", "--name-only", commit, "--", CORE, f"projects/{project}").decode().split("\0")
    paths = [path for path in listed if path.endswith(".py")]
    said, texts = _git("cat-file", "--batch", given="".join(f"{commit}:{path}\n" for path in paths).encode()), {}
    for path in paths:
        head, _, said = said.partition(b"\n")
        size = int(head.split()[-1])
        texts[path], said = said[:size].decode(), said[size + 1 :]
    return texts


def _git(*words, given=None):
    try:
        done = subprocess.run(["git", "-C", str(records.ROOT), *words], input=given, capture_output=True)
    except OSError:
        return b""
    return done.stdout if done.returncode == 0 else b""
