"""What a result depends on: the code that runs, not its comments, and not what the run never reaches."""

import pytest

from abacus import source

RUN = """
from abacus import ops, data
import model

def run(cfg, job):
    return ops.tanh(model.x)
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "run.py").write_text(RUN)
    (tmp_path / "model.py").write_text("from weights import w\nx = w\n")
    (tmp_path / "weights.py").write_text('"""Weights."""\nw = 1\n')
    (tmp_path / "aside.py").write_text("y = 2\n")
    return tmp_path


def fingerprint(project, **files):
    for name, text in files.items():
        (project / f"{name}.py").write_text(text)
    source._parsed.cache_clear()
    source._tree.cache_clear()
    source._imports.cache_clear()
    return source.fingerprint(project / "run.py")


def test_the_modules_that_run_reaches(project):
    names = [path.name for path in source.modules(project / "run.py")]
    assert names[:3] == ["model.py", "run.py", "weights.py"]
    assert {"elementwise.py", "tensor.py", "streams.py", "batches.py"} <= set(names)
    assert not {"aside.py", "losses.py", "compose.py", "catalogue.py"} & set(names)


def test_comments_and_docstrings_do_not_count(project):
    before = fingerprint(project)
    assert fingerprint(project, weights='"""Other words."""\n# a remark\nw  =  1\n') == before


@pytest.mark.parametrize("changed", [{"weights": "w = 2"}, {"run": RUN + "z = 3"}, {"run": RUN.replace("tanh", "exp")}])
def test_a_change_of_code_counts(project, changed):
    assert fingerprint(project) != fingerprint(project, **changed)


def test_what_is_never_reached_does_not_count(project):
    assert fingerprint(project) == fingerprint(project, aside="y = 3")


def test_the_kernels_behind_an_operation_count_one_by_one(project):
    names = [
        str(path.relative_to(source.CORE)) for path in source.modules(project / "run.py") if source.CORE in path.parents
    ]
    assert "kernels/flags.py" in names and "kernels/__init__.py" not in names
    assert any(name.startswith("kernels/") for name in names if name != "kernels/flags.py")
