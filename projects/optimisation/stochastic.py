"""The family of SGD, each member in one line: d2l's deterministic traces, its airfoil, and where Adam goes wrong."""

from dataclasses import dataclass

import numpy as np

from abacus import data
from abacus.errors import BadInput
from abacus.settings import above, any_number, at_least, between, one_of

ROWS = 1500  # of the airfoil's 1503, as in the book
FUNCTIONS = {  # name: (f's gradient, its second derivative where one is used) of x (n,)
    "x^2": (lambda x: 2 * x, None),
    "x cos(0.15 pi x)": (
        lambda x: np.cos(C * x) - C * x * np.sin(C * x),
        lambda x: -2 * C * np.sin(C * x) - C * C * x * np.cos(C * x),
    ),
    "cosh(x/2)": (lambda x: 0.5 * np.sinh(0.5 * x), lambda x: 0.25 * np.cosh(0.5 * x)),
    "x1^2 + 2 x2^2": (lambda x: x * (2.0, 4.0), None),
    "0.1 x1^2 + 2 x2^2": (lambda x: x * (0.2, 4.0), None),
}
C = 0.15 * np.pi


def momentum(x, g, state, rate, kept):
    """v ← βv + g, x ← x − ηv  (eq. 35); with β = 0 it is SGD."""
    state["v"] = kept * state.get("v", 0.0) + g
    return x - rate * state["v"]  # eq. 35


def adagrad(x, g, state, rate):
    """s ← s + g², x ← x − η g/√(s + ε)  (eq. 36)."""
    return scaled(x, g, state, rate, 1.0, 1.0)


def rmsprop(x, g, state, rate, kept):
    """s ← γs + (1 − γ)g², and (36)."""
    return scaled(x, g, state, rate, kept, 1.0 - kept)


def scaled(x, g, state, rate, kept, taken, tiny=1e-6):
    """s ← kept s + taken g², x ← x − η g/√(s + ε)."""
    state["s"] = kept * state.get("s", 0.0) + taken * g * g
    return x - rate * g / np.sqrt(state["s"] + tiny)  # eq. 36


def adadelta(x, g, state, kept, tiny=1e-5):
    """The rate is the root mean square of the last steps: x ← x − √(Δ + ε)/√(s + ε) g  (eq. 37)."""
    state["s"] = kept * state.get("s", 0.0) + (1 - kept) * g * g
    step = np.sqrt(state.get("delta", 0.0) + tiny) / np.sqrt(state["s"] + tiny) * g  # eq. 37
    state["delta"] = kept * state.get("delta", 0.0) + (1 - kept) * step * step
    return x - step


def adam(x, g, state, rate, first=0.9, second=0.999, tiny=1e-6):
    """v and s are running means of g and g², freed of their start at 0: x ← x − η v̂/(√ŝ + ε)  (eq. 38)."""
    state["s"] = second * state.get("s", 0.0) + (1 - second) * g * g
    return _corrected(x, g, state, rate, first, second, tiny)


def yogi(x, g, state, rate, first=0.9, second=0.999, tiny=1e-3):
    """Adam with s ← s + (1 − β₂) g² sign(g² − s): s cannot fall faster than it rises."""
    s = state.get("s", 0.0)
    state["s"] = s + (1 - second) * np.sign(g * g - s) * g * g
    return _corrected(x, g, state, rate, first, second, tiny)


def _corrected(x, g, state, rate, first, second, tiny):
    state["t"] = t = state.get("t", 0) + 1
    state["v"] = first * state.get("v", 0.0) + (1 - first) * g
    v, s = state["v"] / (1 - first**t), state["s"] / (1 - second**t)
    return x - rate * v / (np.sqrt(s) + tiny)  # eq. 38


METHODS = {
    "momentum": (momentum, 2),
    "AdaGrad": (adagrad, 1),
    "RMSProp": (rmsprop, 2),
    "Adadelta": (adadelta, 1),
    "Adam": (adam, 1),
    "Yogi": (yogi, 1),
}


@dataclass
class Descend:
    function: str = one_of(*FUNCTIONS)  # what is minimised
    direction: str = one_of("gradient", "Newton")  # minus the gradient, or that divided by f″
    start: list[float] = any_number()  # x at the start, a number for each coordinate
    rate: float = above(0)  # what the direction is multiplied by
    steps: int = at_least(0)  # so many


def descend(cfg: Descend, job):
    """x after so many steps of gradient descent, or of Newton's method in one dimension."""
    gradient, second = FUNCTIONS[cfg.function]
    if cfg.direction == "Newton" and second is None:
        bent = [name for name, (_, bend) in FUNCTIONS.items() if bend]
        raise BadInput(
            f"direction=Newton: {cfg.function} has no second derivative here; wanted one of {', '.join(bent)}"
        )

    def step(x, state):
        g = gradient(x)
        return x - cfg.rate * (g if cfg.direction == "gradient" else g / second(x))

    return walk(step, cfg)


@dataclass
class Remember:
    function: str = one_of(*FUNCTIONS)  # what is minimised
    start: list[float] = any_number()  # x at the start, a number for each coordinate
    rate: float = above(0)  # η
    kept: float = between(0, 1)  # β, the share of the old velocity that is kept
    steps: int = at_least(0)  # so many


def remember(cfg: Remember, job):
    """x after so many steps with momentum."""
    gradient = FUNCTIONS[cfg.function][0]
    return walk(lambda x, state: momentum(x, gradient(x), state, cfg.rate, cfg.kept), cfg)


@dataclass
class Scale:
    function: str = one_of(*FUNCTIONS)  # what is minimised
    start: list[float] = any_number()  # x at the start, a number for each coordinate
    rate: float = above(0)  # η
    kept: float = between(0, 1)  # the share of the old sum of squares that is kept: 1 is AdaGrad
    taken: float = between(0, 1)  # the share of the new square that is added: 1 is AdaGrad, 1 − kept RMSProp
    steps: int = at_least(0)  # so many


def scale(cfg: Scale, job):
    """x after so many steps that are divided by the root of a sum of squares."""
    gradient = FUNCTIONS[cfg.function][0]
    return walk(lambda x, state: scaled(x, gradient(x), state, cfg.rate, cfg.kept, cfg.taken), cfg)


def walk(step, cfg):
    """{"x1": ..., "x2": ...} after cfg.steps steps x, state -> x from cfg.start."""
    wanted = 2 if "x2" in cfg.function else 1
    if len(cfg.start) != wanted:
        raise BadInput(f"start={cfg.start}: {cfg.function} takes {wanted} number{'s' * (wanted > 1)}")
    x, state = np.array(cfg.start, float), {}
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(cfg.steps):
            x = step(x, state)
    if not np.isfinite(x).all():
        raise FloatingPointError(f"x is {x} after {cfg.steps} steps: the rate is too large")
    return {f"x{k}": float(v) for k, v in enumerate(x, 1)}


@dataclass
class Airfoil:
    method: str = one_of(*METHODS)  # momentum with β = 0 is SGD
    numbers: list[float] = above(-1)  # the method's own, in the order of its formula: η and β, or η, or what is kept
    batch: int = between(1, ROWS)  # rows of each step
    passes: int = at_least(1)  # over the 1500 rows


def airfoil(cfg: Airfoil, job):
    """Half the mean square error of a line through the airfoil's standardised columns, after the last pass."""
    method, wanted = METHODS[cfg.method]
    if len(cfg.numbers) != wanted:
        raise BadInput(f"numbers={cfg.numbers}: {cfg.method} takes {wanted}")
    x, y = airfoil_rows()
    w, state = np.append(job.rng("init").normal(0.0, 0.01, x.shape[1] - 1), 0.0), {}
    for epoch in range(cfg.passes):
        order = job.rng("shuffle", epoch).permutation(len(x))
        shuffled, targets = x[order], y[order]
        for begin in range(0, len(x), cfg.batch):
            part = shuffled[begin : begin + cfg.batch]
            error = part @ w - targets[begin : begin + cfg.batch]
            w = method(w, error @ part / len(part), state, *cfg.numbers)
    return {"loss": float(np.mean((x @ w - y) ** 2) / 2)}


def airfoil_rows():
    """The first 1500 rows: five standardised columns and a 1, (1500, 6), and the standardised pressure (1500,)."""
    loaded = data.load("airfoil")
    table = np.column_stack([loaded.inputs, loaded.pressure])
    table = ((table - table.mean(axis=0)) / table.std(axis=0, ddof=1))[:ROWS]
    return np.column_stack([table[:, :5], np.ones(len(table))]), table[:, 5]


@dataclass
class Online:
    never_forgets: bool  # AMSGrad: s is never smaller than it was; else Adam
    cost: float = above(2)  # C: every third function is C x, the others are −x
    rate: float = above(0)  # α of α/√t
    cycles: int = at_least(1)  # of three functions


def online(cfg: Online, job):
    """x ∈ [−1, 1] meets C x, −x, −x again and again (Reddi et al. 2018, Theorem 1: β₁ = 0, β₂ = 1/(1 + C²)): where x ends.

    The best x is −1, since C > 2; regret is what a step costs more than with that.
    """
    second, x, s, most, lost, t = 1 / (1 + cfg.cost**2), 1.0, 0.0, 0.0, 0.0, 0
    for _ in range(cfg.cycles):
        for g in (cfg.cost, -1.0, -1.0):
            t += 1
            lost += g * (x + 1)
            s = second * s + (1 - second) * g * g
            most = max(most, s) if cfg.never_forgets else s  # eq. 39
            x = min(1.0, max(-1.0, x - cfg.rate / t**0.5 * g / most**0.5))
    return {"x": x, "regret per step": lost / t}
