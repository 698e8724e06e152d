"""How fast each method converges: the rate that theory derives, and the slope that is measured beside it."""

import math
from dataclasses import dataclass

import numpy as np

import descent
import problems
import proximal
from abacus.settings import above, at_least

LAST = 0.5  # of the steps: the share over which a slope is measured


@dataclass
class Convergence:
    condition: float = above(1)  # κ of the quadratic ½ Σ λ x², λ from 1/κ to 1
    size: int = at_least(2)  # its number of coordinates
    steps: int = at_least(20)  # of the methods with a rate each step


def convergence(cfg: Convergence, job):
    """Derived and measured: the factor by which the error falls with each step, the order, or the power of the step's number."""
    derived = theory(cfg.condition)
    measured = {name: slope(errors) for name, errors in linear(cfg).items()}
    found = {name: {"derived": derived[name], "measured": measured[name]} for name in measured}
    for name, errors in fast(cfg).items():
        found[name] = {"derived": derived[name], "measured": order(errors)}
    for name, errors in slow(cfg).items():
        found[name] = {"derived": derived[name], "measured": power(errors)}
    return found


def theory(k):
    """What is derived: factors for κ = k  (eq. 4, 9, 10, 5), orders (eq. 6, 7), powers of the step's number (eq. 31, 33)."""
    root = math.sqrt(k)
    return {
        "gradient descent": (k - 1) / (k + 1),
        "heavy ball": (root - 1) / (root + 1),
        "Nesterov": 1 - 1 / root,
        "conjugate gradients": (root - 1) / (root + 1),
        "Newton: order": 2.0,
        "BFGS: order": 1.0,
        "proximal gradient: power": -1.0,
        "accelerated: power": -2.0,
    }


def linear(cfg):
    """{method: ‖x‖ after each step} of four methods with the best fixed rates for λ from 1/κ to 1."""
    k, root = cfg.condition, math.sqrt(cfg.condition)
    eigenvalues = np.geomspace(1 / k, 1, cfg.size)
    start, low = np.ones(cfg.size), 1 / k

    def fun(x):
        return float(eigenvalues @ (x * x) / 2), eigenvalues * x

    ball = (root - 1) / (root + 1)
    paths = {
        "gradient descent": descent.gradient_descent(fun, start, 2 / (1 + low), 0.0, cfg.steps).path,  # eq. 4
        "heavy ball": descent.heavy_ball(fun, start, 4 / (1 + math.sqrt(low)) ** 2, ball**2, 0.0, cfg.steps).path,
        "Nesterov": descent.nesterov(fun, start, 1.0, ball, 0.0, cfg.steps).path,
        "conjugate gradients": exact_conjugate_gradients(eigenvalues, start, cfg.size),
    }
    return {name: np.sqrt((path * path * eigenvalues).sum(axis=1)) for name, path in paths.items()}


def exact_conjugate_gradients(eigenvalues, x, steps):
    """The path of conjugate gradients on ½ Σ λ x² with the exact step along each direction: n steps but for rounding."""
    path, g = [x], eigenvalues * x
    d = -g
    for _ in range(steps):
        if not (d @ d) > 0:
            break
        x = x + (g @ g) / (d @ (eigenvalues * d)) * d
        after = eigenvalues * x
        d, g = -after + (after @ after) / (g @ g) * d, after
        path.append(x)
    return np.array(path)


def fast(cfg):
    """{method: ‖x − x*‖ after each step} of Newton and BFGS on Boyd and Vandenberghe's (9.20)."""
    solution = np.array([-math.log(2) / 2, 0.0])
    rules = {"Newton: order": descent.Newton(problems.boyd_hessian), "BFGS: order": descent.BFGS()}
    paths = {name: descent.minimise(problems.boyd, [-1.0, 0.7], rule, 1e-14, 100).path for name, rule in rules.items()}
    return {name: np.linalg.norm(path - solution, axis=1) for name, path in paths.items()}


def slow(cfg):
    """{method: f after each step} of ½ Σ λ x² in the box |x| ≤ 1, λ from 10⁻⁹ to 1: so flat that rates are powers."""
    eigenvalues, start = np.geomspace(1e-9, 1, 10 * cfg.size), np.ones(10 * cfg.size)

    def run(method):
        return method(
            lambda x: eigenvalues * x,
            lambda x, _: proximal.onto_box(x, -1.0, 1.0),
            start,
            1.0,
            0.0,
            cfg.steps,
            lambda x: eigenvalues @ (x * x) / 2,
        )

    methods = {"proximal gradient: power": proximal.proximal_gradient, "accelerated: power": proximal.accelerated}
    return {name: np.array(run(method).values) for name, method in methods.items()}


def slope(errors):
    """The mean factor from step to step over the last half, before rounding."""
    errors = errors[errors > 1e-14 * errors[0]]
    begin = int(len(errors) * LAST)
    return float((errors[-1] / errors[begin]) ** (1 / (len(errors) - 1 - begin)))


def order(errors):
    """p of e_{k+1} ∝ e_k^p from the last three errors above rounding."""
    errors = errors[errors > 1e-13]
    a, b, c = np.log(errors[-3:])
    return float((c - b) / (b - a))  # eq. 11


def power(errors):
    """p of e_k ∝ k^p between the middle step and the last."""
    k = len(errors)
    return float(math.log(max(errors[-1], 1e-300) / errors[k // 2 - 1]) / math.log(k / (k // 2)))
