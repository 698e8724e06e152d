"""The words of GLOSSARY.md: where each is explained, and its first use in a lesson led there."""

import re
from dataclasses import dataclass
from html import escape

_ENTRY = re.compile(r"^\*\*([^*]+)\*\*: (.*?); see \[", re.MULTILINE)
_PLAIN = {"basis", "bit", "margin", "mean", "norm", "seed", "weight"}  # words of every day: not led away from


@dataclass(frozen=True)
class Word:
    """A word, its anchor, and what it means in one sentence."""

    name: str
    anchor: str
    meaning: str


def words(text):
    """{word in small letters: Word} of the glossary's text."""
    found = [Word(name, "word-" + re.sub(r"\W+", "-", name.lower()), meaning) for name, meaning in _ENTRY.findall(text)]
    return {word.name.lower(): word for word in found}


def anchored(html, known):
    """The glossary's HTML with an anchor at each word."""
    for word in known.values():
        start = f"<p><strong>{escape(word.name)}</strong>"
        html = html.replace(start, start.replace("<p>", f'<p id="{word.anchor}">'))
    return html


def led(html, known, address):
    """HTML of prose in which the first use of each word leads to the glossary at `address`; `known` loses what was found.

    Text in links, headings, code, formulas and tables stays as it is.
    """
    names = [name for name in known if name not in _PLAIN]
    if not names:
        return html
    pattern = re.compile(
        rf"(?<![\w-])({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})s?(?![\w-])", re.IGNORECASE
    )

    def lead(match):
        word = known.pop(match[1].lower(), None)
        if word is None:
            return match[0]
        return f'<a class="term" href="{address}#{word.anchor}" title="{escape(word.meaning)}">{match[0]}</a>'

    parts = re.split(r"(<(a|h\d|code|pre|math|table|figure|summary)\b.*?</\2>|<[^>]+>)", html, flags=re.DOTALL)
    return "".join(
        pattern.sub(lead, part) if i % 3 == 0 else part if i % 3 == 1 else "" for i, part in enumerate(parts)
    )
