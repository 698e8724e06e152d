"""The step of Levenberg and Marquardt within a region, after Moré (1978): loops over small triangles, as machine code."""

import math

import numpy as np

from abacus.kernels import JIT  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

_jit = njit(**JIT)

LIMIT, NEAR = 10, 0.1  # rounds for the damping, and how near ‖D s‖ must come to the region's radius


@_jit
def _norm(x):
    return math.sqrt((x * x).sum())


@_jit
def _damped(triangle, right, diagonal):
    """The triangle of [R; diag] and its right side, by rotations that take in one row of the diagonal after another."""
    p = len(right)
    r, b = triangle.copy(), right.copy()
    for k in range(p):
        row, rest = np.zeros(p), 0.0
        row[k] = diagonal[k]
        for i in range(k, p):
            if row[i] == 0.0:
                continue
            length = math.hypot(r[i, i], row[i])
            cos, sin = r[i, i] / length, row[i] / length
            for j in range(i, p):
                r[i, j], row[j] = cos * r[i, j] + sin * row[j], cos * row[j] - sin * r[i, j]
            b[i], rest = cos * b[i] + sin * rest, cos * rest - sin * b[i]
    return r, b


@_jit
def _back(triangle, b):
    """(x with R x = b, whether R has full rank): from the first pivot that is 0 on, x is 0."""
    p, rank = len(b), len(b)
    for k in range(len(b)):
        if triangle[k, k] == 0.0:
            rank = k
            break
    x = np.zeros(p)
    for k in range(rank - 1, -1, -1):
        total = b[k]
        for j in range(k + 1, rank):
            total -= triangle[k, j] * x[j]
        x[k] = total / triangle[k, k]
    return x, rank == p


@_jit
def _forward(triangle, b):
    """x with Rᵀ x = b, 0 where R has a pivot of 0."""
    x = np.zeros(len(b))
    for k in range(len(b)):
        total = b[k]
        for i in range(k):
            total -= triangle[i, k] * x[i]
        x[k] = total / triangle[k, k] if triangle[k, k] != 0.0 else 0.0
    return x


@_jit
def _finish(triangle, order, right, d, s, damping):
    """The step in the parameters' own order, with what the linear model promises: ‖r‖² − ‖r + J s‖²."""
    moved = np.zeros(len(s))
    for i in range(len(s)):
        for j in range(i, len(s)):
            moved[i] += triangle[i, j] * s[j]
    promised = 0.0
    for i in range(len(s)):
        promised += moved[i] * (2.0 * right[i] - moved[i])
    out = np.empty(len(s))
    out[order] = s
    return out, damping, _norm(d * s), promised


@_jit
def factor(jacobian, r):
    """(R, order, first p entries of −Qᵀr, column norms) of J (n, p) with its columns in the order of their size: J P = Q R."""
    n, p = jacobian.shape
    a, b, order = jacobian.copy(), -r, np.arange(p)
    norms = np.sqrt((a * a).sum(axis=0))
    for k in range(p):
        best, most = k, -1.0
        for j in range(k, p):
            size = 0.0
            for i in range(k, n):
                size += a[i, j] * a[i, j]
            if size > most:
                best, most = j, size
        if best != k:
            for i in range(n):
                a[i, k], a[i, best] = a[i, best], a[i, k]
            order[k], order[best] = order[best], order[k]
        length = math.sqrt(most)
        if length == 0.0:
            continue
        alpha = -length if a[k, k] > 0 else length
        a[k, k] -= alpha
        square = most - alpha * (a[k, k] + alpha)  # ‖u‖²/2 of the reflection's u = x − α e₁
        for j in range(k + 1, p + 1):
            dot = 0.0
            for i in range(k, n):
                dot += a[i, k] * (a[i, j] if j < p else b[i])
            dot /= square
            for i in range(k, n):
                if j < p:
                    a[i, j] -= dot * a[i, k]
                else:
                    b[i] -= dot * a[i, k]
        a[k, k] = alpha
    triangle = np.zeros((p, p))
    for i in range(p):
        for j in range(i, p):
            triangle[i, j] = a[i, j]
    return triangle, order, b[:p].copy(), norms


@_jit
def step(triangle, order, right, scale, radius, damping):
    """(s, λ, ‖D s‖, gain promised): the s with (JᵀJ + λD²) s = −Jᵀr and ‖D s‖ near the radius; λ = 0 where it is shorter.

    λ is the root of ‖D s(λ)‖ − radius by Hebden's rounds, from the λ of the last step.
    """
    p = len(right)
    d = scale[order]
    s, full = _back(triangle, right)
    length = _norm(d * s)
    excess = length - radius
    if excess <= NEAR * radius:
        return _finish(triangle, order, right, d, s, 0.0)
    low = 0.0
    if full:
        slope = _norm(_forward(triangle, d * d * s / length))
        low = excess / radius / (slope * slope)
    gradient = np.zeros(p)
    for j in range(p):
        for i in range(j + 1):
            gradient[j] += triangle[i, j] * right[i]
        gradient[j] /= d[j]
    high = _norm(gradient) / radius
    damping = min(max(damping, low), high)
    if damping == 0.0:
        damping = _norm(gradient) / length
    for _ in range(LIMIT):
        if damping == 0.0:
            damping = max(1e-300, 1e-3 * high)
        damped, turned = _damped(triangle, right, math.sqrt(damping) * d)
        s, _ = _back(damped, turned)
        length, before = _norm(d * s), excess
        excess = length - radius
        if abs(excess) <= NEAR * radius or (low == 0.0 and excess <= before < 0.0):
            break
        slope = _norm(_forward(damped, d * d * s / length))
        if excess > 0.0:
            low = max(low, damping)
        else:
            high = min(high, damping)
        damping = max(low, damping + excess / radius / (slope * slope))
    return _finish(triangle, order, right, d, s, damping)
