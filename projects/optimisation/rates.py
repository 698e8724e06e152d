"""How fast each method converges: the rate that theory derives, and the slope that is measured beside it."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

import interior
import line_search
import trials
from abacus.settings import above, at_least

LAST = 0.5  # of the steps: the share over which a slope is measured
ROUNDING, NEAR = 1e-14, 1e-10  # of the first error: below it a curve is rounding; and where x* itself is a computed one


@dataclass
class Convergence:
    condition: float = above(1)  # κ of the quadratic ½ Σ λ x², λ from 1/κ to 1
    size: int = at_least(2)  # its number of coordinates
    steps: int = at_least(20)  # of the methods with a rate each step


def convergence(cfg: Convergence, job):
    """Derived and measured: the factor by which the error falls with each step, the order, or the power of the step's number."""
    derived, noise = theory(cfg), job.rng("noise")
    shrinking, level = trials.noisy(cfg, noise)
    measured = {name: slope(errors) for name, errors in (trials.linear(cfg) | trials.bordered(cfg)).items()}
    measured |= {name: slope(errors, NEAR) for name, errors in trials.curved(cfg).items()}
    measured |= {"Gauss-Newton, large residuals": slope(trials.diverging())}
    measured |= {name: order(errors) for name, errors in (trials.fast(cfg) | trials.faster(cfg)).items()}
    measured |= {"interior point": slope(trials.inside())}
    measured |= {name: power(errors) for name, errors in trials.slow(cfg).items()}
    measured |= {"SGD, rate 1/k: power": power(shrinking), "SGD, constant rate: level": float(level.mean())}
    measured |= {"CMA-ES: bound": slope(trials.evolution(cfg, noise), 0.0)}
    return {name: {"derived": derived[name], "measured": measured[name]} for name in derived}


def theory(cfg):
    """What is derived: factors of a step, orders, powers of the step's number; "bound": it may be faster or, CMA-ES, slower."""
    k, root, c1 = cfg.condition, math.sqrt(cfg.condition), line_search.SUFFICIENT
    factors = trials.residual_factors()
    return {
        "gradient descent": (k - 1) / (k + 1),  # eq. 4
        "backtracking: bound": math.sqrt(1 - 2 * c1 * (1 - c1) / k),  # eq. 2
        "heavy ball": (root - 1) / (root + 1),  # eq. 9
        "Nesterov": 1 - 1 / root,  # eq. 10
        "conjugate gradients: bound": (root - 1) / (root + 1),  # eq. 5
        "L-BFGS: bound": 1.0,  # eq. 8
        "Newton: order": 2.0,  # eq. 6
        "BFGS: order, bound": 1.0,  # eq. 7
        "Gauss-Newton": factors["Osborne 2"],  # eq. 12
        "Gauss-Newton, large residuals": factors["Brown and Dennis"],
        "Levenberg-Marquardt": factors["Osborne 2"],  # eq. 13
        "Levenberg-Marquardt, residuals 0: order": 2.0,
        "SQP: order, bound": 1.0,  # eq. 29
        "interior point": 1 - interior.BACK,  # eq. 27
        "projected gradient": 1 - 1 / k,  # eq. 31
        "proximal gradient: power": -1.0,
        "accelerated: power": -2.0,  # eq. 33
        "ADMM": root / (1 + root),  # eq. 34
        "SGD, rate 1/k: power": -1.0,  # eq. 35
        "SGD, constant rate: level": trials.RATE / (2 - trials.RATE),
        "CMA-ES: bound": best_factor(cfg.size),  # eq. 18
    }


def best_factor(n):
    """exp(−m c²/2n) of a step of CMA-ES on ‖x‖² with the best σ, n large: m = 1/Σw², c the mean of the best half's draws."""
    size = 4 + int(3 * math.log(n))
    place = np.arange(1, size // 2 + 1)
    weights = math.log((size + 1) / 2) - np.log(place)
    weights /= weights.sum()
    best = -ndtri((place - 0.375) / (size + 0.25))  # Blom's mean of the k-th of so many normal draws
    return math.exp(-((weights @ best) ** 2) / (weights @ weights) / (2 * n))


def slope(errors, least=ROUNDING):
    """The mean factor from step to step over the last half, before rounding."""
    errors = errors[errors > least * errors[0]]
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
