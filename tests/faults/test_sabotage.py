"""What is broken on purpose is noticed: every op's gradient by the tests of ops, and every project has negative controls."""

import ast
import importlib.util
import re
import sys
from pathlib import Path

import mutating
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from abacus import ops, tensor

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = sorted(path.parent for path in ROOT.glob("projects/*/run.py"))
REFUSED = re.compile(  # what a negative control says of a broken variant, as the projects' tests write it
    r"""== "not reproduced"|== \{"not reproduced"\}|!= "reproduced"|"reproduced" not in|"not reproduced"\}?$"""
    r"""|count\("reproduced"\) <|"reproduced"\) is expected|assert not agrees\("""
    r"""|== \["not reproduced"\]|\] == wanted$"""
)

_spec = importlib.util.spec_from_file_location("checks_of_ops", ROOT / "tests" / "ops" / "test_ops.py")
checks = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(checks)
DERIVED = sorted(name for name in ops.__all__ if getattr(getattr(ops, name), "is_op", False))
STEPS = {"ceil", "floor", "round", "sign", "trunc"}  # of gradient 0, which a factor does not change


@pytest.fixture
def scaled(monkeypatch):
    """`scaled("tanh")`: from now on every gradient that the op `tanh` sends back is a hundredth too large."""
    pull = tensor._pull

    def broken(name):
        def pulled(node, incoming):
            for source, index, gradient in pull(node, incoming):
                larger = gradient + 0.01 if name in STEPS else gradient * 1.01
                yield source, index, larger if node.name == name else gradient

        monkeypatch.setattr(tensor, "_pull", pulled)

    return broken


def noticed(name):
    """Whether the comparison with central differences fails for one of the op's cases."""
    compared = checks.test_gradient_is_the_central_difference.hypothesis.inner_test
    quiet = settings(max_examples=8, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    quiet = settings(quiet, suppress_health_check=list(HealthCheck))
    for case in [function for label, function in checks.CASES.items() if label.split("__")[0] == name]:
        try:
            quiet(given(data=st.data())(compared))(case=case)
        except AssertionError:
            return True
    return False


@pytest.mark.parametrize("name", DERIVED)
def test_a_gradient_that_is_a_hundredth_too_large_is_noticed(name, scaled):
    scaled(name)
    assert noticed(name), f"no case of {name} sees its gradient"


def test_nothing_is_noticed_where_nothing_is_broken(scaled):
    scaled("no op")
    assert not noticed("tanh") and len(DERIVED) > 40


def test_among_the_mutants_of_the_core_is_a_broken_gradient_of_every_op():
    mutate = mutating.module(ROOT / "scripts" / "mutate.py")
    mutants = [mutant for path in mutate.files("ops") for mutant in mutate.mutants(path)]
    scaled = {mutant["function"].lstrip("_"): mutant for mutant in mutants if mutant["what"] == mutate.SCALED}
    assert set(DERIVED) <= set(scaled)
    for mutant in scaled.values():
        compile(mutant["source"](), mutant["file"], "exec")


def test_of_the_kernels_only_what_python_executes_is_changed():
    mutate = mutating.module(ROOT / "scripts" / "mutate.py")
    assert {"correlation.py", "phases.py"} <= {path.name for path in mutate.files("kernels/conv")}
    assert "direct.py" not in {path.name for path in mutate.files("kernels/conv")}
    with pytest.raises(LookupError):
        mutate.files("kernels/rows")


def controls(project):
    """Names of the project's tests in which a broken variant is refused."""
    found = []
    for path in sorted(project.glob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                body = ast.get_source_segment(text, node)
                if any(REFUSED.search(line.rstrip()) for line in body.splitlines()):
                    found.append(node.name)
    return found


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_every_project_has_negative_controls(project):
    found = controls(project)
    print(f"{project.name}: {', '.join(found)}", file=sys.stderr)
    assert found, "for each result a broken variant that is not called reproduced (CONTRIBUTING.md, 4)"
