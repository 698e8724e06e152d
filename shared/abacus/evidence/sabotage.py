"""What scripts/sabotage.py has measured: how much of what is broken on purpose the verdicts see, by class of proof.

A line of results/sabotage.json is one variant of one table: a setting (or a step of the code) was broken, and of the cells that
agree with the print before, so many were `refused` and so many `kept`. Seen is a variant of which a cell was refused.
"""

from abacus.papers.table import CLASSES

KINDS = {"setting": "settings", "step": "steps of the code"}


def unseen(lines):
    """The broken settings that no cell has seen: [(project, experiment, change, cells kept)]."""
    return [
        (line["project"], line["experiment"], line["change"], line["kept"])
        for line in lines
        if line["kind"] == "setting" and not line["refused"]
    ]


def markdown(lines, found):
    """The share that is seen, by class; the settings that are not, with what the experiment says of them; what was too long."""
    parts = [
        "One setting at a time is halved, doubled or replaced by the next word, or one operator or number of the code is "
        "changed, and the table is judged again (`python scripts/sabotage.py`). A variant is *seen* where a cell that agreed "
        "with the print does not agree any more. Some variants change nothing that is printed, or are as good as the original.",
        _by_class(lines),
    ]
    said = {(e.project.name, e.experiment): e.plan.get("cannot_tell") or {} for e in found}
    rows = [
        f"| {project} | {experiment} | {change} | {kept} | {said.get((project, experiment), {}).get(change, '')} |"
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


def _by_class(lines):
    head = ["class"] + [f"{of} {what}" for what in KINDS.values() for of in ("broken", "seen,")] + ["cells refused"]
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
        if any(counts):
            text.append("| " + " | ".join([name, *counts, f"{refused} of {total}"]) + " |")
    return "\n".join(text)
