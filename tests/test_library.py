"""`import abacus` as a library: what it offers, what that costs, its page of programs and of PyTorch's names."""

import ast
import importlib
import inspect
import pydoc
import re
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy import signal, special
from threadpoolctl import threadpool_limits

import abacus
from abacus import data, nn, ops, optim
from abacus.data import fonts
from abacus.ops.sparse import Pattern
from abacus.running import checkpoint, state
from abacus.tensor import Parameter, Tensor

PAGE = (Path(__file__).parents[1] / "LIBRARY.md").read_text(encoding="utf-8")
PROGRAMS = dict(re.findall(r"<!-- program: (\w+) -->\n```python\n(.*?)```", PAGE, re.DOTALL))
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")][2:]


def test_import_abacus_alone_imports_nothing_else():
    look = "import sys, importlib; before = set(sys.modules); import abacus; print(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == ["abacus"]


@pytest.mark.parametrize("first", ["Tensor", "Parameter", "backward", "no_grad"])
def test_a_name_asked_for_first_brings_the_operators(first):
    ask = f"import abacus; abacus.{first}; print((abacus.Tensor([1.0, 2.0]) + 1).sum().item())"
    assert subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout == "5.0\n"


def test_every_name_is_what_its_module_has():
    assert set(abacus.__all__) <= set(dir(abacus))
    for name in abacus.__all__:
        if name in ("Parameter", "Tensor", "backward", "no_grad"):
            assert getattr(abacus, name) is getattr(importlib.import_module("abacus.tensor"), name)
        else:
            assert getattr(abacus, name) is importlib.import_module(f"abacus.{name}")
    from abacus.launch import launch

    assert abacus.launch.launch is launch
    with pytest.raises(AttributeError, match="abacus has no 'Tenser'; it offers Parameter, Tensor, backward"):
        abacus.Tenser  # noqa: B018


def test_editors_are_told_the_same_names():
    tree = ast.parse(Path(abacus.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    told = {alias.asname for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert told == set(abacus.__all__)


@pytest.mark.parametrize("package", [nn, ops, optim], ids=lambda package: package.__name__)
def test_pydoc_lists_what_a_package_offers(package):
    text = pydoc.render_doc(package, renderer=pydoc.plaintext)
    for name in package.__all__:
        thing = getattr(package, name)
        heading = f"class {name}(" if inspect.isclass(thing) else f"    {name}("
        assert heading in text, name
        assert inspect.getdoc(thing), f"{name} has no docstring"


def test_the_page_names_every_operation_layer_and_optimiser():
    named = set(re.findall(r"(?<![\w.])(?:ops|nn|optim)\.\w+", " ".join(cells[-1] for cells in ROWS)))
    there = {f"{package.__name__.split('.')[1]}.{n}" for package in (ops, nn, optim) for n in package.__all__}
    assert named == there


HOMES = {"ops": ops, "nn": nn, "optim": optim, "data": data, "checkpoint": checkpoint, "state": state}
HOMES |= {"x": Tensor(np.ones((2, 3))), "abacus": abacus, "Tensor": Tensor, "Parameter": Parameter}


def meant(function):
    """What `ops.tanh` or `x.sum` stands for in the page's table; None for what is only an example (`norm(x, training)`)."""
    words = []
    while isinstance(function, ast.Attribute):
        words.append(function.attr)
        function = function.value
    thing = HOMES.get(getattr(function, "id", ""))
    for word in reversed(words):
        if thing is not None:
            thing = getattr(thing, word)
    return thing


def test_all_that_the_page_writes_on_the_right_is_there_and_takes_these_arguments():
    snippets = [snippet for cells in ROWS for snippet in re.findall(r"`([^`]+)`", cells[-1])]
    checked = 0
    for snippet in snippets:
        try:
            tree = ast.parse(snippet)
        except SyntaxError:
            assert snippet == "with no_grad():"
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                meant(node)
            if isinstance(node, ast.Call) and meant(node.func) is not None:
                takes = inspect.signature(meant(node.func))
                takes.bind(*[None] * len(node.args), **{keyword.arg: None for keyword in node.keywords})
                checked += 1
    assert checked > len(ROWS) / 2 and Pattern is ops.sparse.Pattern


def test_all_that_the_page_writes_on_the_left_is_pytorchs():
    torch = pytest.importorskip("torch")
    for name in re.findall(r"\b(?:torch|F|x)\.[\w.]*\w", " ".join(cells[0] for cells in ROWS)):
        first, *words = name.split(".")
        thing = {"torch": torch, "F": torch.nn.functional, "x": torch.Tensor}[first]
        for word in words:
            thing = getattr(thing, word)


@pytest.fixture
def run(tmp_path, capsys):
    """Runs a program of the page: what its names stand for at its end, and the one line that it printed."""

    def run(name):
        path = tmp_path / f"{name}.py"
        path.write_text(PROGRAMS[name], encoding="utf-8")
        with threadpool_limits(1):
            names = runpy.run_path(str(path))
        said = capsys.readouterr().out
        assert said.count("\n") == 1
        return names, said

    return run


def test_there_are_three_programs_of_about_twenty_lines():
    assert list(PROGRAMS) == ["moons", "digits", "letters"]
    for text in PROGRAMS.values():
        lines = [line for line in text.splitlines() if line and not line.startswith(("import", "from"))]
        assert len(lines) <= 24 and all(len(line) <= 120 for line in lines)


def weights(layer):
    return {name: parameter.value.astype(float) for name, parameter in nn.parameters(layer).items()}


def test_the_moons_are_parted_as_the_program_says(run):
    names, said = run("moons")
    inputs = {"a straight line": names["points"], "a cubic curve": names["cubic"]}
    wanted, right = names["label"][1000:], {}
    for name, x in inputs.items():
        w = weights(names["models"][name])
        right[name] = np.sum((x[1000:] @ w["w"][:, 0] + w["b"] > 0) == wanted)
        assert f"{name} has {right[name]} on the right side" in said
    assert said.startswith(f"Of {len(wanted)} unseen points,") and len(names["points"]) == 2000
    # The page: a line cannot, a cubic curve can. The difference of two counts of n points has a variance of n at most.
    assert right["a cubic curve"] - right["a straight line"] > 3 * np.sqrt(len(wanted))


def test_the_digits_are_read_as_the_program_says(run):
    names, said = run("digits")
    images, labels, w = names["images"], names["labels"], weights(names["model"])

    def convolved(x, kernels, biases):
        """relu(x * kernels + b) of one image (channels, h, w), then the largest of every 2 x 2."""
        maps = [sum(map(signal.correlate2d, x, k, ["valid"] * len(x))) + b for k, b in zip(kernels, biases)]
        height, width = (n // 2 for n in maps[0].shape)
        cut = np.maximum(maps, 0)[:, : 2 * height, : 2 * width]
        return cut.reshape(len(maps), height, 2, width, 2).max(axis=(2, 4))

    read = 0
    for image, label in zip(images, labels):
        x = convolved(image.astype(float), w["layers.0.w"], w["layers.0.b"])
        x = convolved(x, w["layers.2.w"], w["layers.2.b"])
        read += np.argmax(x.reshape(-1) @ w["layers.5.w"] + w["layers.5.b"]) == label
    assert said == f"{read} of {len(images)} digits are read rightly in fonts that the network has never seen.\n"
    chance = len(images) / 10
    assert read > chance + 5 * np.sqrt(chance)  # five standard errors of guessing
    assert not set(fonts.UNSEEN) & set(fonts.SEEN)


def test_the_letters_cost_what_the_program_says(run):
    names, said = run("letters")
    unseen, gru, out = names["unseen"], weights(names["memory"]), weights(names["out"])
    x = weights(names["table"])["table"][unseen[:-1]]
    h, bits, width = np.zeros((unseen.shape[1], 64)), [], 64
    for step, answers in zip(x, unseen[1:]):
        of_x, of_h = step @ gru["wx"] + gru["bx"], h @ gru["wh"] + gru["bh"]
        gate = special.expit(of_x[:, : 2 * width] + of_h[:, : 2 * width])
        n = np.tanh(of_x[:, 2 * width :] + gate[:, :width] * of_h[:, 2 * width :])
        h = (1 - gate[:, width:]) * n + gate[:, width:] * h
        log_p = special.log_softmax(h @ out["w"] + out["b"], axis=1)
        bits.append(-log_p[np.arange(len(answers)), answers] / np.log(2))
    counts, seen = Counter(names["seen"].tolist()), names["seen"]
    alone = [-np.log2((counts[i] + 1) / (len(seen) + len(names["letters"]))) for i in unseen[1:].ravel().tolist()]
    printed = [float(number) for number in re.findall(r"\d+\.\d\d", said)]
    half, rounding = 0.005, np.sqrt(np.finfo(np.float32).eps)
    np.testing.assert_allclose(printed, [np.mean(bits), np.mean(alone)], rtol=rounding, atol=half)
    assert printed[0] < printed[1] and "".join(names["letters"][seen[:100]]) == names["text"][:100]
    assert "".join(names["letters"][unseen[:, 0]]) == names["text"][len(seen) : len(seen) + len(unseen)]
