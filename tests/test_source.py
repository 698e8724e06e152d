"""What a result depends on: the code that runs, definition by definition; not its comments, its place, or what only draws."""

import pytest

from abacus import source

RUN = """
from abacus import ops, data
import model
import figures
from launching import launch

RATE = 0.1
OTHER = 0.2


def run(cfg, job):
    x = ops.tanh(model.network(RATE))
    figures.maps(job, x)
    with job.figure("curve") as figure:
        figures.curve(figure, x)
    return x


def aside(cfg, job):
    return OTHER


if __name__ == "__main__":
    launch(run, aside, figures=figures.table)
"""
MODEL = '''
"""A model."""
from weights import w as weights


def network(rate):
    """A network."""
    return Layer(rate).forward(weights)


class Layer:
    def __init__(self, rate):
        self.rate = rate

    def forward(self, w):
        return inner(w) * self.rate


def inner(w):
    return w


def never(w):
    return w + 1
'''
FIGURES = """
COLOURS = ["red"]


def maps(job, x):
    with job.figure("maps") as figure:
        curve(figure, x)


def curve(figure, x):
    figure.subplots().plot(x, color=COLOURS[0])


def table(results, save):
    pass
"""
WEIGHTS = '"""Weights."""\nw = 1\nv = 2\n'


@pytest.fixture
def project(tmp_path):
    for name, text in {"run": RUN, "model": MODEL, "figures": FIGURES, "weights": WEIGHTS}.items():
        (tmp_path / f"{name}.py").write_text(text)
    source.forget()
    return tmp_path


def fingerprint(project, **files):
    for name, text in files.items():
        (project / f"{name}.py").write_text(text)
    source.forget()
    return source.fingerprint(project / "run.py", "run")


def test_the_definitions_that_a_study_reaches(project):
    names = {label.removeprefix(f"{project.name}/") for label in source.units(project / "run.py", "run")}
    own = {"run.py:run", "run.py:RATE", "model.py:network", "model.py:Layer", "model.py:inner", "weights.py:w"}
    assert own == {name for name in names if not name.startswith("abacus/")}
    assert {"abacus/ops/elementwise.py:tanh", "abacus/tensor.py:op", "abacus/streams.py:rng"} <= names
    assert not {"abacus/ops/losses.py:mse", "abacus/ops/elementwise.py:gelu"} & names


def test_operators_that_a_module_attaches_count_although_nobody_names_them(project):
    names = source.units(project / "run.py", "run")
    assert {"abacus/ops/arithmetic.py:add", "abacus/ops/shapes.py:getitem"} <= set(names)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("weights", "w = 1", "w = 2"),
        ("run", "RATE = 0.1", "RATE = 0.3"),
        ("run", "ops.tanh", "ops.exp"),
        ("model", "return w\n\n\ndef never", "return -w\n\n\ndef never"),
        ("model", "self.rate = rate", "self.rate = 2 * rate"),
        ("model", "import w as", "import v as"),
        ("model", "from weights import w as weights", "from weights import w as weights\nw = 3\nweights = w"),
        ("weights", "v = 2", "v = 2\nw += 1"),
        ("run", "def run(", "@abs\ndef run("),
    ],
)
def test_a_change_of_code_counts(project, name, old, new):
    before, text = fingerprint(project), (project / f"{name}.py").read_text()
    assert old in text
    assert fingerprint(project, **{name: text.replace(old, new)}) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("weights", WEIGHTS, '"""Other words."""\n# a remark\nw  =  1\nv = 3\n'),
        ("figures", '"red"', '"blue"'),
        ("figures", "    pass", "    save(results)"),
        ("model", '"""A network."""', '"""Another docstring."""'),
        ("model", "w + 1", "w + 2"),
        ("run", "OTHER = 0.2", "OTHER = 0.4"),
        ("run", "return OTHER", "return -OTHER"),
        ("run", "launch(run, aside, figures=figures.table)", "launch(run, figures=figures.maps)"),
    ],
)
def test_what_does_not_change_the_values_does_not_count(project, name, old, new):
    before, text = fingerprint(project), (project / f"{name}.py").read_text()
    assert old in text
    assert fingerprint(project, **{name: text.replace(old, new)}) == before


def test_code_may_be_moved(project):
    before = fingerprint(project)
    inner = "def inner(w):\n    return w\n"
    moved = MODEL.replace(inner, "").replace("from weights", "from inside import inner\nfrom weights")
    assert fingerprint(project, model=moved, inside=inner) == before


def test_two_functions_that_change_places_are_noticed(project):
    two = "def first(x):\n    return x\n\n\ndef second(x):\n    return -x\n"
    run = "from a import first as f\nfrom b import second as g\n\n\ndef run(cfg, job):\n    return f(1), g(2)\n"
    before = fingerprint(project, a=two, b=two, run=run)
    changed = run.replace("import first as f", "import second as f").replace("import second as g", "import first as g")
    assert fingerprint(project, run=changed) != before


def test_a_function_that_gives_something_back_counts_even_where_nobody_takes_it(project):
    before = fingerprint(
        project, figures=FIGURES.replace("        curve(figure, x)", "        curve(figure, x)\n    return x")
    )
    after = fingerprint(project, figures=FIGURES.replace("        curve(figure, x)", "        x += 1\n    return x"))
    assert before != after


def test_a_module_used_as_a_whole_counts_as_a_whole(project):
    run = "import weights\n\n\ndef run(cfg, job):\n    return getattr(weights, cfg.name)\n"
    before = fingerprint(project, run=run)
    assert fingerprint(project, weights=WEIGHTS.replace("v = 2", "v = 3")) != before


def test_names_within_functions_and_imports_within_functions_are_followed(project):
    inside = "    def inside(x):\n        from weights import v\n        return v\n"
    run = f"def run(cfg, job):\n    import model\n\n{inside}    return inside(model.inner)\n"
    before = fingerprint(project, run=run)
    assert fingerprint(project, weights=WEIGHTS.replace("v = 2", "v = 3")) != before
    assert fingerprint(project, weights=WEIGHTS.replace("w = 1", "w = 5")) == before


def test_what_has_changed_is_told_apart_from_what_was_moved(project):
    before = source.units(project / "run.py", "run")
    (project / "weights.py").write_text(WEIGHTS.replace("w = 1", "w = 2"))
    source.forget()
    now = source.units(project / "run.py", "run")
    names = {label.rpartition(":")[2] for label in source.changed(before, now)}
    assert names == {"w", "network"}, "the constant, and the function that names it"
