"""One run: a (row, seed) with its random streams, its log, its checkpoints and its figures."""

import contextlib
import hashlib
import json
import math
import numbers
import os
import time
from pathlib import Path

from abacus import files, papers, streams
from abacus.errors import Damaged
from abacus.evidence import records
from abacus.running import checkpoint, plot, state, trail

SAVE_SECONDS = 5.0  # a checkpoint at most this often: what a kill can cost
REPORT_SECONDS = 0.1


class Stopped(KeyboardInterrupt):
    """The run was asked to stop, and has saved a checkpoint."""


class Job:
    """What `study(cfg, job)` is given. `folder` is this run's own; `row` (the first of its `rows`) and `seed` name it.

    `trail` holds [loop, round, digest] after rounds 1, 2, 4, 8 ... and the last of each loop (`trail.digest`). With
    `known`, another run's trail, the first mark that differs ends this run (trail.Differs). `seconds` later, or (`patient`
    apart) behind the last known mark, it hastens to its end: this loop and those after it do one round more, nothing is
    compared, and `hastened` is called first. `rounds` has how many each loop was to do. In a `block` of seeds that are
    computed at once, a seed that diverges is noted as `diverged`, and the others go on.
    """

    def __init__(
        self,
        row,
        seed,
        folder,
        report=lambda fraction, text: None,
        stopping=lambda: False,
        rows=None,
        known=None,
        seconds=None,
        patient=True,
        hastened=lambda: None,
        block=False,
    ):
        self.row, self.seed, self.folder = row, seed, Path(folder)
        self.rows = rows or [row]
        self.trail, self._known, self.rounds = [], known, []
        self.diverged, self._block = None, block
        self._until = None if seconds is None else time.monotonic() + seconds
        self._patient, self._hastened, self.hastens = patient, hastened, False
        self.streams = set()
        self.figures = []
        self.where = ""
        self._report, self._stopping = report, stopping
        self._reported = self._saved = time.monotonic()
        self._loops = 0
        self._text = ""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lines = []
        self._logged = None  # bytes of the log that belong to the checkpoint restored last, while it may have to be cut
        self._sweep()

    def rng(self, purpose, *index):
        """The generator of this seed's stream (purpose, index...); see `streams.rng`."""
        self.streams.add(purpose)
        return streams.rng(self.seed, purpose, *index)

    def epochs(self, n, *objects):
        """Yield the epochs that are still to be run of 0..n-1; `objects` (model, optimiser, a dict) are saved and restored."""
        yield from self._loop("epoch", n, objects, 1)

    def steps(self, n, *objects, every=100):
        """Like `epochs` for a loop over steps, which may be saved whenever `every` divides their number."""
        yield from self._loop("step", n, objects, every)

    def log(self, **values):
        """Append a line to log.jsonl. FloatingPointError where a value is not finite: the seed has diverged.

        In a block of seeds it is noted, and no line is written: the others go on.
        """
        values = {name: _plain(value) for name, value in values.items()}
        for name, value in values.items():
            if isinstance(value, float) and not math.isfinite(value):
                if not self._block:
                    raise FloatingPointError(f"{name} is {value} {self.where}".strip())
                self.diverged = self.diverged or f"{name} is {value} {self.where}".strip()
                return
        self._lines.append(json.dumps(values) + "\n")
        self._text = " ".join(
            f"{name} {value:.4g}" for name, value in values.items() if isinstance(value, numbers.Real)
        )

    def note(self, text):
        """Show `text` beside the progress until the next log; it is kept nowhere (speeds, say: no two runs agree on them)."""
        self._text = text

    def logged(self):
        """What was logged so far: a list of dicts."""
        self._flush()
        return [json.loads(line) for line in self._log_file.read_bytes().splitlines()]

    def progress(self, fraction, text=""):
        """Show that `fraction` (0 to 1) of this run is done; a stop that was asked for happens here too."""
        self.where = f"at {fraction:.0%}"
        self._show(fraction, text)
        if self._stopping():
            raise Stopped

    def save(self, name, *objects):
        """Keep the state of `objects` as <folder>/<name>.checkpoint, for scripts that use a trained model."""
        path = self.folder / f"{name}.checkpoint"
        checkpoint.write(path, state.collect(list(objects)))
        return path

    @contextlib.contextmanager
    def figure(self, name):
        """`with job.figure("errors") as figure:` draws on a matplotlib figure and saves figures/<name>.png."""
        path = self.folder / "figures" / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        with papers.unseen(), plot.figure(path) as figure:  # a print that is drawn beside ours is no data of ours
            yield figure
        self.figures.append(path)

    def animation(self, name, frames, milliseconds=80):
        """Save figures/<name>.gif of `frames`, uint8 arrays (height, width, 3) of one size; it starts anew at its end."""
        path = self.folder / "figures" / f"{name}.gif"
        path.parent.mkdir(exist_ok=True)
        plot.gif(path, frames, milliseconds)
        self.figures.append(path)

    def close(self, finished):
        """Write what is left of the log; once its record stands, a finished run needs its loops' checkpoints no more."""
        self._flush(sync=True)
        for path in self.folder.glob("loop*.checkpoint") if finished else ():
            path.unlink()

    def _loop(self, unit, n, objects, every):
        loop, self._loops = self._loops, self._loops + 1
        self.rounds.append(n)
        start = self._restore(loop, objects)
        for done in range(start, n):
            self.where = f"at {unit} {done}"
            yield done
            self._mark(loop, done + 1, n, objects)
            self._show((done + 1) / n, f"{unit} {done + 1}/{n} {self._text}")
            due = time.monotonic() - self._saved > SAVE_SECONDS and (done + 1) % every == 0
            if due or self._stopping() or (done + 1 == n and self._has(loop)):
                self._save(loop, done + 1, objects)
            if self._stopping():
                raise Stopped
            if self.hastens:
                break
        self.where = f"after {n} {unit}s"

    def _mark(self, loop, done, n, objects):
        """Leave a mark where one is due; compare it where another trail is known."""
        if self.hastens:
            return
        if trail.is_due(done, n):
            self._flush()
            mark = [loop, done, trail.digest(objects, self._log_file.read_bytes())]
            self.trail.append(mark)
            if self._known is not None:
                trail.compare(mark, self._known)
        if self._until is not None and self.trail and done < n:
            behind = not self._patient and (loop, done) >= max((known[0], known[1]) for known in self._known)
            if behind or time.monotonic() > self._until:
                self._hastened()
                self.hastens = True

    def _sweep(self):
        """What a stopped run has left: half-written files go, and checkpoints that are torn or whose log is."""
        for path in (*self.folder.glob(".*.part"), *self.folder.glob("figures/.*.part")):
            path.unlink()
        for path in self.folder.glob("loop*.checkpoint"):
            try:
                tree = checkpoint.read(path)
                if tree.get("log") not in (None, self._log_digest(tree["logged"])):
                    raise Damaged(f"{path}: the log beside it is torn or altered")
                if not records.same_data(tree.get("data", {})):
                    raise Damaged(f"{path}: made from other data than are here now")
            except Damaged as error:
                print(f"{error}: going back to the one before")
                path.unlink()
        if not any(self.folder.glob("loop*.checkpoint")):
            files.opened(self._log_file, "w").close()
        files.opened(self._log_file, "a").close()
        os.truncate(self._log_file, self._log_file.read_bytes().rfind(b"\n") + 1)  # a line that was not ended

    def _log_digest(self, size):
        """sha256 of the log's first `size` bytes, "" where it is shorter."""
        log = self._log_file.read_bytes() if self._log_file.exists() else b""
        return hashlib.sha256(log[:size]).hexdigest() if size <= len(log) else ""

    def _has(self, loop):
        return any(self.folder.glob(f"loop{loop}-*.checkpoint"))

    def _save(self, loop, done, objects):
        self._flush(sync=True)
        logged = self._log_file.stat().st_size
        tree = {
            "done": done,
            "logged": logged,
            "log": self._log_digest(logged),
            "streams": dict.fromkeys(sorted(self.streams), True),
            "data": records.read_data(),
            "trail": {f"{number} {round}": digest for number, round, digest in self.trail},
            "state": state.collect(list(objects)),
        }
        checkpoint.write(self.folder / f"loop{loop}-{done:09d}.checkpoint", tree)
        for old in sorted(self.folder.glob(f"loop{loop}-*.checkpoint"))[:-2]:
            old.unlink()
        self._saved = time.monotonic()

    def _restore(self, loop, objects):
        """Restore the last whole checkpoint of this loop; the number of rounds that it had done, 0 where there is none."""
        done = 0
        for path in sorted(self.folder.glob(f"loop{loop}-*.checkpoint"))[-1:]:
            tree = checkpoint.read(path)
            state.restore(list(objects), tree["state"])
            done, self._logged = tree["done"], tree["logged"]
            self.streams |= set(tree.get("streams", ()))
            left = {tuple(map(int, name.split())): digest for name, digest in tree.get("trail", {}).items()}
            self.trail = [[*place, left[place]] for place in sorted(left)]
        if self._logged is not None and not self._has(loop + 1):
            self._flush()
            os.truncate(self._log_file, self._logged)
            self._logged = None
        return done

    def _show(self, fraction, text):
        now = time.monotonic()
        if now - self._reported > REPORT_SECONDS or fraction >= 1:
            self._reported = now
            self._report(fraction, text)
            self._flush()

    @property
    def _log_file(self):
        return self.folder / "log.jsonl"

    def _flush(self, sync=False):
        with files.opened(self._log_file, "a") as file:
            file.writelines(self._lines)
            file.flush()
            if sync:  # a checkpoint or a record that outlives a power cut needs its log
                os.fsync(file.fileno())
        self._lines.clear()


def _plain(value):
    """A logged value as JSON knows it: NumPy's numbers and arrays become Python's."""
    return value.tolist() if hasattr(value, "tolist") else value
