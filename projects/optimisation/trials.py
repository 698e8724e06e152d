"""Each method on a problem whose rate is known: the errors after each of its steps."""

import functools
import math

import numpy as np

import constrained
import descent
import direct
import interior
import least_squares
import problems
import proximal
import quadratic
import run
import simplex
import stochastic

RATE, COPIES = 0.1, 4000  # of SGD: its constant rate, and how many runs an expectation is the mean of


def linear(cfg):
    """{method: the error's size in energy, √(Σ λ x²), after each step} on ½ Σ λ x², λ from 1/κ to 1: best fixed rates."""
    k, root = cfg.condition, math.sqrt(cfg.condition)
    eigenvalues = np.geomspace(1 / k, 1, cfg.size)
    start, low = np.ones(cfg.size), 1 / k

    def fun(x):
        return float(eigenvalues @ (x * x) / 2), eigenvalues * x

    ball = (root - 1) / (root + 1)
    paths = {
        "gradient descent": descent.gradient_descent(fun, start, 2 / (1 + low), 0.0, cfg.steps).path,  # eq. 4
        "backtracking: bound": descent.minimise(fun, start, descent.Steepest(), 0.0, cfg.steps).path,
        "heavy ball": descent.heavy_ball(fun, start, 4 / (1 + math.sqrt(low)) ** 2, ball**2, 0.0, cfg.steps).path,
        "Nesterov": descent.nesterov(fun, start, 1.0, ball, 0.0, cfg.steps).path,
        "conjugate gradients: bound": exact_conjugate_gradients(eigenvalues, start, cfg.size),
        "L-BFGS: bound": descent.minimise(fun, start, descent.LBFGS(), 0.0, cfg.steps).path,
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
    rules = {"Newton: order": descent.Newton(problems.boyd_hessian), "BFGS: order, bound": descent.BFGS()}
    paths = {name: descent.minimise(problems.boyd, [-1.0, 0.7], rule, 1e-14, 100).path for name, rule in rules.items()}
    return {name: np.linalg.norm(path - solution, axis=1) for name, path in paths.items()}


def slow(cfg):
    """{method: f after each step} of ½ Σ λ x² in the box |x| ≤ 1, λ from 10⁻⁹ to 1: so flat that rates are powers."""
    eigenvalues, start = np.geomspace(1e-9, 1, 10 * cfg.size), np.ones(10 * cfg.size)

    def go(method):
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
    return {name: np.array(go(method).values) for name, method in methods.items()}


def bordered(cfg):
    """{method: ‖x − x*‖ after each step} on ½ Σ λ (x − a)² in the box |x| ≤ 1, which every second a lies outside of."""
    n = cfg.size
    eigenvalues, aims = np.geomspace(1 / cfg.condition, 1, n), np.where(np.arange(n) % 2, 2.0, 0.5)
    solution, paths = np.minimum(aims, 1.0), {"projected gradient": [np.zeros(n)], "ADMM": [np.zeros(n)]}

    def watched(name):
        def prox(x, rate):
            paths[name].append(proximal.onto_box(x, -1.0, 1.0))
            return paths[name][-1]

        return prox

    def nearest(v, rho):
        return (eigenvalues * aims + rho * v) / (eigenvalues + rho)

    proximal.proximal_gradient(
        lambda x: eigenvalues * (x - aims), watched("projected gradient"), np.zeros(n), 1.0, 0.0, cfg.steps
    )
    proximal.admm(nearest, watched("ADMM"), n, 1 / math.sqrt(cfg.condition), 0.0, cfg.steps)
    return {name: np.linalg.norm(np.array(path) - solution, axis=1) for name, path in paths.items()}


@functools.cache
def least(name):
    """x* of a sum of squares of Moré, Garbow and Hillstrom."""
    residual, start = problems.SQUARES[name]
    return least_squares.levenberg_marquardt(residual, start).x


def residual_factors():
    """{problem: the size of the largest eigenvalue of (JᵀJ)⁻¹ Σ r ∇²r at x*}: what Gauss-Newton leaves out of the Hessian."""
    found = {}
    for name in ("Osborne 2", "Brown and Dennis"):
        residual, x = problems.SQUARES[name][0], least(name)
        j = least_squares.complex_step(residual, x)
        left_out = least_squares.second(residual, x) - j.T @ j
        found[name] = float(np.abs(np.linalg.eigvals(np.linalg.solve(j.T @ j, left_out))).max())
    return found


def curved(cfg):
    """{method: ‖x − x*‖ after each step} of Gauss-Newton and Levenberg-Marquardt where residuals are left (Osborne 2)."""
    residual, start = problems.SQUARES["Osborne 2"]
    x = least("Osborne 2")
    ways = {
        "Gauss-Newton": lambda k: least_squares.gauss_newton(residual, 1.01 * x, most=k),
        "Levenberg-Marquardt": lambda k: least_squares.levenberg_marquardt(residual, start, most=k),
    }
    return {name: steps_of(way, x, 24) for name, way in ways.items()}


def diverging():
    """‖x − x*‖ at and after two steps of Gauss-Newton beside the minimum of Brown and Dennis, whose residuals are large."""
    residual, x = problems.SQUARES["Brown and Dennis"][0], least("Brown and Dennis")
    start = x * (1 + 1e-8)
    after = steps_of(lambda k: least_squares.gauss_newton(residual, start, most=k), x, 2)
    return np.append(np.linalg.norm(start - x), after)


def faster(cfg):
    """{method: ‖x − x*‖ after each step}: Levenberg-Marquardt where no residual is left, SQP on problem 71."""
    t, truth = np.arange(1, 8) / 2, np.array([2.0, 0.7, 0.3])

    def model(b):
        return b[0] * np.exp(-b[1] * t) + b[2] * t * t

    def residual(b):
        return model(b) - model(truth)

    asked = constrained.CONSTRAINED["71"]
    solution = quadratic.sqp(asked, 1e-14).x
    return {
        "Levenberg-Marquardt, residuals 0: order": steps_of(
            lambda k: least_squares.levenberg_marquardt(residual, [1.0, 0.1, 0.0], most=k), truth, 8
        ),
        "SQP: order, bound": steps_of(lambda k: quadratic.sqp(asked, most=k), solution, 6),
    }


def steps_of(method, x, most):
    """‖x(k) − x‖ after k steps, method(k), for k from 1 on, until it ends by itself."""
    found = [method(k) for k in range(1, most + 1)]
    return np.array([np.linalg.norm(one.x - x) for k, one in enumerate(found, 1) if one.steps == k])


def inside():
    """The distance of c·x from the optimum after each step of the interior point, on the bare run's programme."""
    asked = run.read([-3.0, -5.0], ["1 0 <= 4", "0 2 <= 12", "3 2 <= 18", "1 3 <= 19.5"])
    best, path = simplex.solve(asked).objective, []
    interior.solve(asked, watch=lambda x: path.append(x.copy()))
    return np.array([abs(asked.costs @ x - best) for x in path])


def noisy(cfg, rng):
    """(E x² after each step with rates 1/k, the same with RATE, its last half) of SGD on x²/2, gradients with noise N(0, 1)."""
    means = []
    for rate in (lambda k: 1 / k, lambda k: RATE):
        x, errors = np.ones(COPIES), []
        for k in range(1, cfg.steps + 1):
            x = stochastic.momentum(x, x + rng.standard_normal(COPIES), {}, rate(k), 0.0)
            errors.append(float(np.mean(x * x)))
        means.append(np.array(errors))
    return means[0], means[1][cfg.steps // 2 :]


def evolution(cfg, rng):
    """‖m‖ after each generation of CMA-ES on ‖x‖²."""
    found = direct.cma_es(lambda x: float(x @ x), np.ones(cfg.size), 0.5, rng, most=cfg.steps)
    return np.linalg.norm(found.path, axis=1)
