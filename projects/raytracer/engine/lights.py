"""Next-event estimation: a direction towards a light, drawn by the light's own measure, and what may come from there.

Each function fills, for the lanes of its kind of light, the shadow ray (rows S and DIST), the radiance over the density
(rows G) and the density over solid angle (row LPDF; -1 where the light is a point, which nothing else can find).
"""

from math import sqrt

import numpy as np
from numba import float32

from engine import hit
from engine.lanes import (
    AB,
    AG,
    AR,
    BALL,
    DEPTH,
    DIST,
    DX,
    GR,
    HIT,
    ID,
    KIND,
    LAMBERT,
    LPDF,
    LR,
    NX,
    NY,
    NZ,
    OX,
    OY,
    OZ,
    PICK,
    PLANAR,
    POINT,
    PX,
    PY,
    PZ,
    SKY,
    SX,
    SY,
    SZ,
    TB,
    TG,
    TIME,
    TR,
    C,
    U,
    V,
    W,
    add3,
    circle,
    fast,
    get,
    get3,
    inlined,
    load,
    put,
    put3,
    scale3,
)

NEARER = 1 - 1e-4  # a shadow ray stops before the light itself


@fast
def sample_lights(B, S, M, kinds):
    """A light for each lane and a direction to it. kinds: which kinds of light there are, a bit each."""
    n, at = M[hit.N_LIGHTS], M[hit.LIGHTS]
    if n == 1:
        for l in range(W):
            put(B, PICK, l, float32(0))
        if kinds & (1 << PLANAR | 1 << POINT):
            for l in range(W):
                planar(B, S, at, l)
    else:
        for l in range(W):
            x = get(B, C, l) * float32(n)
            k = min(np.int64(x), n - 1)
            q = at + 24 * k
            put(B, PICK, l, float32(k) if x - float32(k) < load(S, q + 20) else load(S, q + 21))
        if kinds & (1 << PLANAR | 1 << POINT):
            for l in range(W):
                planar(B, S, at + 24 * np.int64(get(B, PICK, l)), l)
    if kinds & (1 << BALL):
        for l in range(W):
            q = at + 24 * np.int64(get(B, PICK, l))
            if load(S, q) == float32(BALL):
                ball(B, S, q, l)
    if kinds & (1 << SKY):
        for l in range(W):
            q = at + 24 * np.int64(get(B, PICK, l))
            if load(S, q) == float32(SKY):
                sky(B, S, M, q, l)


@inlined
def towards(B, S, q, l, x, y, z, distance, density, good):
    """Sets the shadow ray along (x, y, z) and what it brings: radiance over density, nothing where it is not good."""
    put3(B, SX, l, x, y, z)
    put(B, DIST, l, distance * float32(NEARER) if good else float32(-1))
    g = float32(1) / density if good else float32(0)
    put3(B, GR, l, g * load(S, q + 1), g * load(S, q + 2), g * load(S, q + 3))
    put(B, LPDF, l, density)


@inlined
def planar(B, S, q, l):
    """A point of a parallelogram or triangle: density over solid angle = chance r² / (cosine area). A light without
    size is the same with cosine and area 1."""
    u, v = get(B, U, l), get(B, V, l)
    r = sqrt(u)
    half = load(S, q + 18) > float32(0)
    a, b = float32(1) - r if half else u, v * r if half else v
    x = load(S, q + 5) + a * load(S, q + 8) + b * load(S, q + 11) - get(B, PX, l)
    y = load(S, q + 6) + a * load(S, q + 9) + b * load(S, q + 12) - get(B, PY, l)
    z = load(S, q + 7) + a * load(S, q + 10) + b * load(S, q + 13) - get(B, PZ, l)
    square = x * x + y * y + z * z
    s = float32(1) / sqrt(square)
    x, y, z = x * s, y * s, z * s
    point = load(S, q) == float32(POINT)
    cosine = float32(1) if point else -(x * load(S, q + 14) + y * load(S, q + 15) + z * load(S, q + 16))
    density = load(S, q + 19) * square / (max(cosine, float32(1e-9)) * load(S, q + 4))
    towards(B, S, q, l, x, y, z, square * s, density, cosine > float32(1e-6))
    put(B, LPDF, l, float32(-1) if point else density)


@inlined
def frame(x, y, z):
    """Two unit vectors that make a frame with the unit vector (x, y, z) (Duff et al., JCGT 6(1), 2017)."""
    sign = float32(1) if z >= float32(0) else float32(-1)
    a = float32(-1) / (sign + z)
    b = x * y * a
    return float32(1) + sign * x * x * a, sign * b, -sign * x, b, sign + y * y * a, -y


@inlined
def ball(B, S, q, l):
    """A direction of the cone that the sphere fills; from within (or where it shines inwards) a point of its surface."""
    x, y, z = load(S, q + 5) - get(B, OX, l), load(S, q + 6) - get(B, OY, l), load(S, q + 7) - get(B, OZ, l)
    u, v, radius = get(B, U, l), get(B, V, l), abs(load(S, q + 17))
    square = x * x + y * y + z * z
    cosphi, sinphi = circle(v)
    if load(S, q + 17) > float32(0) and square > radius * radius:
        s = float32(1) / sqrt(square)
        x, y, z = x * s, y * s, z * s
        sine = radius * radius * s * s
        cap = sine / (float32(1) + sqrt(float32(1) - sine))  # 1 - cos of the cone's half angle
        lift = u * cap
        c, r2 = float32(1) - lift, lift * (float32(2) - lift)
        r = sqrt(r2)
        ax, ay, az, bx, by, bz = frame(x, y, z)
        ax, ay, az = (
            c * x + r * (cosphi * ax + sinphi * bx),
            c * y + r * (cosphi * ay + sinphi * by),
            c * z + r * (cosphi * az + sinphi * bz),
        )
        distance = square * s * c - sqrt(max(radius * radius - square * r2, float32(0)))
        towards(B, S, q, l, ax, ay, az, distance, load(S, q + 19) * float32(1 / (2 * np.pi)) / cap, True)
    else:
        c = float32(1) - float32(2) * u
        r = sqrt(max(float32(1) - c * c, float32(0)))
        sx, sy, sz = r * cosphi, r * sinphi, c
        x, y, z = x + radius * sx, y + radius * sy, z + radius * sz
        square = x * x + y * y + z * z
        s = float32(1) / sqrt(max(square, float32(1e-20)))
        x, y, z = x * s, y * s, z * s
        cosine = x * sx + y * sy + z * sz  # the light shines inwards
        inwards = load(S, q + 17) < float32(0)
        density = load(S, q + 19) * square / (max(cosine, float32(1e-9)) * load(S, q + 4))
        towards(B, S, q, l, x, y, z, square * s, density, inwards and cosine > float32(1e-6))


@inlined
def sky(B, S, M, q, l):
    """A texel of the environment by its power, and a direction of it."""
    w, h = M[hit.SKY_WIDTH], M[hit.SKY_HEIGHT]
    n = w * h
    across = M[hit.SKY_MAP] + 4 * n
    row = lower(S, across + n, h, get(B, U, l))
    column = lower(S, across + row * w, w, get(B, V, l))
    u0 = load(S, across + n + row - 1) if row > 0 else float32(0)
    v0 = load(S, across + row * w + column - 1) if column > 0 else float32(0)
    u = (get(B, U, l) - u0) / max(load(S, across + n + row) - u0, float32(1e-9))
    v = (get(B, V, l) - v0) / max(load(S, across + row * w + column) - v0, float32(1e-9))
    top, low = np.cos(np.pi * row / h), np.cos(np.pi * (row + 1) / h)
    y = float32(top + (low - top) * u)
    r = sqrt(max(float32(1) - y * y, float32(0)))
    angle = 2 * np.pi * ((column + v) / w - 0.5)
    k = M[hit.SKY_MAP] + 3 * (row * w + column)
    density = load(S, q + 19) * load(S, M[hit.SKY_MAP] + 3 * n + row * w + column)
    towards(B, S, q, l, r * float32(np.sin(angle)), y, -r * float32(np.cos(angle)), float32(1e30), density, True)
    g = float32(1) / density
    put3(B, GR, l, g * load(S, k), g * load(S, k + 1), g * load(S, k + 2))


@inlined
def lower(S, at, n, u):
    """The first of the n rising numbers S[at:] that is above u."""
    a, z = 0, n - 1
    while a < z:
        m = (a + z) // 2
        if load(S, at + m) > u:
            z = m
        else:
            a = m + 1
    return a


@fast
def weigh_diffuse(B, J, most, strategy):
    """Rows G times throughput, f cosine and the MIS weight, on Lambert's surfaces; no shadow ray where nothing is left."""
    for l in range(W):
        cosine = get(B, NX, l) * get(B, SX, l) + get(B, NY, l) * get(B, SY, l) + get(B, NZ, l) * get(B, SZ, l)
        p = cosine * float32(1 / np.pi)
        q = get(B, LPDF, l)
        q2 = q * q
        w = q2 / (q2 + p * p) if (strategy == 2) & (q > float32(0)) else float32(1)
        on = (
            (cosine > float32(0))
            & (get(B, ID, l) >= float32(0))
            & (get(J, DEPTH, l) + 1 < most)
            & (get(B, DIST, l) > float32(0))
        )
        f = w * p if on else float32(0)
        r, g, b = (
            f * get(B, TR, l) * get(B, AR, l),
            f * get(B, TG, l) * get(B, AG, l),
            f * get(B, TB, l) * get(B, AB, l),
        )
        scale3(B, GR, l, r, g, b)
        put(B, DIST, l, get(B, DIST, l) if r + g + b > float32(0) else float32(-1))


@fast
def only_diffuse(B):
    """No shadow ray from mirror and glass."""
    for l in range(W):
        put(B, DIST, l, get(B, DIST, l) if get(B, KIND, l) == float32(LAMBERT) else float32(-1))


@fast
def shadow_rays(B, Z):
    """The shadow rays, as rays of their own buffer."""
    for l in range(W):
        put3(Z, OX, l, *get3(B, OX, l))
        put3(Z, DX, l, *get3(B, SX, l))
        put(Z, HIT, l, get(B, DIST, l))
        put(Z, ID, l, float32(-1))
        put(Z, TIME, l, get(B, TIME, l))


@fast
def unblocked(B, Z):
    """Adds what the shadow rays bring that met nothing."""
    for l in range(W):
        free = (get(B, DIST, l) > float32(0)) & (get(Z, ID, l) < float32(0))
        s = float32(1) if free else float32(0)
        r, g, b = get3(B, GR, l)
        add3(B, LR, l, s * r, s * g, s * b)
