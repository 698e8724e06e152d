"""The plan of twelve weeks, and the map for programs (llms.txt): both computed from lesson.toml."""

from html import escape

from abacus import lessons
from abacus.evidence.front import duration
from book import layout

WEEKS = 12


def page(edition):
    """The lessons of the path over twelve weeks of about equal length."""
    total, rows = sum(lesson.minutes for lesson in edition.lessons), []
    for number, inner in enumerate(weeks(edition.lessons), 1):
        items = "".join(f"<li>{_task(edition, lesson)}</li>" for lesson in inner)
        hours = duration(sum(lesson.minutes for lesson in inner))
        rows.append(
            f'<section id="week-{number}"><h2>Week {number} <small>{hours}</small></h2><ul>{items}</ul></section>'
        )
    body = f"""<div class="narrow"><h1>Twelve weeks</h1>
<p class="lede">The whole path, {duration(total)} of reading and running, in twelve weeks of about equal length. It is
computed from what each
lesson says of itself, so it changes as lessons come.</p>
<p>Each week is done in the same way. Read the lesson with its code beside it. Run <code>python run.py</code> and look
at the picture before you read on.
Work the small example by hand, on paper. Then run the table below and explain one line of it, best one that did
<em>not</em> come out, to somebody else.</p>
{"".join(rows)}
<h2 id="teachers">For teachers</h2>
<p>A lesson's first example fits a blackboard and twenty minutes. The bare run of every lesson ends within twenty
seconds and needs no download, so a class can start it together.
For a laboratory without a network put the data sets into one folder and set <code>ABACUS_DATA</code> to it. Each
lesson ends in exercises and in open questions:
the latter are real ones, where the paper does not say what was done.</p>
<p>The exercises that ask for a function are checked by <code>python scripts/learn.py</code>, and
<code>python scripts/learn.py grade FOLDER</code> checks those of a whole class, a folder for each learner, and prints a
table for a spreadsheet. The solutions are the repository's own functions, so everybody can read them: ask for the paper's
table with the learner's function in it, and for one sentence about it.</p></div>"""
    return layout.page(
        "plan.html", "Twelve weeks", body, kind="plain", commit=edition.commit, about="The path in twelve weeks."
    )


def weeks(path):
    """The lessons cut into WEEKS lists in their order: one goes where the middle of its minutes falls."""
    total, before, found = sum(lesson.minutes for lesson in path), 0, [[] for _ in range(WEEKS)]
    for lesson in path:
        found[min(WEEKS - 1, int((before + lesson.minutes / 2) / total * WEEKS))].append(lesson)
        before += lesson.minutes
    return found


def _task(edition, lesson):
    """A lesson and the table that ends it: the one that costs least of those with most cells to judge."""
    judged = [e for e in edition.experiments[lesson.name] if e.table and e.content]
    link = f'<a href="{lesson.name}/index.html">{escape(lesson.title)}</a>: {escape(lesson.question)}'
    if not judged:
        return link
    table = min(judged, key=lambda e: (e.spent > 60, -len(e.cells)))
    return f"{link} <br><code>cd projects/{lesson.name} && python run.py experiment={table.experiment}</code>".replace(
        "&&", "&amp;&amp;"
    )


def for_agents(edition):
    """llms.txt: what there is, a line each."""
    lines = [
        "# Abacus",
        "",
        "> The classics of machine learning, computed by hand and checked against print.",
        "",
        "## Lessons",
        "",
    ]
    for step, name in lessons.STEPS.items():
        inner = [lesson for lesson in edition.lessons if lesson.step == step]
        lines += [
            f"- [{lesson.title}]({lesson.name}/lesson.md): step {step}, {name}. {lesson.sentence}" for lesson in inner
        ]
    lines += ["", "## Results", "", "- [Ledger](ledger.html): every printed number beside ours, with its verdict"]
    lines += [
        "- [What did not reproduce](differences.html): what did not come out, and why",
        "",
        "## Optional",
        "",
        "- [Speed](speed.html)",
        "- [AGENTS](agents.html)",
    ]
    return "\n".join(lines) + "\n"
