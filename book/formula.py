"""LaTeX formulas as MathML, which browsers typeset themselves: no script, no picture, no request.

What lessons use of TeX is understood: letters and symbols, scripts, fractions, roots, accents, big and growing brackets, text,
matrices and aligned lines. Anything else is one BadInput that names it. Space follows TeX's classes (The TeXbook, chapter 18).
350 lines, since each method of the reader may meet all others within its argument.
"""

import difflib
import functools
import re
from contextlib import contextmanager
from html import escape

from abacus.errors import BadInput
from book import alphabets, atoms, symbols

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|\d+(?:\.\d+)?|.", re.DOTALL)
_FRACTIONS = {"\\frac": None, "\\dfrac": True, "\\cfrac": True, "\\tfrac": False}
_BINOMIALS = {"\\binom": None, "\\dbinom": True, "\\tbinom": False}
_BIG = {"big": 1.2, "Big": 1.8, "bigg": 2.4, "Bigg": 3.0}
_NAMES = ("\\mathrm", "\\mathsf", "\\mathtt", "\\operatorname", "\\operatorname*")
_TEXT = ("\\text", "\\textrm", "\\mbox", "\\textit", "\\textbf", "\\texttt")


@functools.cache
def mathml(source, block=False):
    """The <math> element of a LaTeX formula without its tag; a `block` is displayed. BadInput where it is not understood."""
    reader = _Reader(source, block)
    html = reader.row(())
    if reader.peek():
        raise BadInput(f"{reader.peek()} closes what was not opened")
    return f'<math display="block">{html}</math>' if block else f"<math>{html}</math>"


def numbered(source):
    """(the formula without its tag, the tag or None) of a ```math block."""
    tags = re.findall(r"\\tag\*?\{([^}]*)\}", source)
    if len(tags) > 1:
        raise BadInput(f"the tags {' and '.join(tags)} in one block: write a block for each")
    return re.sub(r"\\tag\*?\{[^}]*\}", "", source).strip(), tags[0] if tags else None


def pieces(source):
    """A formula cut at its outermost \\qquad: what may stand below each other where there is little room."""
    found, depth = [""], 0
    for token in _TOKEN.findall(source):
        depth += (token in ("{", "\\left", "\\begin")) - (token in ("}", "\\right", "\\end"))
        if token == "\\qquad" and not depth:
            found.append("")
        else:
            found[-1] += token
    return [piece for piece in found if piece.strip()]


class _Reader:
    """Takes tokens one by one; `display` and `script` say in which size things are set where it stands."""

    def __init__(self, source, display):
        self.tokens = _TOKEN.findall(source)[::-1]
        self.display, self.script = display, False

    def peek(self):
        while self.tokens and self.tokens[-1].isspace():
            self.tokens.pop()
        return self.tokens[-1] if self.tokens else ""

    def take(self, what=""):
        if not self.peek():
            raise BadInput(f"ends where {what or 'more'} is expected")
        return self.tokens.pop()

    def expect(self, wanted):
        found = self.take(wanted)
        if found != wanted:
            raise BadInput(f"{found} stands where {wanted} is expected")

    @contextmanager
    def style(self, display, script):
        """Inside, things are set in that size."""
        before = self.display, self.script
        self.display, self.script = display, script
        yield
        self.display, self.script = before

    def row(self, ends):
        """The MathML of all up to a token of `ends`, which stays."""
        found = []
        while self.peek() and self.peek() not in ends:
            found.append(self.scripted(found[-1] if found else None))
        return atoms.spaced(found, self.script)

    def argument(self):
        """The MathML of a braced group, or of one token."""
        if self.peek() == "{":
            return self.group()
        token = self.take("an argument")
        if token[0].isdigit():  # one digit: \\frac12, x^10
            self.tokens += [token[1:]] if token[1:] else []
            token = token[0]
        return self.atom(token).html

    def group(self):
        self.expect("{")
        html = self.row(("}",))
        if not self.peek():
            raise BadInput("a { is never closed")
        self.take()
        return html

    def raw(self, name):
        """The characters of a braced group as they stand."""
        if self.peek() != "{":
            raise BadInput(f"{name} needs braces")
        self.take()
        text, depth = "", 1
        while self.tokens:
            token = self.tokens.pop()
            depth += (token == "{") - (token == "}")
            if not depth:
                return text
            text += token
        raise BadInput(f"the {{ of {name} is never closed")

    def scripted(self, before):
        """An atom with the scripts and primes that follow it."""
        base = atoms.Atom("<mrow></mrow>") if self.peek() in ("^", "_", "'") else self.atom(self.take(), before)
        found, stacked = {}, base.limits and self.display
        while self.peek() in ("^", "_", "'", "\\limits", "\\nolimits"):
            sign = self.take()
            if sign in ("\\limits", "\\nolimits"):
                stacked = sign == "\\limits"
            elif sign == "'":
                primes = "′"
                while self.peek() == "'":
                    primes += self.take() and "′"
                found["'"] = f"<mo>{primes}</mo>"
            elif sign in found:
                raise BadInput(f"two scripts {sign} at one symbol: brace them")
            else:
                with self.style(False, True):
                    found[sign] = self.argument()
        return atoms.with_scripts(base, found, stacked)

    def atom(self, token, before=None):
        """What one token begins, with its arguments."""
        for begins, read in _READERS:
            if begins(token):
                return read(self, token)
        kind = symbols.KINDS.get(token)
        if kind is None:
            raise BadInput(_unknown(token))
        return atoms.symbol(*kind, before)

    def fraction(self, token):
        """\\frac and \\binom and those of fixed size."""
        bare = token in _BINOMIALS
        said = (_BINOMIALS if bare else _FRACTIONS)[token]
        display = self.display if said is None else said
        with self.style(display and token == "\\cfrac", self.script or not display):
            parts = self.argument() + self.argument()
        html = f'<mfrac linethickness="0">{parts}</mfrac>' if bare else f"<mfrac>{parts}</mfrac>"
        if bare:
            html = f"<mrow>{atoms.fence('(')}{html}{atoms.fence(')')}</mrow>"
        if said is not None:
            size = "0" if display or not self.script else "1"
            html = f'<mstyle displaystyle="{str(display).lower()}" scriptlevel="{size}">{html}</mstyle>'
        return atoms.Atom(html, "ord" if bare else "inner")

    def root(self, _):
        if self.peek() != "[":
            html = self.argument()
            low = (
                "" if any(tall in html for tall in ("<mfrac", "<mtable", "<munder")) else ' class="low"'
            )  # see style.css
            return atoms.Atom(f"<msqrt{low}>{html}</msqrt>")
        self.take()
        with self.style(False, True):
            degree = self.row(("]",))
        self.expect("]")
        return atoms.Atom(f"<mroot>{self.argument()}{degree}</mroot>")

    def text(self, token):
        """Words; a formula between dollars within them."""
        parts = re.split(r"(\$[^$]*\$)", self.raw(token))
        html = "".join(self.inner(part[1:-1]) if part.startswith("$") else atoms.words(part) for part in parts if part)
        return atoms.Atom(f"<mrow>{html}</mrow>")

    def inner(self, source):
        reader = _Reader(source, False)
        return reader.row(())

    def letters(self, token):
        """\\mathbf, \\mathbb, \\mathrm ...: letters of another alphabet."""
        if token in _NAMES:
            word = re.sub(r"\\[,:; ]", " ", self.raw(token) if self.peek() == "{" else self.take())
            name = token.startswith("\\operatorname")
            if re.search(r"[\\_^{}]", word):
                raise BadInput(f"{token}{{{word}}} holds more than letters: close it before")
            return atoms.Atom(atoms.word(word), "op" if name else "ord", limits=token.endswith("*"))
        word = self.raw(token) if self.peek() == "{" else self.take()
        word = "".join(symbols.LETTERS.get(t, symbols.UPRIGHT.get(t, t)) for t in _TOKEN.findall(word))
        return atoms.Atom(f'<mi mathvariant="normal">{escape(alphabets.turned(token, word))}</mi>')

    def accent(self, token):
        stretchy = token.startswith(("\\wide", "\\over"))
        mark = f'<mo stretchy="{str(stretchy).lower()}">{escape(symbols.ACCENTS[token])}</mo>'
        return atoms.Atom(f'<mover accent="true">{self.argument()}{mark}</mover>')

    def line(self, token):
        """A line or a brace above or below; a script of a brace is its label."""
        sign = {"\\underline": "_", "\\underbrace": "⏟", "\\overbrace": "⏞"}[token]
        tag = "munder" if "under" in token else "mover"
        return atoms.Atom(
            f'<{tag}>{self.argument()}<mo stretchy="true">{sign}</mo></{tag}>', "op", limits="brace" in token
        )

    def stacked(self, token):
        """\\overset, \\underset, \\stackrel: the first argument small above or below the second."""
        with self.style(False, True):
            small = self.argument()
        base = self.argument()
        tag = "munder" if token == "\\underset" else "mover"
        return atoms.Atom(f"<{tag}>{base}{small}</{tag}>", "rel")

    def arrow(self, token):
        with self.style(False, True):
            label = self.argument()
        sign = "→" if "right" in token else "←"
        return atoms.Atom(
            f'<mover><mo stretchy="true" minsize="2em">{sign}</mo><mpadded width="+1em" lspace="0.5em">{label}</mpadded></mover>',
            "rel",
        )

    def fenced(self, _):
        """\\left ... \\middle ... \\right: brackets as large as what they hold."""
        html = atoms.fence(self.delimiter("\\left"))
        while True:
            html += self.row(("\\right", "\\middle"))
            token = self.take("\\right")
            html += atoms.fence(self.delimiter(token))
            if token == "\\right":
                return atoms.Atom(f"<mrow>{html}</mrow>", "inner")

    def big(self, token):
        """\\big( and the like: a bracket of a size that is said."""
        sign, size = self.delimiter(token), _BIG[re.sub("[lrm]$", "", token[1:])]
        kind = {"l": "open", "r": "close", "m": "rel"}.get(token[-1]) or symbols.side(sign)
        said = f'minsize="{size}em" maxsize="{size}em" stretchy="true" symmetric="true" lspace="0" rspace="0"'
        return atoms.Atom(f"<mo {said}>{escape(sign)}</mo>", kind)

    def delimiter(self, name):
        token = self.take(f"a bracket after {name}")
        if token not in symbols.FENCES:
            raise BadInput(f"{name} needs a bracket, and {token} is none")
        return symbols.FENCES[token]

    def environment(self, _):
        name = self.raw("\\begin")
        if name not in atoms.BRACKETS and name not in atoms.LINES:
            raise BadInput(f"\\begin{{{name}}} is unknown; there are: {', '.join((*atoms.BRACKETS, *atoms.LINES))}")
        columns = self.raw(name) if name == "array" else ""
        with self.style(name in atoms.LINES, self.script or name == "smallmatrix"):
            rows = self.cells(name)
        return atoms.table(name, rows, columns)

    def cells(self, name):
        """Rows of cells up to \\end{name}."""
        rows = [[]]
        while True:
            rows[-1].append(self.row(("&", "\\\\", "\\end", "\\hline")))
            token = self.take(f"\\end{{{name}}}")
            if token == "\\end":
                if (found := self.raw("\\end")) != name:
                    raise BadInput(f"\\begin{{{name}}} is closed by \\end{{{found}}}")
                return [row for row in rows if any(cell != "<mrow></mrow>" for cell in row)]
            if token == "\\\\":
                rows.append([])

    def substack(self, _):
        self.expect("{")
        lines = [self.row(("\\\\", "}"))]
        while self.take("}") != "}":
            lines.append(self.row(("\\\\", "}")))
        return atoms.Atom(
            '<mtable rowspacing="0">' + "".join(f"<mtr><mtd>{line}</mtd></mtr>" for line in lines) + "</mtable>"
        )

    def modulo(self, _):
        space = '<mspace width="1em"/>'
        return atoms.Atom(
            f"<mrow>{space}{atoms.bare('(')}{atoms.word('mod')}<mspace "
            f'width="0.3333em"/>{self.argument()}{atoms.bare(")")}</mrow>'
        )

    def negated(self, _):
        sign = symbols.KINDS.get(self.take("a relation after \\not"), ("", ""))[1]
        return atoms.Atom(f'<mo lspace="0.2778em" rspace="0.2778em">{escape(sign)}\u0338</mo>', "rel")

    def size(self, token):
        """\\displaystyle and its like hold to the end of the group."""
        display = token == "\\displaystyle"
        with self.style(display, self.script):
            html = self.row(("}", "&", "\\\\", "\\end", "\\right"))
        return atoms.Atom(f'<mstyle displaystyle="{str(display).lower()}" scriptlevel="0">{html}</mstyle>')

    def phantom(self, token):
        return atoms.Atom(f"<mphantom>{self.argument()}</mphantom>")

    def boxed(self, _):
        return atoms.Atom(f'<mrow style="border:1px solid;padding:.2em">{self.argument()}</mrow>')


def _is(*names):
    return lambda token: token in names


_READERS = (
    (lambda t: t == "{", lambda reader, _: (reader.tokens.append("{"), atoms.Atom(reader.group()))[1]),
    (lambda t: t[0].isdigit(), lambda _, t: atoms.Atom(f"<mn>{t}</mn>")),
    (
        lambda t: t in symbols.SPACES,
        lambda _, t: atoms.Atom(f'<mspace width="{symbols.SPACES[t] / 18:.4g}em"/>', "space"),
    ),
    (lambda t: t in symbols.NAMES, lambda _, t: atoms.Atom(atoms.word(symbols.NAMES[t]), "op")),
    (lambda t: t in symbols.LIMITS, lambda _, t: atoms.Atom(atoms.word(symbols.LIMITS[t]), "op", limits=True)),
    (lambda t: t in symbols.LARGE, lambda _, t: atoms.Atom(atoms.operator(symbols.LARGE[t]), "op", limits=True)),
    (lambda t: t in symbols.INTEGRALS, lambda _, t: atoms.Atom(atoms.operator(symbols.INTEGRALS[t]), "op")),
    (lambda t: t in _FRACTIONS or t in _BINOMIALS, _Reader.fraction),
    (_is("\\sqrt"), _Reader.root),
    (_is(*_TEXT), _Reader.text),
    (_is(*_NAMES, *alphabets.STARTS), _Reader.letters),
    (lambda t: t in symbols.ACCENTS, _Reader.accent),
    (_is("\\underline", "\\underbrace", "\\overbrace"), _Reader.line),
    (_is("\\overset", "\\underset", "\\stackrel"), _Reader.stacked),
    (_is("\\xrightarrow", "\\xleftarrow"), _Reader.arrow),
    (_is("\\left"), _Reader.fenced),
    (lambda t: t[0] == "\\" and re.sub("[lrm]$", "", t[1:]) in _BIG, _Reader.big),
    (_is("\\begin"), _Reader.environment),
    (_is("\\substack"), _Reader.substack),
    (_is("\\bmod"), lambda *_: atoms.Atom('<mo lspace="0.2222em" rspace="0.2222em">mod</mo>', "bin")),
    (_is("\\pmod"), _Reader.modulo),
    (_is("\\not"), _Reader.negated),
    (_is("\\displaystyle", "\\textstyle"), _Reader.size),
    (_is("\\phantom", "\\vphantom", "\\hphantom"), _Reader.phantom),
    (_is("\\boxed"), _Reader.boxed),
)


def _unknown(token):
    if token in ("&", "\\\\"):
        return f"{token} stands outside of a matrix and of aligned lines"
    if token in ("}", "\\right", "\\end", "\\middle"):
        return f"{token} closes what was not opened"
    close = difflib.get_close_matches(token, list(symbols.KINDS), 1)
    return f"unknown command {token}" + (f"; did you mean {close[0]}?" if close else "")
