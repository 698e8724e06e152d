"""Cases of broadcasting arithmetic."""

import numpy as np

from abacus import ops


def _two(some, call, plain, torch_name, **how):
    a, b = (some.array(*shape, **how) for shape in some.broadcastable(2))
    return {"call": call, "arrays": (a, b), "plain": plain, "torch": lambda t, a, b: getattr(t, torch_name)(a, b)}


def add(some):
    return _two(some, lambda a, b: a + b, np.add, "add")


def subtract(some):
    return _two(some, lambda a, b: a - b, np.subtract, "sub")


def multiply(some):
    return _two(some, lambda a, b: a * b, np.multiply, "mul")


def divide(some):
    return _two(some, lambda a, b: a / b, np.divide, "div", low=0.5, high=2)


def power(some):
    return _two(some, lambda a, b: a**b, np.power, "pow", low=0.5, high=2)


def power__number(some):
    exponent = some.one_of(2, 3, 0.5, -1, 1, 0)
    x = some.array(*some.shape(), low=0.5, high=2)
    return {
        "call": lambda x: x**exponent,
        "arrays": (x,),
        "plain": lambda x: x**exponent,
        "torch": lambda t, x: x**exponent,
    }


def add__number(some):
    return {"call": lambda x: 2.5 + x + 1, "arrays": (some.array(*some.shape()),), "plain": lambda x: x + 3.5}


def subtract__number(some):
    return {"call": lambda x: 2.5 - x - 1, "arrays": (some.array(*some.shape()),), "plain": lambda x: 1.5 - x}


def multiply__number(some):
    return {"call": lambda x: 3 * x * 0.5, "arrays": (some.array(*some.shape()),), "plain": lambda x: 1.5 * x}


def divide__number(some):
    x = some.array(*some.shape(), low=0.5, high=2)
    return {"call": lambda x: 3 / x / 2, "arrays": (x,), "plain": lambda x: 1.5 / x}


def negative(some):
    return {"call": lambda x: -x, "arrays": (some.array(*some.shape()),), "plain": np.negative}


def matmul(some):
    m, n, k = some.size(), some.size(), some.size()
    first, second = some.one_of(((), ()), ((2,), (2,)), ((1,), (3,)), ((2, 1), (3,)), ((3,), ()), ((0,), ()))
    a, b = some.array(*first, m, k), some.array(*second, k, n)
    return {"call": lambda a, b: a @ b, "arrays": (a, b), "plain": np.matmul, "torch": lambda t, a, b: t.matmul(a, b)}


def matmul__vectors(some):
    n, k = some.size(), some.size()
    a, b = some.one_of(((k,), (k,)), ((k,), (k, n)), ((n, k), (k,)), ((k,), (2, k, n)), ((2, n, k), (k,)))
    a, b = some.array(*a), some.array(*b)
    return {"call": ops.matmul, "arrays": (a, b), "plain": np.matmul, "torch": lambda t, a, b: t.matmul(a, b)}


WRONG = {
    "add: the shapes (2, 3) and (4, 3) do not broadcast": lambda: ops.add(np.ones((2, 3)), np.ones((4, 3))),
    "matmul: a has shape (2, 3), b (4, 5)": lambda: ops.matmul(np.ones((2, 3)), np.ones((4, 5))),
}
