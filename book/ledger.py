"""The ledger's pages: every judged cell with filters, a line for each class of proof; what differs, and why; the speeds."""

import json
from html import escape

from abacus import papers, verdict
from abacus.evidence import render
from abacus.papers.table import CLASSES
from book import layout, prose

_MEANS = {
    "experiment": "an experiment that a paper reports, done again",
    "fit": "a model fitted to printed data",
    "count": "parameters, operations, items: to be hit exactly",
    "software": "what a program prints",
    "certificate": "values that an office for standards certifies",
    "suite": "a test suite's own values and tolerances",
    "closed form": "values that a formula gives",
    "reference": "values of another program or of a table of mathematics",
}
_WRONG = ("not reproduced", "fails", "exceeds", "differs, better")


def page(edition):
    """Every cell: filtered by words, class, lesson and verdict; sorted by any column."""
    tables = [(e, e.cells) for found in edition.experiments.values() for e in found if e.table]
    rows = "".join(_rows(edition, experiment, cells) for experiment, cells in tables)
    words = (*verdict.CELL_WORDS, *verdict.ORDERING_WORDS)
    counted = verdict.counts([cell for _, cells in tables for cell in cells])
    buttons = "".join(
        f'<button type="button" class="filter" data-verdict="{word}" aria-pressed="false">{prose.chip(word, counted[word])}</button>'
        for word in words
        if counted[word]
    )
    there = [name for name in CLASSES if any(e.proof == name for e, _ in tables)]
    body = f"""<h1>The ledger</h1>
<p class="lede">Every number that we have held against print, with the margin that the print leaves open and a verdict that is computed.</p>
{classes(tables)}
<h2 id="cells">All cells</h2>
<form class="filters" id="filters" aria-label="Filters">
<input type="search" id="words" placeholder="Words: gcn cora" aria-label="Words that a line must hold" autocomplete="off">
<label>class {_select("class", there)}</label>
<label>lesson {_select("project", [l.name for l in edition.lessons], {l.name: l.title for l in edition.lessons})}</label>
<output id="shown" for="words">{sum(map(len, (c for _, c in tables))):,} cells</output>
<div class="buttons" role="group" aria-label="Verdicts">{buttons}</div>
</form>
<div class="scroll ledger" tabindex="0" role="region" aria-label="All cells"><table id="ledger">
<thead><tr>{"".join(_sorted(word) for word in ("lesson", "table", "row", "column", "printed", "ours", "margin", "verdict"))}</tr></thead>
{rows}</table></div>
"""
    return layout.page(
        "ledger.html", "Ledger", body, kind="plain", scripts=("ledger.js",), commit=edition.commit,
        about="Every printed number beside ours, with its verdict.",
    )  # fmt: skip


def classes(tables):
    """A line for each class of proof, and no sum: a hit count and a certified digit are not the same."""
    shown = [w for w in (*verdict.CELL_WORDS, *verdict.ORDERING_WORDS) if any(c.verdict == w for _, cells in tables for c in cells)]
    lines = []
    for name in CLASSES:
        inner = [(e, cells) for e, cells in tables if e.proof == name]
        if not inner:
            continue
        counted = verdict.counts([cell for _, cells in inner for cell in cells])
        total = sum(counted.values())
        bar = "".join(
            f'<i class="{prose.VERDICTS.get(word, ("none",))[0]}" style="flex:{counted[word]}" title="{counted[word]} {word}"></i>'
            for word in shown
            if counted[word]
        )
        cells = "".join(f'<td class="right">{counted[word] or ""}</td>' for word in shown)
        lines.append(
            f'<tr><th scope="row"><a href="?class={name}#cells">{name}</a><small>{_MEANS[name]}</small></th>'
            f'<td class="right">{len(inner)}</td><td class="share"><span class="stack" role="img" aria-label="{_said(counted, total)}">{bar}</span></td>{cells}</tr>'
        )
    head = "".join(f'<th scope="col" class="right">{word}</th>' for word in ("tables", "share", *shown))
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="By class of proof"><table class="classes"><thead><tr>'
        f'<th scope="col">class</th>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def of_experiments(edition):
    """(reproduced, judged) cells of the class experiment."""
    cells = [c for found in edition.experiments.values() for e in found if e.table and e.proof == "experiment" for c in e.cells]
    counted = verdict.counts(cells)
    judged = sum(counted[word] for word in verdict.CELL_WORDS) - sum(counted.get(w, 0) for w in ("unverified", "no margin"))
    return counted["reproduced"], judged


def _said(counted, total):
    return ", ".join(f"{n} {word}" for word, n in counted.items() if n) + f" of {total}"


def _select(name, values, titles=None):
    options = "".join(f'<option value="{v}">{escape((titles or {}).get(v, v), quote=False)}</option>' for v in values)
    return f'<select id="{name}"><option value="">all</option>{options}</select>'


def _sorted(word):
    right = ' class="right"' if word in ("printed", "ours", "margin") else ""
    return f'<th scope="col"{right} aria-sort="none"><button type="button">{word}</button></th>'


def _rows(edition, experiment, cells):
    """The lines of one table, under the anchor that RESULTS.md gives it: what is judged, or all where nothing is."""
    name = experiment.project.name
    lines = []
    for cell in [cell for cell in cells if cell.verdict] or cells:
        reason = f' title="{escape(cell.reason)}"' if cell.reason else ""
        lines.append(
            f'<tr data-v="{cell.verdict}"><td><a href="{edition.table(experiment)}">{name}</a></td>'
            f"<td>{escape(experiment.name)}</td><td>{escape(cell.row)}</td><td>{escape(cell.column)}</td>"
            f'<td class="right">{escape(str(cell.reported))}</td><td class="right">{ours(cell)}</td>'
            f'<td class="right">{margin(cell)}</td><td{reason}>{prose.chip(cell.verdict) if cell.verdict else ""}</td></tr>'
        )
    about = f'id="{prose.anchor(f"{name}-{experiment.name}")}" data-class="{experiment.proof}" data-project="{name}" data-words="{escape(experiment.table.key)} {experiment.proof}"'
    return f"<tbody {about}>{''.join(lines)}</tbody>\n"


def ours(cell):
    """Our value as the tables of the lessons write it."""
    return "" if cell.ours is None else escape(render.number(cell.ours, cell.reported))


def margin(cell):
    return "" if cell.margin is None else f"{cell.margin:.3g}"


def differs(edition):
    """What did not come out: each table's cells with the reason that is computed, and the lesson's open questions."""
    parts, links = [], []
    for found in edition.lessons:
        tables = [(e, [c for c in e.cells if c.verdict in _WRONG]) for e in edition.experiments[found.name] if e.table]
        tables = [(e, wrong) for e, wrong in tables if wrong]
        if not tables:
            continue
        count = sum(len(wrong) for _, wrong in tables)
        links.append(f'<li><a href="#{found.name}">{escape(found.title)}</a> {count}</li>')
        questions = edition.questions.get(found.name, "")
        said = f"<details><summary>What the lesson says of it (open questions)</summary>{questions}</details>" if questions else ""
        inner = "".join(_wrong(edition, found, e, wrong) for e, wrong in tables)
        parts.append(
            f'<section id="{found.name}"><h2><a href="{found.name}/index.html">{escape(found.title)}</a></h2>{said}{inner}</section>'
        )
    body = f"""<h1>What differs, and why</h1>
<p class="lede">Numbers that did not come out as printed, and those where ours is better than the print: neither is a reproduction. Each
has its computed reason; below each title is what the lesson thinks of it.</p>
<ul class="inline">{"".join(links)}</ul>
{"".join(parts)}"""
    return layout.page(
        "differs.html", "What differs", body, kind="plain", commit=edition.commit,
        about="What did not come out as printed, and why.",
    )  # fmt: skip


def _wrong(edition, found, experiment, cells):
    paper = papers.paper(experiment.table.paper)
    rows = "".join(
        f'<tr><td>{escape(c.row)}</td><td>{escape(c.column)}</td><td class="right">{escape(str(c.reported))}</td>'
        f'<td class="right">{ours(c)}</td><td class="right">{margin(c)}</td><td>{prose.chip(c.verdict)}</td><td>{escape(c.reason)}</td></tr>'
        for c in cells
    )
    head = "".join(f'<th scope="col"{" class=right" if w in ("printed", "ours", "margin") else ""}>{w}</th>'
                   for w in ("row", "column", "printed", "ours", "margin", "verdict", "why"))  # fmt: skip
    title = f"{found.title}: {experiment.name}"
    return (
        f'<h3><a href="{edition.table(experiment)}">{experiment.name}</a> '
        f"<small>{escape(paper.title)} ({paper.year}), {escape(experiment.table.where)}</small></h3>"
        f'<div class="scroll{" long" if len(cells) > prose.LONG else ""}" tabindex="0" role="region" aria-label="{escape(title)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def speed(edition):
    """What scripts/bench.py measured: a bar for each ratio, a line at one."""
    parts = []
    for file in sorted((edition.root / "results").glob("speed-*.json")):
        measured = [line for line in json.loads(file.read_text(encoding="utf-8")) if line["peer"] != "abacus"]
        places = sorted({f"{line['machine']} processors, OpenBLAS kernel {line['blas']}" for line in measured})
        name = file.stem.removeprefix("speed-")
        rows = "".join(map(_speed, measured))
        head = "".join(f'<th scope="col"{" class=right" if "ms" in w else ""}>{w}</th>'
                       for w in ("step", "threads", "peer", "ours, ms", "theirs, ms", "our time / theirs"))  # fmt: skip
        parts.append(
            f'<h2 id="{name}">{name.capitalize()}</h2><p>Medians of interleaved rounds. {escape("; ".join(places))}.</p>'
            f'<div class="scroll" tabindex="0" role="region" aria-label="Speed: {name}"><table class="speed"><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
    body = f"""<h1>Speed</h1>
<p class="lede">One whole step of ours beside the same step of a peer, in turn, on the same processors. The dashed line is the peer's time:
a bar that ends before it is faster.</p>
{"".join(parts)}"""
    return layout.page("speed.html", "Speed", body, kind="plain", commit=edition.commit, about="Our steps beside those of peers.")


def _speed(line):
    ratio = line["ratio"]
    look = "good" if ratio <= 0.5 else "differs" if ratio <= 1 else "bad"
    times = "".join(f'<td class="right">{_milliseconds(line[who])}</td>' for who in ("ours", "theirs"))
    return (
        f'<tr><td>{escape(line["workload"])}</td><td>{line["threads"]}</td><td>{escape(line["peer"])}</td>{times}'
        f'<td class="ratio"><span><i class="{look}" style="width:{min(ratio, 2) * 50:.1f}%"></i></span> <b>{ratio:.2f}</b></td></tr>'
    )


def _milliseconds(seconds):
    return f"{1e3 * seconds:.4g}" if seconds < 10 else f"{1e3 * seconds:,.0f}"
