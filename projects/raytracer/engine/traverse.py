"""Where a ray meets triangles: a hierarchy of sixteen boxes a node, one ray at a time, its sixteen boxes side by side."""

from numba import float32, int32, uint32

from engine.hit import LEAVES, NODES, TRIANGLE_ID, inverse
from engine.lanes import (
    DX,
    HIT,
    ID,
    INDEX,
    OX,
    W,
    fast,
    get,
    get3,
    inlined,
    load,
    lowest_bit,
    put,
)

WIDE = 16  # children of a node, triangles of a leaf


@inlined
def node(S, q, ox, oy, oz, ix, iy, iz, best, near):
    """Which of the sixteen boxes at S[q:] the ray enters before `best` (a bit each), and where."""
    q &= INDEX
    bits = uint32(0)
    for j in range(WIDE):
        ax, bx = (load(S, q + j) - ox) * ix, (load(S, q + 48 + j) - ox) * ix
        ay, by = (load(S, q + 16 + j) - oy) * iy, (load(S, q + 64 + j) - oy) * iy
        az, bz = (load(S, q + 32 + j) - oz) * iz, (load(S, q + 80 + j) - oz) * iz
        t0 = max(max(min(ax, bx), min(ay, by)), max(min(az, bz), float32(0)))
        t1 = min(min(max(ax, bx), max(ay, by)), min(max(az, bz), best))
        near[j] = t0
        bits |= uint32(uint32(1) << uint32(j)) if t0 <= t1 else uint32(0)
    return bits


@inlined
def leaf(S, q, ox, oy, oz, dx, dy, dz, eps, best, near):
    """Which of the sixteen triangles at S[q:] the ray meets before `best` (a bit each), and where.

    A triangle is three rows: its plane, and two that give the barycentric coordinates u and v of a point."""
    q &= INDEX
    bits = uint32(0)
    for j in range(WIDE):
        n0, n1, n2, n3 = load(S, q + j), load(S, q + 16 + j), load(S, q + 32 + j), load(S, q + 48 + j)
        t = -(n0 * ox + n1 * oy + n2 * oz + n3) * inverse(n0 * dx + n1 * dy + n2 * dz)
        x, y, z = ox + t * dx, oy + t * dy, oz + t * dz
        u = load(S, q + 64 + j) * x + load(S, q + 80 + j) * y + load(S, q + 96 + j) * z + load(S, q + 112 + j)
        v = load(S, q + 128 + j) * x + load(S, q + 144 + j) * y + load(S, q + 160 + j) * z + load(S, q + 176 + j)
        ok = (t > eps) & (t < best) & (min(u, v) >= float32(0)) & (u + v <= float32(1))
        near[j] = t
        bits |= uint32(uint32(1) << uint32(j)) if ok else uint32(0)
    return bits


@fast
def triangles(B, S, M, stack, times, near, any_hit):
    """Rows HIT and ID: the nearest triangle of each lane (with any_hit, the first one met)."""
    eps, nodes, leaves, first = load(S, 0), M[NODES], M[LEAVES], M[TRIANGLE_ID]
    for l in range(W):
        best = get(B, HIT, l)
        if best <= float32(0):
            continue
        ox, oy, oz = get3(B, OX, l)
        dx, dy, dz = get3(B, DX, l)
        ix = inverse(dx)
        iy = inverse(dy)
        iz = inverse(dz)
        found = float32(-1)
        height = 1
        stack[0] = int32(0)
        times[0] = float32(0)
        while height > 0:
            height -= 1
            if times[height] >= best:
                continue
            at = stack[height]
            if at < 0:
                q = leaves - (at + 1) * 208
                bits = leaf(S, q, ox, oy, oz, dx, dy, dz, eps, best, near)
                while bits != uint32(0):
                    j = lowest_bit(bits)
                    if near[j] < best:
                        best = near[j]
                        found = load(S, q + 192 + j)
                    bits = uint32(bits & uint32(bits - uint32(1)))
                if any_hit and found >= float32(0):
                    break
                continue
            q = nodes + at * 112
            bits = node(S, q, ox, oy, oz, ix, iy, iz, best, near)
            low = height
            while bits != uint32(0):
                j = lowest_bit(bits)
                bits = uint32(bits & uint32(bits - uint32(1)))
                k = height
                height += 1
                while k > low and times[k - 1] < near[j]:
                    times[k] = times[k - 1]
                    stack[k] = stack[k - 1]
                    k -= 1
                times[k] = near[j]
                stack[k] = int32(load(S, q + 96 + j))
        if found >= float32(0):
            put(B, HIT, l, best)
            put(B, ID, l, found + float32(first))
