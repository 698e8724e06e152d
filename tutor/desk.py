"""A learner's own folder: one file for each exercise, and how far it is. Nothing else is ever written."""

import json
import os

from abacus import files, lessons
from abacus.errors import BadInput, Unavailable
from tutor import stub

SIGNS = {"new": "○", "begun": "◐", "solved": "●"}
_EMPTY = {"tries": 0, "hints": 0, "solved": False}


class Desk:
    """The folder `mine`; `now` is the exercise that was worked on last, or None."""

    def __init__(self, folder):
        self.folder, self.file = folder, folder / "progress.json"
        self._known = self._read()

    def path(self, exercise):
        """Where the learner writes an exercise."""
        return self.folder / exercise.folder.name / f"{exercise.name}.py"

    def of(self, exercise):
        """{"tries", "hints", "solved"} of an exercise."""
        said = self._known.get("exercises", {}).get(exercise.key)
        return _EMPTY | (said if isinstance(said, dict) else {})

    def state(self, exercise):
        """A word of SIGNS."""
        if self.of(exercise)["solved"]:
            return "solved"
        return "begun" if self.path(exercise).exists() else "new"

    @property
    def now(self):
        return self._known.get("now")

    def start(self, exercise):
        """Write the stub; False where the file is there already: it stays as it is."""
        path = self.path(exercise)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "x", encoding="utf-8") as file:
                file.write(stub.text(exercise))
        except FileExistsError:
            if not path.is_file():
                raise BadInput(f"{path} is no file, nor a place for one: move it away") from None
            self.note(exercise)
            return False
        self.note(exercise)
        return True

    def note(self, exercise, **changes):
        """Remember `changes` of an exercise, and that it is the one at hand."""
        self._known = self._read()  # another command may have written meanwhile
        self._known.setdefault("exercises", {})[exercise.key] = self.of(exercise) | changes
        self._known["now"] = exercise.key
        self.folder.mkdir(parents=True, exist_ok=True)
        files.replace(self.file, [json.dumps(self._known, indent=1).encode() + b"\n"])

    def _read(self):
        if not self.file.exists():
            return {}
        try:
            known = json.loads(self.file.read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:
            raise BadInput(
                f"{self.file} cannot be read ({error}): move it away; your solutions are beside it"
            ) from None
        if not isinstance(known, dict) or not isinstance(known.get("exercises", {}), dict):
            raise BadInput(f"{self.file} is not what learn.py wrote: move it away; your solutions are beside it")
        return known


def folder():
    """$ABACUS_MINE, or mine/ of this checkout where it can be written."""
    given = os.environ.get("ABACUS_MINE")
    place = lessons.ROOT / "mine"
    if not given and not os.access(place if place.exists() else lessons.ROOT, os.W_OK):
        raise Unavailable(f"{lessons.ROOT} cannot be written: set ABACUS_MINE, or --mine, to a folder of yours")
    return given or place
