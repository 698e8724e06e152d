"""Derivatives without a step: the chain rule along the calculation (forward) and against it (reverse), on scalars.

What an operation is, and what its derivatives are, stands once; two kinds of number make two methods of it.
"""

import operator
from functools import partial

import numpy as np


def apply(name, x):
    """The function `name` of x: a float, a complex number, an array, or an object with a method `elementary(name)`."""
    own = getattr(x, "elementary", None)
    return own(name) if own else VALUES[name](x)


def _size(x):
    """|x| as x or −x, by the sign of the real part, so that it stays differentiable along the imaginary axis."""
    return np.where(np.real(x) < 0, -x, x)[()]


VALUES = {name: getattr(np, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")}
VALUES |= {
    name: getattr(np, name.replace("a", "arc", 1)) for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")
}
VALUES["abs"] = _size

FUNCTIONS = {name: partial(apply, name) for name in VALUES}
exp, log, sqrt, sin, cos = (FUNCTIONS[name] for name in ("exp", "log", "sqrt", "sin", "cos"))

SLOPES = {  # f′(x), given x and y = f(x)
    "exp": lambda x, y: y,
    "log": lambda x, y: 1 / x,
    "sqrt": lambda x, y: 0.5 / y,
    "sin": lambda x, y: cos(x),
    "cos": lambda x, y: -sin(x),
    "tan": lambda x, y: 1 + y * y,
    "sinh": lambda x, y: FUNCTIONS["cosh"](x),
    "cosh": lambda x, y: FUNCTIONS["sinh"](x),
    "tanh": lambda x, y: 1 - y * y,
    "asin": lambda x, y: 1 / sqrt(1 - x * x),
    "acos": lambda x, y: -1 / sqrt(1 - x * x),
    "atan": lambda x, y: 1 / (1 + x * x),
    "asinh": lambda x, y: 1 / sqrt(x * x + 1),
    "acosh": lambda x, y: 1 / sqrt(x * x - 1),
    "atanh": lambda x, y: 1 / (1 - x * x),
    "abs": lambda x, y: x / y,
}


def _falling(a, b):
    """b aᵇ⁻¹, and 0 for the number b = 0, where a⁻¹ may be infinite."""
    return 0.0 if isinstance(b, int | float) and b == 0 else b * a ** (b - 1)


PARTIALS = {  # y = a ∘ b: ∂y/∂a and ∂y/∂b, given a, b and y
    operator.add: (lambda a, b, y: 1.0, lambda a, b, y: 1.0),
    operator.sub: (lambda a, b, y: 1.0, lambda a, b, y: -1.0),
    operator.mul: (lambda a, b, y: b, lambda a, b, y: a),
    operator.truediv: (lambda a, b, y: 1 / b, lambda a, b, y: -y / b),
    operator.pow: (lambda a, b, y: _falling(a, b), lambda a, b, y: y * log(a)),
}
SYMBOLS = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "pow": operator.pow,
}


def with_operators(kind):
    """The class `kind` with + − * / ** between its numbers, and between them and plain ones, by kind.combine(operation, a, b)."""
    for name, operation in SYMBOLS.items():
        setattr(kind, f"__{name}__", lambda a, b, o=operation: kind.combine(o, a, b))
        setattr(kind, f"__r{name}__", lambda b, a, o=operation: kind.combine(o, a, b))
    kind.__neg__ = lambda a: kind.combine(operator.mul, -1.0, a)
    kind.__array_ufunc__ = None  # NumPy's numbers leave their + and * with ours to ours
    return kind


@with_operators
class Dual:
    """A number and its derivative in one direction: what forward differentiation carries along (eq. 6)."""

    def __init__(self, value, derivative=0.0):
        self.value, self.derivative = value, derivative

    @staticmethod
    def combine(operation, a, b):
        """a ∘ b and its derivative, the partials times the derivatives of a and b."""
        u, v = (x.value if isinstance(x, Dual) else x for x in (a, b))
        y, derivative = operation(u, v), 0.0
        for x, rule in zip((a, b), PARTIALS[operation]):
            if isinstance(x, Dual):
                derivative = derivative + rule(u, v, y) * x.derivative  # eq. 6
        return Dual(y, derivative)

    def elementary(self, name):
        y = apply(name, self.value)
        return Dual(y, SLOPES[name](self.value, y) * self.derivative)  # eq. 6


@with_operators
class Variable:
    """A number that remembers what it was computed from: (variable, partial derivative) pairs. This is all a tape is."""

    def __init__(self, value, parents=()):
        self.value, self.parents = value, parents
        self.depth = 1 + max((parent.depth for parent, _ in parents), default=0)

    @staticmethod
    def combine(operation, a, b):
        """a ∘ b, with its partial derivatives kept for the way back."""
        u, v = (x.value if isinstance(x, Variable) else x for x in (a, b))
        y = operation(u, v)
        kept = [(x, rule(u, v, y)) for x, rule in zip((a, b), PARTIALS[operation]) if isinstance(x, Variable)]
        return Variable(y, kept)

    def elementary(self, name):
        y = apply(name, self.value)
        return Variable(y, [(self, SLOPES[name](self.value, y))])


def real(x):
    """x, a Python number as one of NumPy: that has NaN and ∞ where Python's becomes complex or raises."""
    return np.float64(x) if isinstance(x, int | float) else x


def adjoints(y):
    """{variable: ∂y/∂variable} of all that the Variable y was computed from (eq. 7): one way back, whatever their number."""
    found, waiting = {y: 1.0}, [y]
    while waiting:
        for parent, _ in waiting.pop().parents:
            if parent not in found:
                found[parent] = 0.0
                waiting.append(parent)
    for node in sorted(found, key=lambda node: -node.depth):  # each after all that were computed from it
        for parent, slope in node.parents:
            found[parent] = found[parent] + found[node] * slope  # eq. 7
    return found


def derivative(f, x):
    """f(x) and f′(x) of a function of one number, forward."""
    y = _dual(f(Dual(real(x), 1.0)))
    return y.value, y.derivative


def second_derivative(f, x):
    """f″(x): a derivative's derivative, dual numbers of dual numbers."""
    return _dual(_dual(f(Dual(Dual(real(x), 1.0), Dual(1.0)))).derivative).derivative


def gradient(f, x):
    """f(x) and [∂f/∂xᵢ] of a function of n numbers, x a list of n: one way back through the calculation."""
    variables = [Variable(real(value)) for value in x]
    y = f(*variables)
    if not isinstance(y, Variable):  # f is constant
        return y, [0.0] * len(x)
    found = adjoints(y)
    return y.value, [found.get(v, 0.0) for v in variables]


def jacobian(fs, x):
    """[[∂fᵢ/∂xⱼ]] of m functions of n numbers, (m, n) as lists: a row is a gradient."""
    return [gradient(f, x)[1] for f in fs]


def hessian(f, x):
    """[[∂²f/∂xᵢ∂xⱼ]], (n, n) as lists: column j is the derivative of the gradient in the direction j (eq. 8)."""
    columns = []
    for j in range(len(x)):
        towards = [Dual(real(value), float(i == j)) for i, value in enumerate(x)]
        columns.append([_dual(entry).derivative for entry in gradient(f, towards)[1]])  # eq. 8: forward over reverse
    return [list(row) for row in zip(*columns)]


def _dual(x):
    return x if isinstance(x, Dual) else Dual(x)
