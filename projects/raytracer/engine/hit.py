"""Where a ray meets quads, boxes and spheres: W rays against one surface at a time.

The scene is one flat float32 buffer S with an int64 table M of offsets and counts. A ray is the first rows of a lane
buffer: its origin, its direction, the distance HIT found so far and the number ID of the surface found. (The rows are
constants: only then can LLVM tell them apart.) A lane whose HIT is negative finds nothing. Surfaces that are few are
tested against every lane; many are grouped in clusters of clusters: the lanes that enter a cluster's bounds are copied
side by side into a buffer of their own, tested there at full width, and their hits copied back.
"""

from math import sqrt

import numpy as np
from numba import float32, uint32

from engine.lanes import (
    CHUNK,
    DX,
    DY,
    DZ,
    HIT,
    ID,
    OX,
    OY,
    OZ,
    RX,
    RZ,
    TIME,
    W,
    fast,
    get,
    get3,
    inlined,
    listed,
    load,
    loads,
    put,
)

# the table M
QUADS, N_QUADS, BOXES, N_BOXES, SPHERES, N_SPHERES, MOVERS, N_MOVERS = range(8)  # offsets in S, and counts
QUAD_ID, BOX_ID, SPHERE_ID, MOVER_ID, TRIANGLE_ID = range(9, 14)  # the number of each class's first surface
GROUPS, N_GROUPS, CLUSTERS = range(14, 17)  # bounds of groups of clusters, and of clusters
BLOCKING = 17  # quads that may block a shadow ray come first: this many
NODES, LEAVES, N_NODES, ROOT = range(18, 22)  # the hierarchy of the triangles
SURFACES, MATERIALS, LIGHTS, N_LIGHTS, FLAGS, SMOOTH, TEXTURES, IMAGES, SKY_MAP, SKY_WIDTH, SKY_HEIGHT, SKY_LIGHT = (
    range(22, 34)
)
CAMERA, EPSILON = 34, 35
TABLE = 40

CROWS = RZ + 1  # rows of a compacted buffer: the ray, its hit, time, 1 / direction, as in the state


@inlined
def inverse(x):
    """1 / x, kept finite where x is 0."""
    return float32(1) / (x + float32(1e-12))


@fast
def quads(B, n, S, at, count, first):
    """n·(o + t d) + k = 0 inside |U·p + u| <= 1 and |V·p + v| <= 1, for parallelograms at S[at:]."""
    eps = load(S, 0)
    for i in range(count):
        q = at + 12 * i
        n0, n1, n2, n3, u0, u1, u2, u3 = loads(S, q, 8)
        v0, v1, v2, v3 = loads(S, q + 8, 4)
        own = float32(first + i)
        for start in range(0, n, CHUNK):
            for j in range(CHUNK):
                l = (start & (W - 1)) + j
                x, y, z = get3(B, OX, l)
                a, b, c = get3(B, DX, l)
                s = -(n0 * x + n1 * y + n2 * z + n3) * inverse(n0 * a + n1 * b + n2 * c)
                x += s * a
                y += s * b
                z += s * c
                u = abs(u0 * x + u1 * y + u2 * z + u3)
                v = abs(v0 * x + v1 * y + v2 * z + v3)
                nearer(B, l, s, eps, (u <= float32(1)) & (v <= float32(1)), own)


@fast
def boxes(B, n, S, at, count, first, any_hit):
    """The unit cube after an affine map at S[at:] takes the box to it; six surfaces a box: 2 axis + (0 low, 1 high)."""
    eps = load(S, 0)
    for i in range(count):
        q = at + 12 * i
        a0, a1, a2, a3, b0, b1, b2, b3 = loads(S, q, 8)
        c0, c1, c2, c3 = loads(S, q + 8, 4)
        own = float32(first + 6 * i)
        for start in range(0, n, CHUNK):
            for j in range(CHUNK):
                l = (start & (W - 1)) + j
                x, y, z = get3(B, OX, l)
                a, b, c = get3(B, DX, l)
                px, py, pz = a0 * x + a1 * y + a2 * z + a3, b0 * x + b1 * y + b2 * z + b3, c0 * x + c1 * y + c2 * z + c3
                ix, iy, iz = (
                    inverse(a0 * a + a1 * b + a2 * c),
                    inverse(b0 * a + b1 * b + b2 * c),
                    inverse(c0 * a + c1 * b + c2 * c),
                )
                hx, hy, hz = abs(ix), abs(iy), abs(iz)  # half the time that the ray spends in each slab
                mx, my, mz = -px * ix, -py * iy, -pz * iz
                near = max(max(mx - hx, my - hy), mz - hz)
                far = min(min(mx + hx, my + hy), mz + hz)
                enter = near > eps
                s = near if enter else far
                flip = float32(-1) if enter else float32(1)  # the slab whose border the ray crosses
                in_x, in_y = s == mx + flip * hx, s == my + flip * hy
                across = ix if in_x else (iy if in_y else iz)
                face = float32(0) if in_x else (float32(2) if in_y else float32(4))
                face = face if across * flip < float32(0) else face + float32(1)
                nearer(B, l, s, eps, near <= far, own if any_hit else own + face)


@inlined
def nearer(B, l, t, eps, ok, own):
    """Rows HIT and ID of a lane become t and own, if ok and t lies between eps and its hit so far."""
    old = get(B, HIT, l)
    ok &= (t > eps) & (t < old)
    put(B, HIT, l, t if ok else old)
    put(B, ID, l, own if ok else get(B, ID, l))


@inlined
def nearer_root(B, l, h, g, eps, own):
    """The same for the roots of t² − 2ht + g = 0, in the stable form q = h ± √(h² − g) and g/q."""
    inside = h * h - g
    r = sqrt(max(inside, float32(0)))
    r1 = h + (r if h > float32(0) else -r)
    r2 = g * inverse(r1)
    low, high = min(r1, r2), max(r1, r2)
    nearer(B, l, low if low > eps else high, eps, inside > float32(0), own)


@fast
def spheres(B, n, S, at, count, first):
    """S[at:] holds a point p of the sphere and m = centre − p: then g = |o − p|² − 2 m·(o − p) loses no digits, neither far
    from the origin nor on a wall of radius 1e5, where |o − centre|² − r² would."""
    eps = load(S, 0)
    for i in range(count):
        q = at + 8 * i
        px, py, pz, mx, my, mz = loads(S, q, 6)
        own = float32(first + i)
        for start in range(0, n, CHUNK):
            for j in range(CHUNK):
                l = (start & (W - 1)) + j
                x, y, z = get(B, OX, l) - px, get(B, OY, l) - py, get(B, OZ, l) - pz
                ux, uy, uz = mx - x, my - y, mz - z
                h = ux * get(B, DX, l) + uy * get(B, DY, l) + uz * get(B, DZ, l)
                g = -(x * (ux + mx) + y * (uy + my) + z * (uz + mz))
                nearer_root(B, l, h, g, eps, own)


@fast
def movers(B, n, S, at, count, first):
    """Spheres whose centre at `time` is c + time v: S[at:] holds c, r, v (and one unused)."""
    eps = load(S, 0)
    for i in range(count):
        q = at + 8 * i
        cx, cy, cz, radius, vx, vy, vz = loads(S, q, 7)
        own = float32(first + i)
        for start in range(0, n, CHUNK):
            for j in range(CHUNK):
                l = (start & (W - 1)) + j
                when = get(B, TIME, l)
                x, y, z = cx + when * vx - get(B, OX, l), cy + when * vy - get(B, OY, l), cz + when * vz - get(B, OZ, l)
                a, b, c = get3(B, DX, l)
                h = x * a + y * b + z * c
                g = x * x + y * y + z * z - radius * radius
                nearer_root(B, l, h, g, eps, own)


@fast
def entering(B, n, X, S, q):
    """Lists in X the lanes whose ray enters the bounds S[q:q+6] before its hit; returns how many."""
    x0, y0, z0, x1, y1, z1 = loads(S, q, 6)
    m = 0
    for start in range(0, n, CHUNK):
        bits = uint32(0)
        for j in range(CHUNK):
            l = (start & (W - 1)) + j
            x, y, z = get3(B, OX, l)
            ix, iy, iz = get3(B, RX, l)
            ax, bx, ay, by, az, bz = (
                (x0 - x) * ix,
                (x1 - x) * ix,
                (y0 - y) * iy,
                (y1 - y) * iy,
                (z0 - z) * iz,
                (z1 - z) * iz,
            )
            near = max(max(min(ax, bx), min(ay, by)), max(min(az, bz), float32(0)))
            far = min(min(max(ax, bx), max(ay, by)), min(max(az, bz), get(B, HIT, l)))
            bits |= uint32(uint32(1) << uint32(j)) if near <= far else uint32(0)
        m = listed(bits, start, X, m)
    return m


@fast
def gathered(B, X, m, C):
    """Copies the listed rays of B side by side into C, padded to whole vectors with rays that hit nothing."""
    padded = (m + CHUNK - 1) // CHUNK * CHUNK
    for k in range(m):
        l = X[k]
        for r in range(3):
            put(C, OX + r, k, get(B, OX + r, l))
            put(C, DX + r, k, get(B, DX + r, l))
            put(C, RX + r, k, get(B, RX + r, l))
        put(C, HIT, k, get(B, HIT, l))
        put(C, ID, k, float32(-1))
        put(C, TIME, k, get(B, TIME, l))
    for k in range(m, padded):
        put(C, HIT, k, float32(-1))
    return padded


@fast
def scattered(B, X, m, C):
    """Copies back what the listed rays have found."""
    for k in range(m):
        if get(C, ID, k) >= float32(0):
            put(B, HIT, X[k], get(C, HIT, k))
            put(B, ID, X[k], get(C, ID, k))


@fast
def inverted(B):
    """Rows R: one over the direction ."""
    for k in range(3):
        for l in range(W):
            put(B, RX + k, l, inverse(get(B, DX + k, l)))


@fast
def clusters(B, C, D, X, Y, S, M, any_hit):
    """Groups of clusters, then clusters, then what they hold: four ranges, of quads, boxes, spheres and moving spheres.
    C and D are the buffers of the two floors."""
    inverted(B)
    for g in range(M[N_GROUPS]):
        group = M[GROUPS] + 8 * g
        m = entering(B, np.int64(W), X, S, group)
        if m == 0:
            continue
        n = gathered(B, X, m, C)
        for c in range(int(load(S, group + 6)), int(load(S, group + 7))):
            q = M[CLUSTERS] + 16 * c
            inner = entering(C, n, Y, S, q)
            if inner:
                p = gathered(C, Y, inner, D)
                a, z = int(load(S, q + 6)), int(load(S, q + 7))
                quads(D, p, S, M[QUADS] + 12 * a, z - a, M[QUAD_ID] + a)
                a, z = int(load(S, q + 8)), int(load(S, q + 9))
                boxes(D, p, S, M[BOXES] + 12 * a, z - a, M[BOX_ID] + 6 * a, any_hit)
                a, z = int(load(S, q + 10)), int(load(S, q + 11))
                spheres(D, p, S, M[SPHERES] + 8 * a, z - a, M[SPHERE_ID] + a)
                a, z = int(load(S, q + 12)), int(load(S, q + 13))
                movers(D, p, S, M[MOVERS] + 8 * a, z - a, M[MOVER_ID] + a)
                scattered(C, Y, inner, D)
        scattered(B, X, m, C)
