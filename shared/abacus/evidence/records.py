"""Records of finished runs in runs/, and the committed results of an experiment in results/.

A run is what one setting and one seed give: the values of one row of a table, or of several whose settings are equal. What
makes a record current is three things: its settings, the data that it read (data sets, printed tables, files that its
reader named: by content), and its code. One of other settings or other data is never used; one of other code stays in
the committed results with its commit, until it is run again or confirmed (confirm.py).
"""

import contextlib
import hashlib
import json
import os
import re
from pathlib import Path

from abacus import data, files, papers
from abacus.errors import BadInput, Damaged, Unavailable

ROOT = Path(__file__).resolve().parents[3]
KINDS = {"rows": list, "seed": int, "settings": dict, "code": str, "data": dict, "streams": list, "trail": list}
KINDS |= {"values": dict | None, "diverged": str | None, "meta": dict}  # what a record holds
MOST = 10**5  # seeds of an experiment; a number beyond is no number of seeds


def key(settings, code):
    """Names the folder of a run: sha256 (16 hex digits) of its settings (a plain dict) and of its code's fingerprint."""
    return hashlib.sha256(json.dumps([settings, code], sort_keys=True).encode()).hexdigest()[:16]


READER = "reader of "  # begins the names of what is code, not data: how a set's files are read


def read_data():
    """{name: hash} of all that this process has read, by content, and of the code that reads the data sets."""
    sets = [name for name in data.opened() if not name.startswith(data.files.PREFIX)]
    names = [*data.opened(), *papers.opened(), *(READER + name for name in sets)]
    return {name: content(name) for name in names}


def content(name):
    """The hash of what a name of `read_data` stands for now; '' where it is there no more."""
    try:
        if name.startswith(READER):
            return data.reader(name.removeprefix(READER))
        return papers.fingerprint(name) if name.startswith("papers/") else data.fingerprint(name)
    except (BadInput, Unavailable, ValueError):
        return ""


def same_data(known):
    """Whether all data of a record ({name: hash}) are still what they were; how they are read is a matter of code."""
    return all(content(name) == value for name, value in known.items() if not name.startswith(READER))


def readers(known):
    """{name: fingerprint now} of the code that reads a record's data sets."""
    return {name: content(name) for name in known if name.startswith(READER)}


def runs_folder(project):
    """Where the runs of the project folder `project` are kept: $ABACUS_RUNS, the project, the user's cache, or (where none of
    these can be written) a temporary folder of the user's own. Unavailable where that is another's.
    """
    if os.environ.get("ABACUS_RUNS"):
        return Path(os.environ["ABACUS_RUNS"]).expanduser().absolute() / project.name
    own = project / "runs"
    if os.access(own if own.exists() else project, os.W_OK):
        return own
    import platformdirs

    cache = Path(platformdirs.user_cache_dir("abacus"))
    with contextlib.suppress(OSError):
        if cache.is_absolute():  # else there is no home
            (cache / "runs" / project.name).mkdir(parents=True, exist_ok=True)
            return cache / "runs" / project.name
    folder = files.temporary_folder() / "runs" / project.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run_folder(runs, experiment, name, run_key, seed):
    """The folder of one run and seed: runs/<experiment>/<name>-<key>/<seed>; `name` is its first row."""
    return runs / experiment / f"{slug(name)}-{run_key}" / str(seed)


def slug(text):
    """A name as part of a file's name: LeNet-5 (distorted) -> LeNet-5-distorted."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", text).strip("-.")[:60] or "row"


def write(path, content):
    """Write the dict `content` as a record: JSON with its own sha256, atomically."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    text = json.dumps({**content, "sha256": digest}, indent=1)
    files.replace(path, [text.encode()])


def read(path):
    """The record at `path`, None where there is none. Damaged where it is torn or altered."""
    try:
        content = json.loads(Path(path).read_bytes())
        digest = content.pop("sha256")
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Damaged(f"{path}: not a whole record") from None
    if hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest() != digest:
        raise Damaged(f"{path}: altered since it was written (its sha256 does not match)")
    for name, kind in KINDS.items():
        if name not in content or not isinstance(content[name], kind):
            raise Damaged(f"{path}: not a record of a run (its {name})")
    return content


def summarise(experiment, reproduces, found, asked, code):
    """The committed form of an experiment's records: `values` (the same bytes for the same results) apart from `meta`.

    `asked` is how many seeds of a stochastic row the experiment wants (0: whatever there is); `code` holds, for each
    code of the records, the digests of its definitions (source.units).
    """
    values, meta = {}, {}
    for record in found:
        fixed, by_row = not record["streams"], record["values"]
        for row in by_row or record["rows"]:
            about = values.setdefault(row, {"deterministic": fixed, "asked": 1 if fixed else asked, "seeds": {}})
            about["seeds"][str(record["seed"])] = by_row and by_row[row]
        known = {name: record[name] for name in ("rows", "settings", "code", "data", "trail")}
        about = meta.setdefault(record["rows"][0], known | {"seeds": {}})
        about["data"] = about["data"] | record["data"]  # a process notes all that it has read, of other runs too
        about["seeds"][str(record["seed"])] = record["meta"] | (
            {"diverged": record["diverged"]} if record["diverged"] else {}
        )
    content = {"experiment": experiment, "reproduces": reproduces, "values": values, "meta": meta}
    return content | {"code": {about["code"]: code.get(about["code"], {}) for about in meta.values()}}


def kept(content, runs):
    """`content` without what was computed by other settings or from other data than now: that is never shown.

    `runs` is {name: {rows, settings, ...}} as the experiment is now.
    """
    names = [n for n, about in content["meta"].items() if _is_of(about, runs.get(n)) and same_data(about["data"])]
    meta = {name: content["meta"][name] for name in names}
    rows = {row for about in meta.values() for row in about["rows"]}
    lost = {row for name, about in content["meta"].items() if name not in meta for row in about["rows"]}
    values = {row: about for row, about in content["values"].items() if row in rows or row not in lost}
    return content | {"meta": meta, "values": values if meta else {}}


def _is_of(about, run):
    return run is not None and about["rows"] == run["rows"] and about["settings"] == run["settings"]


def stands(path, content):
    """Whether the results file at `path` has the same values, settings, code and data as the summary: then it stays."""
    try:
        return path.exists() and _essence(read_results(path)) == _essence(content)
    except Damaged:
        return False


def write_results(path, content):
    """Write a summary as a results file. False where the one there `stands`."""
    if stands(path, content):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_results(path, content)
    return True


def replace_results(path, content):
    """Write the results file at `path`, whatever stands there: a line for each seed, so that git can compare."""
    files.replace(path, [text_of(content).encode()])


def text_of(content):
    """A summary as the text of a results file."""
    return _lines(content, 0) + "\n"


def _lines(node, depth):
    """JSON with a line for each entry of the outer four levels."""
    if not isinstance(node, dict) or not node or depth > 3:
        return json.dumps(node, ensure_ascii=False)
    inner = ",\n".join(
        f"{' ' * (depth + 1)}{json.dumps(name, ensure_ascii=False)}: {_lines(child, depth + 1)}"
        for name, child in node.items()
    )
    return "{\n" + inner + "\n" + " " * depth + "}"


def _essence(content):
    meta = {n: [about[name] for name in ("rows", "settings", "code", "data")] for n, about in content["meta"].items()}
    return content["reproduces"], content["values"], meta


def read_results(path):
    """A committed results file. Damaged where it is not one."""
    try:
        content = json.loads(Path(path).read_bytes())
        for about in content["values"].values():
            about["seeds"].items(), about["deterministic"]
            if [int(seed) for seed in about["seeds"]] and not len(about["seeds"]) <= about["asked"] <= MOST:
                raise ValueError
        for about in content["meta"].values():
            about["settings"].items(), about["data"].items(), about["seeds"].items()
            if about["rows"] != ["run"] and not all(row in content["values"] for row in about["rows"]):
                raise ValueError
            content["code"][about["code"]].items()
            [_ for _, _, _ in about["trail"]]
        content["reproduces"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Damaged(f"{path}: not a results file") from None
    return content


def rows_of(content, name):
    """The rows of a summary that the run `name` has given: its own; all there are where it is the only one, without names."""
    return [row for row in content["meta"][name]["rows"] if row in content["values"]] or list(content["values"])


def results(content):
    """What `verdict.judge` takes: {row: verdict.Result} of a summary."""
    from abacus import verdict

    return {
        row: verdict.Result(
            {int(seed): values for seed, values in about["seeds"].items()},
            about["deterministic"],
            tuple(range(about["asked"])),
        )
        for row, about in content["values"].items()
    }


def committed(root=ROOT):
    """(project folder, results path) of every committed experiment, in order."""
    return [(path.parents[1], path) for path in sorted(root.glob("projects/*/results/*.json"))]


def frame(root=ROOT):
    """All committed values as a pandas DataFrame: project, experiment, row, column, seed, value, spread."""
    import pandas as pd

    lines = []
    for project, path in committed(root):
        content = read_results(path)
        for row, about in content["values"].items():
            for seed, values in about["seeds"].items():
                for column, value in (values or {}).items():
                    number, spread = value if isinstance(value, list) else (value, None)
                    lines.append((project.name, content["experiment"], row, column, int(seed), number, spread))
    return pd.DataFrame(lines, columns=["project", "experiment", "row", "column", "seed", "value", "spread"])
