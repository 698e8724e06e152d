"""A Markdown page as sections of HTML: formulas typeset, equations numbered and referred to, verdicts marked, links resolved."""

import re
from dataclasses import dataclass, field
from html import escape, unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from abacus.errors import BadInput
from book import code, formula, unicode_formula

VERDICTS = {  # a verdict's class in style.css, and the sign that tells it without colour
    "reproduced": ("good", "✓"), "holds": ("good", "✓"), "consistent": ("good", "≈"),
    "differs, better": ("differs", "▲"), "fitted": ("differs", "≈"), "not reproduced": ("bad", "✕"), "fails": ("bad", "✕"),
    "inconclusive": ("open", "?"), "open": ("open", "?"), "undecidable": ("open", "?"),
    "missing": ("none", "–"), "no margin": ("none", "·"), "unverified": ("none", "·"), "variant": ("none", "·"),
}  # fmt: skip
LONG = 16  # rows; a longer table scrolls in a box
_FILES = re.compile(r"\s*\(((?:\[[^\]]+\]\([^)]+\)(?:,? (?:and )?)?)+)\)\s*$")
_REFERENCE = re.compile(r"(?<![\w)\]])\((\d{1,3})\)(?!\w)|\beqs?\. (\d{1,3})\b(?!\.\d)")


@dataclass
class Section:
    """What stands under a heading of the second level (or before the first): its HTML, its words, the files it is about."""

    anchor: str = ""
    title: str = ""
    html: str = ""
    words: str = ""
    files: list = field(default_factory=list)  # the links of its headings
    mentioned: list = field(default_factory=list)  # `names` in its prose, in their order
    tags: list = field(default_factory=list)  # its numbered equations


@dataclass
class Page:
    """A whole document: the title, the part before the first heading, the sections."""

    title: str
    sections: list

    @property
    def tags(self):
        return [tag for section in self.sections for tag in section.tags]


def read(text, at, link, picture):
    """The Page of a Markdown text. `at` begins error messages, `link(target)` gives the address of a link, `picture(target,
    words)` the HTML of a figure.
    """
    page = _Markdown(text, at, link, picture)
    sections = page.sections()
    return Page(page.title, sections)


def anchor(title):
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def anchor_of(heading):
    """The anchor of a heading as it stands in a Markdown text: with its #, its links, its `code`."""
    return anchor(re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", heading).lstrip("# ").replace("`", ""))


def chip(verdict, count=""):
    """A verdict as a mark: colour, sign and word, perhaps after a number."""
    look, sign = VERDICTS.get(verdict, ("none", "·"))
    number = f"{count:,} " if count else ""
    return f'<span class="chip {look}"><span aria-hidden="true">{sign}</span> {number}{escape(verdict)}</span>'


def inline(text):
    """One line of Markdown as HTML, without links and formulas: titles, sentences."""
    return MarkdownIt("commonmark").renderInline(text)


def number(text):
    """Whether a cell of a table is a number."""
    return bool(re.fullmatch(r"[?−-]?[\d.,]+(?:e[-+]?\d+)?%?(?: ± .*)?", text))


class _Markdown:
    def __init__(self, text, at, link, picture):
        self.at, self.link, self.picture = at, link, picture
        self.parser = MarkdownIt("commonmark", {"html": True}).enable("table")
        self.parser.inline.ruler.before("backticks", "formula", _formula_rule)
        self.tokens = self.parser.parse(text)
        self.known = set(re.findall(r"\\tag\*?\{([^}]*)\}", text))
        for token in self.tokens:
            if token.type == "code_block":
                self.known |= {tag for _, tag in unicode_formula.lines(token.content) or () if tag}
        self.title, self.scrolling = "", 0
        rules = self.parser.renderer.rules
        rules |= {name.removeprefix("on_"): getattr(self, name) for name in dir(self) if name.startswith("on_")}

    def sections(self):
        """The document cut at its headings of the second level."""
        parts, current = [], []
        tokens = self.tokens
        if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
            self.title = tokens[1].content
            tokens = tokens[3:]
        for token in tokens:
            if token.type == "heading_open" and token.tag == "h2":
                parts.append(current)
                current = []
            current.append(token)
        return [self.section(part) for part in [*parts, current]]  # the first, before all headings, may be empty

    def section(self, tokens):
        self.here = Section()
        if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h2":
            self.here.title, self.here.anchor = self.heading(tokens[1])
            tokens = tokens[3:]
        self.here.html = self.results(self.parser.renderer.render(tokens, self.parser.options, {}))
        self.here.words = _words(
            re.sub(r"<math.*?</math>|<table.*?</table>|<pre.*?</pre>", " ", self.here.html, flags=re.DOTALL)
        )
        return self.here

    def heading(self, token):
        """(title as HTML, anchor) of a heading; the files that it links to in brackets at its end become the section's."""
        found = _FILES.search(token.content)
        if found:
            self.here.files += re.findall(r"\]\(([^)]+)\)", found[1])
        content = _FILES.sub("", token.content)
        return self.parser.renderInline(content), anchor_of(token.content)

    def results(self, html):
        """Rendered tables in a frame with an anchor of their own; other comments go."""
        html = re.sub(r"<!-- table ([^>]*?) -->", lambda m: f'<div class="result" id="table-{m[1]}">', html)
        html = re.sub(r"<!-- speed -->", '<div class="result" id="table-speed">', html)
        html = html.replace("<!-- exercises -->", '<div class="result">')
        html = html.replace("<!-- answers -->", '<div class="answers">')
        html = html.replace("<!-- end -->", "</div>")
        return re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)

    def formula(self, source, block):
        try:
            return formula.mathml(source, block)
        except BadInput as error:
            raise BadInput(f"{self.at}: the formula {_short(source)}: {error}") from None

    # What follows is called by markdown-it for tokens of that name.

    def on_formula(self, tokens, i, options, env):
        return self.formula(tokens[i].content, False)

    def on_fence(self, tokens, i, options, env):
        token = tokens[i]
        if token.info.strip() != "math":
            return code.block(token.content, token.info.strip())
        try:
            source, tag = formula.numbered(token.content)
        except BadInput as error:
            raise BadInput(f"{self.at}: {error}") from None
        return self.equation("".join(self.formula(piece, True) for piece in formula.pieces(source)), tag)

    def on_code_block(self, tokens, i, options, env):
        lines = unicode_formula.lines(tokens[i].content)
        if lines is None:
            return code.block(tokens[i].content, "")
        return "".join(self.equation(html, tag, "plain ") for html, tag in lines)

    def equation(self, html, tag, kind=""):
        if tag is None:
            inner = f'<div class="scroll-x" tabindex="0" role="group" aria-label="formula">{html}</div>'
            return f'<div class="{kind}eq">{inner}</div>'
        if tag in self.here.tags:
            raise BadInput(f"{self.at}: the equation ({tag}) stands twice")
        self.here.tags.append(tag)
        number = f'<a class="tag" href="#eq-{tag}" data-eq="{tag}">({tag})</a>'
        inner = f'<div class="scroll-x" tabindex="0" role="group" aria-label="equation {tag}">{html}</div>'
        return f'<div class="{kind}eq" id="eq-{tag}" data-eq="{tag}">{inner}{number}</div>'

    def on_text(self, tokens, i, options, env):
        def refer(match):
            tag = match[1] or match[2]
            if tag not in self.known:
                return match[0]
            return f'<a class="ref" href="#eq-{tag}" data-eq="{tag}">{match[0]}</a>'

        inside = sum((t.type == "link_open") - (t.type == "link_close") for t in tokens[:i])
        text = escape(tokens[i].content, quote=False)
        return text if inside else _REFERENCE.sub(refer, text)

    def on_code_inline(self, tokens, i, options, env):
        self.here.mentioned.append(tokens[i].content)
        return f"<code>{escape(tokens[i].content, quote=False)}</code>"

    def on_heading_open(self, tokens, i, options, env):
        title, at = self.heading(tokens[i + 1])
        tokens[i + 1].children = [_raw(title)]
        return f'<{tokens[i].tag} id="{at}">'

    def on_link_open(self, tokens, i, options, env):
        target = tokens[i].attrGet("href")
        return f'<a href="{escape(target if target.startswith("#") else self.link(unescape(target)))}">'

    def on_image(self, tokens, i, options, env):
        return self.picture(tokens[i].attrGet("src"), tokens[i].content)

    def on_paragraph_open(self, tokens, i, options, env):
        if tokens[i].hidden:
            return ""
        children = tokens[i + 1].children or ()
        figures = children and all(t.type in ("image", "softbreak") for t in children)
        tokens[i + 2].meta["figures"] = figures
        return '<div class="figures">' if figures else "<p>"

    def on_paragraph_close(self, tokens, i, options, env):
        if tokens[i].hidden:
            return ""
        return "</div>\n" if tokens[i].meta.get("figures") else "</p>\n"

    def on_table_open(self, tokens, i, options, env):
        end = next(j for j in range(i, len(tokens)) if tokens[j].type == "table_close")
        rows = sum(t.type == "tr_open" for t in tokens[i:end])
        self.scrolling += 1
        long = " long" if rows > LONG else ""
        title = f"{self.here.anchor or 'top'}, table {self.scrolling}"
        return f'<div class="scroll{long}" tabindex="0" role="region" aria-label="{title}"><table>'

    def on_table_close(self, tokens, i, options, env):
        return "</table></div>\n"

    def on_th_open(self, tokens, i, options, env):
        return f"<{_head(tokens[i + 1])}{_aligned(tokens[i])}>"

    def on_th_close(self, tokens, i, options, env):
        return f"</{_head(tokens[i - 1])}>"

    def on_td_open(self, tokens, i, options, env):
        content = tokens[i + 1].content
        found = re.fullmatch(r"(.*?)( \\?\[\d+\\?\])?", content)
        if found[1] in VERDICTS:
            tokens[i + 1].children = [_raw(chip(found[1]) + escape((found[2] or "").replace("\\", "")))]
            return '<td class="verdict">'
        return f"<td{_aligned(tokens[i])}>"


def _raw(html):
    """A piece of HTML as a token of markdown-it."""
    return Token("html_inline", "", 0, content=html)


def _head(inline_token):
    """An empty head is no head: screen readers would announce nothing."""
    return "th" if inline_token.content.strip() else "td"


def _aligned(token):
    style = str(token.attrGet("style") or "")
    return ' class="right"' if "right" in style else ' class="centre"' if "center" in style else ""


def _formula_rule(state, silent):
    """$`...`$ within a line."""
    found = re.compile(r"\$`([^`]+)`\$").match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push("formula", "math", 0).content = found[1]
    state.pos = found.end()
    return True


def _words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _short(source):
    line = " ".join(source.split())
    return line if len(line) < 60 else line[:57] + "..."
