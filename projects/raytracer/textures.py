"""Colours that vary over a surface: checker, image, Perlin's marble; texture coordinates; the sky's texels. Lane by lane."""

import numpy as np
from numba import float32, int64, uint32

import hit
from lanes import NX, NY, NZ, PX, PY, PZ, W, inlined
from samplers import pcg3d


@inlined
def corners(B, S, q, l):
    """Texture coordinates on a triangle; where its corners have normals, their mean by the same weights is taken."""
    x, y, z = B[PX * W + l], B[PY * W + l], B[PZ * W + l]
    b = S[q] * x + S[q + 1] * y + S[q + 2] * z + S[q + 3]
    c = S[q + 4] * x + S[q + 5] * y + S[q + 6] * z + S[q + 7]
    a = float32(1) - b - c
    n0 = a * S[q + 8] + b * S[q + 11] + c * S[q + 14]
    n1 = a * S[q + 9] + b * S[q + 12] + c * S[q + 15]
    n2 = a * S[q + 10] + b * S[q + 13] + c * S[q + 16]
    length = np.sqrt(n0 * n0 + n1 * n1 + n2 * n2)
    if length > float32(1e-6):
        same = n0 * B[NX * W + l] + n1 * B[NY * W + l] + n2 * B[NZ * W + l]
        s = (float32(1) if same > float32(0) else float32(-1)) / length
        B[NX * W + l], B[NY * W + l], B[NZ * W + l] = n0 * s, n1 * s, n2 * s
    return a * S[q + 17] + b * S[q + 19] + c * S[q + 21], a * S[q + 18] + b * S[q + 20] + c * S[q + 22]


@inlined
def coordinates(B, S, M, i, l):
    """(u, v) in [0, 1]²: a quad's and a box's own, a sphere's longitude and latitude."""
    x, y, z = B[PX * W + l], B[PY * W + l], B[PZ * W + l]
    if i < M[hit.BOX_ID]:
        q = M[hit.QUADS] + 12 * i + 4
        u = S[q] * x + S[q + 1] * y + S[q + 2] * z + S[q + 3]
        v = S[q + 4] * x + S[q + 5] * y + S[q + 6] * z + S[q + 7]
    elif i < M[hit.SPHERE_ID]:
        face = (i - M[hit.BOX_ID]) % 6 // 2
        q = M[hit.BOXES] + 12 * ((i - M[hit.BOX_ID]) // 6)
        r, s = q + 4 * ((face + 1) % 3), q + 4 * ((face + 2) % 3)
        u = S[r] * x + S[r + 1] * y + S[r + 2] * z + S[r + 3]
        v = S[s] * x + S[s + 1] * y + S[s + 2] * z + S[s + 3]
    else:
        u = float32(np.arctan2(-B[NZ * W + l], B[NX * W + l]) / np.pi)
        v = float32(1 - 2 * np.arccos(min(max(B[NY * W + l], float32(-1)), float32(1))) / np.pi)
    return (u + float32(1)) * float32(0.5), (v + float32(1)) * float32(0.5)


@inlined
def colour(S, M, texture, u, v, x, y, z):
    """The texture's colour at (u, v) of the surface, or at the point of space (checker, Perlin)."""
    q = M[hit.TEXTURES] + 12 * texture
    scale = S[q + 1]
    if S[q] == float32(1):
        w, h = int(S[q + 9]), int(S[q + 10])
        column = min(max(int((u - np.floor(u)) * w), 0), w - 1)
        row = min(max(int((float32(1) - v + np.floor(v)) * h), 0), h - 1)
        p = M[hit.IMAGES] + int(S[q + 8]) + 3 * (row * w + column)
        return S[p], S[p + 1], S[p + 2]
    if S[q] == float32(0):
        odd = (int(np.floor(x / scale)) + int(np.floor(y / scale)) + int(np.floor(z / scale))) & 1
        k = q + 2 + 3 * odd
        return S[k], S[k + 1], S[k + 2]
    seed = uint32(int(S[q + 11]))
    turbulence, size, f = float32(0), float32(1), scale
    for _ in range(7):
        turbulence += size * noise(f * x, f * y, f * z, seed)
        size *= float32(0.5)
        f *= float32(2)
    m = float32(0.5) * (float32(1) + float32(np.sin(scale * z + float32(10) * abs(turbulence))))
    k = q + 2
    return S[k] + m * (S[k + 3] - S[k]), S[k + 1] + m * (S[k + 4] - S[k + 1]), S[k + 2] + m * (S[k + 5] - S[k + 2])


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
                angle, out = 2 * np.pi * h / 4294967296.0, np.sqrt(1 - up * up)
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
