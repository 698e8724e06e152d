"""The ledger's page: a line for each class of proof, and every judged cell with filters."""

from html import escape

from abacus import verdict
from abacus.evidence import classes, render
from abacus.papers.table import CLASSES
from book import layout, prose

_COLUMNS = ("lesson", "table", "row", "column", "printed", "ours", "margin", "verdict")


def page(edition):
    """Every cell: filtered by words, class, lesson and verdict; sorted by any column."""
    tables = [(e, e.cells) for found in edition.experiments.values() for e in found if e.table]
    rows = "".join(_rows(edition, experiment, cells) for experiment, cells in tables)
    words = (*verdict.CELL_WORDS, *verdict.ORDERING_WORDS)
    counted = verdict.counts([cell for _, cells in tables for cell in cells])
    buttons = "".join(
        f'<button type="button" class="filter" data-verdict="{word}" '
        f'aria-pressed="false">{prose.chip(word, counted[word])}</button>'
        for word in words
        if counted[word]
    )
    there = [name for name in CLASSES if any(e.proof == name for e, _ in tables)]
    body = f"""<h1>The ledger</h1>
<p class="lede">Every number that we have held against print, with the margin that the print leaves open and a verdict
that is computed.</p>
<p>Each print counts once. There is no sum: an experiment and a formula are not one kind of evidence. What did not come out, and
why we think so: <a href="differences.html">what differs</a>.</p>
{of_classes(edition)}
<h2 id="cells">All cells</h2>
<form class="filters" id="filters" aria-label="Filters">
<input type="search" id="words" placeholder="Words: gcn cora" aria-label="Words that a line must hold" autocomplete="off">
<label>class {_select("class", there)}</label>
<label>lesson {_select("project", [l.name for l in edition.lessons], {l.name: l.title for l in edition.lessons})}</label>
<output id="shown" for="words">{sum(map(len, (c for _, c in tables))):,} cells</output>
<div class="buttons" role="group" aria-label="Verdicts">{buttons}</div>
</form>
<div class="scroll ledger" tabindex="0" role="region" aria-label="All cells"><table id="ledger">
<thead><tr>{"".join(map(_sorted, _COLUMNS))}</tr></thead>
{rows}</table></div>
"""
    return layout.page(
        "ledger.html", "Ledger", body, kind="plain", scripts=("ledger.js",), commit=edition.commit,
        about="Every printed number beside ours, with its verdict.",
    )  # fmt: skip


def of_classes(edition):
    """A line for each class of proof, and no sum: a hit count and a certified digit are not the same."""
    found = [experiment for inner in edition.experiments.values() for experiment in inner]
    number = classes.by_class(found)
    words = verdict.CELL_WORDS
    shown = [word for word in words if any(counted[word] for counted in number.values())]
    lines = [_class(name, counted, shown) for name, counted in number.items() if any(counted.values())]
    head = "".join(f'<th scope="col" class="right">{word}</th>' for word in ("share", *shown, "claims that hold"))
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="By class of proof"><table class="classes"><thead><tr>'
        f'<th scope="col">class</th>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def _class(name, counted, shown):
    bar = "".join(
        f'<i class="{prose.VERDICTS.get(word, ("none",))[0]}" style="flex:{counted[word]}" title="{counted[word]} {word}"></i>'
        for word in shown
        if counted[word]
    )
    cells = "".join(f'<td class="right">{counted[word] or ""}</td>' for word in shown)
    claims = sum(counted[word] for word in verdict.ORDERING_WORDS)
    held = f"{counted['holds']} of {claims}" if claims else ""
    said = ", ".join(f"{counted[word]} {word}" for word in shown if counted[word])
    return (
        f'<tr><th scope="row"><a href="?class={name}#cells">{name}</a><small>{classes.MEANING[name]}</small></th>'
        f'<td class="share"><span class="stack" role="img" aria-label="{said}">{bar}</span></td>{cells}'
        f'<td class="right">{held}</td></tr>'
    )


def of_experiments(edition):
    """(reproduced, judged) numbers of the class experiment."""
    number = classes.by_class([e for inner in edition.experiments.values() for e in inner])["experiment"]
    return number["reproduced"], sum(number[word] for word in classes.JUDGED)


def _select(name, values, titles=None):
    options = "".join(f'<option value="{v}">{escape((titles or {}).get(v, v), quote=False)}</option>' for v in values)
    return f'<select id="{name}"><option value="">all</option>{options}</select>'


def _sorted(word):
    right = ' class="right"' if word in ("printed", "ours", "margin") else ""
    return f'<th scope="col"{right} aria-sort="none"><button type="button">{word}</button></th>'


def _rows(edition, experiment, cells):
    """The lines of one table, under the anchor that RESULTS.md gives it: what is judged, or all where nothing is."""
    name = experiment.project.name
    again = " variant" if experiment.variant else ""
    lines = []
    for cell in [cell for cell in cells if cell.verdict] or cells:
        reason = f' title="{escape(cell.reason)}"' if cell.reason else ""
        lines.append(
            f'<tr data-v="{cell.verdict}"><td><a href="{edition.table(experiment)}">{name}</a></td>'
            f"<td>{escape(experiment.experiment)}</td><td>{escape(cell.row)}</td><td>{escape(cell.column)}</td>"
            f'<td class="right">{escape(str(cell.reported))}</td><td class="right">{ours(cell)}</td>'
            f'<td class="right">{margin(cell)}</td><td{reason}>{prose.chip(cell.verdict) if cell.verdict else ""}</td></tr>'
        )
    words = f"{escape(experiment.table.key)} {experiment.proof}{again}"
    about = f'data-class="{experiment.proof}" data-project="{name}" data-words="{words}"'
    anchor = prose.anchor(f"{name}-{experiment.experiment}")
    return f'<tbody id="{anchor}" {about}>{"".join(lines)}</tbody>\n'


def ours(cell):
    """Our value as the tables of the lessons write it."""
    return "" if cell.ours is None else escape(render.number(cell.ours, cell.reported))


def margin(cell):
    return "" if cell.margin is None else f"{cell.margin:.3g}"
