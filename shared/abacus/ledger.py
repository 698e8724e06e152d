"""The ledger: every committed table of every project, judged, with its time and with what has changed since."""

import json
import os
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from abacus import data, papers, records, render, verdict
from abacus.errors import Damaged, Unavailable


@dataclass
class Entry:
    """One table of one project: what is to be run (`plan`, of run.py --plans) and what is known (`content`, or None)."""

    project: Path
    experiment: str
    plan: dict
    content: dict | None
    live: bool = False  # computed just now, not read from results/

    @property
    def table(self):
        return papers.table(self.plan["reproduces"]) if self.plan["reproduces"] else None

    @cached_property
    def cells(self):
        """The judged cells; all of them missing where nothing has been run."""
        return verdict.judge(self.table, records.results(self.content) if self.content else {}) if self.table else []

    @property
    def seconds(self):
        """Seconds of computing, all rows and seeds; None where nothing is known."""
        return sum(meta["seconds"] for meta in self._metas()) if self.content else None

    @property
    def data(self):
        """The data sets that the table needed, sorted."""
        return (
            sorted({name for about in self.content["meta"].values() for name in about["data"]}) if self.content else []
        )

    @property
    def stale(self):
        """The rows whose committed values come from other code, settings or data than are here now."""
        if self.content is None:
            return []
        now, then = self.plan["rows"], self.content["meta"]
        return [
            row for row in now if row in then and (then[row]["key"] != now[row] or not _same(then[row]["data"]))
        ] + [row for row in then if row not in now]

    @property
    def commits(self):
        return sorted({meta["commit"] for meta in self._metas() if meta.get("commit")})

    def _metas(self):
        return [meta for about in self.content["meta"].values() for meta in about["seeds"].values()]


def entries(root=records.ROOT, project=None):
    """Every experiment of every project (or of one), in the order of their names."""
    found, run_files = [], sorted(root.glob(f"projects/{project or '*'}/run.py"))
    with ThreadPoolExecutor(os.cpu_count()) as several:
        planned = list(several.map(plans, run_files))
    for run_file, experiments in zip(run_files, planned, strict=True):
        for name, plan in experiments.items():
            path = run_file.parent / "results" / f"{name}.json"
            found.append(Entry(run_file.parent, name, plan, records.read_results(path) if path.exists() else None))
    return found


def plans(run_file):
    """{experiment: {reproduces, seeds, rows: {row: key}, departures}} as the project itself says (run.py --plans)."""
    said = subprocess.run(
        [sys.executable, run_file.name, "--plans"], cwd=run_file.parent, capture_output=True, text=True
    )
    if said.returncode:
        raise Damaged(
            f"{run_file.parent.name}: {said.stderr.strip().splitlines()[-1] if said.stderr.strip() else 'no plan'}"
        )
    return json.loads(said.stdout)


WORDS = ("reproduced", "consistent", "exceeds", "not reproduced", "inconclusive", "missing", "unverified")


def lines(found):
    """The ledger as rows of text: a header, one line a table, and the sum."""
    header = ["project", "table", *WORDS, "seconds"]
    body, total = [], dict.fromkeys(WORDS, 0)
    for entry in found:
        if not entry.table:
            continue
        counted = verdict.counts(entry.cells)
        body.append([entry.project.name, _name(entry), *(str(counted[w] or "") for w in WORDS), _seconds(entry)])
        total = {w: total[w] + counted[w] for w in WORDS}
    return [header, *body, ["all", f"{len(body)} tables", *(str(total[w]) for w in WORDS), ""]]


def terminal(found):
    """The ledger for a terminal, in aligned columns."""
    table = lines(found)
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    text = [
        "  ".join(word.ljust(w) if i < 2 else word.rjust(w) for i, (word, w) in enumerate(zip(line, widths)))
        for line in table
    ]
    text.insert(1, "  ".join("-" * w for w in widths))
    text.insert(-1, text[1])
    return "\n".join(line.rstrip() for line in text)


def markdown(found):
    """The ledger as a Markdown table; each name leads to the project."""
    header, *body, total = lines(found)
    rule = ["---", "---", *("--:" for _ in header[2:])]
    linked = [[f"[{line[0]}](projects/{line[0]}/)", *line[1:]] for line in body]
    return "\n".join(
        "| " + " | ".join(line) + " |"
        for line in [header, rule, *linked, [f"**{word}**" if word else "" for word in total]]
    )


def objects(found):
    """Every cell as a plain object, for programs."""
    return [
        {
            "project": entry.project.name,
            "experiment": entry.experiment,
            "paper": entry.table.paper,
            "table": entry.table.key,
            "row": cell.row,
            "column": cell.column,
            "reported": cell.reported,
            "ours": cell.ours,
            "margin": cell.margin,
            "verdict": cell.verdict,
            "seeds": cell.seeds,
            "seconds": entry.seconds,
            "reason": cell.reason,
        }
        for entry in found
        if entry.table
        for cell in entry.cells
    ]


def full_table(entry):
    """One table in Markdown: the paper, the cells, what of them is stale, and the cost; else the values alone."""
    if not entry.table:
        return render.values_markdown(entry.content) if entry.content else "Not run yet."
    parts = [f"*{papers.paper(entry.table.paper).title}*  ", render.markdown(entry.table, entry.cells)]
    if entry.plan["departures"]:
        parts.append("\n".join(f"- {line}" for line in entry.plan["departures"]))
    if entry.stale:
        rows = "all rows" if len(entry.stale) >= len(entry.plan["rows"]) else ", ".join(entry.stale)
        parts.append(f"Computed by earlier code ({', '.join(entry.commits) or 'no commit'}): {rows}.")
    if entry.content and entry.seconds >= 1:
        parts.append(f"{_seconds(entry)} s of computing in all{_each(entry)}.")
    return "\n\n".join(parts)


def speed_table(measured):
    """What scripts/bench.py --json measured, in Markdown: where, then a line for each workload, number of threads and peer."""
    places = sorted({f"{line['machine']} processors, OpenBLAS kernel {line['blas']}" for line in measured})
    lines = [
        f"Medians of interleaved rounds of whole steps. {'; '.join(places)}.",
        "",
        "| workload | threads | ours, ms | peer | theirs, ms | ours / theirs | by processor time | ours, MB | theirs, MB |",
        "| --- | --: | --: | --- | --: | --: | --: | --: | --: |",
    ]
    for line in measured:
        ours, theirs = (
            f"{1e3 * line[who]:.4g}" if line[who] < 10 else f"{1e3 * line[who]:.0f}" for who in ("ours", "theirs")
        )
        ratio, cpu = f"{line['ratio']:.3g}", f"{line['ours_cpu'] / line['theirs_cpu']:.3g}"
        peer, mine, its = line["peer"], f"{line['ours_megabytes']:.0f}", f"{line['theirs_megabytes']:.0f}"
        if peer == "abacus":  # no other was there
            peer = theirs = ratio = cpu = its = ""
        cells = line["workload"], str(line["threads"]), ours, peer, theirs, ratio, cpu, mine, its
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def mutation_line(measured):
    """What scripts/mutate.py --json measured, in a sentence."""
    gradients, share = measured["gradients"], measured["killed"] / measured["tried"]
    return (
        f"The tests notice {measured['killed']} of {measured['tried']} mutants of the core ({share:.0%}; "
        f"{', '.join(measured['parts'])}), among them {gradients['killed']} of the {gradients['tried']} that make the "
        "gradients of one op a hundredth too large. The survivors stand in results/mutation.json, by line."
    )


def _name(entry):
    return (
        entry.experiment + ("" if entry.live else " *" if entry.content else "") + (" (stale)" if entry.stale else "")
    )


def _seconds(entry):
    return "" if entry.seconds is None else f"{entry.seconds:.1f}" if entry.seconds < 100 else f"{entry.seconds:.0f}"


def _each(entry):
    """The median time of a run, where there are several that take seconds."""
    seconds = [meta["seconds"] for meta in entry._metas()]
    middle = statistics.median(seconds)
    return f", {middle:.0f} s a run (the median of {len(seconds)})" if len(seconds) > 1 and middle >= 1 else ""


def _same(known):
    try:
        return all(data.fingerprint(name) == value for name, value in known.items())
    except (Unavailable, ValueError):
        return False
