"""Every experiment and its judged cells, from conf/experiment/, results/ and papers/ alone: no project is imported.

The same cells as `scripts/report.py --json` gives, which asks every project for its plans: a test compares.
"""

from dataclasses import dataclass

import yaml

from abacus import papers
from abacus.errors import BadInput
from abacus.evidence import ledger, records


@dataclass
class Experiment(ledger.Entry):
    """One file of conf/experiment/ as an Entry of the ledger; `about` is its sentence, `study` its program, "" the first."""

    about: str = ""
    study: str = ""

    @property
    def spent(self):
        """Seconds of computing; 0 where nothing is known."""
        return self.seconds or 0

    @property
    def proof(self):
        """The class of proof of its table."""
        return self.table.proof if self.table else ""


def of(folder):
    """The Experiments of a project, by name."""
    return [_read(folder, file) for file in sorted((folder / "conf" / "experiment").glob("*.yaml"))]


def _read(folder, file):
    at = f"projects/{folder.name}/conf/experiment/{file.name}"
    text = file.read_text(encoding="utf-8")
    try:
        said = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise BadInput(f"{at}: {' '.join(str(error).split())}") from None
    plan = {name: said.get(name) for name in ("reproduces", "fitted", "variant", "why")}
    if plan["reproduces"]:
        papers.table(plan["reproduces"])
    results = folder / "results" / f"{file.stem}.json"
    content = records.read_results(results) if results.exists() else None
    about = next((line.lstrip("# ") for line in text.splitlines()[1:] if line.startswith("#")), "")
    return Experiment(folder, file.stem, plan, content, about=about, study=said.get("study") or "")
