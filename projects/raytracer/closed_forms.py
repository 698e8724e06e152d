"""Radiometry in closed form: form factors, polygons, spheres, radiosities, Fresnel. What the pictures are held against."""

import numpy as np


def opposite_squares(x, y):
    """Form factor of equal parallel rectangles x × y at distance 1 (Howell's catalogue, C-11)."""
    a, b = np.sqrt(1 + x * x), np.sqrt(1 + y * y)
    total = np.log(a * b / np.sqrt(1 + x * x + y * y)) + x * b * np.arctan(x / b) + y * a * np.arctan(y / a)
    return 2 / (np.pi * x * y) * (total - x * np.arctan(x) - y * np.arctan(y))


def adjacent_rectangles(h, w):
    """Form factor between rectangles with a common edge 1 at a right angle, w (from) and h (to) deep (C-14)."""
    a, b, c = h * h, w * w, h * h + w * w
    logs = (
        np.log((1 + b) * (1 + a) / (1 + c))
        + b * np.log(b * (1 + c) / ((1 + b) * c))
        + a * np.log(a * (1 + c) / ((1 + a) * c))
    )
    angles = w * np.arctan(1 / w) + h * np.arctan(1 / h) - np.sqrt(c) * np.arctan(1 / np.sqrt(c))
    return (angles + logs / 4) / (np.pi * w)


def polygon_irradiance(corners, x, n):
    """Irradiance at x with normal n from a polygon of radiance 1: Lambert's formula, ½ Σ θ_k (γ_k · n)."""
    v = np.asarray(corners, float) - x
    w = np.roll(v, -1, 0)
    cosine = (v * w).sum(1) / np.linalg.norm(v, axis=1) / np.linalg.norm(w, axis=1)
    gamma = np.cross(v, w)
    gamma /= np.linalg.norm(gamma, axis=1)[:, None]
    return abs(np.arccos(np.clip(cosine, -1, 1)) @ (gamma @ np.asarray(n, float))) / 2  # eq. 9


def sphere_irradiance(radius, distance):
    """Irradiance on a surface that faces a sphere of radiance 1: π (R / d)²."""
    return np.pi * (radius / distance) ** 2


def radiosities(row, f, se):
    """{column: (radiosity, standard error)} of constant patches of reflectance ½, the first emitting 1, from a form factor.

    "two plates": f between opposite unit squares in black surroundings. "cube": six faces, f between opposite ones, (1 − f) / 4
    between neighbours. The error is carried through by the derivative."""
    solve = SYSTEMS[row]
    step = 1e-5
    value, slope = solve(f), (solve(f + step) - solve(f - step)) / (2 * step)
    return {k: (float(v), float(abs(s) * se)) for k, v, s in zip(("emitting", "opposite", "adjacent"), value, slope)}


def _two_plates(f):
    return np.linalg.solve(np.array([[1, -f / 2], [-f / 2, 1]]), [1, 0])


def _cube(f):
    F = np.full((6, 6), (1 - f) / 4)
    for i in range(6):
        F[i, i], F[i, i ^ 1] = 0, f
    return np.linalg.solve(np.eye(6) - F / 2, [1, 0, 0, 0, 0, 0])[:3]  # eq. 10


SYSTEMS = {"two plates": _two_plates, "cube": _cube}


def fresnel(cosine, eta):
    """(reflectance, cosine of the refracted ray) between dielectrics, eta = n(there) / n(here)."""
    k = 1 - (1 - cosine**2) / eta**2
    if k <= 0:
        return 1.0, 0.0
    t = np.sqrt(k)
    s, p = (cosine - eta * t) / (cosine + eta * t), (t - eta * cosine) / (t + eta * cosine)
    return (s * s + p * p) / 2, t
