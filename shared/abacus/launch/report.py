"""What the command prints: the table beside the paper's, the departures from its protocol, time and memory."""

import sys

from abacus import settings, verdict
from abacus.errors import BadInput
from abacus.evidence import records, render

WIDE = 12  # columns of values that still fit on a line


def show(plan, table, summary, departures):
    """Print the chosen rows of what is finished; the judged cells ([] where no paper's table is reproduced)."""
    if table is None:
        hidden = set(plan.rows) - set(plan.chosen)
        _show_values(summary | {"values": {row: said for row, said in summary["values"].items() if row not in hidden}})
        cells = []
    else:
        cells = verdict.with_fitted(verdict.judge(table, records.results(summary)), plan.fitted)
        shown = [c for c in cells if c.row in plan.chosen] if plan.chosen != list(plan.rows) else cells
        print(render.terminal(table, shown, colour=sys.stdout.isatty()))
    second = [f"a second judgement of these prints, which is not counted: {plan.variant}"] if plan.variant else []
    for line in [
        *_asked(plan),
        *second,
        *_middles(plan, table, summary),
        *departures,
        *_unprinted(plan, table, summary),
    ]:
        print(line)
    print(_cost(summary))
    for row, about in summary["meta"].items():
        for seed, meta in about["seeds"].items():
            if "diverged" in meta:
                print(f"diverged: {row}, seed {seed}: {meta['diverged']}")
    return cells


def check_rows(plan, table):
    """BadInput where experiment and paper's table have no row in common, or a row is misspelt, also in fitted and why."""
    if table is None:
        return
    known = {*table.rows, *plan.rows, *(f"{better} better than {worse}" for better, worse, _ in table.orderings)}
    for name in ("fitted", "why"):
        said = getattr(plan, name)
        for row in said if isinstance(said, dict) else ():
            if row not in known:
                raise BadInput(f"{plan.experiment}.yaml: {name}: no row {row!r}{settings.suggestion(row, known)}")
    for row in plan.rows:
        if row not in table.rows:
            free = [r for r in table.rows if r not in plan.rows]
            if not set(plan.rows) & set(table.rows) or settings.suggestion(row, free, 0.8):
                hint = settings.suggestion(row, free) or f"; there are: {', '.join(table.rows)}"
                raise BadInput(f"{plan.experiment}.yaml: {table.key} has no row {row!r}{hint}")


def _unprinted(plan, table, summary):
    """A line for each column that `run` returned and the table lacks, where it looks like a misspelt one."""
    if table is None:
        return []
    seeds = [values for about in summary["values"].values() for values in about["seeds"].values() if values]
    returned = dict.fromkeys(column for values in seeds for column in values)
    free = [column for column in table.columns if column not in returned]
    close = {c: settings.suggestion(c, free, 0.8) for c in returned if c not in table.columns}
    return [f"run returned {c!r}, which is no column of {table.key}{hint}" for c, hint in close.items() if hint]


def _middles(plan, table, summary):
    """The interquartile means of the chosen rows, where the experiment asks for them."""
    if not (plan.interquartile and table):
        return []
    said = render.interquartile(table, {r: one for r, one in records.results(summary).items() if r in plan.chosen})
    return [said] if said else []


def _asked(plan):
    """A line that says which settings of a table the command line has given."""
    settings_of = plan.rows[plan.chosen[0]]
    given = [name for name in plan.overridden if name in settings_of] if plan.is_experiment else []
    return [f"asked for: {', '.join(f'{name} = {_brief(settings_of[name])}' for name in given)}"] if given else []


def departures(plan, table):
    """A line for each setting that is not the paper's, found by comparing `protocol` with every chosen row's settings.

    A protocol may name the `study` that is the paper's, and settings that only another study of the project has.
    """
    lines, configs = [], {row: {"study": plan.study.name} | plan.rows[row] for row in plan.chosen}
    for name, printed in (table.protocol if table else {}).items():
        if name not in plan.names and not any(name in config for config in configs.values()):
            raise BadInput(
                f"papers: {plan.reproduces} has the protocol {name}, which is no setting of {plan.project.name}"
            )
        differing = {}
        for row, config in configs.items():
            wanted = printed.get(row, config.get(name)) if isinstance(printed, dict) else printed
            if name in config and config[name] != wanted:
                differing.setdefault((_brief(config[name]), _brief(wanted)), []).append(row)
        for (ours, wanted), rows in differing.items():
            where = "" if len(rows) == len(configs) else f" in {', '.join(rows)}"
            lines.append(f"departs from the paper: {name} = {ours}{where} (printed: {wanted})")
    return lines


def _brief(value):
    """A setting as text; of a long list the first two and the last."""
    if isinstance(value, list) and len(value) > 6:
        return f"[{value[0]}, {value[1]}, … {value[-1]}]"
    return str(value)


def _show_values(summary):
    """The values of a run without a paper's table: a row a line, means over seeds and their standard deviation."""
    lines = render.values(summary)
    if len(lines[0]) > WIDE:  # too wide for a terminal: the columns as lines
        lines = [list(line) for line in zip(*lines, strict=True)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        print(
            "  ".join(
                word.ljust(w) if i == 0 else word.rjust(w) for i, (word, w) in enumerate(zip(line, widths, strict=True))
            )
        )


def _cost(summary):
    metas = [meta for about in summary["meta"].values() for meta in about["seeds"].values()]
    if not metas:
        return "nothing is finished yet"
    seconds, peak = sum(m["seconds"] for m in metas), max(m["peak_mb"] or 0 for m in metas)
    runs = "1 run" if len(metas) == 1 else f"{len(metas)} runs"
    return f"{runs}, {seconds:.1f} s of computing, at most {peak} MB a process"
