"""Records of finished (row, seed) runs in runs/, and the committed results of an experiment in results/."""

import hashlib
import json
import os
import re
import tempfile
from pathlib import Path

from abacus import checkpoint
from abacus.errors import Damaged

ROOT = Path(__file__).resolve().parents[2]
KINDS = {"row": str, "seed": int, "key": str, "values": dict | None, "diverged": str | None}  # what a record holds
KINDS |= {"streams": list, "data": dict, "meta": dict}
MOST = 10**5  # seeds of an experiment; a number beyond is no number of seeds


def key(config, code):
    """The key of a record: sha256 (16 hex digits) of the row's configuration (a plain dict) and of the code's fingerprint."""
    return hashlib.sha256(json.dumps([config, code], sort_keys=True).encode()).hexdigest()[:16]


def runs_folder(project):
    """Where the runs of the project folder `project` are kept: $ABACUS_RUNS, the project, or the user's cache."""
    if os.environ.get("ABACUS_RUNS"):
        return Path(os.environ["ABACUS_RUNS"]).expanduser().absolute() / project.name
    own = project / "runs"
    if os.access(own if own.exists() else project, os.W_OK):
        return own
    import platformdirs

    for base in (Path(platformdirs.user_cache_dir("abacus")), Path(tempfile.gettempdir()) / "abacus"):
        folder = base / "runs" / project.name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        return folder
    return own


def run_folder(runs, experiment, row, row_key, seed):
    """The folder of one (row, seed): runs/<experiment>/<row>-<key>/<seed>."""
    return runs / experiment / f"{slug(row)}-{row_key}" / str(seed)


def slug(text):
    """A name as part of a file's name: LeNet-5 (distorted) -> LeNet-5-distorted."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", text).strip("-.")[:60] or "row"


def write(path, content):
    """Write the dict `content` as a record: JSON with its own sha256, atomically."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    text = json.dumps({**content, "sha256": digest}, indent=1)
    checkpoint.replace(path, [text.encode()])


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


def summarise(experiment, reproduces, found, asked):
    """The committed form of an experiment's records: `values` (the same bytes for the same results) apart from `meta`.

    `asked` is how many seeds of a stochastic row the experiment wants (0: whatever there is).
    """
    values, meta = {}, {}
    for record in found:
        fixed = not record["streams"]
        row = values.setdefault(record["row"], {"deterministic": fixed, "asked": 1 if fixed else asked, "seeds": {}})
        row["seeds"][str(record["seed"])] = record["values"]
        about = meta.setdefault(record["row"], {"key": record["key"], "data": record["data"], "seeds": {}})
        about["seeds"][str(record["seed"])] = record["meta"] | (
            {"diverged": record["diverged"]} if record["diverged"] else {}
        )
    return {"experiment": experiment, "reproduces": reproduces, "values": values, "meta": meta}


def stands(path, content):
    """Whether the results file at `path` has the same values, keys and data as the summary `content`: then it stays."""
    try:
        return path.exists() and _essence(read_results(path)) == _essence(content)
    except Damaged:
        return False


def write_results(path, content):
    """Write a summary as a results file. False where the one there `stands`."""
    if stands(path, content):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.replace(path, [(json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()])
    return True


def _essence(content):
    keys = {row: (about["key"], about["data"]) for row, about in content["meta"].items()}
    return content["reproduces"], content["values"], keys


def read_results(path):
    """A committed results file. Damaged where it is not one."""
    try:
        content = json.loads(Path(path).read_bytes())
        for row, about in content["values"].items():
            about["seeds"].items(), about["asked"], about["deterministic"], content["meta"][row]["seeds"].items()
            content["meta"][row]["key"], content["meta"][row]["data"], content["reproduces"]
            if [int(seed) for seed in about["seeds"]] and not len(about["seeds"]) <= about["asked"] <= MOST:
                raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Damaged(f"{path}: not a results file") from None
    return content


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
