"""Source files as HTML, a line at a time, with the equations that their comments name."""

import ast
import functools
import re
from html import escape, unescape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_by_name, get_lexer_for_filename
from pygments.util import ClassNotFound

_NAMED = re.compile(r"\b[Ee]qs?\. ?\(?\d+(?![\d]*\.\d)\)?(?:(?:, | and |, and | to |-|–)\(?\d+(?!\d*\.\d)\)?)*")
_SPAN = re.compile(r"(\d+)\)?(?: to |-|–)\(?(\d+)")
_FORMATTER = HtmlFormatter(nowrap=True)
BESIDE = 68  # characters: what a line of a block of commands holds besides the gap between command and comment


class File:
    """A source file: `lines` as HTML, `equations` {line: those that it names}, `places` {function or class: its first line}.
    Lines count from 0.
    """

    def __init__(self, path):
        self.path, self.text = path, path.read_text(encoding="utf-8")

    @functools.cached_property
    def lines(self):
        try:
            lexer = get_lexer_for_filename(self.path.name, stripnl=False)
        except ClassNotFound:
            lexer = TextLexer(stripnl=False)
        return highlight(self.text, lexer, _FORMATTER).rstrip("\n").split("\n")

    @functools.cached_property
    def equations(self):
        python = self.path.suffix == ".py"
        return {i: found for i, line in enumerate(self.text.split("\n")) if python and (found := named(line))}

    @functools.cached_property
    def places(self):
        return _places(self.text) if self.path.suffix == ".py" else {}


read = functools.cache(File)


def named(line):
    """The numbers of the equations that a line of code names: `# eq. 3`, `eqs. 4 and 5`, `eqs. 6 to 8`."""
    found = []
    for match in _NAMED.finditer(line):
        found += [int(n) for n in re.findall(r"\d+", match[0])]
        found += [n for first, last in _SPAN.findall(match[0]) for n in range(int(first), int(last) + 1)]
    return [str(n) for n in dict.fromkeys(found)]


def listing(file, known=(), address=""):
    """The lines of a File; those that name an equation of `known` carry it, and its number leads to the lesson at `address`."""
    return "".join(
        _line(html, [n for n in file.equations.get(i, ()) if n in known], address) for i, html in enumerate(file.lines)
    )


def block(text, language):
    """A block of code within prose."""
    language = {"": "text", "console": "text", "math": "text"}.get(language, language)
    if language == "text" and re.search(r"^(?:\$ )?(?:python|pip|cd|git|uv) ", text, re.MULTILINE):
        language = "bash"
    if language == "bash" and "  # " in text:
        return _commands(text)
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    return f'<pre class="block" tabindex="0"><code>{highlight(text, lexer, _FORMATTER)}</code></pre>\n'


def _commands(text):
    """Commands, each with what it does: at its right where all of them fit beside the longest command, else above it."""
    parts = [line.partition("  # ") for line in text.rstrip("\n").split("\n")]
    wide = sum(max(len(part[i].strip()) for part in parts) for i in (0, 2)) > BESIDE
    rows = []
    for row, (command, mark, said) in enumerate(parts, 1):
        if mark:
            rows.append(f'<span class="c1" style="grid-row:{row}"># {escape(said.strip(), quote=False)}\n</span>')
        rows.append(f'<span style="grid-row:{row}">{escape(command.rstrip(), quote=False) or " "}\n</span>')
    kind = "block commands above" if wide else "block commands"
    return f'<pre class="{kind}" tabindex="0"><code>{"".join(rows)}</code></pre>\n'


def start(file, section):
    """The line (from 0) that a section is about: the function around its first equation, or the first that it mentions."""
    for tag in section.tags:
        lines = [i for i, numbers in file.equations.items() if tag in numbers]
        if lines:
            return max((i for i in file.places.values() if i <= lines[0]), default=lines[0])
    for name in section.mentioned:
        name = re.sub(r"\(.*", "", name).rpartition(".")[2]
        if name in file.places:
            return file.places[name]
    return 0


def _places(text):
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return {}
    kinds = ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef
    return {node.name: _first(node) for node in ast.walk(tree) if isinstance(node, kinds)}


def _first(node):
    return min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1


def _line(html, numbers, address):
    plain = unescape(re.sub(r"<[^>]+>", "", html))
    indent = len(plain) - len(plain.lstrip())
    if numbers:

        def links(match):
            return re.sub(r"\d+", lambda n: _link(n[0], address) if n[0] in numbers else n[0], match[0])

        html = _NAMED.sub(links, html)
    lit = f' data-eq="{" ".join(numbers)}"' if numbers else ""
    return f'<span class="l" style="--i:{indent}"{lit}>{html or " "}\n</span>'


def _link(number, address):
    return f'<a href="{escape(address)}#eq-{number}" data-eq="{number}">{number}</a>'
