"""Functions with known minima on which a search is tried (Dixon & Szegö 1978), on the unit cube."""

import functools

import numpy as np

A3 = np.array([[3.0, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]])
P3 = np.array([[0.3689, 0.1170, 0.2673], [0.4699, 0.4387, 0.7470], [0.1091, 0.8732, 0.5547], [0.03815, 0.5743, 0.8828]])
A6 = np.array([
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
])  # fmt: skip
P6 = np.array([
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
])  # fmt: skip
C = np.array([1.0, 1.2, 3.0, 3.2])


def branin(u):
    """(x₂ − 5.1x₁²/4π² + 5x₁/π − 6)² + 10(1 − 1/8π) cos x₁ + 10 at x = (15u₁ − 5, 15u₂); three minima of 0.397887."""
    x, y = 15 * u[..., 0] - 5, 15 * u[..., 1]
    return (y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10


def goldstein_price(u):
    """Goldstein and Price's polynomial of degree 8 at x = 4u − 2; its minimum is 3, at (0, −1), its maximum above 10⁶."""
    x, y = 4 * u[..., 0] - 2, 4 * u[..., 1] - 2
    first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    second = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return first * second


def hartman3(u):
    """−Σᵢ cᵢ exp(−Σⱼ aᵢⱼ (uⱼ − pᵢⱼ)²), four dents in three dimensions; its minimum is −3.86278."""
    return _dents(u, A3, P3)


def hartman6(u):
    """The same in six dimensions; its minimum is −3.32237."""
    return _dents(u, A6, P6)


def _dents(u, a, p):
    return -(np.exp(-(a * (u[..., None, :] - p) ** 2).sum(axis=-1)) @ C)


FUNCTIONS = {"Branin": branin, "Goldstein-Price": goldstein_price, "Hartman-3": hartman3, "Hartman-6": hartman6}
DIMENSIONS = {"Branin": 2, "Goldstein-Price": 2, "Hartman-3": 3, "Hartman-6": 6}
MINIMA = {  # where each is least, to four digits; `least` polishes them
    "Branin": (np.pi / 15 + 1 / 3, 2.275 / 15),
    "Goldstein-Price": (0.5, 0.25),
    "Hartman-3": (0.1146, 0.5556, 0.8525),
    "Hartman-6": (0.2017, 0.1500, 0.4769, 0.2753, 0.3117, 0.6573),
}


@functools.cache
def least(name):
    """The least value of a function, to the last digits: from the known place downhill."""
    from scipy.optimize import minimize

    function = FUNCTIONS[name]
    return float(minimize(lambda u: float(function(u)), np.array(MINIMA[name]), method="L-BFGS-B", tol=1e-15).fun)
