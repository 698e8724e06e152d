"""Next-event estimation: a direction towards a light, drawn by the light's own measure, and what may come from there.

Each function fills, for the lanes of its kind of light, the shadow ray (rows S and DIST), the radiance over the density
(rows G) and the density over solid angle (row LPDF; -1 where the light is a point, which nothing else can find).
"""

import numpy as np
from numba import float32

import hit
from lanes import (
    AB,
    AG,
    AR,
    BALL,
    DEPTH,
    DIST,
    DX,
    DY,
    DZ,
    GB,
    GG,
    GR,
    HIT,
    ID,
    KIND,
    LAMBERT,
    LB,
    LG,
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
    circle,
    fast,
    inlined,
)

NEARER = 1 - 1e-4  # a shadow ray stops before the light itself


@fast
def sample_lights(B, S, M, kinds):
    """A light for each lane, by power, and a direction to it. kinds: which kinds of light there are, a bit each."""
    n, at = M[hit.N_LIGHTS], M[hit.LIGHTS]
    if n == 1:
        for l in range(W):
            B[PICK * W + l] = float32(0)
        if kinds & (1 << PLANAR | 1 << POINT):
            for l in range(W):
                planar(B, S, at, l)
    else:
        for l in range(W):
            x = B[C * W + l] * float32(n)
            k = min(np.int64(x), n - 1)
            q = at + 24 * k
            B[PICK * W + l] = float32(k) if x - float32(k) < S[q + 20] else S[q + 21]
        if kinds & (1 << PLANAR | 1 << POINT):
            for l in range(W):
                planar(B, S, at + 24 * np.int64(B[PICK * W + l]), l)
    if kinds & (1 << BALL):
        for l in range(W):
            q = at + 24 * np.int64(B[PICK * W + l])
            if S[q] == float32(BALL):
                ball(B, S, q, l)
    if kinds & (1 << SKY):
        for l in range(W):
            q = at + 24 * np.int64(B[PICK * W + l])
            if S[q] == float32(SKY):
                sky(B, S, M, q, l)


@inlined
def towards(B, S, q, l, x, y, z, distance, density, good):
    """Sets the shadow ray along (x, y, z) and what it brings: radiance over density, nothing where it is not good."""
    B[SX * W + l], B[SY * W + l], B[SZ * W + l] = x, y, z
    B[DIST * W + l] = distance * float32(NEARER) if good else float32(-1)
    g = float32(1) / density if good else float32(0)
    B[GR * W + l], B[GG * W + l], B[GB * W + l] = g * S[q + 1], g * S[q + 2], g * S[q + 3]
    B[LPDF * W + l] = density


@inlined
def planar(B, S, q, l):
    """A point of a parallelogram or triangle: density over solid angle = chance r² / (cosine area). A light without
    size is the same with cosine and area 1."""
    u, v = B[U * W + l], B[V * W + l]
    r = np.sqrt(u)
    half = S[q + 18] > float32(0)
    a, b = float32(1) - r if half else u, v * r if half else v
    x = S[q + 5] + a * S[q + 8] + b * S[q + 11] - B[PX * W + l]
    y = S[q + 6] + a * S[q + 9] + b * S[q + 12] - B[PY * W + l]
    z = S[q + 7] + a * S[q + 10] + b * S[q + 13] - B[PZ * W + l]
    square = x * x + y * y + z * z
    s = float32(1) / np.sqrt(square)
    x, y, z = x * s, y * s, z * s
    point = S[q] == float32(POINT)
    cosine = float32(1) if point else -(x * S[q + 14] + y * S[q + 15] + z * S[q + 16])
    density = S[q + 19] * square / (max(cosine, float32(1e-9)) * S[q + 4])
    towards(B, S, q, l, x, y, z, square * s, density, cosine > float32(1e-6))
    B[LPDF * W + l] = float32(-1) if point else density


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
    x, y, z = S[q + 5] - B[OX * W + l], S[q + 6] - B[OY * W + l], S[q + 7] - B[OZ * W + l]
    u, v, radius = B[U * W + l], B[V * W + l], abs(S[q + 17])
    square = x * x + y * y + z * z
    cosphi, sinphi = circle(v)
    if S[q + 17] > float32(0) and square > radius * radius:
        s = float32(1) / np.sqrt(square)
        x, y, z = x * s, y * s, z * s
        sine = radius * radius * s * s
        cap = sine / (float32(1) + np.sqrt(float32(1) - sine))  # 1 - cos of the cone's half angle
        lift = u * cap
        c, r2 = float32(1) - lift, lift * (float32(2) - lift)
        r = np.sqrt(r2)
        ax, ay, az, bx, by, bz = frame(x, y, z)
        ax, ay, az = (
            c * x + r * (cosphi * ax + sinphi * bx),
            c * y + r * (cosphi * ay + sinphi * by),
            c * z + r * (cosphi * az + sinphi * bz),
        )
        distance = square * s * c - np.sqrt(max(radius * radius - square * r2, float32(0)))
        towards(B, S, q, l, ax, ay, az, distance, S[q + 19] * float32(1 / (2 * np.pi)) / cap, True)
    else:
        c = float32(1) - float32(2) * u
        r = np.sqrt(max(float32(1) - c * c, float32(0)))
        sx, sy, sz = r * cosphi, r * sinphi, c
        x, y, z = x + radius * sx, y + radius * sy, z + radius * sz
        square = x * x + y * y + z * z
        s = float32(1) / np.sqrt(max(square, float32(1e-20)))
        x, y, z = x * s, y * s, z * s
        cosine = x * sx + y * sy + z * sz  # the light shines inwards
        inwards = S[q + 17] < float32(0)
        density = S[q + 19] * square / (max(cosine, float32(1e-9)) * S[q + 4])
        towards(B, S, q, l, x, y, z, square * s, density, inwards and cosine > float32(1e-6))


@inlined
def sky(B, S, M, q, l):
    """A texel of the environment by its power, and a direction of it."""
    w, h = M[hit.SKY_WIDTH], M[hit.SKY_HEIGHT]
    n = w * h
    across = M[hit.SKY_MAP] + 4 * n
    row = lower(S, across + n, h, B[U * W + l])
    column = lower(S, across + row * w, w, B[V * W + l])
    u0 = S[across + n + row - 1] if row > 0 else float32(0)
    v0 = S[across + row * w + column - 1] if column > 0 else float32(0)
    u = (B[U * W + l] - u0) / max(S[across + n + row] - u0, float32(1e-9))
    v = (B[V * W + l] - v0) / max(S[across + row * w + column] - v0, float32(1e-9))
    top, low = np.cos(np.pi * row / h), np.cos(np.pi * (row + 1) / h)
    y = float32(top + (low - top) * u)
    r = np.sqrt(max(float32(1) - y * y, float32(0)))
    angle = 2 * np.pi * ((column + v) / w - 0.5)
    k = M[hit.SKY_MAP] + 3 * (row * w + column)
    density = S[q + 19] * S[M[hit.SKY_MAP] + 3 * n + row * w + column]
    towards(B, S, q, l, r * float32(np.sin(angle)), y, -r * float32(np.cos(angle)), float32(1e30), density, True)
    g = float32(1) / density
    B[GR * W + l], B[GG * W + l], B[GB * W + l] = g * S[k], g * S[k + 1], g * S[k + 2]


@inlined
def lower(S, at, n, u):
    """The first of the n rising numbers S[at:] that is above u."""
    a, z = 0, n - 1
    while a < z:
        m = (a + z) // 2
        if S[at + m] > u:
            z = m
        else:
            a = m + 1
    return a


@fast
def weigh_diffuse(B, J, most, strategy):
    """Rows G times throughput, f cosine and the MIS weight, on Lambert's surfaces; no shadow ray where nothing is left."""
    for l in range(W):
        cosine = B[NX * W + l] * B[SX * W + l] + B[NY * W + l] * B[SY * W + l] + B[NZ * W + l] * B[SZ * W + l]
        p = cosine * float32(1 / np.pi)
        q = B[LPDF * W + l]
        q2 = q * q
        w = q2 / (q2 + p * p) if (strategy == 2) & (q > float32(0)) else float32(1)
        on = (
            (cosine > float32(0))
            & (B[ID * W + l] >= float32(0))
            & (J[DEPTH * W + l] + 1 < most)
            & (B[DIST * W + l] > float32(0))
        )
        f = w * p if on else float32(0)
        r, g, b = (
            f * B[TR * W + l] * B[AR * W + l],
            f * B[TG * W + l] * B[AG * W + l],
            f * B[TB * W + l] * B[AB * W + l],
        )
        B[GR * W + l] *= r
        B[GG * W + l] *= g
        B[GB * W + l] *= b
        B[DIST * W + l] = B[DIST * W + l] if r + g + b > float32(0) else float32(-1)


@fast
def only_diffuse(B):
    """No shadow ray from mirror and glass."""
    for l in range(W):
        B[DIST * W + l] = B[DIST * W + l] if B[KIND * W + l] == float32(LAMBERT) else float32(-1)


@fast
def shadow_rays(B, Z):
    """The shadow rays, as rays of their own buffer."""
    for l in range(W):
        Z[OX * W + l], Z[OY * W + l], Z[OZ * W + l] = B[OX * W + l], B[OY * W + l], B[OZ * W + l]
        Z[DX * W + l], Z[DY * W + l], Z[DZ * W + l] = B[SX * W + l], B[SY * W + l], B[SZ * W + l]
        Z[HIT * W + l], Z[ID * W + l], Z[TIME * W + l] = B[DIST * W + l], float32(-1), B[TIME * W + l]


@fast
def unblocked(B, Z):
    """Adds what the shadow rays bring that met nothing."""
    for l in range(W):
        free = (B[DIST * W + l] > float32(0)) & (Z[ID * W + l] < float32(0))
        s = float32(1) if free else float32(0)
        B[LR * W + l] += s * B[GR * W + l]
        B[LG * W + l] += s * B[GG * W + l]
        B[LB * W + l] += s * B[GB * W + l]
