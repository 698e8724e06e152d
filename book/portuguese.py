"""The pages in Portuguese: pt/*.md, each with the hash of the English text that it follows in its first line."""

import hashlib
import re

from abacus.errors import BadInput
from book import layout, prose

_FOLLOWS = re.compile(r"<!-- segue (\S+) ([0-9a-f]{12}) -->\n")


def pages(edition):
    """{address: page}."""
    found = {}
    for source in sorted((edition.root / "pt").glob("*.md")):
        at = f"pt/{source.stem}.html"
        text = _FOLLOWS.sub("", source.read_text(encoding="utf-8"))
        page = prose.read(text, f"pt/{source.name}", edition.link(source, at), edition.picture(source, at))
        body = f"<h1>{prose.inline(page.title)}</h1>" + "".join(
            (f'<h2 id="{s.anchor}">{s.title}</h2>' if s.title else "") + s.html for s in page.sections
        )
        original = edition.relative(edition.address(_followed(edition, source)), at)
        found[at] = layout.page(
            at, page.title, f'<div class="narrow">{body}</div>', kind="plain", language="pt", other=original.removeprefix("../"),
            about=page.sections[0].words[:150], commit=edition.commit,
        )  # fmt: skip
        edition.say(page.title, "português", at, " ".join(section.words for section in page.sections))
    return found


def stale(edition):
    """{page: the hash of its English original now} of the pages whose original has changed since."""
    now = {source.name: digest(_followed(edition, source)) for source in sorted((edition.root / "pt").glob("*.md"))}
    return {name: value for name, value in now.items() if _said(edition, edition.root / "pt" / name)[1] != value}


def digest(path):
    """Twelve digits that stand for what a page follows: a lesson's words up to its second section, a whole page else."""
    text = path.read_text(encoding="utf-8")
    opening = "\n## ".join(text.split("\n## ")[:2]) if path.parent.parent.name == "projects" else text
    return hashlib.sha256(re.sub(r"<!-- .*?<!-- end -->", "", opening, flags=re.DOTALL).encode()).hexdigest()[:12]


def _said(edition, source):
    found = _FOLLOWS.match(source.read_text(encoding="utf-8"))
    if not found:
        raise BadInput(f"pt/{source.name}: the first line names what it follows: <!-- segue FILE HASH -->")
    return found[1], found[2]


def _followed(edition, source):
    path = edition.root / _said(edition, source)[0]
    if not path.is_file():
        raise BadInput(f"pt/{source.name}: it follows {path.relative_to(edition.root)}, which is not there")
    return path
