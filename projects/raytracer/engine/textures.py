"""Colours that vary over a surface: checker, image, Perlin's marble; texture coordinates; the sky's texels. Lane by lane."""

from math import sqrt

import numpy as np
from numba import float32, int64, uint32

from engine import hit
from engine.lanes import NX, NY, NZ, PX, get, get3, inlined, load, loads, put3
from engine.samplers import pcg3d


@inlined
def corners(B, S, q, l):
    """Texture coordinates on a triangle; where its corners have normals, their mean by the same weights is taken."""
    x, y, z = get3(B, PX, l)
    b = load(S, q) * x + load(S, q + 1) * y + load(S, q + 2) * z + load(S, q + 3)
    c = load(S, q + 4) * x + load(S, q + 5) * y + load(S, q + 6) * z + load(S, q + 7)
    a = float32(1) - b - c
    n0 = a * load(S, q + 8) + b * load(S, q + 11) + c * load(S, q + 14)
    n1 = a * load(S, q + 9) + b * load(S, q + 12) + c * load(S, q + 15)
    n2 = a * load(S, q + 10) + b * load(S, q + 13) + c * load(S, q + 16)
    length = sqrt(n0 * n0 + n1 * n1 + n2 * n2)
    if length > float32(1e-6):
        same = n0 * get(B, NX, l) + n1 * get(B, NY, l) + n2 * get(B, NZ, l)
        s = (float32(1) if same > float32(0) else float32(-1)) / length
        put3(B, NX, l, n0 * s, n1 * s, n2 * s)
    return a * load(S, q + 17) + b * load(S, q + 19) + c * load(S, q + 21), a * load(S, q + 18) + b * load(
        S, q + 20
    ) + c * load(S, q + 22)


@inlined
def coordinates(B, S, M, i, l):
    """(u, v) in [0, 1]²: a quad's and a box's own, a sphere's longitude and latitude."""
    x, y, z = get3(B, PX, l)
    if i < M[hit.BOX_ID]:
        q = M[hit.QUADS] + 12 * i + 4
        u = load(S, q) * x + load(S, q + 1) * y + load(S, q + 2) * z + load(S, q + 3)
        v = load(S, q + 4) * x + load(S, q + 5) * y + load(S, q + 6) * z + load(S, q + 7)
    elif i < M[hit.SPHERE_ID]:
        face = (i - M[hit.BOX_ID]) % 6 // 2
        q = M[hit.BOXES] + 12 * ((i - M[hit.BOX_ID]) // 6)
        r, s = q + 4 * ((face + 1) % 3), q + 4 * ((face + 2) % 3)
        u = load(S, r) * x + load(S, r + 1) * y + load(S, r + 2) * z + load(S, r + 3)
        v = load(S, s) * x + load(S, s + 1) * y + load(S, s + 2) * z + load(S, s + 3)
    else:
        u = float32(np.arctan2(-get(B, NZ, l), get(B, NX, l)) / np.pi)
        v = float32(1 - 2 * np.arccos(min(max(get(B, NY, l), float32(-1)), float32(1))) / np.pi)
    return (u + float32(1)) * float32(0.5), (v + float32(1)) * float32(0.5)


@inlined
def colour(S, M, texture, u, v, x, y, z):
    """The texture's colour at (u, v) of the surface, or at the point of space (checker, Perlin)."""
    q = M[hit.TEXTURES] + 12 * texture
    scale = load(S, q + 1)
    if load(S, q) == float32(1):
        w, h = int(load(S, q + 9)), int(load(S, q + 10))
        column = min(max(int((u - np.floor(u)) * w), 0), w - 1)
        row = min(max(int((float32(1) - v + np.floor(v)) * h), 0), h - 1)
        p = M[hit.IMAGES] + int(load(S, q + 8)) + 3 * (row * w + column)
        return loads(S, p, 3)
    if load(S, q) == float32(0):
        off = load(
            S, 0
        )  # a plane on a border of cells, as a floor at y = 0, must lie on one side of it in all its points
        x, y, z = x + off, y + off, z + off
        odd = (int(np.floor(x / scale)) + int(np.floor(y / scale)) + int(np.floor(z / scale))) & 1
        k = q + 2 + 3 * odd
        return loads(S, k, 3)
    seed = uint32(int(load(S, q + 11)))
    turbulence, size, f = float32(0), float32(1), scale
    for _ in range(7):
        turbulence += size * noise(f * x, f * y, f * z, seed)
        size *= float32(0.5)
        f *= float32(2)
    m = float32(0.5) * (float32(1) + float32(np.sin(scale * z + float32(10) * abs(turbulence))))
    k = q + 2
    return (
        load(S, k) + m * (load(S, k + 3) - load(S, k)),
        load(S, k + 1) + m * (load(S, k + 4) - load(S, k + 1)),
        load(S, k + 2) + m * (load(S, k + 5) - load(S, k + 2)),
    )


@inlined
def noise(x, y, z, seed):
    """Perlin's gradient noise: the corners' gradients are hashed unit vectors, their weights 3t² − 2t³."""
    i, j, k = int64(np.floor(x)), int64(np.floor(y)), int64(np.floor(z))
    u, v, w = x - i, y - j, z - k
    uu, vv, ww = u * u * (3 - 2 * u), v * v * (3 - 2 * v), w * w * (3 - 2 * w)
    total = 0.0
    for a in range(2):
        for b in range(2):
            for c in range(2):
                g, h, _ = pcg3d(uint32(i + a), uint32(j + b), uint32(uint32(k + c) ^ seed))
                up = 2 * g / 4294967296.0 - 1
                angle, out = 2 * np.pi * h / 4294967296.0, sqrt(1 - up * up)
                slope = out * np.cos(angle) * (u - a) + out * np.sin(angle) * (v - b) + up * (w - c)
                total += slope * (uu if a else 1 - uu) * (vv if b else 1 - vv) * (ww if c else 1 - ww)
    return float32(total)


@inlined
def sky_texel(x, y, z, M):
    """Which texel of the environment lies in the direction: rows from the top (y up), columns by longitude."""
    w, h = M[hit.SKY_WIDTH], M[hit.SKY_HEIGHT]
    if w * h == 1:
        return 0
    row = int(np.arccos(min(max(y, float32(-1)), float32(1))) / np.pi * h)
    column = int((np.arctan2(x, -z) / (2 * np.pi) + 0.5) * w)
    return min(row, h - 1) * w + min(column, w - 1)
