"""A plan: what one command is to run, once every key and value has been checked."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from abacus.errors import BadInput
from abacus.launch.studies import Study

OWN = {  # the keys of launch itself: type and value where a configuration does not give one
    "study": (str | None, None),
    "reproduces": (str | None, None),
    "fitted": (Any, None),
    "variant": (str | None, None),
    "why": (Any, None),
    "cannot_tell": (Any, None),
    "interquartile": (Any, False),
    "rows": (Any, None),
    "seeds": (Any, 1),
    "seed": (Any, None),
    "workers": (Any, None),
    "strict": (Any, False),
    "estimate": (Any, False),
    "write": (Any, False),
}
ANYWHERE = {"workers", "strict", "estimate", "write", "seed"}  # these change no result
MOST_SEEDS = 10**5
MOST_WORKERS = 4096


@dataclass
class Run:
    """What is run once for each seed: the rows that have these settings."""

    rows: list[str]
    settings: dict


@dataclass
class Plan:
    """What is to be run: the study, the rows with their settings, the seeds, and where it stands."""

    project: Path
    run_file: Path
    study: Study
    experiment: str  # the name of the file in conf/experiment; "config" or the study's name for a bare run
    reproduces: str | None
    fitted: str | dict[str, str] | None  # why a setting was chosen so that the print comes out; of some rows, by row
    variant: str | None  # why this judges a print a second time
    why: str | dict[str, str] | None  # the suspected cause of what does not reproduce; of some rows, by row
    cannot_tell: (
        dict[str, str] | None
    )  # what may be broken without the verdicts seeing it, and why the print is too coarse
    interquartile: bool  # whether the interquartile means of the seeds are shown beside what is judged
    rows: dict[str, dict]  # every row's settings, as plain values
    chosen: list[str]  # the rows that are to be run and shown
    seeds: int
    seed: int | None
    workers: int | None
    strict: bool
    estimate: bool
    write: bool
    is_experiment: bool
    overridden: list[str] = field(default_factory=list)  # settings changed on the command line
    names: frozenset[str] = frozenset()  # settings of all studies of the project

    def __post_init__(self):
        """BadInput where one of launch's own keys has a value that it cannot have."""
        _check(self.seeds, "seeds", 1, MOST_SEEDS)
        if self.seed is not None:
            sweep = " (a sweep over seeds: python run.py -m 'seed=range(10)')"
            _check(self.seed, "seed", 0, MOST_SEEDS - 1, sweep)
        if self.workers is not None:
            _check(self.workers, "workers", 0, MOST_WORKERS, " (0: run in this process)")
        for name in ("reproduces", "variant"):
            if not isinstance(getattr(self, name), str | None):
                raise BadInput(f"{name}={getattr(self, name)}: wanted a text, or null")
        for name in ("fitted", "why"):
            said = getattr(self, name)
            if not all(isinstance(text, str | None) for text in (said.values() if isinstance(said, dict) else [said])):
                raise BadInput(f"{name}={said}: wanted a text, or one for each of some rows")
        said = self.cannot_tell
        if said is not None and not (isinstance(said, dict) and all(isinstance(text, str) for text in said.values())):
            raise BadInput(f"cannot_tell={said}: wanted a mapping, what is broken: why the print does not see it")
        for name in ("interquartile", "strict", "estimate", "write"):
            if not isinstance(getattr(self, name), bool):
                raise BadInput(f"{name}={getattr(self, name)}: wanted true or false")

    @cached_property
    def runs(self):
        """{name: Run}: rows with equal settings are one run, named by the first of them."""
        found = {}
        for row, values in self.rows.items():
            found.setdefault(json.dumps(values, sort_keys=True), Run([], values)).rows.append(row)
        return {run.rows[0]: run for run in found.values()}

    @property
    def chosen_runs(self):
        """The names of the runs that give the chosen rows."""
        return [name for name, run in self.runs.items() if set(run.rows) & set(self.chosen)]

    @property
    def committable(self):
        """Whether its results may stand in results/: an experiment, whole, with nothing changed."""
        return self.is_experiment and not self.overridden and self.seed is None and self.chosen == list(self.rows)


def _check(value, name, low, high, hint=""):
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadInput(f"{name}={value}: wanted a whole number from {low} to {high}{hint}")
