"""What scripts/sabotage.py has measured: how much of what is broken on purpose the verdicts see, by class of proof.

A line of results/sabotage.json is one variant of one table: a setting (or a step of the code) was broken, and of the cells that
agree with the print before, so many were `refused` and so many `kept`. Seen is a variant of which a cell was refused.
A third kind of sabotage costs no computing: the values of one row of a table, whole as they are committed, under the name of
another row.
"""

from abacus import verdict
from abacus.evidence import records
from abacus.papers.table import CLASSES

AGREES = ("reproduced", "consistent")  # of cells whose rows are exchanged; a claim is about two rows
SAME = {  # settings whose change is not meant to be seen, and why
    "solver": "another way to the same numbers",
    "gradient": "another way to the same numbers",
    "digits": "the rounding of the arithmetic, still finer than the print",
    "gap": "when the iteration stops, still later than the print can see",
    "weights": "a common factor, which making them sum to one takes out",
    "shares": "a common factor, which making them sum to one takes out",
    "p": "a common factor, which making them sum to one takes out",
    "q": "a common factor, which making them sum to one takes out",
    "level": "of intervals that this table does not print",
    "first": "the one cell that agrees does not depend on it",
    "length": "the one cell that agrees does not depend on it",
    "towers": "one tower and two have the same neurons",
    "rr_depth": "Russian roulette changes the noise and not the mean",
    "strategy": "another unbiased way to the same radiance",
    "filter": "the mean of the whole picture is the same",
    "max_depth": "roulette has ended the paths long before",
    "spp": "fewer samples, and as much wider a margin",
    "width": "fewer samples, and as much wider a margin",
    "height": "fewer samples, and as much wider a margin",
}

KINDS = {"setting": "settings", "step": "steps of the code"}


def unseen(lines):
    """The broken settings that no cell has seen: [(project, experiment, change, cells kept)]."""
    return [
        (line["project"], line["experiment"], line["change"], line["kept"])
        for line in lines
        if line["kind"] == "setting" and not line["refused"]
    ]


def exchanged(entry):
    """(told apart, tried) of the cells of a table that agree, given the values of each other row that has another print."""
    table, results = entry.table, records.results(entry.content)
    rows = [row for row in table.rows if row in results]
    own = {(c.row, c.column) for c in verdict.judge(table, results) if c.verdict in AGREES}
    apart = tried = 0
    for turn in range(1, len(rows)):
        others = dict(zip(rows, rows[turn:] + rows[:turn], strict=True))
        for cell in verdict.judge(table, {row: results[other] for row, other in others.items()}):
            if (cell.row, cell.column) not in own or cell.ours is None:
                continue
            mine, other = (table.rows[row][cell.column] for row in (cell.row, others[cell.row]))
            if other is not None and other.number != mine.number:
                tried += 1
                apart += cell.verdict not in AGREES
    return apart, tried


def markdown(lines, found):
    """The share that is seen, by class; the settings that are not, with what the experiment says of them; what was too long."""
    parts = [
        "One setting at a time is halved, doubled or replaced by the next word, or one operator or number of the code is "
        "changed, and the table is judged again (`python scripts/sabotage.py`). A variant is *seen* where a cell that agreed "
        "with the print, or a claim that held, does not any more. Some variants change nothing that is printed, or are as good "
        "as the original.",
        _by_class(lines, found),
        "*Rows exchanged*: a cell that agrees is given the committed values of each other row whose print is another; told "
        "apart are those that do not agree any more.",
    ]
    parts += _alike(found)
    said = {(e.project.name, e.experiment): e.plan.get("cannot_tell") or {} for e in found}
    rows = [
        f"| {project} | {experiment} | {change} | {kept} | {why(change, said.get((project, experiment), {}))} |"
        for project, experiment, change, kept in unseen(lines)
    ]
    if rows:
        head = [
            "| project | table | broken | cells kept | why the print does not see it |",
            "| --- | --- | --- | --: | --- |",
        ]
        summary = f"<details><summary>the {len(rows)} broken settings that no cell has seen</summary>"
        parts.append("\n".join([summary, "", *head, *rows, "", "</details>"]))
    long = [f"{line['project']} {line['experiment']}" for line in lines if line["change"] == "too long"]
    if long:
        parts.append(f"Not tried, since one variant takes too long: {', '.join(long)}.")
    return "\n\n".join(parts)


def why(change, said):
    """What an experiment says of a setting that no cell has seen, else what is known of settings of that name."""
    name = change.partition(":")[0]
    told = [why for what, why in said.items() if what.split()[0] == name]
    return told[0] if told else SAME.get(name, "")


def _with_values(found):
    return [entry for entry in found if entry.table and entry.content and not entry.outdated]


def _alike(found):
    """A sentence that names the tables whose rows are not all told apart."""
    few = [(entry, *exchanged(entry)) for entry in _with_values(found)]
    said = [
        f"{entry.project.name} {entry.experiment} ({tried - apart} of {tried})"
        for entry, apart, tried in few
        if apart < tried
    ]
    return [f"Rows that the margins do not tell apart: {', '.join(said)}."] if said else []


def _by_class(lines, found):
    head = ["class"] + [word for what in KINDS.values() for word in (f"{what} broken", "seen")]
    head += ["cells refused", "rows exchanged", "told apart"]
    text = ["| " + " | ".join(head) + " |", "| --- |" + " --: |" * (len(head) - 1)]
    for name in CLASSES:
        mine = [line for line in lines if line["class"] == name]
        counts, refused = [], 0
        for kind in KINDS:
            tried = [line for line in mine if line["kind"] == kind]
            seen = sum(line["refused"] > 0 for line in tried)
            counts += [str(len(tried) or ""), f"{seen} ({seen / len(tried):.0%})" if tried else ""]
            refused += sum(line["refused"] for line in tried)
        total = refused + sum(line["kept"] for line in mine)
        pairs = [exchanged(entry) for entry in _with_values(found) if entry.table.proof == name]
        apart, tried = (sum(numbers) for numbers in zip(*pairs, strict=True)) if pairs else (0, 0)
        counts += [
            f"{refused} of {total}" if total else "",
            str(tried or ""),
            f"{apart} ({apart / tried:.0%})" if tried else "",
        ]
        text.append("| " + " | ".join([name, *counts]) + " |")
    return "\n".join(text)
