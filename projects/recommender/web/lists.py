"""The lists of the site: models that are learnt from the store in another process, and why a thing stands in a list."""

import fcntl
import io
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

import pictures
import ratings
from abacus import files
from abacus.errors import Unavailable
from factors import ALS
from neighbours import ItemNeighbours, Popularity, Rules, UserNeighbours
from web import store

MODELS = {  # name in addresses: (its words, the model)
    "together": ("What goes together", ItemNeighbours),
    "factors": ("Factors (ALS)", lambda: ALS(16)),
    "people": ("People like you", lambda: UserNeighbours("correlation", inverse_frequency=True, amplify=2.5)),
    "rules": ("Rules", Rules),
    "popular": ("What is popular", Popularity),
}
FOLDER = Path(__file__).resolve().parents[1]


class Entry(NamedTuple):
    """A thing in a list: its place in the catalogue, and why it stands there."""

    item: int
    title: str
    why: str


def learn(database, out):
    """Learn all models from the database and write them to `out`, whole or not at all; the turn that they know."""
    base = store.connect(database, wait=30.0)
    (users, items), people, count, turn = store.liked(base)
    base.close()
    x = ratings.matrix(users, items, np.ones(len(users)), (max(people, 1), count))
    arrays = {"turn": np.array(turn), "people": np.array(people)}
    for name, (_, make) in MODELS.items():
        arrays |= {f"{name} {k}": np.asarray(v) for k, v in vars(make().fit(x)).items() if k.endswith("_")}
    written = io.BytesIO()
    np.savez(written, **arrays)
    files.replace(out, [written.getvalue()])
    return turn


class Lists:
    """The models of a file as `learn` writes it, and what they say of a visitor's choices."""

    def __init__(self, path, titles):
        self.path, self.titles, self.learnt = Path(path), titles, 0.0
        self.reload()

    def reload(self):
        """Read the file anew where it has changed; True if it has. Unavailable where it is none of ours."""
        try:
            changed = self.path.stat().st_mtime
            if changed == self.learnt:
                return False
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                found = {name: arrays[name] for name in arrays.files}
        except (OSError, ValueError, zipfile.BadZipFile, EOFError) as error:
            raise Unavailable(f"{self.path}: no models can be read ({error})") from None
        models = {}
        for name, (_, make) in MODELS.items():
            models[name] = make()
            for key, value in found.items():
                if key.startswith(f"{name} "):
                    setattr(models[name], key.removeprefix(f"{name} "), value if value.ndim else value.item())
        self.popularity = models["popular"].counts_
        self.places = pictures.flat(models["factors"].items_)
        self.turn, self.people = int(found["turn"]), int(found["people"])
        self.models, self.learnt = models, changed
        return True

    def top(self, name, choices, count=10):
        """The first `count` Entries of a model's list for {item: value}; what was chosen already is not among them."""
        history = np.array(sorted(item for item, value in choices.items() if value > 0), np.int64)
        model = self.models[name if history.size else "popular"]
        x = ratings.histories([0, history.size], history, len(self.titles))
        scores = model.scores(x)[0]
        scores[list(choices)] = -np.inf
        order = np.argsort(-scores, kind="stable")[: min(count, len(self.titles) - len(choices))]
        reasons = model.reasons(history) if history.size and hasattr(model, "reasons") else None
        return [Entry(int(i), self.titles[i], self._why(name, int(i), history, reasons)) for i in order]

    def _why(self, name, item, history, reasons):
        if reasons is not None:
            shares = reasons[:, item]
            first = [self.titles[history[k]] for k in np.argsort(-shares, kind="stable")[:2] if shares[k] > 0]
            if first:
                return f"because you chose {' and '.join(first)}"
        elif name == "people" and history.size:
            return f"{self._alike(item, history):,} people share a choice with you and have it"
        return f"{int(self.popularity[item]):,} of {self.people:,} people have it"

    def _alike(self, item, history):
        """How many people have this item and one of the history."""
        people = self.models["people"]
        starts = people.start_[:-1]
        shares, has = (np.logical_or.reduceat(np.isin(people.index_, wanted), starts) for wanted in (history, [item]))
        return int(people.copies_[shares & has].sum())

    def near(self, item, count=8):
        """The Entries that go with an item."""
        return [
            entry
            for entry in self.top("together", {item: 1}, count)
            if self.models["together"].similarity_[entry.item, item] > 0
        ]


class Learner(threading.Thread):
    """Every `seconds`: where choices have changed, another process learns; requests never wait for it.

    Of several servers on one database one at a time learns, who holds the lock file; all read what comes out.
    """

    def __init__(self, kept, lists, seconds):
        super().__init__(daemon=True)
        self.kept, self.lists, self.seconds, self.error = kept, lists, seconds, ""
        self.database, self.stopped, self.child = kept.path, threading.Event(), None

    def run(self):
        """Until `stop`."""
        while not self.stopped.wait(self.seconds):
            try:
                base = store.connect(self.database)
                turn = int(store.about(base)["turn"])
                base.close()
                if turn != self.lists.turn:
                    self._learn()
                self.lists.reload()
                self.error = ""
            except (Unavailable, store.sqlite3.Error, OSError) as error:
                self.error = str(error)  # the health page says it; the lists of before stay

    def _learn(self):
        with Path(f"{self.database}.learning").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            command = [sys.executable, "-m", "web.lists", self.database, str(self.lists.path)]
            path = os.pathsep.join(filter(None, sys.path))
            self.child = subprocess.Popen(
                command,
                cwd=FOLDER,
                env=os.environ | {"PYTHONPATH": path},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            _, said = self.child.communicate()
            if self.child.returncode and not self.stopped.is_set():
                raise Unavailable(f"learning has failed: {said.decode(errors='replace').strip().splitlines()[-1:]}")

    def stop(self):
        """End, and the process that learns with it."""
        self.stopped.set()
        if self.child and self.child.poll() is None:
            self.child.terminate()


if __name__ == "__main__":
    os.nice(10)
    begun = time.perf_counter()
    print(json.dumps({"turn": learn(*sys.argv[1:]), "seconds": time.perf_counter() - begun}))
