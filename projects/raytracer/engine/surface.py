"""What a path finds where it arrives: the point, the normal towards it, the material, the light that comes from there."""

from math import sqrt

import numpy as np
from numba import float32

from engine import hit, textures
from engine.lanes import (
    AR,
    BACK,
    BALL,
    DX,
    DY,
    DZ,
    HIT,
    ID,
    LIGHT,
    LR,
    MAT,
    NX,
    NY,
    NZ,
    OX,
    OY,
    OZ,
    PDF,
    PX,
    PY,
    PZ,
    SIDE,
    SURFACE,
    TIME,
    TR,
    W,
    add3,
    deal,
    fast,
    get,
    get3,
    inlined,
    load,
    not_negative,
    put,
    put3,
    scale3,
)


@fast
def look_up(B, S, M, every):
    """What the table says of the surface of each lane: a + b x, albedo, light, material; with `every` kind, alpha and ior."""
    first = M[hit.SURFACES]
    if every:
        for l in range(0, W, SURFACE):
            deal(B, l, S, first, 13)
    else:
        for l in range(0, W, SURFACE):
            deal(B, l, S, first, 10)


@fast
def surface(B, eps):
    """Rows P, N, SIDE, LIGHT of each lane; the path's origin moves to P, a little off the surface; a back may be black.

    On a sphere x is first moved where it belongs, along a + b x, which has length 1 there: a distance found from afar is
    good to 1e-4 only. (A very large sphere, |b| < 1 / the scene's reach, is flat enough not to need it.)"""
    curved = float32(5e-6) / eps
    for l in range(W):
        found = get(B, ID, l) >= float32(0)
        t = get(B, HIT, l) if found else float32(0)
        dx, dy, dz = get3(B, DX, l)
        x, y, z = get(B, OX, l) + t * dx, get(B, OY, l) + t * dy, get(B, OZ, l) + t * dz
        b = get(B, SIDE, l)
        nx, ny, nz = get(B, NX, l) + b * x, get(B, NY, l) + b * y, get(B, NZ, l) + b * z
        s = float32(1) / sqrt(nx * nx + ny * ny + nz * nz)
        on = (s - float32(1)) / b if abs(b) > curved else float32(0)
        x, y, z = x + on * nx, y + on * ny, z + on * nz
        front = nx * dx + ny * dy + nz * dz < float32(0)
        side = float32(1) if front else float32(-1)
        s *= side
        nx, ny, nz = nx * s, ny * s, nz * s
        put3(B, NX, l, nx, ny, nz)
        put3(B, PX, l, x, y, z)
        put3(B, OX, l, x + eps * nx, y + eps * ny, z + eps * nz)
        put(B, SIDE, l, side)
        put(B, LIGHT, l, get(B, LIGHT, l) if found & front else float32(-1))
        keep = float32(1) if front | (get(B, BACK, l) == float32(0)) else float32(0)
        scale3(B, AR, l, keep, keep, keep)


@fast
def moved(B, S, M):
    """The normal where a moving sphere was hit: its centre is not where the surface's row says."""
    eps = load(S, 0)
    for l in range(W):
        i = int(get(B, ID, l)) - M[hit.MOVER_ID]
        if i < 0 or int(get(B, ID, l)) >= M[hit.TRIANGLE_ID]:
            continue
        q = M[hit.MOVERS] + 8 * i
        radius = load(S, q + 3)
        for k in range(3):
            put(B, NX + k, l, (get(B, PX + k, l) - load(S, q + k) - get(B, TIME, l) * load(S, q + 4 + k)) / radius)
        nx, ny, nz = get3(B, NX, l)
        s = float32(1) / sqrt(nx * nx + ny * ny + nz * nz)
        side = float32(1) if nx * get(B, DX, l) + ny * get(B, DY, l) + nz * get(B, DZ, l) < float32(0) else float32(-1)
        put(B, SIDE, l, side)
        for k in range(3):
            n = get(B, NX + k, l) * s
            put(B, PX + k, l, get(B, PX + k, l) + radius * (n - get(B, NX + k, l)))
            put(B, NX + k, l, n * side)
            put(B, OX + k, l, get(B, PX + k, l) + eps * n * side)


@fast
def details(B, S, M, smooth):
    """Textures, and smooth normals: lane by lane, since few surfaces have them."""
    for l in range(W):
        i = int(get(B, ID, l))
        if i < 0:
            continue
        u, v = float32(0), float32(0)
        triangle = i - M[hit.TRIANGLE_ID]
        if smooth and triangle >= 0:
            u, v = textures.corners(B, S, M[hit.SMOOTH] + 24 * triangle, l)
        texture = int(load(S, M[hit.MATERIALS] + 16 * int(get(B, MAT, l)) + 8))
        if texture < 0:
            continue
        if triangle < 0:
            u, v = textures.coordinates(B, S, M, i, l)
        r, g, b = textures.colour(S, M, texture, u, v, get(B, PX, l), get(B, PY, l), get(B, PZ, l))
        scale3(B, AR, l, r, g, b)


@inlined
def weight(p, other, strategy):
    """The power heuristic's weight of direction sampling (Veach 9.2): p² / (p² + other²). p < 0: no other way exists."""
    if p < float32(0) or strategy == 0:
        return float32(1)
    return p * p / (p * p + other * other) if strategy == 2 else float32(0)


@inlined
def shines(B, S, q, l, w):
    """Adds throughput times w times the radiance S[q], S[q + 1], S[q + 2]."""
    r, g, b = get3(B, TR, l)
    add3(B, LR, l, w * r * load(S, q), w * g * load(S, q + 1), w * b * load(S, q + 2))


@fast
def emitted(B, S, M, strategy, X):
    """Adds the radiance of lights that the path has run into, weighted against sampling them. X is for a list of lanes."""
    for i in range(not_negative(B, np.int64(LIGHT), X, np.int64(0))):
        l = np.int64(X[i])
        q = M[hit.LIGHTS] + 24 * int(get(B, LIGHT, l))
        t = get(B, HIT, l)
        dx, dy, dz = get3(B, DX, l)
        cosine = abs(get(B, NX, l) * dx + get(B, NY, l) * dy + get(B, NZ, l) * dz)
        other = load(S, q + 19) * t * t / (max(cosine, float32(1e-9)) * load(S, q + 4))
        if load(S, q) == float32(BALL) and load(S, q + 17) > float32(0):
            x, y, z = (
                load(S, q + 5) - get(B, PX, l) + t * dx,
                load(S, q + 6) - get(B, PY, l) + t * dy,
                load(S, q + 7) - get(B, PZ, l) + t * dz,
            )
            sine = load(S, q + 17) * load(S, q + 17) / (x * x + y * y + z * z)
            other = (
                load(S, q + 19)
                * float32(1 / (2 * np.pi))
                * (float32(1) + sqrt(max(float32(1) - sine, float32(0))))
                / sine
            )
        shines(B, S, q + 1, l, weight(get(B, PDF, l), other, strategy))


@fast
def escaped(B, S, M, strategy):
    """Adds the environment's radiance to the paths that left the scene."""
    n = M[hit.SKY_WIDTH] * M[hit.SKY_HEIGHT]
    chance = load(S, M[hit.LIGHTS] + 24 * M[hit.SKY_LIGHT] + 19)
    for l in range(W):
        if get(B, ID, l) >= float32(0) or get(B, HIT, l) < float32(0):
            continue
        texel = textures.sky_texel(get(B, DX, l), get(B, DY, l), get(B, DZ, l), M)
        q = M[hit.SKY_MAP]
        w = weight(get(B, PDF, l), chance * load(S, q + 3 * n + texel), strategy)
        shines(B, S, q + 3 * texel, l, w)
