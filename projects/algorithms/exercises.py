"""Inputs of this lesson's exercises (scripts/learn.py)."""

import operator
import random


def breadth_first():
    yield "a triangle with a tail", ({"a": ["b", "c"], "b": ["c"], "c": ["d"], "d": []}, "a")
    yield "a circle", ({k: [(k + 1) % 6, (k - 1) % 6] for k in range(6)}, 2)
    yield "what cannot be reached", ({"x": ["y"], "y": ["x"], "z": ["x"]}, "x")
    rng = random.Random(0)
    yield "forty vertices", ({k: [rng.randrange(40) for _ in range(3)] for k in range(40)}, 0)


def breadth_first_use(function, graph, start):
    """The dict, and the order in which its vertices were met."""
    found = function(graph, start)
    return found, list(found)


def merge():
    yield "three values", ([3, 1, 2],)
    yield "no value, and one", ([],)
    yield "equal values", ([(1, "a"), (0, "b"), (1, "c"), (0, "d"), (1, "e")],)
    rng = random.Random(0)
    yield "fifty values", ([rng.randrange(30) for _ in range(50)],)


def merge_use(function, values):
    """The values in order, and how often `less` was asked: pairs are compared by their first part."""
    asked = []

    def less(a, b):
        asked.append((a, b))
        return a[0] < b[0] if isinstance(a, tuple) else operator.lt(a, b)

    return {"values": function(values, less), "questions": len(asked)}


def canonical():
    yield "four queens", ((2, 0, 3, 1),)
    yield "six queens", ((4, 2, 0, 5, 3, 1),)
    yield "eight queens", ((7, 3, 0, 2, 5, 1, 6, 4),)
    rng = random.Random(0)
    for k in range(4):
        yield f"seven rooks, board {k + 1}", (tuple(rng.sample(range(7), 7)),)
