"""The ledger: every committed table of every project, judged, with its time and with what has changed since."""

import statistics
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from abacus import papers, verdict
from abacus.evidence import plans, records, render
from abacus.papers.table import CLASSES


@dataclass
class Entry:
    """One table of one project: what is to be run (`plan`, of run.py --plans) and what is known (`content`, or None)."""

    project: Path
    experiment: str
    plan: dict
    content: dict | None
    live: bool = False  # computed just now, not read from results/

    @cached_property
    def table(self):
        return papers.table(self.plan["reproduces"]) if self.plan["reproduces"] else None

    @cached_property
    def cells(self):
        """The judged cells; all of them missing where nothing has been run."""
        if not self.table:
            return []
        cells = verdict.judge(self.table, records.results(self.content) if self.content else {})
        return verdict.with_fitted(cells, self.plan.get("fitted"))

    @property
    def variant(self):
        """Why the table judges prints a second time, or None: then its cells are shown and not counted."""
        return self.plan.get("variant")

    @property
    def seconds(self):
        """Seconds of computing, all runs and seeds; None where nothing is known."""
        return sum(meta["seconds"] for meta in self._metas()) if self.content else None

    @property
    def data(self):
        """What has to be there for the table: its data sets, sorted."""
        names = {name for about in self.content["meta"].values() for name in about["data"]} if self.content else ()
        return sorted(name for name in names if not name.startswith(("papers/", "file:", records.READER)))

    @property
    def stale(self):
        """The names of the runs whose values come from other code than is here now, and are not confirmed by it."""
        meta = self.content["meta"] if self.content else {}
        return [name for name, about in meta.items() if not (self._is_todays(about) or self._is_confirmed(about))]

    @property
    def confirmed(self):
        """{name: confirmation} of the runs that today's code has been compared with."""
        meta = self.content["meta"] if self.content else {}
        known = {
            name: about for name, about in meta.items() if self._is_confirmed(about) and not self._is_todays(about)
        }
        return {name: about["confirmed"] for name, about in known.items()}

    def _is_todays(self, about):
        readers = records.readers(about["data"])
        return about["code"] == self.plan["code"] and all(about["data"][name] == now for name, now in readers.items())

    def _is_confirmed(self, about):
        said = about.get("confirmed", {})
        return said.get("code") == self.plan["code"] and said.get("readers", {}) == records.readers(about["data"])

    @property
    def outdated(self):
        """Whether results are committed whose settings or data are not today's: they are not shown, and are to be run again."""
        return self.content is not None and set(self.content["meta"]) != set(self.plan["runs"])

    def commits(self, names):
        """The commits that hold the code which made the runs `names`."""
        metas = [meta for name in names for meta in self.content["meta"][name]["seeds"].values()]
        return sorted({meta["commit"] for meta in metas if meta.get("commit")})

    def _metas(self):
        return [meta for about in self.content["meta"].values() for meta in about["seeds"].values()]


def entries(root=records.ROOT, project=None):
    """Every experiment of every project (or of one), in the order of their names."""
    found, run_files = [], sorted(root.glob(f"projects/{project or '*'}/run.py"))
    for run_file, experiments in zip(run_files, plans.of(run_files), strict=True):
        for name, plan in experiments.items():
            path = run_file.parent / "results" / f"{name}.json"
            content = records.kept(records.read_results(path), plan["runs"]) if path.exists() else None
            found.append(Entry(run_file.parent, name, plan, content))
    return found


def lines(found):
    """The ledger as rows of text: a header, and a line a table, the classes one after the other; there is no sum."""
    header = ["class", "project", "table", *verdict.CELL_WORDS, "seconds"]
    judged = sorted((e for e in found if e.table), key=lambda e: CLASSES.index(e.table.proof))
    counts = [verdict.counts(e.cells) for e in judged]
    return [
        header,
        *(
            [e.table.proof, e.project.name, _name(e), *(str(n[word] or "") for word in header[3:-1]), _seconds(e)]
            for e, n in zip(judged, counts)
        ),
    ]


def terminal(found):
    """The ledger for a terminal, in aligned columns; those in which nothing stands are left out."""
    table = lines(found)
    shown = [i for i in range(len(table[0])) if i < 3 or any(line[i] for line in table[1:])]
    table = [[line[i] for i in shown] for line in table]
    widths = [max(len(line[i]) for line in table) for i in range(len(shown))]
    text = [
        "  ".join(word.ljust(w) if i < 3 else word.rjust(w) for i, (word, w) in enumerate(zip(line, widths)))
        for line in table
    ]
    text.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(line.rstrip() for line in text)


def markdown(found):
    """The same as a Markdown table; each name leads to the project."""
    header, *body = lines(found)
    rule = ["---", "---", "---", *("--:" for _ in header[3:])]
    linked = [[line[0], f"[{line[1]}](projects/{line[1]}/)", *line[2:]] for line in body]
    return "\n".join("| " + " | ".join(line) + " |" for line in [header, rule, *linked])


def objects(found):
    """Every cell as a plain object, for programs."""
    return [
        {
            "project": entry.project.name,
            "experiment": entry.experiment,
            "class": entry.table.proof,
            "variant": entry.variant,
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
        return (
            "\n\n".join([render.values_markdown(entry.content), *_history(entry)]) if entry.content else "Not run yet."
        )
    parts = [f"*{papers.paper(entry.table.paper).title}*  ", render.markdown(entry.table, entry.cells)]
    if entry.variant:
        parts.append(f"A second judgement of these prints, shown and not counted: {entry.variant}.")
    if entry.plan.get("cannot_tell"):
        told = "; ".join(f"*{what}* ({why})" for what, why in entry.plan["cannot_tell"].items())
        parts.append(f"What this table cannot tell from the intact study: {told}.")
    if entry.plan.get("interquartile") and entry.content:
        said = render.interquartile(entry.table, records.results(entry.content))
        parts += [f"{said[0].upper()}{said[1:]}."] if said else []
    if entry.plan["departures"]:
        parts.append("\n".join(f"- {line}" for line in entry.plan["departures"]))
    parts += _history(entry)
    if entry.content and entry.seconds >= 1:
        parts.append(f"{_seconds(entry)} s of computing in all{_each(entry)}.")
    return "\n\n".join(parts)


def _history(entry):
    """Lines on the runs of a table that today's code has not made: confirmed by it, or not."""
    lines, by_words = [], {}
    for name, said in entry.confirmed.items():
        there = ", ".join(entry.commits([name])) or "an unknown commit"
        words = f"computed at {there}; the same bytes {said['rounds']} at {said['commit']}"
        by_words.setdefault(words, []).append(name)
    for words, names in by_words.items():
        lines.append(f"{_rows(entry, names)}: {words}.")
    if entry.stale:
        commits = ", ".join(entry.commits(entry.stale)) or "no commit"
        lines.append(f"Computed by earlier code ({commits}): {_rows(entry, entry.stale)}.")
    if entry.outdated:
        lines.append("Other results are committed, of other settings or other data than today's: they are not shown.")
    return lines


def _rows(entry, names):
    if set(names) == set(entry.content["meta"]):
        return "all rows"
    return ", ".join(row for name in names for row in entry.content["meta"][name]["rows"])


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
    marks = ["*"] if entry.content and not entry.live else []
    marks += ["(variant)"] if entry.variant else []
    return " ".join([entry.experiment, *marks, *(["(stale)"] if entry.stale else [])])


def _seconds(entry):
    return "" if entry.seconds is None else f"{entry.seconds:.1f}" if entry.seconds < 100 else f"{entry.seconds:.0f}"


def _each(entry):
    """The median time of a run, where there are several that take seconds."""
    seconds = [meta["seconds"] for meta in entry._metas()]
    middle = statistics.median(seconds)
    return f", {middle:.0f} s a run (the median of {len(seconds)})" if len(seconds) > 1 and middle >= 1 else ""
