"""A lesson's page: prose at the left, at the right the files that each section is about, and which equation is which line."""

import re
from html import escape

from abacus import lessons, verdict
from abacus.errors import BadInput
from abacus.evidence import classes
from abacus.evidence.front import duration
from book import code, glossary, layout, notebook, prose


def page(edition, lesson, before, after):
    """The page of one Lesson; `before` and `after` are its neighbours on the path, or None."""
    at, readme = f"{lesson.name}/index.html", lesson.folder / "README.md"
    text = readme.read_text(encoding="utf-8")
    where = str(readme.relative_to(edition.root))
    document = prose.read(text, where, edition.link(readme, at), edition.picture(readme, at))
    check(edition, lesson, document, text)
    edition.tags[lesson.name] = document.tags
    unexplained = dict(edition.words)
    for section in document.sections:
        section.html = glossary.led(section.html, unexplained, "../glossary.html")
    panels = _Panels(edition, lesson, document)
    rows = [panels.row(section) for section in document.sections[1:]]
    for section in document.sections:
        address = f"{at}#{section.anchor}" if section.anchor else at
        edition.say(lesson.title, _plain(section.title), address, section.words)
    body = _top(edition, lesson, document, at) + "".join(rows) + _ends(before, after)
    edition.pages[f"{lesson.name}/{lesson.name}.ipynb"] = notebook.text(lesson, text, panels.beside(document))
    side = layout.path(edition.lessons, lessons.STEPS, "../", lesson, document.sections)
    return layout.page(
        at, lesson.title, body, side=side, about=lesson.sentence, kind="lesson", commit=edition.commit,
        other=edition.other(lesson.name),
    )  # fmt: skip


def as_notebook(edition, lesson, repository=""):
    """The notebook of one Lesson as text; `repository` as notebook.text has it."""
    at, readme = f"{lesson.name}/index.html", lesson.folder / "README.md"
    text, where = readme.read_text(encoding="utf-8"), str(readme.relative_to(edition.root))
    document = prose.read(text, where, edition.link(readme, at), edition.picture(readme, at))
    return notebook.text(lesson, text, _Panels(edition, lesson, document).beside(document), repository)


def check(edition, lesson, document, text):
    """BadInput where a \\tag is named by no line of code, or code names an equation that a lesson in LaTeX lacks."""
    tagged = re.findall(r"\\tag\*?\{([^}]*)\}", text)
    if not tagged:
        return
    files = [path for path in sorted(lesson.folder.rglob("*.py")) if "runs" not in path.parts]
    found = {path: code.read(path).equations for path in files}
    named = {number for lines in found.values() for numbers in lines.values() for number in numbers}
    for tag in tagged:
        if tag not in named:
            raise BadInput(f"projects/{lesson.name}/README.md: no line of code says # eq. {tag}")
    for path, lines in found.items():
        for i, numbers in lines.items():
            if missing := [number for number in numbers if number not in document.tags]:
                inner = path.relative_to(edition.root)
                raise BadInput(f"{inner}, line {i + 1}: the lesson has no equation ({missing[0]})")


def chips(experiments):
    """How many cells have which verdict, as marks; what judges a print a second time does not count."""
    counted = [classes.counted(experiment) for experiment in experiments if experiment.table]
    total = {word: sum(number[word] for number in counted) for word in verdict.CELL_WORDS}
    return "".join(prose.chip(word, number) for word, number in total.items() if number)


def judged(address, experiments):
    """A paragraph with the marks, which lead to these lines of the ledger; nothing where nothing is judged."""
    marks = chips(experiments)
    return f'<p class="chips"><a class="plain" href="{address}">{marks}</a></p>' if marks else ""


def _top(edition, lesson, document, at):
    """Title, question, what it needs, what has come out; the introduction, and the picture at its right."""
    intro = document.sections[0]
    experiments = edition.experiments[lesson.name]
    titles = {other.name: other.title for other in edition.lessons}
    needs = ", ".join(f'<a href="../{name}/index.html">{escape(titles[name])}</a>' for name in lesson.needs)
    facts = [
        f"about {duration(lesson.minutes)}",
        f"{layout.seconds(sum(e.spent for e in experiments))} of computing behind its tables",
        f"first: {needs}" if needs else "needs no other lesson",
    ]
    figure, rest = _first_figure(intro.html)
    if not figure:
        readme = lesson.folder / "README.md"
        figure = edition.picture(readme, at)(lesson.picture, lesson.title)
    studies = "".join(f'<a href="{address}">{name}</a>' for name, address in edition.studies.get(lesson.name, ()))
    return f"""<section class="row top"><div class="prose">
<p class="step"><a href="../step-{lesson.step}.html">Step {lesson.step} · {lessons.STEPS[lesson.step]}</a></p>
<h1>{prose.inline(document.title)}</h1>
<p class="lede">{escape(lesson.question, quote=False)}</p>
{judged(f"../ledger.html?project={lesson.name}", experiments)}
<p class="facts">{" · ".join(facts)}</p>
{edition.demos.get(lesson.name, "")}{rest}
<p class="programs"><span>Programs</span> {studies}</p>
<p class="programs"><span>Take it with you</span> <a href="{lesson.name}.ipynb" download>notebook</a>
<a href="lesson.md">Markdown</a></p>
</div><aside class="hero" aria-label="Picture">{figure}</aside></section>
"""


def _first_figure(html):
    found = re.search(r'<div class="figures">(<figure>.*?</figure>)\s*</div>', html, re.DOTALL)
    return (found[1].replace(' loading="lazy"', ""), html.replace(found[0], "", 1)) if found else ("", html)


class _Panels:
    """Rows of sections; a file that stands beside one has its lines linked to the equations of the lesson."""

    def __init__(self, edition, lesson, document):
        self.edition, self.lesson, self.tags, self.count = edition, lesson, document.tags, 0
        self.where = {}  # {equation: the files that name it}
        for path in sorted(lesson.folder.rglob("*.py")):
            if not path.name.startswith("test_") and "runs" not in path.parts:
                for number in {n for numbers in code.read(path).equations.values() for n in numbers}:
                    self.where.setdefault(number, []).append(path.relative_to(lesson.folder).as_posix())

    def row(self, section):
        files = [self.lesson.folder / name for name in self.files(section)]
        for path in files:
            if not path.is_file():
                name = path.relative_to(self.lesson.folder)
                raise BadInput(f"projects/{self.lesson.name}/README.md: a heading leads to {name}, which is not there")
        title = f'<h2><a class="self" href="#{section.anchor}">{section.title}</a></h2>' if section.title else ""
        body = f'<div class="prose">{title}{section.html}</div>'
        if not files:
            return f'<section class="row wide" id="{section.anchor}">{body}</section>\n'
        self.count += 1
        inner = "".join(self.panel(path, section, first=i == 0) for i, path in enumerate(files))
        label = escape(f"Code: {_plain(section.title)} ({self.count})")
        code_beside = f'<aside class="code" aria-label="{label}">{inner}</aside>'
        return f'<section class="row" id="{section.anchor}">{body}{code_beside}</section>\n'

    def beside(self, document):
        """A function that gives the files of the section under a heading line of the README."""
        by_anchor = {s.anchor: [self.lesson.folder / name for name in self.files(s)] for s in document.sections}
        return lambda heading: by_anchor.get(prose.anchor_of(heading), [])

    def files(self, section):
        """Those that its headings link to (else those that it names in its prose), and those that name its equations."""
        found = [name for name in section.files if name.endswith(".py") and not name.startswith("..")]
        if not section.files:
            named = (name for name in section.mentioned if re.fullmatch(r"[a-z0-9_/]+\.py", name) and name != "run.py")
            found = [name for name in named if (self.lesson.folder / name).is_file()][:8]
        for tag in section.tags:
            where = self.where.get(tag, ())
            if where and not set(where) & set(found):
                found.append(where[0])
        return list(dict.fromkeys(found))

    def panel(self, path, section, first):
        file = code.read(path)
        name = path.relative_to(self.lesson.folder).as_posix()
        return (
            f'<details name="code-{self.count}"{" open" if first else ""}><summary>{name}</summary>'
            f'<pre tabindex="0" aria-label="{name}, panel {self.count}" role="region" data-start="{code.start(file, section)}">'
            f"<code>{code.listing(file, self.tags)}</code></pre></details>"
        )


def _ends(before, after):
    """Links to the lessons before and after."""
    links = [
        f'<a rel="{rel}" href="../{other.name}/index.html"><span>{word}</span>{escape(other.title, quote=False)}</a>'
        if other
        else "<span></span>"
        for rel, word, other in (("prev", "Before", before), ("next", "Next", after))
    ]
    return f'<nav class="ends" aria-label="Neighbours">{"".join(links)}</nav>'


def _plain(html):
    return re.sub(r"<[^>]+>", "", html)
