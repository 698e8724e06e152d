"""A formula that a reader types, such as "exp(-x**2)", as a function: numbers, names, + - * / ** and the elementary functions.

The text is parsed into a tree and every kind of node is named here, so nothing else can be written in it: no attribute,
no index, no other call. Nothing of it is ever run as a program.
"""

import ast
import itertools
import math
import operator
from dataclasses import dataclass

import numpy as np

from abacus.errors import BadInput
from abacus.settings import any_number, shown, suggestion
from autodiff import FUNCTIONS, Dual, Variable, adjoints, real
from sums import Sum

LONGEST = 400  # characters
MOST = float(np.finfo(float).max)  # not NumPy's: only Python's compares with whole numbers of any size


def _power(a, b):
    """aᵇ, of two numbers that are typed as of all others: NaN where Python would answer with a complex one."""
    return (np.float64(a) if isinstance(a, float) else a) ** b


CONSTANTS = {"pi": math.pi, "e": math.e}
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: _power,
}
HINTS = {
    ast.BitXor: "a power is written **",
    ast.Compare: "an equation is no formula",
    ast.Tuple: "a decimal point is .",
}


@dataclass
class Program:
    names: list[str]  # of the inputs
    inputs: list[float] = any_number()  # their values
    towards: str  # the input that the tangents are derivatives by
    lines: list[str]  # "name = formula" of inputs and names above it; the last is the result


class Formula:
    """A function of the named variables, in their order; of floats, complex numbers, arrays or what has arithmetic of its own."""

    def __init__(self, text, variables):
        self.text, self.variables = text, tuple(variables)
        self._value = _read(_parsed(text), text, self.variables)

    def __call__(self, *values):
        """f(values). Of floats that f is not defined at, NaN or ±∞ as NumPy has it, and no warning."""
        values = [np.float64(v) if isinstance(v, (int, float)) else v for v in values]
        with np.errstate(all="ignore"):
            try:
                return self._value(values)
            except (ZeroDivisionError, OverflowError):  # of constants alone, such as 1/0
                return np.float64("nan")

    def beside(self, end, d):
        """f(end + d), f of one variable: d, an array, stays beside the end and is not rounded away."""
        value = self(Sum(np.full_like(d, end), d))
        return value.value if isinstance(value, Sum) else value

    def __str__(self):
        return self.text


def number(text, name):
    """The number that a formula without variables stands for, "inf" and "-inf" included; BadInput where it is none."""
    if text.strip() in ("inf", "-inf", "+inf"):
        return float(text)
    value = Formula(text, ())()
    if not np.isfinite(value):
        raise BadInput(f"{name}={shown(text)}: not a finite number")
    return float(value)


def variables_of(text):
    """The names in a formula that are neither functions nor constants, in the order of the alphabet."""
    nodes = list(ast.walk(_parsed(text)))
    called = [node.func for node in nodes if isinstance(node, ast.Call)]  # `Formula` tells of unknown functions
    names = {node.id for node in nodes if isinstance(node, ast.Name) and node not in called}
    return sorted(names - set(FUNCTIONS) - set(CONSTANTS))


def trace(cfg: Program, job):
    """The value of every line, its derivative by one input (forward), and the result's derivative by it (reverse)."""
    if len(set(cfg.names)) != len(cfg.inputs) or cfg.towards not in cfg.names or not cfg.lines:
        raise BadInput(
            f"names={cfg.names}, towards={cfg.towards}: wanted a value for each name, one of them, and a line"
        )
    inputs = dict(zip(cfg.names, map(real, cfg.inputs)))
    duals = run(cfg.lines, {n: Dual(x, float(n == cfg.towards)) for n, x in inputs.items()}, Dual)
    tape = run(cfg.lines, {n: Variable(x) for n, x in inputs.items()}, Variable)
    with np.errstate(all="ignore"):  # what is not finite is told
        back = adjoints(list(tape.values())[-1])
    found = {
        name: {"value": node.value, "tangent": duals[name].derivative, "adjoint": back.get(node, 0.0)}
        for name, node in tape.items()
    }
    for column, name in itertools.product(("value", "tangent", "adjoint"), found):
        if not np.isfinite(found[name][column]):
            raise BadInput(f"{name}: its {column} is infinite or undefined")
    return found


def run(lines, values, kind):
    """{name: value} of the inputs and of every line "name = formula", one after the other; constants become a `kind`."""
    for line in lines:
        name, equals, text = (part.strip() for part in line.partition("="))
        if not equals or not name.isidentifier() or name in values:
            raise BadInput(f"line {shown(line)!r}: wanted a new name, =, and a formula")
        value = Formula(text, values)(*values.values())
        values = values | {name: value if isinstance(value, kind) else kind(value)}
    return values


def _parsed(text):
    if not text.strip() or len(text) > LONGEST:
        raise BadInput(f"formula {shown(text)!r}: wanted 1 to {LONGEST} characters")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):  # a null byte is a ValueError
        raise BadInput(f"formula {shown(text)!r} cannot be read: write 2*x, x**2, sin(x), (a + b)/c") from None
    except (RecursionError, MemoryError):
        raise BadInput(f"formula {shown(text)!r}: too many brackets within one another") from None


def _read(node, text, variables):
    """values → number, of a node of the tree."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        value = _float(node.value, text)
        return lambda values: value
    if isinstance(node, ast.Name):
        return _name(node.id, text, variables)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = _read(node.operand, text, variables)
        return inner if isinstance(node.op, ast.UAdd) else lambda values: -inner(values)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right, combine = (
            _read(node.left, text, variables),
            _read(node.right, text, variables),
            OPERATORS[type(node.op)],
        )
        return lambda values: combine(left(values), right(values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node, text, variables)
    kind = type(node.op) if isinstance(node, ast.BinOp) else type(node)
    hint = HINTS.get(kind, "wanted numbers, names, + - * / ** and functions of one argument")
    raise BadInput(f"formula {shown(text)!r}: {shown(ast.unparse(node))}: {hint}")


def _float(value, text):
    if abs(value) > MOST:
        raise BadInput(f"formula {shown(text)!r}: a number above {MOST:.2g}")
    return float(value)


def _name(name, text, variables):
    if name in variables:
        place = variables.index(name)
        return lambda values: values[place]
    if name in CONSTANTS:
        return lambda values: CONSTANTS[name]
    known = [*variables, *CONSTANTS, *FUNCTIONS]
    wanted = f"a function, write {name}(x)" if name in FUNCTIONS else f"unknown{suggestion(name, known)}"
    there = f"; there is {', '.join([*variables, *CONSTANTS])}" if name not in FUNCTIONS else ""
    raise BadInput(f"formula {shown(text)!r}: {name} is {wanted}{there}")


def _call(node, text, variables):
    name = node.func.id
    if name not in FUNCTIONS:
        raise BadInput(
            f"formula {shown(text)!r}: no function {name}{suggestion(name, FUNCTIONS)}; there is {', '.join(FUNCTIONS)}"
        )
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        raise BadInput(f"formula {shown(text)!r}: {name} takes one argument")
    inner, function = _read(node.args[0], text, variables), FUNCTIONS[name]
    return lambda values: function(inner(values))
