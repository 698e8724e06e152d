"""The core's floors, and what appears nowhere in the repository's code."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "shared" / "abacus"
FLOORS = [  # an import only goes down; within a floor, only among the modules of one line
    {"errors"},
    {
        "files",
        "settings",
        "sheet",
        "command",
        "predictors",
        "typed",
        "streams",
        "source",
        "inputs",
        "estimator",
        "expect",
        "dtypes",
        "walk",
    },
    {"vocabulary", "sampling", "folds"},
    {"tensor", "kernels"},
    {"papers"},
    {"data", "sets", "lessons", "exercises", "environments"},
    {"ops"},
    {"verdict"},
    {"evidence"},
    {"nn", "optim", "running"},
    {"launch"},
]
CODE = sorted(
    p for folder in ("shared", "projects", "scripts", "tests", "book", "tutor") for p in (ROOT / folder).rglob("*.py")
)


def floor(module):
    return next((i for i, names in enumerate(FLOORS) if module in names), None)


def imported(path):
    """Names of the core's modules that the file at `path` imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "abacus":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level and path.is_relative_to(CORE):
            package = ["abacus", *path.relative_to(CORE).parts[: -node.level], *(node.module or "").split(".")]
            package = [part for part in package if part]
            yield from ([package[1]] if len(package) > 1 else (alias.name for alias in node.names))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("abacus."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("abacus."))


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda p: str(p.relative_to(CORE)))
def test_an_import_only_goes_down(path):
    own = path.relative_to(CORE).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    assert floor(own) is not None, f"{own} stands on no floor: add it to FLOORS"
    above = {name for name in imported(path) if floor(name) is not None and floor(name) > floor(own)}
    assert not above, f"{own} imports from above: {above}"


def test_no_project_imports_another_and_only_launch_knows_hydra():
    projects = {p.name for p in (ROOT / "projects").iterdir() if p.is_dir()} - set(sys.stdlib_module_names)
    for path in CODE:
        names = {n.split(".")[0] for n in _modules(path)}
        if path.is_relative_to(ROOT / "projects"):
            own = path.relative_to(ROOT / "projects").parts[0]
            modules = {p.stem for p in (ROOT / "projects" / own).glob("*.py")}  # algorithms has a module trees
            assert not names & (projects - {own} - modules), path
        if not path.is_relative_to(CORE / "launch") and "tests" not in path.parts:
            assert not names & {"hydra", "omegaconf"}, path


def test_a_project_imports_modules_of_the_core_and_no_name_that_abacus_only_offers():
    """A record follows imports from module to module: `from abacus.tensor import backward`, not `from abacus import backward`."""
    for path in (path for path in CODE if path.is_relative_to(ROOT / "projects")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert "abacus" not in {alias.name for alias in node.names}, path
            elif isinstance(node, ast.ImportFrom) and node.module == "abacus":
                assert not {alias.name for alias in node.names} & {"Tensor", "Parameter", "backward", "no_grad"}, path


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda p: str(p.relative_to(CORE)))
def test_what_is_private_to_a_module_stays_there(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("abacus"):
            private = [alias.name for alias in node.names if alias.name.startswith("_")]
            assert not private, f"{path.name} imports {private[0]} of {node.module}"


def _modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


PICKLE = CORE / "data" / "plain_pickle.py"  # an Unpickler with a white list, of files that are verified by their hash
FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "cloudpickle"}
FORBIDDEN_CALLS = {"eval", "exec", "extractall", "instantiate", "system", "popen"}
PEERS = {"torch", "sklearn", "tensorflow", "jax", "statsmodels", "mitsuba"}


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_dangerous_stands_in_the_code(path):
    allowed = {"pickle"} if path == PICKLE else set()
    assert not {m.split(".")[0] for m in _modules(path)} & FORBIDDEN_IMPORTS - allowed
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            assert name not in FORBIDDEN_CALLS, f"{path}:{node.lineno}: {name}"
            for keyword in node.keywords:
                true = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
                assert not (true and keyword.arg in ("shell", "allow_pickle")), f"{path}:{node.lineno}"


def test_pickle_is_one_unpickler_with_a_white_list_for_two_verified_sets():
    tree = ast.parse(PICKLE.read_text(encoding="utf-8"))
    used = [
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "pickle"
    ]
    assert [node.attr for node in used] == ["Unpickler"]
    (reader,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and used[0] in node.bases]
    assert [part.name for part in reader.body] == ["find_class"]
    users = {path for path in CODE if path.is_relative_to(CORE) and "plain_pickle" in _names(path)}
    assert users == {CORE / "sets" / "mnist1d.py", CORE / "sets" / "planetoid.py"}
    for path in users:  # what they read is what `file`, which verifies, has found
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        assert any(getattr(call.func, "id", "") == "file" for call in calls)


def _names(path):
    """Every name that the module at `path` imports from another."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_peers_are_only_in_tests_and_benchmarks():
    for path in CODE:
        if not path.name.startswith("test_") and not {"tests", "scripts", "reference"} & set(path.parts):
            assert not {m.split(".")[0] for m in _modules(path)} & PEERS, path


def test_configurations_hold_values_only():
    for path in (ROOT / "projects").rglob("conf/**/*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("_target_", "hydra.callbacks", "oc.env")), path


def test_no_project_reaches_a_definition_by_a_name_that_is_only_text():
    """What `source` follows are names: a module that is imported by a string would be missing in the code of a record."""
    for path in (p for p in CODE if p.is_relative_to(ROOT / "projects") and not p.name.startswith("test_")):
        words = {
            getattr(n, "id", getattr(n, "attr", "")) for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        }
        assert not words & {"import_module", "__import__", "globals", "locals"}, path


def test_no_module_is_a_drawer():
    assert not [path for path in CODE if path.stem in {"util", "utils", "helper", "helpers", "misc", "common"}]


def test_a_long_file_says_why():
    for path in CODE:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 300 and not path.name.startswith("test_"):
            assert "lines" in (ast.get_docstring(ast.parse(text)) or ""), f"{path}: over 300 lines without a reason"
