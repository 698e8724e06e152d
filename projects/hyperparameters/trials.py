"""Trials of a search over another project: each runs that project's own command, and a journal keeps what came out."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from abacus.errors import BadInput, Unavailable
from abacus.settings import shown


class Command:
    """A project's run.py as its reader calls it, its runs kept under `folder`; `engine` are hydra's words of a sweep."""

    def __init__(self, project, folder, engine=()):
        self.project, self.folder, self.engine = Path(project), Path(folder), list(engine)

    def settings(self, arguments):
        """{setting: value} that the arguments lead to. BadInput with the project's own line where they are wrong."""
        import yaml

        said = self._called([*arguments, "--cfg", "job"], self.folder)
        return yaml.safe_load(said)

    def first(self):
        """The name of the study of the bare run, as --help says it; "run" where there is only one."""
        found = re.search(r"^study (\w+), the one of the bare run", self._called(["--help"], self.folder), re.MULTILINE)
        return found[1] if found else "run"

    def values(self, arguments, seeds):
        """{row: [{column: value} of each seed, None of one that diverged]}; runs what is missing, on the engine."""
        name = hashlib.sha256(json.dumps([arguments, seeds]).encode()).hexdigest()[:16]
        store = self.folder / "trials" / name
        if self.engine:
            self._called(["-m", *arguments, f"seed=range({seeds})", *self.engine], store)
        self._called([*arguments, f"seeds={seeds}", "workers=1"], store)
        (path,) = store.glob("*/*/summary.json")
        rows = json.loads(path.read_bytes())["values"]
        return {row: list(about["seeds"].values()) for row, about in rows.items()}

    def _called(self, arguments, store):
        """What run.py prints. BadInput or Unavailable with its last line where it ends badly, KeyboardInterrupt where stopped."""
        environment = os.environ | {"ABACUS_RUNS": str(store)}
        done = subprocess.run(
            [sys.executable, "run.py", *arguments], cwd=self.project, env=environment, capture_output=True, text=True
        )
        if done.returncode in (130, 143, -2, -15):
            raise KeyboardInterrupt
        if done.returncode:
            lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
            raise (BadInput if done.returncode == 2 else Unavailable)(lines[-1])
        return done.stdout


class Journal:
    """Lines of JSON, each on the disk before the search goes on; a line that a kill has torn is cut off."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = self.path.read_bytes() if self.path.exists() else b""
        whole = text[: text.rfind(b"\n") + 1]
        try:
            self.lines = [json.loads(line) for line in whole.splitlines()]
        except ValueError:
            raise Unavailable(f"{self.path}: not a journal of a search; remove it to begin anew") from None
        if len(whole) < len(text):
            os.truncate(self.path, len(whole))

    def write(self, line):
        """Add a line."""
        with open(self.path, "ab") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def replay(journal, plan, arguments_of):
    """Tell a new `plan` what the journal holds: ({number: (trial, arguments, value)} finished, [(trial, arguments)] under way).

    A plan that is told the same in the same order asks the same again. BadInput where it does not: another version wrote it.
    """
    under_way, finished = {}, {}
    for line in journal.lines:
        if "ask" in line:
            trial = plan.ask()
            asked = None if trial is None else arguments_of(trial)
            if asked != line["arguments"]:
                raise BadInput(f"{shown(journal.path)}: of another version of this search; remove it to begin anew")
            under_way[line["ask"]] = trial, asked
        else:
            trial, asked = under_way.pop(line["told"])
            value = float("inf") if line["value"] is None else line["value"]
            plan.tell(trial, value)
            finished[line["told"]] = trial, asked, value
    return finished, list(under_way.values())


def digest(folders):
    """A hash of all programs and settings below some folders: of other code, no value is taken over."""
    files = [
        p for f in map(Path, folders) for kind in ("*.py", "*.yaml") for p in f.rglob(kind) if "runs" not in p.parts
    ]
    state = hashlib.sha256()
    for path in sorted(files):
        state.update(str(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()
