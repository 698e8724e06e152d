"""Path tracing, compiled: Kajiya's rendering equation by random walks, W of them at a time.

`render` traces samples s0 <= s < s1 of a run of pixels and adds them to the film in the order of s. A lane whose path has
ended takes the next camera ray from a pool, so all lanes work until the run is nearly done.
"""

import numpy as np
from numba import float32, int32, njit, uint32

from engine import bsdf, camera, hit, lights, surface, traverse
from engine.camera import BITS, DEPTHS, LIGHT_KINDS, OUTPUT, ROULETTE, SAMPLER, STRATEGY
from engine.lanes import (
    ALIVE,
    AR,
    DEPTH,
    DX,
    ENDED,
    HIT,
    ID,
    IROWS,
    KEY,
    LR,
    NX,
    OX,
    PDF,
    ROWS,
    SAMPLE,
    SLOT,
    TB,
    TG,
    TIME,
    TR,
    U,
    V,
    W,
    exported,
    fast,
    get,
    get3,
    load,
    loads,
    not_negative,
    put,
    scale3,
)
from engine.layout import DELTA, MOVING, ROUGH, SMOOTH, TEXTURED
from engine.samplers import BOUNCE, draw, hash32


@njit(inline="always")
def nearest(B, A, D, X, Y, near, S, M, stack, times, n_quads, any_hit):
    """Rows HIT and ID: the distance and the surface that each lane's ray meets first."""
    n = np.int64(W)
    hit.quads(B, n, S, M[hit.QUADS], n_quads, M[hit.QUAD_ID])
    hit.boxes(B, n, S, M[hit.BOXES], M[hit.N_BOXES], M[hit.BOX_ID], any_hit)
    hit.spheres(B, n, S, M[hit.SPHERES], M[hit.N_SPHERES], M[hit.SPHERE_ID])
    hit.movers(B, n, S, M[hit.MOVERS], M[hit.N_MOVERS], M[hit.MOVER_ID])
    if M[hit.N_GROUPS]:
        hit.clusters(B, A, D, X, Y, S, M, any_hit)
    if M[hit.N_NODES]:
        traverse.triangles(B, S, M, stack, times, near, any_hit)


@fast
def refill(B, J, Q, JQ, used, free, n):
    """Gives n rays of the pool, from `used` on, to the lanes listed from free[0] on."""
    for i in range(n):
        l, k = np.int64(load(free, i)), used + i
        for r in range(3):
            put(B, OX + r, l, get(Q, OX + r, k))
            put(B, DX + r, l, get(Q, DX + r, k))
            put(B, TR + r, l, float32(1))
            put(B, LR + r, l, float32(0))
        put(B, TIME, l, get(Q, TIME, k))
        put(B, PDF, l, float32(-1))
        put(B, ALIVE, l, float32(1))
        put(J, SLOT, l, get(JQ, SLOT, k))
        put(J, KEY, l, get(JQ, KEY, k))
        put(J, SAMPLE, l, get(JQ, SAMPLE, k))
        put(J, DEPTH, l, int32(0))


@fast
def advance(B, J, P, out, free, n):
    """Russian roulette, the end of paths that carry nothing, and their radiance into the slot of their sample. Their lanes
    are appended to the list of n that are free; returns its new length."""
    most, roulette = P[DEPTHS], P[ROULETTE]
    if roulette < most:
        for l in range(W):
            brightest = max(get(B, TR, l), max(get(B, TG, l), get(B, TB, l)))
            u = hash32(
                uint32(
                    uint32(get(J, KEY, l))
                    ^ hash32(uint32(uint32(get(J, SAMPLE, l)) * uint32(128) + uint32(get(J, DEPTH, l))))
                )
            )
            chance = min(brightest, float32(0.95)) if get(J, DEPTH, l) + 1 >= roulette else float32(1)
            s = (
                float32(1) / max(chance, float32(1e-9))
                if float32(int32(u >> uint32(8))) < chance * float32(16777216)
                else float32(0)
            )
            scale3(B, TR, l, s, s, s)
    for l in range(W):
        put(J, DEPTH, l, get(J, DEPTH, l) + int32(1))
        carried = get(B, TR, l) + get(B, TG, l) + get(B, TB, l) > float32(0)
        on = carried & (get(B, ID, l) >= float32(0)) & (get(J, DEPTH, l) < most)
        put(B, ENDED, l, float32(-1) if on else get(B, ALIVE, l) - float32(1))
        put(B, ALIVE, l, get(B, ALIVE, l) if on else float32(0))
    ended = not_negative(B, np.int64(ENDED), free, n)
    for i in range(n, ended):
        l = np.int64(free[i])
        k = 3 * np.int64(get(J, SLOT, l))
        out[k], out[k + 1], out[k + 2] = get3(B, LR, l)
    return ended


@fast
def seen(B, output):
    """What all paths met first, instead of radiance, and their end: the normal (1), the albedo (2), or distance and 1 (3)."""
    for c in range(3):
        for l in range(W):
            colour = get(B, NX + c, l) if output == 1 else get(B, AR + c, l)
            depth = get(B, HIT, l) if c == 0 else float32(c == 1)
            x = depth if output == 3 else colour
            put(B, LR + c, l, x if get(B, ID, l) >= float32(0) else float32(0))
            put(B, TR + c, l, float32(0))


@njit(inline="always")
def trace(S, M, P, pixels, s0, s1, out):
    """Radiance of every sample of the run into out[3 slot:]; returns how many rays were traced."""
    B, J = np.zeros(ROWS * W, np.float32), np.zeros(IROWS * W, np.int32)
    Q, JQ = np.zeros(ROWS * W, np.float32), np.zeros(IROWS * W, np.int32)
    Z, A, D, ways = (
        np.zeros(hit.CROWS * W, np.float32),
        np.zeros(hit.CROWS * W, np.float32),
        np.zeros(hit.CROWS * W, np.float32),
        np.zeros(6 * W, np.float32),
    )
    X, Y, near = np.zeros(W + 1, np.int32), np.zeros(W + 1, np.int32), np.zeros(16, np.float32)
    free, n = np.arange(W).astype(np.int32), W  # the lanes without a path
    stack, times = np.zeros(1024, np.int32), np.zeros(1024, np.float32)
    flags, strategy, most, eps = M[hit.FLAGS], P[STRATEGY], P[DEPTHS], load(S, 0)
    total, made, used, begun, rays = len(pixels) * (s1 - s0), np.int64(0), W, 0, 0
    bounce = np.int64(BOUNCE)
    while True:
        while n and begun < total:
            if used == W:
                camera.rays(Q, JQ, S, M, P, pixels, s0, total, made)
                made += W
                used = 0
            k = min(n, W - used, total - begun)
            refill(B, J, Q, JQ, used, free[n - k :], k)
            used += k
            begun += k
            n -= k
        if n == W:
            return rays
        rays += W - n
        for l in range(W):
            put(B, HIT, l, float32(1e30) if get(B, ALIVE, l) > float32(0) else float32(-1))
            put(B, ID, l, float32(-1))
        nearest(B, A, D, X, Y, near, S, M, stack, times, M[hit.N_QUADS], n < 0)
        surface.look_up(B, S, M, (flags & (DELTA | ROUGH)) != 0)
        surface.surface(B, eps)
        if flags & MOVING:
            surface.moved(B, S, M)
        if flags & (SMOOTH | TEXTURED):
            surface.details(B, S, M, (flags & SMOOTH) != 0)
        if P[OUTPUT]:
            seen(B, P[OUTPUT])
            n = advance(B, J, P, out, free, n)
            continue
        surface.emitted(B, S, M, strategy, X)
        if M[hit.SKY_LIGHT] >= 0:
            surface.escaped(B, S, M, strategy)
        if strategy and most > 1:
            draw(B, J, P[SAMPLER], P[BITS], bounce, bounce)
            lights.sample_lights(B, S, M, P[LIGHT_KINDS])
            if flags & ROUGH:
                bsdf.weigh(B, J, most, strategy)
            else:
                lights.weigh_diffuse(B, J, most, strategy)
                if flags & DELTA:
                    lights.only_diffuse(B)
            lights.shadow_rays(B, Z)
            nearest(Z, A, D, X, Y, near, S, M, stack, times, M[hit.BLOCKING], n >= 0)
            lights.unblocked(B, Z)
        draw(B, J, P[SAMPLER], P[BITS], bounce + 1, bounce)
        if flags & (DELTA | ROUGH):
            if flags & ROUGH:
                bsdf.remembered(B, ways)
            bsdf.scatter_mixed(B, eps)
            if flags & ROUGH:
                bsdf.scatter_rough(B, ways)
        else:
            bsdf.scatter_diffuse(B)
        n = advance(B, J, P, out, free, n)


@njit(nogil=True, error_model="numpy")
def develop(out, pixels, n, total, square):
    """Adds n samples of each pixel to the sums of radiance and of its square, in their order; not finite ones count
    as black. Returns how many were not finite, and how many negative."""
    lost, negative = 0, 0
    for i in range(len(pixels)):
        p = pixels[i]
        r, g, b = total[p, 0], total[p, 1], total[p, 2]
        rr, gg, bb = square[p, 0], square[p, 1], square[p, 2]
        for s in range(n):
            x, y, z = loads(out, 3 * (s * len(pixels) + i), 3)
            if not (np.isfinite(x) and np.isfinite(y) and np.isfinite(z)):
                lost += 1
                continue
            if min(x, min(y, z)) < 0:
                negative += 1
            x, y, z = np.float64(x), np.float64(y), np.float64(z)
            r, g, b = r + x, g + y, b + z
            rr, gg, bb = rr + x * x, gg + y * y, bb + z * z
        total[p, 0], total[p, 1], total[p, 2] = r, g, b
        square[p, 0], square[p, 1], square[p, 2] = rr, gg, bb
    return lost, negative


@exported
def render(S, M, P, pixels, places, s0, s1, total, square):
    """Adds samples s0 <= s < s1 of the pixels (numbers on the film) to rows `places` of the sums; returns (rays, samples
    that were not finite, negative samples)."""
    out = np.zeros(3 * len(pixels) * (s1 - s0), np.float32)
    rays = trace(S, M, P, pixels, s0, s1, out)
    lost, negative = develop(out, places, s1 - s0, total, square)
    return rays, lost, negative


@exported
def reflectance(c, eta):
    """Fresnel's reflectance as the engine computes it, for float32 arguments."""
    return bsdf.fresnel(c, eta)[0]


@exported
def triangles(B, S, M):
    """Rows HIT and ID of the rays in B: the nearest triangle by the hierarchy."""
    near, stack, times = np.zeros(16, np.float32), np.zeros(1024, np.int32), np.zeros(1024, np.float32)
    traverse.triangles(B, S, M, stack, times, near, False)


@exported
def points(kind, bits, key, dimension, out):
    """Rows of `out` (a multiple of W): the points of the pair of dimensions that the sampler number `kind` gives the pixel
    with this key, for samples 0, 1, ..."""
    B, J = np.zeros(ROWS * W, np.float32), np.zeros(IROWS * W, np.int32)
    for start in range(0, len(out), W):
        for l in range(W):
            put(J, KEY, l, int32(uint32(key)))
            put(J, SAMPLE, l, int32(start + l))
        draw(B, J, kind, bits, dimension, np.int64(0))
        for l in range(W):
            out[start + l, 0], out[start + l, 1] = get(B, U, l), get(B, V, l)
