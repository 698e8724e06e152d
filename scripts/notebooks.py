"""Make notebooks of the lessons: pip install -e ".[book]" first, and for --run also ".[notebooks]".

python scripts/notebooks.py                        build/notebooks/NAME.ipynb of every lesson
python scripts/notebooks.py pca gcn --out FOLDER   of some, elsewhere
python scripts/notebooks.py --from ADDRESS         the first cell fetches the repository where it is not there (Colab, Binder)
python scripts/notebooks.py pca --run              execute each cell by cell, and keep what it shows

They are made from README.md and the files beside it, never written by hand and never committed.
Status 0; 1 where a cell fails; 2 for a lesson that there is not.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import abacus
from abacus import lessons
from abacus.errors import BadInput, Unavailable
from abacus.papers.table import meant

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
CHECK = "\nassert _exit_code == 0, 'the command has failed'"  # of a cell with a command, while it is executed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="lessons (all)")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "notebooks", help="the folder (build/notebooks)")
    parser.add_argument("--from", dest="repository", default="", metavar="ADDRESS", help="that git clones")
    parser.add_argument("--run", action="store_true", help="execute them")
    parser.add_argument("--seconds", type=int, default=600, help="that a cell may take (%(default)s)")
    asked = parser.parse_args()
    try:
        return make(asked)
    except BadInput as error:
        print(f"notebooks: {error}", file=sys.stderr)
        return 2
    except (Unavailable, OSError) as error:
        print(f"notebooks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def make(asked):
    """Write the notebooks that were asked for, and execute them where that was; the exit status."""
    known = {lesson.name: lesson for lesson in lessons.all_of()}
    for name in asked.names:
        if name not in known:
            raise BadInput(f'no lesson "{name}"{meant(name, known)}')
    try:
        from book import edition, lesson
    except ModuleNotFoundError as missing:
        raise Unavailable(f'{missing.name} is not installed: pip install -e ".[book]"') from None
    made, failed = edition.Edition(), 0
    asked.out.mkdir(parents=True, exist_ok=True)
    for name in asked.names or known:
        text, begun = lesson.as_notebook(made, known[name], asked.repository), time.perf_counter()
        if asked.run:
            text, trouble = executed(text, known[name].folder, asked.seconds)
            failed += bool(trouble)
            print(f"{name}: {trouble or f'{time.perf_counter() - begun:.1f} s'}", flush=True)
        (asked.out / f"{name}.ipynb").write_text(text, encoding="utf-8")
    print(f"{len(asked.names or known)} notebooks in {asked.out}")
    return 1 if failed else 0


def executed(text, folder, seconds):
    """(the notebook with what its cells show, "" or the first trouble in one line), executed in the lesson's folder."""
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError
    except ModuleNotFoundError as missing:
        raise Unavailable(f'{missing.name} is not installed: pip install -e ".[notebooks]"') from None
    notebook, trouble = nbformat.reads(text, as_version=4), ""
    nbformat.validate(notebook)
    commands = [c for c in notebook.cells if c.cell_type == "code" and c.source.startswith("!")]
    for cell in commands:
        cell.source += CHECK
    client = NotebookClient(notebook, timeout=seconds, resources={"metadata": {"path": str(folder)}})
    try:
        client.execute(env=_environment())
    except CellTimeoutError:
        trouble = f"a cell took more than {seconds} s"
    except CellExecutionError as error:
        trouble = f"{error.ename}: {error.evalue}"
    for cell in commands:
        cell.source = cell.source.removesuffix(CHECK)
    return nbformat.writes(notebook) + "\n", trouble


def _environment():
    """This process's: the same Python for `!python`, the same abacus, no window for figures."""
    path = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    found = [str(Path(abacus.__path__[0]).parent), os.environ.get("PYTHONPATH", "")]
    more = {"PATH": os.pathsep.join(path), "PYTHONPATH": os.pathsep.join(filter(None, found)), "MPLBACKEND": "agg"}
    return os.environ | more


if __name__ == "__main__":
    sys.exit(main())
