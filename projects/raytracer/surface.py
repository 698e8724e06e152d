"""What a path finds where it arrives: the point, the normal towards it, the material, the light that comes from there."""

import numpy as np
from numba import float32

import hit
import textures
from lanes import (
    AB,
    AG,
    ALPHA,
    AR,
    BACK,
    BALL,
    DX,
    DY,
    DZ,
    HIT,
    ID,
    INDEX,
    IOR,
    KIND,
    LB,
    LG,
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
    TB,
    TG,
    TIME,
    TR,
    W,
    fast,
    inlined,
)


@fast
def look_up(B, S, M, every):
    """What the tables say of the surface of each lane: a + b x, material, light, albedo; with `every` kind, alpha and ior.

    Lane by lane: LLVM cannot know that S and B are apart, and a gather is no faster than these loads."""
    surfaces, materials = M[hit.SURFACES], M[hit.MATERIALS]
    for l in range(W):
        q = (surfaces + 8 * np.int64(max(B[ID * W + l], float32(0)))) & INDEX
        m = (materials + 16 * np.int64(S[q + 4])) & INDEX
        B[NX * W + l], B[NY * W + l], B[NZ * W + l], B[SIDE * W + l] = S[q], S[q + 1], S[q + 2], S[q + 3]
        B[LIGHT * W + l], B[MAT * W + l] = S[q + 5], S[q + 4]
        B[AR * W + l], B[AG * W + l], B[AB * W + l], B[BACK * W + l] = S[m + 1], S[m + 2], S[m + 3], S[m + 6]
        if every:
            B[KIND * W + l], B[ALPHA * W + l], B[IOR * W + l] = S[m], S[m + 4], S[m + 5]


@fast
def surface(B, eps):
    """Rows P, N, SIDE, LIGHT of each lane; the path's origin moves to P, a little off the surface; a back may be black.

    On a sphere x is first moved where it belongs, along a + b x, which has length 1 there: a distance found from afar is
    good to 1e-4 only. (A very large sphere, |b| < 1 / the scene's reach, is flat enough not to need it.)"""
    curved = float32(5e-6) / eps
    for l in range(W):
        found = B[ID * W + l] >= float32(0)
        t = B[HIT * W + l] if found else float32(0)
        dx, dy, dz = B[DX * W + l], B[DY * W + l], B[DZ * W + l]
        x, y, z = B[OX * W + l] + t * dx, B[OY * W + l] + t * dy, B[OZ * W + l] + t * dz
        b = B[SIDE * W + l]
        nx, ny, nz = B[NX * W + l] + b * x, B[NY * W + l] + b * y, B[NZ * W + l] + b * z
        s = float32(1) / np.sqrt(nx * nx + ny * ny + nz * nz)
        on = (s - float32(1)) / b if abs(b) > curved else float32(0)
        x, y, z = x + on * nx, y + on * ny, z + on * nz
        front = nx * dx + ny * dy + nz * dz < float32(0)
        side = float32(1) if front else float32(-1)
        s *= side
        nx, ny, nz = nx * s, ny * s, nz * s
        B[NX * W + l], B[NY * W + l], B[NZ * W + l] = nx, ny, nz
        B[PX * W + l], B[PY * W + l], B[PZ * W + l] = x, y, z
        B[OX * W + l], B[OY * W + l], B[OZ * W + l] = x + eps * nx, y + eps * ny, z + eps * nz
        B[SIDE * W + l] = side
        B[LIGHT * W + l] = B[LIGHT * W + l] if found & front else float32(-1)
        keep = float32(1) if front | (B[BACK * W + l] == float32(0)) else float32(0)
        B[AR * W + l] *= keep
        B[AG * W + l] *= keep
        B[AB * W + l] *= keep


@fast
def moved(B, S, M):
    """The normal where a moving sphere was hit: its centre is not where the surface's row says."""
    eps = S[0]
    for l in range(W):
        i = int(B[ID * W + l]) - M[hit.MOVER_ID]
        if i < 0 or int(B[ID * W + l]) >= M[hit.TRIANGLE_ID]:
            continue
        q = M[hit.MOVERS] + 8 * i
        radius = S[q + 3]
        for k in range(3):
            B[(NX + k) * W + l] = (B[(PX + k) * W + l] - S[q + k] - B[TIME * W + l] * S[q + 4 + k]) / radius
        nx, ny, nz = B[NX * W + l], B[NY * W + l], B[NZ * W + l]
        s = float32(1) / np.sqrt(nx * nx + ny * ny + nz * nz)
        side = float32(1) if nx * B[DX * W + l] + ny * B[DY * W + l] + nz * B[DZ * W + l] < float32(0) else float32(-1)
        B[SIDE * W + l] = side
        for k in range(3):
            n = B[(NX + k) * W + l] * s
            B[(PX + k) * W + l] += radius * (n - B[(NX + k) * W + l])
            B[(NX + k) * W + l] = n * side
            B[(OX + k) * W + l] = B[(PX + k) * W + l] + eps * n * side


@fast
def details(B, S, M, smooth):
    """Textures, and smooth normals: lane by lane, since few surfaces have them."""
    for l in range(W):
        i = int(B[ID * W + l])
        if i < 0:
            continue
        u, v = float32(0), float32(0)
        triangle = i - M[hit.TRIANGLE_ID]
        if smooth and triangle >= 0:
            u, v = textures.corners(B, S, M[hit.SMOOTH] + 24 * triangle, l)
        texture = int(S[M[hit.MATERIALS] + 16 * int(B[MAT * W + l]) + 8])
        if texture < 0:
            continue
        if triangle < 0:
            u, v = textures.coordinates(B, S, M, i, l)
        r, g, b = textures.colour(S, M, texture, u, v, B[PX * W + l], B[PY * W + l], B[PZ * W + l])
        B[AR * W + l] *= r
        B[AG * W + l] *= g
        B[AB * W + l] *= b


@inlined
def weight(p, other, strategy):
    """The power heuristic's weight of direction sampling (Veach 9.2): p² / (p² + other²). p < 0: no other way exists."""
    if p < float32(0) or strategy == 0:
        return float32(1)
    return p * p / (p * p + other * other) if strategy == 2 else float32(0)


@fast
def emitted(B, S, M, strategy):
    """Adds the radiance of lights that the path has run into, weighted against sampling them."""
    for l in range(W):
        if B[LIGHT * W + l] < float32(0):
            continue
        q = M[hit.LIGHTS] + 24 * int(B[LIGHT * W + l])
        t = B[HIT * W + l]
        dx, dy, dz = B[DX * W + l], B[DY * W + l], B[DZ * W + l]
        cosine = abs(B[NX * W + l] * dx + B[NY * W + l] * dy + B[NZ * W + l] * dz)
        other = S[q + 19] * t * t / (max(cosine, float32(1e-9)) * S[q + 4])
        if S[q] == float32(BALL) and S[q + 17] > float32(0):
            x, y, z = (
                S[q + 5] - B[PX * W + l] + t * dx,
                S[q + 6] - B[PY * W + l] + t * dy,
                S[q + 7] - B[PZ * W + l] + t * dz,
            )
            sine = S[q + 17] * S[q + 17] / (x * x + y * y + z * z)
            other = (
                S[q + 19] * float32(1 / (2 * np.pi)) * (float32(1) + np.sqrt(max(float32(1) - sine, float32(0)))) / sine
            )
        w = weight(B[PDF * W + l], other, strategy)
        B[LR * W + l] += B[TR * W + l] * w * S[q + 1]
        B[LG * W + l] += B[TG * W + l] * w * S[q + 2]
        B[LB * W + l] += B[TB * W + l] * w * S[q + 3]


@fast
def escaped(B, S, M, strategy):
    """Adds the environment's radiance to the paths that left the scene."""
    n = M[hit.SKY_WIDTH] * M[hit.SKY_HEIGHT]
    chance = S[M[hit.LIGHTS] + 24 * M[hit.SKY_LIGHT] + 19]
    for l in range(W):
        if B[ID * W + l] >= float32(0) or B[HIT * W + l] < float32(0):
            continue
        texel = textures.sky_texel(B[DX * W + l], B[DY * W + l], B[DZ * W + l], M)
        q = M[hit.SKY_MAP]
        w = weight(B[PDF * W + l], chance * S[q + 3 * n + texel], strategy)
        B[LR * W + l] += B[TR * W + l] * w * S[q + 3 * texel]
        B[LG * W + l] += B[TG * W + l] * w * S[q + 3 * texel + 1]
        B[LB * W + l] += B[TB * W + l] * w * S[q + 3 * texel + 2]
