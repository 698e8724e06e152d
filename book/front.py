"""The pages one meets first: the front with the path in cards, the seven steps, and pages made of a Markdown file of the root."""

import re
import tomllib
from html import escape

from abacus import lessons, papers
from abacus.errors import BadInput
from abacus.evidence.front import author, duration
from book import glossary, layout, ledger, lesson, prose

_COMMANDS = "pip install -e . && python scripts/reproduce.py\ncd projects/linear_algebra && python run.py"


def page(edition):
    """The front page."""
    said = tomllib.loads((edition.root / "book" / "book.toml").read_text(encoding="utf-8"))
    good, judged = ledger.of_experiments(edition)
    rows = "".join(_example(edition, about) for about in said["example"])
    source = edition.root / "README.md"
    pictures = "".join(
        edition.picture(source, "index.html")(about["file"], about["words"], eager=True) for about in said["picture"]
    )
    demo = (
        '<p class="try"><a class="button" href="demo.html">Draw a digit, and watch LeNet-5 read it</a></p>'
        if edition.demos
        else ""
    )
    body = f"""<section class="front"><div>
<h1>The classics of machine learning, computed by hand and checked against print.</h1>
<p class="lede">{len(edition.lessons)} lessons in seven steps. Each derives one idea from first principles, in plain
Python, runs the paper's own
experiment and puts the printed number beside ours. Of the experiments, <a
href="ledger.html?class=experiment#cells">{good:,} of {judged:,} judged
numbers</a> come out as printed; <a href="differences.html">what does not</a> is shown as well.</p>
<pre class="block" tabindex="0"><code>{escape(_COMMANDS)}</code></pre>
{demo}<p class="facts">The path in <a href="plan.html">twelve weeks</a> · <a href="glossary.html">glossary</a> ·
<a href="library.html">the core as a library</a> · <a href="contributing.html">add a lesson</a> ·
<a href="agents.html">for agents</a></p></div>
<div class="samples"><table class="sample"><caption>Printed once, computed today</caption>
<thead><tr><th scope="col">what</th><th scope="col" class="right">print</th><th scope="col" class="right">ours</th><th
scope="col">verdict</th></tr></thead>
<tbody>{rows}</tbody></table></div></section>
<section class="strip" aria-label="Four pictures">{pictures}</section>
{steps(edition)}"""
    edition.say(
        "Front page", "", "index.html", "The classics of machine learning, computed by hand and checked against print."
    )
    return layout.page(
        "index.html", "Abacus", body, kind="home", commit=edition.commit, other=edition.other("index"),
        about="The classics of machine learning, computed by hand and checked against print.",
    )  # fmt: skip


def steps(edition):
    """The path as cards, a row for each step."""
    parts = []
    for step, name in lessons.STEPS.items():
        inner = [found for found in edition.lessons if found.step == step]
        about = f'<a href="step-{step}.html">About this step</a>'
        if inner:
            parts.append(
                f'<section class="part" style="--n:{min(len(inner), 4)}" id="step-{step}"><h2><span>{step}</span> '
                f"{name} <small>{about}</small></h2>"
                + layout.cards(inner, "", edition.thumbnail, edition.counted)
                + "</section>"
            )
    return f'<div class="parts">{"".join(parts)}</div>'


def _example(edition, about):
    """One row of the table on the front page."""
    at = f'book/book.toml: "{about["words"]}"'
    found = [e for e in edition.experiments.get(about["lesson"], ()) if e.experiment == about["experiment"]]
    cells = [c for e in found for c in e.cells if (c.row, c.column) == (about["row"], about["column"])]
    if not cells:
        raise BadInput(f"{at} names no cell of the ledger")
    paper = papers.paper(found[0].table.paper)
    source = f"{author(paper)}, {paper.year}"
    return (
        f'<tr><td><a href="{edition.table(found[0])}">{escape(about["words"])}</a><small>{escape(source)}</small></td>'
        f'<td class="right">{escape(str(cells[0].reported))}</td><td class="right">{ledger.ours(cells[0])}</td>'
        f"<td>{prose.chip(cells[0].verdict)}</td></tr>"
    )


def step_pages(edition):
    """{address: page} of the seven steps: what each is about, for someone who begins, and its lessons in order."""
    source = edition.root / "book" / "steps.md"
    text = source.read_text(encoding="utf-8")
    found = prose.read(
        text, "book/steps.md", edition.link(source, "step-1.html"), edition.picture(source, "step-1.html")
    )
    words = {int(section.title.split(".")[0]): section for section in found.sections if section.title}
    pages = {}
    for step, name in lessons.STEPS.items():
        if step not in words:
            raise BadInput(f'book/steps.md: no section "## {step}. {name}"')
        at, inner = f"step-{step}.html", [x for x in edition.lessons if x.step == step]
        rows = "".join(_in_step(edition, found) for found in inner)
        around = "".join(
            f'<a rel="{rel}" href="step-{other}.html"><span>{word}</span>{lessons.STEPS[other]}</a>'
            if other in lessons.STEPS
            else "<span></span>"
            for rel, word, other in (("prev", "Before", step - 1), ("next", "Next", step + 1))
        )
        body = (
            f'<div class="narrow"><p class="step">Step {step} of {len(lessons.STEPS)}</p><h1>{name}</h1>{words[step].html}</div>'
            f'<h2 id="lessons">Its lessons, in order</h2><ol class="route">{rows}</ol><nav class="ends" '
            f'aria-label="Neighbours">{around}</nav>'
        )
        edition.say(f"Step {step}", name, at, words[step].words)
        side = layout.path(edition.lessons, lessons.STEPS, "")
        pages[at] = layout.page(
            at, name, body, side=side, about=words[step].words[:150], kind="plain", commit=edition.commit
        )
    return pages


def _in_step(edition, found):
    """A lesson within its step: question, sentence, what it needs, its programs with what each computes."""
    titles = {other.name: other.title for other in edition.lessons}
    needs = ", ".join(f'<a href="{name}/index.html">{escape(titles[name])}</a>' for name in found.needs)
    programs = "".join(
        f'<li><a href="{address}">{name}</a> {edition.sentences[address]}</li>'
        for name, address in _outer(edition, found)
    )
    return f"""<li><img class="thumb" src="{edition.thumbnail(found)}" alt="" loading="lazy"><div>
<h3><a href="{found.name}/index.html">{escape(found.title)}</a></h3>
<p class="question">{escape(found.question)}</p><p>{escape(found.sentence)}</p>
<p class="facts">about {duration(found.minutes)}{" · first: " + needs if needs else ""}</p><p
class="chips">{lesson.chips(edition.experiments[found.name])}</p>
<details><summary>Its programs</summary><ul>{programs}</ul></details></div></li>"""


def _outer(edition, found):
    return [(name, f"{found.name}/{address}") for name, address in edition.studies.get(found.name, ())]


def documents(edition):
    """{address: page} of the Markdown files of the root, but for those that have a page of their own."""
    pages = {}
    for source in sorted(edition.root.glob("*.md")):
        if source.name in ("README.md", "RESULTS.md"):
            continue
        at = f"{source.stem.lower()}.html"
        found = prose.read(
            source.read_text(encoding="utf-8"), source.name, edition.link(source, at), edition.picture(source, at)
        )
        for section in found.sections if source.name == "GLOSSARY.md" else ():
            section.html = glossary.anchored(section.html, edition.words)
        pages[at] = _document(edition, at, found)
    return pages


def _document(edition, at, found, **more):
    title = re.sub("[`*]", "", found.title)
    body = f"<h1>{prose.inline(found.title)}</h1>" + "".join(
        (f'<h2 id="{s.anchor}"><a class="self" href="#{s.anchor}">{s.title}</a></h2>' if s.title else "") + s.html
        for s in found.sections
    )
    for section in found.sections:
        edition.say(
            title,
            re.sub(r"<[^>]+>", "", section.title),
            f"{at}#{section.anchor}" if section.anchor else at,
            section.words,
        )
    return layout.page(
        at,
        title,
        f'<div class="narrow">{body}</div>',
        kind="plain",
        about=found.sections[0].words[:150],
        commit=edition.commit,
        **more,
    )
