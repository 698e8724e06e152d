"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

import scene as sc
from shapes import unit


def radiosities():
    yield "two plates", ("two plates", 0.2, 0.001)
    yield "a cube", ("cube", 0.2, 0.003)
    yield "another form factor", ("cube", 0.35, 0.01)


def hit_sphere():
    ball = sc.Sphere(center=(0.0, 0.0, 5.0), radius=2.0)
    ahead, aside = np.array([[0.0, 0.0, 1.0]]), np.array([[0.0, 1.0, 0.0]])
    yield "a ray that meets it", (ball, np.zeros((1, 3)), ahead)
    yield "a ray that misses it", (ball, np.zeros((1, 3)), aside)
    yield "a ray from within", (ball, np.array([[0.0, 0.5, 5.0]]), ahead)
    yield "a ball behind", (ball, np.array([[0.0, 0.0, 9.0]]), ahead)
    rng = np.random.default_rng(0)
    yield "fifty rays", (ball, rng.standard_normal((50, 3)), unit(rng.standard_normal((50, 3)) + [0, 0, 2]))


def hit_sphere_use(function, s, o, d):
    """Both results, without the warnings of roots that are none."""
    with np.errstate(all="ignore"):
        t, normal = function(s, o, d)
    return {"t": t, "normal": normal}


def light_density():
    x, n = np.zeros((1, 3)), np.array([[0.0, 0.0, -1.0]])
    square = sc.Quad(at=(-1.0, -1.0, 2.0), u=(2.0, 0.0, 0.0), v=(0.0, 2.0, 0.0))
    yield "a square above", (square, x, np.array([[0.0, 0.0, 2.0]]), n)
    rng = np.random.default_rng(0)
    y = np.column_stack([rng.uniform(-1, 1, (20, 2)), np.full(20, 2.0)])
    lit = rng.standard_normal((20, 3)) * [1, 1, 0.5]
    yield "twenty points", (square, lit, y, np.tile(n, (20, 1)))
    triangle = sc.Triangle(points=((0.0, 0.0, 2.0), (1.0, 0.0, 2.0), (0.0, 3.0, 2.0)))
    yield "a triangle", (triangle, lit, y, np.tile(n, (20, 1)))
    ball = sc.Sphere(center=(0.0, 0.0, 4.0), radius=1.5)
    normal = unit(rng.standard_normal((20, 3)))
    yield "a ball", (ball, lit, np.array(ball.center) + ball.radius * normal, normal)
    yield "a grazing point", (square, np.array([[3.0, 0.0, 2.0]]), np.array([[0.5, 0.0, 2.0]]), n)
