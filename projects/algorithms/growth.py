"""How the work of eight operations grows with the number of things: steps, counted, and the processor's time."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

import dynamic
import hashing
import sorting
from abacus.errors import BadInput
from abacus.settings import at_least
from containers import Array
from trees import AVL, Heap, UnionFind


@dataclass
class Config:
    sizes: list[int] = at_least(4)  # n: how many things each structure is given, one column each


def growth(cfg: Config, job):
    """Steps counted for n things, {operation: {size: steps}}."""
    found = {name: {} for name in OPERATIONS}
    for n in cfg.sizes:
        rng = job.rng("keys", n)
        for name, operation in OPERATIONS.items():
            found[name][f"n = {n}"] = operation.ready(n, rng)()
            job.note(f"{name}, {n}")
    return found


@dataclass
class Timed:
    sizes: list[int] = at_least(4)  # n: how many things each structure is given, one column each
    rounds: int = at_least(1)  # times that each operation is timed, in turn; the fastest counts


def pace(cfg: Timed, job):
    """Microseconds of the processor for each of n things, {operation: {size: microseconds}}, without what is made ready."""
    found, steps = {name: {} for name in OPERATIONS}, {}
    for k in range(cfg.rounds):
        for n in cfg.sizes:
            rng, column = job.rng("keys", n), f"n = {n}"
            for name, operation in OPERATIONS.items():
                act = operation.ready(n, rng)
                begin = time.process_time()
                steps[name, n] = act()
                took = 1e6 * (time.process_time() - begin) / n
                found[name][column] = min(took, found[name].get(column, took))
                job.note(f"round {k + 1}: {name}, {n}")
    for (name, n), counted in steps.items():
        job.log(operation=name, n=n, steps=counted, microseconds=found[name][f"n = {n}"])
    return found


def _appended(n, rng):
    def act():
        array = Array()
        for value in range(n):
            array.append(value)
        return array.copies

    return act


def _looked_up(n, rng):
    table, keys = hashing.Probing(), rng.integers(2**63, size=n).tolist()
    for key in keys:
        table.put(key, None)

    def act():
        table.probes = 0
        for key in keys:
            table.get(key)
        return table.probes

    return act


def _through_a_heap(n, rng):
    values, less = rng.permutation(n).tolist(), sorting.Counter()

    def act():
        heap = Heap(less=less)
        for value in values:
            heap.push(value)
        for _ in range(n):
            heap.pop()
        return less.asked

    return act


def _into_a_tree(n, rng):
    less = sorting.Counter()

    def act():
        AVL(range(n), less)  # in order: the worst case of a tree without balance
        return less.asked

    return act


def _united(n, rng):
    sets, pairs = UnionFind(range(n)), rng.integers(n, size=(n, 2)).tolist()

    def act():
        for a, b in pairs:
            sets.union(a, b)
        return sets.steps

    return act


def _sorted(n, rng):
    values = rng.permutation(n)
    return lambda: sorting.count(sorting.quick, values)


def _searched(search):
    return lambda n, rng: lambda: search("a" * n, "a" * (n // 4) + "b")[1]


class Operation(NamedTuple):
    """`words` say the law, `law(n)` are its steps; `ready(n, rng)` is a function that does the work and returns its steps."""

    words: str
    law: Callable
    ready: Callable


OPERATIONS = {
    "array: append": Operation("2 n", lambda n: 2 * n, _appended),
    "hash table: find": Operation("1.5 n", lambda n: 1.5 * n, _looked_up),
    "union-find: unite": Operation("n", lambda n: n, _united),
    "string: Knuth-Morris-Pratt": Operation("2 n", lambda n: 2 * n, _searched(dynamic.knuth_morris_pratt)),
    "heap: push and pop": Operation("2 n lg n", lambda n: 2 * n * math.log2(n), _through_a_heap),
    "AVL tree: add": Operation("2 n lg n", lambda n: 2 * n * math.log2(n), _into_a_tree),
    "quicksort": Operation(
        "2 n (ln n − 1.42)",
        lambda n: 2 * n * (math.log(n) + np.euler_gamma - 2),  # eq. 8, of which the terms that grow less are left out
        _sorted,
    ),
    "string: every place": Operation("3 n²/16", lambda n: 3 * n * n / 16, _searched(dynamic.search)),
}


def draw_steps(results, save):
    """Steps for each thing against the number of things: dots, and a line for the law of each."""
    values = {record["row"]: record["values"] for record in results}
    if not all(values.values()):
        raise BadInput("sizes=[]: one number of things at least is wanted")
    with save("steps", figsize=(12, 6)) as figure:
        for axes, name in zip(figure.subplots(2, 4).flat, OPERATIONS):
            sizes = [int(column.removeprefix("n = ")) for column in values[name]]
            _draw_law(axes, name, sizes, values[name].values())


def draw_times(results, save):
    """The same, and crosses: the seconds of the first seed, on a scale on which a step takes as long as in the largest case."""
    log = [line for line in results[0]["log"] if "microseconds" in line]
    if not log:
        raise BadInput("sizes=[]: one number of things at least is wanted")
    with save("times", figsize=(13, 6)) as figure:
        for axes, name in zip(figure.subplots(2, 4).flat, OPERATIONS):
            sizes, steps, times = zip(*((x["n"], x["steps"], x["microseconds"]) for x in log if x["operation"] == name))
            _draw_law(axes, name, sizes, steps)
            each = times[-1] / (steps[-1] / sizes[-1])
            right = axes.twinx()
            right.plot(sizes, times, "x", color="C3")
            top = 1.05 * max(axes.get_ylim()[1], max(times) / each)
            axes.set_ylim(0, top)
            right.set_ylim(0, top * each)
            right.set_ylabel("µs / n", color="C3")


def _draw_law(axes, name, sizes, steps):
    axes.semilogx(sizes, [counted / n for n, counted in zip(sizes, steps)], "o")
    between_them = np.geomspace(sizes[0], sizes[-1], 100)
    axes.semilogx(between_them, [OPERATIONS[name].law(n) / n for n in between_them], linewidth=1)
    axes.set(title=f"{name}: {OPERATIONS[name].words}", ylim=(0, None), xlabel="n", ylabel="steps / n")
