"""The rendered blocks of README.md: the path in cards that fold, and a table of examples, print beside ours."""

from abacus import lessons, papers
from abacus.errors import BadInput
from abacus.evidence import render


def cards(path):
    """The Lessons of `path` in Markdown: a part for each step, which unfolds to title, question, paper, time and what
    comes first."""
    titles = {lesson.name: lesson.title for lesson in path}
    parts = []
    for step, name in lessons.STEPS.items():
        inner = [lesson for lesson in path if lesson.step == step]
        if inner:
            named = " · ".join(f'<a href="projects/{lesson.name}/">{lesson.title}</a>' for lesson in inner)
            lines = ["| lesson | question | from | time | first |", "| --- | --- | --- | --- | --- |"]
            lines += [_card(lesson, titles) for lesson in inner]
            parts.append(
                f"<details><summary><b>{step} {name}</b>: {named}</summary>\n\n" + "\n".join(lines) + "\n\n</details>"
            )
    return "\n".join(parts)


def examples(found, wanted):
    """A Markdown table of single cells of the ledger `found`: `wanted` are dicts of words, lesson, experiment, row, column."""
    lines = ["| | print | ours | margin | verdict |", "| --- | --: | --: | --: | --- |"]
    for about in wanted:
        place = about["lesson"], about["experiment"]
        entries = [e for e in found if (e.project.name, e.experiment) == place]
        cells = [c for e in entries for c in e.cells if (c.row, c.column) == (about["row"], about["column"])]
        if not cells:
            raise BadInput(f'the example "{about["words"]}" names no cell of the ledger: {about}')
        cell, paper = cells[0], papers.paper(entries[0].table.paper)
        said = [f"[{about['words']}](projects/{about['lesson']}/) ({author(paper)} {paper.year})", str(cell.reported)]
        said.append("" if cell.ours is None else render.number(cell.ours, cell.reported))
        said += ["" if cell.margin is None else f"{cell.margin:.2g}", cell.verdict]
        lines.append(f"| {' | '.join(said)} |")
    return "\n".join(lines)


def author(paper):
    """The first author's last name."""
    return paper.authors[0].partition("(")[0].split()[-1]


def duration(minutes):
    """40 min, 2 h, 2½ h."""
    hours, rest = divmod(minutes + 7, 60)
    return f"{minutes} min" if minutes < 53 else f"{hours or ''}{('', '¼', '½', '¾')[rest // 15]} h"


def _card(lesson, titles):
    paper = papers.paper(lesson.paper)
    needs = ", ".join(f"[{titles[name]}](projects/{name}/)" for name in lesson.needs)
    title = f"[{lesson.title}](projects/{lesson.name}/)"
    return f"| {title} | {lesson.question} | {author(paper)} {paper.year} | {duration(lesson.minutes)} | {needs} |"
