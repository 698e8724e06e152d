"""Mutants of the core: one thing of one function is changed, and the tests that should notice are run.

    python scripts/mutate.py                                  (every op's gradient, and 40 others of ops, nn, optim)
    python scripts/mutate.py --sample 200 --seed 1 verdict settings checkpoint
    python scripts/mutate.py --list ops/losses

A mutant is killed where a test fails, survives where all pass. Of every op one mutant sends back gradients that are a
hundredth too large; those are all tried, the others by a sample. The share and every survivor go into a file (--json,
else runs/mutants.json; results/mutation.json is what RESULTS.md shows); many survivors are equivalent to the original,
so each is to be read. Nothing in the tree is changed: tests/faults/mutant.py loads the mutant in place of the module.
Status 0; 1 where the tests fail without a mutant; 2 for a name that there is not.
"""

import argparse
import ast
import copy
import functools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from abacus.launch import printing

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "shared" / "abacus"
TESTS = {  # part of the core: its own tests, which run in one process
    "ops": ["tests/ops"],
    "kernels": ["tests/ops/test_conv.py", "tests/ops/test_empty_axes.py", "tests/ops/test_ops.py"],
    "nn": ["tests/nn"],
    "optim": ["tests/optim"],
    "tensor": ["tests/test_tensor.py"],
    "streams": ["tests/test_streams.py"],
    "state": ["tests/test_checkpoint.py", "tests/test_job.py"],
    "checkpoint": ["tests/test_checkpoint.py", "tests/faults/test_loaders.py"],
    "job": ["tests/test_job.py"],
    "settings": ["tests/test_settings.py"],
    "inputs": ["tests/test_inputs.py"],
    "verdict": ["tests/test_verdict.py", "tests/test_orderings.py", "tests/test_error_rates.py"],
    "papers": ["tests/test_papers.py"],
    "data": ["tests/test_data.py", "tests/faults/test_download.py", "tests/faults/test_formats.py"],
    "render": ["tests/test_render.py"],
}
OTHER = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
}
OTHER |= {ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
OTHER |= {ast.And: ast.Or, ast.Or: ast.And, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}
SCALED = "gradient x 1.01"
SCALE = """
def _scaled(pair):
    def times(gradient):
        if gradient is None:
            return None
        return (lambda: 1.01 * gradient()) if callable(gradient) else 1.01 * gradient

    value, pullback = pair
    return value, lambda d: [times(gradient) for gradient in pullback(d)]
"""
SECONDS = 300  # that the tests may take with one mutant, on a machine however busy; one that hangs is killed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["ops", "nn", "optim"], metavar="NAME")
    parser.add_argument("--sample", type=int, default=40, help="how many besides the gradients, 0 for all")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--json", type=Path, default=ROOT / "runs" / "mutants.json", help="the file of the result")
    parser.add_argument("--list", action="store_true", help="only say what there is to be changed")
    given = parser.parse_args()
    try:
        found = [mutant for name in given.names for path in files(name) for mutant in mutants(path)]
    except LookupError as error:
        print(f"mutate.py: {error.args[0]}", file=sys.stderr)
        return 2
    if given.list:
        print(*(f"{m['file']}:{m['line']} {m['what']}" for m in found), sep="\n")
        return 0
    chosen = [m for m in found if m["what"] == SCALED]
    others = [m for m in found if m["what"] != SCALED]
    chosen += random.Random(given.seed).sample(others, min(given.sample or len(others), len(others)))
    return campaign(sorted(chosen, key=lambda m: (m["file"], m["line"])), len(found), given)


def files(name):
    """The files of a part of the core ("ops", "ops/losses", "kernels/conv"); LookupError for a name that there is not.

    Of the kernels only what Python executes: in place of a changed one numba's cache would give the original.
    """
    part = name.split("/")[0]
    found = [CORE / f"{name}.py"] if (CORE / f"{name}.py").is_file() else sorted((CORE / name).glob("*.py"))
    found = [path for path in found if "from numba import" not in path.read_text(encoding="utf-8")]
    if part not in TESTS or not found:
        raise LookupError(f"{name}: no such part; there are: {', '.join(TESTS)}, and single files as ops/losses")
    return found


def mutants(path):
    """What can be changed in the functions of a file: dicts of file, line, function, what, and how to make the source."""
    tree, found = ast.parse(path.read_text(encoding="utf-8")), []
    for number, function in enumerate(tree.body):
        if isinstance(function, (ast.FunctionDef, ast.ClassDef)):
            about = {"file": str(path.relative_to(CORE)), "line": function.lineno, "function": function.name}
            if any(map(_lifts, function.decorator_list)):
                found.append(about | {"what": SCALED, "source": functools.partial(scaled, tree, number)})
            for place, node in enumerate(ast.walk(function)):
                for what, change in changes(node):
                    source = functools.partial(changed, tree, number, place, change)
                    found.append(about | {"line": node.lineno, "what": what, "source": source})
    return found


def _lifts(decorator):
    """Whether it makes an op of a function: `op`, plain or with its options, or `entrywise`."""
    return ast.unparse(getattr(decorator, "func", decorator)) in ("op", "entrywise")


def changed(tree, number, place, change):
    """The source in which one node of the number-th statement is changed."""
    twin = copy.deepcopy(tree)
    change(next(n for i, n in enumerate(ast.walk(twin.body[number])) if i == place))
    return ast.unparse(twin)


def scaled(tree, number):
    """The source in which the op that is the number-th statement scales what its pullback returns."""
    twin = copy.deepcopy(tree)
    for node in returns(twin.body[number]):
        node.value = ast.Call(ast.Name("_scaled"), [node.value], [])
    return ast.unparse(twin) + SCALE


def returns(node):
    """The return statements of a function itself, not of those within it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Return):
            yield child
        elif not isinstance(child, (ast.FunctionDef, ast.Lambda)):
            yield from returns(child)


def changes(node):
    """(words, function that changes a node like this one) for every change that the node allows."""
    if isinstance(node, (ast.BinOp, ast.AugAssign, ast.BoolOp)) and type(node.op) in OTHER:
        new = OTHER[type(node.op)]
        yield f"{type(node.op).__name__} -> {new.__name__}", lambda n: setattr(n, "op", new())
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER:
        other = OTHER[type(node.ops[0])]
        yield f"{type(node.ops[0]).__name__} -> {other.__name__}", lambda n: n.ops.__setitem__(0, other())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "-x -> +x", lambda n: setattr(n, "op", ast.UAdd())
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield f"{node.value} -> {node.value + 1}", lambda n: setattr(n, "value", n.value + 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield f"{node.value} -> {not node.value}", lambda n: setattr(n, "value", not n.value)
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
        for i, entry in enumerate(node.elts):
            if not isinstance(entry, (ast.Constant, ast.Slice, ast.Starred)):
                yield f"entry {i} -> None", lambda n, i=i: n.elts.__setitem__(i, ast.Constant(None))


def campaign(chosen, possible, given):
    """Run the tests with each mutant, print and write what came of it; the exit status."""
    for name in sorted({part(mutant) for mutant in chosen}):
        if not passes(TESTS[name]):
            print(f"mutate.py: the tests of {name} fail without a mutant", file=sys.stderr)
            return 1
    for number, mutant in enumerate(chosen, 1):
        begun = time.monotonic()
        mutant["killed"] = not survives(mutant)
        fate, seconds = "killed" if mutant["killed"] else "SURVIVES", time.monotonic() - begun
        place = f"{mutant['file']}:{mutant['line']} {mutant['function']}: {mutant['what']}"
        print(f"{number}/{len(chosen)} {fate} {place} ({seconds:.0f} s)", flush=True)
    result = {"parts": given.names, "possible": possible, "seed": given.seed} | counted(chosen)
    result["gradients"] = counted([m for m in chosen if m["what"] == SCALED])
    files = sorted({m["file"] for m in chosen})
    result["files"] = {file: counted([m for m in chosen if m["file"] == file]) for file in files}
    shown = ("file", "line", "function", "what")
    result["survivors"] = [{key: m[key] for key in shown} for m in chosen if not m["killed"]]
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"{result['killed']} of {result['tried']} mutants killed; {given.json}")
    return 0


def counted(chosen):
    return {"tried": len(chosen), "killed": sum(mutant["killed"] for mutant in chosen)}


def part(mutant):
    """The name in TESTS of the mutant's file."""
    return mutant["file"].split("/")[0].removesuffix(".py")


def survives(mutant):
    """Whether all tests of the mutant's part pass with it; of an op, first those that bear its name and need no PyTorch."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mutant.py"
        file.write_text(mutant["source"](), encoding="utf-8")
        module = ".".join(["abacus", *Path(mutant["file"]).with_suffix("").parts]).removesuffix(".__init__")
        how = {"ABACUS_MUTANT": f"{module}={file}"}
        if part(mutant) == "ops":
            own = f"{mutant['function'].lstrip('_')} and not pytorch"
            if passes(TESTS["ops"], "-k", own, "-p", "mutant", **how) is False:
                return False
        return passes(TESTS[part(mutant)], "-p", "mutant", **how) is not False


def passes(tests, *words, **environment):
    """Whether the tests pass; None where none is selected."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hydra_pytest",
        *words,
        *tests,
    ]
    path = os.pathsep.join([str(ROOT / "tests" / "faults"), str(ROOT / "shared"), os.environ.get("PYTHONPATH", "")])
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | environment | {"PYTHONPATH": path}, capture_output=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    return {0: True, 5: None}.get(done.returncode, False)


if __name__ == "__main__":
    printing()
    sys.exit(main())
