"""Every experiment and its judged cells, from conf/experiment/, results/ and papers/ alone: no project is imported.

The same cells as `scripts/report.py --json` gives, which asks every project for its plans and takes a minute: a test compares.
"""

import functools
from dataclasses import dataclass
from pathlib import Path

import yaml

from abacus import papers, verdict
from abacus.errors import BadInput
from abacus.evidence import records


@dataclass(frozen=True)
class Experiment:
    """One file of conf/experiment/: `about` is its sentence, `table` the printed one or None, `content` its results or None."""

    project: Path
    name: str
    about: str
    study: str
    fitted: str
    table: papers.Table | None
    content: dict | None

    @functools.cached_property
    def cells(self):
        """Its judged cells; without a printed table there are none."""
        found = records.results(self.content) if self.content else {}
        return verdict.judge(self.table, found) if self.table else []

    @property
    def seconds(self):
        """Seconds of computing, all runs and seeds."""
        metas = [meta for about in self.content["meta"].values() for meta in about["seeds"].values()] if self.content else []
        return sum(meta["seconds"] for meta in metas)

    @property
    def proof(self):
        """The class of proof of its table: experiment, fit, count, ..."""
        return (self.table.proof if self.table else "") or "experiment"


def experiments(folder):
    """The Experiments of a project, by name."""
    return [_read(folder, file) for file in sorted((folder / "conf" / "experiment").glob("*.yaml"))]


def _read(folder, file):
    at = f"{folder.name}/conf/experiment/{file.name}"
    text = file.read_text(encoding="utf-8")
    try:
        said = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise BadInput(f"{at}: {' '.join(str(error).split())}") from None
    results = folder / "results" / f"{file.stem}.json"
    table = papers.table(said["reproduces"]) if said.get("reproduces") else None
    content = records.read_results(results) if results.exists() else None
    about = next((line.lstrip("# ") for line in text.splitlines()[1:] if line.startswith("#")), "")
    return Experiment(folder, file.stem, about, said.get("study") or "", said.get("fitted") or "", table, content)
