"""The page "what did not reproduce, and why": every failing cell with the suspected cause that its experiment states.

The cause stands in one place, as `why:` in conf/experiment/NAME.yaml: one text for the table, or one for each of some rows.
"""

from abacus import papers, verdict
from abacus.evidence import render
from abacus.papers.table import CLASSES

FOLDED = 6  # a table of more cells folds away
INTRODUCTION = """# What did not reproduce, and why

Rendered by `python scripts/report.py`. The numbers are computed; the causes are our suspicions, and stand beside the
settings of each experiment (`why:` in its file). A cell that fails stays in its table. One that differs *for the better* has
failed as well: another method that beats a print is no copy of it. Whoever knows a better reading of a paper is asked to tell us.

![How a verdict is made: the interval of our difference from the print, against the margin](results/verdict.svg)

The shaded band is the margin: what the print itself leaves open (half of its last digit, and the sampling error of its
test set or the spread of its runs). The bar is the 90 % interval of our mean less the printed number. Inside the band:
*reproduced*. Outside: *not reproduced*, or *differs, better*. On the edge: *inconclusive*, and more seeds may decide. The four
bars are cells of this repository."""


def failing(entry):
    """The cells of one table that ask for a cause."""
    return [cell for cell in entry.cells if cell.verdict in verdict.FAILED]


def why(entry, cell):
    """The cause that the experiment states for a cell, or ""."""
    said = entry.plan.get("why") or ""
    return said.get(cell.row, "") if isinstance(said, dict) else said


def gaps(found):
    """What is out of order, a line each: a failing cell without a cause, and a cause of a row where nothing fails."""
    lines = []
    for entry in found:
        cells, said = failing(entry) if entry.table else [], entry.plan.get("why") or {}
        at = f"{entry.project.name}, {entry.experiment}"
        bare = dict.fromkeys(cell.row for cell in cells if not why(entry, cell))
        lines += [f"{at}: {row} fails, and no cause is given (why:)" for row in bare]
        rows = {cell.row for cell in cells}
        needless = [row for row in said if row not in rows] if isinstance(said, dict) else [] if rows else ["the table"]
        lines += [f"{at}: a cause is given for {row}, of which nothing fails" for row in needless]
    return lines


def page(found):
    """The whole page in Markdown."""
    judged = sorted((e for e in found if e.table), key=lambda e: CLASSES.index(e.table.proof))  # experiments first
    parts = [INTRODUCTION]
    for entry in judged:
        if failing(entry):
            parts += [f"## {entry.project.name}: {entry.experiment}", *_section(entry)]
    parts += [
        "## Not decided",
        "Cells of which our seeds cannot tell, and those of which no number of seeds could.",
        _open(judged),
    ]
    return "\n\n".join(parts) + "\n"


def _section(entry):
    cells, table = failing(entry), entry.table
    paper = papers.paper(table.paper)
    total = sum(1 for cell in entry.cells if cell.verdict in verdict.CELL_WORDS)
    number = sum(cell.verdict in verdict.CELL_WORDS for cell in cells)
    share = f"{number} of its {total} numbers" if number else "A claim of its text"
    lesson = f"projects/{entry.project.name}/README.md"
    head = f"*{paper.title}* ({paper.year}), {table.where}. **{share}.** [The lesson]({lesson})"
    causes = {}
    for cell in cells:
        rows = causes.setdefault(why(entry, cell), [])
        if cell.row not in rows:
            rows.append(cell.row)
    every = len(causes) == 1
    said = {f"{cause[0].upper()}{cause[1:]}{'' if cause[-1] in '.?' else '.'}": rows for cause, rows in causes.items()}
    lines = [f"- {'' if every else '**' + ', '.join(rows) + '**: '}{cause}" for cause, rows in said.items()]
    shown = render.cells_markdown(table, cells)
    if len(cells) > FOLDED:
        shown = f"<details><summary>the {len(cells)} cells</summary>\n\n{shown}\n\n</details>"
    second = [f"A second judgement of these prints: {entry.variant}."] if entry.variant else []
    return [head, *second, "\n".join(lines), shown]


def _open(judged):
    lines = ["| project | table | inconclusive | undecidable |", "| --- | --- | --: | --: |"]
    for entry in judged:
        number = verdict.counts(entry.cells)
        if number["inconclusive"] or number["undecidable"]:
            counts = f"{number['inconclusive'] or ''} | {number['undecidable'] or ''}"
            lines.append(f"| [{entry.project.name}](projects/{entry.project.name}/) | {entry.experiment} | {counts} |")
    return "\n".join(lines)
