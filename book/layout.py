"""What every page has: head, the bar on top, the path at the left, the foot. Addresses are relative: file:// works."""

from html import escape

from abacus.evidence.front import duration

MENU = {
    "index.html": "Path",
    "ledger.html": "Ledger",
    "differences.html": "What differs",
    "speed.html": "Speed",
    "glossary.html": "Glossary",
}
_BRAND = (
    '<svg viewBox="0 0 34 20" width="34" height="20" aria-hidden="true"><path d="M1 10h32M3 1v18M31 1v18"/>'
    '<circle cx="9.5" cy="10" r="4"/><circle cx="17" cy="10" r="4"/><circle cx="27" cy="10" r="4"/></svg>'
)


def page(at, title, body, *, side="", about="", kind="", language="en", other="", scripts=(), commit=""):
    """A whole page that will stand at the address `at`: `side` is the path of lessons, `other` the page in the other language."""
    up = "../" * at.count("/")
    menu = "".join(
        f'<a href="{up}{to}"{" aria-current=" + chr(34) + "page" + chr(34) if to == at else ""}>{word}</a>'
        for to, word in MENU.items()
    )
    loaded = "".join(f'<script defer src="{up}{name}"></script>' for name in ("book.js", *scripts))
    switch = f'<a class="language" href="{up}{other}" hreflang="{"en" if language == "pt" else "pt"}">' if other else ""
    switch += ("English</a>" if language == "pt" else "Português</a>") if other else ""
    alone = "" if side else " alone"
    return f"""<!doctype html>
<html lang="{language}" data-up="{up}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title, quote=False)}{"" if title == "Abacus" else " · Abacus"}</title>
<meta name="description" content="{escape(about)}">
<link rel="icon" href="{up}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{up}style.css">
<script src="{up}theme.js"></script>
{loaded}
</head>
<body class="{kind}{alone}">
<a class="skip" href="#content">To the text</a>
<header class="bar">
<a class="brand" href="{up}index.html">{_BRAND} Abacus</a>
<nav aria-label="Pages">{menu}{switch}</nav>
<div class="find" role="search"><input type="search" id="search" placeholder="Search" aria-label="Search" autocomplete="off"
 aria-controls="found"><kbd aria-hidden="true">/</kbd><div id="found" hidden></div></div>
<button id="theme" type="button" aria-label="Dark or light" title="Dark or light">◐</button>
</header>
<div class="frame">
{side}
<main id="content" tabindex="-1">
{body}
<footer>{commit}MIT licence. Every number on these pages is computed from the repository's records; none is typed.</footer>
</main>
</div>
<dialog id="zoom" aria-label="Figure"><button type="button" aria-label="Close">×</button><img alt=""></dialog>
</body>
</html>
"""


def path(lessons, steps, up, here=None, sections=()):
    """The path at the left: steps that fold, lessons, and below the lesson `here` its sections."""
    parts = []
    for step, name in steps.items():
        inner = [lesson for lesson in lessons if lesson.step == step]
        if not inner:
            continue
        opened = " open" if here is None or here.step == step else ""
        links = "".join(_lesson(lesson, up, here, sections) for lesson in inner)
        parts.append(
            f"<details{opened}><summary>{step} · {name}</summary>"
            f'<ul><li class="about"><a href="{up}step-{step}.html">About this step</a></li>{links}</ul></details>'
        )
    inner = f'<details class="all" open><summary>The path</summary>{"".join(parts)}</details>'
    return f'<nav class="path" aria-label="The path">{inner}</nav>'


def _lesson(lesson, up, here, sections):
    title = escape(lesson.title, quote=False)
    if here is None or lesson.name != here.name:
        return f'<li><a href="{up}{lesson.name}/index.html">{title}</a></li>'
    inner = "".join(f'<li><a href="#{s.anchor}">{s.title}</a></li>' for s in sections if s.anchor)
    return f'<li class="here"><a href="#content" aria-current="page">{title}</a><ul>{inner}</ul></li>'


def cards(lessons, up, picture, counts=lambda _: ""):
    """Lessons as cards: `picture(lesson)` gives the address of a small picture."""
    return (
        '<ul class="cards">'
        + "".join(_card(lesson, up, picture(lesson), counts(lesson)) for lesson in lessons)
        + "</ul>"
    )


def _card(lesson, up, picture, counted):
    return (
        f'<li class="card"><div class="thumb"><img src="{picture}" alt="" loading="lazy"></div>'
        f'<h3><a href="{up}{lesson.name}/index.html">{escape(lesson.title, quote=False)}</a></h3>'
        f'<p class="question">{escape(lesson.question, quote=False)}</p>'
        f'<p class="meta">{duration(lesson.minutes)}{counted}</p></li>'
    )


def seconds(value):
    """A time of computing in words: 3 s, 12 min, 2.4 h."""
    return f"{value:.0f} s" if value < 100 else f"{value / 60:.0f} min" if value < 6000 else f"{value / 3600:.1f} h"
