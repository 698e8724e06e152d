"""The process in which a learner's code runs: python child.py PROJECT/NAME FILE RESULT. It writes what it found to RESULT."""

import contextlib
import json
import sys
from pathlib import Path

MEMORY, WRITTEN = 8 << 30, 64 << 20  # bytes that the process may have, and may write to one file


def main(key, file, result):
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from abacus import exercises
    from tutor import check

    found = check.judge(exercises.find(key), Path(file))
    Path(result).write_text(json.dumps(found._asdict()), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
