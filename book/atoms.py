"""Pieces of MathML, and the space that TeX puts between them (The TeXbook, chapter 18)."""

import re
from dataclasses import dataclass
from html import escape

from abacus.errors import BadInput

BRACKETS = {
    "matrix": ("", ""), "smallmatrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"), "Bmatrix": ("{", "}"), "cases": ("{", ""), "array": ("", ""),
}  # fmt: skip
LINES = ("aligned", "align", "align*", "split", "gathered", "gather", "gather*")
_EITHER = {"bin": "0.2222em", "rel": "0.2778em"}


@dataclass(frozen=True)
class Atom:
    """A piece of MathML and what TeX takes it for: ord, op (a name or a sum; `limits` stand above and below it where there
    is room), inner (a fraction), bin, rel, open, close, punct, space."""

    html: str
    kind: str = "ord"
    limits: bool = False


def symbol(kind, sign, before):
    """One character by its class. A sign that nothing stands before, or an operator, has no space: −1."""
    if kind in ("letter", "upright"):
        plain = ' mathvariant="normal"' if kind == "upright" else ""
        return Atom(f"<mi{plain}>{escape(sign)}</mi>")
    if kind in _EITHER:
        alone = kind == "bin" and (before is None or before.kind in ("op", "bin", "rel", "open", "punct"))
        return Atom(bare(sign), "ord") if alone else Atom(escape(sign), kind)
    return Atom(bare(sign), kind)


def spaced(atoms, script):
    """Atoms in one <mrow>. Within scripts there is no space around signs and relations."""
    html, last = [], None
    for i, atom in enumerate(atoms):
        following = next((a.kind for a in atoms[i + 1 :] if a.kind != "space"), "")
        if atom.kind in _EITHER and not atom.html.startswith("<"):
            ends = atom.kind == "bin" and following in ("", "close", "punct", "rel")
            space = "0" if script or ends else _EITHER[atom.kind]
            html.append(f'<mo stretchy="false" lspace="{space}" rspace="{space}">{atom.html}</mo>')
        else:
            if not script and _thin(last, atom.kind):
                html.append('<mspace width="0.1667em"/>')
            html.append(atom.html)
        last = atom.kind
    return html[0] if len(html) == 1 else f"<mrow>{''.join(html)}</mrow>"


def _thin(left, right):
    """Whether TeX puts a thin space between two classes that bring none themselves."""
    if left == "op":
        return right in ("ord", "op", "inner")
    if right == "op" or left == "inner":
        return left in ("ord", "close", "inner") and right in ("ord", "op", "open", "inner")
    return (left == "punct" and right != "space") or (right == "inner" and left in ("ord", "close"))


def with_scripts(base, found, stacked):
    """The atom `base` with its scripts: {"^": html, "_": html, "'": primes}."""
    if not found:
        return base
    html = base.html if base.html.startswith("<") else bare(base.html, unescaped=False)
    if "minsize" in html:
        html = f"<mrow>{html}<mi></mi></mrow>"  # or the browser would fit the bracket to its script
    upper = found.get("^", "")
    if "'" in found:
        upper = f"<mrow>{found[chr(39)]}{upper}</mrow>" if upper else found["'"]
    lower = found.get("_", "")
    names = ("munder", "mover", "munderover") if stacked else ("msub", "msup", "msubsup")
    tag = names[2] if lower and upper else names[0] if lower else names[1]
    return Atom(f"<{tag}>{html}{lower}{upper}</{tag}>", base.kind)


def table(name, rows, columns):
    """A matrix, cases or aligned lines."""
    display = ' displaystyle="true"' if name in LINES else ""
    sides = columns.replace("|", "").replace(" ", "") or {"cases": "ll"}.get(
        name, "rl" * 9 if name in LINES and "gather" not in name else ""
    )
    body = "".join(
        "<mtr>" + "".join(f"<mtd{_side(sides, i)}>{cell}</mtd>" for i, cell in enumerate(row)) + "</mtr>"
        for row in rows
    )
    kind = "lines" if name in LINES else "cases" if name == "cases" else "matrix"
    table = f'<mtable class="{kind}"{display}>{body}</mtable>'
    left, right = BRACKETS.get(name, ("", ""))
    if not (left or right):
        return Atom(table, "inner")
    return Atom(f"<mrow>{fence(left)}{table}{fence(right)}</mrow>", "inner")


def _side(sides, i):
    word = {"l": "left", "r": "right"}.get(sides[i]) if i < len(sides) else None
    return f' style="text-align:{word}"' if word else ""


def fence(sign):
    return (
        f'<mo fence="true" stretchy="true" symmetric="true" lspace="0" rspace="0">{escape(sign)}</mo>' if sign else ""
    )


def bare(sign, unescaped=True):
    return f'<mo stretchy="false" lspace="0" rspace="0">{escape(sign) if unescaped else sign}</mo>'


def operator(sign):
    return f'<mo movablelimits="false" lspace="0" rspace="0">{sign}</mo>'


def word(word):
    """A name such as log: upright, also of one letter."""
    plain = ' mathvariant="normal"' if len(word) == 1 else ""
    return f"<mi{plain}>{escape(word).replace(' ', chr(0xA0))}</mi>"


def words(text):
    text = re.sub(r"\\([%_&#${} ])", r"\1", text).replace("~", "\xa0").replace("--", "–")
    if "\\" in text:
        raise BadInput(f"\\text{{{text}}} holds a command: put it between dollars")
    text = re.sub(r"^\s+|\s+$", "\xa0", text)
    return f"<mtext>{escape(text)}</mtext>"
