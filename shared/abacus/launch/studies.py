"""The studies of a project: each a function in a file of its own, with a small dataclass of settings."""

import ast
import inspect
import sys
import typing
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from abacus import source


@dataclass
class Study:
    """One program of a project: `run(cfg, job)`, the dataclass of its settings, and what else `launch` was given for it."""

    name: str
    run: Callable
    Config: type
    run_many: Callable | None = None
    figures: Callable | None = None

    @property
    def file(self):
        return Path(inspect.getsourcefile(inspect.unwrap(self.run))).resolve()

    @cached_property
    def functions(self):
        """{file: names} of the definitions in which its computation begins."""
        begins = [self.run, *([self.run_many] if self.run_many else [])]
        found = {}
        for function in begins:
            file = Path(inspect.getsourcefile(inspect.unwrap(function))).resolve()
            found.setdefault(file, []).append(function.__name__)
        namespace = self.run.__globals__  # the dataclass may stand in another file than the function
        name = next((n for n, thing in namespace.items() if thing is self.Config), self.Config.__name__)
        found[self.file].append(name)
        return {file: tuple(names) for file, names in found.items()}

    @cached_property
    def units(self):
        """{label: digest} of every definition that it depends on."""
        return {label: d for file, names in self.functions.items() for label, d in source.units(file, *names).items()}

    @cached_property
    def uses(self):
        """{label: labels of the definitions that it names}."""
        return {
            label: named for file, names in self.functions.items() for label, named in source.uses(file, *names).items()
        }

    @property
    def code(self):
        """The fingerprint of its code."""
        return source.together(self.units)

    @cached_property
    def rounds(self):
        """The names of the settings that say how often a loop goes round: what stands in job.epochs(...) and job.steps(...)."""
        files = [file for file in self.source_files if file.is_relative_to(self.file.parent)]
        calls = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
        counts = [c.args[0] for c in calls if isinstance(c, ast.Call) and c.args and _is_loop(c.func)]
        named = {getattr(n, "attr", getattr(n, "id", "")) for count in counts for n in ast.walk(count)}
        return named & set(self.Config.__dataclass_fields__)

    @cached_property
    def stamps(self):
        """{file: [time of change, bytes]} of the files in which its code stands, when that was read."""
        return stamps(self.source_files)

    @property
    def source_files(self):
        """The files in which its code stands."""
        return sorted({f for file, names in self.functions.items() for f in source.files(file, *names)})


def _is_loop(function):
    return isinstance(function, ast.Attribute) and function.attr in ("epochs", "steps")


def stamps(paths):
    """{file: [time of change in nanoseconds, bytes]}; of a file that is gone, None."""
    return {str(path): _stamp(Path(path)) for path in paths}


def _stamp(path):
    try:
        about = path.stat()
    except OSError:
        return None
    return [about.st_mtime_ns, about.st_size]


def gather(studies, figures, run_many):
    """{name: Study} of the functions that `launch` was given, in their order; TypeError where one is not a study."""
    found = {}
    for run in studies:
        many = run_many.get(run) if isinstance(run_many, dict) else run_many
        draw = figures.get(run) if isinstance(figures, dict) else figures
        found[run.__name__] = Study(run.__name__, run, settings_of(run), many, draw)
    return found


def settings_of(run):
    """The dataclass of a study's settings: the annotation of its first parameter."""
    first = next(iter(inspect.signature(run).parameters), None)
    try:
        Config = typing.get_type_hints(run).get(first)
    except NameError as error:
        raise TypeError(f"{run.__name__}: its annotation names what is not there: {error}") from None
    if not hasattr(Config, "__dataclass_fields__"):
        raise TypeError(
            f"{run.__name__}: wanted a dataclass of settings as annotation: def {run.__name__}(cfg: Config, job)"
        )
    return Config


def of_file(run_file):
    """{name: Study} of the project whose command is `run_file`, as its own `launch` is given them; nothing is run."""
    import runpy

    from abacus import launch

    folder = str(run_file.parent)
    others = {
        name: sys.modules.pop(name) for name in _within(run_file.parent.parent)
    }  # of other projects, by the same names
    kept = set(sys.modules)
    sys.path.insert(0, folder)
    main = sys.modules["__main__"]
    try:
        with launch.captured() as given:
            runpy.run_path(str(run_file), run_name="__main__")
    finally:
        sys.path.remove(folder)
        sys.modules["__main__"] = main
        for name in set(sys.modules) - kept:  # the project's own modules: another project may have one of that name
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(folder):
                del sys.modules[name]
        sys.modules.update(others)
    if not given:
        raise TypeError(f"{run_file}: it does not end in launch(study, ...)")
    return given[0]


def _within(folder):
    """The names of the modules whose files stand below a folder."""
    files = {name: getattr(module, "__file__", None) or "" for name, module in list(sys.modules.items())}
    return [name for name, file in files.items() if name != "__main__" and file.startswith(f"{folder}/")]
